"""Keyset pages: rows in the order of a moment and an id, a page at a time, each at the same cost at any depth.

None is skipped or repeated while others arrive. A cursor names the last row of a page; where the next page begins is
decided by the same two columns that order it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from governance.errors import InvalidError

Row = TypeVar("Row")


@dataclass(frozen=True)
class Keyset:
    """An order by the column `moment`, and by the column `key` among equals; the oldest first, or the newest."""

    moment: Any
    key: Any
    is_newest_first: bool = False

    @property
    def order(self) -> tuple[Any, Any]:
        """What a query is ordered by."""
        if self.is_newest_first:
            return self.moment.desc(), self.key.desc()
        return self.moment, self.key

    def behind(self, moment: datetime, last_id: str) -> sa.ColumnElement[bool]:
        """Return the condition that a row comes after the one with this moment and id."""
        if self.is_newest_first:
            return sa.or_(self.moment < moment, sa.and_(self.moment == moment, self.key < last_id))
        return sa.or_(self.moment > moment, sa.and_(self.moment == moment, self.key > last_id))

    def after(self, cursor: str) -> sa.ColumnElement[bool]:
        """Return the condition that a row comes after the page that ended with `cursor`.

        Raises `InvalidError` for a cursor that is not one of ours.
        """
        try:
            moment, last_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
            return self.behind(datetime.fromisoformat(moment).astimezone(UTC), last_id)
        except ValueError:
            raise InvalidError("the cursor is not one this list gave out", "after") from None

    def page(self, rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], str | None]:
        """Return at most `limit` of the rows, of which one more was asked for, and the cursor of the next page, if any."""
        page = rows[:limit]
        if len(rows) <= limit:
            return page, None
        moment, last_id = (getattr(page[-1], column.key) for column in (self.moment, self.key))
        return page, urlsafe_b64encode(f"{moment.isoformat()}|{last_id}".encode()).decode().rstrip("=")
