"""What is known of findings that redaction was not sure of: lists, one of them, and what people's decisions say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from governance.access import service as access
from governance.errors import NotFoundError
from governance.keyset import Keyset
from governance.recordings.models import ERASED, Recording
from governance.recordings.queries import Columns
from governance.redaction.models import DECIDED, OPEN, ReviewItem
from governance.redaction.review_places import Places
from governance.redaction.review_rules import Judged
from governance.redaction.spans import Entity
from governance.runtime import Work

_OLDEST_FIRST = Keyset(col(ReviewItem.created_at), col(ReviewItem.id))


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to."""

    state: str | None = None
    entity: str | None = None
    language: str | None = None
    decision: str | None = None
    recording_id: str | None = None


def items(
    work: Work, filters: Filters, after: str | None, limit: int
) -> tuple[Sequence[ReviewItem], str | None]:
    """Return one page of what the Work's actor may decide about, the longest waiting first, and the cursor of the next.

    Raises `InvalidError` for a cursor that is not one of ours.
    """
    asked = _visible(work)
    for column, value in (
        (ReviewItem.state, filters.state),
        (ReviewItem.entity, filters.entity),
        (ReviewItem.language, filters.language),
        (ReviewItem.decision, filters.decision),
        (ReviewItem.recording_id, filters.recording_id),
    ):
        if value is not None:
            asked = asked.where(col(column) == value)
    if after is not None:
        asked = asked.where(_OLDEST_FIRST.after(after))
    rows = work.session.exec(asked.order_by(*_OLDEST_FIRST.order).limit(limit + 1)).all()
    return _OLDEST_FIRST.page(rows, limit)


def _visible(work: Work) -> SelectOfScalar[ReviewItem]:
    seen = access.visible(work, "redaction:review", Columns(work))
    joined = select(ReviewItem).join(Recording, col(Recording.id) == col(ReviewItem.recording_id))
    return joined.where(seen, Recording.state != ERASED)


def item(work: Work, item_id: str, *, lock: bool = False) -> ReviewItem:
    """Return the finding. Raises `NotFoundError`; what has no recording any more is not there."""
    asked = select(ReviewItem).where(ReviewItem.id == item_id, col(ReviewItem.recording_id).is_not(None))
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = work.session.exec(asked).first()
    if found is None:
        raise NotFoundError("there is no such review")
    return found


def open_items(work: Work, recording_id: str) -> Sequence[ReviewItem]:
    """Return what waits for a person in the recording."""
    asked = select(ReviewItem).where(ReviewItem.recording_id == recording_id, ReviewItem.state == OPEN)
    return work.session.exec(asked).all()


def decided_items(work: Work, recording_id: str) -> Sequence[ReviewItem]:
    """Return what people decided about findings in the recording, in the order in which they did."""
    asked = select(ReviewItem).where(ReviewItem.recording_id == recording_id, ReviewItem.state == DECIDED)
    return work.session.exec(asked.order_by(col(ReviewItem.decided_at), col(ReviewItem.id))).all()


def judged(work: Work, recording_id: str) -> tuple[Judged, ...]:
    """Return the findings of earlier runs over the recording, as a run obeys and moves them: decided ones and open ones."""
    asked = select(ReviewItem).where(ReviewItem.recording_id == recording_id)
    rows = work.session.exec(asked.order_by(col(ReviewItem.created_at), col(ReviewItem.id))).all()
    return tuple(
        Judged(
            item_id=one.id,
            position=one.position,
            first=places.first,
            last=places.last,
            entity=Entity(one.decided_entity or one.entity),
            is_ordered=is_ordered(one),
        )
        for one in rows
        if one.position is not None and (places := places_of(one)) is not None
    )


def is_ordered(one: ReviewItem) -> bool:
    """Return whether a person said that more has to go than was found, or that it is something else."""
    return one.decision == "widen" or one.decided_entity not in (None, one.entity)


def places_of(one: ReviewItem) -> Places | None:
    """Return the words of the stored rendition that the finding has: those a person gave it, or those it was found at."""
    first = one.first_word if one.decided_first is None else one.decided_first
    last = one.last_word if one.decided_last is None else one.decided_last
    return None if first is None or last is None else Places(first, last)


def of_erased(work: Work, limit: int) -> Sequence[ReviewItem]:
    """Return findings that still point into a recording that was erased, locked."""
    asked = (
        select(ReviewItem)
        .join(Recording, col(Recording.id) == col(ReviewItem.recording_id))
        .where(Recording.state == ERASED)
        .limit(limit)
    )
    return work.session.exec(asked.with_for_update(of=ReviewItem)).all()


@dataclass(frozen=True, slots=True)
class Opinion:
    """Decisions of one kind as evidence: what was found with which score in which language, what was said, how often."""

    entity: str
    language: str
    score: float
    decision: str
    read_level: str | None
    count: int = 1


def opinions(work: Work) -> list[Opinion]:
    """Return every decision of the tenant as evidence, those about what was erased since among them."""
    columns = (
        col(ReviewItem.entity), col(ReviewItem.language), col(ReviewItem.score), col(ReviewItem.decision),
        col(ReviewItem.read_level),
    )  # fmt: skip
    # Counted where it lies: scores have three decimals, so that there are few kinds however many decisions.
    asked = sa.select(*columns, sa.func.count()).where(col(ReviewItem.state) == DECIDED).group_by(*columns)
    return [Opinion(*row) for row in work.session.execute(asked)]
