"""Sound without a catalog that takes too long to wait for: taken in sealed, looked at by who asked, and gone in time.

What comes lies in the vault until it has been worked off (`job_working`), what was made of it until it was fetched
(`job_fetching`), and neither longer than policy says. Only the account that asked knows of the job: for everybody else
there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import Any, Final

import orjson

from governance import db, ids
from governance.access import service as access
from governance.audit import service as audit
from governance.errors import LimitError, NotFoundError
from governance.messages import service as messages
from governance.redaction import audio, cleartext, job_queries
from governance.redaction.job_rules import QUEUE_FULL_S, REMEMBERED, state_at
from governance.redaction.models import DONE, EXPIRED, HELD, WAITING, RedactionJob
from governance.redaction.renditions import seal
from governance.redaction.treatment import Treatment
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.service import Sealed

SERVICE = "svc_redaction_jobs"
KIND = "redaction_job"
PERMISSION: Final = "redaction:use"
_BATCH = 200


@dataclass(frozen=True)
class Asked:
    """What is to be done with the sound."""

    language: str | None = None
    treatment: str = Treatment.SILENCE
    only_report: bool = False
    must_be_examined: bool = False


@dataclass(frozen=True)
class Seen:
    """A job as whoever asked for it sees it; `report` is what was done, while there is a result."""

    job: RedactionJob
    state: str
    report: dict[str, Any] | None = None


def check_room(work: Work) -> None:
    """Return if the tenant may have one job more. Raises `LimitError`: what jobs hold of the disk has a bound."""
    most = work.policies.redaction.jobs.held_at_most
    if job_queries.held(work) >= most:
        raise LimitError(
            f"{most} jobs wait, are worked on or have a result that was not fetched: no more at once.",
            QUEUE_FULL_S,
        )


def take_in(
    runtime: Runtime, actor: Actor, asked: Asked, sound: Sealed | bytes, transcript: bytes | None = None
) -> RedactionJob:
    """Return the job that redacts `sound`, which lies in the vault from its commit on, whole or not at all.

    What was sealed already is kept or discarded by this, whatever happens.

    Raises `UnsupportedFormatError` and `InvalidError` for what is no sound that is read, `LimitError` where the tenant
    has as many jobs as it may, `DeniedError`.
    """
    sealed = [sound] if isinstance(sound, Sealed) else []
    kept = False
    try:
        cleartext.refuse({"language": asked.language})
        if isinstance(sound, bytes):
            sealed.append(seal(runtime, actor, BytesIO(sound)))
        with BufferedReader(vault.reopen(runtime, sealed[0])) as clear:
            audio.describe(clear)  # what is no sound at all is told at once
        if transcript is not None:
            sealed.append(seal(runtime, actor, BytesIO(transcript)))
        with runtime.work(actor) as work:
            access.require(work, PERMISSION)
            work.queue_up()
            check_room(work)
            job = _keep(work, asked, sealed)
        kept = True
        return job
    finally:
        if not kept:
            discard_unkept(runtime, actor, sealed)


def _keep(work: Work, asked: Asked, sealed: Sequence[Sealed]) -> RedactionJob:
    job_id = ids.new("rjb")
    sound, *said = sealed
    blobs = [vault.keep(work, sound, job_id).id]
    blobs += [vault.keep(work, one, job_id, is_text=True).id for one in said]
    job = RedactionJob(
        id=job_id,
        tenant=work.tenant,
        account_id=work.actor.id,
        state=WAITING,
        trace=work.trace,
        language=asked.language,
        treatment=Treatment(asked.treatment),
        only_report=asked.only_report,
        must_be_examined=asked.must_be_examined,
        bytes=sound.bytes,
        sound_blob_id=blobs[0],
        transcript_blob_id=blobs[1] if said else None,
        next_at=work.now,
        taken_at=work.now,
        expires_at=work.now + work.policies.redaction.jobs.worked_within,
    )
    work.session.add(job)
    work.session.flush()
    record(work, "redaction.job.taken", job, {"bytes": job.bytes})
    return job


def look(runtime: Runtime, actor: Actor, job_id: str) -> Seen:
    """Return the job as it stands. Raises `NotFoundError`, logged where it is somebody else's."""
    with runtime.work(actor, write=False) as work:
        job = own(work, job_id)
        state = state_at(job.state, job.expires_at, work.now)
    if state != DONE or job.report_blob_id is None:
        return Seen(job, state)
    house = Actor.system(actor.tenant, SERVICE)
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, PERMISSION, job.id, because="Who asked reads the report.")
        try:
            reader = vault.open(work, grant, job.report_blob_id)
        except NotFoundError:
            return Seen(job, state)  # it has ended since
        with BufferedReader(reader) as clear:
            return Seen(job, state, orjson.loads(clear.read()))


