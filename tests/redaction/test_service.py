"""Redaction of the catalog fails closed: what one look misses the other finds, and nothing is released by accident."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from governance.errors import ConflictError, DeniedError, GovernanceError, NotFoundError
from governance.recordings import erasure, intake, playback, standing
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.importers import sidecar
from governance.recordings.interaction import KeyFacts
from governance.recordings.models import Recording
from governance.recordings.selection import Selection
from governance.redaction import cards, outcome, queries, renditions, secondlook, service, settlement, text
from governance.runtime import Actor, Runtime, Work
from tests.oracle import check_everything

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
DPO = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
CARD, SUSPECTED, PLAIN = "card-visa-single-digits", "suspected-code", "plain-outage"
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def taken_in(runtime: Runtime, name: str) -> str:
    return intake.ingest(runtime, HOUSE, sidecar.read(SAMPLES / f"{name}.json")).recording_id


def levels(runtime: Runtime, recording_id: str) -> set[str]:
    with runtime.work(HOUSE, write=False) as work:
        return {one.level for one in catalog.renditions(work, recording_id)}


def reasons(runtime: Runtime, recording_id: str) -> set[str]:
    with runtime.work(HOUSE, write=False) as work:
        return {one.reason for one in catalog.quarantines(work, recording_id)}


def test_a_recording_is_released_with_its_card_gone_and_its_original_destroyed(runtime: Runtime) -> None:
    recording_id = taken_in(runtime, CARD)
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert levels(runtime, recording_id) == {"rendition", "master"}
    with runtime.work(HOUSE, write=False) as work:
        run = queries.runs(work, recording_id)[0]
        assert {span["entity"] for span in run.spans} == {"PAN", "CVV", "EXPIRY"}
        assert run.counts == {"PAN": 1, "CVV": 1, "EXPIRY": 1}
        assert {"text", "dtmf", "looser", "tonepeaks", "presidio"} <= set(run.detectors)
    check_everything(runtime, "default")


@ON_POSTGRES
def test_a_hold_that_is_placed_while_a_run_is_written_waits_for_it_and_not_each_for_the_other(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id, for_update, settle = taken_in(runtime, PLAIN), catalog.for_update, service._settle
    is_writing, is_ordering, has_row = Event(), Event(), Event()

    def write(*asked: Any) -> Any:
        is_writing.set()
        assert is_ordering.wait(60)
        return settle(*asked)

    def lock(work: Work, wanted: str) -> Recording | None:
        row = for_update(work, wanted)
        has_row.set()
        return row

    monkeypatch.setattr(service, "_settle", write)
    monkeypatch.setattr(catalog, "for_update", lock)
    with ThreadPoolExecutor(1) as other:
        run = other.submit(service.redact, runtime, HOUSE, recording_id)
        assert is_writing.wait(60)
        with runtime.work(DPO) as work:
            work.change_orders()
            is_ordering.set()
            has_row.wait(2)  # in vain, unless it locks the row before it heeds the orders
            standing.place(
                work, kind="hold", selection=Selection(everything=True), reference="mat_1", because="A claim."
            )
        assert run.result().state == "released"


@ON_SQLITE
def test_a_planted_miss_of_the_first_look_is_caught_by_the_second(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = taken_in(runtime, CARD)
    monkeypatch.setattr(cards, "find", lambda _talk, **_named: [])
    done = service.redact(runtime, HOUSE, recording_id)
    assert (done.state, done.reasons) == ("quarantined", ("residue",))
    assert levels(runtime, recording_id) == {"original"}
    monkeypatch.undo()
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_renderer_that_cuts_nothing_is_caught_by_the_second_look(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = taken_in(runtime, CARD)
    cut = renditions.cut
    monkeypatch.setattr(
        renditions, "cut", lambda at, house, source, _spans, policy: cut(at, house, source, [], policy)
    )
    done = service.redact(runtime, HOUSE, recording_id)
    assert (done.state, done.reasons) == ("quarantined", ("residue",))
    assert levels(runtime, recording_id) == {"original"}


@ON_SQLITE
@pytest.mark.parametrize("verdict", ["card_data", "not_card_data"])
def test_suspected_authentication_data_waits_for_a_person(runtime: Runtime, verdict: str) -> None:
    recording_id = taken_in(runtime, SUSPECTED)
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)
    with pytest.raises(DeniedError):
        playback.play(runtime, DPO, recording_id, purpose="complaint")
    with pytest.raises(DeniedError):
        service.decide(runtime, HOUSE, recording_id, verdict)
    done = service.decide(runtime, DPO, recording_id, verdict)
    assert done.state == "released", done.because
    assert ("CVV" in done.counts) == (verdict == "card_data")
    with pytest.raises(ConflictError):
        service.decide(runtime, DPO, recording_id, verdict)
    check_everything(runtime, "default")


@ON_SQLITE
def test_confirmed_authentication_data_leaves_also_under_a_hold(runtime: Runtime) -> None:
    recording_id = taken_in(runtime, CARD)
    with runtime.work(DPO) as work:
        recordings.hold(work, recording_id, "2026-17")
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert "original" not in levels(runtime, recording_id)
    with pytest.raises(ConflictError):
        erasure.erase(runtime, DPO, recording_id, "subject_request")
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_recheck_with_better_detectors_puts_a_released_recording_back_and_it_can_be_mended(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = taken_in(runtime, CARD)
    with monkeypatch.context() as yesterday:  # both detectors of yesterday knew nothing of card numbers
        yesterday.setattr(text, "detect_words", lambda *_words, **_named: [])
        yesterday.setattr(secondlook, "read", lambda *_words: [])
        yesterday.setattr("governance.redaction.transcripts.walk.mask", lambda *_w, **_n: None)
        assert service.redact(runtime, HOUSE, recording_id).state == "released"
    hits = service.recheck(runtime, HOUSE)
    assert [hit.recording_id for hit in hits] == [recording_id]
    assert reasons(runtime, recording_id) == {"residue"}
    with pytest.raises(DeniedError):
        playback.play(runtime, DPO, recording_id, purpose="complaint")
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert service.recheck(runtime, HOUSE) == []
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_recording_that_changed_meanwhile_is_redacted_again_as_it_is_now(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = taken_in(runtime, PLAIN)
    work_out, changes = outcome.work_out, [1]

    def change_once(*words: object) -> outcome.Outcome:
        result = work_out(*words)  # type: ignore[arg-type]
        if changes:
            changes.pop()
            with runtime.work(DPO) as work:
                recordings.hold(work, recording_id, "2026-17")
        return result

    monkeypatch.setattr(outcome, "work_out", change_once)
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert not changes
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_run_that_breaks_leaves_the_recording_in_quarantine_and_stops_nobody(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = taken_in(runtime, CARD), taken_in(runtime, PLAIN)
    store = settlement.store

    def break_for_one(work: object, row: object, found: object, result: object) -> None:
        if getattr(row, "id", None) == broken:
            raise RuntimeError("4111111111111111")
        store(work, row, found, result)  # type: ignore[arg-type]

    monkeypatch.setattr(settlement, "store", break_for_one)
    states = {done.recording_id: done for done in service.redact_pending(runtime, HOUSE)}
    assert states[whole].state == "released"
    assert states[broken].reasons == ("redaction_failed",)
    assert "4111" not in states[broken].because
    assert levels(runtime, broken) == {"original"}
    monkeypatch.undo()
    assert service.queue_failed(runtime, HOUSE) == 1
    assert reasons(runtime, broken) == {"awaiting_redaction"}
    assert [done.state for done in service.redact_pending(runtime, HOUSE)] == ["released"]
    check_everything(runtime, "default")


@ON_SQLITE
def test_keys_told_of_at_a_time_outside_the_sound_keep_the_recording_in_quarantine(runtime: Runtime) -> None:
    call = sidecar.read(SAMPLES / f"{PLAIN}.json")
    keys = tuple(
        KeyFacts(0, None, 10**9 + 300 * at, None, digit) for at, digit in enumerate("4111111111111111")
    )
    recording_id = intake.ingest(runtime, HOUSE, replace(call, keyed=keys)).recording_id
    assert "span_unlocated" in service.redact(runtime, HOUSE, recording_id).reasons
    check_everything(runtime, "default")


@ON_SQLITE
def test_keys_that_a_person_says_are_no_card_data_are_cut_all_the_same_and_the_call_is_released(
    runtime: Runtime,
) -> None:
    call = sidecar.read(SAMPLES / f"{PLAIN}.json")
    keys = tuple(KeyFacts(0, None, 1000 + 300 * at, None, digit) for at, digit in enumerate("90417"))
    recording_id = intake.ingest(runtime, HOUSE, replace(call, keyed=keys)).recording_id
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)
    assert service.decide(runtime, DPO, recording_id, "not_card_data").state == "released"
    check_everything(runtime, "default")


@ON_SQLITE
def test_nobody_redacts_what_is_not_theirs_or_not_there(runtime: Runtime) -> None:
    recording_id = taken_in(runtime, PLAIN)
    with pytest.raises(NotFoundError):
        service.redact(runtime, HOUSE, "rec_" + "0" * 32)
    with pytest.raises(GovernanceError):
        service.redact(runtime, Actor(kind="user", id="u", tenant="default", role="agent"), recording_id)
    with pytest.raises(NotFoundError):
        service.redact(runtime, Actor.system("other", "svc_test"), recording_id)
    assert reasons(runtime, recording_id) == {"awaiting_redaction"}
