"""What holds for every file that may be sound: refused with nothing written, or written with nothing left under the span."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np

from governance.errors import GovernanceError
from governance.formats.audio import Limits
from governance.redaction import audio
from tests import peers
from tests.fuzzing.promises import BrokenPromiseError
from tests.redaction import media_files, sounds

SPAN = sounds.span(300, 900)
# A decompression bomb is told from a recording by its length; a shorter one keeps the fuzzer quick.
LIMITS = Limits(max_duration_s=600, max_samples=600 * 48_000 * 2)
_QUIET = 0.02  # what a codec may ring, beyond what the check of the product itself tolerates
_SUFFIXES = {"m4a": "m4a", "m4a-48k": "m4a", "aac": "aac", "webm": "webm", "matroska": "mkv", "g722": "wav", "g729": "wav", "amr": "amr", "amr-wb": "amr", "h264": "mp4", "vp8": "webm", "vp9": "webm"}  # fmt: skip


def corpus(folder: Path) -> dict[str, bytes]:
    """Return a second of sound of every kind that can be made here."""
    samples = {}
    for container, codec, rate, channels in sounds.CODECS:
        voices = [sounds.babble(1.2, rate, seed) for seed in range(channels)]
        samples[f"{container}-{codec}-{rate}"] = sounds.recording(voices, container, codec, rate).getvalue()
    if peers.find("ffmpeg") is None or peers.find("sox") is None:
        return samples
    for name, suffix in _SUFFIXES.items():
        whole, short = folder / f"whole.{suffix}", folder / f"{name}.{suffix}"
        whole.write_bytes(media_files.made(name, folder))
        command = [str(peers.find("ffmpeg")), "-v", "error", "-y", "-i", str(whole), "-t", "1.2", "-c", "copy", str(short)]  # fmt: skip
        subprocess.run(command, check=True)
        samples[name] = short.read_bytes()
    return samples


def keep(data: bytes) -> bool:
    """Redact a file, and return whether it was read.

    Raises `BrokenPromiseError` where a refused file leaves something in the sink, or the copy cannot be read or is heard under
    the span; and whatever else leaves the reader, which is the same thing.
    """
    sink = io.BytesIO()
    try:
        facts = audio.redact(io.BytesIO(data), sink, [SPAN], limits=LIMITS, otherwise="wav")
    except GovernanceError:
        if sink.getvalue():
            raise BrokenPromiseError("a file was refused and left something behind") from None
        return False
    settle = facts.settle_ms or 1
    start, end = ((SPAN.start_ms + settle) * facts.rate // 1000, (SPAN.end_ms - settle) * facts.rate // 1000)
    counted = 0
    for block in audio.blocks(sink, LIMITS):
        counted += len(block.samples)
        under = block.samples[max(start - block.offset, 0) : max(end - block.offset, 0)]
        if float(np.abs(under).max(initial=0.0)) > _QUIET:
            raise BrokenPromiseError("something is heard under the span")
    if abs(counted - facts.frames) > facts.codec_frame:
        raise BrokenPromiseError("the copy is not as long as it says")
    return True
