"""The head of a WAV file whose samples lie in it byte for byte: PCM, float, mu-law and A-law, and no tag at all.

libsndfile writes a head only over an encoder. Where samples are carried over as they are, the head is all there is to
write: format, count, and where the samples begin (RIFF/WAVE, EBU Tech 3306 for RF64).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from governance.errors import TooLargeError

# codec → (format tag, bytes a sample)
_SAMPLES = {
    "PCM_U8": (1, 1),
    "PCM_16": (1, 2),
    "PCM_24": (1, 3),
    "PCM_32": (1, 4),
    "FLOAT": (3, 4),
    "DOUBLE": (3, 8),
    "ALAW": (6, 1),
    "ULAW": (7, 1),
}
_SUBTYPE_GUID = bytes.fromhex("000000001000800000aa00389b71")
_SPEAKERS = {1: 0x4, 2: 0x3, 4: 0x33, 6: 0x3F, 8: 0xFF}
_LONGEST = 0xFFFFFFFF
_EXTENSIBLE = 0xFFFE


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the samples lie in a WAV file: `length` bytes from byte `at`, `block` bytes for one frame of format `tag`."""

    at: int
    length: int
    block: int
    tag: int

    def is_of(self, codec: str, channels: int) -> bool:
        """Whether samples of `codec` lie here frame after frame, without a bit between them."""
        tag, width = _SAMPLES.get(codec, (0, 0))
        return self.tag == tag and self.block == width * channels


def width(codec: str) -> int:
    """Return how many bytes a sample of `codec` takes."""
    return _SAMPLES[codec][1]


def head(container: str, codec: str, rate: int, channels: int, frames: int) -> bytes:
    """Return everything that stands before the samples of such a file.

    `container` is WAV, WAVEX or RF64, as libsndfile calls them. After an odd count of bytes one more has to follow.
    Raises `TooLargeError` where the count does not fit: a WAV file ends at 4 GiB.
    """
    tag, size = _SAMPLES[codec]
    block = size * channels
    length = frames * block
    told = _EXTENSIBLE if container != "WAV" else tag
    form = struct.pack("<HHIIHH", told, channels, rate, rate * block, block, 8 * size)
    if told == _EXTENSIBLE:
        form += struct.pack("<HHIH", 22, 8 * size, _SPEAKERS.get(channels, 0), tag) + _SUBTYPE_GUID
    elif tag != 1:
        form += struct.pack("<H", 0)
    chunks = _chunk(b"fmt ", form)
    if tag != 1:
        chunks += _chunk(b"fact", struct.pack("<I", min(frames, _LONGEST)))
    is_long = container == "RF64"
    whole = 4 + len(chunks) + 8 + length + (length & 1) + (36 if is_long else 0)
    if is_long:
        sizes = _chunk(b"ds64", struct.pack("<QQQI", whole, length, frames, 0))
        return (
            b"RF64"
            + struct.pack("<I", _LONGEST)
            + b"WAVE"
            + sizes
            + chunks
            + struct.pack("<4sI", b"data", _LONGEST)
        )
    if whole > _LONGEST:
        raise TooLargeError("The recording is too long for a WAV file.")
    return b"RIFF" + struct.pack("<I", whole) + b"WAVE" + chunks + struct.pack("<4sI", b"data", length)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body
