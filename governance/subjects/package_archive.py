"""The form of a package: a ZIP archive made of stretches that are written, sealed and read one by one.

    stretch = { local header · bytes } of each file     one a recording, and a last one with letter, lists and manifest
    ending  = central directory · end records           where everything lies, known once all stretches are

Local headers say nothing of where they stand, so stretches can be made on different days and put one after the other
when somebody reads. Every file is stored as it is: the archive can be read from any byte on, and nothing in it
unpacks to more than it weighs. Format: PKWARE APPNOTE 6.3.10, with ZIP64 where 32 bits are too few.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

PORTION = 1024 * 1024
_SEE_ZIP64 = {2: 0xFFFF, 4: 0xFFFFFFFF}  # by the bytes of the field
MOST_OFFSET, MOST_FILES = 0xFFFFFFFF, 0xFFFF
"""From here on ZIP64 takes over."""
_PLAIN, _ZIP64 = 20, 45
_UTF8 = 0x0800


class Sink(Protocol):
    """Where a stretch goes."""

    def write(self, portion: bytes, /) -> object:
        """Take a portion."""


@dataclass(frozen=True)
class File:
    """One file of the archive: its name, what it weighs, and where its local header stands in its stretch."""

    name: str
    bytes: int
    crc: int
    sha256: str
    offset: int


class Stretch:
    """Writes files one after the other into a sink, and remembers where each stands."""

    def __init__(self, sink: Sink, at: datetime) -> None:
        self._sink = sink
        self._stamp = stamp(at)
        self.files: list[File] = []
        self.bytes = 0

    def add(self, name: str, body: BinaryIO) -> File:
        """Write the file. `body` is read twice, since its checksum stands before it."""
        digest, crc, size = hashlib.sha256(), 0, 0
        while portion := body.read(PORTION):
            digest.update(portion)
            crc = zlib.crc32(portion, crc)
            size += len(portion)
        if size >= _SEE_ZIP64[4]:
            raise ValueError("a file of 4 GiB has no place in a package")  # no upload is that large
        body.seek(0)
        made = File(name, size, crc, digest.hexdigest(), self.bytes)
        self._write(local_header(made, self._stamp))
        while portion := body.read(PORTION):
            self._write(portion)
        self.files.append(made)
        return made

    def end(self, files: Iterable[tuple[File, int]], starts_at: int) -> None:
        """Write the archive's end: `files` with the place where each one's stretch begins; this one begins at `starts_at`."""
        directory_at, size, count = starts_at + self.bytes, 0, 0
        for one, begins in files:
            entry = _entry(one, begins + one.offset, self._stamp)
            self._write(entry)
            size, count = size + len(entry), count + 1
        self._write(_ending(directory_at, size, count))

    def _write(self, portion: bytes) -> None:
        self._sink.write(portion)
        self.bytes += len(portion)


def stamp(at: datetime) -> int:
    """Return the moment as ZIP knows it: two bytes of date, two of time, even seconds."""
    day = (max(at.year - 1980, 0) << 9) | (at.month << 5) | at.day
    return (day << 16) | (at.hour << 11) | (at.minute << 5) | (at.second // 2)


def local_header(one: File, moment: int) -> bytes:
    """Return what stands before a file."""
    name = one.name.encode()
    return (
        struct.pack(
            "<IHHHIIIIHH", 0x04034B50, _PLAIN, _UTF8, 0, moment, one.crc, one.bytes, one.bytes, len(name), 0
        )
        + name
    )


def _entry(one: File, begins: int, moment: int) -> bytes:
    name = one.name.encode()
    far = begins >= MOST_OFFSET
    extra = struct.pack("<HHQ", 1, 8, begins) if far else b""
    needs = _ZIP64 if far else _PLAIN
    fixed = struct.pack(
        "<IHHHHIIIIHHHHHII", 0x02014B50, (3 << 8) | needs, needs, _UTF8, 0, moment, one.crc, one.bytes, one.bytes,
        len(name), len(extra), 0, 0, 0, 0o100600 << 16, _SEE_ZIP64[4] if far else begins,
    )  # fmt: skip
    return fixed + name + extra


def _ending(directory_at: int, size: int, count: int) -> bytes:
    plain = struct.pack("<HHII", count & 0xFFFF, count & 0xFFFF, size & 0xFFFFFFFF, directory_at & 0xFFFFFFFF)
    ending = b""
    if count >= MOST_FILES or directory_at + size >= MOST_OFFSET:
        versions = ((3 << 8) | _ZIP64, _ZIP64)
        ending = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, *versions, 0, 0, count, count, size, directory_at)
        ending += struct.pack("<IIQI", 0x07064B50, 0, directory_at + size, 1)
        plain = struct.pack("<HHII", _SEE_ZIP64[2], _SEE_ZIP64[2], _SEE_ZIP64[4], _SEE_ZIP64[4])
    return ending + struct.pack("<IHH", 0x06054B50, 0, 0) + plain + struct.pack("<H", 0)
