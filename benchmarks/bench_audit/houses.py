"""Houses to measure the log in: one on SQLite and, where there is one, one on PostgreSQL."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from governance import tenancy
from governance.config import Settings
from governance.runtime import Actor, Runtime
from tests import peers

TENANT = tenancy.DEFAULT
HOUSE = Actor.system(TENANT, "svc_bench")


@contextmanager
def house(dialect: str) -> Iterator[Runtime]:
    """Give a fresh house on `dialect` (`sqlite` or `postgresql`), with its log begun; it is gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        if dialect == "sqlite":
            with _opened(Path(place), f"sqlite:///{place}/governance.db") as runtime:
                yield runtime
            return
        with (
            peers.postgres(is_durable=True) as server,
            peers.database(server) as url,
            _opened(Path(place), url) as runtime,
        ):
            yield runtime


def dialects(asked: str | None) -> list[str]:
    """Return the databases to measure on: the one asked for, or all that are here."""
    if asked:
        return [asked]
    return ["sqlite", *(["postgresql"] if peers.find("postgres") else [])]


@contextmanager
def _opened(place: Path, url: str) -> Iterator[Runtime]:
    runtime = open_runtime(str(place), url)
    try:
        with runtime.work(HOUSE) as work:
            tenancy.ensure(work, "Benchmark")
        yield runtime
    finally:
        runtime.close()


def open_runtime(home: str, url: str) -> Runtime:
    """Return a runtime of a house: each process has its own."""
    return Runtime.open(Settings.from_env({"GOVERNANCE_HOME": home, "GOVERNANCE_DATABASE_URL": url}))


def address(runtime: Runtime) -> tuple[str, str]:
    """Return what another process opens the same house with."""
    return str(runtime.settings.home), runtime.settings.database_url


def cuts(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile of `times`, in their own unit."""
    percentiles = statistics.quantiles(times, n=100)
    return percentiles[49], percentiles[98]


def table_bytes(runtime: Runtime) -> int:
    """Return how many bytes the database takes, its indexes included."""
    with runtime.engine.connect() as connection:
        if runtime.engine.dialect.name == "sqlite":
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())
