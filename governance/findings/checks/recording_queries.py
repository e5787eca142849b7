"""What fails of recordings: in quarantine for too long, card data after a recheck, erasures that some copy did not answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.recordings.models import QUARANTINED, Erasure, Quarantine, Recording
from governance.recordings.reasons import MISSED, RESIDUE
from governance.redaction.models import RedactionRun
from governance.runtime import Work

BATCH = 500
_INCOMPLETE = "incomplete"


def rows(work: Work, asked: Any, only: Sequence[str] | None) -> Iterator[Any]:
    """Yield the rows of a question: streamed where it is about everything, at once where it is about a few.

    A stream that nobody reads to its end would keep its cursor open.
    """
    if only is not None:
        return iter(work.session.exec(asked).all())
    return iter(work.session.exec(asked.execution_options(yield_per=BATCH)))


def among(column: Any, only: Sequence[str] | None) -> sa.ColumnElement[bool]:
    """Return the condition that a subject is one of `only`, where there are any."""
    return sa.true() if only is None else col(column).in_(only)


def quarantined(
    work: Work, reasons: Sequence[str], since: datetime, only: Sequence[str] | None
) -> Iterator[tuple[str, str, datetime]]:
    """Yield each recording that is in quarantine for one of `reasons` since before `since`: id, a reason, since when."""
    asked = (
        select(Quarantine.recording_id, func.min(Quarantine.reason), func.min(Quarantine.since))
        .where(
            col(Quarantine.ended_at).is_(None),
            col(Quarantine.reason).in_(reasons),
            Quarantine.since <= since,
            among(Quarantine.recording_id, only),
        )
        .group_by(Quarantine.recording_id)
    )
    return rows(work, asked, only)


def released_with_card_data(work: Work, only: Sequence[str] | None) -> Iterator[tuple[str, datetime]]:
    """Yield each recording in whose released versions a recheck or a person found card data, until a clean run replaced them.

    A quarantine for a residue that began in the very moment of a recheck is one of a recording that was released.
    """
    clean = (
        select(RedactionRun.id)
        .where(
            RedactionRun.recording_id == Quarantine.recording_id,
            RedactionRun.kind == "redaction",
            RedactionRun.outcome == "clean",
            RedactionRun.at > Quarantine.since,
        )
        .correlate(Quarantine)
        .exists()
    )
    # Asked of each by its id: an archive without transcripts has more in quarantine than ever came back to it.
    state = (
        select(Recording.state)
        .where(col(Recording.id) == col(Quarantine.recording_id))
        .correlate(Quarantine)
        .scalar_subquery()
    )
    asked = (
        select(Quarantine.recording_id, func.min(Quarantine.since))
        .where(
            col(Quarantine.reason).in_((MISSED, RESIDUE)),
            sa.or_(col(Quarantine.reason) == MISSED, _rechecked()),
            state == QUARANTINED,
            ~clean,
            among(Quarantine.recording_id, only),
        )
        .group_by(Quarantine.recording_id)
    )
    return rows(work, asked, only)


def second_look_failed(work: Work, only: Sequence[str] | None) -> Iterator[tuple[str, datetime]]:
    """Yield each recording that is kept in quarantine because of what the second look found before any release: id, since."""
    asked = (
        select(Quarantine.recording_id, func.min(Quarantine.since))
        .join(Recording, col(Recording.id) == col(Quarantine.recording_id))
        .where(
            Quarantine.reason == RESIDUE,
            col(Quarantine.ended_at).is_(None),
            Recording.state == QUARANTINED,
            ~_rechecked(),
            among(Quarantine.recording_id, only),
        )
        .group_by(Quarantine.recording_id)
    )
    return rows(work, asked, only)


def _rechecked() -> sa.ColumnElement[bool]:
    """Return the condition that a quarantine began in the very moment of a recheck: what it is about had been released."""
    run = (
        select(RedactionRun.id)
        .where(
            RedactionRun.recording_id == Quarantine.recording_id,
            RedactionRun.kind == "recheck",
            RedactionRun.at == Quarantine.since,
        )
        .correlate(Quarantine)
    )
    return run.exists()


def unfinished_erasures(
    work: Work, since: datetime, only: Sequence[str] | None
) -> Iterator[tuple[str, str, datetime]]:
    """Yield each erasure that was asked before `since` and has not reached every copy: id, recording, when asked."""
    asked = select(Erasure.id, Erasure.recording_id, Erasure.asked_at).where(
        Erasure.state == _INCOMPLETE, Erasure.asked_at <= since, among(Erasure.id, only)
    )
    return rows(work, asked, only)
