"""What a page says of many recordings at once: how many, in which state, why in quarantine. Always of what somebody may see."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col, func, select

from governance.recordings.models import ERASED, Quarantine, Recording
from governance.runtime import Work

MOST_CHOICES = 200


def counts(work: Work, visible: sa.ColumnElement[bool]) -> dict[str, int]:
    """Return how many of the visible recordings are in each state; the erased are in none."""
    asked = select(Recording.state, func.count(col(Recording.id))).where(visible, Recording.state != ERASED)
    return dict(work.session.exec(asked.group_by(Recording.state)).all())


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


def teams(work: Work, visible: sa.ColumnElement[bool]) -> list[str]:
    """Return the teams of the visible recordings: what a list can be narrowed to."""
    return _distinct(work, visible, col(Recording.team))


def agents(work: Work, visible: sa.ColumnElement[bool]) -> list[str]:
    """Return the agents of the visible recordings."""
    return _distinct(work, visible, col(Recording.agent_id))


def _distinct(work: Work, visible: sa.ColumnElement[bool], column: Mapped[str | None]) -> list[str]:
    asked = sa.select(column).where(visible, col(Recording.state) != ERASED, column.is_not(None))
    rows = work.session.execute(asked.distinct().order_by(column).limit(MOST_CHOICES)).scalars()
    return list(rows)
