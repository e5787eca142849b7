"""Decisions leave the house as test cases: read under a purpose and logged, anonymous, or not at all."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from governance import policy
from governance.audit import service as audit
from governance.errors import DeniedError
from governance.recordings import intake
from governance.recordings import service as recordings
from governance.recordings.importers import sidecar
from governance.redaction import casefile, review_queries, reviews, service
from governance.redaction.digits import groups
from governance.redaction.languages import load
from governance.redaction.review_places import Places
from governance.redaction.review_queries import Filters
from governance.redaction.reviews import Verdict
from governance.runtime import Actor, Runtime

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
DPO = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
QA = Actor(kind="admin", id="usr_quinn", tenant="default", role="qa_analyst", site="leeds")
PURPOSE = "redaction_review"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def decided(runtime: Runtime) -> str:
    """A released call of which the card number was widened, the expiry date rejected and the code accepted."""
    before = runtime.policies.default
    doubtful = before.redaction.model_copy(update={"review_below": 1.0})
    runtime.policies = policy.PolicySet(replace(before, redaction=doubtful), {})
    call = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    made = intake.ingest(runtime, HOUSE, replace(call, site="leeds")).recording_id
    assert service.redact(runtime, HOUSE, made).state == "released"
    with runtime.work(DPO, write=False) as work:
        found = {one.entity: one for one in review_queries.items(work, Filters(), None, 9)[0]}
    for entity in ("EXPIRY", "CVV", "PAN"):
        item = found[entity]
        assert item.first_word is not None
        assert item.last_word is not None
        reviews.read(runtime, DPO, item.id, purpose=PURPOSE)
        verdict = {
            "PAN": Verdict("widen", places=Places(item.first_word - 1, item.last_word)),
            "EXPIRY": Verdict("reject"),
            "CVV": Verdict("accept"),
        }[entity]
        reviews.decide(runtime, DPO, item.id, verdict)
    return made


def test_what_was_decided_becomes_cases_without_a_digit_of_the_call(runtime: Runtime, decided: str) -> None:
    made = reviews.export(runtime, DPO, purpose=PURPOSE)
    assert Counter(one.origin["decision"] for one in made.cases) == {"widen": 1, "reject": 1}
    assert [one.because for one in made.left_out] == ["a part of what was decided about is gone"]
    said = json.loads((SAMPLES / "card-visa-single-digits.transcript.json").read_text())["words"]
    text = " ".join(word["text"] for word in said)
    # The code was accepted and stands in no passage: three digits that are drawn may be those of it by chance.
    numbers = [one.digits for one in groups(text, load("en")) if len(one.digits) > 3]
    runs = {number[at : at + 3] for number in numbers for at in range(len(number) - 2)} - {"000"}
    for case in made.cases:
        told = json.dumps(case.told())
        assert decided not in told
        assert "rvw_" not in told
        new = " ".join(word.text for word in case.words)
        assert not any(run in one.digits for one in groups(new, load("en")) for run in runs)
        assert min(word.start_ms for word in case.words if word.start_ms is not None) == 0
        assert casefile.read(json.loads(told)).told() == case.told()
    widened = next(one for one in made.cases if one.origin["decision"] == "widen")
    assert casefile.holds(replace(widened, first=widened.first + 1))


def test_each_passage_and_the_export_are_in_the_log(runtime: Runtime, decided: str) -> None:
    audit.sequence(runtime, "default")
    reviews.export(runtime, DPO, purpose=PURPOSE)
    audit.sequence(runtime, "default")
    with runtime.work(Actor(kind="admin", id="usr_carl", tenant="default", role="ciso")) as work:
        acts = Counter(
            entry.act for entry in audit.search(work, limit=50).entries if entry.act.startswith("review.")
        )
    assert (acts["review.exported"], acts["review.read"], acts["review.decided"]) == (1, 6, 3)


def test_whoever_hears_no_masters_exports_nothing(runtime: Runtime, decided: str) -> None:
    with pytest.raises(DeniedError):
        reviews.export(runtime, QA, purpose=PURPOSE)
    with pytest.raises(DeniedError):
        reviews.export(runtime, HOUSE, purpose=PURPOSE)
    with pytest.raises(DeniedError):
        reviews.export(runtime, DPO, purpose="training")


def test_what_may_not_be_used_for_the_purpose_is_left_out(runtime: Runtime, decided: str) -> None:
    with runtime.work(DPO) as work:
        recordings.restrict(work, decided, PURPOSE, "objection")
    made = reviews.export(runtime, DPO, purpose=PURPOSE)
    assert made.cases == ()
    assert {one.because for one in made.left_out} == {"the recording is restricted for this purpose"}


def test_pages_of_the_export_meet(runtime: Runtime, decided: str) -> None:
    first = reviews.export(runtime, DPO, purpose=PURPOSE, limit=2)
    assert first.following is not None
    rest = reviews.export(runtime, DPO, purpose=PURPOSE, after=first.following, limit=2)
    assert rest.following is None
    assert len(first.cases) + len(first.left_out) + len(rest.cases) + len(rest.left_out) == 3
