"""Lists of recordings: what they are narrowed to, who may find what, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from governance.keyset import Keyset
from governance.recordings.models import (
    ERASED,
    RESTRICTION,
    PartyIndex,
    Quarantine,
    Recording,
    Restriction,
)
from governance.recordings.reasons import SUSPECTED_SAD
from governance.recordings.standing_queries import in_force, waiting
from governance.runtime import Work

_NEWEST_FIRST = Keyset(col(Recording.started_at), col(Recording.id), is_newest_first=True)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to."""

    state: str | None = None
    agent_id: str | None = None
    team: str | None = None
    site: str | None = None
    source: str | None = None
    external_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    tokens: tuple[bytes, ...] = ()


class Columns:
    """The recording's columns under the names that access decides on: `access.rules.visible` builds its filter of them.

    Made anew for each Work: which orders have not written their rows yet is another answer a moment later.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.id = col(Recording.id)
        self.tenant = col(Recording.tenant)
        self.agent_id = col(Recording.agent_id)
        self.team = col(Recording.team)
        self.site = col(Recording.site)
        self.state = col(Recording.state)

    @property
    def suspected_sad(self) -> sa.ColumnElement[bool]:
        """Whether the recording is in quarantine because authentication data is suspected in it."""
        open_ones = select(Quarantine.id).where(
            Quarantine.recording_id == Recording.id,
            Quarantine.reason == SUSPECTED_SAD,
            col(Quarantine.ended_at).is_(None),
        )
        return open_ones.exists()

    def restricts(self, purpose: str) -> sa.ColumnElement[bool]:
        """Return whether a restriction for `purpose` stands: of a row, or of an order that has not written its rows yet."""
        rows = select(Restriction.id).where(
            Restriction.recording_id == Recording.id, Restriction.purpose == purpose, *in_force(RESTRICTION)
        )
        return sa.or_(rows.exists(), *waiting(self._work, RESTRICTION, purpose))


def listing(
    work: Work, visible: sa.ColumnElement[bool], filters: Filters, after: str | None, limit: int
) -> tuple[Sequence[Recording], str | None]:
    """Return one page of recordings, newest first, and the cursor of the next.

    Keyset pagination: a page costs the same at any depth, and none is skipped or repeated while others arrive.
    Raises `InvalidError` for a cursor that is not one of ours.
    """
    asked = select(Recording).where(visible, Recording.state != ERASED)
    for column, value in (
        (Recording.state, filters.state),
        (Recording.agent_id, filters.agent_id),
        (Recording.team, filters.team),
        (Recording.site, filters.site),
        (Recording.source, filters.source),
        (Recording.external_id, filters.external_id),
    ):
        if value is not None:
            asked = asked.where(column == value)
    if filters.since is not None:
        asked = asked.where(Recording.started_at >= filters.since)
    if filters.until is not None:
        asked = asked.where(Recording.started_at < filters.until)
    for token in filters.tokens:
        asked = asked.where(
            col(Recording.id).in_(select(PartyIndex.recording_id).where(PartyIndex.token == token))
        )
    if after is not None:
        asked = asked.where(_NEWEST_FIRST.after(after))
    rows = work.session.exec(asked.order_by(*_NEWEST_FIRST.order).limit(limit + 1)).all()
    return _NEWEST_FIRST.page(rows, limit)
