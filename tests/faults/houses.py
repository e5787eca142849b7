"""Houses to fail in: made ready once, copied for every failure, opened again as after a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from governance import jobs, policy, tenancy
from governance.audit import service as audit
from governance.clock import Clock, FakeClock
from governance.config import Settings
from governance.db import make_engine
from governance.keys import LocalKeys
from governance.recordings import erasure, standing
from governance.redaction import jobs as redaction_jobs
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from governance.storage.local import LocalBlobs

TENANT = tenancy.DEFAULT
HOUSE = Actor.system(TENANT, "svc_test")
OPERATOR = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
POLICIES = policy.load(None)


@dataclass(frozen=True)
class Databases:
    """How databases of one kind are made: `empty` at the newest schema, or a copy of one that nobody has open."""

    empty: Callable[[Path], AbstractContextManager[str]]
    copy: Callable[[str, Path], AbstractContextManager[str]]


@dataclass(frozen=True)
class House:
    """A folder with all that is not in the database, and the database's URL."""

    folder: Path
    url: str

    def settings(self) -> Settings:
        """Return the settings of this house."""
        given = {"GOVERNANCE_HOME": str(self.folder / "home"), "GOVERNANCE_DATABASE_URL": self.url}
        for part in ("keys", "anchor", "ledger"):
            given[f"GOVERNANCE_{part.upper()}"] = str(self.folder / part)
        return Settings.from_env(given)

    @contextmanager
    def opened(self, clock: Clock | None = None) -> Iterator[Runtime]:
        """Open the house as a new process would: nothing is remembered but what was written. The clock may stand still."""
        settings = self.settings()
        for folder in (settings.home, settings.blobs, settings.anchor, settings.ledger):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        runtime = Runtime(
            settings,
            make_engine(self.url),
            LocalKeys(settings.keys),
            LocalBlobs(settings.blobs),
            POLICIES,
            clock or FakeClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        )
        try:
            yield runtime
        finally:
            runtime.close()

    @contextmanager
    def copied(self, databases: Databases, folder: Path) -> Iterator[House]:
        """Give a house of one's own that is like this one; it is gone afterwards."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("governance.db*"))
        try:
            with databases.copy(self.url, folder / "home") as url:
                yield House(folder, url)
        finally:
            shutil.rmtree(folder)


def recover(runtime: Runtime) -> None:
    """Do what a process does when it starts, and what its jobs do within the next minute."""
    jobs.recover(runtime)
    standing.carry_out_all(runtime, HOUSE)
    erasure.finish_all(runtime, HOUSE)
    redaction.redact_pending(runtime, HOUSE)
    redaction_jobs.expire(runtime, HOUSE)
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)


def sqlite_databases(template: Path) -> Databases:
    """Return how SQLite files are made: `template` is empty and at the newest schema."""

    @contextmanager
    def copied(url: str, folder: Path) -> Iterator[str]:
        folder.mkdir(parents=True, exist_ok=True)
        source = Path(sa.make_url(url).database or "")
        for part in source.parent.glob(f"{source.name}*"):  # the write-ahead log too, where there is one
            shutil.copyfile(part, folder / part.name)
        yield f"sqlite:///{folder / source.name}"

    return Databases(empty=lambda folder: copied(f"sqlite:///{template}", folder), copy=copied)
