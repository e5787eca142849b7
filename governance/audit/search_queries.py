"""What an entry must meet to be found: its own columns, the resources it names, the persons it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from governance.audit import leaf as leaves
from governance.audit import seal
from governance.audit.models import REFUSED, AuditBlind, AuditEntry, AuditEntryRes, AuditLog, AuditPrivate
from governance.runtime import Work


@dataclass(frozen=True)
class Known:
    """What a person is known as in the log beyond their name and number there: each of them a query for texts.

    `subjects` are references that personal values are sealed under, `resources` are `kind:id`, `actors` are ids. Who
    asks the log need not be the one who knows recordings and accounts, and either can be many.
    """

    subjects: Sequence[Any] = ()
    resources: Sequence[Any] = ()
    actors: Sequence[Any] = ()


def narrowed(
    *,
    actor: str | None = None,
    act: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """Return what an entry's own columns must meet.

    What failed or was denied is rare, and has an index of its own: naming its condition word for word lets it serve, and
    taking actor and act as expressions keeps the planner from their far longer indexes.
    """
    number = leaves.OUTCOMES.index(outcome) if outcome else 0

    def own(column: Any) -> Any:
        return _plain(column, "") if number else column

    return [
        *([own(col(AuditEntry.actor)) == actor] if actor else []),
        *([own(col(AuditEntry.act)) == act] if act else []),
        *([col(AuditEntry.outcome) == number] if outcome else []),
        *([REFUSED] if number else []),
        *([col(AuditEntry.at) >= since] if since else []),
        *([col(AuditEntry.at) < until] if until else []),
    ]


@dataclass(frozen=True)
class Course:
    """How a search goes through a log: by `place`, or by moment where nothing but a time was asked for.

    Places and moments run side by side but not in step: a transaction takes its moment when it begins and its place once
    it has committed. Going by place through a log of years to find one day of them would read every entry since.
    """

    place: Any
    is_of_a_time: bool = False

    @property
    def newest_first(self) -> tuple[Any, ...]:
        """The order of a search."""
        newest = self.place.desc()
        return (col(AuditEntry.at).desc(), newest) if self.is_of_a_time else (newest,)

    def older_than(self, log: AuditLog, index: int) -> Any:
        """Return what comes after the entry at `index` in that order."""
        before = self.place < index
        if not self.is_of_a_time or index >= log.size:
            return before
        there = select(AuditEntry.at).where(AuditEntry.log_id == log.log_id, AuditEntry.idx == index)
        moment = there.correlate(None).scalar_subquery()
        return sa.or_(col(AuditEntry.at) < moment, sa.and_(col(AuditEntry.at) == moment, before))


def course(
    *,
    actor: str | None,
    act: str | None,
    outcome: str | None,
    res: tuple[str, str] | None,
    person: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Course:
    """Return how a search for these goes through a log.

    For a resource by the places that it leads to, in their order, so that any depth costs the same. For a person by an
    expression: SQLite keeps no statistics, and would sooner read the log from its end than look up the few places.
    """
    if res:
        return Course(col(AuditEntryRes.idx))
    if person:
        return Course(_plain(col(AuditEntry.idx), 0))
    return Course(col(AuditEntry.idx), bool(since or until) and not (actor or act or outcome))


def concerning(
    work: Work,
    log: AuditLog,
    *,
    res: tuple[str, str] | None = None,
    person: str | None = None,
    known: Known | None = None,
) -> list[Any]:
    """Return what an entry of `log` must meet to concern a resource, a person."""
    found = _of_person(work, log, person, known or Known()) if person else []
    if res is not None:
        found += [
            AuditEntryRes.log_id == log.log_id,
            AuditEntryRes.res == f"{res[0]}:{res[1]}",
            AuditEntryRes.idx == AuditEntry.idx,
        ]
    return found


def _of_person(work: Work, log: AuditLog, person: str, known: Known) -> list[Any]:
    """Return the condition that an entry of `log` concerns a person: as places, so that each way uses its own index."""
    by_token = select(AuditBlind.entry_id).where(
        AuditBlind.tenant == work.tenant, AuditBlind.token == seal.token(work, person)
    )
    references: list[Any] = [
        AuditPrivate.subject_ref == person,
        *(col(AuditPrivate.subject_ref).in_(each) for each in known.subjects),
    ]
    sealed = [
        select(AuditPrivate.entry_id).where(AuditPrivate.tenant == work.tenant, reference)
        for reference in references
    ]
    own = AuditEntry.log_id == log.log_id
    places = [
        # By its id, which is of one log only: the log alone would be all of its entries.
        select(AuditEntry.idx).where(
            _plain(col(AuditEntry.log_id), 0) == log.log_id,
            col(AuditEntry.id).in_(sa.union(by_token, *sealed)),
        ),
        *(select(AuditEntry.idx).where(own, col(AuditEntry.actor).in_(each)) for each in known.actors),
        *(
            select(AuditEntryRes.idx).where(
                AuditEntryRes.log_id == log.log_id, col(AuditEntryRes.res).in_(each)
            )
            for each in known.resources
        ),
    ]
    return [col(AuditEntry.idx).in_(sa.union(*places) if len(places) > 1 else places[0])]


def _plain(column: Any, never: object) -> Any:
    """Return `column` as an expression that no index is over: another one is meant to serve."""
    return sa.func.coalesce(column, never)
