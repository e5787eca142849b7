"""How fast sound is redacted, whole and in parts, against ffmpeg, and whether a long call costs more a minute than a short one.

    python -m benchmarks.bench_audio [--minutes 1 10 60 600] [--files 8] [--no-catalog]

Calls of two channels of 8 kHz mu-law are made of synthesised turns, with a card number spoken, one keyed and a transcript.
Everything is measured in a process of its own, on one core, in processor time of user and system, since other jobs share
the machine; memory is the process's largest resident size. 1 where a target is missed.

    writing      reading, muting, writing; and that with the copy verified. ffmpeg mutes the same spans in the same file.
    whole path   from file to verified file: first look, copy, second look (tones and transcript), with and without transcript; then with the digit model
    growth       what a minute costs in the longest call, as a multiple of what it costs in the one of ten minutes
    catalog      a run of redaction over the longest call: its memory
    cores        `governance redact audio` over a folder in one process and in several, against bare processes that only compute
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.audio_steps import cuts, make

ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
ROOT = Path(__file__).resolve().parents[1]
REAL_TIME, TONES_ALONE, MEMORY_MIB, GROWTH = 500, 1500, 200, 1.15
TIMES = 3


_WAYS = {"words": "with transcript", "none": "tones alone"}


def main() -> int:
    """Make the calls, measure, and print what was seen."""
    parser = argparse.ArgumentParser(description="Measure the redaction of sound.")
    parser.add_argument("--minutes", type=int, nargs="+", default=[1, 10, 60, 600])
    parser.add_argument("--files", type=int, default=8, help="how many ten-minute calls the folder holds (8)")
    parser.add_argument("--no-catalog", action="store_true", help="leave out the run over the longest call")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        calls = {minutes: make(Path(place), minutes) for minutes in sorted(arguments.minutes)}
        met = [writing(calls), whole(calls)]
        if not arguments.no_catalog:
            met.append(catalog(calls))
        met.append(cores(calls, arguments.files))
    return 0 if all(met) else 1


def writing(calls: dict[int, Path]) -> bool:
    """Print what muting costs, ours against ffmpeg's."""
    from tests import peers

    minutes = 60 if 60 in calls else max(calls)
    path = calls[minutes]
    if peers.find("ffmpeg") is None:
        print("ffmpeg is not here: nothing to hold the writing against")
        return False
    alone = best(lambda: float(measured("carry", path)["cpu"]))
    verified = best(lambda: float(measured("redact", path)["cpu"]))
    begun = best(lambda: ffmpeg(path, "1"))
    theirs = best(lambda: ffmpeg(path, str(minutes * 60)))
    print(f"Reading, muting, writing {minutes} min, {len(cuts(path))} spans, milliseconds of processor")
    print(f"  ours                     {alone * 1000:7.0f}   {minutes * 60 / alone:8,.0f} x real time")
    print(f"  ours, verified           {verified * 1000:7.0f}   {minutes * 60 / verified:8,.0f} x real time")
    print(f"  ffmpeg                   {theirs * 1000:7.0f}")
    print(f"  ffmpeg, without starting {(theirs - begun) * 1000:7.0f}")
    print(
        f"  ffmpeg takes {(theirs - begun) / alone:.1f} x as long without starting, and verified {(theirs - begun) / verified:.1f} x"
    )
    return told("not slower than ffmpeg", alone <= theirs - begun)


def whole(calls: dict[int, Path]) -> bool:
    """Print what the whole path costs for each length."""
    print("From file to verified file, two looks; processor seconds, x real time, MiB at most, spans")
    met = []
    for transcript in ("words", "none"):
        each: dict[int, float] = {}
        for minutes, path in calls.items():
            times = 1 if minutes > 60 else TIMES
            seen = min(
                (measured("whole", path, transcript) for _ in range(times)), key=lambda one: one["cpu"]
            )
            each[minutes] = seen["cpu"] / minutes
            fast = minutes * 60 / seen["cpu"]
            print(
                f"  {_WAYS[transcript]:<16}{minutes:5} min "
                f"{seen['cpu']:8.2f} {fast:7,.0f} x {seen['rss']:6.0f} MiB {seen['spans']:5}  {seen['outcome']}"
            )
            if minutes >= 10 and transcript == "words":
                met.append(told(f">= {REAL_TIME} x real time", fast >= REAL_TIME))
            if transcript == "none":
                met.append(told(f">= {TONES_ALONE} x real time", fast >= TONES_ALONE))
                met.append(told(f"<= {MEMORY_MIB} MiB", seen["rss"] <= MEMORY_MIB))
        least = min((minutes for minutes in each if minutes >= 10), default=min(each))
        growth = each[max(each)] / each[least]
        print(f"  a minute of {max(each)} costs {growth:.2f} x a minute of {least}")
        met.append(told(f"linear: <= {GROWTH} x", growth <= GROWTH))
    minutes = 10 if 10 in calls else max(calls)
    print(f"The same with the digit model, {minutes} min")
    for transcript, least in (("words", 150), ("none", 100)):
        seen = measured("whole", calls[minutes], transcript, "model")
        fast = minutes * 60 / seen["cpu"]
        print(f"  {_WAYS[transcript]:<16} {fast:7,.0f} x {seen['rss']:6.0f} MiB  {seen['outcome']}")
        met.append(told(f">= {least} x real time", fast >= least))
    minutes = 60 if 60 in calls else max(calls)
    took = measured("parts", calls[minutes])["took"]
    total = sum(took.values())
    print(f"Where it goes, {minutes} min: {total:.2f} s of processor")
    for part, seconds in sorted(took.items(), key=lambda one: -one[1]):
        print(f"  {seconds:7.2f}  {seconds / total:5.1%}  {part}")
    return all(met)


