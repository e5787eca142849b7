"""Hours of sound through every container that is read and written: how fast, and in how much memory.

    python -m benchmarks.bench_containers [--hours 2] [--only amr,webm]

A span of eight seconds a minute is silenced, and the copy decoded again. Each file goes through a process of its own, whose peak of
memory is told; ffmpeg decoding the same file is the measure of speed.
Made by ffmpeg; AMR wide band and G.729, which it does not encode, are frames of any bits.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MADE = {
    "wav-ulaw": ("wav", 8000, 2, ("-c:a", "pcm_mulaw")),
    "flac": ("flac", 8000, 2, ("-c:a", "flac")),
    "ogg-opus": ("ogg", 16000, 2, ("-c:a", "libopus", "-b:a", "32k")),
    "mp3": ("mp3", 8000, 2, ("-c:a", "libmp3lame", "-b:a", "32k")),
    "m4a": ("m4a", 8000, 2, ("-c:a", "aac", "-b:a", "32k")),
    "aac": ("aac", 16000, 1, ("-c:a", "aac", "-b:a", "32k")),
    "webm": ("webm", 48000, 2, ("-c:a", "libopus", "-b:a", "32k")),
    "g722": ("wav", 16000, 1, ("-c:a", "g722")),
}
_BARE = {"amr": "amr", "amr-wb": "amr", "g729": "wav"}
_SCREEN = "mp4-screen"


def main(arguments: list[str] | None = None) -> int:
    """Print a line a container."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one is not None:
        return _one(chosen.one)
    names = chosen.only.split(",") if chosen.only else [*_MADE, *_BARE, _SCREEN]
    seconds = chosen.hours * 3600
    print(f"{'container':<12}{'MB':>8}{'× real time':>13}{'of ffmpeg reading':>20}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory(prefix="containers-") as folder:
        for name in names:
            path = _make(name, Path(folder), seconds)
            begun = time.perf_counter()
            subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"], check=True)
            read = time.perf_counter() - begun
            told = subprocess.run([sys.executable, "-m", "benchmarks.bench_containers", "--one", str(path)], check=True, capture_output=True, text=True)  # fmt: skip
            spent, peak = (float(part) for part in told.stdout.split())
            megabytes = path.stat().st_size / 1e6
            print(f"{name:<12}{megabytes:>8.1f}{seconds / spent:>13.0f}{spent / read:>18.1f} ×{peak:>10.0f}", flush=True)  # fmt: skip
            path.unlink()
    return 0


def _make(name: str, folder: Path, seconds: float) -> Path:
    if name in _BARE:
        from tests.redaction import media_files

        # Three minutes over and over: longer rows of any bits drive the decoder of AMR-WB to what is no sound.
        media_files.SECONDS = min(seconds, 180.0)
        path = folder / f"{name}.{_BARE[name]}"
        times = max(int(seconds // media_files.SECONDS), 1)
        with path.open("wb") as file:
            if name == "g729":
                file.write(media_files.g729(times=times))
            else:
                body = media_files.amr_nb_frames() if name == "amr" else media_files.amr_wb()[9:]
                file.write(b"#!AMR\n" if name == "amr" else b"#!AMR-WB\n")
                for _ in range(times):
                    file.write(body)
        return path
    suffix, rate, channels, coded = _MADE.get(name, ("mp4", 16000, 2, ("-c:a", "aac", "-b:a", "48k")))
    path = folder / f"{name}.{suffix}"
    noise = f"anoisesrc=r={rate}:a=0.2:d={seconds}:seed=7"
    shown: tuple[str, ...] = ()
    if name == _SCREEN:
        shown = ("-f", "lavfi", "-i", f"testsrc=s=1280x720:r=2:d={seconds}")
        coded = (*coded, "-c:v", "libx264", "-preset", "ultrafast", "-g", "20", "-pix_fmt", "yuv420p")
    command = ["ffmpeg", "-v", "error", "-y", *shown, "-f", "lavfi", "-i", noise, "-ac", str(channels), *coded, str(path)]  # fmt: skip
    subprocess.run(command, check=True)
    return path


def _one(path: Path) -> int:
    from governance.redaction import audio
    from governance.redaction.given import Given

    with path.open("rb") as source, tempfile.TemporaryFile() as sink:
        seconds = audio.describe(source).duration_ms // 1000
        spans = [Given(at * 1000, at * 1000 + 8000, "measured") for at in range(20, seconds - 10, 60)]
        begun = time.perf_counter()
        audio.redact(source, sink, spans)
        spent = time.perf_counter() - begun
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


if __name__ == "__main__":
    sys.exit(main())
