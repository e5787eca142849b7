"""Erasing a recording: every copy in one act, which says *incomplete* until each of them has answered.

Order of writes: the ledger's line, outside the database, is durable first; one transaction then deletes the keys of
every blob, the parties and their keys in the log, and writes the entry; the ciphertext and the database's own traces
go after the commit, and are asked again until they are gone.
"""

from dataclasses import dataclass
from typing import Any

from governance import ids
from governance.access import service as access
from governance.access.service import Grant
from governance.audit import service as audit
from governance.db import forget_deleted
from governance.errors import ConflictError, NotFoundError
from governance.recordings import people, queries
from governance.recordings.ledger import Ledger, LedgerLine
from governance.recordings.models import ERASED, Erasure, Recording
from governance.runtime import Actor, Runtime, Work
from governance.vault import queries as vault_queries
from governance.vault import service as vault

INCOMPLETE = "incomplete"
COMPLETE = "complete"

KEPT = {
    "legal_hold": "a legal hold stands on the recording: it outranks every reason to erase",
    "open_request": "an open request of a person covers the recording: it is erased once that has been answered",
}
"""Why a recording is not erased now, whoever asks."""


@dataclass(frozen=True)
class ErasureState:
    """How far an erasure has come. `copies` says of each kind of copy whether it is gone."""

    erasure_id: str
    recording_id: str
    state: str
    copies: dict[str, Any]


def erase(runtime: Runtime, actor: Actor, recording_id: str, reason: str) -> ErasureState:
    """Erase the recording and everything made from it; return how far that has come.

    A legal hold outranks every reason (GDPR Art. 17(3)(e)). From the first commit on nobody can read a byte of it,
    whatever state is returned. Erasing what is erased returns the state it is in.

    Raises `NotFoundError`, `DeniedError`, and `ConflictError` while a hold stands.
    """
    with runtime.work(actor) as work:
        row = queries.for_update(work, recording_id)
        if row is None:
            raise NotFoundError("there is no such recording")
        grant = access.require(work, "recording:erase", queries.facts(work, row))
        work.heed_orders()
        kept = queries.kept_from_erasure(work, [recording_id]).get(recording_id)
        if kept is not None:
            res = [("recording", recording_id)]
            audit.record_denied(work, "recording.erased", res=res, why={"code": kept})
            raise ConflictError(KEPT[kept])
        if row.state != ERASED:
            _erase_rows(runtime, work, row, grant, reason)
    return finish(runtime, Actor.system(actor.tenant, "svc_erasure"), recording_id)


def _erase_rows(runtime: Runtime, work: Work, row: Recording, grant: Grant, reason: str) -> Erasure:
    erasure = Erasure(
        id=ids.new("era"), tenant=work.tenant, recording_id=row.id, reason=reason, state=INCOMPLETE,
        asked_by=work.actor.id, asked_at=work.now,
    )  # fmt: skip
    # If we crash after this line and before the commit, the ledger names an erasure that has not happened:
    # `recover` finishes it, since it was decided by somebody who may.
    ledger, recording_id, erasure_id, now = Ledger(runtime.settings.ledger), row.id, erasure.id, work.now
    ledger.decided(work.tenant, [(recording_id, erasure_id)], now)
    work.on_commit(lambda: ledger.done(work.tenant, [(recording_id, erasure_id)], now))
    erasure.copies = forget(work, row, grant)
    work.session.add(erasure)
    audit.record(
        work, "recording.erased", res=[("recording", row.id), ("erasure", erasure.id)], why={"code": reason},
        det={"keys": erasure.copies["keys"], "parties": erasure.copies["parties"]},
    )  # fmt: skip
    work.session.flush()
    return erasure


