"""Batches of erasures: one transaction each, decided again under lock, what may not go left and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from governance.audit import service as audit
from governance.errors import ConflictError, DeniedError
from governance.recordings import certificate, erasure, playback, standing
from governance.recordings import queries as catalog
from governance.recordings.erasure import Due
from governance.recordings.ledger import Ledger, Named
from governance.recordings.models import ERASED, MASTER, RELEASED, RENDITION, Recording
from governance.recordings.selection import Selection
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.faults.failpoints import Failpoints
from tests.oracle import check_everything

TENANT = "default"
HOUSE = Actor.system(TENANT, "svc_retention")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
TakeIn = Callable[..., str]
Row = Callable[..., Recording]


def due(*recording_ids: str) -> list[Due]:
    return [
        Due(one, "retention", "Calls are kept for six months.", "calls-six-months") for one in recording_ids
    ]


def keep(runtime: Runtime, kind: str, recording_id: str) -> None:
    one = Selection(recording_ids=(recording_id,))
    with runtime.work(HOUSE) as work:
        standing.place(work, kind=kind, selection=one, reference=f"ref_{kind}", because="-")


def levels(runtime: Runtime, recording_id: str) -> set[str]:
    with runtime.work(HOUSE, write=False) as work:
        sound = {one.level for one in catalog.renditions(work, recording_id)}
        return sound | {one.level for one in catalog.transcripts(work, recording_id)}


def test_what_may_not_go_is_left_and_named(runtime: Runtime, take_in: TakeIn, row: Row) -> None:
    gone, held, asked, both, changed = (take_in(name) for name in "abcde")
    for kind, one in (("hold", held), ("suspension", asked), ("hold", both), ("suspension", both)):
        keep(runtime, kind, one)
    stale = Due(changed, "retention", "-", revision=row(changed).revision - 1)
    result = erasure.erase_batch(runtime, HOUSE, [*due(gone, held, asked, both, "rec_nowhere"), stale])
    assert (list(result.erased), row(gone).state) == ([gone], ERASED)
    assert result.left == {
        held: "legal_hold", asked: "open_request", both: "legal_hold", changed: "changed", "rec_nowhere": "not_found",
    }  # fmt: skip
    again = erasure.erase_batch(runtime, HOUSE, due(gone))
    assert (again.erased, again.left) == ({}, {gone: "erased"})
    with pytest.raises(ConflictError, match="open request of a person"):
        erasure.erase(runtime, DPO, asked, "subject_request")
    check_everything(runtime, TENANT)


def test_a_batch_is_one_line_of_the_ledger_and_one_transaction(runtime: Runtime, take_in: TakeIn) -> None:
    several = [take_in(name) for name in "abc"]
    points = Failpoints()
    with points.installed(runtime):
        erasure.erase_batch(runtime, HOUSE, due(*several))
    assert points.seen[:3] == ["a line of the erasure ledger", "a commit", "a line of the erasure ledger"]
    assert points.seen.count("a line of the erasure ledger") == 2
    untouched = Failpoints()
    with untouched.installed(runtime):
        assert erasure.erase_batch(runtime, HOUSE, due(*several)).erased == {}
    assert untouched.seen == ["a commit"]


def test_a_batch_that_somebody_asked_for_and_whose_commit_was_lost_is_finished_unless_it_is_held(
    runtime: Runtime, take_in: TakeIn, row: Row
) -> None:
    several = [take_in(name) for name in "abc"]
    with Failpoints(2).installed(runtime), pytest.raises(sa.exc.OperationalError):
        erasure.erase_batch(runtime, HOUSE, [replace(one, rule=None) for one in due(*several)])
    assert {row(one).state for one in several} != {ERASED}
    keep(runtime, "hold", several[0])
    assert erasure.recover(runtime, TENANT) == 2
    assert [row(one).state == ERASED for one in several] == [False, True, True]
    with runtime.work(HOUSE, write=False) as work:
        found = [catalog.erasure_of(work, one) for one in several[1:]]
    assert {(one.reason, one.rule) for one in found if one} == {("retention", None)}
    check_everything(runtime, TENANT)


def test_a_batch_is_for_the_house_alone(runtime: Runtime, take_in: TakeIn, row: Row) -> None:
    one = take_in()
    for verb in (erasure.erase_batch, erasure.erase_masters):
        with pytest.raises(DeniedError):
            verb(runtime, DPO, due(one))
    assert row(one).state != ERASED


def test_a_master_goes_and_the_rendition_stays(runtime: Runtime, take_in: TakeIn, row: Row) -> None:
    one, held = take_in("a"), take_in("b")
    redaction.redact_pending(runtime, HOUSE)
    keep(runtime, "hold", held)
    raw = take_in("c")
    result = erasure.erase_masters(runtime, HOUSE, due(one, held, raw))
    assert (list(result.erased), result.left) == ([one], {held: "legal_hold", raw: "no_rendition"})
    assert (levels(runtime, one), levels(runtime, held)) == ({RENDITION}, {RENDITION, MASTER})
    assert row(one).state == RELEASED
    playback.play(runtime, DPO, one, purpose="dispute").reader.close()
    assert erasure.erase_masters(runtime, HOUSE, due(one)).left == {one: "no_master"}
    with runtime.work(HOUSE) as work:
        audit.record(work, "recording.read")
        found = certificate.certificate(work, result.erased[one])
    assert (found["scope"], found["state"]) == (MASTER, "complete")
    assert {copy["kind"] for copy in found["copies"]} == {"keys", "ciphertext", "database_traces"}
    redaction.redact_pending(runtime, HOUSE)
    assert redaction.redact(runtime, HOUSE, one).state == "released"
    assert levels(runtime, one) == {RENDITION}
    check_everything(runtime, TENANT)
    assert list(erasure.erase_batch(runtime, HOUSE, due(one)).erased) == [one]
    check_everything(runtime, TENANT)


def test_a_master_that_an_older_backup_brings_back_goes_again(runtime: Runtime, take_in: TakeIn) -> None:
    one = take_in()
    redaction.redact_pending(runtime, HOUSE)
    keep(runtime, "hold", one)  # what was done once no hold of an older backup undoes
    book, lost = Ledger(runtime.settings.ledger), [Named(one, "era_" + "0" * 32, "retention", "calls")]
    for note in (book.decided, book.done):  # as it is after an erasure that this database has forgotten
        note(TENANT, lost, runtime.clock.now(), scope=MASTER)
    assert (erasure.recover(runtime, TENANT), levels(runtime, one)) == (1, {RENDITION})
    assert erasure.recover(runtime, TENANT) == 0
    check_everything(runtime, TENANT)
