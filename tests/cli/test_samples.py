"""The random sample from the command line: what waits, what is known of leaks, and whether the draw was the key's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from governance import policy
from governance.policy.redaction import Sampling
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.redaction import service
from governance.runtime import Actor, Runtime
from tests.cli.test_reviews import CALL, Say, say

__all__ = ["say"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def drawn(runtime: Runtime) -> str:
    """A released call, all of which are drawn."""
    before = runtime.policies.default
    everything = before.redaction.model_copy(update={"sampling": Sampling(share=1.0)})
    runtime.policies = policy.PolicySet(replace(before, redaction=everything), {})
    house = Actor.system("default", service.SERVICE)
    recorder = Actor(kind="admin", id="cli", tenant="default", role="administrator")
    made = intake.ingest(runtime, recorder, sidecar.read(CALL)).recording_id
    assert service.redact(runtime, house, made).state == "released"
    return made


def test_what_waits_is_listed_and_the_draw_recomputed_and_nothing_measured_said_so(
    drawn: str, say: Say, runtime: Runtime
) -> None:
    code, out, _ = say("samples", "list", "--json")
    assert code == 0
    listed = json.loads(out)
    assert (listed["state"], listed["language"], listed["channels"]) == ("waiting", "en", 2)
    assert drawn not in out
    assert "waiting" in say("samples", "list")[1]
    assert say("samples", "rate")[1].startswith("Nothing measured yet.")
    assert json.loads(say("samples", "rate", "--json")[1])["overall"]["leaks"] is None
    code, out, _ = say("samples", "recompute", "--month", "2026-03")
    assert (code, out) == (0, "1 releases drawn again, 1 of them in the share.\n")
    with runtime.work(Actor.system("default", "svc_test")) as work:
        work.session.connection().exec_driver_sql("DELETE FROM release_sample")
    code, out, _ = say("samples", "recompute", "--json")
    assert code == 1
    assert json.loads(out)["left_out"] == [drawn]
