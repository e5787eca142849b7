"""What a picture in H.264 needs beside its slices (ITU-T H.264 §7.3, ISO/IEC 14496-15 §5.3).

Groups that were encoded once more have sequence and picture parameter sets of their own, under a number the original does
not use; both stand at the head of the copy. Packets of the original are copied without what is neither slice nor parameter
set: encoders write their command line there, and others captions.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from governance.errors import InvalidError
from governance.formats.media import Opened

GLOBAL_HEADER = 1 << 22
_WHOLE, _SEQUENCE, _PICTURE = 5, 7, 8
_KEPT = frozenset({1, 2, 3, 4, _WHOLE, _SEQUENCE, _PICTURE, 9})
_MOST_SETS = 31


def is_whole(medium: Opened, packet: Any) -> bool:
    """Whether a group begins with this packet, so that nothing behind it leans on anything before it."""
    assert medium.shown is not None
    if medium.shown.codec != "H264":
        return True
    return any(unit[0] & 31 == _WHOLE for unit in Sets(medium).units(bytes(packet)))


class Sets:
    """The parameter sets of one picture, as its container holds them."""

    def __init__(self, medium: Opened) -> None:
        assert medium.picture is not None
        head = medium.picture.codec_context.extradata or b""
        try:
            self._parse(head)
        except (IndexError, struct.error) as error:
            raise InvalidError("The picture is damaged in its parameter sets.") from error

    def _parse(self, head: bytes) -> None:
        if head[0] != 1:
            raise InvalidError("The picture is damaged in its parameter sets.")
        self._begins, self._length = head[:4], (head[4] & 3) + 1
        self._sequences, at = _listed(head, 6, head[5] & 31)
        self._pictures, at = _listed(head, at + 1, head[at])
        self._ends = head[at:]
        used = {_number(unit, 4) for unit in self._sequences} | {_number(unit, 1) for unit in self._pictures}
        self.free = next((one for one in range(1, _MOST_SETS + 1) if one not in used), _MOST_SETS)
        """A number that none of the original's sets has."""

    def joined(self, encoder: Any) -> bytes:
        """Return the head of the copy: the sets of the original, and those of what is encoded once more."""
        added = list(_annexed(encoder.extradata or b""))
        sequences = [*self._sequences, *(unit for unit in added if unit[0] & 31 == _SEQUENCE)]
        pictures = [*self._pictures, *(unit for unit in added if unit[0] & 31 == _PICTURE)]
        level = max([self._begins[3], *(unit[3] for unit in sequences)])
        head = self._begins[:3] + bytes((level, 0xFC | self._length - 1, 0xE0 | len(sequences)))
        head += b"".join(struct.pack(">H", len(unit)) + unit for unit in sequences)
        head += bytes((len(pictures),))
        return head + b"".join(struct.pack(">H", len(unit)) + unit for unit in pictures) + self._ends

    def units(self, body: bytes) -> Iterator[bytes]:
        """Yield the units of a packet. Raises `InvalidError` where they do not fill it."""
        at = 0
        while at < len(body):
            begins = at + self._length
            at = begins + int.from_bytes(body[at:begins], "big")
            if at > len(body) or at == begins:
                raise InvalidError("The picture is damaged: a part of it is cut short.")
            yield body[begins:at]

    def without_comments(self, body: bytes) -> bytes:
        """Return a packet of the original with its slices and parameter sets only."""
        return self._packed(unit for unit in self.units(body) if unit[0] & 31 in _KEPT)

    def framed(self, body: bytes) -> bytes:
        """Return a packet of the encoder as this container holds packets; its parameter sets stand at the head."""
        return self._packed(unit for unit in _annexed(body) if 1 <= unit[0] & 31 <= _WHOLE)

    def _packed(self, units: Iterator[bytes]) -> bytes:
        return b"".join(len(unit).to_bytes(self._length, "big") + unit for unit in units)


def _listed(head: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    units = []
    for _ in range(count):
        length = struct.unpack(">H", head[at : at + 2])[0]
        units.append(head[at + 2 : at + 2 + length])
        at += 2 + length
    return units, at


def _annexed(body: bytes) -> Iterator[bytes]:
    """Yield the units of a stream with start codes (Annex B)."""
    parts = body.split(b"\x00\x00\x01")
    yield from (unit for part in parts[1:] if (unit := part.rstrip(b"\0")))


def _number(unit: bytes, at: int) -> int:
    """Return the number a parameter set begins with, an Exp-Golomb code (§9.1), from byte `at` on."""
    bits = "".join(f"{byte:08b}" for byte in unit[at : at + 4])
    zeros = bits.index("1") if "1" in bits else 0
    return int(bits[zeros : 2 * zeros + 1], 2) - 1
