"""The form of an encrypted blob: AES-256-GCM in chunks, after the STREAM construction.

    header  = "RGV1" || chunk size (u32) || length of id (u8) || id || nonce prefix (7 bytes)
    chunk i = AES-256-GCM(key, nonce = prefix || i (u32) || final (u8), plaintext ≤ chunk size, associated data = header)

The header is authenticated by every chunk; the number fixes the order and the final flag the end, so that chunks
cannot be changed, swapped, dropped, or taken from another blob. Any range can be read by itself. An empty blob is
one empty final chunk.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import IntegrityError

CHUNK = 64 * 1024
TAG = 16
_MAGIC = b"RGV1"


def header(blob_id: str, prefix: bytes, chunk: int = CHUNK) -> bytes:
    """Return the header of the blob `blob_id` with the 7-byte nonce `prefix`."""
    name = blob_id.encode()
    return _MAGIC + struct.pack(">IB", chunk, len(name)) + name + prefix


def _nonce(prefix: bytes, number: int, final: bool) -> bytes:
    return prefix + struct.pack(">IB", number, int(final))


class Encrypter:
    """Takes clear bytes in any portions, gives encrypted ones to `sink`, and counts and digests what went through."""

    def __init__(self, sink: BinaryIO, key: bytes, blob_id: str) -> None:
        self._sink = sink
        self._box = AESGCM(key)
        self._prefix = os.urandom(7)
        self._header = header(blob_id, self._prefix)
        self._held = bytearray()
        self._number = 0
        self._digest = hashlib.sha256()
        self.bytes = 0
        sink.write(self._header)

    def write(self, portion: bytes) -> None:
        """Encrypt `portion`; up to one chunk is held back until more comes or the end is known."""
        self._digest.update(portion)
        self.bytes += len(portion)
        self._held += portion
        while len(self._held) > CHUNK:
            self._chunk(bytes(self._held[:CHUNK]), final=False)
            del self._held[:CHUNK]

    def finish(self) -> str:
        """Write the final chunk and return the SHA-256 of the clear bytes, hexadecimal."""
        self._chunk(bytes(self._held), final=True)
        self._held.clear()
        return self._digest.hexdigest()

    def _chunk(self, clear: bytes, final: bool) -> None:
        self._sink.write(self._box.encrypt(_nonce(self._prefix, self._number, final), clear, self._header))
        self._number += 1


class Reader(io.RawIOBase):
    """The clear bytes of a blob as a seekable file. Every chunk is authenticated before a byte of it is given out."""

    def __init__(self, read: Callable[[int, int], bytes], stored: int, key: bytes, blob_id: str) -> None:
        super().__init__()
        self._made_of = (read, stored, key, blob_id)
        self._read = read
        self._box = AESGCM(key)
        length = len(_MAGIC) + 5 + len(blob_id.encode()) + 7
        self._header = read(0, length)
        expected = header(blob_id, self._header[-7:])
        if len(self._header) != length or self._header != expected:
            raise IntegrityError("the stored blob is not the one it should be")
        body = stored - length
        self._chunks = max(1, -(-body // (CHUNK + TAG)))
        self.size = body - self._chunks * TAG
        if self.size < 0:
            raise IntegrityError("the stored blob is cut short")
        self._position = 0
        self._cached: tuple[int, bytes] = (-1, b"")

    def again(self) -> Reader:
        """Return another reader of the same bytes, at their start, that lives by itself."""
        return Reader(*self._made_of)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """Any range can be read by itself."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset`, counted from the start, here or the end, and return the position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer` as far as one chunk reaches. Raises `IntegrityError` for a chunk that is not authentic."""
        target = memoryview(buffer).cast("B")
        if self._position >= self.size or not len(target):
            # The end itself must be authentic: a blob cut at a chunk's edge is not a shorter blob.
            if self._position >= self.size and self._cached[0] != self._chunks - 1:
                self._chunk(self._chunks - 1)
            return 0
        number, offset = divmod(self._position, CHUNK)
        portion = self._chunk(number)[offset : offset + len(target)]
        target[: len(portion)] = portion
        self._position += len(portion)
        return len(portion)

    def _chunk(self, number: int) -> bytes:
        if self._cached[0] != number:
            start = len(self._header) + number * (CHUNK + TAG)
            final = number == self._chunks - 1
            nonce = _nonce(self._header[-7:], number, final)
            try:
                clear = self._box.decrypt(nonce, self._read(start, start + CHUNK + TAG), self._header)
            except InvalidTag:
                raise IntegrityError(
                    "the stored blob was changed, cut short, or belongs to another key"
                ) from None
            self._cached = (number, clear)
        return self._cached[1]
