"""What a sound file really is, whatever it is called, and its samples in blocks.

libsndfile reads; what it does not know is left to `media`, which reads with FFmpeg where it is installed. The framing is walked first, because libsndfile forgives what may not be forgiven: a header that
promises more than there is, a file of two kinds at once. Memory is bounded by the block, never by the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from governance.errors import InvalidError, TooLargeError, UnsupportedFormatError
from governance.formats import containers
from governance.formats.framing import Framing

BLOCK_FRAMES = 1 << 16
LOUDEST_FLOAT = 16.0  # beyond this a "float" file holds something else than sound
_EXACT = {
    "PCM_U8": "int16",
    "PCM_S8": "int16",
    "PCM_16": "int16",
    "ULAW": "int16",
    "ALAW": "int16",
    "PCM_24": "int32",
    "PCM_32": "int32",
    "FLOAT": "float32",
    "DOUBLE": "float64",
}
# codec → (the sample type it works in, how long it rings at the edge of a cut, in milliseconds)
_CODED = {
    "GSM610": ("int16", 340),  # 20 ms frames, and a filter that forgets an offset slowly
    "IMA_ADPCM": ("int16", 70),
    "MS_ADPCM": ("int16", 70),
    "VORBIS": ("float32", 280),  # long blocks are 2048 or more samples, at 8 kHz 256 ms
    "OPUS": ("float32", 120),
    "MPEG_LAYER_III": ("float32", 220),  # two granules and the decoder's overlap, at 8 kHz 72 ms each
    "AMR_NB": ("float32", 60),  # a frame of 20 ms, and one in which the excitation before it dies away
    "AMR_WB": ("float32", 60),
    "G729": ("float32", 40),
    "G722": ("float32", 40),
    "AAC": ("float32", 0),  # counted in frames of its own: see `settle_ms`
}
_FRAMES = {"GSM610": 320, "AMR_NB": 160, "AMR_WB": 320, "G729": 80, "G722": 2}
_AAC_FRAME = 1024
_CONTAINERS = {"WAV": "WAV", "WAVEX": "WAV", "RF64": "RF64", "FLAC": "FLAC", "OGG": "OGG", "MP3": "MP3"}


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a recording is: container and codec as libsndfile names them, frames counted by decoding, not promised."""

    container: str
    codec: str
    rate: int
    channels: int
    frames: int

    @property
    def duration_ms(self) -> int:
        """The length in milliseconds, rounded up."""
        return -(-self.frames * 1000 // self.rate)

    @property
    def is_exact(self) -> bool:
        """Whether the codec gives back, sample for sample, what was written: G.711 does, GSM does not."""
        return self.codec in _EXACT

    @property
    def settle_ms(self) -> int:
        """How long the codec may ring at the edge of a cut; 0 for a codec without memory."""
        if self.codec == "AAC":
            return -(-2 * _AAC_FRAME * 1000 // self.rate)
        return 0 if self.is_exact else _CODED[self.codec][1]

    @property
    def codec_frame(self) -> int:
        """The frames by which a copy may differ in length: one frame of the codec, 0 where it has none."""
        if self.codec == "OPUS":
            return self.rate // 50
        return 0 if self.is_exact else _FRAMES.get(self.codec, 2048)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a recording shows: the codec, and how large."""

    codec: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still a recording. Beyond it a small file could keep us decoding for days (a zip bomb made of sound)."""

    max_duration_s: int = 24 * 3600
    max_samples: int = 4 * 3600 * 48_000 * 2
    max_channels: int = 8
    min_rate: int = 4_000
    max_rate: int = 192_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of decoded sound: `samples` is frames × channels in -1…1, its first frame is frame `offset`."""

    offset: int
    samples: NDArray[np.float32]


def probe(source: BinaryIO, declared: str | None = None, limits: Limits = LIMITS) -> AudioFacts:
    """Return what `source` is, having decoded it to its end.

    `declared` is what the sender calls it (extension, file name or media type). The whole file is decoded because
    only that shows whether what the header promises is there; it costs a hundredth of the playing time or less.

    Raises `InvalidError` if it is empty, cut short, damaged or absurd, `UnsupportedFormatError` if it is of a kind we
    do not read or not of the kind declared, `TooLargeError` beyond `limits`.
    """
    framing = containers.walk(source)
    if declared is not None:
        containers.check_declared(declared, framing.container)
    if framing.is_media:
        from governance.formats import media

        return media.probe(source, framing, limits)
    with opened(source, framing, limits) as sound:
        counted = sum(len(block) for block in decoded(sound, "float32", framing, limits))
        return facts_of(sound, counted)


def blocks(source: BinaryIO, limits: Limits = LIMITS) -> Iterator[Block]:
    """Yield the sound of `source` block by block, and raise as `probe` does when it turns out not to be whole."""
    framing = containers.walk(source)
    offset = 0
    for samples in _sound(source, framing, limits):
        yield Block(offset, samples)
        offset += len(samples)


def _sound(source: BinaryIO, framing: Framing, limits: Limits) -> Iterator[NDArray[np.float32]]:
    if framing.is_media:
        from governance.formats import media

        yield from media.blocks(source, framing, limits)
        return
    with opened(source, framing, limits) as sound:
        yield from decoded(sound, "float32", framing, limits)


def describe(source: BinaryIO, limits: Limits = LIMITS, declared: str | None = None) -> AudioFacts:
    """Return what the header of `source` says, without decoding: enough to set up a detector, not to trust a file.

    `declared` is what the sender calls it, as for `probe`; raises as that does for all that shows without decoding.
    """
    framing = containers.walk(source)
    if declared is not None:
        containers.check_declared(declared, framing.container)
    if framing.is_media:
        from governance.formats import media

        return media.describe(source, framing, limits)
    with opened(source, framing, limits) as sound:
        return facts_of(sound, int(sound.frames))


def picture(source: BinaryIO, limits: Limits = LIMITS) -> Picture | None:
    """Return what the recording shows; None where it is sound alone. Raises as `describe` does."""
    if not containers.is_boxed(source):
        return None
    framing = containers.walk(source)
    from governance.formats import media

    with media.opened(source, framing, limits) as medium:
        return medium.shown


@contextmanager
def opened(source: BinaryIO, framing: Framing, limits: Limits) -> Iterator[Any]:
    """Open `source` for decoding, once its framing has been walked, and check that it is one kind of recording.

    Raises `UnsupportedFormatError`, `InvalidError` and `TooLargeError` as `probe` does.
    """
    source.seek(0)
    try:
        sound = soundfile.SoundFile(source)
    except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError) as error:
        raise UnsupportedFormatError("The audio cannot be decoded.") from error
    with sound:
        if _CONTAINERS.get(sound.format) != framing.container:
            raise UnsupportedFormatError("The audio is of two kinds at once.")
        if sound.subtype not in _EXACT and sound.subtype not in _CODED:
            raise UnsupportedFormatError(
                f"{sound.format} with {sound.subtype} is not a codec that is read here."
            )
        check_shape(int(sound.samplerate), int(sound.channels), limits)
        if framing.frames is not None:
            _within(framing.frames, sound, limits)
        yield sound


def check_shape(rate: int, channels: int, limits: Limits) -> None:
    """Raise `InvalidError` where nothing with this rate and these channels is a recording."""
    if not 1 <= channels <= limits.max_channels:
        raise InvalidError(f"A recording has 1 to {limits.max_channels} channels.")
    if not limits.min_rate <= rate <= limits.max_rate:
        raise InvalidError(f"A recording has {limits.min_rate} to {limits.max_rate} samples a second.")


def _within(frames: int, sound: Any, limits: Limits) -> None:
    within(frames, int(sound.samplerate), int(sound.channels), limits)


def within(frames: int, rate: int, channels: int, limits: Limits) -> None:
    """Raise `TooLargeError` where so many frames are more than a recording."""
    if frames > limits.max_duration_s * rate or frames * channels > limits.max_samples:
        raise TooLargeError("The recording is longer than the limit.")


def decoded(sound: Any, kind: str, framing: Framing, limits: Limits) -> Iterator[NDArray[Any]]:
    """Yield everything that decodes, and raise at the end if it is not what was promised."""
    frames = 0
    while True:
        try:
            block = sound.read(BLOCK_FRAMES, dtype=kind, always_2d=True)
        except (soundfile.SoundFileError, RuntimeError) as error:
            raise InvalidError("The audio is damaged: it cannot be decoded to its end.") from error
        if not len(block):
            break
        if sound.subtype in ("FLOAT", "DOUBLE"):
            refuse_no_sound(block)
        frames += len(block)
        _within(frames, sound, limits)
        yield block
    if not frames:
        raise InvalidError("The recording holds no audio.")
    if framing.frames is not None and abs(frames - framing.frames) > framing.tolerance:
        raise InvalidError("The recording is cut short or damaged: not all it promises can be decoded.")
    if framing.frames is None and 0 < sound.frames < 1 << 62 and frames != sound.frames:
        raise InvalidError("The recording is cut short or damaged: not all it promises can be decoded.")


def reads(codec: str | None) -> bool:
    """Whether sound in the codec is read here; None is a codec that nobody has recognised."""
    return codec in _EXACT or codec in _CODED


def refuse_no_sound(samples: NDArray[Any]) -> None:
    """Return if the floating-point samples are sound. Raises `InvalidError` for NaN, infinity and absurd ones."""
    # A detector that compares with NaN finds nothing, and finding nothing must mean something.
    if not float(np.abs(samples).max()) <= LOUDEST_FLOAT:
        raise InvalidError("The audio holds samples that are no sound.")


def sample_type(codec: str) -> str:
    """Return the type of sample in which the codec gives back what was written."""
    return _EXACT[codec] if codec in _EXACT else _CODED[codec][0]


def facts_of(sound: Any, frames: int) -> AudioFacts:
    """Return what an opened file is, with the frames that were counted."""
    return AudioFacts(sound.format, sound.subtype, int(sound.samplerate), int(sound.channels), frames)
