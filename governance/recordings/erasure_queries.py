"""Erasures as a list, newest first, a page at a time: each of them has a certificate."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from governance.errors import InvalidError
from governance.recordings.models import Erasure
from governance.runtime import Work


def newest(work: Work, after: str | None, limit: int) -> tuple[Sequence[Erasure], str | None]:
    """Return one page of erasures and the cursor of the next. Raises `InvalidError` for a cursor that is not one of ours."""
    asked = select(Erasure)
    if after is not None:
        moment, last_id = _read_cursor(after)
        earlier = sa.and_(col(Erasure.asked_at) == moment, col(Erasure.id) < last_id)
        asked = asked.where(sa.or_(col(Erasure.asked_at) < moment, earlier))
    asked = asked.order_by(col(Erasure.asked_at).desc(), col(Erasure.id).desc()).limit(limit + 1)
    rows = work.session.exec(asked).all()
    page = rows[:limit]
    return page, _cursor(page[-1]) if len(rows) > limit else None


def _cursor(row: Erasure) -> str:
    return urlsafe_b64encode(f"{row.asked_at.isoformat()}|{row.id}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        moment, last_id = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
        return datetime.fromisoformat(moment).astimezone(UTC), last_id
    except ValueError:
        raise InvalidError("the cursor is not one this list gave out", "after") from None
