"""What is known of jobs of redaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from governance.redaction.models import HELD, WAITING, WORKING, RedactionJob
from governance.runtime import Work


def job(work: Work, job_id: str, *, lock: bool = False) -> RedactionJob | None:
    """Return the job, locked until the transaction ends where `lock`; None where there is none."""
    asked = select(RedactionJob).where(RedactionJob.id == job_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return work.session.exec(asked).first()


def claimed(work: Work, job_id: str, claim: str, state: str) -> RedactionJob | None:
    """Return the job, locked, if it is in `state`, in its time, and the claim on it still holds."""
    asked = select(RedactionJob).where(
        RedactionJob.id == job_id,
        RedactionJob.state == state,
        RedactionJob.claim == claim,
        RedactionJob.expires_at > work.now,
    )
    return work.session.exec(asked.with_for_update().execution_options(populate_existing=True)).first()


def is_any_due(work: Work) -> bool:
    """Return whether `due` would find a job: asked once a second, without the lock of a writer."""
    return work.session.exec(_due(work)).first() is not None


def due(work: Work) -> RedactionJob | None:
    """Return the job that has been due longest, locked, or None: nobody else is given it meanwhile.

    One that is worked on is due again when its lease has run out: whoever had it is gone.
    """
    return work.session.exec(_due(work).with_for_update(skip_locked=True)).first()


def _due(work: Work) -> SelectOfScalar[RedactionJob]:
    asked = select(RedactionJob).where(
        col(RedactionJob.state).in_((WAITING, WORKING)),
        RedactionJob.next_at <= work.now,
        RedactionJob.expires_at > work.now,
    )
    return asked.order_by(col(RedactionJob.next_at), col(RedactionJob.id)).limit(1)


def held(work: Work) -> int:
    """Return of how many jobs bytes are held: those that wait, are worked on, or have a result that was not fetched."""
    asked = select(func.count(col(RedactionJob.id))).where(
        col(RedactionJob.state).in_(HELD), RedactionJob.expires_at > work.now
    )
    return work.session.exec(asked).one()


def over(work: Work, limit: int) -> Sequence[str]:
    """Return the ids of jobs whose time is over and of which bytes are still held."""
    asked = select(RedactionJob.id).where(
        col(RedactionJob.state).in_(HELD), col(RedactionJob.expires_at) <= work.now
    )
    return work.session.exec(asked.order_by(col(RedactionJob.expires_at)).limit(limit)).all()


def uncleared(work: Work, limit: int) -> Sequence[str]:
    """Return the ids of jobs that have ended and whose bytes can still be opened."""
    left = or_(*(column.is_not(None) for column in BLOBS))
    asked = select(RedactionJob.id).where(col(RedactionJob.state).not_in(HELD), left)
    return work.session.exec(asked.order_by(col(RedactionJob.id)).limit(limit)).all()


def ended_before(work: Work, moment: datetime, limit: int) -> Sequence[RedactionJob]:
    """Return jobs that ended before that moment and hold nothing any more."""
    empty = [column.is_(None) for column in BLOBS]
    asked = select(RedactionJob).where(
        col(RedactionJob.state).not_in(HELD), col(RedactionJob.ended_at) < moment, *empty
    )
    return work.session.exec(asked.order_by(col(RedactionJob.id)).limit(limit)).all()


BLOBS = (
    col(RedactionJob.sound_blob_id),
    col(RedactionJob.transcript_blob_id),
    col(RedactionJob.result_blob_id),
    col(RedactionJob.report_blob_id),
)
