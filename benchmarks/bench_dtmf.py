"""How many keys are heard, how fast, and how often speech is taken for one, against peers in the same run.

    python -m benchmarks.bench_dtmf                 # minutes
    python -m benchmarks.bench_dtmf --hours 5       # the figures of docs/redaction-quality.md

Recall by every limit of ITU-T Q.24, in noise, through codecs and under voices; false keys on hours of speech by people
(../shared/data) and by programs in many voices, of the half that nothing was chosen on; speed and its growth with the
length. multimon-ng (Debian) hears the same sound; a plain read and FFT of the same file is the least a spectrum costs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile

from benchmarks import keyed, talkoff
from benchmarks.spoken_cards.figures import wilson
from governance.redaction import dtmf, keypad
from governance.redaction.tonepeaks import LooseDetector, together
from tests import peers
from tools.telephony import RATE

_PEER_RATE = 22_050
_UNDER_DB = (20, 10, 6, 3, 0, -3)
_MINUTES = (1, 10, 60, 600)
_ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench_dtmf", description=__doc__.split("\n")[0])
    parser.add_argument("--hours", type=float, default=1.0, help="of speech without keys, at least")
    parser.add_argument("--calls", type=int, default=20, help="of sixteen keys, for each condition")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true", help="print the speed alone")
    parser.add_argument("--minutes", type=int, nargs="+", default=_MINUTES, help="lengths for the speed")
    parser.add_argument("--listen", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.listen:
        print(json.dumps(listened(asked.listen)))
        return 0
    missing = [name for name in ("multimon-ng", "sox", *talkoff.PROGRAMS) if peers.find(name) is None]
    if missing:
        print(f"missing: {', '.join(missing)}: make peers", file=sys.stderr)
        return 2
    print(f"Keypad tones, seed {asked.seed}, {datetime.now(tz=UTC).date().isoformat()}.\n")
    speech = list(talkoff.speech(talkoff.REPORTED, asked.hours))
    if not asked.speed:
        report_recall([one.sound for one in speech], asked.calls, asked.seed)
        report_false(speech)
    report_speed([one.sound for one in speech], asked.minutes)
    return 0


def report_recall(voices: Sequence[keyed.Sound], calls: int, seed: int) -> None:
    """Print how many keys of each condition are heard, and what else is."""
    print("| keys | of | ours | multimon-ng | else heard, ours | multimon-ng |\n|---|---|---|---|---|---|")
    limits = keyed.conditions(np.random.default_rng(seed))
    summed = np.zeros(5, dtype=np.int64)
    for name, made in _conditions(voices, calls, seed):
        row = [sum(len(call.digits) for call in made)]
        for hear in (ours, peer):
            counted = [keyed.found(call, hear(call.sound)) for call in made]
            row += [sum(hits for hits, _ in counted), sum(others for _, others in counted)]
        _print_recall(name, row)
        if name in limits:
            summed += row
            if name == list(limits)[-1]:
                _print_recall("**each limit of Q.24, together**", summed.tolist())
    print()


def _print_recall(name: str, row: Sequence[int]) -> None:
    total, mine, more, theirs, their_more = row
    low, high = wilson(mine, total)
    share = f"{mine / total:.2%} ({low:.2%}–{high:.2%})"
    print(f"| {name} | {total:,} | {share} | {theirs / total:.2%} | {more} | {their_more} |", flush=True)


def _conditions(
    voices: Sequence[keyed.Sound], calls: int, seed: int
) -> Iterator[tuple[str, list[keyed.Call]]]:
    random = np.random.default_rng(seed)

    def pressed(press: Callable[[], keyed.Press]) -> list[keyed.Call]:
        return [keyed.pressed(keyed.number(random), press) for _ in range(calls)]

    within = keyed.conditions(random)
    for name, press in within.items():
        yield name, pressed(press)
    for kind in ("usual keys", "all limits at once"):
        for snr in (20, 15):
            yield (
                f"{kind}, noise {snr} dB below",
                [keyed.noisy(c, random, snr) for c in pressed(within[kind])],
            )
        for codec in keyed.CODECS:
            yield f"{kind}, {codec}", [keyed.coded(call, codec) for call in pressed(within[kind])]
        for below in _UNDER_DB:
            made = [keyed.under(call, voices, random, below) for call in pressed(within[kind])]
            yield f"{kind}, {_voice(below)}", made
        mixed = [
            keyed.under(keyed.under(c, voices, random, 10), voices, random, 6) for c in pressed(within[kind])
        ]
        yield f"{kind}, mono mix of two voices", [keyed.coded(call, "mu-law") for call in mixed]
    for name, press in keyed.beyond().items():
        yield f"must not be heard: {name}", pressed(press)


def _voice(below_db: int) -> str:
    return (
        "a voice as loud"
        if not below_db
        else f"a voice {abs(below_db)} dB {'below' if below_db > 0 else 'above'}"
    )


def report_false(speech: Sequence[talkoff.Speech]) -> None:
    """Print how many keys are heard in speech that holds none, by who speaks."""
    print(
        "| speech without keys | hours | ours | multimon-ng | second look, runs of three |\n|---|---|---|---|---|"
    )
    kinds: dict[str, list[talkoff.Speech]] = {}
    for one in speech:
        first = one.who.split(" ")[0]
        kinds.setdefault(first if first in talkoff.PROGRAMS else one.who, []).append(one)
    hours, mine, theirs, runs, longest = 0.0, 0, 0, 0, 0
    for kind, some in kinds.items():
        tones = [dtmf.detect(one.sound, RATE) for one in some]
        row = (
            sum(one.hours for one in some),
            sum(map(len, tones)),
            sum(len(peer(one.sound)) for one in some),
            sum(loose(one.sound) for one in some),
        )
        name = f"{kind}, {len(some)} voices" if len(some) > 1 else kind
        print(f"| {name} | {row[0]:.2f} | {row[1]} | {row[2]} | {row[3]} |", flush=True)
        hours, mine, theirs, runs = hours + row[0], mine + row[1], theirs + row[2], runs + row[3]
        longest = max([longest, *(_longest_run(heard) for heard in tones)])
    print(f"| all | {hours:.2f} | {mine} | {theirs} | {runs} |\n")
    for name, count in (("ours", mine), ("multimon-ng", theirs)):
        low, high = poisson(count)
        print(f"{name}: {count / hours:.2f} false keys an hour (95 %: {low / hours:.2f}–{high / hours:.2f})")
    print(f"the longest false run of ours: {longest}\n")


def _longest_run(tones: Sequence[dtmf.Tone]) -> int:
    return max((len(run.tones) for run in keypad.runs(tones)), default=0)


def poisson(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of which `count` was seen (Garwood)."""

    def below(mean: float, upto: int) -> float:
        term = total = float(np.exp(-mean))
        for k in range(1, upto + 1):
            term *= mean / k
            total += term
        return total

    def solved(upto: int, chance: float) -> float:
        low, high = 0.0, 10.0 * (upto + 10)
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle, upto) > chance else (low, middle)
        return low

    return (solved(count - 1, 0.975) if count else 0.0), solved(count, 0.025)


