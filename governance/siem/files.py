"""A sink that is files: lines appended, forced to the disk before anybody says they were told, and a new file when full.

A file is named by its log's number and the index it begins with, so that the names alone show a file that is missing.
Nothing here removes one: that is for whoever collects them.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Sequence
from pathlib import Path

from governance import disk
from governance.messages.rules import Outcome

_NAME = re.compile(r"log-(\d{10})-from-(\d{16})\.(jsonl|log)")


def append(
    folder: Path, log_id: int, first: int, lines: Sequence[bytes], *, most: int, suffix: str
) -> Outcome:
    """Append `lines`, of which the first is the entry at index `first`, and return what became of it. Raises nothing.

    Once it says `sent`, they are on the disk. A line that a crash left half-written is cut off before the next one;
    whole lines stay, and may be written again: whoever reads tells repetitions by the index.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / ".lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return Outcome("later", "busy")
            _append(folder, _current(folder, log_id, first, most, suffix), lines)
    except OSError as error:
        full = error.errno in (28, 122)  # no space, no quota
        return Outcome("later", "disk_full" if full else "unwritable", is_way=True)
    return Outcome("sent")


def _current(folder: Path, log_id: int, first: int, most: int, suffix: str) -> Path:
    """Return the file to write to: the newest of the log, or a new one where that is full or there is none."""
    found = []
    for path in folder.iterdir():
        name = _NAME.fullmatch(path.name)
        if name is not None and int(name[1]) == log_id and name[3] == suffix:
            found.append((int(name[2]), path))
    begun, newest = max(found, default=(0, None))
    if newest is not None and (newest.stat().st_size < most or begun == first):
        return newest
    return folder / f"log-{log_id:010}-from-{first:016}.{suffix}"


def _append(folder: Path, path: Path, lines: Sequence[bytes]) -> None:
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        file.truncate(_whole(file.fileno()))
        file.seek(0, os.SEEK_END)
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        disk.sync(folder)  # a file nobody can find after a power cut was not written


def _whole(handle: int) -> int:
    """Return up to where a file holds whole lines."""
    end = os.fstat(handle).st_size
    while end:
        start = max(end - 65536, 0)
        piece = os.pread(handle, end - start, start)
        found = piece.rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
