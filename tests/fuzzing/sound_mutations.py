"""Mutants of sound files: mostly of what their headers say, so that most of them are still taken for sound."""

from __future__ import annotations

import random
import struct

LARGEST = 400_000
_NUMBERS = (
    0,
    1,
    2,
    7,
    8,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
)
_HEAD = 700


def mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a file made of `data` by one to five changes; the same for the same state of `chance`."""
    raw = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        _change(raw, other, chance)
    return bytes(raw[:LARGEST])


def _change(raw: bytearray, other: bytes, chance: random.Random) -> None:
    if not raw:
        return
    reach = len(raw) if chance.random() < 0.35 else min(_HEAD, len(raw))
    at = chance.randrange(reach)
    length = chance.choice((1, 2, 4, 8, 32, 200, 2000))
    change = chance.randrange(9)
    if change == 0:
        raw[at] = chance.randrange(256)
    elif change == 1:
        raw[at] ^= 1 << chance.randrange(8)
    elif change == 2:
        form = chance.choice(("<I", ">I", "<H", ">H"))
        number = chance.choice(_NUMBERS) & (0xFFFF if "H" in form else 0xFFFFFFFF)
        raw[at : at + struct.calcsize(form)] = struct.pack(form, number)
    elif change == 3:
        del raw[at : at + length]
    elif change == 4:
        raw[at:at] = raw[at : at + length]
    elif change == 5:
        raw[at:at] = chance.randbytes(length)
    elif change == 6:
        begin = chance.randrange(len(other))
        raw[at : at + length] = other[begin : begin + length]
    elif change == 7:
        # The tables of an MP4 stand at its end.
        tail = max(len(raw) - 2 * _HEAD, 0)
        raw[chance.randrange(tail, len(raw))] = chance.randrange(256)
    else:
        del raw[chance.randrange(len(raw)) :]