def report_speed(voices: Sequence[keyed.Sound], lengths: Sequence[int]) -> None:
    """Print how many times real time a file of two channels is listened to, decoding included, on one core."""
    print(
        "Two channels of 8 kHz mu-law, decoding included, × real time on one core (of the clock, of the processor):\n"
    )
    print(
        "| length | ours, clock | ours, processor | plain read and FFT, processor | memory of ours, MiB |\n|---|---|---|---|---|"
    )
    compared = ""
    with tempfile.TemporaryDirectory() as folder:
        for minutes in lengths:
            path = Path(folder) / f"{minutes}.wav"
            talk(path, voices, minutes)
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.bench_dtmf", "--listen", str(path)],
                capture_output=True,
                check=True,
                env={**os.environ, **_ONE_CORE},
            )
            clock, used, peak, plain = json.loads(told.stdout)
            speeds = " | ".join(f"{minutes * 60 / took:,.0f}" for took in (clock, used, plain))
            print(f"| {minutes} min | {speeds} | {peak} |", flush=True)
            if minutes == 10:
                compared = f"\n{_peer_takes(path, used)}"
        print(compared)


def _peer_takes(path: Path, ours: float) -> str:
    """Return what multimon-ng takes of the processor for all channels of a file, its samples or the file in hand."""
    samples, _ = soundfile.read(path, dtype="float32")
    decoded = timed(lambda: [peer(channel) for channel in samples.T], children=True)[1]
    whole = min(timed(lambda: peer_reads(path, samples.shape[1]), children=True)[1] for _ in range(3))
    return (
        f"multimon-ng takes {whole / ours:.1f} × as long for the same file, decoded by sox ({whole:.2f} s for 10 minutes, "
        f"ours {ours:.2f} s), and {decoded / ours:.1f} × for samples decoded before ({decoded:.2f} s), both channels, of the processor"
    )


