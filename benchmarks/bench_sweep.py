"""What it costs to sweep due recordings, beside the raw SQL that deletes the same rows, and whether the cost is linear.

`python -m benchmarks.bench_sweep [--recordings 20000]` fills an archive (`benchmarks.archive`), reckons every deadline,
sweeps everything, and proves that nothing is left: at a quarter, a half and the whole of the number. The limit it is
held against, in the same run: a copy of the same database from which bare SQL deletes the same rows in one transaction,
with no ledger, no log entry, no certificate and no second look for holds. On PostgreSQL too, where there is one.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import archive
from governance import log, tenancy
from governance.config import Settings
from governance.db import make_engine
from governance.policy import PolicySet
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from tests import peers

TENANT = tenancy.DEFAULT
HOUSE = Actor.system(TENANT, retention.SERVICE)
MINE = "tenant = 'default'"
RAW = (
    "DELETE FROM retention_schedule WHERE {mine}",
    "DELETE FROM audit_private WHERE {mine} AND key_id IN (SELECT key_id FROM audit_subject_key WHERE recording <> '')",
    "DELETE FROM audit_subject_key WHERE {mine} AND recording <> ''",
    "DELETE FROM party_index WHERE {mine}",
    "DELETE FROM party WHERE {mine}",
    "DELETE FROM transcript WHERE {mine}",
    "DELETE FROM rendition WHERE {mine}",
    "DELETE FROM blob_key WHERE {mine}",
    "UPDATE blob SET shredded_at = created_at, sha256 = '' WHERE {mine}",
    "UPDATE recording SET state = 'erased', erased_at = created_at, external_id = 'erased-' || id WHERE {mine}",
)


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=20_000)
    parser.add_argument("--sqlite-only", action="store_true")
    asked = parser.parse_args()
    log.configure("ERROR")
    for name, place in _places(sqlite_only=asked.sqlite_only):
        print(f"{name}: everything due, erased under the shipped rules")
        print("  recordings   reckon   dry run     sweep   us each (CPU)   raw SQL   x raw    prove")
        first: tuple[float, float] | None = None
        for count in (asked.recordings // 4, asked.recordings // 2, asked.recordings):
            with place() as (url, copy, home):
                each = _measured(url, copy, home, count)
            first = first or each
            print(
                f"{'':14}for each {each[0] / first[0]:.2f} x the time, {each[1] / first[1]:.2f} x the CPU",
                flush=True,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, all of it: {peak:.0f} MiB")


def _measured(url: str, copy: Callable[[], Any], home: Path, count: int) -> tuple[float, float]:
    """Print one line, and return the seconds that a sweep took for each recording: by the clock, and of this process."""
    runtime = Runtime.open(Settings.from_env({"GOVERNANCE_HOME": str(home), "GOVERNANCE_DATABASE_URL": url}))
    with runtime.work(HOUSE) as work:
        tenancy.ensure(work, "Benchmark")
    shipped = runtime.policies.default
    # Nothing of the archive was ever examined; the shipped rule for that asks a person, and here nobody answers.
    rules = tuple(rule for rule in shipped.retention.rules if rule.name != "never_examined")
    retained = shipped.retention.model_copy(update={"rules": rules})
    runtime.policies = PolicySet(replace(shipped, retention=retained), {})
    archive.fill(runtime.engine, TENANT, count)
    reckoned = _timed(lambda: retention.schedule(runtime, HOUSE))
    dry = _timed(lambda: retention.sweep(runtime, HOUSE, dry_run=True))
    runtime.engine.dispose()
    with copy() as raw_url:
        raw = _raw(raw_url)
    used = time.process_time()
    swept = _timed(lambda: _sweep(runtime, count))
    used = time.process_time() - used
    proven = _timed(lambda: _prove(runtime))
    runtime.close()
    print(
        f"{count:>12} {reckoned:8.1f} {dry:9.1f} {swept:9.1f} {swept / count * 1e6:8.0f} {used / count * 1e6:6.0f} {raw:9.1f} {swept / raw:7.1f} "
        f"{proven:8.1f}",
        flush=True,
    )
    return swept / count, used / count


def _sweep(runtime: Runtime, count: int) -> None:
    report = retention.sweep(runtime, HOUSE)
    if report.total != count or report.left:
        raise SystemExit(f"{report.total} of {count} were swept; left: {report.left}")


def _prove(runtime: Runtime) -> None:
    proof = retention.prove(runtime, HOUSE)
    if not proof.holds:
        raise SystemExit(f"the proof does not hold: {proof.counts}")


def _raw(url: str) -> float:
    engine = make_engine(url)
    begun = time.perf_counter()
    with engine.begin() as connection:
        for statement in RAW:
            connection.exec_driver_sql(statement.format(mine=MINE))
    spent = time.perf_counter() - begun
    engine.dispose()
    return spent


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _places(*, sqlite_only: bool) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "SQLite", _on_sqlite
    if not sqlite_only and peers.find("postgres"):
        with peers.postgres() as server:
            yield "PostgreSQL", lambda: _on_postgresql(server)


@contextmanager
def _on_sqlite() -> Iterator[tuple[str, Callable[[], Any], Path]]:
    """Yield the URL of a database, how to copy it, and a data folder."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "governance.db"

        @contextmanager
        def copied() -> Iterator[str]:
            shutil.copyfile(path, Path(place) / "raw.db")
            yield f"sqlite:///{place}/raw.db"
            (Path(place) / "raw.db").unlink()

        yield f"sqlite:///{path}", copied, Path(place) / "home"


@contextmanager
def _on_postgresql(server: str) -> Iterator[tuple[str, Callable[[], Any], Path]]:
    with tempfile.TemporaryDirectory() as place, peers.database(server) as url:
        yield url, lambda: peers.database(server, sa.make_url(url).database or ""), Path(place) / "home"


if __name__ == "__main__":
    main()
