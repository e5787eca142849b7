"""The random sample at a browser: taken, heard and read without a finding on the page, and judged by places alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from governance import policy
from governance.policy.redaction import Sampling
from governance.recordings import queries as catalog
from governance.runtime import Actor, Runtime
from tests.console.conftest import RELEASED, House

PURPOSE = "redaction_review"


@pytest.fixture
def sampled(runtime: Runtime, house: House) -> House:
    """A house in which every release is drawn, with one that is."""
    before = runtime.policies.default
    everything = before.redaction.model_copy(update={"sampling": Sampling(share=1.0)})
    runtime.policies = policy.PolicySet(replace(before, redaction=everything), {})
    house.take_in(RELEASED)
    return house


def state(house: House) -> str:
    with house.runtime.work(Actor.system("default", "svc_test"), write=False) as work:
        row = catalog.recording(work, house.calls[RELEASED])
        assert row is not None
        return row.state


def test_a_recording_is_examined_blind_and_what_was_missed_stops_it(sampled: House) -> None:
    dpo, ciso = sampled.person("dpo"), sampled.person("ciso")
    ciso.get("/samples", 403)
    dpo.get("/samples")
    [at] = re.findall(r'href="(/samples/smp_[0-9a-f]{32})"', dpo.page.text)
    dpo.get(f"{at}?purpose={PURPOSE}")
    assert not dpo.sources()
    assert "Nothing measured yet." in ciso.get("/samples/rate")
    assert "0 %" not in ciso.text
    dpo.get(f"{at}?purpose={PURPOSE}")
    dpo.post(f"{at}/claim")
    assert sampled.calls[RELEASED] not in dpo.page.text, "which call it is stands nowhere"
    assert not re.search(r'class="(block|wave|bar)"', dpo.page.text), "nor what was found in it"
    [source] = dpo.sources()
    assert source.startswith(f"/v1{at}/audio?")
    assert dpo.client.get(source).status_code == 200
    nothing = {"answer": "missed"}
    assert "not neither" in dpo.post(f"{at}/judgement", 422, **nothing)
    typed = {"answer": "missed", "entity0": "PAN", "first0": "4111111111111111"}
    assert "4111" not in dpo.post(f"{at}/judgement", 422, **typed)
    assert state(sampled) == "released"
    told = dpo.post(
        f"{at}/judgement",
        answer="missed",
        entity0="PAN",
        from0="0:01.5",
        to0="2.25",
        entity1="CVV",
        first1="3",
    )
    assert "is in quarantine" in told
    assert state(sampled) == "quarantined"
    assert "A person found what was missed" in dpo.get(f"/recordings/{sampled.calls[RELEASED]}")
    assert "2 missed" in dpo.get("/samples?state=judged")
    assert "has been judged" in dpo.get(at)
    told = ciso.get("/samples/rate")
    assert "Something was missed in 1 of 1 recording: 100.0 %" in told
    assert "<svg" in ciso.page.text


def test_nothing_missed_is_an_answer(sampled: House) -> None:
    dpo = sampled.person("dpo")
    dpo.get("/samples")
    [at] = re.findall(r'href="(/samples/smp_[0-9a-f]{32})"', dpo.page.text)
    dpo.get(at)
    dpo.post(f"{at}/claim")
    assert "hear it first" in dpo.post(f"{at}/judgement", 409, answer="clean").lower()
    [source] = dpo.sources()
    assert dpo.client.get(source).status_code == 200
    assert "nothing was missed" in dpo.post(f"{at}/judgement", answer="clean")
    assert state(sampled) == "released"