def forget(work: Work, row: Recording, grant: Grant) -> dict[str, Any]:
    """Delete, in the Work's transaction, all that could bring the recording back, and return what that was."""
    blobs = vault_queries.of_owner(work, row.id)
    for blob in blobs:
        vault.shred(work, grant, blob.id)
    found = (
        *queries.renditions(work, row.id),
        *queries.transcripts(work, row.id),
        *queries.derived(work, row.id),
    )
    for copy in (*found, *queries.party_index(work, row.id)):
        work.session.delete(copy)
    work.session.flush()
    parties = queries.parties(work, row.id)
    for party in parties:
        work.session.delete(party)
    audit.erase_recording(work, row.id)
    for quarantine in queries.quarantines(work, row.id):
        quarantine.ended_at, quarantine.ended_because = work.now, "The recording was erased."
        work.session.add(quarantine)
    row.state, row.erased_at, row.revision = ERASED, work.now, row.revision + 1
    row.agent_id, row.notice, row.channels, row.warnings = None, {}, [], []
    # What the source called it may be a telephone number. Its keyed token still tells that it was here.
    row.external_id = people.erased_id(work, row.source, row.external_id)
    for placed in queries.all_holds(work, row.id):
        placed.matter = ""
        work.session.add(placed)
    access.forget_recording(work, row.id)
    work.session.add(row)
    work.session.flush()
    return {
        "keys": len(blobs),
        "parties": len(parties),
        "ciphertext": INCOMPLETE,
        "database_traces": INCOMPLETE,
    }


def finish(runtime: Runtime, actor: Actor, recording_id: str) -> ErasureState:
    """Ask the copies outside the transaction again, note which have answered, and return the state."""
    vault.sweep(runtime, actor)
    traceless = forget_deleted(runtime.engine)
    with runtime.work(actor) as work:
        queries.for_update(work, recording_id)  # of two who finish at once, the log hears from one
        erasure = queries.erasure_of(work, recording_id)
        if erasure is None:
            raise NotFoundError("there is no such erasure")
        swept = all(blob.swept_at is not None for blob in vault_queries.of_owner(work, recording_id))
        if erasure.state == INCOMPLETE:
            copies = dict(erasure.copies)
            copies["ciphertext"] = COMPLETE if swept else INCOMPLETE
            copies["database_traces"] = COMPLETE if traceless else INCOMPLETE
            erasure.copies = copies
            if swept and traceless:
                erasure.state, erasure.completed_at = COMPLETE, work.now
                res = [("recording", recording_id), ("erasure", erasure.id)]
                audit.record(work, "recording.erasure.completed", res=res)
            work.session.add(erasure)
        return ErasureState(erasure.id, recording_id, erasure.state, dict(erasure.copies))


def finish_all(runtime: Runtime, actor: Actor) -> int:
    """Finish every erasure of the tenant that has not reached all copies; return how many are complete now."""
    with runtime.work(actor, write=False) as work:
        open_ones = [erasure.recording_id for erasure in queries.unfinished_erasures(work)]
    return sum(finish(runtime, actor, one).state == COMPLETE for one in open_ones)


def recover(runtime: Runtime, tenant: str) -> int:
    """Carry out what the ledger says was decided and the database does not know; return how many that were.

    After the restore of an older backup it erases the erased again, whatever holds that backup knows: the keys were
    destroyed once, and a backup is no way around that. After a crash between decision and commit it finishes the
    erasure, unless a hold has come in between.
    """
    actor = Actor.system(tenant, "svc_erasure")
    ledger = Ledger(runtime.settings.ledger)
    count = 0
    for line in ledger.lines():
        if line.tenant == tenant and _reapply(runtime, actor, ledger, line):
            finish(runtime, actor, line.recording_id)
            count += 1
    return count


def _reapply(runtime: Runtime, actor: Actor, ledger: Ledger, line: LedgerLine) -> bool:
    with runtime.work(actor) as work:
        row = queries.for_update(work, line.recording_id)
        if row is None:
            return False
        if row.state != ERASED:
            if not line.done and queries.holds(work, row.id):
                why = {"code": "legal_hold"}
                audit.record(
                    work, "recording.erasure.reapplied", res=[("recording", row.id)], why=why, out="denied"
                )
                return False
            grant = access.house_grant(work, "recording:erase", row.id, because="The erasure ledger says so.")
            erasure = queries.erasure_of(work, row.id) or Erasure(
                id=line.erasure_id, tenant=work.tenant, recording_id=row.id, reason="ledger", state=INCOMPLETE,
                asked_by=work.actor.id, asked_at=work.now,
            )  # fmt: skip
            erasure.copies = forget(work, row, grant)
            work.session.add(erasure)
            res = [("recording", row.id), ("erasure", erasure.id)]
            audit.record(work, "recording.erasure.reapplied", res=res, why={"code": "ledger"})
        elif line.done:
            return False
        work.on_commit(lambda: ledger.done(actor.tenant, [(line.recording_id, line.erasure_id)], work.now))
    return True
