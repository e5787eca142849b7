"""What a page says of many recordings at once: how many, in which state, why in quarantine. Always of what somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.recordings.models import ERASED, QUARANTINED, RELEASED, Quarantine, Recording
from governance.recordings.search_queries import narrowed
from governance.runtime import Work

MOST_CHOICES = 200
MOST_COUNTED = 10_000
"""Nobody waits while a million rows are counted: `MOST_COUNTED + 1` says "more than that"."""
_NEWEST = 5_000


@dataclass(frozen=True)
class Choices:
    """What occurs in the newest of the visible recordings: what a search is offered, not all that it may ask for."""

    teams: tuple[str, ...]
    agents: tuple[str, ...]
    lines: tuple[str, ...]


def counts(work: Work, visible: sa.ColumnElement[bool]) -> dict[str, int]:
    """Return how many of the visible recordings are in each state, counted to `MOST_COUNTED + 1`; the erased are in none."""
    # Few are in quarantine: as a set of ids they are looked up among a team's, whose rows need not be read for it.
    waiting = col(Recording.id).in_(select(Recording.id).where(narrowed(work, state=QUARANTINED)))
    return {
        RELEASED: _counted(work, sa.and_(visible, narrowed(work, state=RELEASED))),
        QUARANTINED: _counted(work, sa.and_(visible, waiting)),
    }


def _counted(work: Work, condition: sa.ColumnElement[bool]) -> int:
    found = select(Recording.id).where(condition).limit(MOST_COUNTED + 1).subquery()
    return work.session.exec(select(func.count()).select_from(found)).one()


def quarantine_reasons(work: Work, visible: sa.ColumnElement[bool]) -> list[tuple[str, int]]:
    """Return why visible recordings are in quarantine and how many for each reason, the most frequent first."""
    asked = (
        select(Quarantine.reason, func.count(sa.distinct(col(Quarantine.recording_id))))
        .join(Recording, col(Recording.id) == col(Quarantine.recording_id))
        .where(visible, Recording.state != ERASED, col(Quarantine.ended_at).is_(None))
        .group_by(Quarantine.reason)
    )
    return sorted(work.session.exec(asked).all(), key=lambda row: (-row[1], row[0]))


def open_quarantines(work: Work, recording_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the reasons for which each of the recordings is in quarantine, the oldest first."""
    found: dict[str, list[str]] = {}
    if not recording_ids:
        return found
    asked = select(Quarantine).where(
        col(Quarantine.recording_id).in_(recording_ids), col(Quarantine.ended_at).is_(None)
    )
    for row in work.session.exec(asked.order_by(col(Quarantine.since), col(Quarantine.id))).all():
        found.setdefault(row.recording_id, []).append(row.reason)
    return found


def choices(work: Work, visible: sa.ColumnElement[bool]) -> Choices:
    """Return teams, agents and lines of business of the newest visible recordings, each in its order."""
    columns = (col(Recording.team), col(Recording.agent_id), col(Recording.line_of_business))
    newest = (
        sa.select(*columns)
        .where(visible, col(Recording.state) != ERASED)
        .order_by(col(Recording.started_at).desc(), col(Recording.id).desc())
        .limit(_NEWEST)
        .subquery()
    )
    rows = work.session.execute(sa.select(newest).distinct()).all()
    teams, agents, lines = (
        tuple(sorted({row[at] for row in rows if row[at]})[:MOST_CHOICES]) for at in range(3)
    )
    return Choices(teams, agents, lines)
