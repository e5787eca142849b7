"""Whether an audio file is whole, read from its container alone.

libsndfile is kind: a WAV cut in half opens without a word, with fewer samples than its header promised. A recording
of which a part is missing must not pass for a recording, so the containers are walked here before anything is
decoded. `walk` says what the bytes are (never what their name says) and how many frames they promise; `audio` holds
the decoded count against that. MP3 has its own file, `mpeg`; so have MP4 and WebM, `boxes`, and the codecs of telephony,
`telephony`.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from governance.errors import InvalidError, UnsupportedFormatError
from governance.formats import boxes, mpeg, telephony
from governance.formats.framing import Framing, exactly
from governance.formats.riff import Samples

# Sizes writers leave in a header they cannot come back to: pipes of ffmpeg (all ones), of sox and of others.
_STREAMED_SIZES = frozenset({0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0x7FFFF024})
_LENGTH_FREE_TAGS = frozenset({1, 3, 6, 7})  # PCM, float, A-law, mu-law: bytes / block = frames
_WHOLE_BLOCKS_TAGS = _LENGTH_FREE_TAGS | {0x02, 0x11, 0x31}  # and MS ADPCM, IMA ADPCM, GSM 6.10
_EXTENSIBLE = 0xFFFE

_DECLARED = {
    "wav": ("WAV", "WAVEX", "RF64"),
    "wave": ("WAV", "WAVEX", "RF64"),
    "x-wav": ("WAV", "WAVEX", "RF64"),
    "vnd.wave": ("WAV", "WAVEX", "RF64"),
    "rf64": ("RF64",),
    "flac": ("FLAC",),
    "x-flac": ("FLAC",),
    "ogg": ("OGG",),
    "oga": ("OGG",),
    "opus": ("OGG",),
    "vorbis": ("OGG",),
    "mp3": ("MP3",),
    "mpeg": ("MP3",),
    "x-mp3": ("MP3",),
    "amr": ("AMR", "AMR-WB"),
    "awb": ("AMR-WB",),
    "amr-wb": ("AMR-WB",),
    "aac": ("AAC",),
    "x-aac": ("AAC",),
    "aacp": ("AAC",),
    "m4a": ("MP4",),
    "x-m4a": ("MP4",),
    "mp4": ("MP4",),
    "m4v": ("MP4",),
    "3gp": ("MP4",),
    "3gpp": ("MP4",),
    "webm": ("WEBM",),
    "mkv": ("MATROSKA",),
    "mka": ("MATROSKA",),
    "x-matroska": ("MATROSKA",),
}
_CONTENT_TYPES = {
    "WAV": "audio/wav",
    "FLAC": "audio/flac",
    "OGG": "audio/ogg",
    "MP3": "audio/mpeg",
    "AMR": "audio/AMR",
    "AMR-WB": "audio/AMR-WB",
    "AAC": "audio/aac",
    "MP4": "audio/mp4",
    "WEBM": "audio/webm",
    "MATROSKA": "audio/x-matroska",
}


def walk(source: BinaryIO) -> Framing:
    """Return what `source` is and promises, having walked it to its end; the position is left at the start.

    Raises `InvalidError` if it is empty, cut short or damaged, `UnsupportedFormatError` if it is no container we read.
    """
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    head = source.read(16)
    if not head:
        raise InvalidError("The audio file is empty.")
    if head[:4] in (b"RIFF", b"RF64"):
        framing = _walk_riff(source, size)
    elif head[:4] == b"fLaC":
        framing = _walk_flac(source, size)
    elif head[:4] == b"OggS":
        framing = _walk_ogg(source, size)
    elif head.startswith(telephony.AMR_MAGIC):
        framing = telephony.walk_amr(source, size)
    elif head[4:8] == b"ftyp":
        framing = boxes.walk_mp4(source, size)
    elif head[:4] == boxes.EBML_MAGIC:
        framing = boxes.walk_matroska(source, size)
    elif telephony.is_adts(head):
        framing = telephony.walk_adts(source, size)
    elif head[:3] == b"ID3" or (head[0] == 0xFF and len(head) > 1 and head[1] & 0xE0 == 0xE0):
        frames, tolerance = mpeg.walk(source, size)
        framing = Framing("MP3", frames, tolerance)
    else:
        raise UnsupportedFormatError("The audio is of no kind that is read here.")
    source.seek(0)
    return framing


def is_claimed(name: str) -> bool:
    """Whether a file of this name says that it is sound of a kind that is read here."""
    return name.lower().rpartition(".")[2] in _DECLARED


def content_type(container: str) -> str:
    """Return the media type of sound in the container."""
    return _CONTENT_TYPES.get(container, "application/octet-stream")


def is_boxed(source: BinaryIO) -> bool:
    """Whether `source` begins as an MP4 or a WebM, which may hold a picture; the position is left at the start."""
    source.seek(0)
    head = source.read(16)
    source.seek(0)
    return head[4:8] == b"ftyp" or head[:4] == boxes.EBML_MAGIC


def check_declared(declared: str, container: str) -> None:
    """Raise `UnsupportedFormatError` if `declared` (an extension, file name or media type) names another container.

    A file that lies about its kind is refused: whoever sent it means something else than we would hear.
    """
    kind = declared.lower().split(";")[0].strip().rsplit("/", 1)[-1].rsplit(".", 1)[-1]
    if kind in ("", "octet-stream"):
        return
    expected = _DECLARED.get(kind)
    if expected is None:
        raise UnsupportedFormatError("The declared type is no audio type that is read here.")
    if container not in expected:
        raise UnsupportedFormatError(f"The file is declared as {kind}, but its content is {container}.")


def _walk_riff(source: BinaryIO, size: int) -> Framing:
    source.seek(0)
    riff, riff_size, form = struct.unpack("<4sI4s", exactly(source, 12, "RIFF header"))
    if form != b"WAVE":
        raise UnsupportedFormatError("A RIFF file, but not a WAVE.")
    if riff_size not in _STREAMED_SIZES and riff_size != 0 and riff_size + 8 > size + 1:
        raise InvalidError("The WAV file is cut short: its header promises more bytes than there are.")
    tag = block = 0
    told = b""
    long_data: int | None = None
    data: int | None = None
    data_at = 0
    while source.tell() + 8 <= size:
        name, length = struct.unpack("<4sI", source.read(8))
        start = source.tell()
        if name == b"fmt ":
            tag, block, told = _format_chunk(source, length)
        elif name == b"ds64" and length >= 24:
            long_data = struct.unpack("<QQQ", exactly(source, 24, "ds64 chunk"))[1]
        elif name == b"data":
            if data is not None:
                raise InvalidError("The WAV file holds more than one data chunk.")
            length = data = _data_length(length, long_data, size - start, block)
            data_at = start
        if start + length > size:
            raise InvalidError("The WAV file is cut short: a chunk promises more bytes than there are.")
        source.seek(start + length + (length & 1))
    container = "RF64" if riff == b"RF64" else "WAV"
    return _riff_framing(container, Samples(data_at, data or 0, block, tag), told)


def _riff_framing(container: str, samples: Samples, told: bytes) -> Framing:
    if not samples.block:
        raise InvalidError("The WAV file has no format chunk.")
    if not samples.length:
        raise InvalidError("The WAV file holds no audio.")
    if samples.tag in telephony.WAV_TAGS:
        return telephony.walk_wav(samples.tag, told, samples.at, samples.length)
    if samples.tag in _WHOLE_BLOCKS_TAGS and samples.length % samples.block:
        raise InvalidError("The WAV file ends inside a sample.")
    if samples.tag not in _LENGTH_FREE_TAGS:
        return Framing(container, None)
    return Framing(container, samples.length // samples.block, samples=samples)


def _format_chunk(source: BinaryIO, length: int) -> tuple[int, int, bytes]:
    if length < 16:
        raise InvalidError("The WAV file's format chunk is too short.")
    body = exactly(source, min(length, 40), "format chunk")
    tag, channels, rate, _, block, _ = struct.unpack("<HHIIHH", body[:16])
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack("<H", body[24:26])[0]
    if not block or not channels or not rate:
        raise InvalidError("The WAV file's format chunk names no channels, no rate or no block.")
    return tag, block, body


def _data_length(length: int, long_data: int | None, left: int, block: int) -> int:
    """Return how many bytes of audio there are; a streaming writer's placeholder means all that follow."""
    if long_data is not None and length == 0xFFFFFFFF:
        length = long_data
    elif length in _STREAMED_SIZES and length > left:
        # Nobody can tell a finished stream from one cut at a sample; one cut inside a sample shows.
        return left
    if length == 0 and left >= max(block, 1):
        raise InvalidError("The WAV file was never finished: its header promises no audio, but bytes follow.")
    if length > left:
        raise InvalidError("The WAV file is cut short: its header promises more audio than there is.")
    return length


