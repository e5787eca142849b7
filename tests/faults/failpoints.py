"""Failpoints: every write the house makes outside its memory, numbered, and one of them made to fail.

Each fails in two ways: "and was not stored", before it has taken effect, and "but was stored", after it has, so that
the caller is told of a failure that is none. Nothing of the product knows: the seams are wrapped from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest

from governance import keys
from governance.audit.anchor import Anchor
from governance.keys import LocalKeys
from governance.recordings.ledger import Ledger
from governance.runtime import Runtime
from governance.storage import BlobStore


class InjectedError(OSError):
    """What a failpoint raises where a file is written. A commit fails with the database driver's own error."""

    def __init__(self) -> None:
        super().__init__("a failpoint was reached")


class Failpoints:
    """Counts writes, and makes the one with the number `fail_at` fail: after it has taken effect, if `stored`."""

    def __init__(self, fail_at: int | None = None, *, stored: bool = False) -> None:
        self._fail_at, self._stored = fail_at, stored
        self.seen: list[str] = []

    @property
    def failed(self) -> str | None:
        """What has been made to fail."""
        reached = self._fail_at is not None and len(self.seen) >= self._fail_at
        return self.seen[self._fail_at - 1] if reached and self._fail_at else None

    def before(self, what: str, error: Callable[[], BaseException] = InjectedError) -> int:
        """Note that `what` is about to be written, and return its number; raise if it must fail and not be stored."""
        self.seen.append(what)
        if len(self.seen) == self._fail_at and not self._stored:
            raise error()
        return len(self.seen)

    def after(self, number: int, error: Callable[[], BaseException] = InjectedError) -> None:
        """Raise if the write with this number, which has taken effect, must fail all the same."""
        if number == self._fail_at and self._stored:
            raise error()

    @contextmanager
    def installed(self, runtime: Runtime) -> Iterator[None]:
        """Stand at every seam through which `runtime` writes."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runtime, "blobs", FailingBlobs(runtime.blobs, self))
            self._at_commits(runtime, patch)
            for owner, name, what in (
                (Ledger, "_append", "a line of the erasure ledger"),
                (Anchor, "write", "the anchor of the log"),
                (keys, "_write_once", "a new key file"),
                (keys, "_replace", "which wrapping key is active"),
                (LocalKeys, "retire", "the destruction of a wrapping key"),
            ):
                patch.setattr(owner, name, self._wrapped(getattr(owner, name), what))
            yield

    def _wrapped(self, write: Callable[..., Any], what: str) -> Callable[..., Any]:
        def failing(*args: Any, **named: Any) -> Any:
            number = self.before(what)
            answer = write(*args, **named)
            self.after(number)
            return answer

        return failing

    def _at_commits(self, runtime: Runtime, patch: pytest.MonkeyPatch) -> None:
        """Fail as a database does whose connection breaks: SQLAlchemy itself sees the driver's error."""
        dialect = runtime.engine.dialect
        commit = dialect.do_commit
        assert dialect.loaded_dbapi is not None
        driver = dialect.loaded_dbapi

        def lost() -> BaseException:
            error: BaseException = driver.OperationalError("the connection was lost")
            return error

        def failing(connection: Any) -> None:
            number = self.before("a commit", lost)
            commit(connection)
            self.after(number, lost)

        patch.setattr(dialect, "do_commit", failing)


class FailingBlobs:
    """A blob store whose writes and deletions are failpoints."""

    def __init__(self, inner: BlobStore, points: Failpoints) -> None:
        self._inner, self._points = inner, points
        self.read, self.size, self.names = inner.read, inner.size, inner.names
        self.sweep_partials = inner.sweep_partials

    @contextmanager
    def writer(self, name: str) -> Iterator[BinaryIO]:
        """Open `name` for writing; what fails is the closing, when the whole blob becomes visible or does not."""
        with self._inner.writer(name) as sink:
            yield sink
            number = self._points.before("the closing of a blob")
        self._points.after(number)

    def delete(self, *names: str) -> None:
        """Remove `names`, one after the other."""
        for name in names:
            number = self._points.before("the deletion of a blob")
            self._inner.delete(name)
            self._points.after(number)
