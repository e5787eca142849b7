"""What is known of events, reviews, matters and proofs, and, through here, of deadlines (`schedule_queries`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from governance.errors import NotFoundError
from governance.recordings.models import HOLD, StandingOrder
from governance.retention.models import (
    RELEASED,
    Matter,
    RetentionAdoption,
    RetentionEvent,
    RetentionProof,
    RetentionReview,
)
from governance.retention.schedule_queries import (
    Falls,
    Filters,
    counts_by_month,
    due,
    external_ids,
    falling_due,
    outdated,
    reviews_waiting,
    samples_of,
    schedule_of,
    schedules_of,
)
from governance.runtime import Work

__all__ = [
    "Falls",
    "Filters",
    "counts_by_month",
    "due",
    "events",
    "external_ids",
    "falling_due",
    "matter",
    "matters",
    "matters_without_order",
    "orders_without_matter",
    "outdated",
    "proofs",
    "reviews",
    "reviews_waiting",
    "samples_of",
    "schedule_of",
    "schedules_of",
    "unreviewed_matters",
]


def events(work: Work, recording_id: str) -> Sequence[RetentionEvent]:
    """Return the events that were noted for the recording."""
    return work.session.exec(
        select(RetentionEvent)
        .where(RetentionEvent.recording_id == recording_id)
        .order_by(RetentionEvent.event)
    ).all()


def reviews(work: Work, recording_id: str) -> Sequence[RetentionReview]:
    """Return what people decided about the recording, newest first."""
    asked = select(RetentionReview).where(RetentionReview.recording_id == recording_id)
    return work.session.exec(
        asked.order_by(col(RetentionReview.decided_at).desc(), col(RetentionReview.id).desc())
    ).all()


def matters(work: Work, *, with_released: bool = False) -> Sequence[Matter]:
    """Return the matters, those to be reviewed soonest first; the released ones only where they are asked for."""
    asked = select(Matter)
    if not with_released:
        asked = asked.where(Matter.state != RELEASED)
    return work.session.exec(asked.order_by(col(Matter.review_by), col(Matter.id))).all()


def matter(work: Work, matter_id: str, *, lock: bool = False) -> Matter:
    """Return the matter. Raises `NotFoundError` where there is none."""
    asked = select(Matter).where(Matter.id == matter_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    row = work.session.exec(asked).first()
    if row is None:
        raise NotFoundError("there is no such matter")
    return row


def unreviewed_matters(work: Work, on: date) -> Sequence[Matter]:
    """Return the matters that hold and that nobody has confirmed by the day they should have been, on the day `on`."""
    asked = select(Matter).where(Matter.state != RELEASED, col(Matter.review_by) < on)
    return work.session.exec(asked.order_by(col(Matter.review_by), col(Matter.id))).all()


def orders_without_matter(work: Work) -> Sequence[StandingOrder]:
    """Return the holds in force that belong to no matter that is known here: after a restore, the ledger brought them back."""
    known = select(Matter.id).where(Matter.order_id == StandingOrder.id).exists()
    asked = select(StandingOrder).where(
        StandingOrder.kind == HOLD, col(StandingOrder.ended_at).is_(None), ~known
    )
    return work.session.exec(asked.order_by(col(StandingOrder.id))).all()


def matters_without_order(work: Work) -> Sequence[tuple[Matter, StandingOrder]]:
    """Return the matters that seem to hold, each with its order, which has ended."""
    asked = (
        select(Matter, StandingOrder)
        .join(StandingOrder, col(StandingOrder.id) == col(Matter.order_id))
        .where(Matter.state != RELEASED, col(StandingOrder.ended_at).is_not(None))
    )
    return work.session.exec(asked.order_by(col(Matter.id))).all()


def proofs(work: Work, limit: int = 40) -> Sequence[RetentionProof]:
    """Return the proofs that nothing overdue is left, newest first."""
    asked = select(RetentionProof).order_by(col(RetentionProof.at).desc(), col(RetentionProof.id).desc())
    return work.session.exec(asked.limit(limit)).all()


def adoption(work: Work) -> RetentionAdoption | None:
    """Return which policy was put into force last, by whom and when; None where none ever was."""
    asked = select(RetentionAdoption).order_by(
        col(RetentionAdoption.adopted_at).desc(), col(RetentionAdoption.id).desc()
    )
    return work.session.exec(asked.limit(1)).first()
