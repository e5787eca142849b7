"""Writers in processes of their own, the job that vouches for the log beside them, and the same bytes inserted bare."""

from __future__ import annotations

import multiprocessing
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event
from typing import Any

import sqlalchemy as sa

from benchmarks.bench_audit import houses
from benchmarks.bench_audit.houses import HOUSE, TENANT
from governance import ids
from governance.audit import queries
from governance.audit import service as audit
from governance.audit.service import Draft
from governance.db import BEGIN
from governance.jobs import JOBS
from governance.runtime import Actor, Runtime

_VOUCH = next(job for job in JOBS if job.name == "vouch for the log")
_SPAWN = multiprocessing.get_context("spawn")
_BARE = "INSERT INTO bench_bare (tenant, log_id, id, at, act, actor, outcome, res, leaf, hash) VALUES ({})"
_COLUMNS = ("tenant", "log_id", "id", "at", "act", "actor", "outcome", "res", "leaf", "hash")


@dataclass(frozen=True)
class Wrote:
    """Entries a second as rows alone (`bare`), end to end (`whole`); seconds from each commit to its signed checkpoint."""

    bare: float
    whole: float
    waits: tuple[float, ...]


def measure(runtime: Runtime, writers: int, entries: int, each: int, *, people: bool) -> Wrote:
    """Have `writers` processes write `entries` in all, `each` a commit; with `people`, each names its actor and address."""
    whole, waits = _whole(runtime, writers, entries // writers, each, people)
    return Wrote(_bare(runtime, writers, entries // writers, each), whole, waits)


def draft(number: int) -> Draft:
    """Return an entry as playback leaves it."""
    det = {"from_ms": 0, "to_ms": 15_000 + number, "watermark": True}
    return Draft(
        "recording.playback", (("recording", f"rec_{number % 5000:012}"),), det, {"code": "complaint"}
    )


def _whole(
    runtime: Runtime, writers: int, share: int, each: int, people: bool
) -> tuple[float, tuple[float, ...]]:
    """Return entries a second until the last is durable, sequenced and indexed; and how long each commit waited to be signed."""
    ready, stop = _SPAWN.Barrier(writers + 2), _SPAWN.Event()
    said: Any = _SPAWN.Queue()
    place = houses.address(runtime)
    with runtime.work(HOUSE) as work:
        audit.record(work, "audit.heartbeat")
    audit.sequence(runtime, TENANT, wait=True)
    with runtime.work(HOUSE, write=False) as work:
        size = queries.health(work).size
    processes = [
        _SPAWN.Process(target=_write, args=(place, f"w{number}", share, each, people, ready, said))
        for number in range(writers)
    ]
    voucher = _SPAWN.Process(target=_vouch, args=(place, ready, stop, said))
    for process in (*processes, voucher):
        process.start()
    ready.wait()
    begun = time.perf_counter()
    committed: list[tuple[str, float]] = []
    for _ in processes:
        committed += said.get()[1]
    while True:  # whoever writes helps nobody to sequence: the job does, and what is left is seen here
        with runtime.work(HOUSE, write=False) as work:
            if queries.health(work).size >= size + writers * share:
                break
        time.sleep(0.02)
    took = time.perf_counter() - begun
    stop.set()
    signed = said.get()[1]
    for process in (*processes, voucher):
        process.join()
    return writers * share / took, _waits(runtime, committed, signed)


def _waits(
    runtime: Runtime, committed: Sequence[tuple[str, float]], signed: Sequence[tuple[int, float]]
) -> tuple[float, ...]:
    sizes = [size for size, _at in signed]
    with runtime.engine.connect() as connection:
        places: dict[str, int] = dict(
            connection.execute(sa.text("SELECT id, idx FROM audit_entry")).tuples().all()
        )
    # A checkpoint of `size` covers the indexes below it.
    return tuple(signed[bisect_right(sizes, places[entry])][1] - at for entry, at in committed)


def _write(
    place: tuple[str, str], who: str, share: int, each: int, people: bool, ready: Barrier, said: Any
) -> None:
    runtime = houses.open_runtime(*place)
    person = {"name": f"Agent {who}", "email": f"{who}@example.org", "ip": "203.0.113.7"} if people else {}
    actor = Actor(kind="user", id=f"usr_{who}", tenant=TENANT, **person)  # type: ignore[arg-type]
    with runtime.work(actor) as work:
        audit.record_all(work, [draft(0)])  # keys and connections are there before the clock runs
    ready.wait()
    committed = []
    for first in range(0, share, each):
        with runtime.work(actor) as work:
            made = audit.record_all(work, [draft(first + more) for more in range(each)])
        committed.append((made[-1], time.time()))
    said.put(("committed", committed))
    runtime.close()


def _vouch(place: tuple[str, str], ready: Barrier, stop: Event, said: Any) -> None:
    """Run the house's own job as the scheduler does: once a second, and never beside itself."""
    runtime = houses.open_runtime(*place)
    every = _VOUCH.when.total_seconds()  # type: ignore[union-attr]
    signed: list[tuple[int, float]] = []
    ready.wait()
    ends = False
    due = time.monotonic()
    while not ends:
        ends = stop.wait(max(0.0, due - time.monotonic()))
        due = max(due + every, time.monotonic())
        _VOUCH.verb(runtime, TENANT)
        with runtime.work(HOUSE, write=False) as work:
            checkpoint = queries.latest_checkpoint(work)
        if checkpoint is not None:
            signed.append((checkpoint.size, time.time()))
    said.put(("signed", signed))
    runtime.close()


def _bare(runtime: Runtime, writers: int, share: int, each: int) -> float:
    """Return rows a second: the same leaves into a table without an index, as plain statements of the driver."""
    kind = "bytea" if runtime.engine.dialect.name == "postgresql" else "blob"
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS bench_bare"))
        connection.execute(
            sa.text(
                "CREATE TABLE bench_bare (tenant text, log_id int, id text, at text, act text, actor text, outcome int, "
                f"res text, leaf {kind}, hash {kind})"
            )
        )
    ready, said = _SPAWN.Barrier(writers + 1), _SPAWN.Queue()
    place = houses.address(runtime)
    processes = [
        _SPAWN.Process(target=_insert, args=(place, number * share, share, each, ready, said))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.time()
    ended: float = max(
        said.get() for _ in processes
    )  # that a process takes a while to leave is nobody's insert
    for process in processes:
        process.join()
    return writers * share / (ended - begun)


def _insert(place: tuple[str, str], first: int, share: int, each: int, ready: Barrier, said: Any) -> None:
    runtime = houses.open_runtime(*place)
    with runtime.engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT tenant, log_id, id, act, actor, outcome, leaf FROM audit_entry ORDER BY idx DESC LIMIT :share OFFSET :first"
            ),
            {"first": first, "share": share},
        ).all()
    rows = [
        (row.tenant, row.log_id, row.id, "2026-03-02 09:00:00.000000", row.act, row.actor, row.outcome,
         '["recording:rec_000000000000"]', bytes(row.leaf), bytes(32))
        for row in found
    ]  # fmt: skip
    on_sqlite = runtime.engine.dialect.name == "sqlite"
    statement = _BARE.format(", ".join(("?" if on_sqlite else "%s",) * len(_COLUMNS)))
    with runtime.engine.connect().execution_options(**{BEGIN: "BEGIN IMMEDIATE"}) as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.cursor()
        ready.wait()
        for start in range(0, len(rows), each):
            if on_sqlite:
                raw.execute("BEGIN IMMEDIATE")
            cursor.executemany(statement, rows[start : start + each])
            raw.commit()
    said.put(time.time())
    runtime.close()


def overhead(runtime: Runtime, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds of business transactions without and with an entry, taken in turn: a row each, and a commit."""
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE bench_act (id text PRIMARY KEY, number int)"))
    statement = sa.text("INSERT INTO bench_act (id, number) VALUES (:id, :number)")
    actor = Actor(kind="user", id="usr_bench", tenant=TENANT)
    without: list[float] = []
    with_entry: list[float] = []

    def act(number: int, then: Callable[[Any], object] | None) -> float:
        begun = time.perf_counter()
        with runtime.work(actor) as work:
            work.session.connection().execute(statement, {"id": ids.new("act"), "number": number})
            if then is not None:
                then(work)
        return time.perf_counter() - begun

    for number in range(count):
        one = draft(number)
        without.append(act(number, None))
        with_entry.append(act(number, lambda work, one=one: audit.record_all(work, [one])))  # type: ignore[misc]
    return without, with_entry
