"""Blob stores behind one contract. They hold ciphertext only and know nothing of keys, people or recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class BlobStore(Protocol):
    """Keeps named byte strings. A name is `[a-z0-9_]+`, chosen by us, never by a client."""

    def writer(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open `name` for writing: it is there, whole and durable, only once closed without an exception."""

    def read(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes `start` to `end` (exclusive). Raises `NotFoundError`."""

    def size(self, name: str) -> int:
        """Return the length in bytes. Raises `NotFoundError`."""

    def delete(self, *names: str) -> None:
        """Remove `names`; removing what is not there is no error, so that a deletion can be repeated."""

    def names(self) -> Iterator[str]:
        """Yield every name in the store, in no order."""

    def sweep_partials(self, older_than_s: float, now: float) -> int:
        """Remove what writers that died `older_than_s` before `now` never finished; return how many there were."""