def own(work: Work, job_id: str, *, lock: bool = False) -> RedactionJob:
    """Return the actor's own job.

    Raises `NotFoundError` for one that is not there and for one of another account, in the same words; the log knows
    which it was.
    """
    job = job_queries.job(work, job_id, lock=lock)
    if job is not None and job.account_id != work.actor.id:
        res, why = [(KIND, job.id)], {"code": "out_of_scope"}
        audit.record_denied(work, "redaction.job.fetched", res=res, why=why)
        job = None
    if job is None:
        raise NotFoundError("there is no such job")
    return job


def expire(runtime: Runtime, actor: Actor, limit: int = _BATCH) -> int:
    """Delete the keys of what lay here too long, original or result; return how many jobs that ended. A job of the house.

    Nobody could fetch it any more since its time was over, also where this comes late.
    """
    house = Actor.system(actor.tenant, SERVICE)
    with runtime.work(house, write=False) as work:
        due = job_queries.over(work, limit)
    ended = 0
    for job_id in due:
        with runtime.work(house) as work:
            job = job_queries.job(work, job_id, lock=True)
            if job is not None and job.state in HELD and work.now >= job.expires_at:
                code = "not_fetched" if job.state == DONE else "not_worked_off"
                end(work, job, EXPIRED)
                shred(work, job)
                record(work, "redaction.job.expired", job, why=code)
                tell(work, job)
                ended += 1
    clear_ended(runtime, house)
    return ended


def clear_ended(runtime: Runtime, house: Actor, limit: int = _BATCH) -> int:
    """Delete the keys of jobs that have ended and still have some; return how many there were."""
    with runtime.work(house, write=False) as work:
        left = job_queries.uncleared(work, limit)
    for job_id in left:
        with runtime.work(house) as work:
            job = job_queries.job(work, job_id, lock=True)
            if job is not None and job.state not in HELD:
                shred(work, job)
    if left:
        db.forget_deleted(runtime.engine)
    return len(left)


def forget(runtime: Runtime, actor: Actor) -> int:
    """Delete what is known of jobs that ended a week ago; return how many there were. A job of the house."""
    total = 0
    while True:
        with runtime.work(Actor.system(actor.tenant, SERVICE)) as work:
            rows = job_queries.ended_before(work, work.now - REMEMBERED, _BATCH)
            for row in rows:
                work.session.delete(row)
        total += len(rows)
        if len(rows) < _BATCH:
            return total


def discard_unkept(runtime: Runtime, actor: Actor, sealed: Sequence[Sealed]) -> None:
    """Remove what no row claims. A commit that failed on its way back may have been stored: the rows decide."""
    with runtime.work(actor, write=False) as work:
        unclaimed = [one for one in sealed if not vault.is_kept(work, one)]
    for one in unclaimed:
        vault.discard(runtime, one)


def end(work: Work, job: RedactionJob, state: str) -> None:
    """Say that the job has come to its end, in the Work's transaction: nobody works on it or fetches from its commit on."""
    job.state, job.claim, job.ended_at = state, None, work.now
    work.session.add(job)


def shred(work: Work, job: RedactionJob) -> None:
    """Delete the key of everything that is held of the job, in the Work's transaction. For the house."""
    grant = access.house_grant(work, PERMISSION, job.id, because="The job has come to its end.")
    held = (job.sound_blob_id, job.transcript_blob_id, job.result_blob_id, job.report_blob_id)
    for blob_id in filter(None, held):
        vault.shred(work, grant, blob_id)
    job.sound_blob_id = job.transcript_blob_id = job.result_blob_id = job.report_blob_id = None
    work.session.add(job)
    work.session.flush()


def record(
    work: Work,
    act: str,
    job: RedactionJob,
    det: dict[str, Any] | None = None,
    *,
    why: str | None = None,
    out: str = "success",
) -> None:
    """Write an entry about the job, in the Work's transaction."""
    audit.record(
        work, act, res=[(KIND, job.id)], det=det, why={"code": why} if why is not None else None, out=out
    )


def tell(work: Work, job: RedactionJob) -> None:
    """Write the webhook that says what the job has come to, in the Work's transaction."""
    data = {
        "job_id": job.id,
        "state": job.state,
        "problem": job.problem,
        "expires_at": job.expires_at.isoformat() if job.state == DONE else None,
    }
    messages.webhook(work, f"redaction.job.{job.state}", data, [(KIND, job.id)])
