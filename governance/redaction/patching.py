"""The copy of a recording whose samples lie side by side in the file: bytes carried over, those under a span overwritten.

PCM, mu-law and A-law in WAV need no decoder and no encoder to be silenced. What stands under a span is what
libsndfile writes for the treatment in that codec, so a copy made here and one made by encoding hold the same samples.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from governance.errors import InvalidError
from governance.formats import riff
from governance.formats.audio import BLOCK_FRAMES, AudioFacts, refuse_no_sound, sample_type
from governance.formats.framing import Framing
from governance.redaction.treatment import Stretch, Stretches, Treatment, paint

Bytes = NDArray[np.uint8]


def is_possible(facts: AudioFacts, framing: Framing) -> bool:
    """Whether the samples can be carried over: as the container walked lies, and as libsndfile reads it, they agree."""
    samples = framing.samples
    return samples is not None and samples.is_of(facts.codec, facts.channels)


def carry(
    source: BinaryIO,
    sink: BinaryIO,
    facts: AudioFacts,
    samples: riff.Samples,
    stretches: Stretches,
    treatment: Treatment,
) -> int:
    """Write a head and every sample of `source` to `sink`, with `treatment` in the stretches; return the frames.

    Nothing else of the file comes along: no tag, no comment, no chunk of a recorder's own.

    Raises `InvalidError` if the file ends before its samples do, or holds floats that are no sound.
    """
    frames = samples.length // samples.block
    sink.write(riff.head(facts.container, facts.codec, facts.rate, facts.channels, frames))
    marks = _marks(facts.codec, treatment, facts.rate)
    source.seek(samples.at)
    for offset in range(0, frames, BLOCK_FRAMES):
        length = min(BLOCK_FRAMES, frames - offset) * samples.block
        block = bytearray(source.read(length))
        if len(block) != length:
            raise InvalidError("The WAV file is cut short: its header promises more audio than there is.")
        if facts.codec in ("FLOAT", "DOUBLE"):
            refuse_no_sound(np.frombuffer(block, "<f4" if facts.codec == "FLOAT" else "<f8"))
        bytes_ = np.frombuffer(block, np.uint8).reshape(-1, facts.channels, marks.shape[1])
        for stretch in stretches.within(offset, offset + len(bytes_)):
            overwrite(bytes_, offset, stretch, marks)
        sink.write(block)
    if samples.length & 1:
        sink.write(b"\0")
    return frames


def overwrite(block: Bytes, offset: int, stretch: Stretch, marks: Bytes) -> None:
    """Put `marks` (one second of the treatment, encoded) over the part of a stretch that lies in `block`, in place.

    `block` is frames × channels × bytes, its first frame `offset`.
    """
    start, end = max(stretch.start, offset), min(stretch.end, offset + len(block))
    under = block[start - offset : end - offset, stretch.channel]
    under[:] = marks[np.arange(start, end) % len(marks)]


def _marks(codec: str, treatment: Treatment, rate: int) -> Bytes:
    """Return one second of the treatment as the codec writes it, samples × bytes; the treatment repeats every second."""
    second = np.zeros((rate, 1), dtype=sample_type(codec))
    paint(second, 0, [Stretch(0, rate, 0)], treatment, rate)
    sink = io.BytesIO()
    with soundfile.SoundFile(sink, "w", rate, 1, format="RAW", subtype=codec, endian="LITTLE") as encoder:
        encoder.write(second)
    return np.frombuffer(sink.getvalue(), np.uint8).reshape(rate, riff.width(codec))
