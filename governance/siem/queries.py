"""What is known of sinks: how each stands, how far behind it is, and the entries it is to be told next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.audit import log_queries, merkle, seal
from governance.audit.models import AuditEntry, AuditLog
from governance.audit.tiles import WIDTH
from governance.errors import IntegrityError, NotFoundError
from governance.runtime import Work
from governance.siem.event import Event
from governance.siem.models import AuditSink, AuditSinkCursor

MOST_EVENTS: Final = 500
"""How many entries are read at once: 16 MiB of the longest there can be."""


@dataclass(frozen=True)
class Place:
    """Where a sink is in one log: what is before `next_idx` was taken, what is before `size` is there to be told."""

    log: AuditLog
    next_idx: int

    @property
    def behind(self) -> int:
        """How many entries wait."""
        return max(self.log.size - self.next_idx, 0)


@dataclass(frozen=True)
class Standing:
    """How a sink stands. `lag` is the age of the oldest entry that waits for it."""

    row: AuditSink
    places: tuple[Place, ...]
    lag: timedelta

    @property
    def behind(self) -> int:
        """How many entries wait, over all logs."""
        return sum(place.behind for place in self.places)


@dataclass(frozen=True)
class Health:
    """How all sinks of the tenant stand together."""

    sinks: int
    failing: int
    behind: int
    lag: timedelta


def sinks(work: Work) -> Sequence[AuditSink]:
    """Return every sink that there ever was, by name."""
    rows = work.session.exec(
        select(AuditSink)
        .where(AuditSink.tenant == work.tenant)
        .order_by(col(AuditSink.name))
        .execution_options(populate_existing=True)
    )
    return rows.all()


def sink(work: Work, name: str, *, lock: bool = False) -> AuditSink:
    """Return one sink, kept from others until the Work ends if asked. Raises `NotFoundError`."""
    asked = select(AuditSink).where(AuditSink.tenant == work.tenant, AuditSink.name == name)
    asked = asked.execution_options(populate_existing=True)
    found = work.session.exec(asked.with_for_update() if lock else asked).first()
    if found is None:
        raise NotFoundError("there is no such sink")
    return found


def cursor(work: Work, name: str, log_id: int) -> AuditSinkCursor | None:
    """Return how far a sink was told a log, or None before the first entry."""
    return work.session.exec(
        select(AuditSinkCursor)
        .where(
            AuditSinkCursor.tenant == work.tenant,
            AuditSinkCursor.name == name,
            AuditSinkCursor.log_id == log_id,
        )
        .execution_options(populate_existing=True)
    ).first()


def places(work: Work, name: str) -> tuple[Place, ...]:
    """Return where a sink is in every log, oldest log first; a log it was never told begins at its beginning."""
    known = {
        row.log_id: row.next_idx
        for row in work.session.exec(
            select(AuditSinkCursor)
            .where(AuditSinkCursor.tenant == work.tenant, AuditSinkCursor.name == name)
            .execution_options(populate_existing=True)
        )
    }
    return tuple(Place(log, known.get(log.log_id or 0, 0)) for log in log_queries.shards(work))


def standing(work: Work, row: AuditSink) -> Standing:
    """Return how a sink stands."""
    found = places(work, row.name)
    oldest = next((_at(work, place) for place in found if place.behind), None)
    lag = max(work.now - oldest, timedelta(0)) if oldest else timedelta(0)
    return Standing(row, found, lag)


def standings(work: Work) -> list[Standing]:
    """Return how every sink stands that is told to."""
    return [standing(work, row) for row in sinks(work) if row.disabled_at is None]


def health(work: Work) -> Health:
    """Return how the tenant's sinks stand together."""
    found = standings(work)
    return Health(
        sinks=len(found),
        failing=sum(one.row.failing_since is not None for one in found),
        behind=sum(one.behind for one in found),
        lag=max((one.lag for one in found), default=timedelta(0)),
    )


def events(work: Work, place: Place, disclose: Sequence[str], most: int = MOST_EVENTS) -> list[Event]:
    """Return what a sink is to be told next of a log, in order and without a gap, each held against its hash in the tree.

    Raises `IntegrityError` where an entry is missing or is not the one that was sequenced: a sink is never told what
    no proof would hold for, and never goes on behind a hole.
    """
    first, last = place.next_idx, min(place.next_idx + most, place.log.size)
    rows = log_queries.entries(work, place.log, first, last)
    if [row.idx for row in rows] != list(range(first, last)):
        raise IntegrityError(f"an entry of {place.log.origin} is missing")
    hashes = _hashes(work, place.log, first, last)
    return [
        _event(work, row, place.log, expected, disclose) for row, expected in zip(rows, hashes, strict=True)
    ]


def _event(work: Work, row: sa.Row[Any], log: AuditLog, expected: bytes, disclose: Sequence[str]) -> Event:
    leaf = bytes(row.leaf)
    if merkle.leaf_hash(leaf) != expected:
        raise IntegrityError(f"entry {row.idx} of {log.origin} is not the one that was sequenced")
    event = Event.read(leaf, row.idx)
    if event.origin != log.origin:
        raise IntegrityError(f"entry {row.idx} of {log.origin} names another log")
    wanted = set(disclose) & set(event.entry.get("pd", {}))
    if not wanted or event.actor["kind"] == "subject":
        return event  # whoever was recorded is no staff, wherever they signed in
    opened = seal.opened(work, event.id, event.entry["pd"])
    return Event(leaf, row.idx, event.entry, {path: opened[path] for path in wanted if path in opened})


def _hashes(work: Work, log: AuditLog, first: int, last: int) -> list[bytes]:
    """Return the leaf hashes from `first` on, as far as the tree has them."""
    size, found = merkle.HASH_SIZE, []
    for number in range(first // WIDTH, (last - 1) // WIDTH + 1):
        tile = log_queries.tile(work, log, 0, number)
        found += [tile[start : start + size] for start in range(0, len(tile), size)]
    begun = first - first // WIDTH * WIDTH
    hashes = found[begun : begun + last - first]
    if len(hashes) != last - first:
        raise IntegrityError(f"the tree of {log.origin} is shorter than it says")
    return hashes


def _at(work: Work, place: Place) -> datetime | None:
    return work.session.exec(
        select(func.min(AuditEntry.at)).where(
            AuditEntry.log_id == place.log.log_id, AuditEntry.idx == place.next_idx
        )
    ).one()
