"""What an entry must meet to be found: its own columns, the resources and purposes it names, the persons it concerns, whence it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from governance.audit import leaf as leaves
from governance.audit import seal
from governance.audit.models import REFUSED, AuditBlind, AuditEntry, AuditEntryRes, AuditLog, AuditPrivate
from governance.errors import InvalidError
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


def sought(person: str | None, source: str | None) -> dict[str, str]:
    """Return the personal part of a search, by the path under which its entry commits to it."""
    return {path: value for path, value in (("query", person), ("query.source", source)) if value}


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

    return [
        *(
            [(_plain(col(AuditEntry.actor), "") if number else col(AuditEntry.actor)) == actor]
            if actor
            else []
        ),
        *([(_plain(col(AuditEntry.act), "") if number else col(AuditEntry.act)) == act] if act else []),
        *([col(AuditEntry.outcome) == number] if outcome else []),
        *([REFUSED] if number else []),
        *([col(AuditEntry.at) >= since] if since else []),
        *([col(AuditEntry.at) < until] if until else []),
    ]


def place(*, res: object = None, purpose: object = None, person: object = None, source: object = None) -> Any:
    """Return by what a search goes through the places of entries.

    For a resource or a purpose by those that it leads to, in their order, so that any depth costs the same. For an address
    likewise by the ids under its token, which run with time: a whole house may come from one. For a person by an
    expression: SQLite keeps no statistics, and would sooner read the log from its end than look up the few places.
    """
    if res or purpose:
        return col(AuditEntryRes.idx)
    if source:
        return col(AuditBlind.entry_id)
    return _plain(col(AuditEntry.idx), 0) if person else col(AuditEntry.idx)


def of_log(log: AuditLog, place: Any) -> Any:
    """Return the condition that an entry is one of `log`: as an expression where its id leads to it, and not the log."""
    column = col(AuditEntry.log_id)
    return (_plain(column, 0) if _is_by_id(place) else column) == log.log_id


def newest_first(place: Any, is_of_a_time: bool) -> tuple[Any, ...]:
    """Return the order of a search: by place, or by moment where nothing but a time was asked for.

    Places and moments run side by side but not in step: a transaction takes its moment when it begins and its place once
    it has committed. Going by place through a log of years to find one day of them would read every entry since.
    """
    return (col(AuditEntry.at).desc(), place.desc()) if is_of_a_time else (place.desc(),)


def older_than(log: AuditLog, index: int, place: Any, is_of_a_time: bool) -> Any:
    """Return what comes after the entry at `index` in that order."""
    if _is_by_id(place):
        here = select(AuditEntry.id).where(AuditEntry.log_id == log.log_id, AuditEntry.idx == index)
        return place < here.correlate(None).scalar_subquery() if index < log.size else sa.true()
    if not is_of_a_time or index >= log.size:
        return place < index
    there = select(AuditEntry.at).where(AuditEntry.log_id == log.log_id, AuditEntry.idx == index)
    moment = there.correlate(None).scalar_subquery()
    return sa.or_(col(AuditEntry.at) < moment, sa.and_(col(AuditEntry.at) == moment, place < index))


def concerning(
    work: Work,
    log: AuditLog,
    *,
    res: tuple[str, str] | None = None,
    purpose: str | None = None,
    person: str | None = None,
    known: Known | None = None,
    source: str | None = None,
) -> list[Any]:
    """Return what an entry of `log` must meet to concern a resource, a purpose, a person, and to come from an address.

    Raises `InvalidError` for what cannot be the name of a purpose.
    """
    found = _of_person(work, log, person, known or Known()) if person else []
    if source:
        token = seal.token(work, seal.address(source), seal.ADDRESS)
        came = [
            AuditBlind.tenant == work.tenant,
            AuditBlind.token == token,
            AuditBlind.entry_id == AuditEntry.id,
        ]
        found += [sa.exists(select(AuditBlind.entry_id).where(*came))] if res or purpose else came
    keys = [f"{res[0]}:{res[1]}"] if res else []
    if purpose:
        if not leaves.is_purpose(purpose):
            raise InvalidError("no purpose is spelled like this", "purpose")
        keys.append(leaves.purpose_key(purpose))
    for number, key in enumerate(keys):
        # The first one's places are gone through in their order; at each, another is looked up by its whole key.
        listed: Any = aliased(AuditEntryRes) if number else AuditEntryRes
        met = [listed.log_id == log.log_id, listed.res == key, listed.idx == AuditEntry.idx]
        found += [sa.exists(select(listed.idx).where(*met))] if number else met
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


def _is_by_id(place: Any) -> bool:
    return bool(place.key == AuditBlind.entry_id.key)  # type: ignore[attr-defined]


def _plain(column: Any, never: object) -> Any:
    """Return `column` as an expression that no index is over: another one is meant to serve."""
    return sa.func.coalesce(column, never)
