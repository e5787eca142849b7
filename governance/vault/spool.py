"""Clear bytes under way that are too many for memory: a file to write, read and change anywhere, encrypted on disk.

An encoder goes back to fill in its header, so a rendition cannot be sealed while it is written. Until it can be, it
lies here: in memory while it is small, beyond that in pages of AES-256-GCM in a file without a name, under a key that
exists in this process only. A process that dies leaves nothing that anybody could find or read.
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import IntegrityError
from governance.vault.cipher import CHUNK, TAG

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_HELD = 256
"""Pages in memory, 16 MiB: half an hour of a call, and more than an encoder goes back."""


class Spool(io.RawIOBase):
    """An empty file of clear bytes; what does not fit into `held` pages of memory goes to a nameless file in `folder`."""

    def __init__(self, folder: Path, held: int = _HELD) -> None:
        super().__init__()
        self._folder = folder
        self._most = max(held, 1)
        self._box = AESGCM(os.urandom(32))
        self._disk: BinaryIO | None = None
        self._pages: OrderedDict[int, bytearray] = OrderedDict()
        self._changed: set[int] = set()
        self._written: dict[int, int] = {}  # page → number of its last encryption, which is its nonce
        self._count = 0
        self._size = 0
        self._position = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def writable(self) -> bool:
        """It can be written."""
        return True

    def seekable(self) -> bool:
        """It can be read and written anywhere."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset`, counted from the start, here or the end, and return the position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` to its end or the file's. Raises `IntegrityError` where the disk gives back something else."""
        target = memoryview(buffer).cast("B")
        count = max(min(len(target), self._size - self._position), 0)
        done = 0
        while done < count:
            number, offset = divmod(self._position, CHUNK)
            portion = min(count - done, CHUNK - offset)
            target[done : done + portion] = memoryview(self._page(number))[offset : offset + portion]
            self._position += portion
            done += portion
        return done

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of `data`, and return how much that is; what lies between the end and the position is zero."""
        source = memoryview(data).cast("B")
        done = 0
        while done < len(source):
            number, offset = divmod(self._position, CHUNK)
            portion = min(len(source) - done, CHUNK - offset)
            self._page(number)[offset : offset + portion] = source[done : done + portion]
            self._changed.add(number)
            self._position += portion
            done += portion
        self._size = max(self._size, self._position)
        return done

    def truncate(self, size: int | None = None) -> int:
        """End the file at `size`, or here, and return that; what was beyond it is forgotten."""
        size = self._position if size is None else size
        whole, rest = divmod(size, CHUNK)
        if size < self._size and rest:
            self._page(whole)[rest:] = bytes(CHUNK - rest)
            self._changed.add(whole)
        first_gone = whole + bool(rest)
        for number in [one for one in (*self._pages, *self._written) if one >= first_gone]:
            self._pages.pop(number, None)
            self._written.pop(number, None)
            self._changed.discard(number)
        self._size = size
        return size

    def close(self) -> None:
        """Forget everything. Closing twice changes nothing."""
        if self._disk is not None:
            self._disk.close()
            self._disk = None
        self._pages.clear()
        self._written.clear()
        super().close()

    def _page(self, number: int) -> bytearray:
        """Return a page, to be read or changed, having put away the one that was not asked for the longest."""
        if self.closed:
            raise ValueError("I/O operation on closed file")
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page
        page = self._fetched(number) if number in self._written else bytearray(CHUNK)
        self._pages[number] = page
        if len(self._pages) > self._most:
            oldest, gone = self._pages.popitem(last=False)
            if oldest in self._changed:
                self._put_away(oldest, gone)
        return page

    def _put_away(self, number: int, page: bytearray) -> None:
        if self._disk is None:
            self._disk = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 closed by `close`
        # Each encryption has a number of its own: a page written twice never meets the same nonce.
        self._count += 1
        sealed = self._box.encrypt(struct.pack(">IQ", 0, self._count), bytes(page), struct.pack(">Q", number))
        self._disk.seek(number * (CHUNK + TAG))
        rest = memoryview(sealed)
        while rest:
            rest = rest[self._disk.write(rest) :]
        self._written[number] = self._count
        self._changed.discard(number)

    def _fetched(self, number: int) -> bytearray:
        assert self._disk is not None
        self._disk.seek(number * (CHUNK + TAG))
        nonce = struct.pack(">IQ", 0, self._written[number])
        try:
            return bytearray(
                self._box.decrypt(nonce, self._disk.read(CHUNK + TAG), struct.pack(">Q", number))
            )
        except InvalidTag:
            raise IntegrityError("what was put away for a moment did not come back as it was") from None
