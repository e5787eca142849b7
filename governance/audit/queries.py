"""What is known from the log: entries by actor, act, resource, person and time, each with its place; and its state.

Keyset pages over the index of each log, newest first, so that any depth costs the same. A query sees its own
tenant's logs and no other. What a tree cannot prove is that a *search result* is complete: for that there is the
bundle, whose every entry can be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from governance.audit import leaf as leaves
from governance.audit import log_queries, seal, search_queries, witness_queries, witnessing
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import AuditEntry, AuditLog
from governance.audit.proof import TlogProof
from governance.audit.search_queries import Known
from governance.errors import InvalidError, NotFoundError
from governance.runtime import Work

MOST = 500
_ENTRIES = AuditEntry.__table__  # type: ignore[attr-defined]
_BY_ID = sa.select(_ENTRIES).where(  # built once, as what every proof asks (see log_queries)
    _ENTRIES.c.id == sa.bindparam("id"), _ENTRIES.c.tenant == sa.bindparam("own")
)


@dataclass(frozen=True)
class Entry:
    """One entry at its place. `members` is the leaf, parsed; what is personal is in it as commitments only."""

    log_id: int
    origin: str
    idx: int
    id: str
    at: datetime
    act: str
    actor: str
    outcome: str
    members: dict[str, Any]

    @property
    def position(self) -> str:
        """Where a page that ended with this entry goes on."""
        return f"{self.log_id}.{self.idx}"


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and the position that the next page starts before (None: there is none)."""

    entries: tuple[Entry, ...]
    next: str | None


@dataclass(frozen=True)
class Detail:
    """One entry with its leaf, what is personal in it and can still be read, and its proof once it is signed for."""

    entry: Entry
    leaf: bytes
    personal: dict[str, str] = field(repr=False)
    proof: TlogProof | None = None


@dataclass(frozen=True)
class Health:
    """How far the log is behind: what waits, what is unsigned, since when."""

    origin: str | None
    size: int
    waiting: int
    lag: timedelta
    unsigned: int
    signed_at: datetime | None
    unsigned_for: timedelta = timedelta(0)


def search(
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
    before: str | None = None,
    limit: int = 50,
) -> Page:
    """Return the tenant's entries that meet every condition given, newest first: by place, or by moment if only a time is given.

    `person` is a subject's reference or a personal value (number, address, name), found by keyed token; it finds
    nothing once the person is erased. `known` is what else they are known as. `since` is included, `until` is not.

    Raises `InvalidError` for an outcome or a position that does not exist.
    """
    if outcome is not None and outcome not in leaves.OUTCOMES:
        raise InvalidError("the outcome is one of success, failure, denied", "outcome")
    limit = max(1, min(limit, MOST))
    conditions = search_queries.narrowed(actor=actor, act=act, outcome=outcome, since=since, until=until)
    course = search_queries.course(
        actor=actor, act=act, outcome=outcome, res=res, person=person, since=since, until=until
    )
    found: list[Entry] = []
    for log, last in _shards_before(work, before):
        wanted = limit + 1 - len(found)
        if wanted > 0:
            here = search_queries.concerning(work, log, res=res, person=person, known=known)
            below = course.older_than(log, last)
            found += _range(work, log, [below, *conditions, *here], course.newest_first, wanted)
    page = tuple(found[:limit])
    return Page(page, page[-1].position if len(found) > limit else None)


def entry(work: Work, entry_id: str) -> Detail:
    """Return one entry with everything that is known of it.

    Raises `NotFoundError` if it has no place in the tenant's log (yet), `IntegrityError` if it was changed.
    """
    row, log = _located(work, entry_id)
    members = leaves.read(row.leaf)
    personal = seal.opened(work, entry_id, members.get("pd", {}))
    return Detail(_entry(row, log), row.leaf, personal, _proof(work, row, log))


def inclusion_proof(work: Work, entry_id: str) -> str:
    """Return the `.tlog-proof` text of an entry.

    Raises `NotFoundError` if no signed checkpoint covers it yet.
    """
    row, log = _located(work, entry_id)
    proof = _proof(work, row, log)
    if proof is None:
        raise NotFoundError("no signed checkpoint covers this entry yet")
    return str(proof)


def latest_checkpoint(work: Work) -> Checkpoint | None:
    """Return the newest checkpoint of the tenant's open log, as it was signed, and cosigned so far."""
    log = log_queries.open_shard(work)
    return witness_queries.published(work, log) if log else None


def health(work: Work) -> Health:
    """Return how far sequencing and signing are behind."""
    log = log_queries.open_shard(work)
    if log is None:
        return Health(None, 0, 0, timedelta(0), 0, None)
    count, oldest = log_queries.pending(work, log)
    latest = log_queries.latest_checkpoint(work, log)
    signed = latest.size if latest else 0
    oldest_unsigned = log_queries.entries(work, log, signed, signed + 1) if log.size > signed else ()
    return Health(
        origin=log.origin,
        size=log.size,
        waiting=count,
        lag=max(timedelta(0), work.now - oldest) if oldest else timedelta(0),
        unsigned=log.size - signed,
        signed_at=latest.signed_at if latest else None,
        unsigned_for=max(
            (max(timedelta(0), work.now - row.at) for row in oldest_unsigned), default=timedelta(0)
        ),
    )


def _located(work: Work, entry_id: str) -> tuple[sa.Row[Any], AuditLog]:
    row = work.session.connection().execute(_BY_ID, {"id": entry_id, "own": work.tenant}).first()
    if row is None:
        raise NotFoundError("there is no such entry in the log")
    return row, log_queries.shard(work, row.log_id)


def _proof(work: Work, row: sa.Row[Any], log: AuditLog) -> TlogProof | None:
    signed = witness_queries.covering(work, log, row.idx, witnessing.configured(work.runtime.settings))
    if signed is None:
        return None
    path = log_queries.reader(work, log).inclusion(row.idx, signed.size)
    return TlogProof(row.idx, tuple(path), signed.note)


def _shards_before(work: Work, before: str | None) -> Iterator[tuple[AuditLog, int]]:
    """Yield the tenant's logs, newest first, each with the index that its entries must lie below."""
    logs = log_queries.shards(work)[::-1]
    if before is None:
        yield from ((log, log.size) for log in logs)
        return
    log_id, _, index = before.partition(".")
    if not (
        log_id.isascii() and log_id.isdigit() and index.isascii() and index.isdigit() and len(before) < 40
    ):
        raise InvalidError("the position was not one this log gave", "before")
    for log in logs:
        if (log.log_id or 0) <= int(log_id):
            yield log, int(index) if log.log_id == int(log_id) else log.size


def _range(
    work: Work, log: AuditLog, conditions: Sequence[Any], order: Sequence[Any], limit: int
) -> list[Entry]:
    rows = work.session.exec(
        select(AuditEntry)
        .where(
            AuditEntry.tenant == work.tenant,
            AuditEntry.log_id == log.log_id,
            *conditions,
        )
        .order_by(*order)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_entry(row, log) for row in rows]


def _entry(row: AuditEntry | sa.Row[Any], log: AuditLog) -> Entry:
    """Return an entry by its leaf: the columns beside it serve to find it and prove nothing."""
    members = leaves.read(row.leaf)
    return Entry(
        log_id=row.log_id,
        origin=log.origin,
        idx=row.idx,
        id=members["id"],
        at=datetime.fromisoformat(members["at"]),
        act=members["act"],
        actor=members["actor"]["id"],
        outcome=members["out"],
        members=members,
    )
