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
    purpose: str | None = None,
    person: str | None = None,
    known: Known | None = None,
    source: str | None = None,
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
    place = search_queries.place(res=res, purpose=purpose, person=person, source=source)
    order = search_queries.newest_first(
        place,
        bool(since or until) and not (actor or act or outcome or res or purpose or person or source),
    )
    found: list[tuple[datetime, str]] = []
    for log in reversed(log_queries.shards(work)):
        if len(found) >= most:
            break
        here = search_queries.concerning(
            work, log, res=res, purpose=purpose, person=person, known=known, source=source
        )
        rows = work.session.exec(
            select(AuditEntry.at, AuditEntry.outcome)
            .where(AuditEntry.tenant == work.tenant, search_queries.of_log(log, place), *conditions, *here)
            .order_by(*order)
            .limit(most - len(found))
        )
        found += [(at, leaf.OUTCOMES[number]) for at, number in rows]
    return found
