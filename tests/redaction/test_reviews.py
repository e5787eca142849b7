"""What redaction is not sure of is looked at by people: what they say should go goes at once, and nothing ever comes back."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import sqlalchemy as sa

from governance import policy
from governance.access import service as access
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError, QuarantinedError
from governance.recordings import erasure, intake, playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.importers import sidecar
from governance.redaction import queries, review_queries, reviews, service, transcripts
from governance.redaction.models import ReviewItem
from governance.redaction.review_places import Places
from governance.redaction.review_queries import Filters
from governance.redaction.reviews import Verdict
from governance.redaction.spans import Entity
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.oracle import check_everything

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
DPO = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
QA = Actor(kind="admin", id="usr_quinn", tenant="default", role="qa_analyst", site="leeds")
CARD = "card-visa-single-digits"
PURPOSE = "redaction_review"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def with_bound(runtime: Runtime, bound: float) -> None:
    before = runtime.policies.default
    doubtful = before.redaction.model_copy(update={"review_below": bound})
    runtime.policies = policy.PolicySet(replace(before, redaction=doubtful), {})


@pytest.fixture
def recording_id(runtime: Runtime) -> str:
    """A released call with a card number, an expiry date and a code, each of which is for review."""
    with_bound(runtime, 1.0)
    call = sidecar.read(SAMPLES / f"{CARD}.json")
    made = intake.ingest(runtime, HOUSE, replace(call, site="leeds")).recording_id
    assert service.redact(runtime, HOUSE, made).state == "released"
    return made


def listed(runtime: Runtime, actor: Actor = DPO, **narrowed: str) -> list[ReviewItem]:
    with runtime.work(actor, write=False) as work:
        return list(review_queries.items(work, Filters(**narrowed), None, 50)[0])


def of(runtime: Runtime, entity: str) -> ReviewItem:
    return next(one for one in listed(runtime) if one.entity == entity)


def read(runtime: Runtime, item: ReviewItem, actor: Actor = DPO) -> reviews.Passage:
    return reviews.read(runtime, actor, item.id, purpose=PURPOSE)


def decide(runtime: Runtime, item: ReviewItem, verdict: Verdict) -> reviews.Decided:
    read(runtime, item)
    return reviews.decide(runtime, DPO, item.id, verdict)


def stored(runtime: Runtime, recording_id: str, level: str, *, is_text: bool) -> bytes:
    house = Actor.system("default", "svc_test")
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, "recording:redact", recording_id, because="a test")
        rows = catalog.transcripts(work, recording_id) if is_text else catalog.renditions(work, recording_id)
        [one] = [row for row in rows if row.level == level]
        return vault.open(work, grant, one.blob_id).readall()


def words(runtime: Runtime, recording_id: str, level: str = "rendition") -> list[str]:
    document = transcripts.read(stored(runtime, recording_id, level, is_text=True))
    return [word.text for word in document.words]


def test_what_a_run_was_not_sure_of_waits_for_a_person_and_holds_no_word_of_it(
    runtime: Runtime, recording_id: str
) -> None:
    found = listed(runtime)
    assert {one.entity for one in found} == {"PAN", "CVV", "EXPIRY"}
    shown, said = words(runtime, recording_id), words(runtime, recording_id, "master")
    for one in found:
        assert one.state == "open"
        assert one.first_word is not None
        assert one.last_word is not None
        assert set(shown[one.first_word : one.last_word + 1]) <= {
            f"[{one.entity}]",
            f"[{one.entity}].",
            f"[{one.entity}],",
        }
        assert not any(sign.isdigit() for sign in one.because)
        assert one.start_ms is not None
        assert (one.language, one.position) == ("en", 0)
    assert listed(runtime, entity="PAN") == [one for one in found if one.entity == "PAN"]
    assert said != shown
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_is_certain_enough_waits_for_nobody(runtime: Runtime) -> None:
    with_bound(runtime, 0.0)
    made = intake.ingest(runtime, HOUSE, sidecar.read(SAMPLES / f"{CARD}.json")).recording_id
    assert service.redact(runtime, HOUSE, made).state == "released"
    assert listed(runtime) == []


def test_a_kind_of_data_may_have_a_bound_of_its_own() -> None:
    shipped = policy.load(Path(__file__).resolve().parents[2] / "policies").default.redaction
    assert shipped.is_for_review("PAN", shipped.review_below - 0.01)
    assert not shipped.is_for_review("PAN", shipped.review_below)
    assert not shipped.is_for_review("PHONE", 0.4)


@ON_SQLITE
def test_the_passage_is_read_for_a_purpose_behind_the_mask_by_whoever_may_hear_masters(
    runtime: Runtime, recording_id: str
) -> None:
    item = of(runtime, "PAN")
    seen = read(runtime, item)
    assert seen.level == "master"
    marked = [word.text for turn in seen.behind for word in turn.words if word.is_found]
    assert "four" in " ".join(marked).lower()
    assert all(word.text.startswith("[PAN]") for turn in seen.shown for word in turn.words if word.is_found)
    less = read(runtime, item, QA)
    assert (less.level, less.behind) == ("rendition", ())
    with pytest.raises(DeniedError):
        reviews.read(runtime, DPO, item.id, purpose="training")
    with pytest.raises(DeniedError):
        reviews.read(runtime, QA, item.id, purpose=PURPOSE, level="master")
    with pytest.raises(DeniedError):
        read(runtime, item, Actor(kind="admin", id="usr_ada", tenant="default", role="administrator"))
    elsewhere = replace(QA, site="york")
    with pytest.raises(NotFoundError):
        read(runtime, item, elsewhere)
    assert listed(runtime, elsewhere) == []
    assert recording_id == item.recording_id
    check_everything(runtime, "default")


@ON_SQLITE
def test_nobody_decides_about_what_they_have_not_read(runtime: Runtime, recording_id: str) -> None:
    item = of(runtime, "PAN")
    with pytest.raises(ConflictError, match="read the passage"):
        reviews.decide(runtime, DPO, item.id, Verdict("accept"))
    read(runtime, item, QA)
    with pytest.raises(ConflictError, match="read the passage"):
        reviews.decide(runtime, DPO, item.id, Verdict("accept"))
    assert decide(runtime, item, Verdict("accept")).redacted is None
    with pytest.raises(ConflictError, match="decided already"):
        reviews.decide(runtime, DPO, item.id, Verdict("reject"))
    assert [one.decision for one in listed(runtime, state="decided")] == ["accept"]


@ON_SQLITE
def test_a_rejected_finding_keeps_its_mask(runtime: Runtime, recording_id: str) -> None:
    before = stored(runtime, recording_id, "rendition", is_text=True)
    done = decide(runtime, of(runtime, "PAN"), Verdict("reject"))
    assert done.redacted is None
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert stored(runtime, recording_id, "rendition", is_text=True) == before
    check_everything(runtime, "default")


def test_what_is_widened_is_neither_read_nor_heard_any_more(runtime: Runtime, recording_id: str) -> None:
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    first, last = item.first_word - 2, item.last_word
    said = transcripts.read(stored(runtime, recording_id, "rendition", is_text=True)).words
    start, end = said[first].start_ms, said[first + 1].end_ms
    assert start is not None
    assert end is not None
    channel = said[first].channel or 0
    assert loudest(runtime, recording_id, start, end, channel) > 0.01
    done = decide(runtime, item, Verdict("widen", places=Places(first, last)))
    assert done.redacted is not None
    assert done.redacted.state == "released", done.redacted.because
    assert (done.item.decided_first, done.item.decided_last) == (first, last)
    assert done.item.applied_at is not None
    now = words(runtime, recording_id)
    assert all(word.startswith("[PAN]") for word in now[first : last + 1])
    assert loudest(runtime, recording_id, start, end, channel) < 0.001
    # What was not for him to hide stays: the master has all but authentication data.
    assert words(runtime, recording_id, "master")[first] == said[first].text
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert words(runtime, recording_id) == now
    check_everything(runtime, "default")


def loudest(runtime: Runtime, recording_id: str, start_ms: int, end_ms: int, channel: int) -> float:
    sound, rate = soundfile.read(
        io.BytesIO(stored(runtime, recording_id, "rendition", is_text=False)), always_2d=True
    )
    piece = sound[start_ms * rate // 1000 : end_ms * rate // 1000, min(channel, sound.shape[1] - 1)]
    return float(np.abs(piece).max(initial=0.0))


@ON_SQLITE
def test_what_a_person_calls_a_code_leaves_the_master_too(runtime: Runtime, recording_id: str) -> None:
    item = of(runtime, "EXPIRY")
    assert item.first_word is not None
    assert item.last_word is not None
    before = words(runtime, recording_id, "master")[item.first_word : item.last_word + 1]
    assert not any(word.startswith("[") for word in before)
    done = decide(runtime, item, Verdict("accept", entity=Entity.CVV))
    assert done.redacted is not None
    assert done.redacted.state == "released", done.redacted.because
    for level in ("rendition", "master"):
        now = words(runtime, recording_id, level)[item.first_word : item.last_word + 1]
        assert all(word.startswith("[CVV]") for word in now), level
    check_everything(runtime, "default")


@ON_SQLITE
def test_from_the_decision_on_nobody_hears_what_was_widened_whatever_becomes_of_the_run(
    runtime: Runtime, recording_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    read(runtime, item)

    def die(*_asked: object) -> None:
        raise RuntimeError("the process dies here")

    monkeypatch.setattr(service, "redact", die)
    wider = Verdict("widen", places=Places(item.first_word - 1, item.last_word))
    with pytest.raises(RuntimeError):
        reviews.decide(runtime, DPO, item.id, wider)
    monkeypatch.undo()
    with pytest.raises((QuarantinedError, DeniedError)):
        playback.play(runtime, DPO, recording_id, purpose="complaint")
    with pytest.raises(ConflictError, match="quarantine"):
        reviews.decide(runtime, DPO, of(runtime, "CVV").id, Verdict("accept"))
    assert [done.state for done in service.redact_pending(runtime, HOUSE)] == ["released"]
    assert words(runtime, recording_id)[item.first_word - 1].startswith("[PAN]")


@ON_SQLITE
@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict("widen"), "first_word"),
        (Verdict("accept", places=Places(0, 1)), "first_word"),
        (Verdict("reject", entity=Entity.CVV), "entity"),
        (Verdict("accept", entity=Entity.EMAIL), "entity"),
        (Verdict("widen", places=Places(0, 10_000)), "last_word"),
        (Verdict("widen", places=Places(0, 0)), "first_word"),
    ],
)
def test_a_verdict_that_makes_no_sense_changes_nothing(
    runtime: Runtime, recording_id: str, verdict: Verdict, field: str
) -> None:
    item = of(runtime, "PAN")
    with pytest.raises(InvalidError) as refused:
        decide(runtime, item, verdict)
    assert refused.value.field == field
    assert of(runtime, "PAN").state == "open"
    assert len(listed(runtime, recording_id=recording_id)) == 3


@ON_SQLITE
def test_authentication_data_becomes_nothing_that_is_kept(runtime: Runtime, recording_id: str) -> None:
    with pytest.raises(InvalidError, match="cannot become"):
        decide(runtime, of(runtime, "CVV"), Verdict("accept", entity=Entity.PAN))


@ON_SQLITE
def test_a_new_run_keeps_what_waits_and_what_was_decided(runtime: Runtime, recording_id: str) -> None:
    item = of(runtime, "EXPIRY")
    decide(runtime, item, Verdict("accept"))
    waiting = {one.id for one in listed(runtime, state="open")}
    assert len(waiting) == 2
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    # What is masked already is not found again, and still waits for somebody who looks at it.
    assert {one.id for one in listed(runtime, state="open")} == waiting
    [kept] = listed(runtime, state="decided")
    assert (kept.id, kept.decided_first, kept.decided_last) == (item.id, item.first_word, item.last_word)


def test_what_is_erased_leaves_its_evidence_and_no_way_back(runtime: Runtime, recording_id: str) -> None:
    decide(runtime, of(runtime, "PAN"), Verdict("reject"))
    erasure.erase(runtime, DPO, recording_id, "recorded_in_error")
    assert listed(runtime) == []
    assert reviews.forget_erased(runtime, HOUSE) == 3
    assert reviews.forget_erased(runtime, HOUSE) == 0
    with runtime.work(HOUSE, write=False) as work:
        rows = work.session.execute(sa.text("SELECT * FROM review_item")).mappings().all()
        [row] = rows
        assert (row["entity"], row["decision"], row["read_level"]) == ("PAN", "reject", "master")
        told = {
            name: row[name]
            for name in ("recording_id", "run_id", "position", "start_ms", "decided_by", "first_word")
        }
        assert set(told.values()) == {None}
        assert [one.decision for one in review_queries.opinions(work)] == ["reject"]
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_runs_before_have_cut_out_stays_in_the_record_of_the_last(
    runtime: Runtime, recording_id: str
) -> None:
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    decide(runtime, item, Verdict("widen", places=Places(item.first_word - 1, item.last_word)))
    with runtime.work(HOUSE, write=False) as work:
        run = queries.last_redactions(work, [recording_id])[recording_id]
    assert {span["entity"] for span in run.spans} == {"PAN", "CVV", "EXPIRY"}
    assert run.counts == {"PAN": 1, "CVV": 1, "EXPIRY": 1}


@ON_SQLITE
def test_a_recording_that_does_not_come_to_rest_is_redacted_later_and_heard_by_nobody_until_then(
    runtime: Runtime, recording_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    monkeypatch.setattr(service, "_settle", lambda *_asked: None)
    done = decide(runtime, item, Verdict("widen", places=Places(item.first_word - 1, item.last_word)))
    monkeypatch.undo()
    assert done.redacted is not None
    assert (done.redacted.state, done.item.applied_at) == ("quarantined", None)
    assert [one.state for one in service.redact_pending(runtime, HOUSE)] == ["released"]
    assert words(runtime, recording_id)[item.first_word - 1].startswith("[PAN]")


@ON_SQLITE
def test_a_hold_keeps_nothing_from_being_widened(runtime: Runtime, recording_id: str) -> None:
    with runtime.work(DPO) as work:
        recordings.hold(work, recording_id, "2026-17")
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    done = decide(runtime, item, Verdict("widen", places=Places(item.first_word - 1, item.last_word)))
    assert done.redacted is not None
    assert done.redacted.state == "released"
    check_everything(runtime, "default")


def in_turns(body: bytes) -> bytes:
    """The same transcript with whole sentences: a mask in it is one word, however many it hides."""
    rows: list[dict[str, Any]] = []
    for word in json.loads(body)["words"]:
        if rows and rows[-1]["speaker"] == word["speaker"]:
            rows[-1] |= {"text": f"{rows[-1]['text']} {word['text']}", "end_ms": word["end_ms"]}
        else:
            rows.append(dict(word))
    return json.dumps({"language": "en", "turns": rows}).encode()


@ON_SQLITE
def test_in_whole_sentences_too_a_decision_stays_with_its_words(runtime: Runtime) -> None:
    with_bound(runtime, 1.0)
    call = sidecar.read(SAMPLES / f"{CARD}.json")
    turns = replace(call.transcripts[0], body=in_turns(call.transcripts[0].body))
    recording_id = intake.ingest(runtime, HOUSE, replace(call, transcripts=(turns,))).recording_id
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    shown = words(runtime, recording_id)
    for one in listed(runtime):
        assert one.first_word is not None
        assert one.last_word is not None
        assert any(f"[{one.entity}]" in word for word in shown[one.first_word : one.last_word + 1])
    item = of(runtime, "PAN")
    assert item.first_word is not None
    assert item.last_word is not None
    seen = read(runtime, item)
    assert (
        "four" in " ".join(word.text for turn in seen.behind for word in turn.words if word.is_found).lower()
    )
    before = shown[item.first_word - 2 : item.first_word]
    done = decide(runtime, item, Verdict("widen", places=Places(item.first_word - 2, item.last_word)))
    assert done.redacted is not None
    assert done.redacted.state == "released", done.redacted.because
    now = words(runtime, recording_id)
    assert len(now) == len(shown) - 2
    assert done.item.decided_first is not None
    assert done.item.decided_last is not None
    assert "[PAN]" in now[done.item.decided_first]
    assert " ".join(before) not in " ".join(now)
    for one in listed(runtime, state="open"):
        assert one.words == len(now)
        assert one.first_word is not None
        assert f"[{one.entity}]" in now[one.first_word]
    assert {one.entity for one in listed(runtime, state="open")} == {"EXPIRY", "CVV"}
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert words(runtime, recording_id) == now
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_waits_inside_something_that_was_widened_waits_no_longer(
    runtime: Runtime, recording_id: str
) -> None:
    item, inside = of(runtime, "PAN"), of(runtime, "EXPIRY")
    assert item.first_word is not None
    assert inside.last_word is not None
    assert item.first_word < inside.last_word
    decide(runtime, item, Verdict("widen", places=Places(item.first_word, inside.last_word)))
    assert {one.entity for one in listed(runtime, state="open")} == {"CVV"}