def _walk_flac(source: BinaryIO, size: int) -> Framing:
    source.seek(4)
    total = -1
    while True:
        word = struct.unpack(">I", exactly(source, 4, "FLAC block header"))[0]
        kind, length = word >> 24 & 0x7F, word & 0xFFFFFF
        start = source.tell()
        if kind == 0 and length >= 34:
            packed = struct.unpack(">Q", exactly(source, 18, "STREAMINFO")[10:18])[0]
            total = packed & 0xF_FFFF_FFFF
        if start + length > size:
            raise InvalidError("The FLAC file is cut short inside its metadata.")
        source.seek(start + length)
        if word >> 31:
            break
    if total < 0:
        raise InvalidError("The FLAC file has no STREAMINFO.")
    if source.tell() >= size:
        raise InvalidError("The FLAC file holds no audio.")
    # A total of 0 means "unknown" (RFC 9639 §8.2): then only the decoder can count.
    return Framing("FLAC", total or None)


def _walk_ogg(source: BinaryIO, size: int) -> Framing:
    source.seek(0)
    serial: int | None = None
    sequence, granule, ended = 0, 0, False
    first = b""
    while source.tell() < size:
        page = exactly(source, 27, "Ogg page")
        if page[:4] != b"OggS" or page[4] != 0:
            raise InvalidError("The Ogg file is damaged: a page is missing where one must stand.")
        flags, position, its_serial, its_sequence = struct.unpack("<BqII", page[5:22])
        body = sum(exactly(source, page[26], "Ogg page"))
        payload = exactly(source, body, "Ogg page")
        if serial is None:
            serial, first = its_serial, payload
        if its_serial != serial or ended:
            raise UnsupportedFormatError("The Ogg file holds more than one stream.")
        if its_sequence != sequence:
            raise InvalidError("The Ogg file is damaged: a page is missing.")
        sequence += 1
        granule = position if position >= 0 else granule
        ended = bool(flags & 4)
    if not ended:
        raise InvalidError("The Ogg file is cut short: its last page is missing.")
    if first[:7] != b"\x01vorbis" and first[:8] != b"OpusHead":
        raise UnsupportedFormatError("The Ogg file holds neither Vorbis nor Opus.")
    if granule <= 0:
        raise InvalidError("The Ogg file holds no audio.")
    return Framing("OGG", granule if first[:7] == b"\x01vorbis" else None)
