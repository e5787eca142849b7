"""The same recording with spans cut out.

A redacted copy keeps container, codec, rate, channels and length, so that every time in a transcript or an annotation
stays right; tags and comments stay behind, because names and numbers live there (recorders write the caller into
RECORD_TITLE). Memory is bounded by the block, never by the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import soundfile

from governance.errors import IntegrityError, InvalidError
from governance.formats import containers
from governance.formats.audio import (
    LIMITS,
    AudioFacts,
    Block,
    Limits,
    blocks,
    decoded,
    describe,
    facts_of,
    opened,
    picture,
    probe,
    sample_type,
)
from governance.formats.framing import Framing
from governance.redaction import media, patching
from governance.redaction.spans import Place
from governance.redaction.treatment import Check, Stretches, Treatment, painted, plan

__all__ = [
    "LIMITS",
    "AudioFacts",
    "Limits",
    "blocks",
    "check_written",
    "describe",
    "picture",
    "probe",
    "redact",
    "treated",
]


def redact(
    source: BinaryIO,
    sink: BinaryIO,
    spans: Sequence[Place],
    treatment: str = Treatment.SILENCE,
    guard_ms: int = 0,
    limits: Limits = LIMITS,
    otherwise: str | None = None,
) -> AudioFacts:
    """Write to `sink` the recording in `source` with every span cut out, and return what was written.

    What was under a span never reaches an encoder, so no codec can bring it back. Outside the spans a codec without
    memory keeps every sample as it was (in WAV they are carried over byte for byte); GSM, ADPCM, Vorbis, Opus and MP3
    are encoded once more. `sink` must be readable and seekable: the copy is decoded again before this returns, and
    where the codec has no memory held against its source. On any error `sink` is emptied: half a redaction is not a
    redaction. Telephone codecs, AAC, MP4 and WebM are left to `media`; `otherwise` names what it writes
    where it can read a codec and not write it.

    Raises as `probe` does, and `IntegrityError` if the copy does not show what it must.
    """
    chosen = Treatment(treatment)
    try:
        framing = containers.walk(source)
        sink.seek(0)
        sink.truncate()
        if framing.is_media:
            done = media.write(source, sink, framing, spans, chosen, guard_ms, limits, otherwise)
            _verify(source, sink, done.facts, done.check, None, limits)
            sink.seek(0)
            return done.facts
        with opened(source, framing, limits) as sound:
            told = facts_of(sound, int(sound.frames))
            frames = min(told.frames, limits.max_samples)  # a header that does not know says "endless"
            stretches = plan(spans, told.rate, told.channels, frames, guard_ms)
            cut = Stretches(stretches)
            if framing.samples is not None and patching.is_possible(told, framing):
                written = patching.carry(source, sink, told, framing.samples, cut, chosen)
            else:
                written = _encode(sound, sink, framing, cut, chosen, limits)
            facts = facts_of(sound, written)
        check = Check(stretches, facts.rate, facts.settle_ms, frozenset({chosen}))
        _verify(source, sink, facts, check, cut, limits)
    except BaseException:
        sink.seek(0)
        sink.truncate()
        raise
    sink.seek(0)
    return facts


def _encode(
    sound: Any,
    sink: BinaryIO,
    framing: Framing,
    cut: Stretches,
    treatment: Treatment,
    limits: Limits,
) -> int:
    """Decode, paint and encode block by block; return the frames."""
    written = 0
    with _created(sink, sound) as copy:
        pieces = decoded(sound, sample_type(sound.subtype), framing, limits)
        for block in painted(pieces, cut, treatment, sound.samplerate):
            copy.write(block)
            written += len(block)
    return written


def check_written(source: BinaryIO, limits: Limits = LIMITS) -> None:
    """Raise `UnsupportedFormatError` where a recording can be read here and not written. Raises as `describe` does."""
    if containers.is_boxed(source):
        framing = containers.walk(source)
        media.check_written(describe(source, limits).codec, framing)


def treated(facts: AudioFacts, treatment: Treatment) -> Treatment:
    """Return what is heard in a copy in the place of what was cut out: nobody encodes a tone where only silence is spliced in."""
    return Treatment.SILENCE if media.is_spliced(facts.container, facts.codec) else treatment


def _verify(
    source: BinaryIO,
    sink: BinaryIO,
    facts: AudioFacts,
    check: Check,
    cut: Stretches | None,
    limits: Limits,
) -> None:
    """Decode what was written and hold it against what had to be written; with `cut`, against the source too."""
    counted, is_same = 0, True
    originals = blocks(source, limits) if cut is not None and facts.is_exact else None
    with _read_back():
        written = describe(sink, limits)
    copies = blocks(sink, limits)
    while True:
        with _read_back():
            copy = next(copies, None)
        original = next(originals, None) if originals is not None else None
        if copy is None:
            is_same = is_same and original is None
            break
        check.feed(copy.samples, copy.offset)
        counted += len(copy.samples)
        is_same = is_same and (cut is None or originals is None or _is_kept(original, copy, cut))
    shown = (written.container, written.codec, written.rate, written.channels)
    is_alike = shown == (facts.container, facts.codec, facts.rate, facts.channels)
    if not is_alike or abs(counted - facts.frames) > facts.codec_frame:
        raise IntegrityError("The redacted copy is not of the same kind and length as its source.")
    if check.failed:
        raise IntegrityError(f"In the redacted copy {len(check.failed)} spans can still be heard.")
    if not is_same:
        raise IntegrityError("In the redacted copy something was changed that had to stay.")


@contextmanager
def _read_back() -> Iterator[None]:
    """What would be a bad file if it came from outside is our failure here."""
    try:
        yield
    except InvalidError as error:
        raise IntegrityError("The redacted copy cannot be read back.") from error


def _is_kept(original: Block | None, copy: Block, cut: Stretches) -> bool:
    """Whether all samples outside the stretches are those of the source."""
    if original is None or original.samples.shape != copy.samples.shape:
        return False
    if np.array_equal(original.samples, copy.samples):
        return True
    is_same = original.samples == copy.samples
    for stretch in cut.within(copy.offset, copy.offset + len(copy.samples)):
        is_same[max(stretch.start - copy.offset, 0) : stretch.end - copy.offset, stretch.channel] = True
    return bool(is_same.all())


@contextmanager
def _created(sink: BinaryIO, like: Any) -> Iterator[Any]:
    options: dict[str, Any] = {}
    if like.format == "MP3":
        # Other modes of the encoder leave out the header that lets a decoder give back the exact length.
        options = {"bitrate_mode": "VARIABLE", "compression_level": 0.25}
    elif like.subtype == "VORBIS":
        options = {"compression_level": 0.3}
    with soundfile.SoundFile(
        sink,
        "w",
        samplerate=like.samplerate,
        channels=like.channels,
        format=like.format,
        subtype=like.subtype,
        **options,
    ) as copy:
        yield copy
