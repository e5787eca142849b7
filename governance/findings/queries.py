"""What is known of findings: lists, one with its history, and what the checks and escalations have to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.errors import NotFoundError
from governance.findings.models import NOTED, OPEN, CheckRun, Finding, FindingEvent, JobRun
from governance.findings.rules import URGENT
from governance.keyset import Keyset
from governance.policy.interventions import KINDS
from governance.recordings.models import ERASED, Recording
from governance.runtime import Work

_BY_DEADLINE = Keyset(col(Finding.due_at), col(Finding.id))


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. `late`: whose deadline is over, or is not."""

    kind: str | None = None
    owner: str | None = None
    state: str | None = None
    assignee: str | None = None
    severity: str | None = None
    late: bool | None = None
    subject_kind: str | None = None
    subject_id: str | None = None


@dataclass(frozen=True)
class Tally:
    """Open findings of one kind: how many, how many late, the oldest of them."""

    kind: str
    owner: str
    open: int
    late: int
    oldest: datetime
    next_due: datetime


def findings(
    work: Work, filters: Filters, after: str | None, limit: int
) -> tuple[Sequence[Finding], str | None]:
    """Return one page of findings, the earliest deadline first, and the cursor of the next.

    Raises `InvalidError` for a cursor that is not one of ours.
    """
    asked = select(Finding)
    for column, value in (
        (Finding.kind, filters.kind),
        (Finding.owner, filters.owner),
        (Finding.state, filters.state),
        (Finding.assignee, filters.assignee),
        (Finding.severity, filters.severity),
        (Finding.subject_kind, filters.subject_kind),
        (Finding.subject_id, filters.subject_id),
    ):
        if value is not None:
            asked = asked.where(column == value)
    if filters.late is not None:
        asked = asked.where(
            Finding.state == OPEN, Finding.due_at < work.now if filters.late else Finding.due_at >= work.now
        )
    if after is not None:
        asked = asked.where(_BY_DEADLINE.after(after))
    rows = work.session.exec(asked.order_by(*_BY_DEADLINE.order).limit(limit + 1)).all()
    return _BY_DEADLINE.page(rows, limit)


