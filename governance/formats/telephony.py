"""The codecs of telephones, whose files are frames and little else: AMR, G.729 and G.722 in WAV, AAC as it is streamed.

They are walked frame by frame without decoding, so that a file that is cut short or damaged is known by its own rules; what
decodes them is FFmpeg (`media`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from governance.errors import InvalidError, UnsupportedFormatError
from governance.formats.framing import Framing, exactly

AMR_MAGIC = b"#!AMR"
_HEADS = {"AMR_NB": b"#!AMR\n", "AMR_WB": b"#!AMR-WB\n"}  # RFC 4867 §5.1
# Frame type → bytes behind the byte that names it (RFC 4867 §5.3). 8 and 9 are comfort noise, 14 a frame that was lost on its
# way, 15 nothing at all; the others are reserved, or of other systems.
AMR_BYTES = {
    "AMR_NB": {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0},
    "AMR_WB": {0: 17, 1: 23, 2: 32, 3: 36, 4: 40, 5: 46, 6: 50, 7: 58, 8: 60, 9: 5, 14: 0, 15: 0},
}
_AMR_PADDING = 0x83
WAV_TAGS = {0x0083: "G729", 0x028F: "G722", 0x0065: "G722"}
# codec → samples a second, and samples of one frame
SHAPES = {"AMR_NB": (8000, 160), "AMR_WB": (16000, 320), "G729": (8000, 80), "G722": (16000, 2)}
G729_BYTES = 10
_G722_PIECE = 640
_CHUNK = 1 << 18


def walk_amr(source: BinaryIO, size: int) -> Framing:
    """Return what an AMR file promises, narrow or wide band. Raises `InvalidError` and `UnsupportedFormatError` as `walk` does."""
    source.seek(0)
    start = source.read(12)
    codec = next((name for name, head in _HEADS.items() if start.startswith(head)), None)
    if codec is None:
        raise UnsupportedFormatError("AMR, but of more than one channel.")
    head = _HEADS[codec]
    body = (len(head), size - len(head))
    frames = sum(SHAPES[codec][1] for _ in amr_frames(source, codec, body))
    if not frames:
        raise InvalidError("The recording holds no audio.")
    return Framing("AMR" if codec == "AMR_NB" else "AMR-WB", frames, 0, codec, head, body)


def amr_frames(source: BinaryIO, codec: str, body: tuple[int, int]) -> Iterator[bytes]:
    """Yield the frames of an AMR file, each with the byte that names its type. Raises `InvalidError` where one is none."""
    lengths = AMR_BYTES[codec]

    def length(data: bytes) -> int:
        kind = data[0] >> 3 & 15
        if data[0] & _AMR_PADDING or kind not in lengths:
            raise InvalidError("The AMR file is damaged: a frame is missing where one must stand.")
        return 1 + lengths[kind]

    return _pieces(source, body, 1, length, "AMR")


def walk_wav(tag: int, told: bytes, begins: int, length: int) -> Framing:
    """Return what a WAV file with a codec of telephony promises; `told` is its format chunk."""
    codec = WAV_TAGS[tag]
    if int.from_bytes(told[2:4], "little") != 1:
        raise UnsupportedFormatError(f"WAV with {codec}, but of more than one channel.")
    if codec == "G729" and length % G729_BYTES:
        raise InvalidError("The WAV file ends inside a frame.")
    count = length // G729_BYTES if codec == "G729" else length
    return Framing("WAV", count * SHAPES[codec][1], 0, codec, told, (begins, length))


def wav_frames(source: BinaryIO, codec: str, body: tuple[int, int]) -> Iterator[bytes]:
    """Yield what a decoder takes at once: a frame of G.729, or a stretch of G.722, which has none."""
    piece = G729_BYTES if codec == "G729" else _G722_PIECE
    position, left = body
    source.seek(position)
    while left > 0:
        data = exactly(source, min(left, _CHUNK // piece * piece), "sound")
        left -= len(data)
        yield from (data[at : at + piece] for at in range(0, len(data), piece))


def is_adts(head: bytes) -> bool:
    """Whether a file begins as AAC does that is streamed (ISO/IEC 14496-3 §1.A.3.2)."""
    return len(head) >= 7 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def walk_adts(source: BinaryIO, size: int) -> Framing:
    """Return what a file of streamed AAC is. Raises `InvalidError` if it is damaged, or several files in one."""
    first = b""
    count = 0
    for frame in adts_frames(source, (0, size)):
        told = bytes((frame[1] & 0xF8, frame[2] & 0xFD, frame[3] & 0xC0))
        first = first or told
        if told != first:
            raise InvalidError("The AAC file changes its kind on the way.")
        if frame[6] & 3:
            raise UnsupportedFormatError("AAC with more than one block in a frame.")
        count += 1
    if not count:
        raise InvalidError("The recording holds no audio.")
    return Framing("AAC", None, 0, "AAC", b"", (0, size))


def adts_frames(source: BinaryIO, body: tuple[int, int]) -> Iterator[bytes]:
    """Yield the frames of streamed AAC, with their headers."""

    def length(data: bytes) -> int:
        stated = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        if not is_adts(data) or stated < 8:
            raise InvalidError("The AAC file is damaged: a frame is missing where one must stand.")
        return stated

    return _pieces(source, body, 7, length, "AAC")


def frames(source: BinaryIO, framing: Framing) -> Iterator[bytes]:
    """Yield what a decoder takes at once, from a file whose frames stand bare."""
    if framing.container == "WAV":
        return wav_frames(source, framing.codec, framing.body)
    if framing.codec == "AAC":
        return adts_frames(source, framing.body)
    return amr_frames(source, framing.codec, framing.body)


def _pieces(
    source: BinaryIO, body: tuple[int, int], least: int, length: Callable[[bytes], int], what: str
) -> Iterator[bytes]:
    """Yield pieces that say themselves how long they are: `length` tells it from the first `least` bytes."""
    position, left = body
    source.seek(position)
    held, at = b"", 0
    while left > 0:
        rest = len(held) - at
        needed = length(held[at : at + least]) if rest >= least else least
        if rest < needed:
            more = source.read(_CHUNK)
            if not more or needed > left:
                raise InvalidError(f"The {what} file is cut short inside a frame.")
            held, at = held[at:] + more, 0
            continue
        yield held[at : at + needed]
        at += needed
        left -= needed
