"""Pages that go on where the last one ended: joined they are the whole list, in its order, whichever way it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from governance.db import UtcDateTime
from governance.errors import InvalidError
from governance.keyset import Keyset

TABLE = sa.Table(
    "row", sa.MetaData(), sa.Column("at", UtcDateTime()), sa.Column("id", sa.String, primary_key=True)
)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    at: datetime
    id: str


@given(
    minutes=st.lists(st.integers(0, 3), max_size=12), limit=st.integers(1, 5), is_newest_first=st.booleans()
)
def test_pages_joined_are_the_whole_list_in_its_order(
    minutes: list[int], limit: int, is_newest_first: bool
) -> None:
    rows = [Row(START + timedelta(minutes=at), f"id_{number:02}") for number, at in enumerate(minutes)]
    order = Keyset(TABLE.c.at, TABLE.c.id, is_newest_first)
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        TABLE.create(connection)
        if rows:
            connection.execute(sa.insert(TABLE), [vars(row) for row in rows])
        seen: list[Row] = []
        cursor = None
        while True:
            asked = sa.select(TABLE).order_by(*order.order).limit(limit + 1)
            asked = asked if cursor is None else asked.where(order.after(cursor))
            found, cursor = order.page([Row(*row) for row in connection.execute(asked)], limit)
            seen += found
            if cursor is None:
                break
            assert len(found) == limit
    engine.dispose()
    assert seen == sorted(rows, key=lambda row: (row.at, row.id), reverse=is_newest_first)


@pytest.mark.parametrize("cursor", ["", "x", "bm9uc2Vuc2U", "MjAyNnw", "ÿ", "Yid8Yid8Yic"])
def test_a_cursor_that_is_not_ours_is_an_error(cursor: str) -> None:
    with pytest.raises(InvalidError, match="not one this list gave out"):
        Keyset(TABLE.c.at, TABLE.c.id).after(cursor)
