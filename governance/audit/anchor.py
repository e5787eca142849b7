"""The anchor: what the signer last vouched for, remembered outside the database.

A file for each log, three lines, identical to a checkpoint's body. It is written and synced before a signature is
made, so two roots can never be signed for one size; and it survives a restored backup, so a log that was rolled back
is noticed instead of being signed a second time.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from governance import disk
from governance.audit.checkpoint import Checkpoint, parse_body
from governance.errors import IntegrityError


class Anchor:
    """The anchors of all logs, in one folder on storage other than the database's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, origin: str) -> Path:
        """Return the file that anchors the log `origin`."""
        return self._folder / quote(origin, safe="")

    def read(self, origin: str) -> Checkpoint | None:
        """Return what was last vouched for, or None where nothing ever was.

        Raises `IntegrityError` if the file is not the anchor of this log: a signer that guesses is no signer.
        """
        try:
            text = self.path(origin).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise IntegrityError(f"the anchor of {origin} cannot be read") from None
        try:
            anchored = parse_body(text)
        except IntegrityError:
            raise IntegrityError(f"the anchor of {origin} is damaged") from None
        if anchored.origin != origin:
            raise IntegrityError(f"the anchor of {origin} belongs to another log")
        return anchored

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the anchor, durably: when this returns, the new one survives a power cut.

        If we crash before the rename, the old anchor stands, and the tree still extends it.
        """
        disk.replace(self.path(checkpoint.origin), checkpoint.body)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the anchors against every other signer of this folder, whichever database it looks at.

        The database's own locks cannot see a second database: a clone that shares the anchor must wait here too.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
