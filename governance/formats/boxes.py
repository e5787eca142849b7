"""Whether an MP4 or a WebM is whole: its boxes (ISO/IEC 14496-12 §4.2) or elements (RFC 8794) walked, nothing decoded.

The demuxers of FFmpeg are kind, as libsndfile is: a file cut in half gives the first half without a word. Here every box
must be there to its end, the tables that a demuxer holds in memory must be of a size to hold, and what could make a small
file a large one (compressed tracks) is refused.
"""

from __future__ import annotations

from typing import BinaryIO

from governance.errors import InvalidError, UnsupportedFormatError
from governance.formats.framing import Framing, exactly

EBML_MAGIC = b"\x1a\x45\xdf\xa3"
LARGEST_TABLE = 64 << 20
"""The most bytes of what a demuxer reads whole: ten hours of sound and picture need some twenty million."""
_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4A ", b"M4B ", b"M4V ", b"3gp4", b"3gp5", b"3gp6"})  # fmt: skip

_EBML, _DOC_TYPE, _SEGMENT, _CLUSTER, _TRACKS = 0x1A45DFA3, 0x4282, 0x18538067, 0x1F43B675, 0x1654AE6B
_TRACK_ENTRY, _ENCODINGS = 0xAE, 0x6D80
_VOID, _CRC = 0xEC, 0xBF
_TOP = frozenset(
    {_CLUSTER, _TRACKS, _VOID, _CRC, 0x114D9B74, 0x1549A966, 0x1C53BB6B, 0x1254C367, 0x1043A770, 0x1941A469}
)
_IN_CLUSTER = frozenset({0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0x5854, _VOID, _CRC})
_UNKNOWN = -1
_LARGEST_BLOCK = 32 << 20


def walk_mp4(source: BinaryIO, size: int) -> Framing:
    """Return what an MP4 is; `head` is the brand it was written as. Raises `InvalidError` and `UnsupportedFormatError`."""
    source.seek(0)
    position, seen, brand = 0, set[bytes](), b""
    while position < size:
        source.seek(position)
        head = exactly(source, 8, "boxes")
        kind, length, at = head[4:], int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, at = int.from_bytes(exactly(source, 8, "boxes"), "big"), 16
        elif length == 0:
            length = size - position
        if length < at or not kind.isascii():
            raise InvalidError("The MP4 file is damaged: a box is missing where one must stand.")
        if position + length > size:
            raise InvalidError("The MP4 file is cut short: a box promises more bytes than there are.")
        if kind == b"ftyp":
            brand = exactly(source, 4, "boxes")
        if kind in (b"moov", b"moof") and length > LARGEST_TABLE:
            raise InvalidError("The MP4 file's tables are larger than any recording needs.")
        if kind == b"moov" and kind in seen:
            raise InvalidError("The MP4 file has more than one table of contents.")
        seen.add(kind)
        position += length
    if brand not in _BRANDS:
        raise UnsupportedFormatError("A file of boxes, but not an MP4 that is read here.")
    if b"moov" not in seen:
        raise InvalidError("The MP4 file is cut short: its table of contents is missing.")
    if b"mdat" not in seen:
        raise InvalidError("The recording holds no audio.")
    return Framing("MP4", None, head=brand)


def walk_matroska(source: BinaryIO, size: int) -> Framing:
    """Return what a WebM or Matroska file is. Raises `InvalidError` and `UnsupportedFormatError` as `walk` does."""
    source.seek(0)
    kind, length = _element(source)
    if kind != _EBML or not 0 < length <= 4096:
        raise InvalidError("The WebM file is damaged in its header.")
    form = _doc_type(source, source.tell() + length)
    kind, length = _element(source)
    if kind != _SEGMENT:
        raise InvalidError("The WebM file is damaged: it holds no segment.")
    ends = size if length == _UNKNOWN else source.tell() + length
    if ends > size:
        raise InvalidError("The WebM file is cut short: its segment promises more bytes than there are.")
    if ends < size:
        raise UnsupportedFormatError("The WebM file holds more than one segment.")
    has_tracks, has_sound = _walk_segment(source, ends)
    if not has_tracks or not has_sound:
        raise InvalidError("The recording holds no audio.")
    return Framing("WEBM" if form == b"webm" else "MATROSKA", None)


