"""Silence put where a span was, frame by frame: for codecs that nobody here encodes, and that keep the rest as it is.

A frame that a span touches is replaced by one that decodes to silence; every other frame is copied bit by bit, so nothing
is encoded twice. The frames below are what the reference encoders make of digital silence in one of the codec's modes, chosen
because they end any sound before them within two frames: in other modes the very same silence rings on, since its frames
repeat whatever was heard last. Every mode of AMR may follow every other.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO

from governance.formats import telephony
from governance.formats.framing import Framing
from governance.redaction.treatment import Stretch

SILENT = {
    "AMR_NB": bytes.fromhex("1cffacf3ffe0007c1643c3c3c000003c0000"),
    "AMR_WB": bytes.fromhex("1c410430ddd37418311f29edc102b80d151ccddb96c0002e0c076628223226052f2c663720"),
    "G729": bytes.fromhex("7816c0a000fac20007d6"),
}
_AHEAD_MS = 5  # by which these codecs look ahead: the frame before a span has heard so much of it


def write(source: BinaryIO, sink: BinaryIO, framing: Framing, stretches: Sequence[Stretch]) -> int:
    """Write the recording with silence in every frame that a stretch touches, and return its frames (samples)."""
    rate, length = telephony.SHAPES[framing.codec]
    ahead = _AHEAD_MS * rate // 1000
    left = sorted((stretch.start - ahead, stretch.end) for stretch in stretches)
    sink.write(wav_head(framing, framing.body[1]) if framing.container == "WAV" else framing.head)
    at = 0
    for frame in telephony.frames(source, framing):
        while left and left[0][1] <= at:
            del left[0]
        is_cut = bool(left) and left[0][0] < at + length
        sink.write(SILENT[framing.codec] if is_cut else frame)
        at += length
    if framing.container == "WAV":
        sink.write(b"\0" * (framing.body[1] & 1))
    return at


def wav_head(framing: Framing, length: int) -> bytes:
    """Return what stands before `length` bytes of sound in a WAV: the format as it was, and no chunk that could hold a name."""
    form = framing.head[:16] + b"\0\0"
    fact = struct.pack("<4sII", b"fact", 4, framing.frames or 0)
    chunks = struct.pack("<4sI", b"fmt ", len(form)) + form + fact + struct.pack("<4sI", b"data", length)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks) + length + (length & 1), b"WAVE") + chunks
