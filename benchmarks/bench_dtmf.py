"""How many keys are heard, how fast, and how often speech is taken for one, against peers in the same run.

    python benchmarks/bench_dtmf.py

Recall is compared with multimon-ng (Debian) on the same calls, speed with a plain NumPy FFT over the same file, false
keys are counted on espeak-ng's voices and, where ../shared/data is there, on people. Printed as ratios.
"""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import soundfile

from governance.redaction import audio, dtmf
from governance.redaction.tonepeaks import LooseDetector, together
from tests import peers
from tests.redaction import sounds

NUMBER = "4111111111111111"
VOICES = ("en-gb", "en-us+f3")
TEXT = (
    "Good morning, you are speaking to the service desk. My order number is nine nine two seven five, and I would like "
    "to change the delivery. Certainly, let me look that up for you. It was nineteen pounds and ninety nine pence. "
    "Is there anything else? No, that is all, thank you very much for your help, and have a nice evening. "
)


def calls(level_db: float | None) -> list[sounds.Sound]:
    """Return calls with a number keyed, alone or with a voice `level_db` below the keys."""
    made = []
    for index, (on, off) in enumerate(((0.05, 0.05), (0.07, 0.06), (0.09, 0.09), (0.12, 0.2)) * 3):
        sound = sounds.keys(NUMBER, on, off, twist_db=(index % 5) * 2 - 4)
        if level_db is not None:
            voice = np.roll(np.resize(sounds.spoken(TEXT, VOICES[index % 2]), len(sound)), index * 997)
            gain = np.sqrt(np.mean(sound**2) / np.mean(voice**2)) * 10 ** (-level_db / 20)
            sound = (sound + voice * gain).astype(np.float32)
        made.append(sound)
    return made


def peer(sound: sounds.Sound) -> str:
    """Return what multimon-ng hears, brought to the rate it wants."""
    at = np.arange(0, len(sound) - 1, 8000 / 22050)
    raw = (np.interp(at, np.arange(len(sound)), sound) * 32767).clip(-32768, 32767).astype("<i2").tobytes()
    command = [str(peers.find("multimon-ng")), "-q", "-t", "raw", "-a", "DTMF", "-"]
    told = subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode()
    return "".join(line.split()[-1] for line in told.splitlines() if line.startswith("DTMF:"))


def ours(sound: sounds.Sound) -> str:
    """Return what we hear."""
    return "".join(tone.digit for tone in dtmf.detect(sound, 8000))


def right(found: str) -> int:
    """Return how many keys of the number were found, in order (longest common subsequence)."""
    row = [0] * (len(found) + 1)
    for digit in NUMBER:
        before = list(row)
        for at, other in enumerate(found):
            row[at + 1] = before[at] + 1 if digit == other else max(row[at], before[at + 1])
    return row[-1]


def loose(sound: sounds.Sound) -> tuple[int, int]:
    """Return how many keys, and how many runs of three, the second detector hears."""
    detector = LooseDetector(8000)
    detector.feed(sound)
    peaks = detector.finish()
    return len(peaks), len(together(peaks, 3, 3_500))


def timed(work: Callable[[], object]) -> float:
    """Return the best of three times."""
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def plain_fft(source: io.BytesIO) -> None:
    """Read the file and take a 256-point FFT every 64 samples of each channel: the least a spectrum costs."""
    source.seek(0)
    samples, _ = soundfile.read(source, dtype="float32", always_2d=True)
    for channel in samples.T:
        for at in range(0, len(channel) - 256, 1 << 16):
            part = np.ascontiguousarray(channel[at : at + (1 << 16)])
            np.abs(np.fft.rfft(np.lib.stride_tricks.sliding_window_view(part, 256)[::64], axis=1))


def main() -> int:
    """Print the comparison."""
    if peers.find("multimon-ng") is None or peers.find("espeak-ng") is None:
        print("multimon-ng and espeak-ng are needed: make peers", file=sys.stderr)
        return 2
    for level in (None, 20.0, 10.0, 6.0, 0.0):
        made = calls(level)
        total = len(made) * len(NUMBER)
        mine, theirs = (sum(right(hear(call)) for call in made) for hear in (ours, peer))
        second = sum(min(loose(call)[0], len(NUMBER)) for call in made)
        name = "keys alone" if level is None else f"voice {level:.0f} dB below"
        print(
            f"recall, {name:<18} ours {mine / total:.3f}  multimon-ng {theirs / total:.3f}  "
            f"ratio {mine / max(theirs, 1):.2f}  (second detector {second / total:.3f})"
        )
    for voice in VOICES:
        said = np.concatenate([sounds.spoken(TEXT, voice, speed) for speed in range(110, 230, 8)])
        report_false(f"espeak-ng {voice}", said)
    if sounds.SPEECH.is_dir():
        clips = []
        for path in sorted(sounds.SPEECH.glob("speech-commands/*/*.flac")):
            with path.open("rb") as source:
                clips += [block.samples[:, 0] for block in audio.blocks(source)]
        report_false("people, speech-commands", np.concatenate(clips))
    long = sounds.recording(
        [np.resize(call, 8000 * 600) for call in (calls(None)[2], calls(10.0)[3])], codec="ULAW"
    )
    took = timed(lambda: dtmf.listen(long))
    plain = timed(lambda: plain_fft(long))
    print(
        f"speed, 10 min × 2 channels: {1200 / took:.0f} × real time a channel, {took / plain:.2f} × a plain FFT read"
    )
    return 0


def report_false(name: str, said: sounds.Sound) -> None:
    """Print how many keys are heard in speech that holds none."""
    hours = len(said) / 8000 / 3600
    mine, theirs, (second, runs) = len(ours(said)), len(peer(said)), loose(said)
    print(
        f"false keys/h, {name:<26} ours {mine / hours:6.1f}  multimon-ng {theirs / hours:6.1f}  "
        f"(second detector {second / hours:.0f}, runs of three {runs / hours:.1f}; {hours:.2f} h)"
    )


if __name__ == "__main__":
    raise SystemExit(main())
