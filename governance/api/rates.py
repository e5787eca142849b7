"""How often somebody may ask: moving windows in this process's memory, counted per key or per address.

Several processes count apart: behind a load balancer the limit is per process. What must not be exceeded anywhere,
such as the tries of a password, is counted in the database by `access`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore, Lock

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from governance.errors import LimitError


@dataclass
class Rates:
    """The rates of one application. Each is written as `limits` reads it: `30/minute`."""

    sign_in_per_address: str = "30/minute"
    sign_in_per_login: str = "10/minute"
    mailed_link_per_login: str = "3/10minute"
    portal_per_address: str = "30/minute"
    download_per_address: str = "600/minute"
    redaction_per_key: str = "6000/minute"
    ingest_per_key: str = "1200/minute"
    _counts: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()), repr=False
    )

    def sign_in(self, address: str | None, tenant: str, login: str) -> None:
        """Count a try to sign in. Raises `LimitError`, whether or not there is such a login."""
        self._hit(self.sign_in_per_address, "sign-in-address", address or "unknown")
        self._hit(self.sign_in_per_login, "sign-in-login", f"{tenant}/{login}")

    def redemption(self, address: str | None) -> None:
        """Count a try of a sign-in link. Raises `LimitError`."""
        self._hit(self.sign_in_per_address, "link-address", address or "unknown")

    def mailed_link(self, address: str | None, tenant: str, login: str) -> None:
        """Count that somebody asks for a sign-in link by mail. Raises `LimitError`, whether or not there is such a login."""
        self._hit(self.sign_in_per_address, "mailed-link-address", address or "unknown")
        self._hit(self.mailed_link_per_login, "mailed-link-login", f"{tenant}/{login}")

    def portal(self, address: str | None) -> None:
        """Count a request of a person recorded, which stops and suspends things. Raises `LimitError`."""
        self._hit(self.portal_per_address, "portal-address", address or "unknown")

    def download(self, address: str | None) -> None:
        """Count a download of a package, each part of it too: every one is an entry in the log. Raises `LimitError`."""
        self._hit(self.download_per_address, "download-address", address or "unknown")

    def redaction(self, who: str, texts: int = 1) -> None:
        """Count redactions without a catalog: each text of a batch is one. Raises `LimitError`."""
        self._hit(self.redaction_per_key, "redaction", who, texts)

    def ingest(self, who: str) -> None:
        """Count a recording brought in. Raises `LimitError`."""
        self._hit(self.ingest_per_key, "ingest", who)

    def _hit(self, rate: str, what: str, who: str, times: int = 1) -> None:
        # By digest: what was typed as a login may be a password, and has no place in memory for a minute.
        name = hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()
        item = _parsed(rate)
        if not self._counts.hit(item, what, name, cost=times):
            # At the latest by then; the window moves, so it may be sooner.
            raise LimitError("Too many requests: try again later.", item.get_expiry())


@cache
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


MOST_AT_ONCE = 4


class Slots:
    """How many large things are worked on at once. The next one is told to come back."""

    def __init__(self, most: int = MOST_AT_ONCE, things: str = "files") -> None:
        self._free = BoundedSemaphore(most)
        self._things = things

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot. Raises `LimitError` where none is free."""
        if not self._free.acquire(blocking=False):
            raise LimitError(f"Too many {self._things} are being redacted: try again in a moment.", 5)
        try:
            yield
        finally:
            self._free.release()


STREAMS_AT_ONCE = 100


@dataclass
class Streams:
    """How many live streams a tenant has open at once, in this process."""

    most: int = STREAMS_AT_ONCE
    _open: Counter[str] = field(default_factory=Counter, repr=False)
    _counting: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def one(self, tenant: str) -> Iterator[None]:
        """Hold one of a tenant's streams. Raises `LimitError` where it has as many as it may."""
        with self._counting:
            if self._open[tenant] >= self.most:
                raise LimitError(f"Too many streams are open: {self.most} at once at most.", 5)
            self._open[tenant] += 1
        try:
            yield
        finally:
            with self._counting:
                self._open[tenant] -= 1
                self._open += Counter()  # forgets tenants that have none