def finding(work: Work, finding_id: str, *, lock: bool = False) -> Finding:
    """Return the finding. Raises `NotFoundError`."""
    query = select(Finding).where(Finding.id == finding_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = work.session.exec(query).first()
    if found is None:
        raise NotFoundError("there is no such finding")
    return found


def history(work: Work, finding_id: str) -> Sequence[FindingEvent]:
    """Return what happened to the finding, oldest first."""
    asked = select(FindingEvent).where(FindingEvent.finding_id == finding_id)
    return work.session.exec(asked.order_by(col(FindingEvent.at), col(FindingEvent.id))).all()


def summary(work: Work) -> list[Tally]:
    """Return the open findings by kind and owner, the one with the nearest deadline first."""
    late = func.sum(sa.case((col(Finding.due_at) < work.now, 1), else_=0))
    asked = (
        sa.select(
            col(Finding.kind),
            col(Finding.owner),
            func.count(),
            late,
            func.min(Finding.opened_at),
            func.min(Finding.due_at),
        )
        .where(col(Finding.state) == OPEN)
        .group_by(col(Finding.kind), col(Finding.owner))
    )
    tallies = [Tally(*row) for row in work.session.execute(asked)]
    return sorted(tallies, key=lambda tally: (tally.next_due, tally.kind, tally.owner))


def of_subjects(work: Work, kind: str, subject_ids: Sequence[str]) -> dict[str, Finding]:
    """Return the findings of `kind` about these subjects, open or closed, by subject."""
    asked = select(Finding).where(Finding.kind == kind, col(Finding.subject_id).in_(subject_ids))
    return {row.subject_id: row for row in work.session.exec(asked).all()}


def of_subject(work: Work, kind: str, subject: tuple[str, str]) -> Finding | None:
    """Return the finding of `kind` about the subject, locked until the transaction ends, or None."""
    asked = select(Finding).where(
        Finding.kind == kind, Finding.subject_kind == subject[0], Finding.subject_id == subject[1]
    )
    return work.session.exec(asked.with_for_update().execution_options(populate_existing=True)).first()


def open_ones(work: Work, kind: str, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """Return id and subject of open findings of `kind` behind the id `after`, in the order of their ids."""
    asked = select(Finding.id, Finding.subject_id).where(
        Finding.state == OPEN, Finding.kind == kind, col(Finding.id) > after
    )
    return work.session.exec(asked.order_by(col(Finding.id)).limit(limit)).all()


def locked(work: Work, finding_ids: Sequence[str]) -> Sequence[Finding]:
    """Return the findings, locked until the transaction ends, as they are now."""
    asked = select(Finding).where(col(Finding.id).in_(finding_ids)).order_by(col(Finding.id))
    return work.session.exec(asked.with_for_update().execution_options(populate_existing=True)).all()


def untold(work: Work, owner: str, limit: int) -> Sequence[Finding]:
    """Return open findings whose owners were not told that they opened, the earliest deadline first, locked."""
    asked = (
        select(Finding)
        .where(Finding.state == OPEN, col(Finding.told_at).is_(None), Finding.owner == owner)
        .order_by(col(Finding.due_at), col(Finding.id))
        .limit(limit)
    )
    return work.session.exec(asked.with_for_update(skip_locked=True)).all()


def owners_untold(work: Work) -> list[tuple[str, datetime, int]]:
    """Return the roles with findings they were not told of: role, since when, how many of those cannot wait."""
    urgent = func.sum(sa.case((col(Finding.severity).in_(URGENT), 1), else_=0))
    asked = (
        select(Finding.owner, func.min(Finding.opened_at), urgent)
        .where(Finding.state == OPEN, col(Finding.told_at).is_(None))
        .group_by(Finding.owner)
    )
    return [(owner, since, int(count)) for owner, since, count in work.session.exec(asked).all()]


def to_escalate(work: Work, limit: int) -> Sequence[Finding]:
    """Return open findings whose escalation is due, the longest due first, locked."""
    asked = (
        select(Finding)
        .where(Finding.state == OPEN, col(Finding.escalate_at) <= work.now)
        .order_by(col(Finding.escalate_at), col(Finding.id))
        .limit(limit)
    )
    return work.session.exec(asked.with_for_update(skip_locked=True)).all()


def check_run(work: Work, kind: str) -> CheckRun | None:
    """Return how the last run of the check ended, or None before the first."""
    return work.session.exec(select(CheckRun).where(CheckRun.kind == kind)).first()


def check_runs(work: Work) -> Sequence[CheckRun]:
    """Return how the last run of each check ended."""
    return work.session.exec(select(CheckRun).order_by(CheckRun.kind)).all()


def last_checked(work: Work) -> datetime | None:
    """Return when the check was made that was made least lately, or None where one of them never was."""
    ended = [run.ended_at for run in check_runs(work)]
    return min(ended) if len(ended) >= len(KINDS) else None


def job_run(work: Work, name: str) -> JobRun | None:
    """Return what is known of the job, or None where it never failed."""
    return work.session.exec(select(JobRun).where(JobRun.name == name)).first()


def notes_about_erased(work: Work, limit: int) -> Sequence[FindingEvent]:
    """Return notes that still say something about a recording that was erased."""
    asked = (
        select(FindingEvent)
        .join(Finding, col(Finding.id) == col(FindingEvent.finding_id))
        .join(Recording, col(Recording.id) == col(Finding.subject_id))
        .where(
            FindingEvent.act == NOTED,
            col(FindingEvent.text_sealed).is_not(None),
            Finding.subject_kind == "recording",
            Recording.state == ERASED,
        )
        .limit(limit)
    )
    return work.session.exec(asked).all()
