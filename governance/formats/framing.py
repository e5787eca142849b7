"""What walking a container gives, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from governance.errors import InvalidError
from governance.formats.riff import Samples


@dataclass(frozen=True, slots=True)
class Framing:
    """What the container promises: its kind, and its frames where it names them.

    `codec` is the codec where the container names one that libsndfile does not read; `head` what a copy begins with, and
    `body` where the coded frames stand (position, length), where they stand bare.
    """

    container: str
    frames: int | None
    tolerance: int = 0  # frames by which an honest decoder may differ
    codec: str = ""
    head: bytes = b""
    body: tuple[int, int] = (0, 0)
    samples: Samples | None = None  # where they lie, if each can be told from the next without decoding

    @property
    def is_media(self) -> bool:
        """Whether FFmpeg reads it (the extra `media`), and not libsndfile."""
        return bool(self.codec) or self.container in ("MP4", "WEBM", "MATROSKA")


def exactly(source: BinaryIO, count: int, what: str) -> bytes:
    """Return the next `count` bytes. Raises `InvalidError` where there are fewer; `what` says of what."""
    data = source.read(count)
    if len(data) != count:
        raise InvalidError(f"The audio file is cut short inside its {what}.")
    return data
