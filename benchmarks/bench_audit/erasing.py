"""A person with many entries is erased: until the key is gone and logged, until the rows are, and what is left in the files."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_audit.houses import HOUSE, TENANT
from governance.audit import service as audit
from governance.audit.service import Draft, Personal
from governance.db import forget_deleted
from governance.runtime import Runtime

NUMBER = "+49 30 5550 0100 417"
SUBJECT = "par_bench"


@dataclass(frozen=True)
class Erased:
    """Seconds of the erasing transaction and of all that follows; how many entries; files that still hold the sealed bytes."""

    entries: int
    committed: float
    forgotten: float
    left: tuple[str, ...]


def measure(runtime: Runtime, entries: int, each: int = 500) -> Erased:
    """Give a person `entries` entries, erase the person, and look for what was sealed of them in the raw files."""
    for _ in range(0, entries, each):
        with runtime.work(HOUSE) as work:
            own = {"party.tel": Personal(NUMBER, SUBJECT)}
            audit.record_all(work, [Draft("recording.read", personal=own) for _ in range(each)])
    audit.sequence(runtime, TENANT, wait=True)
    sealed = _sealed(runtime)
    begun = time.perf_counter()
    with runtime.work(HOUSE) as work:
        count = audit.erase_person(work, SUBJECT)
    committed = time.perf_counter() - begun
    while not forget_deleted(runtime.engine):
        time.sleep(0.1)
    forgotten = time.perf_counter() - begun
    return Erased(count, committed, forgotten, _holding(runtime, sealed))


def _sealed(runtime: Runtime) -> bytes:
    """Return the wrapped key of the person: while it is anywhere, what it sealed can be read."""
    with runtime.engine.connect() as connection:
        found = connection.exec_driver_sql(
            f"SELECT wrapped FROM audit_subject_key WHERE subject_ref = '{SUBJECT}' AND entry_id = ''"
        )
        return bytes(found.scalar_one())


def _holding(runtime: Runtime, sealed: bytes) -> tuple[str, ...]:
    """Return the names of the house's files that hold `sealed` (SQLite: PostgreSQL's files are the server's own)."""
    if runtime.engine.dialect.name != "sqlite":
        return ()
    home = Path(runtime.settings.home)
    return tuple(path.name for path in home.rglob("*") if path.is_file() and sealed in path.read_bytes())
