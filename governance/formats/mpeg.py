"""Whether an MP3 file is whole: its frames walked header by header, without decoding.

An MP3 has no table of contents. What it promises can only be counted, and held against the Xing/Info header its
encoder may have left in the first frame (ISO/IEC 11172-3 §2.4.2.3 for the frame headers).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from governance.errors import InvalidError, UnsupportedFormatError

_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)
_TRAILERS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")
_DECODER_DELAY = 529
_CHUNK = 1 << 18


class _Window:
    """The bytes of a file by position, read in large pieces: an encrypted source is slow byte by byte."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._start = 0
        self._data = b""

    def at(self, position: int, count: int) -> bytes:
        """Return up to `count` bytes from `position`."""
        offset = position - self._start
        if offset < 0 or offset + count > len(self._data):
            self._source.seek(position)
            self._data = self._source.read(max(count, _CHUNK))
            self._start, offset = position, 0
        return self._data[offset : offset + count]


def walk(source: BinaryIO, size: int) -> tuple[int, int]:
    """Return the frames (samples per channel) the file promises and by how many a decoder may honestly differ.

    Raises `InvalidError` if the file is damaged or cut short, `UnsupportedFormatError` if it is MPEG audio of another
    layer or in free format.
    """
    window = _Window(source)
    position = _skip_id3(window, size)
    first = position
    count, samples, promised = 0, 0, None
    while position < size:
        header = window.at(position, 4)
        parsed = _parse(header)
        if parsed is None:
            if count == 0:
                raise UnsupportedFormatError("The audio is neither WAV, FLAC, Ogg nor MP3.")
            _expect_trailer(window, position, size)
            break
        length, samples, side = parsed
        if position + length > size:
            raise InvalidError("The MP3 file is cut short inside a frame.")
        if position == first:
            promised = _promised(window.at(position + 4 + side, 160))
        count += 1
        position += length
    if promised is None:
        # Without an encoder's header a decoder may drop up to two frames of its own delay.
        return count * samples, 2 * samples + _DECODER_DELAY
    frames, delay, padding = promised
    if frames and count - 1 < frames:
        raise InvalidError("The MP3 file is cut short: its header promises more frames than there are.")
    audio = count - 1
    if audio <= 0:
        raise InvalidError("The MP3 file holds no audio.")
    return max(audio * samples - delay - padding, 0), 2 * samples + _DECODER_DELAY


def _skip_id3(window: _Window, size: int) -> int:
    position = 0
    while window.at(position, 3) == b"ID3":
        head = window.at(position, 10)
        if len(head) < 10:
            raise InvalidError("The MP3 file is cut short inside its tags.")
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        position += 10 + length + (10 if head[5] & 0x10 else 0)
        if position >= size:
            raise InvalidError("The MP3 file holds no audio.")
    return position


def _parse(header: bytes) -> tuple[int, int, int] | None:
    """Return (length in bytes, samples, bytes of side information with CRC) of the frame a header opens."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate_index, rate_index = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 0 or bitrate_index == 15 or rate_index == 3:
        return None
    if layer != 1 or bitrate_index == 0:
        raise UnsupportedFormatError("MPEG audio, but not layer III at a fixed or variable bit rate.")
    first_version = version == 3
    rate = _RATES[rate_index] >> {3: 0, 2: 1, 0: 2}[version]
    kilobits = (_BITRATES_1 if first_version else _BITRATES_2)[bitrate_index]
    length = (144 if first_version else 72) * kilobits * 1000 // rate + (header[2] >> 1 & 1)
    is_mono = header[3] >> 6 == 3
    side = (17 if is_mono else 32) if first_version else (9 if is_mono else 17)
    if not header[1] & 1:
        side += 2
    return length, 1152 if first_version else 576, side


def _promised(body: bytes) -> tuple[int, int, int] | None:
    """Return (frames, delay, padding) of a Xing/Info header, or None if the first frame is ordinary audio."""
    if body[:4] not in (b"Xing", b"Info") or len(body) < 8:
        return None
    flags = struct.unpack(">I", body[4:8])[0]
    offset, frames = 8, 0
    if flags & 1:
        frames = struct.unpack(">I", body[8:12])[0]
        offset += 4
    offset += (4 if flags & 2 else 0) + (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    lame = body[offset : offset + 24]
    if len(lame) < 24 or lame[:3] not in (b"LAM", b"Lav"):
        return frames, 0, 0
    return frames, lame[21] << 4 | lame[22] >> 4, (lame[22] & 0xF) << 8 | lame[23]


def _expect_trailer(window: _Window, position: int, size: int) -> None:
    rest = window.at(position, 64)
    if rest.startswith(_TRAILERS):
        return
    if size - position <= _CHUNK and not window.at(position, size - position).strip(b"\0"):
        return
    raise InvalidError("The MP3 file is damaged: a frame is missing where one must stand.")
