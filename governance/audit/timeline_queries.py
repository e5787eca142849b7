"""When what happened: the moments and outcomes of the newest entries that meet a search, for a plot. Bounded, whatever the log holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import select

from governance.audit import leaf, log_queries, search_queries
from governance.audit.models import AuditEntry
from governance.audit.search_queries import Known
from governance.runtime import Work

MOST = 4_000


def moments(
    work: Work,
    *,
    actor: str | None = None,
    act: str | None = None,
    res: tuple[str, str] | None = None,
    person: str | None = None,
    known: Known | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = MOST,
) -> Sequence[tuple[datetime, str]]:
    """Return (moment, outcome) of up to `most` of the newest entries that meet every condition given, newest first.

    For whoever has searched the log and been recorded doing so: this writes no entry of its own.
    """
    conditions: list[Any] = search_queries.narrowed(
        actor=actor, act=act, outcome=outcome, since=since, until=until
    )
    course = search_queries.course(
        actor=actor, act=act, outcome=outcome, res=res, person=person, since=since, until=until
    )
    found: list[tuple[datetime, str]] = []
    for log in reversed(log_queries.shards(work)):
        if len(found) >= most:
            break
        here = search_queries.concerning(work, log, res=res, person=person, known=known)
        rows = work.session.exec(
            select(AuditEntry.at, AuditEntry.outcome)
            .where(AuditEntry.tenant == work.tenant, AuditEntry.log_id == log.log_id, *conditions, *here)
            .order_by(*course.newest_first)
            .limit(most - len(found))
        )
        found += [(at, leaf.OUTCOMES[number]) for at, number in rows]
    return found