def _doc_type(source: BinaryIO, ends: int) -> bytes:
    form = b""
    while source.tell() < ends:
        kind, length = _element(source)
        if length < 0 or source.tell() + length > ends:
            raise InvalidError("The WebM file is damaged in its header.")
        body = exactly(source, length, "header")
        if kind == _DOC_TYPE:
            form = body.rstrip(b"\0")
    if form not in (b"webm", b"matroska"):
        raise UnsupportedFormatError("An EBML file, but neither WebM nor Matroska.")
    return form


def _walk_segment(source: BinaryIO, ends: int) -> tuple[bool, bool]:
    """Return whether there are tracks and clusters, having walked every element; a cluster may not say how long it is."""
    has_tracks = has_clusters = is_open = False
    while source.tell() < ends:
        kind, length = _element(source)
        start = source.tell()
        is_open = is_open and kind in _IN_CLUSTER
        if kind not in _TOP and not is_open:
            raise InvalidError("The WebM file is damaged: an element is missing where one must stand.")
        if length == _UNKNOWN:
            if kind != _CLUSTER:
                raise InvalidError("The WebM file is damaged: an element does not say how long it is.")
            has_clusters = is_open = True
            continue
        if start + length > ends:
            raise InvalidError("The WebM file is cut short: an element promises more bytes than there are.")
        if kind == _CLUSTER:
            has_clusters = True
            _walk_cluster(source, start + length)
        elif kind == _TRACKS:
            has_tracks = True
            _refuse_encodings(source, start + length)
        elif length > (_LARGEST_BLOCK if is_open else LARGEST_TABLE):
            raise InvalidError("The WebM file holds an element larger than any recording needs.")
        source.seek(start + length)
    return has_tracks, has_clusters


def _walk_cluster(source: BinaryIO, ends: int) -> None:
    while source.tell() < ends:
        kind, length = _element(source)
        after = source.tell() + length
        if kind not in _IN_CLUSTER or not 0 <= length <= _LARGEST_BLOCK or after > ends:
            raise InvalidError("The WebM file is damaged: an element is missing where one must stand.")
        source.seek(after)


def _refuse_encodings(source: BinaryIO, ends: int) -> None:
    """Refuse tracks whose packets are compressed or encrypted: a small file could become a very large one."""
    while source.tell() < ends:
        kind, length = _element(source)
        after = source.tell() + length
        if length < 0 or after > ends:
            raise InvalidError("The WebM file is damaged in its tracks.")
        if kind == _ENCODINGS:
            raise UnsupportedFormatError("The WebM file's tracks are compressed or encrypted.")
        if kind == _TRACK_ENTRY:
            _refuse_encodings(source, after)
        source.seek(after)


def _element(source: BinaryIO) -> tuple[int, int]:
    """Return the identifier of the next element and its length, `_UNKNOWN` where it does not say it (RFC 8794 §4, §5)."""
    kind = _number(source, most=4, keeps_marker=True)
    length = _number(source, most=8, keeps_marker=False)
    return kind, length


def _number(source: BinaryIO, most: int, *, keeps_marker: bool) -> int:
    first = exactly(source, 1, "elements")[0]
    count = 9 - first.bit_length()
    if count > most:
        raise InvalidError("The WebM file is damaged: an element is missing where one must stand.")
    rest = exactly(source, count - 1, "elements")
    value = int.from_bytes(bytes((first,)) + rest, "big")
    if keeps_marker:
        return value
    value &= (1 << 7 * count) - 1
    return _UNKNOWN if value == (1 << 7 * count) - 1 else value
