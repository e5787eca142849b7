"""Erasing recordings: every copy in one act, which says *incomplete* until each of them has answered.

Order of writes: the ledger's line, outside the database, is durable first; one transaction then deletes the keys of
every blob, the parties and their keys in the log, and writes the entries; the ciphertext and the database's own traces
go after the commit, and are asked again until they are gone. One recording and a batch of them go the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from governance.access import service as access
from governance.audit import service as audit
from governance.audit.service import Draft
from governance.db import forget_deleted
from governance.errors import ConflictError, NotFoundError
from governance.recordings import disposal, disposal_queries, queries
from governance.recordings.disposal import COMPLETE, INCOMPLETE, Asked, Due
from governance.recordings.disposal_queries import Incomplete, Locked
from governance.recordings.ledger import Ledger, LedgerLine, Named
from governance.recordings.models import ERASED, MASTER, RENDITION, WHOLE, Erasure
from governance.runtime import Actor, Runtime, Work
from governance.vault import queries as vault_queries
from governance.vault import service as vault

__all__ = [
    "COMPLETE",
    "INCOMPLETE",
    "KEPT",
    "BatchResult",
    "Due",
    "ErasureState",
    "erase",
    "erase_batch",
    "erase_masters",
    "finish",
    "finish_all",
    "recover",
]

KEPT = {
    "legal_hold": "a legal hold stands on the recording: it outranks every reason to erase",
    "open_request": "an open request of a person covers the recording: it is erased once that has been answered",
}
"""Why a recording is not erased now, whoever asks."""

_NAMED_AT_ONCE = 32  # an entry of the log names 64 resources at most: as many recordings, and their erasures
_BATCH = 500


@dataclass(frozen=True)
class ErasureState:
    """How far an erasure has come. `copies` says of each kind of copy whether it is gone."""

    erasure_id: str
    recording_id: str
    state: str
    copies: dict[str, Any]


@dataclass(frozen=True)
class BatchResult:
    """What came of a batch: the erasures, by their recordings, and why each of the others was left.

    `legal_hold` and `open_request` outrank; `not_found` and `erased` are gone already; `changed` is another revision than
    it was decided on; `no_master` and `no_rendition` say why a master could not go alone.
    """

    erased: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def erase(runtime: Runtime, actor: Actor, recording_id: str, reason: str) -> ErasureState:
    """Erase the recording and everything made from it; return how far that has come.

    A legal hold outranks every reason (GDPR Art. 17(3)(e)), and nobody erases what somebody has an open request to
    see. From the first commit on nobody can read a byte of it, whatever state is returned. Erasing what is erased
    returns the state it is in.

    Raises `NotFoundError`, `DeniedError`, and `ConflictError` while a hold or an open request covers it.
    """
    with runtime.work(actor) as work:
        work.heed_orders()
        row = queries.for_update(work, recording_id)
        if row is None:
            raise NotFoundError("there is no such recording")
        grant = access.require(work, "recording:erase", queries.facts(work, row))
        kept = queries.kept_from_erasure(work, [recording_id]).get(recording_id)
        if kept is not None:
            res = [("recording", recording_id)]
            audit.record_denied(work, "recording.erased", res=res, why={"code": kept})
            raise ConflictError(KEPT[kept])
        if row.state != ERASED:
            due = Due(row.id, reason, "Somebody who may erase recordings asked for it.")
            rows = list(disposal_queries.locked(work, [row.id]).values())
            disposal.dispose(work, Asked(WHOLE, rows, {row.id: due}, [grant]))
    return finish(runtime, Actor.system(actor.tenant, "svc_erasure"), recording_id)


def erase_batch(runtime: Runtime, actor: Actor, asked: Sequence[Due]) -> BatchResult:
    """Erase what is due, in one transaction; return what was erased and what was left, and why. For the house alone.

    Everything is decided again under lock: what came under a hold or a request since it was found due is left. If we
    crash before the commit, the ledger names the batch, and `recover` finishes it; nothing of it has happened by half.

    Raises `DeniedError` for anybody but the house.
    """
    return _batch(runtime, actor, WHOLE, asked)


def erase_masters(runtime: Runtime, actor: Actor, asked: Sequence[Due]) -> BatchResult:
    """Erase the masters of recordings and what was made at their level; the renditions stay. Otherwise as `erase_batch`."""
    return _batch(runtime, actor, MASTER, asked)


def _batch(runtime: Runtime, actor: Actor, scope: str, asked: Sequence[Due]) -> BatchResult:
    due = {one.recording_id: one for one in asked}
    with runtime.work(actor) as work:
        grants = {
            one: access.house_grant(work, "recording:erase", one, because=due[one].because) for one in due
        }
        work.heed_orders()
        rows = disposal_queries.locked(work, list(due))
        left = _left(work, scope, rows, list(due))
        changed = (one for one, row in rows.items() if due[one].revision not in (None, row.revision))
        left = dict.fromkeys(changed, "changed") | left
        going = [row for row in rows.values() if row.id not in left]
        erased = disposal.dispose(work, Asked(scope, going, due, [grants[row.id] for row in going]))
    _finish(runtime, Actor.system(actor.tenant, "svc_erasure"), erased.items())
    return BatchResult(erased, left)


def _left(work: Work, scope: str, rows: dict[str, Locked], asked: Sequence[str]) -> dict[str, str]:
    left = {one: "not_found" for one in asked if one not in rows}
    left |= {row.id: "erased" for row in rows.values() if row.state == ERASED}
    if scope == MASTER:
        kept, with_master = (disposal_queries.stored_at(work, asked, level) for level in (RENDITION, MASTER))
        left |= {one: "no_rendition" for one in asked if one not in left and one not in kept}
        left |= {one: "no_master" for one in asked if one not in left and one not in with_master}
    here = [one for one in asked if one not in left]
    return left | queries.kept_from_erasure(work, here)


def finish(runtime: Runtime, actor: Actor, recording_id: str) -> ErasureState:
    """Ask the copies outside the transaction again, note which have answered, and return the state.

    Raises `NotFoundError` where the recording has not been erased.
    """
    with runtime.work(actor, write=False) as work:
        known = queries.erasure_of(work, recording_id)
    if known is None:
        raise NotFoundError("there is no such erasure")
    _finish(runtime, actor, [(recording_id, known.id)])
    with runtime.work(actor, write=False) as work:
        erasure = queries.erasure(work, known.id)
        assert erasure is not None
        return ErasureState(erasure.id, recording_id, erasure.state, dict(erasure.copies))


def finish_all(runtime: Runtime, actor: Actor) -> int:
    """Finish every erasure of the tenant that has not reached all copies; return how many are complete now."""
    complete, after = 0, ""
    while True:
        with runtime.work(actor, write=False) as work:
            page = queries.unfinished_erasures(work, after, _BATCH)
        if not page:
            return complete
        after = page[-1].id
        complete += _finish(runtime, actor, [(one.recording_id, one.id) for one in page])


def _finish(runtime: Runtime, actor: Actor, erasures: Collection[tuple[str, str]]) -> int:
    """Sweep the ciphertext of these recordings, and note which erasures have reached every copy; return how many have."""
    if not erasures:
        return 0
    while vault.sweep(runtime, actor, owners=[recording_id for recording_id, _ in erasures]):
        pass
    traceless = forget_deleted(runtime.engine)
    with runtime.work(actor) as work:
        # Of two who finish at once, the log hears from one.
        open_ones = disposal_queries.incomplete(work, [erasure_id for _, erasure_id in erasures])
        unswept = vault_queries.unswept_owners(work, [one.recording_id for one in open_ones])
        done = [one for one in open_ones if traceless and one.recording_id not in unswept]
        starts = range(0, len(done), _NAMED_AT_ONCE)
        entries = audit.record_all(work, [_told(done[start : start + _NAMED_AT_ONCE]) for start in starts])
        entry_of = {one.id: entries[at // _NAMED_AT_ONCE] for at, one in enumerate(done)}
        rows = []
        for one in open_ones:
            entry_id = entry_of.get(one.id)
            answers = {"ciphertext": one.recording_id not in unswept, "database_traces": traceless}
            rows.append(
                {
                    "erasure": one.id, "copies": _answered(work, one.copies, answers), "completed_entry_id": entry_id,
                    "state": COMPLETE if entry_id else INCOMPLETE, "completed_at": work.now if entry_id else None,
                }
            )  # fmt: skip
        if rows:
            own = sa.and_(col(Erasure.tenant) == work.tenant, col(Erasure.id) == sa.bindparam("erasure"))
            work.session.connection().execute(sa.update(Erasure).where(own), rows)
        return len(done)


def _told(done: Sequence[Incomplete]) -> Draft:
    res = [*(("recording", one.recording_id) for one in done), *(("erasure", one.id) for one in done)]
    return Draft("recording.erasure.completed", tuple(res))


def _answered(work: Work, known: dict[str, Any], answers: dict[str, bool]) -> dict[str, Any]:
    """Return the copies with what they answer now, each with the moment of its first yes."""
    at = {kind: moment for kind, moment in known.get("answered_at", {}).items() if answers.get(kind, True)}
    for kind, is_gone in answers.items():
        if is_gone:
            at.setdefault(kind, work.now.isoformat())
    states = {kind: COMPLETE if is_gone else INCOMPLETE for kind, is_gone in answers.items()}
    return {**known, **states, "answered_at": at}


def recover(runtime: Runtime, tenant: str) -> int:
    """Carry out what the ledger says was decided and the database does not know; return how many that were.

    After the restore of an older backup it erases the erased again, whatever holds that backup knows: the keys were
    destroyed once, and a backup is no way around that. After a crash between decision and commit it finishes the
    erasure, unless a hold or a request has come in between; but not what a rule let fall due: nothing of it has gone, and
    the next sweep decides it anew, by the policy and the persons' decisions of then.
    """
    actor = Actor.system(tenant, "svc_erasure")
    count = 0
    for lines in _some(Ledger(runtime.settings.ledger).lines(tenant)):
        with runtime.work(actor, write=False) as work:
            known = queries.known_erasures(work, [line.erasure_id for line in lines])
        unknown = [line for line in lines if _is_left(line, line.erasure_id in known)]
        for scope in (WHOLE, MASTER):
            again = {line.recording_id: line for line in unknown if line.scope == scope}
            if again:
                count += _reapply(runtime, actor, scope, again)
    return count


def _is_left(line: LedgerLine, is_known: bool) -> bool:
    """Return whether something is left to be done, or to be noted, of what the line says."""
    return not is_known if line.done else is_known or line.rule is None


def _some(lines: Iterable[LedgerLine]) -> Iterable[list[LedgerLine]]:
    some: list[LedgerLine] = []
    for line in lines:
        some.append(line)
        if len(some) == _BATCH:
            yield some
            some = []
    if some:
        yield some


def _reapply(runtime: Runtime, actor: Actor, scope: str, lines: dict[str, LedgerLine]) -> int:
    """Erase again, in one transaction, what the lines name, and note in the ledger what had been done without it."""
    with runtime.work(actor) as work:
        work.heed_orders()
        rows = disposal_queries.locked(work, list(lines))
        known = queries.known_erasures(work, [line.erasure_id for line in lines.values()])
        kept = queries.kept_from_erasure(work, [one for one in rows if not lines[one].done])
        going, noted = [], []
        for row in rows.values():
            line = lines[row.id]
            if line.erasure_id in known or row.state == ERASED:
                noted += [] if line.done else [line]
            elif row.id in kept:
                res, why = [("recording", row.id)], {"code": kept[row.id]}
                audit.record(work, "recording.erasure.reapplied", res=res, why=why, out="denied")
            else:
                going.append(row)
        because = "It had been decided and carried out, or begun, before: the erasure ledger says so."
        grants = [access.house_grant(work, "recording:erase", row.id, because=because) for row in going]
        due = {row.id: Due(row.id, lines[row.id].reason, because, lines[row.id].rule) for row in going}
        erasures = {row.id: lines[row.id].erasure_id for row in going}
        again = Asked(scope, going, due, grants, erasures, "recording.erasure.reapplied")
        erased = disposal.dispose(work, again)
        if noted:
            ledger, now = Ledger(runtime.settings.ledger), work.now
            named = [Named(line.recording_id, line.erasure_id, line.reason, line.rule) for line in noted]
            work.on_commit(lambda: ledger.done(actor.tenant, named, now, scope=scope))
    _finish(runtime, actor, [*erased.items(), *((line.recording_id, line.erasure_id) for line in noted)])
    return len(erased) + len(noted)
