"""The two kinds of databases, made ready and copied as often as something is to fail in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import peers
from tests.faults import houses
from tests.faults.houses import Databases


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """How databases are made; the test runs once with each kind."""
    if request.param == "sqlite":
        return houses.sqlite_databases(request.getfixturevalue("_sqlite_template"))
    peers.require("postgres")
    server: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("_postgres_template")

    @contextmanager
    def copied(url: str, _folder: Path) -> Iterator[str]:
        with peers.database(server, url.rsplit("/", 1)[-1]) as copy:
            yield copy

    return Databases(empty=lambda folder: copied(template, folder), copy=copied)


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder for houses, in memory where there is enough: what fails here is asked for, and a disk only takes time."""
    with tempfile.TemporaryDirectory(prefix="houses-", dir=peers.fast_folder()) as folder:
        yield Path(folder)
