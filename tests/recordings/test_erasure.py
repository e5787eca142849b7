"""Erasure on both databases: every copy goes in one act, a hold outranks it, and nothing brings the erased back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.audit import queries as log
from governance.audit import service as audit
from governance.db import BEGIN
from governance.errors import ConflictError, DeniedError, IntegrityError, NotFoundError
from governance.recordings import erasure, intake, people, playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.ledger import Ledger, Named
from governance.recordings.models import ERASED, QUARANTINED, Recording
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.faults.calls import called
from tests.faults.failpoints import Failpoints
from tests.oracle import check_everything

TENANT = "default"
HOUSE = Actor.system(TENANT, "svc_test")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
ANOTHER = Actor(kind="admin", id="another", tenant=TENANT, role="dpo")
TakeIn = Callable[..., str]
Row = Callable[..., Recording]

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def release(runtime: Runtime) -> None:
    assert {done.state for done in redaction.redact_pending(runtime, HOUSE)} == {"released"}


def ledger(runtime: Runtime) -> list[tuple[str, bool]]:
    return [(line.recording_id, line.done) for line in Ledger(runtime.settings.ledger).lines(TENANT)]


def told(runtime: Runtime, act: str, outcome: str = "success") -> int:
    audit.sequence(runtime, TENANT)
    with runtime.work(HOUSE, write=False) as work:
        return len(log.search(work, act=act, outcome=outcome, limit=100).entries)


def wrapped_keys(runtime: Runtime, recording_id: str) -> set[bytes]:
    """Every key that opens something of the recording: its blobs', and its people's in the log."""
    asked = sa.text(
        "SELECT wrapped FROM blob_key JOIN blob ON blob.id = blob_id WHERE owner = :recording "
        "UNION SELECT wrapped FROM audit_subject_key WHERE recording = :recording"
    )
    with runtime.engine.connect() as connection:
        return {bytes(key) for key in connection.scalars(asked, {"recording": recording_id})}


def raw_files(runtime: Runtime) -> Iterator[tuple[str, bytes]]:
    for folder in (runtime.settings.home, runtime.settings.ledger, runtime.settings.anchor):
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.name, path.read_bytes()


def found_in(runtime: Runtime, keys: set[bytes]) -> set[str]:
    return {name for name, content in raw_files(runtime) if any(key in content for key in keys)}


@sqlite_only
def test_after_an_erasure_no_wrapped_key_is_in_any_raw_file(runtime: Runtime, take_in: TakeIn) -> None:
    gone, kept = take_in("a"), take_in("b")
    keys = wrapped_keys(runtime, gone)
    release(runtime)
    keys |= wrapped_keys(runtime, gone)
    assert len(keys) >= 8  # of the original, of the rendition and the master, of two people
    assert found_in(runtime, keys) <= {"governance.db", "governance.db-wal"} != set()
    assert erasure.erase(runtime, DPO, gone, "request").state == erasure.COMPLETE
    assert found_in(runtime, keys) == set()
    assert found_in(runtime, wrapped_keys(runtime, kept))
    runtime.close()
    assert found_in(runtime, keys) == set()
    check_everything(runtime, TENANT)


@sqlite_only
def test_an_erasure_is_incomplete_while_a_reader_keeps_its_traces(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    gone = take_in()
    keys = wrapped_keys(runtime, gone)
    with runtime.engine.connect().execution_options(**{BEGIN: "BEGIN"}) as reader:
        reader.execute(sa.text("SELECT count(*) FROM blob_key")).scalar_one()
        state = erasure.erase(runtime, DPO, gone, "request")
        assert (state.state, row(gone).state) == (erasure.INCOMPLETE, ERASED)
        assert (state.copies["ciphertext"], state.copies["database_traces"]) == ("complete", "incomplete")
        assert found_in(runtime, keys)
        with pytest.raises(NotFoundError):
            playback.play(runtime, DPO, gone, purpose="dispute")
        assert told(runtime, "recording.erasure.completed") == 0
    assert erasure.finish_all(runtime, HOUSE) == 1
    assert found_in(runtime, keys) == set()
    assert told(runtime, "recording.erasure.completed") == 1
    check_everything(runtime, TENANT)


def test_what_is_erased_is_gone_for_everybody_and_its_people_are_found_no_more(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    gone, kept = take_in("a"), take_in("b")
    release(runtime)
    state = erasure.erase(runtime, DPO, gone, "request")
    assert (state.state, state.copies["parties"]) == (erasure.COMPLETE, 2)
    assert row(gone).state == ERASED
    for attempt in (playback.play, playback.read_transcript):
        with pytest.raises(NotFoundError):
            attempt(runtime, DPO, gone, purpose="dispute")
    with runtime.work(HOUSE, write=False) as work:
        (person,) = (one for one in catalog.parties(work, kept) if one.role == "customer")
        token = people.token(work, "tel", people.unseal(work, person)["tel"])
        page, _ = catalog.listing(work, sa.true(), catalog.Filters(tokens=(token,)), None, 10)
        assert [one.id for one in page] == [kept]
    check_everything(runtime, TENANT)


def test_a_hold_outranks_every_reason_to_erase(runtime: Runtime, take_in: TakeIn, row: Row) -> None:
    held = take_in()
    with runtime.work(DPO) as work:
        first, second = (recordings.hold(work, held, matter) for matter in ("M-1", "M-2"))
    for hold in (first, second):
        with pytest.raises(ConflictError, match="legal hold"):
            erasure.erase(runtime, DPO, held, "request")
        assert (row(held).state, ledger(runtime)) == (QUARANTINED, [])
        with runtime.work(ANOTHER) as work:
            recordings.release_hold(work, hold.id)
    assert told(runtime, "recording.erased", "denied") == 2
    assert erasure.erase(runtime, DPO, held, "request").state == erasure.COMPLETE
    check_everything(runtime, TENANT)


def test_who_may_not_erase_erases_nothing(runtime: Runtime, take_in: TakeIn, row: Row) -> None:
    kept = take_in()
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
    nobody = (
        Actor(kind="user", id="usr_1", tenant=TENANT, role="agent", agent_id="agt-999"),
        Actor(kind="admin", id="cli", tenant=TENANT, role="administrator"),
        Actor(kind="admin", id="cli", tenant="other", role="dpo"),
    )
    for actor in nobody:
        with pytest.raises((DeniedError, NotFoundError)):
            erasure.erase(runtime, actor, kept, "request")
    assert (row(kept).state, ledger(runtime)) == (QUARANTINED, [])
    check_everything(runtime, TENANT)


def test_the_ledger_knows_before_the_keys_go_and_again_when_they_are_gone(
    runtime: Runtime, take_in: TakeIn
) -> None:
    gone = take_in()
    points = Failpoints()
    with points.installed(runtime):
        erasure.erase(runtime, DPO, gone, "request")
    assert points.seen[:3] == ["a line of the erasure ledger", "a commit", "a line of the erasure ledger"]
    assert ledger(runtime) == [(gone, True)]


def test_an_erasure_whose_commit_was_lost_is_finished_after_the_restart(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    gone = take_in()
    with Failpoints(2).installed(runtime), pytest.raises(sa.exc.OperationalError):
        erasure.erase(runtime, DPO, gone, "request")
    assert (row(gone).state, ledger(runtime)) == (QUARANTINED, [(gone, False)])
    assert erasure.recover(runtime, TENANT) == 1
    assert (row(gone).state, ledger(runtime)) == (ERASED, [(gone, True)])
    assert erasure.recover(runtime, TENANT) == 0
    assert told(runtime, "recording.erasure.reapplied") == 1
    check_everything(runtime, TENANT)


def test_an_erasure_whose_end_was_never_noted_is_noted_after_the_restart(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    gone = take_in()
    with Failpoints(3).installed(runtime), pytest.raises(OSError, match="failpoint"):
        erasure.erase(runtime, DPO, gone, "request")
    assert (row(gone).state, ledger(runtime)) == (ERASED, [(gone, False)])
    assert erasure.recover(runtime, TENANT) == 1
    assert ledger(runtime) == [(gone, True)]
    assert (told(runtime, "recording.erased"), told(runtime, "recording.erasure.reapplied")) == (1, 0)
    check_everything(runtime, TENANT)


def test_a_hold_placed_between_the_decision_and_the_recovery_is_respected_while_it_stands(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    held = take_in()
    with Failpoints(2).installed(runtime), pytest.raises(sa.exc.OperationalError):
        erasure.erase(runtime, DPO, held, "request")
    with runtime.work(DPO) as work:
        hold = recordings.hold(work, held, "M-1")
    assert erasure.recover(runtime, TENANT) == 0
    assert row(held).state == QUARANTINED
    assert told(runtime, "recording.erasure.reapplied", "denied") == 1
    check_everything(runtime, TENANT)
    with runtime.work(ANOTHER) as work:
        recordings.release_hold(work, hold.id)
    assert erasure.recover(runtime, TENANT) == 1
    assert row(held).state == ERASED
    check_everything(runtime, TENANT)


def test_what_was_erased_once_no_hold_of_an_older_backup_brings_back(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    back = take_in()
    with runtime.work(DPO) as work:
        recordings.hold(work, back, "M-1")
    book = Ledger(runtime.settings.ledger)  # as it is after an erasure that this database has forgotten
    book.decided(TENANT, [Named(back, "era_1")], runtime.clock.now())
    book.done(TENANT, [Named(back, "era_1")], runtime.clock.now())
    assert erasure.recover(runtime, TENANT) == 1
    assert row(back).state == ERASED
    check_everything(runtime, TENANT)


def test_what_a_rule_let_fall_due_and_was_not_erased_is_not_erased_by_the_ledger_but_decided_anew(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    kept = take_in()
    due = erasure.Due(kept, "retention", "Nobody needs it any more.", "a_rule")
    with Failpoints(2).installed(runtime), pytest.raises(sa.exc.OperationalError):
        erasure.erase_batch(runtime, HOUSE, [due])
    assert ledger(runtime) == [(kept, False)]
    assert (
        erasure.recover(runtime, TENANT) == 0
    )  # by now another policy may be in force, or somebody has decided
    assert row(kept).state == QUARANTINED
    check_everything(runtime, TENANT)


def test_erasing_twice_is_erasing_once(runtime: Runtime, take_in: TakeIn) -> None:
    gone = take_in()
    first = erasure.erase(runtime, DPO, gone, "request")
    again = erasure.erase(runtime, DPO, gone, "another reason")
    assert first == again
    assert ledger(runtime) == [(gone, True)]
    assert told(runtime, "recording.erased") == 1
    check_everything(runtime, TENANT)


def test_two_who_erase_at_once_erase_once(runtime: Runtime, take_in: TakeIn) -> None:
    gone = take_in()
    start = threading.Barrier(3)

    def erase(_number: int) -> str:
        start.wait()
        return erasure.erase(runtime, DPO, gone, "request").erasure_id

    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(erase, range(3)))) == 1
    assert told(runtime, "recording.erased") == 1
    erasure.finish_all(runtime, HOUSE)
    check_everything(runtime, TENANT)


def test_a_ledger_that_was_changed_stops_the_recovery_and_a_torn_last_line_does_not(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    gone, kept = take_in("a"), take_in("b")
    erasure.erase(runtime, DPO, gone, "request")
    (path,) = Path(runtime.settings.ledger).iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"v":1,"what":"decided","recording":"' + kept.encode())
    assert erasure.recover(runtime, TENANT) == 0
    assert row(kept).state == QUARANTINED
    Ledger(runtime.settings.ledger).decided(TENANT, [Named(kept, "era_2")], runtime.clock.now())
    assert erasure.recover(runtime, TENANT) == 1
    check_everything(runtime, TENANT)
    path.write_bytes(path.read_bytes().replace(gone.encode(), kept.encode()))
    with pytest.raises(IntegrityError, match="ledger"):
        erasure.recover(runtime, TENANT)


def test_the_ledger_of_one_tenant_erases_nothing_of_another(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
    mine, theirs = take_in("a"), take_in("a", "other")
    Ledger(runtime.settings.ledger).decided("other", [Named(mine, "era_1")], runtime.clock.now())
    assert (erasure.recover(runtime, TENANT), erasure.recover(runtime, "other")) == (0, 0)
    erasure.erase(runtime, DPO, mine, "request")
    assert (row(mine).state, row(theirs, "other").state) == (ERASED, QUARANTINED)
    redaction.redact_pending(runtime, Actor.system("other", "svc_test"))
    check_everything(runtime, "other")


def test_an_erasure_leaves_no_free_text_and_no_name_of_the_source_behind(runtime: Runtime) -> None:
    number = "+447700900123"
    administrator = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
    recording_id = intake.ingest(runtime, administrator, called(number)).recording_id
    release(runtime)
    with runtime.work(DPO) as work:
        placed = recordings.hold(work, recording_id, "Doe v. Example")
    with runtime.work(ANOTHER) as work:
        recordings.release_hold(work, placed.id)
    erasure.erase(runtime, DPO, recording_id, "subject_request")
    with runtime.work(DPO, write=False) as work:
        row = catalog.recording(work, recording_id)
        assert row is not None
        assert number not in row.external_id
        assert [one.matter for one in catalog.all_holds(work, recording_id)] == [""]
    with pytest.raises(ConflictError):
        intake.ingest(runtime, administrator, called(number))
    check_everything(runtime, TENANT)
