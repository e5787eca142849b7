"""The same recording with spans cut out.

A redacted copy keeps container, codec, rate, channels and length, so that every time in a transcript or an annotation
stays right; tags and comments stay behind, because names and numbers live there (recorders write the caller into
RECORD_TITLE). Memory is bounded by the block, never by the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import soundfile

from governance.errors import IntegrityError, InvalidError
from governance.formats import containers
from governance.formats.audio import (
    LIMITS,
    AudioFacts,
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
from governance.redaction import media
from governance.redaction.spans import Place
from governance.redaction.treatment import Check, Treatment, paint, plan

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

    What was under a span never reaches the encoder, so no codec can bring it back. Outside the spans a codec without
    memory keeps every sample as it was; GSM, ADPCM, Vorbis, Opus and MP3 are encoded once more. `sink` must be
    readable and seekable: the copy is decoded again before this returns. On any error `sink` is emptied: half a
    redaction is not a redaction. Telephone codecs, AAC, MP4 and WebM are left to `media`; `otherwise` names what it writes
    where it can read a codec and not write it.

    Raises as `probe` does, and `IntegrityError` if the copy does not show what it must.
    """
    painted = Treatment(treatment)
    try:
        framing = containers.walk(source)
        if framing.is_media:
            done = media.write(source, sink, framing, spans, painted, guard_ms, limits, otherwise)
            facts = done.facts
            _verify(sink, facts, done.check, limits)
            sink.seek(0)
            return facts
        with opened(source, framing, limits) as sound:
            told = facts_of(sound, int(sound.frames))
            frames = min(told.frames, limits.max_samples)  # a header that does not know says "endless"
            stretches = plan(spans, told.rate, told.channels, frames, guard_ms)
            written = 0
            with _created(sink, sound) as copy:
                for block in decoded(sound, sample_type(told.codec), framing, limits):
                    paint(block, written, stretches, painted, told.rate)
                    copy.write(block)
                    written += len(block)
        facts = facts_of(sound, written)
        _verify(sink, facts, Check(stretches, facts.rate, facts.settle_ms, frozenset({painted})), limits)
    except BaseException:
        sink.seek(0)
        sink.truncate()
        raise
    sink.seek(0)
    return facts


def check_written(source: BinaryIO, limits: Limits = LIMITS) -> None:
    """Raise `UnsupportedFormatError` where a recording can be read here and not written. Raises as `describe` does."""
    if containers.is_boxed(source):
        framing = containers.walk(source)
        media.check_written(describe(source, limits).codec, framing)


def treated(facts: AudioFacts, treatment: Treatment) -> Treatment:
    """Return what is heard in a copy in the place of what was cut out: nobody encodes a tone where only silence is spliced in."""
    return Treatment.SILENCE if media.is_spliced(facts.container, facts.codec) else treatment


def _verify(sink: BinaryIO, facts: AudioFacts, check: Check, limits: Limits) -> None:
    """Decode what was written and hold it against what had to be written."""
    try:
        written = describe(sink, limits)
        counted = 0
        for block in blocks(sink, limits):
            check.feed(block.samples, block.offset)
            counted += len(block.samples)
    except InvalidError as error:
        raise IntegrityError("The redacted copy cannot be read back.") from error
    same = (written.codec, written.rate, written.channels) == (facts.codec, facts.rate, facts.channels)
    if not same or abs(counted - facts.frames) > facts.codec_frame:
        raise IntegrityError("The redacted copy is not of the same kind and length as its source.")
    if check.failed:
        raise IntegrityError(f"In the redacted copy {len(check.failed)} spans can still be heard.")


@contextmanager
def _created(sink: BinaryIO, like: Any) -> Iterator[Any]:
    sink.seek(0)
    sink.truncate()
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
