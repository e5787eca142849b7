"""What is known of deadlines: which are outdated, which are due, and lists and counts of them as pages need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.db import is_one_of
from governance.keyset import Keyset
from governance.recordings.models import ERASED, Hold, Recording, Suspension
from governance.retention.models import RetentionSchedule
from governance.runtime import Work

_BY_DEADLINE = Keyset(col(RetentionSchedule.due_at), col(RetentionSchedule.recording_id))
_COUNTS = "retention.counts"
_REMEMBERED = timedelta(minutes=1)


@dataclass(frozen=True)
class Filters:
    """What a list of deadlines is narrowed to. `until` is not included."""

    rule: str | None = None
    action: str | None = None
    waits_for: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    in_review: bool = False


@dataclass(frozen=True)
class Falls:
    """One recording that falls due: what stands in a list of them. Nobody is named in it."""

    recording_id: str
    external_id: str
    source: str
    started_at: datetime
    rule: str
    action: str
    due_at: datetime
    waits_for: str | None
    review_asked_at: datetime | None


@dataclass(frozen=True)
class Outdated:
    """A recording whose row in the schedule is missing, reckoned from older facts, or no longer needed."""

    recording_id: str
    is_erased: bool
    review_asked_at: datetime | None


def schedule_of(work: Work, recording_id: str) -> RetentionSchedule | None:
    """Return when the recording falls due, or None where that was not reckoned yet."""
    return work.session.exec(
        select(RetentionSchedule).where(RetentionSchedule.recording_id == recording_id)
    ).first()


def schedules_of(work: Work, recording_ids: Sequence[str]) -> dict[str, RetentionSchedule]:
    """Return when each of the recordings falls due; one for which that was not reckoned yet is not in it."""
    asked = select(RetentionSchedule).where(is_one_of(col(RetentionSchedule.recording_id), recording_ids))
    return {row.recording_id: row for row in work.session.exec(asked)}


def outdated(work: Work, after: str, upto: str | None, digest: str) -> Sequence[Outdated]:
    """Return what must be reckoned again of the recordings after `after` and up to `upto`, in the order of their ids."""
    plan = RetentionSchedule
    asked = (
        select(Recording.id, Recording.state, plan.review_asked_at)
        .outerjoin(plan, col(plan.recording_id) == col(Recording.id))
        .where(
            col(Recording.id) > after,
            sa.or_(
                sa.and_(col(Recording.state) == ERASED, col(plan.recording_id).is_not(None)),
                sa.and_(
                    col(Recording.state) != ERASED,
                    sa.or_(
                        col(plan.recording_id).is_(None),
                        col(plan.revision) != col(Recording.revision),
                        col(plan.policy_digest) != digest,
                    ),
                ),
            ),
        )
        .order_by(col(Recording.id))
    )
    if upto is not None:
        asked = asked.where(col(Recording.id) <= upto)
    return [Outdated(one, state == ERASED, since) for one, state, since in work.session.exec(asked)]


def due(
    work: Work, after: tuple[datetime, str] | None, limit: int, *, also_held: bool = False
) -> Sequence[RetentionSchedule]:
    """Return what is due and not in review, the longest due first, by index.

    Recordings with a hold or an open request are passed over unless `also_held`: a hundred thousand of them at the
    front must not stand in the way of the rest. Whether one stands is decided again when it is erased.
    """
    asked = select(RetentionSchedule).where(
        col(RetentionSchedule.due_at) <= work.now, col(RetentionSchedule.review_asked_at).is_(None)
    )
    if not also_held:
        asked = asked.where(~_held(), ~_suspended())
    if after is not None:
        asked = asked.where(_BY_DEADLINE.behind(*after))
    return work.session.exec(asked.order_by(*_BY_DEADLINE.order).limit(limit)).all()


def _held() -> sa.ColumnElement[bool]:
    return (
        select(Hold.id)
        .where(Hold.recording_id == RetentionSchedule.recording_id, col(Hold.released_at).is_(None))
        .exists()
    )


def _suspended() -> sa.ColumnElement[bool]:
    return (
        select(Suspension.id)
        .where(Suspension.recording_id == RetentionSchedule.recording_id, col(Suspension.lifted_at).is_(None))
        .exists()
    )


def falling_due(
    work: Work, filters: Filters, after: str | None, limit: int
) -> tuple[Sequence[Falls], str | None]:
    """Return one page of what falls due, the earliest first, and the cursor of the next page.

    Raises `InvalidError` for a cursor that is not one of ours.
    """
    plan = RetentionSchedule
    asked = _listed()
    for column, value in (
        (plan.rule, filters.rule),
        (plan.action, filters.action),
        (plan.waits_for, filters.waits_for),
    ):
        if value is not None:
            asked = asked.where(col(column) == value)
    if filters.since is not None:
        asked = asked.where(col(plan.due_at) >= filters.since)
    if filters.until is not None:
        asked = asked.where(col(plan.due_at) < filters.until)
    if filters.in_review:
        asked = asked.where(col(plan.review_asked_at).is_not(None))
    if after is not None:
        asked = asked.where(_BY_DEADLINE.after(after))
    asked = asked.order_by(*_BY_DEADLINE.order).limit(limit + 1)
    return _BY_DEADLINE.page([_falls(row) for row in work.session.execute(asked)], limit)


def _listed() -> Any:
    return (
        sa.select(
            RetentionSchedule, col(Recording.external_id), col(Recording.source), col(Recording.started_at)
        )
        .join(Recording, col(Recording.id) == col(RetentionSchedule.recording_id))
        .where(col(Recording.state) != ERASED)
    )


def _falls(found: Any) -> Falls:
    row, external_id, source, started_at = found
    return Falls(
        row.recording_id, external_id, source, started_at, row.rule, row.action, row.due_at, row.waits_for,
        row.review_asked_at,
    )  # fmt: skip


def counts_by_month(work: Work, until_month: str | None = None) -> list[tuple[str, str, str, int]]:
    """Return how many recordings fall due: month, rule, action, count. By an index that holds all of it.

    Counting a million takes a tenth of a second, so what was counted is remembered: for a minute at most, and not past
    a change that this process makes (`forget_counts`). `until_month` (`2027-03`) ends the list with that month.
    """
    known: dict[str, tuple[datetime, list[tuple[str, str, str, int]]]] = work.runtime.state.setdefault(
        _COUNTS, {}
    )
    counted_at, rows = known.get(work.tenant, (None, []))
    if counted_at is None or not counted_at <= work.now < counted_at + _REMEMBERED:
        columns = (
            col(RetentionSchedule.due_month),
            col(RetentionSchedule.rule),
            col(RetentionSchedule.action),
        )
        asked = sa.select(*columns, func.count()).group_by(*columns).order_by(*columns)
        rows = [(month, rule, action, count) for month, rule, action, count in work.session.execute(asked)]
        known[work.tenant] = (work.now, rows)
    return [row for row in rows if until_month is None or row[0] <= until_month]


def forget_counts(work: Work) -> None:
    """Have what falls due counted anew: it is about to change, and has once this Work ends, one way or the other."""
    known: dict[str, object] = work.runtime.state.setdefault(_COUNTS, {})

    def now() -> None:
        known.pop(work.tenant, None)

    now()
    work.on_commit(now)
    work.on_rollback(now)


def samples_of(work: Work, month: str, rule: str, action: str, limit: int) -> list[Falls]:
    """Return some of the recordings that fall due in a month under a rule, for an action: by the index of the counts."""
    plan = RetentionSchedule
    asked = _listed().where(col(plan.due_month) == month, col(plan.rule) == rule, col(plan.action) == action)
    return [_falls(row) for row in work.session.execute(asked.limit(limit))]


def external_ids(work: Work, recording_ids: Sequence[str]) -> dict[str, str]:
    """Return what their sources call the recordings."""
    asked = select(Recording.id, Recording.external_id).where(is_one_of(col(Recording.id), recording_ids))
    return dict(work.session.exec(asked).all())


def reviews_waiting(work: Work, asked_before: datetime | None = None) -> int:
    """Return how many recordings wait for a person's decision: all, or those asked about before a moment."""
    asked = select(func.count()).select_from(RetentionSchedule)
    asked = asked.where(col(RetentionSchedule.review_asked_at).is_not(None))
    if asked_before is not None:
        asked = asked.where(col(RetentionSchedule.review_asked_at) < asked_before)
    return work.session.exec(asked).one()
