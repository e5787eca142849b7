"""What fails of what was promised to people and authorities: retention, holds, requests of data subjects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.findings.checks.recording_queries import among, rows
from governance.recordings.models import Hold, Recording, Suspension
from governance.retention.models import RELEASED, Matter, RetentionProof, RetentionSchedule
from governance.runtime import Work
from governance.subjects.models import SubjectRequest
from governance.subjects.words import OPEN


def overdue(work: Work, since: datetime, only: Sequence[str] | None) -> Iterator[tuple[str, int, datetime]]:
    """Yield each rule under which something was due before `since` and is still there: rule, how many, the oldest.

    What a hold or an open request keeps is not overdue, and what waits for a review has a check of its own.
    """
    plan = RetentionSchedule
    held = select(Hold.id).where(Hold.recording_id == plan.recording_id, col(Hold.released_at).is_(None))
    suspended = select(Suspension.id).where(
        Suspension.recording_id == plan.recording_id, col(Suspension.lifted_at).is_(None)
    )
    asked = (
        select(plan.rule, func.count(), func.min(plan.due_at))
        .where(
            plan.due_at <= since,
            col(plan.review_asked_at).is_(None),
            ~held.correlate(plan).exists(),
            ~suspended.correlate(plan).exists(),
            among(plan.rule, only),
        )
        .group_by(plan.rule)
    )
    return rows(work, asked, only)


def in_review(work: Work, only: Sequence[str] | None) -> Iterator[tuple[str, int, datetime]]:
    """Yield each rule under which people are asked for reviews: rule, how many wait, since when the first does."""
    plan = RetentionSchedule
    asked = (
        select(plan.rule, func.count(), func.min(plan.review_asked_at))
        .where(col(plan.review_asked_at).is_not(None), among(plan.rule, only))
        .group_by(plan.rule)
    )
    return rows(work, asked, only)


def last_proof(work: Work) -> RetentionProof | None:
    """Return the newest proof that nothing overdue is left, or None where there is none."""
    asked = select(RetentionProof).order_by(col(RetentionProof.at).desc(), col(RetentionProof.id).desc())
    return work.session.exec(asked.limit(1)).first()


def first_recording(work: Work) -> datetime | None:
    """Return when the first recording came in, or None where there is none: ids rise with time."""
    return work.session.exec(select(Recording.created_at).order_by(col(Recording.id)).limit(1)).first()


def unreviewed(work: Work, today: date, only: Sequence[str] | None) -> Iterator[tuple[str, date]]:
    """Yield each matter that holds and should have been reviewed before `today`: id, by when."""
    asked = sa.select(col(Matter.id), col(Matter.review_by)).where(
        col(Matter.state) != RELEASED, col(Matter.review_by) < today, among(Matter.id, only)
    )
    return rows(work, asked, only)


def requests_near(
    work: Work, ends_before: datetime, acknowledge_before: datetime, only: Sequence[str] | None
) -> Iterator[SubjectRequest]:
    """Yield each open request that ends before `ends_before`, or is to be acknowledged before the other moment.

    A clock that stands still has no end.
    """
    near_end = sa.and_(col(SubjectRequest.due_at) <= ends_before, col(SubjectRequest.paused_at).is_(None))
    unacknowledged = sa.and_(
        col(SubjectRequest.acknowledge_by) <= acknowledge_before,
        col(SubjectRequest.acknowledged_at).is_(None),
    )
    asked = select(SubjectRequest).where(
        col(SubjectRequest.state).in_(sorted(OPEN)),
        sa.or_(near_end, unacknowledged),
        among(SubjectRequest.id, only),
    )
    return rows(work, asked, only)