def listened(path: Path) -> tuple[float, float, int, float]:
    """Return how long listening took by clock and processor, the memory at its height, and what a plain FFT takes."""
    times = 5 if path.stat().st_size < 1 << 26 else 1
    with path.open("rb") as source:
        runs = [timed(lambda: dtmf.listen(source)) for _ in range(times)]
    told = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(told.split("VmHWM:")[1].split()[0]) // 1024
    plain = [timed(lambda: plain_fft(path)) for _ in range(min(times, 3))]
    return min(run[0] for run in runs), min(run[1] for run in runs), peak, min(run[1] for run in plain)


def talk(path: Path, voices: Sequence[keyed.Sound], minutes: int) -> None:
    """Write a call of two who speak in turn over the hiss of a line, with a card number keyed every five minutes."""
    random = np.random.default_rng(7)
    turn = 6 * RATE
    number = keyed.pressed("4111111111111111", lambda: keyed.Press(on=0.1, pause=0.1)).sound
    with soundfile.SoundFile(path, "w", RATE, 2, format="WAV", subtype="ULAW") as file:
        for minute in range(minutes):
            both = random.standard_normal((60 * RATE, 2), dtype=np.float32) * np.float32(0.0008)
            for at in range(10):
                voice = voices[(minute * 10 + at) % len(voices)]
                start = (minute * turn) % max(len(voice) - turn, 1)
                both[at * turn : (at + 1) * turn, at % 2] += np.resize(voice[start : start + turn], turn)
            if minute % 5 == 0:
                both[: len(number), 1] += number
            file.write(both)


def ours(sound: keyed.Sound) -> str:
    """Return what we hear."""
    return "".join(tone.digit for tone in dtmf.detect(sound, RATE))


def peer(sound: keyed.Sound) -> str:
    """Return what multimon-ng hears, brought to the rate it wants."""
    at = np.arange(0, len(sound) - 1, RATE / _PEER_RATE)
    raw = (np.interp(at, np.arange(len(sound)), sound) * 32767).clip(-32768, 32767).astype("<i2").tobytes()
    command = [str(peers.find("multimon-ng")), "-q", "-t", "raw", "-a", "DTMF", "-"]
    told = subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode()
    return "".join(line.split()[-1] for line in told.splitlines() if line.startswith("DTMF:"))


def peer_reads(path: Path, channels: int) -> None:
    """Let multimon-ng hear a file channel by channel as its users do: sox decodes it and brings it to the rate it wants."""
    form = ["-t", "raw", "-r", str(_PEER_RATE), "-e", "signed-integer", "-b", "16", "-c", "1", "-"]
    command = [str(peers.find("multimon-ng")), "-q", "-t", "raw", "-a", "DTMF", "-"]
    for channel in range(1, channels + 1):
        words = [str(peers.find("sox")), "-V1", str(path), *form, "remix", str(channel)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as sox:
            subprocess.run(command, stdin=sox.stdout, stdout=subprocess.DEVNULL, check=True)


def loose(sound: keyed.Sound) -> int:
    """Return how many runs of three the detector of the second look hears."""
    detector = LooseDetector(RATE)
    detector.feed(sound)
    return len(together(detector.finish(), 3, 3_500))


def timed(work: Callable[[], object], *, children: bool = False) -> tuple[float, float]:
    """Return how long something takes, by the clock and by the processor (of the programs it runs, if `children`)."""
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    start, before = time.perf_counter(), resource.getrusage(who)
    work()
    after = resource.getrusage(who)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, used


def plain_fft(path: Path) -> None:
    """Read the file and take a 256-point FFT every 64 samples of each channel: the least a spectrum costs."""
    with soundfile.SoundFile(path) as file:
        while len(block := file.read(1 << 16, dtype="float32", always_2d=True)) >= 256:
            for channel in block.T:
                windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(channel), 256)[::64]
                np.abs(np.fft.rfft(windows, axis=1))


if __name__ == "__main__":
    raise SystemExit(main())
