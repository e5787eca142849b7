"""What every test may ask for: both databases, a runtime on one of them, and a Work.

The schema is migrated once a run for each database and copied for each test. Each process of a parallel run has a
PostgreSQL of its own. Nothing a test does leaves this machine.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import peers

if TYPE_CHECKING:  # the tests of what needs no database (rules, detectors) start without loading one
    from governance.clock import FakeClock
    from governance.config import Settings
    from governance.runtime import Actor, Runtime, Work

LOOPBACK = Path(__file__).parent / "loopback"

# Slow machines are no failures; in CI the same examples every time, so that a red run can be had again.
hypothesis.settings.register_profile(
    "dev", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "ci", hypothesis.settings.get_profile("dev"), derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


def _limit_to_loopback() -> ModuleType:
    """Install the guard in this process and, through PYTHONPATH, in every Python that a test starts."""
    guard = sys.modules.get("sitecustomize")
    if getattr(guard, "__file__", None) != str(LOOPBACK / "sitecustomize.py"):
        spec = importlib.util.spec_from_file_location(
            "governance_tests_loopback", LOOPBACK / "sitecustomize.py"
        )
        assert spec is not None
        assert spec.loader is not None
        guard = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(guard)
    assert guard is not None
    inherited = [
        part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != str(LOOPBACK)
    ]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(LOOPBACK), *inherited])
    return guard


guard = _limit_to_loopback()


@pytest.fixture(autouse=True)
def refused_connections() -> Iterator[list[str]]:
    """What was refused beyond loopback during this test; one that expects a refusal clears the list."""
    refused: list[str] = guard.refused
    refused.clear()
    yield refused
    assert not refused, f"the test reached for what is not on this machine: {refused}"


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own GOVERNANCE_ settings, and the data they name, out of the tests."""
    for name in [name for name in os.environ if name.startswith("GOVERNANCE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server on loopback, with the rights to make databases; started when first asked for."""
    with peers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str) -> Iterator[str]:
    with peers.database(postgres_url) as url:
        _make_schema(url)
        yield url.rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "governance.db"
    _make_schema(f"sqlite:///{path}")
    return path


def _make_schema(url: str) -> None:
    from governance.db import make_engine, migrate

    engine = make_engine(url)
    migrate(engine)
    engine.dispose()  # closes the last connection: SQLite folds its write-ahead log into the file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own at the newest schema; the test runs once on each kind."""
    if request.param == "sqlite":
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), home / "governance.db")
        (home / "governance.db").chmod(0o600)  # as the service makes it, whatever this process's umask is
        yield f"sqlite:///{home / 'governance.db'}"
        return
    peers.require("postgres")
    template = request.getfixturevalue("_postgres_template")
    with peers.database(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at a Monday morning until the test moves it."""
    from governance.clock import FakeClock

    return FakeClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings on `database_url`; log anchor and erasure ledger lie outside the data folder, as they should."""
    from governance.config import Settings

    return Settings.from_env(
        {
            "GOVERNANCE_HOME": str(tmp_path / "home"),
            "GOVERNANCE_DATABASE_URL": database_url,
            "GOVERNANCE_KEYS": str(tmp_path / "keys"),
            "GOVERNANCE_ANCHOR": str(tmp_path / "anchor"),
            "GOVERNANCE_LEDGER": str(tmp_path / "ledger"),
        }
    )


@pytest.fixture
def actor() -> Actor:
    """The house itself, acting for the tenant `default`."""
    from governance import tenancy
    from governance.runtime import Actor

    return Actor.system(tenancy.DEFAULT, "svc_test")


@pytest.fixture
def runtime(settings: Settings, clock: FakeClock, actor: Actor) -> Iterator[Runtime]:
    """A runtime on `database_url` with key files, a local blob store, the shipped policies and the tenant `default`."""
    from governance import policy, tenancy
    from governance.db import make_engine
    from governance.keys import LocalKeys
    from governance.runtime import Runtime
    from governance.storage.local import LocalBlobs

    for folder in (settings.home, settings.anchor, settings.ledger):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(settings.database_url)
    policies = policy.load(settings.policies)
    runtime = Runtime(settings, engine, LocalKeys(settings.keys), LocalBlobs(settings.blobs), policies, clock)
    with runtime.work(actor) as work:
        tenancy.ensure(work, "The default tenant")
    yield runtime
    runtime.close()


class _UndoneError(Exception):
    """Ends the Work of a test the way an error would, so that nothing it asked for "after the commit" happens."""


@pytest.fixture
def work(runtime: Runtime, actor: Actor) -> Iterator[Work]:
    """A Work of the house, open until the test ends and then rolled back.

    On SQLite it holds the write lock: a test that needs what was committed opens its own with `runtime.work`.
    """
    with contextlib.suppress(_UndoneError), runtime.work(actor) as work:
        yield work
        raise _UndoneError
