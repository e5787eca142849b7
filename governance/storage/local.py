"""A blob store in a local folder: written beside, fsynced, then renamed into place."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from governance import disk
from governance.errors import InvalidError, NotFoundError

_NAME = re.compile(r"[a-z0-9_]{4,80}")
_PARTIAL = ".partial"


class LocalBlobs:
    """Files in `folder`, two levels deep, owner-only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InvalidError("not a name of a blob")
        return self._folder / name[-2:] / name

    @contextmanager
    def writer(self, name: str) -> Iterator[BinaryIO]:
        """Open `name` for writing: it is there, whole and durable, only once closed without an exception."""
        path = self._path(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        partial = path.with_name(f"{name}.{secrets.token_hex(4)}{_PARTIAL}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            # If we crash here the partial file is ciphertext without a key row: `sweep_partials` removes it a day later.
            partial.rename(path)
            disk.sync(path.parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def read(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes `start` to `end` (exclusive). Raises `NotFoundError`."""
        try:
            with self._path(name).open("rb") as file:
                file.seek(start)
                return file.read(max(0, end - start))
        except FileNotFoundError:
            raise NotFoundError("the stored bytes are not there") from None

    def size(self, name: str) -> int:
        """Return the length in bytes. Raises `NotFoundError`."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            raise NotFoundError("the stored bytes are not there") from None

    def delete(self, *names: str) -> None:
        """Remove `names`; removing what is not there is no error, so that a deletion can be repeated."""
        paths = [self._path(name) for name in names]
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths}:
            if folder.is_dir():
                disk.sync(folder)

    def names(self) -> Iterator[str]:
        """Yield every name in the store, in no order."""
        for path in self._folder.glob("*/*"):
            if not path.name.endswith(_PARTIAL):
                yield path.name

    def sweep_partials(self, older_than_s: float, now: float) -> int:
        """Remove what writers that died `older_than_s` before `now` never finished; return how many there were."""
        count = 0
        for path in self._folder.glob(f"*/*{_PARTIAL}"):
            if now - path.stat().st_mtime > older_than_s:
                path.unlink(missing_ok=True)
                count += 1
        return count
