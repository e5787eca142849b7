"""Holds and retention at a browser: what is held and by whom it ends, the policy in words, reviews, proofs, certificates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from governance.audit import service as audit
from governance.clock import FakeClock
from governance.console import retention_proofs
from governance.recordings import erasure, queries
from governance.retention import service as retention
from governance.runtime import Actor
from tests.console.conftest import ELSEWHERE, RELEASED, House, Person

MATTER = {
    "title": "2026-17 Doe v. Example",
    "because": "A claim was announced by letter.",
    "review_by": "2026-08-01",
}


def test_a_hold_is_counted_placed_explained_and_released_by_two(house: House) -> None:
    house.take_in(RELEASED, ELSEWHERE, is_redacted=False)
    dpo, ciso, agent, recording = (
        house.person("dpo"),
        house.person("ciso"),
        house.person("agent"),
        house.calls[RELEASED],
    )
    dpo.get("/matters/new")
    assert "names something" in dpo.post("/matters", 422, act="count", **MATTER)
    dpo.get("/matters/new")
    counted = dpo.post("/matters", act="count", teams="payments", persons="+447700900101", **MATTER)
    assert "1 recording would be held now, and every one to come that fits" in counted
    assert "With one of the people in it that were named; who they are is not shown." in counted
    assert MATTER["title"] in dpo.page.text  # what was typed is still there
    assert "Nothing is held." in dpo.client.get("/matters").text
    dpo.get("/matters/new")
    dpo.post("/matters", act="open", teams="payments", **MATTER)
    address = str(dpo.page.url.path)
    assert "The hold is in force" in dpo.text
    assert "Of the team payments." in dpo.text

    # Whoever may hold reads the matter's name; the agent of the call learns that there is a hold, and no more.
    assert MATTER["title"] in dpo.get(f"/recordings/{recording}")
    said = agent.get(f"/recordings/{recording}")
    assert "A legal hold has stood since 2 March 2026" in said
    assert MATTER["title"] not in agent.page.text
    assert address not in agent.page.text
    agent.get("/matters", 403)
    agent.get(address, 403)

    dpo.get(address)
    assert "10 to 2000 characters" in dpo.post(address, 422, act="asked", because="Over.")
    dpo.get(address)
    dpo.post(address, act="asked", because="The claim was settled last week.")
    dpo.get(address)
    assert "Release the hold" not in dpo.text
    dpo.post(address, 409, act="released")
    assert "A hold is to be released" in ciso.get("/")
    assert "late" not in ciso.text, "whoever approves it has no deadline"
    assert "A hold is to be released" not in dpo.get("/")
    ciso.get(address)
    ciso.post(address, act="released")
    assert "The hold has ended." in ciso.text
    assert "A legal hold" not in agent.get(f"/recordings/{recording}")


def test_the_policy_stands_in_words_with_its_default_and_precedence(house: House) -> None:
    person = house.person("ciso")
    text = person.get("/retention/policy")
    with house.runtime.work(house.house, write=False) as work:
        policy = work.policies.retention
    for rule in policy.rules:
        assert f'id="{rule.name}"' in person.page.text
        assert rule.because in text
    assert "Every recording that no rule takes." in text
    assert text.index("A legal hold: nothing of the recording is erased") < text.index("The first rule below")
    assert "13 months after the end of the call it is erased." in text
    house.person("agent").get("/retention/policy", 403)


def test_what_falls_due_is_shown_reviewed_erased_and_certified(house: House, clock: FakeClock) -> None:
    house.take_in("no-transcript", ELSEWHERE)
    svc = Actor.system("default", "svc_retention")
    retention.schedule(house.runtime, svc)
    first = house.person("dpo")
    text = first.get("/retention")
    assert "This policy is not in force" in text
    assert "The retention policy is not in force" in first.client.get("/").text
    with house.runtime.work(house.house, write=False) as work:
        digest = work.policies.retention.digest
    first.post("/retention/adoption", 422, digest=digest)
    first.get("/retention")
    first.post("/retention/adoption", 409, digest="0" * 32, looked="yes")
    first.get("/retention")
    first.post("/retention/adoption", digest=digest, looked="yes")
    assert "The policy is in force" in first.text
    assert "not in force" not in first.get("/") + first.get("/retention/policy")
    text = first.get("/retention")
    assert re.search(r"Never examined Review by a person", text)
    assert "What falls due, by month" in text
    assert "Nothing: no recording is due now." in first.post("/retention/dry-run")
    assert "call-" in first.get("/retention/schedule?rule=never_examined")
    assert "Nothing falls due like this." in first.get("/retention/schedule?month=1999-01")
    first.get("/retention/schedule?month=soon", 422)
    assert "Nothing waits for a decision." in first.get("/retention/reviews")

    clock.advance(timedelta(days=40))
    dpo = house.person("dpo")
    assert "Review by a person" in dpo.get("/retention").join(("", dpo.post("/retention/dry-run")))
    retention.sweep(house.runtime, svc)
    assert "A recording waits for a decision" in dpo.get("/")
    waiting = house.calls["no-transcript"]
    dpo.get("/retention/reviews")
    where = f"/retention/reviews/{waiting}"
    said = dpo.post(where, 422, decision="keep_until", until="", because="The claim may still be made.")
    assert "The claim may still be made." in dpo.page.text
    assert "Until" in said
    dpo.get("/retention/reviews")
    dpo.post(where, decision="erase", because="Nobody can say what is in it.")
    assert "the next sweep erases it" in dpo.text
    retention.sweep(house.runtime, svc)
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")
    with house.runtime.work(house.house, write=False) as work:
        (gone,) = queries.erasures_of(work, waiting)
    assert "This recording was erased" in dpo.get(f"/recordings/{waiting}")
    text = dpo.get(f"/retention/certificates/{gone.id}")
    assert "Complete" in text
    assert "Never examined" in text
    assert "Its proof" in text
    agent = house.person("agent")
    agent.get(f"/recordings/{waiting}", 404)
    agent.get(f"/retention/certificates/{gone.id}", 403)
    assert retention.prove(house.runtime, svc).holds
    proofs = dpo.get("/retention/proofs")
    assert "Holds" in proofs
    assert "Recordings looked at 1" in proofs


def test_a_page_of_erasures_leads_to_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.take_in(RELEASED, ELSEWHERE, is_redacted=False)
    dpo = Actor(kind="user", id=house.accounts["dpo"], tenant="default", role="dpo")
    for recording in house.calls.values():
        erasure.erase(house.runtime, dpo, recording, "recorded_in_error")
    person = house.person("ciso")
    assert "Nothing has been proved yet." in person.get("/retention/proofs")
    assert len(certificates(person)) == 2
    monkeypatch.setattr(retention_proofs, "PAGE", 1)
    person.get("/retention/proofs")
    seen = certificates(person)
    older = re.search(r'href="(/retention/proofs\?after=[^"]*)"', person.page.text)
    assert older is not None
    person.get(older.group(1).replace("&amp;", "&").partition("#")[0])
    seen += certificates(person)
    assert len(set(seen)) == 2


def certificates(person: Person) -> list[str]:
    return re.findall(r'href="/retention/certificates/(era_[0-9a-f]{32})"', person.page.text)
