"""G.722 and G.729 as PBXs write them: the codec's bytes from the first to the last, and nothing that says what they are.

Everywhere else the content decides what a file is. Here only its name can, so a file is taken for what it is called where
that is all there is: it is seen as a WAV of the same bytes, and the copy loses the header again. G.729 carries a parity bit in
every frame, which a file of anything else does not keep; G.722 carries nothing, but is none of the kinds that say what they are.
"""

from __future__ import annotations

import io
import os
import struct
from typing import BinaryIO

from governance.errors import InvalidError, UnsupportedFormatError
from governance.formats import containers, telephony

_TAGS = {
    "g722": (0x028F, 16_000, 8_000, 1),
    "g729": (0x0083, 8_000, 1_000, 10),
}  # tag, rate, bytes a second, block
_HEAD_BYTES = 46
_AGREEING = 0.9  # of the frames that hold anything: some recorders write lost frames as they like
_CHUNK = 1 << 20


def kind(declared: str | None) -> str | None:
    """Return which codec without a header a name, an extension or a media type names; None where it names another kind."""
    named = (declared or "").lower().split(";")[0].strip().rsplit("/", 1)[-1].rsplit(".", 1)[-1]
    return named if named in _TAGS else None


def seen_as_wav(source: BinaryIO, codec: str) -> BinaryIO:
    """Return `source` as a WAV of the same bytes, without copying them.

    Raises `InvalidError` if it is empty, cut short or, for G.729, something else; `UnsupportedFormatError` where the content
    says that it is of another kind.
    """
    size = source.seek(0, os.SEEK_END)
    if not size:
        raise InvalidError("The audio file is empty.")
    try:
        containers.walk(source)
    except UnsupportedFormatError:
        pass
    except InvalidError:
        raise UnsupportedFormatError(
            f"The file is declared as {codec}, but begins as another kind."
        ) from None
    else:
        raise UnsupportedFormatError(f"The file is declared as {codec}, but its content is of another kind.")
    if codec == "g729":
        _check_parity(source, size)
    tag, rate, speed, block = _TAGS[codec]
    if size > 0xFFFF_0000:
        raise InvalidError("The audio file is longer than a recording.")
    form = struct.pack("<HHIIHHH", tag, 1, rate, speed, block, 0, 0)
    head = struct.pack("<4sI4s4sI", b"RIFF", _HEAD_BYTES - 8 + size, b"WAVE", b"fmt ", len(form)) + form
    head += struct.pack("<4sI", b"data", size)
    return io.BufferedReader(_Headed(head, source, size), _CHUNK)


def _check_parity(source: BinaryIO, size: int) -> None:
    """Raise unless the parity of the pitch holds in the frames (ITU-T G.729 §3.7.2)."""
    if size % telephony.G729_BYTES:
        raise InvalidError("The G.729 file ends inside a frame.")
    agreeing = counted = 0
    for frame in telephony.wav_frames(source, "G729", (0, size)):
        bits = int.from_bytes(frame[:4], "big")
        pitch, parity = bits >> 6 & 0xFF, bits >> 5 & 1
        if any(frame):
            counted += 1
            agreeing += (pitch >> 2).bit_count() + 1 & 1 == parity
    if agreeing < counted * _AGREEING or not counted:
        raise UnsupportedFormatError("The file is declared as g729, but its content is not.")


class _Headed(io.RawIOBase):
    """A file with bytes in front of it that it does not have."""

    def __init__(self, head: bytes, body: BinaryIO, size: int) -> None:
        self._head, self._body, self._size, self._at = head, body, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._head) + self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at < len(self._head):
            data = self._head[self._at : self._at + len(buffer)]
        else:
            self._body.seek(self._at - len(self._head))
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def without_head(sink: BinaryIO) -> None:
    """Take the header off a copy in place, and what stands behind its sound."""
    begins, length = containers.walk(sink).body
    for at in range(0, length, _CHUNK):
        sink.seek(begins + at)
        data = sink.read(min(_CHUNK, length - at))
        sink.seek(at)
        sink.write(data)
    sink.truncate(length)
    sink.seek(0)
