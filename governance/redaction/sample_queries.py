"""What is known of the random sample: the queue, who has to do with a recording, what was marked, and what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.access import service as access
from governance.access.models import Account
from governance.errors import NotFoundError
from governance.keyset import Keyset
from governance.recordings.models import ERASED, RELEASED, Recording
from governance.recordings.queries import Columns
from governance.redaction.models import (
    JUDGED,
    LAPSED,
    WAITING,
    RedactionCertificate,
    RedactionRun,
    ReleaseSample,
    ReviewItem,
    SampleMiss,
    Verdict,
)
from governance.runtime import Work

_OLDEST_FIRST = Keyset(col(ReleaseSample.drawn_at), col(ReleaseSample.id))
_BATCH = 500


def listing(
    work: Work, state: str, after: str | None, limit: int
) -> tuple[Sequence[ReleaseSample], str | None]:
    """Return one page of the sample that the Work's actor may judge, the longest waiting first, and the next cursor.

    What is in quarantine waits unseen. Raises `InvalidError` for a cursor that is not one of ours.
    """
    asked = (
        select(ReleaseSample)
        .join(Recording, col(Recording.id) == col(ReleaseSample.recording_id))
        .where(access.visible(work, "redaction:sample", Columns(work)), ReleaseSample.state == state)
    )
    asked = asked.where(Recording.state == RELEASED if state == WAITING else Recording.state != ERASED)
    if after is not None:
        asked = asked.where(_OLDEST_FIRST.after(after))
    return _OLDEST_FIRST.page(
        work.session.exec(asked.order_by(*_OLDEST_FIRST.order).limit(limit + 1)).all(), limit
    )


def sample(work: Work, sample_id: str, *, lock: bool = False) -> ReleaseSample:
    """Return one of the sample. Raises `NotFoundError`; what has no recording any more is not there."""
    asked = select(ReleaseSample).where(
        ReleaseSample.id == sample_id, col(ReleaseSample.recording_id).is_not(None)
    )
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = work.session.exec(asked).first()
    if found is None:
        raise NotFoundError("there is no such recording in the sample")
    return found


def of(work: Work, recording_id: str) -> Sequence[ReleaseSample]:
    """Return how often a recording was drawn."""
    return work.session.exec(select(ReleaseSample).where(ReleaseSample.recording_id == recording_id)).all()


def misses(work: Work, recording_id: str) -> Sequence[SampleMiss]:
    """Return what people have marked in the recording, in the order in which they did."""
    asked = select(SampleMiss).where(SampleMiss.recording_id == recording_id)
    return work.session.exec(asked.order_by(col(SampleMiss.id))).all()


def involved(work: Work, recording_id: str) -> set[str]:
    """Return the persons who decided about the recording, asked for a run over it, or looked at what was found in it."""
    asked: Any = sa.union(
        sa.select(col(Verdict.decided_by)).where(col(Verdict.recording_id) == recording_id),
        sa.select(col(RedactionRun.asked_by)).where(col(RedactionRun.recording_id) == recording_id),
        sa.select(col(ReviewItem.read_by)).where(col(ReviewItem.recording_id) == recording_id),
        sa.select(col(ReviewItem.decided_by)).where(col(ReviewItem.recording_id) == recording_id),
    )
    actors = {actor for (actor,) in work.session.execute(asked) if actor is not None}
    persons = select(Account.person).where(col(Account.id).in_(actors))
    # An actor without an account stands for itself.
    return actors | set(work.session.exec(persons).all())


def drawn_in(work: Work, month: str) -> int:
    """Return how many releases of a month were drawn, those among them that are gone since."""
    asked = select(func.count(col(ReleaseSample.id))).where(ReleaseSample.month == month)
    return work.session.exec(asked).one()


def undrawn(work: Work, month: str) -> Iterator[RedactionCertificate]:
    """Yield the last certificate, if it is of that month, of each released recording that no draw has ever taken."""
    is_drawn = select(ReleaseSample.id).where(
        col(ReleaseSample.recording_id) == col(RedactionCertificate.recording_id)
    )
    asked = (
        select(RedactionCertificate)
        .join(Recording, col(Recording.id) == col(RedactionCertificate.recording_id))
        .where(
            Recording.state == RELEASED,
            RedactionCertificate.month == month,
            col(RedactionCertificate.salt).is_not(None),  # which the last one has, and no other
            ~is_drawn.exists(),
        )
    )
    return iter(work.session.exec(asked.execution_options(yield_per=_BATCH)))


def certificates(work: Work, month: str | None) -> Iterator[RedactionCertificate]:
    """Yield every certificate of a month, or of all time, streamed."""
    asked = select(RedactionCertificate)
    if month is not None:
        asked = asked.where(RedactionCertificate.month == month)
    return iter(work.session.exec(asked.execution_options(yield_per=_BATCH)))


def of_erased(work: Work, limit: int) -> Sequence[ReleaseSample]:
    """Return those of the sample whose recording was erased and that still point there, locked."""
    asked = (
        select(ReleaseSample)
        .join(Recording, col(Recording.id) == col(ReleaseSample.recording_id))
        .where(Recording.state == ERASED)
        .limit(limit)
    )
    return work.session.exec(asked.with_for_update(of=ReleaseSample)).all()


def misses_of(work: Work, sample_id: str) -> Sequence[SampleMiss]:
    """Return what was marked in one of the sample."""
    return work.session.exec(select(SampleMiss).where(SampleMiss.sample_id == sample_id)).all()


@dataclass(frozen=True, slots=True)
class Counted:
    """Recordings of the sample that have the same facts: how many were drawn, judged, erased unjudged, and leak."""

    month: str
    language: str
    channels: int
    codec: str
    product: str
    drawn: int
    judged: int
    lapsed: int
    leaking: int


def counted(work: Work) -> list[Counted]:
    """Return the whole sample of the tenant as counts, what was erased since among them."""
    columns = (
        col(ReleaseSample.month), col(ReleaseSample.language), col(ReleaseSample.channels),
        col(ReleaseSample.codec), col(ReleaseSample.product),
    )  # fmt: skip
    is_judged = col(ReleaseSample.state) == JUDGED
    judged = func.sum(sa.case((is_judged, 1), else_=0))
    lapsed = func.sum(sa.case((col(ReleaseSample.state) == LAPSED, 1), else_=0))
    leaking = func.sum(sa.case((sa.and_(is_judged, col(ReleaseSample.missed) > 0), 1), else_=0))
    asked = sa.select(*columns, func.count(), judged, lapsed, leaking).group_by(*columns)
    return [Counted(*row) for row in work.session.execute(asked)]
