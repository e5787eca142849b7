"""Files that lie beside a document: opened by their bare name, never through a link, and held to their hash.

A document names its files, and whoever wrote the document may not have meant well. So a name is a name and no path,
a link is not followed, a device or pipe is not read, and bytes that do not hash to what the document says are refused
when the last of them has been read.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from governance.errors import IntegrityError, InvalidError, TooLargeError

LARGEST_FILE = 2 << 30
"""Bytes of one media file: a working day of two-channel G.711 is under half of it."""

ALGORITHMS = ("sha512", "sha256")


@dataclass(frozen=True, slots=True)
class ContentHash:
    """What bytes must hash to. Weaker algorithms than SHA-256 prove nothing and do not exist here."""

    algorithm: str
    digest: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS or len(self.digest) != hashlib.new(self.algorithm).digest_size:
            raise InvalidError(
                "a content hash of a kind that is not known, or of the wrong length", "content_hash"
            )


class CheckedReader(io.RawIOBase):
    """A stream that raises `IntegrityError` at its end if its bytes are not the promised ones.

    Whoever stores while reading must treat that error like any other: what was written so far is discarded.
    """

    def __init__(self, stream: BinaryIO, hashes: Sequence[ContentHash]) -> None:
        super().__init__()
        self._stream = stream
        self._running = [(expected, hashlib.new(expected.algorithm)) for expected in hashes]

    def readable(self) -> bool:
        """Return True: reading is all that this stream does."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1, and nothing at the end once the hashes agree.

        Raises `IntegrityError` at the end if they do not.
        """
        data = self._stream.read(-1 if size is None else size)
        for _, running in self._running:
            running.update(data)
        if not data or size is None or size < 0:
            self._finish()
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the type of mypy is private
        """Fill `buffer` and return how much of it; the same promise as `read`."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _finish(self) -> None:
        for expected, running in self._running:
            if not hmac.compare_digest(expected.digest, running.digest()):
                raise IntegrityError("the content is not what its hash says")

    def close(self) -> None:
        """Close the stream below too."""
        self._stream.close()
        super().close()


def beside(folder: Path, name: str) -> Path:
    """Return the path of the file called `name` in `folder`, if that is a bare name.

    Raises `InvalidError` for anything else: a path, a hidden name, a drive, a control character.
    """
    plain = 0 < len(name.encode(errors="replace")) <= 255 and name.isprintable() and not name.startswith(".")
    if not plain or any(sign in name for sign in "/\\:"):
        raise InvalidError("a file must be named by a bare file name", "filename")
    return folder / name


def open_regular(path: Path, limit: int = LARGEST_FILE) -> BinaryIO:
    """Return the regular file at `path`, open for reading. Neither a link nor a device nor a pipe is followed or read.

    Raises `InvalidError` where there is no such file, and `TooLargeError` where it is larger than `limit`.
    """
    try:
        # O_NONBLOCK: opening a pipe would otherwise wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise InvalidError("a file that is named does not lie there as a plain file", "filename") from None
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        os.close(handle)
        raise InvalidError("a file that is named does not lie there as a plain file", "filename")
    if facts.st_size > limit:
        os.close(handle)
        raise TooLargeError("a file is larger than what is taken in")
    return os.fdopen(handle, "rb")


def read_regular(path: Path, limit: int) -> bytes:
    """Return the bytes of the regular file at `path`; the same promises as `open_regular`."""
    with open_regular(path, limit) as file:
        data = file.read(limit + 1)
    if len(data) > limit:  # it grew since its size was asked
        raise TooLargeError("a file is larger than what is taken in")
    return data


def verify(stream: BinaryIO, hashes: Sequence[ContentHash]) -> None:
    """Read `stream` to its end and return if it is what `hashes` say. Raises `IntegrityError` if not."""
    with CheckedReader(stream, hashes) as reader:
        while reader.read(1 << 20):
            pass