def catalog(calls: dict[int, Path]) -> bool:
    """Print what a run over the longest call takes of memory, in the catalog."""
    minutes, path = max(calls.items())
    seen = measured("catalog", path)
    print(
        f"In the catalog, {minutes} min: {seen['state']}, {seen['cpu']:.1f} s of processor with taking in, "
        f"{minutes * 60 / seen['cpu']:,.0f} x real time, {seen['rss']:.0f} MiB"
    )
    return told(f"<= {MEMORY_MIB} MiB", seen["rss"] <= MEMORY_MIB)


def cores(calls: dict[int, Path], count: int) -> bool:
    """Print how a folder scales over processes, against processes that only compute."""
    jobs = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=next(iter(calls.values())).parent) as place:
        folder = Path(place) / "calls"
        folder.mkdir()
        path = calls[10] if 10 in calls else min(calls.values())
        for number in range(count):
            for end in (".wav", ".json"):
                (folder / f"call-{number}{end}").hardlink_to(path.with_suffix(end))
        one, many = (command(folder, Path(place) / f"out-{n}", n, folder) for n in (1, jobs))
    bare = burn(1) / (burn(jobs) / jobs)
    speedup = one[0] / many[0]
    print(
        f"{count} files in 1 process {one[0]:.1f} s, in {jobs} {many[0]:.1f} s: {speedup:.2f} x; bare processes {bare:.2f} x; "
        f"processor time {many[1] / one[1]:.2f} x"
    )
    return told("near-linear: >= 0.85 of bare processes", speedup >= 0.85 * bare)


def command(folder: Path, out: Path, jobs: int, transcripts: Path) -> tuple[float, float]:
    """Return seconds on the clock and of processors that the command takes over a folder."""
    words = [
        "redact",
        "audio",
        str(folder),
        "--out",
        str(out),
        "--jobs",
        str(jobs),
        "--transcripts",
        str(transcripts),
    ]
    return spent([sys.executable, "-m", "governance", *words], {})


def burn(processes: int) -> float:
    """Return how long so many processes take that each compute the same and share nothing."""
    code = "import numpy as n\na=n.ones((512,160),'f')\nfor _ in range(40000): n.fft.rfft(a)"
    began = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=os.environ | ONE_CORE) for _ in range(processes)
    ]
    for one in running:
        one.wait()
    return time.perf_counter() - began


def ffmpeg(path: Path, seconds: str) -> float:
    """Return the processor seconds ffmpeg takes to mute the spans in the first `seconds` of a call."""
    from tests import peers

    # Split, so that each channel has its own spans, as ours has.
    muted = [
        "+".join(
            f"between(t,{one.start_ms / 1000},{one.end_ms / 1000})"
            for one in cuts(path)
            if one.channel in (None, n)
        )
        for n in (0, 1)
    ]
    volumes = [f"volume=0:enable='{when}'" if when else "anull" for when in muted]
    graph = f"channelsplit[l][r];[l]{volumes[0]}[a];[r]{volumes[1]}[b];[a][b]join"
    if muted[0] == muted[1]:
        graph = volumes[0]
    words = [
        "-v",
        "error",
        "-y",
        "-threads",
        "1",
        "-filter_threads",
        "1",
        "-t",
        seconds,
        "-i",
        str(path),
        "-filter_complex",
        graph,
    ]
    return spent(
        [str(peers.find("ffmpeg")), *words, "-c:a", "pcm_mulaw", str(path.with_name("muted.wav"))], {}
    )[1]


def measured(step: str, path: Path, *more: str) -> dict[str, Any]:
    """Return what a step says that is done in a process of its own, on one core."""
    words = [sys.executable, "-m", "benchmarks.audio_steps", step, str(path), *more]
    done = subprocess.run(words, cwd=ROOT, env=os.environ | ONE_CORE, check=True, stdout=subprocess.PIPE)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def spent(words: list[str], more: dict[str, str]) -> tuple[float, float]:
    """Return seconds on the clock, and of processors, that a command and its processes take."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, cwd=ROOT, env=os.environ | more, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best(measure: Callable[[], float]) -> float:
    """Return the least of several."""
    return min(measure() for _ in range(TIMES))


def told(target: str, is_met: bool) -> bool:
    """Say whether a target is met."""
    print(f"    {'met' if is_met else 'MISSED'}: {target}", flush=True)
    return is_met


if __name__ == "__main__":
    sys.exit(main())
