"""What FFmpeg reads for us, through PyAV (the extra `media`): telephone codecs, AAC, MP4 and WebM with or without a picture.

FFmpeg opens whatever it is given, and follows what a file points at. Here it is told which demuxer to use, is given the one
open file and no way to another, and decodes the few codecs that are named; everything else is refused. A file is first
walked by its own rules (`telephony`, `boxes`), because demuxers forgive what is missing. Where frames stand bare no
demuxer is asked at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from governance.errors import InvalidError, UnsupportedFormatError
from governance.formats import telephony
from governance.formats.audio import LOUDEST_FLOAT, AudioFacts, Limits, Picture, check_shape, within
from governance.formats.framing import Framing

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

MOST_PIXELS = 3840 * 2160
"""The largest picture: a screen of 4K, or several smaller ones side by side."""
_MOST_STREAMS = 8
_DECODERS = {"AMR_NB": ("libopencore_amrnb", "amrnb"), "AMR_WB": ("amrwb",), "G729": ("g729",), "G722": ("g722",), "AAC": ("aac",)}  # fmt: skip
_DEMUXERS = {"MP4": "mp4", "WEBM": "matroska", "MATROSKA": "matroska"}
_SOUNDS = {"aac": "AAC", "opus": "OPUS", "vorbis": "VORBIS", "amrnb": "AMR_NB", "amrwb": "AMR_WB", "amr_nb": "AMR_NB", "amr_wb": "AMR_WB", "libopencore_amrnb": "AMR_NB"}  # fmt: skip
_PICTURES = {"h264": "H264", "vp8": "VP8", "vp9": "VP9"}
_PIECE = 1 << 16
_GAP_MS = 50  # browsers write times to the millisecond, some recorders to the packet
_BACK_MS = 200
_COMFORT_NOISE, _NO_DATA = 9, b"\x7c"  # of wide band: the type, and a whole frame that says "nothing"
_LOST = 14

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opened:
    """A container that was opened: its one sound, its one picture where it has one, and what they are."""

    container: InputContainer
    sound: AudioStream
    picture: VideoStream | None
    facts: AudioFacts
    shown: Picture | None


def require() -> Any:
    """Return PyAV. Raises `UnsupportedFormatError` where the extra `media` is not installed."""
    try:
        import av
    except ImportError as error:
        because = "This kind of file is read only where the extra `media` (PyAV) is installed."
        raise UnsupportedFormatError(because) from error
    return av


def probe(source: BinaryIO, framing: Framing, limits: Limits) -> AudioFacts:
    """Return what `source` is, its sound decoded to the end. Raises as `audio.probe` does."""
    told = describe(source, framing, limits)
    counted = sum(len(piece) for piece in blocks(source, framing, limits))
    return AudioFacts(told.container, told.codec, told.rate, told.channels, counted)


def describe(source: BinaryIO, framing: Framing, limits: Limits) -> AudioFacts:
    """Return what `source` says it is, with as many frames as it promises. Raises as `audio.describe` does."""
    require()
    if framing.container in _DEMUXERS:
        with opened(source, framing, limits) as medium:
            return medium.facts if medium.facts.frames else _counted(medium)
    if framing.codec != "AAC":
        rate = telephony.SHAPES[framing.codec][0]
        within(framing.frames or 0, rate, 1, limits)
        return AudioFacts(framing.container, framing.codec, rate, 1, framing.frames or 0)
    count = sum(1 for _ in telephony.adts_frames(source, framing.body))
    with _failing():
        first = next(_bare(source, framing), None)
    if first is None:
        raise InvalidError("The recording holds no audio.")
    rate, channels = int(first.sample_rate), int(first.layout.nb_channels)
    check_shape(rate, channels, limits)
    within(count * first.samples, rate, channels, limits)
    return AudioFacts("AAC", "AAC", rate, channels, count * int(first.samples))


def blocks(source: BinaryIO, framing: Framing, limits: Limits) -> Iterator[Samples]:
    """Yield the sound of `source` in pieces (frames × channels, -1…1), and raise at the end if it is not what was promised."""
    require()
    if framing.container in _DEMUXERS:
        with opened(source, framing, limits) as medium:
            frames = _demuxed(medium)
            yield from whole(Timeline(medium.facts, limits).told(frames), medium.facts, limits)
        return
    told = describe(source, framing, limits)
    with _failing():
        pieces = (samples(frame, told) for frame in _bare(source, framing))
        yield from whole(pieces, told, limits)


def whole(pieces: Iterator[Samples], told: AudioFacts, limits: Limits) -> Iterator[Samples]:
    """Yield the pieces joined to larger ones, and raise if they are no sound, too much, or not as much as was promised."""
    held: list[Samples] = []
    frames = waiting = 0
    for piece in pieces:
        if not float(np.abs(piece).max(initial=0.0)) <= LOUDEST_FLOAT:  # also true for NaN
            raise InvalidError("The audio holds samples that are no sound.")
        frames, waiting = frames + len(piece), waiting + len(piece)
        within(frames, told.rate, told.channels, limits)
        held.append(piece)
        if waiting >= _PIECE:
            yield np.concatenate(held)
            held, waiting = [], 0
    if held:
        yield np.concatenate(held)
    if not frames:
        raise InvalidError("The recording holds no audio.")
    if told.frames and abs(frames - told.frames) > promised_within(told):
        raise InvalidError("The recording is cut short or damaged: not all it promises can be decoded.")


def promised_within(told: AudioFacts) -> int:
    """Return by how many frames an honest decoder may differ from what the container promises."""
    # What stands bare is counted by its frames; a container counts the encoder's delay in, or not.
    return told.codec_frame if told.container in ("AMR", "AMR-WB", "WAV") else 4 * 1024 + told.rate // 5


@contextmanager
def opened(source: BinaryIO, framing: Framing, limits: Limits) -> Iterator[Opened]:
    """Open an MP4 or a WebM, once it has been walked. Whatever FFmpeg says against it is an `InvalidError`."""
    av = require()
    source.seek(0)
    form = _DEMUXERS[framing.container]
    # Without protocols and with an opener that refuses there is no way to another file, whatever this one points at.
    options = {"protocol_whitelist": "", "max_pixels": str(MOST_PIXELS), "threads": "1"}
    with _failing():
        container = av.open(source, mode="r", format=form, options=options, io_open=_no_other_file, metadata_errors="ignore")  # fmt: skip
        with container:
            yield _examined(container, framing, limits)


def _no_other_file(*_: Any) -> NoReturn:
    raise PermissionError("a recording is one file")


@contextmanager
def _failing() -> Iterator[None]:
    """Let what FFmpeg finds wrong be what is wrong with the file."""
    av = require()
    try:
        yield
    except (av.error.FFmpegError, UnicodeDecodeError, OverflowError) as error:
        raise InvalidError("The audio is damaged: it cannot be decoded to its end.") from error


def _examined(container: InputContainer, framing: Framing, limits: Limits) -> Opened:
    if len(container.streams) > _MOST_STREAMS:
        raise UnsupportedFormatError("The file holds more streams than a recording has.")
    sounds, pictures = list(container.streams.audio), list(container.streams.video)
    if not sounds:
        raise InvalidError("The recording holds no audio.")
    if len(sounds) > 1 or len(pictures) > 1:
        raise UnsupportedFormatError("The file holds more than one sound or more than one picture.")
    sound = sounds[0]
    codec = _SOUNDS.get(_name(sound))
    if codec is None:
        raise UnsupportedFormatError(f"{framing.container} with a sound that is not read here.")
    rate, channels = int(sound.codec_context.sample_rate), int(sound.codec_context.channels)
    check_shape(rate, channels, limits)
    length_s = float(sound.duration * sound.time_base) if sound.duration and sound.time_base else 0.0
    frames = max(round(length_s * rate), 0)
    within(frames, rate, channels, limits)
    sound.codec_context.thread_count = 1
    shown = _shown(pictures[0], framing) if pictures else None
    facts = AudioFacts(framing.container, codec, rate, channels, frames)
    return Opened(container, sound, pictures[0] if pictures else None, facts, shown)


def _shown(stream: VideoStream, framing: Framing) -> Picture:
    codec = _PICTURES.get(_name(stream))
    if codec is None:
        raise UnsupportedFormatError(f"{framing.container} with a picture that is not read here.")
    width, height = int(stream.codec_context.width), int(stream.codec_context.height)
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise InvalidError("The picture is of no size a screen has.")
    stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
    stream.codec_context.thread_count = 1
    return Picture(codec, width, height)


def _name(stream: AudioStream | VideoStream) -> str:
    # PyAV leaves the context out where FFmpeg has no decoder for what the stream is.
    context: Any = stream.codec_context
    return str(context.codec.name) if context is not None else ""


def _counted(medium: Opened) -> AudioFacts:
    """Return the facts with the frames that the packets span: a stream of a browser does not say how long it is."""
    told, ends = medium.facts, 0.0
    for packet in medium.container.demux(medium.sound):
        if packet.pts is not None:
            ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return AudioFacts(told.container, told.codec, told.rate, told.channels, max(round(ends * told.rate), 0))


def layout(channels: int) -> str:
    """Return the usual layout of so many channels."""
    return str(require().AudioLayout({1: "mono", 2: "stereo"}.get(channels, f"{channels}c")).name)


def _demuxed(medium: Opened) -> Iterator[AudioFrame]:
    for packet in medium.container.demux(medium.sound):
        if packet.is_corrupt:
            raise InvalidError("The audio is damaged: it cannot be decoded to its end.")
        yield from packet.decode()


def _bare(source: BinaryIO, framing: Framing) -> Iterator[AudioFrame]:
    av = require()
    context = decoder(framing.codec)
    for frame in telephony.frames(source, framing):
        yield from context.decode(av.Packet(_heard(frame, framing.codec)))
    yield from context.decode(None)


def _heard(frame: bytes, codec: str) -> bytes:
    """Return what the decoder is given: comfort noise of wide band, which it does not know, is heard as silence."""
    if codec == "AMR_WB" and frame[0] >> 3 & 15 in (_COMFORT_NOISE, _LOST):
        return _NO_DATA
    return frame


def decoder(codec: str) -> Any:
    """Return what decodes frames that stand bare. Raises `UnsupportedFormatError` where this FFmpeg has none."""
    av = require()
    for name in _DECODERS[codec]:
        try:
            context = av.CodecContext.create(name, "r")
        except (av.error.FFmpegError, ValueError):  # PyAV's error for a codec it does not know is both
            continue
        context.thread_count = 1
        if codec in telephony.SHAPES:
            context.sample_rate, context.layout = telephony.SHAPES[codec][0], "mono"
        return context
    raise UnsupportedFormatError(f"The FFmpeg that is installed does not read {codec}.")


def samples(frame: AudioFrame, told: AudioFacts) -> Samples:
    """Return a decoded frame as frames × channels in -1…1. Raises `InvalidError` where rate or channels have changed."""
    if (frame.sample_rate, frame.layout.nb_channels) != (told.rate, told.channels):
        raise InvalidError("The recording changes its rate or its channels on the way.")
    values: NDArray[Any] = frame.to_ndarray()
    values = values.T if frame.format.is_planar else values.reshape(-1, told.channels)
    if values.dtype.kind == "i":
        return np.asarray(values / -float(np.iinfo(values.dtype).min), dtype=np.float32)
    return np.asarray(values, dtype=np.float32)


class Timeline:
    """Puts what is decoded where its container says it stands: times in a transcript count from the container's zero.

    Where there is no sound for a while (a recorder that pauses, a stream that begins later) silence stands. Sound that
    goes back in time is refused: nobody could say what is heard when.
    """

    def __init__(self, told: AudioFacts, limits: Limits) -> None:
        self._told, self._limits = told, limits
        self._at = 0

    def told(self, frames: Iterable[AudioFrame]) -> Iterator[Samples]:
        """Yield the sound of these frames, and silence where there is none."""
        for frame in frames:
            yield from self.feed(frame)

    def feed(self, frame: AudioFrame) -> Iterator[Samples]:
        """Yield the silence before a frame, where there is any, and its sound."""
        rate = self._told.rate
        gap = 0
        if frame.pts is not None and frame.time_base is not None:
            gap = round(frame.pts * frame.time_base * rate) - self._at
        if gap < -_BACK_MS * rate // 1000:
            raise InvalidError("The sound goes back in time.")
        if gap > _GAP_MS * rate // 1000:
            within(self._at + gap, rate, self._told.channels, self._limits)
            self._at += gap
            while gap:
                count = min(gap, _PIECE)
                gap -= count
                yield np.zeros((count, self._told.channels), dtype=np.float32)
        decoded = samples(frame, self._told)
        self._at += len(decoded)
        yield decoded
