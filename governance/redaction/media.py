"""The same recording with spans cut out, for what FFmpeg reads (the extra `media`): telephone codecs, AAC, MP4 and WebM.

Three ways, by what the codec allows. AMR and G.729 are spliced (`splicing`). G.722, AAC and Opus are encoded once more, as
`audio` does with MP3. A picture goes along: what a span covers is black, and the rest is copied (`screen`). What can be read
and not written is refused with the reason, or written as another format where the caller names one; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import soundfile

from governance.errors import UnsupportedFormatError
from governance.formats import media
from governance.formats.audio import AudioFacts, Limits
from governance.formats.framing import Framing
from governance.formats.media import Opened, Samples, Timeline
from governance.redaction import screen, splicing
from governance.redaction.screen_writer import Writer
from governance.redaction.spans import Place
from governance.redaction.treatment import Check, Stretch, Stretches, Treatment, painted, plan

if TYPE_CHECKING:
    from av.container import OutputContainer

CONVERTIBLE = ("wav", "flac")
"""What may be written where the recording's own codec cannot be: exact codecs, so that nothing more is lost."""
_ENCODERS = {"AAC": "aac", "OPUS": "libopus", "G722": "g722"}
_MUXERS = {"MP4": "mp4", "WEBM": "webm", "MATROSKA": "matroska", "AAC": "adts"}
_OF_BRAND = {b"M4A ": "ipod", b"M4B ": "ipod"}
_BIT_RATES = {"AAC": (16_000, 192_000), "OPUS": (16_000, 128_000)}  # for one channel
_AAC_FRAME = 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, where the treatment must be heard in it, and which: only silence can be spliced in."""

    facts: AudioFacts
    stretches: tuple[Stretch, ...]
    treatment: Treatment

    @property
    def check(self) -> Check:
        """What the copy is held against."""
        facts = self.facts
        return Check(self.stretches, facts.rate, facts.settle_ms, frozenset({self.treatment}))


def write(
    source: BinaryIO,
    sink: BinaryIO,
    framing: Framing,
    spans: Sequence[Place],
    treatment: Treatment,
    guard_ms: int,
    limits: Limits,
    otherwise: str | None = None,
) -> Written:
    """Write to `sink` the recording in `source` with every span cut out of sound and picture.

    `otherwise` names one of `CONVERTIBLE`, for a recording that can be read and not written. Raises as `audio.redact` does;
    `UnsupportedFormatError` where the codec cannot be written and `otherwise` is None.
    """
    told = media.describe(source, framing, limits)
    # Not clipped to what is promised: a container may promise less than is decoded.
    stretches = plan(spans, told.rate, told.channels, limits.max_samples, guard_ms)
    cut = Stretches(stretches)
    sink.seek(0)
    sink.truncate()
    if is_spliced(told.container, told.codec):
        frames = splicing.write(source, sink, framing, stretches)
        return Written(_copied(told, frames), stretches, Treatment.SILENCE)
    if not is_written(told.codec, framing):
        return _converted(source, sink, framing, told, stretches, treatment, limits, otherwise)
    if framing.container == "WAV":
        frames = _wav(source, sink, framing, told, cut, treatment, limits)
    elif framing.container == "AAC":
        frames = _adts(source, sink, framing, told, cut, treatment, limits)
    else:
        hidden = [(span.start_ms - guard_ms, span.end_ms + guard_ms) for span in spans]
        blank = screen.prepare(source, framing, limits, hidden)
        with media.opened(source, framing, limits) as medium, _muxed(sink, framing) as out:
            frames = _remuxed(medium, out, blank, cut, treatment, limits)
        screen.verify(sink, framing, limits, blank)
    return Written(_copied(told, frames), stretches, treatment)


def is_spliced(container: str, codec: str) -> bool:
    """Whether silence is put in frame by frame, so that nothing else can be heard in the place of a span."""
    return codec in splicing.SILENT and container in ("AMR", "AMR-WB", "WAV")


def is_written(codec: str, framing: Framing) -> bool:
    """Whether the FFmpeg that is installed writes the codec in this container."""
    av = media.require()
    name = _ENCODERS.get(codec)
    if name is None or (codec == "G722") != (framing.container == "WAV"):
        return False
    try:
        av.Codec(name, "w")
    except (av.error.FFmpegError, ValueError):
        return False
    return True


def check_written(codec: str, framing: Framing) -> None:
    """Raise `UnsupportedFormatError` where the codec can be read here, and not written in this container."""
    if not is_written(codec, framing):
        because = f"{framing.container} with {codec} can be read here, but not written; it can be written as {' or '.join(CONVERTIBLE)}."  # fmt: skip
        raise UnsupportedFormatError(because)


def _copied(told: AudioFacts, frames: int) -> AudioFacts:
    return AudioFacts(told.container, told.codec, told.rate, told.channels, frames)


def _wav(
    source: BinaryIO,
    sink: BinaryIO,
    framing: Framing,
    told: AudioFacts,
    cut: Stretches,
    treatment: Treatment,
    limits: Limits,
) -> int:
    av = media.require()
    encoder = av.CodecContext.create(_ENCODERS[told.codec], "w")
    encoder.sample_rate, encoder.layout, encoder.format = told.rate, "mono", "s16"
    sink.write(splicing.wav_head(framing, framing.body[1]))
    frames = 0
    for piece in painted(media.blocks(source, framing, limits), cut, treatment, told.rate):
        sink.writelines(bytes(packet) for packet in encoder.encode(_frame(piece, told, "mono", frames)))
        frames += len(piece)
    sink.writelines(bytes(packet) for packet in encoder.encode(None))
    sink.write(b"\0" * (framing.body[1] & 1))
    return frames


def _adts(
    source: BinaryIO,
    sink: BinaryIO,
    framing: Framing,
    told: AudioFacts,
    cut: Stretches,
    treatment: Treatment,
    limits: Limits,
) -> int:
    rate = framing.body[1] * 8 * told.rate // max(told.frames, 1)
    frames = 0
    with _muxed(sink, framing) as out:
        # Streamed AAC has no place to say how long the encoder's delay is: its first frame is nothing but that.
        voice = _Voice(out, told, media.layout(told.channels), rate, skipped=1)
        for piece in painted(media.blocks(source, framing, limits), cut, treatment, told.rate):
            voice.write(piece)
            frames += len(piece)
        voice.finish()
    return frames


def _muxed(sink: BinaryIO, framing: Framing) -> OutputContainer:
    av = media.require()
    form = _OF_BRAND.get(framing.head, _MUXERS[framing.container])
    # Exact to the bit: no name of a program, no date, nothing but what was asked for.
    out: OutputContainer = av.open(sink, mode="w", format=form, options={"fflags": "+bitexact"})
    return out


def _remuxed(
    medium: Opened,
    out: OutputContainer,
    blank: screen.Plan,
    cut: Stretches,
    treatment: Treatment,
    limits: Limits,
) -> int:
    """Write sound and picture in the order they come; return the frames of the sound."""
    told = medium.facts
    voice = _Voice(out, told, medium.sound.codec_context.layout.name, blank.bit_rate)
    shown = None if medium.picture is None else Writer(blank, medium, out)
    timeline = Timeline(told, limits)
    streams = [medium.sound] if medium.picture is None else [medium.sound, medium.picture]

    def heard() -> Iterator[Samples]:
        for packet in medium.container.demux(*streams):
            if packet.stream_index == medium.sound.index:
                frames: Any = packet.decode()
                yield from timeline.told(frames)
            elif shown is not None:
                shown.write(packet)

    frames = 0
    for piece in painted(media.whole(heard(), told, limits), cut, treatment, told.rate):
        voice.write(piece)
        frames += len(piece)
    voice.finish()
    if shown is not None:
        shown.finish()
    return frames


class _Voice:
    """Encodes the sound of a copy, and puts it into its container."""

    def __init__(
        self, out: OutputContainer, told: AudioFacts, layout: str, bit_rate: int, skipped: int = 0
    ) -> None:
        self._out, self._told, self._layout = out, told, layout
        self._at, self._skipped = 0, skipped
        stream: Any = out.add_stream(_ENCODERS[told.codec], rate=told.rate)
        least, most = _BIT_RATES[told.codec]
        stream.codec_context.layout = layout
        stream.codec_context.bit_rate = min(max(bit_rate, least * told.channels), most * told.channels)
        self._stream = stream

    def write(self, piece: Samples) -> None:
        """Encode a piece that follows what came before."""
        self._put(self._stream.encode(_frame(piece, self._told, self._layout, self._at)))
        self._at += len(piece)

    def finish(self) -> None:
        """Encode what the encoder has held back."""
        self._put(self._stream.encode(None))

    def _put(self, packets: Sequence[Any]) -> None:
        for packet in packets:
            if self._skipped:
                self._skipped -= 1
                continue
            self._out.mux(packet)


def _frame(piece: Samples, told: AudioFacts, layout: str, at: int) -> Any:
    from fractions import Fraction

    av = media.require()
    planes = np.ascontiguousarray(piece.T.clip(-1.0, 1.0))
    frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = told.rate, at, Fraction(1, told.rate)
    return frame


def _converted(
    source: BinaryIO,
    sink: BinaryIO,
    framing: Framing,
    told: AudioFacts,
    stretches: tuple[Stretch, ...],
    treatment: Treatment,
    limits: Limits,
    otherwise: str | None,
) -> Written:
    if otherwise not in CONVERTIBLE:
        check_written(told.codec, framing)
    assert otherwise is not None
    container, frames = otherwise.upper(), 0
    with (
        soundfile.SoundFile(sink, "w", told.rate, told.channels, format=container, subtype="PCM_16") as copy,
    ):
        for piece in painted(
            media.blocks(source, framing, limits), Stretches(stretches), treatment, told.rate
        ):
            copy.write(piece)
            frames += len(piece)
    return Written(AudioFacts(container, "PCM_16", told.rate, told.channels, frames), stretches, treatment)
