"""The runtime, built once, and `Work`: one request or one job, one transaction, one reading of the clock.

The only `commit` of the product is here. What must be written although an act failed (a denial) is handed to
`Work.after_rollback` and gets a transaction of its own, after the rollback and before the error leaves.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, RLock
from typing import Any

import sqlalchemy as sa

from governance import policy
from governance.clock import Clock, SystemClock
from governance.config import Settings
from governance.db import BEGIN, GovernedSession, make_engine, migrate
from governance.ids import uuid7
from governance.keys import KeyProvider, LocalKeys
from governance.policy import Policies, PolicySet
from governance.storage import BlobStore
from governance.storage.local import LocalBlobs

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:of, 7463))")
_LOCK_SHARED = sa.text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:of, 7463))")


# The trace id of the request or job at hand, for the Works of verbs that open several of their own.
TRACE: ContextVar[str | None] = ContextVar("governance_trace", default=None)


@dataclass(frozen=True)
class Actor:
    """Who acts. `id` is opaque and may stand in the log; name, e-mail and address are personal and are sealed there."""

    kind: str
    id: str
    tenant: str
    account_id: str | None = None
    login: str | None = field(default=None, repr=False)  # people use their e-mail address as one
    session_id: str | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    ip: str | None = field(default=None, repr=False)
    role: str | None = None
    agent_id: str | None = None
    team: str | None = None
    site: str | None = None
    person: str | None = field(default=None, repr=False)
    key_scopes: frozenset[str] | None = None

    @classmethod
    def system(cls, tenant: str, service: str) -> "Actor":
        """Return the house itself, acting for `tenant` as the service called `service`."""
        return cls(kind="system", id=service, tenant=tenant)


class Work:
    """One request or job: its session, its actor, one reading of the clock, and the policies that apply."""

    def __init__(self, runtime: "Runtime", session: GovernedSession, actor: Actor, trace: str | None) -> None:
        self.runtime = runtime
        self.session = session
        self.actor = actor
        self.tenant = actor.tenant
        self.trace = trace or TRACE.get() or uuid7().hex
        self.now: datetime = runtime.clock.now()
        self.policies: Policies = runtime.policies.for_tenant(actor.tenant)
        self._after_commit: list[Callable[[], None]] = []
        self._on_rollback: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[Work], None]] = []

    @property
    def keys(self) -> KeyProvider:
        """The keys."""
        return self.runtime.keys

    def wrapping_key(self) -> str:
        """Return the id of the KEK to wrap a new key with, which no rotation can retire before this transaction ends.

        SQLite has one writer at a time; PostgreSQL is told by a shared lock that `hold_back_wrapping` waits for.
        """
        self._lock("kek", _LOCK_SHARED)
        return self.keys.active(self.tenant)

    def hold_back_wrapping(self) -> None:
        """Wait until no other transaction is about to wrap a key, and let none begin before this one ends."""
        self._lock("kek", _LOCK)

    def heed_orders(self) -> None:
        """Let no standing order be placed or ended before this transaction ends: those seen from here on are all.

        Whoever adds a recording, or takes away what an order would have kept, heeds orders first and then asks for them.
        """
        self._lock("orders", _LOCK_SHARED)

    def change_orders(self) -> None:
        """Wait until no other transaction heeds the standing orders, and let none begin to before this one ends."""
        self._lock("orders", _LOCK)

    def settle_forms(self) -> None:
        """Wait until no other transaction settles what its masks say of card numbers, and let none begin before this one ends."""
        self._lock("forms", _LOCK)

    def queue_up(self) -> None:
        """Wait until no other transaction queues up for what has a bound, and let none begin to before this one ends."""
        self._lock("queue", _LOCK)

    def _lock(self, what: str, lock: sa.TextClause) -> None:
        if self.dialect == "postgresql":  # SQLite has one writer at a time
            self.session.connection().execute(lock, {"of": f"{what}/{self.tenant}"})

    @property
    def blobs(self) -> BlobStore:
        """The blob store: for `vault` alone."""
        return self.runtime.blobs

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.runtime.engine.dialect.name

    def has_committed(self) -> None:
        """Call what waited for the commit."""
        for act in self._after_commit:
            act()

    def has_rolled_back(self) -> None:
        """Call what waited for the rollback, each in a transaction of its own where it writes."""
        for act in self._on_rollback:
            act()
        for write in self._after_rollback:
            with self.runtime.work(self.actor, trace=self.trace) as own:
                write(own)

    def on_commit(self, act: Callable[[], None]) -> None:
        """Call `act` once the transaction is durable. It has no database and cannot fail the request."""
        self._after_commit.append(act)

    def on_rollback(self, act: Callable[[], None]) -> None:
        """Call `act` once the transaction has been rolled back."""
        self._on_rollback.append(act)

    def after_rollback(self, act: Callable[["Work"], None]) -> None:
        """Call `act` in a transaction of its own if this one is rolled back, before the error reaches anybody."""
        self._after_rollback.append(act)


class Runtime:
    """All that lives as long as the process: engine, keys, blobs, policies, clock."""

    def __init__(
        self,
        settings: Settings,
        engine: sa.Engine,
        keys: KeyProvider,
        blobs: BlobStore,
        policies: PolicySet,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.keys = keys
        self.blobs = blobs
        self.policies = policies
        self.clock = clock
        # Names this process among all that ever wrote to the log, so that a gap in its counter can be seen.
        self.instance = (
            f"{socket.gethostname().split('.')[0][:20].lower()}-{os.getpid()}-{secrets.token_hex(3)}"
        )
        self.lock = Lock()
        self._writer = RLock()
        self.state: dict[str, Any] = {}

    @classmethod
    def open(cls, settings: Settings) -> "Runtime":
        """Return the runtime that `settings` describe, with the database at its newest schema.

        The data folder is made owner-only. Raises `ConfigurationError` or `PolicyError` rather than start on less.
        """
        policies = policy.load(settings.policies)
        for folder in (settings.home, settings.blobs, settings.keys, settings.anchor, settings.ledger):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.umask(0o077)
        settings.home.chmod(0o700)
        engine = make_engine(settings.database_url)
        migrate(engine)
        return cls(
            settings, engine, LocalKeys(settings.keys), LocalBlobs(settings.blobs), policies, SystemClock()
        )

    def close(self) -> None:
        """Give back the database's connections."""
        self.engine.dispose()

    @contextmanager
    def work(self, actor: Actor, *, trace: str | None = None, write: bool = True) -> Iterator[Work]:
        """Open one Work for `actor`: committed on a clean exit, rolled back on an exception.

        `write=False` takes no write lock on SQLite; nothing may be written in it. All it reads is of one moment, on both
        databases: an answer of several statements never says half of what another Work has just done.
        """
        with self._session(actor.tenant, write) as session:
            work = Work(self, session, actor, trace)
            try:
                yield work
                session.commit()
            except BaseException:
                session.rollback()
                session.close()
                work.has_rolled_back()
                raise
        work.has_committed()

    @contextmanager
    def unscoped(self, actor: Actor, *, write: bool = False) -> Iterator[Work]:
        """Open a Work that sees every tenant's rows: only to find out whose key, session or account this is."""
        with self._session(None, write) as session:
            work = Work(self, session, actor, None)
            try:
                yield work
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def _session(self, tenant: str | None, write: bool) -> Iterator[GovernedSession]:
        is_sqlite = self.engine.dialect.name == "sqlite"
        begin = "BEGIN IMMEDIATE" if write else "BEGIN"
        engine = self.engine
        if is_sqlite:
            engine = engine.execution_options(**{BEGIN: begin})
        elif not write:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        session = GovernedSession(engine, expire_on_commit=False)
        if tenant is not None:
            session.info["tenant"] = tenant
        # SQLite has one writer, and whoever finds it busy sleeps and looks again. Inside one process we queue instead;
        # other processes are still met with by SQLite's own lock. Re-entrant: what a rollback leaves to be written
        # gets its transaction while the failed one is being left.
        with self._writer if is_sqlite and write else nullcontext():
            try:
                yield session
            finally:
                session.close()
