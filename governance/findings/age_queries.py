"""How old open findings are: counted in the database, since there may be many."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.findings.models import OPEN, Finding
from governance.runtime import Work


def by_age(work: Work, days: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Return by severity how many open findings are of which age: `days` are the ends of the spans, the last is open."""
    ends = [work.now - timedelta(days=end) for end in days]
    span = sa.case(*((col(Finding.opened_at) > end, at) for at, end in enumerate(ends)), else_=len(ends))
    asked = select(Finding.severity, span, func.count(col(Finding.id))).where(Finding.state == OPEN)
    found: dict[str, list[int]] = {}
    for severity, at, count in work.session.exec(asked.group_by(col(Finding.severity), span)).all():
        found.setdefault(severity, [0] * (len(ends) + 1))[at] = count
    return {severity: tuple(counts) for severity, counts in found.items()}
