"""A log that grows to millions of entries, and what a proof, a search and a re-audit take on the way there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from benchmarks.bench_audit import houses
from benchmarks.bench_audit.houses import HOUSE, TENANT
from governance import ids
from governance.audit import leaf, log_queries, merkle, queries, selfaudit
from governance.audit import service as audit
from governance.audit.models import AuditLog, AuditOutbox
from governance.db import BEGIN
from governance.runtime import Runtime, Work

ACTORS, PER_RECORDING = 2000, 20
PORTION = 32_768
_NAMES = ("tenant", "log_id", "id", "at", "act", "actor", "outcome", "res", "leaf", "hash")


@dataclass(frozen=True)
class Seen:
    """Milliseconds (median, 99th percentile) of a kind of question at a size of the log."""

    size: int
    question: str
    p50: float
    p99: float


@dataclass(frozen=True)
class Growth:
    """How one database fared: what each question took at each size, entries sequenced a second, bytes an entry."""

    dialect: str
    seen: tuple[Seen, ...]
    sequenced: float
    bytes_each: float
    audited: float


def measure(runtime: Runtime, sizes: Sequence[int], questions: int) -> Growth:
    """Let the log grow to each of `sizes` in turn and ask it `questions` of each kind; in the end re-audit it whole."""
    seen: list[Seen] = []
    moved, moving = 0, 0.0
    before = houses.table_bytes(runtime)
    for size in sorted(sizes):
        rows, took = grow(runtime, size)
        moved, moving = moved + rows, moving + took
        audit.publish(runtime, TENANT)
        _settle(runtime)
        seen += _asked(runtime, size, questions)
        for one in seen[-4:]:
            print(
                f"    {one.size:>12,} {one.question:<24} p50 {one.p50:7.2f} ms   p99 {one.p99:7.2f} ms",
                flush=True,
            )
    bytes_each = (houses.table_bytes(runtime) - before) / max(sizes)
    return Growth(runtime.engine.dialect.name, tuple(seen), moved / moving, bytes_each, audited(runtime))


def audited(runtime: Runtime) -> float:
    """Return entries a second of processor time that a whole re-audit of the log takes."""
    with runtime.work(HOUSE, write=False) as work:
        anchored = selfaudit.anchors(work)
    begun = time.process_time()
    with runtime.work(HOUSE, write=False) as work:
        result = selfaudit.examine(work, anchored)
    if not result.holds:
        raise SystemExit(result.because)
    return result.size / (time.process_time() - begun)


def grow(runtime: Runtime, size: int) -> tuple[int, float]:
    """Fill the outbox with made-up entries until the log has `size`; return how many were sequenced, and the seconds of it."""
    moved, took = 0, 0.0
    with runtime.work(HOUSE) as work:
        log = audit.open_log(work)
        template = _template(work, log)
        row = {"log_id": log.log_id, "at": f"{work.now:%Y-%m-%d %H:%M:%S.%f}"}
    while True:
        with runtime.work(HOUSE, write=False) as work:
            has = queries.health(work).size
        if has >= size:
            return moved, took
        _fill(runtime, row, template, has, min(PORTION, size - has))
        begun = time.perf_counter()
        moved += audit.sequence(runtime, TENANT, wait=True)
        took += time.perf_counter() - begun


def _template(work: Work, log: AuditLog) -> bytes:
    """Return a leaf of an ordinary length, with marks of fixed length where each entry has its own."""
    return leaf.compose(
        {
            "log": log.origin,
            "id": "i" * 36,
            "at": leaf.moment(work.now),
            "act": "recording.playback",
            "out": "success",
            "actor": {"kind": "user", "id": "usr_" + "a" * 12, "sid": "ses_" + "s" * 22},
            "src": {"svc": "recording-governance", "node": "node-1", "ver": "1.0.0"},
            "req": "4bf92f3577b34da6a3ce929d0e0e4736",
            "res": [{"kind": "recording", "id": "rec_" + "r" * 12}],
            "why": {"policy": work.policies.digest, "code": "complaint"},
            "det": {"from_ms": 0, "to_ms": 15_000, "watermark": True},
            "pd": dict.fromkeys(("actor.name", "src.ip"), "c" * 43),
            "pn": {"inst": "node-1-4711-ab12cd", "n": 1},
        }
    )


def _fill(runtime: Runtime, log: dict[str, Any], template: bytes, first: int, count: int) -> None:
    rows = list(_rows(log, template, first, count, on_sqlite=runtime.engine.dialect.name == "sqlite"))
    with runtime.engine.connect().execution_options(**{BEGIN: "BEGIN IMMEDIATE"}) as connection:
        raw: Any = connection.connection.driver_connection
        if runtime.engine.dialect.name == "sqlite":
            raw.execute("BEGIN IMMEDIATE")
            marks = ", ".join("?" * len(_NAMES))
            raw.executemany(
                f"INSERT INTO {AuditOutbox.__tablename__} ({', '.join(_NAMES)}) VALUES ({marks})", rows
            )
        else:
            with raw.cursor().copy(
                f"COPY {AuditOutbox.__tablename__} ({', '.join(_NAMES)}) FROM STDIN"
            ) as copy:
                for row in rows:
                    copy.write_row(row)
        raw.commit()


def _rows(
    log: dict[str, Any], template: bytes, first: int, count: int, *, on_sqlite: bool
) -> Iterator[tuple[Any, ...]]:
    at = log["at"] + ("" if on_sqlite else "+00")
    numbers = b'"n":1}'
    for number in range(first, first + count):
        entry, actor, recording = str(ids.uuid7()), actor_of(number), recording_of(number)
        text = template.replace(b"i" * 36, entry.encode()).replace(b"usr_" + b"a" * 12, actor.encode())
        text = text.replace(b"rec_" + b"r" * 12, recording.encode()).replace(
            numbers, b'"n":%d}' % (number + 1)
        )
        res = f'["recording:{recording}"]'
        yield (
            TENANT,
            log["log_id"],
            entry,
            at,
            "recording.playback",
            actor,
            0,
            res,
            text,
            merkle.leaf_hash(text),
        )


def actor_of(number: int) -> str:
    """Return who acted in entry `number`: entries of one person lie far apart."""
    return f"usr_{number * 7919 % ACTORS:012}"


def recording_of(number: int) -> str:
    """Return which recording entry `number` concerns: twenty entries each, as far apart as the log is long."""
    return f"rec_{number * 104_729 % max(1, number // PER_RECORDING + 1):012}"


def _settle(runtime: Runtime) -> None:
    """Let the database do what it does by itself in quiet hours, so that no question pays for the filling."""
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if runtime.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE audit_entry, audit_entry_res, audit_outbox")


def _asked(runtime: Runtime, size: int, questions: int) -> Iterator[Seen]:
    chance = random.Random(size)
    with runtime.work(HOUSE, write=False) as work:
        log = log_queries.shards(work)[-1]
        numbers = [chance.randrange(size) for _ in range(questions)]
        ids_of = {}
        for number in numbers:
            (row,) = log_queries.entries(work, log, number, number + 1)
            ids_of[number] = row.id
    kinds: dict[str, Callable[[Work, int], object]] = {
        "inclusion proof": lambda work, number: queries.inclusion_proof(work, ids_of[number]),
        "search by actor": lambda work, number: queries.search(work, actor=actor_of(number)),
        "search by recording": lambda work, number: queries.search(
            work, res=("recording", recording_of(number))
        ),
        "the bare rows by key": lambda work, number: (
            work.session.connection()
            .execute(
                sa.text(
                    "SELECT * FROM audit_entry WHERE log_id = :log AND idx >= :idx ORDER BY idx LIMIT 50"
                ),
                {"log": log.log_id, "idx": number},
            )
            .all()
        ),
    }
    for kind, ask in kinds.items():
        times = []
        for number in [
            *numbers[:20],
            *numbers,
        ]:  # the first are asked twice: what is asked first, everybody waits for once
            with runtime.work(HOUSE, write=False) as work:
                begun = time.perf_counter()
                ask(work, number)
                times.append((time.perf_counter() - begun) * 1000)
        yield Seen(size, kind, *houses.cuts(times[20:]))
