"""What the waveform of a long call costs, beside reading the call and doing nothing with it, in the same run.

`python -m benchmarks.bench_waveform [--hours 2]` makes a call of two channels at 8 kHz in each codec, measures its waveform
and decodes the same file without looking at it: nobody who looks at every sample can be quicker than that. Printed are
processor seconds, the ratio to reading alone, times real time, how large the drawing is, and what the columns
take of memory. It is paid once for a rendition: then the waveform is kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile

from governance.console import tape
from governance.formats import audio
from governance.recordings import waveform

RATE, CHANNELS = 8000, 2
_PIECE = 60 * RATE
_CODECS = (("wav", "ULAW"), ("flac", "PCM_16"), ("ogg", "OPUS"), ("mp3", "MPEG_LAYER_III"))


Result = TypeVar("Result")


def main() -> int:
    """Measure every codec and return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2)
    hours = parser.parse_args().hours
    print(f"{hours:g} h, two channels at 8 kHz\n")
    print(
        f"{'codec':<16}{'waveform, s':>12}{'read alone, s':>15}{'ratio':>7}{'× real time':>13}{'drawing, kB':>13}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for container, codec in _CODECS:
            path = Path(folder) / f"call.{container}"
            _write(path, codec, hours)
            alone, _ = _timed(_read, path)
            took, measured = _timed(_measured, path)
            drawn = sum(len(one) for one in tape.wave(measured)) / 1000
            print(
                f"{codec:<16}{took:>12.2f}{alone:>15.2f}{took / alone:>7.2f}{hours * 3600 / took:>13,.0f}{drawn:>13.1f}",
                flush=True,
            )
            path.unlink()
    for frames in (RATE * 60, RATE * 36_000):
        print(f"memory of the columns after {frames / RATE / 3600:.2g} h: {_memory(frames) / 1e6:.2f} MB")
    return 0


def _write(path: Path, codec: str, hours: float) -> None:
    """Write speech-like sound: noise that swells and falls, so that no codec gets away with silence."""
    random = np.random.default_rng(1)
    swell = 0.1 * (1 + np.sin(np.arange(_PIECE) / RATE * 2))[:, None]
    with soundfile.SoundFile(path, "w", RATE, CHANNELS, subtype=codec) as sound:
        for _ in range(max(1, round(hours * 60))):
            sound.write((random.normal(0, 1, (_PIECE, CHANNELS)) * swell).clip(-1, 1))


def _read(path: Path) -> None:
    with path.open("rb") as source:
        for _ in audio.blocks(source):
            pass


def _measured(path: Path) -> waveform.Waveform:
    with path.open("rb") as source:
        return waveform.measure(source)


def _timed(act: Callable[[Path], Result], path: Path) -> tuple[float, Result]:
    begun = time.process_time()
    result = act(path)
    return time.process_time() - begun, result


def _memory(frames: int) -> int:
    """Return the most bytes that measuring takes for so many frames, the blocks it is given among them."""
    block = np.zeros((audio.BLOCK_FRAMES, CHANNELS), dtype=np.float32)
    tracemalloc.start()
    envelope = waveform.Envelope(CHANNELS, RATE // 20)
    for _ in range(-(-frames // len(block))):
        envelope.add(block)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    sys.exit(main())
