"""What erasing asks: what there is of many recordings at once, which erasures are known, which have not ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.db import is_one_of
from governance.recordings.models import (
    WHOLE,
    Derived,
    Erasure,
    Party,
    Recording,
    Rendition,
    Transcript,
)
from governance.runtime import Work


class Locked(NamedTuple):
    """What erasing must know of a recording that it has locked."""

    id: str
    state: str
    revision: int
    source: str
    external_id: str


def locked(work: Work, recording_ids: Collection[str]) -> dict[str, Locked]:
    """Return the recordings, by their ids, locked until the transaction ends, as they are now."""
    columns = (getattr(Recording, name) for name in Locked._fields)
    asked = (
        sa.select(*columns)
        .where(is_one_of(col(Recording.id), recording_ids))
        .order_by(col(Recording.id))  # two who lock many at once must not wait for each other in turn
        .with_for_update()
    )
    return {row.id: Locked(*row) for row in work.session.execute(asked)}


def parties(work: Work, recording_ids: Collection[str]) -> dict[str, int]:
    """Return how many people take part in each of the recordings."""
    asked = (
        select(Party.recording_id, func.count(col(Party.id)))
        .where(is_one_of(col(Party.recording_id), recording_ids))
        .group_by(Party.recording_id)
    )
    return dict(work.session.exec(asked).all())


def blobs_at(work: Work, recording_ids: Collection[str], level: str) -> dict[str, str]:
    """Return the blobs of the recordings' versions and files at `level`, and whose each of them is."""
    found: dict[str, str] = {}
    for table in (Rendition, Transcript, Derived):
        asked = select(table.blob_id, table.recording_id).where(
            is_one_of(col(table.recording_id), recording_ids),
            table.level == level,
        )
        found |= dict(work.session.exec(asked).all())
    return found


def stored_at(work: Work, recording_ids: Collection[str], level: str) -> set[str]:
    """Return which of the recordings have sound or words stored at `level`."""
    found: set[str] = set()
    for table in (Rendition, Transcript):
        asked = select(table.recording_id).where(
            is_one_of(col(table.recording_id), recording_ids),
            table.level == level,
        )
        found.update(work.session.exec(asked).all())
    return found


def erasure(work: Work, erasure_id: str) -> Erasure | None:
    """Return the erasure, or None."""
    return work.session.exec(select(Erasure).where(Erasure.id == erasure_id)).first()


def erasures(work: Work, recording_id: str | None, after: str | None, limit: int) -> Sequence[Erasure]:
    """Return erasures, those of one recording if it is named, the newest first, from `after` on."""
    asked = select(Erasure)
    if recording_id is not None:
        asked = asked.where(Erasure.recording_id == recording_id)
    if after is not None:
        asked = asked.where(col(Erasure.id) < after)
    return work.session.exec(asked.order_by(col(Erasure.id).desc()).limit(limit)).all()


def erasures_of(work: Work, recording_id: str) -> Sequence[Erasure]:
    """Return every erasure of the recording, of its master too, the oldest first."""
    asked = select(Erasure).where(Erasure.recording_id == recording_id)
    return work.session.exec(asked.order_by(col(Erasure.asked_at), col(Erasure.id))).all()


def erasure_of(work: Work, recording_id: str) -> Erasure | None:
    """Return the erasure of the whole recording, or None."""
    asked = select(Erasure).where(Erasure.recording_id == recording_id, Erasure.scope == WHOLE)
    return work.session.exec(asked).first()


def known_erasures(work: Work, erasure_ids: Collection[str]) -> set[str]:
    """Return which of the erasures this database knows."""
    return set(work.session.exec(select(Erasure.id).where(is_one_of(col(Erasure.id), erasure_ids))).all())


def unfinished_erasures(work: Work, after: str = "", limit: int | None = None) -> Sequence[Erasure]:
    """Return the erasures that have not reached every copy, in the order of their ids from `after` on."""
    asked = select(Erasure).where(Erasure.state == "incomplete", col(Erasure.id) > after)
    return work.session.exec(asked.order_by(col(Erasure.id)).limit(limit)).all()


class Incomplete(NamedTuple):
    """An erasure that has not reached every copy."""

    id: str
    recording_id: str
    copies: dict[str, Any]


def incomplete(work: Work, erasure_ids: Collection[str]) -> list[Incomplete]:
    """Return those of the erasures that have not reached every copy, locked until the transaction ends, as they are now."""
    asked = (
        sa.select(col(Erasure.id), col(Erasure.recording_id), col(Erasure.copies))
        .where(is_one_of(col(Erasure.id), erasure_ids), col(Erasure.state) == "incomplete")
        .order_by(col(Erasure.id))
        .with_for_update()
    )
    return [Incomplete(*row) for row in work.session.execute(asked)]
