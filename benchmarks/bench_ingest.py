"""How many recordings a second come in and are redacted, and where the time goes.

`python -m benchmarks.bench_ingest [--calls 60]` takes sample calls in through the same verbs as the service, on the
embedded default, and redacts them. The limit it is held against, in the same run and on the same disk: writing the
same bytes to files and having each flushed (`fsync`), which is the least that durable storage of them costs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from governance import tenancy
from governance.config import Settings
from governance.recordings import intake
from governance.recordings.importers import folder
from governance.redaction import firstlook, renditions, secondlook, service, settlement
from governance.runtime import Actor, Runtime

SAMPLES = Path(folder.__file__).parents[2] / "samples"
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("seal: encrypt and fsync", intake, "_seal"),
    ("decode to the end", intake, "examine_file"),
    ("rows and log, one commit", intake, "_keep"),
    ("first look", firstlook, "look"),
    ("write renditions and seal them", renditions, "cut"),
    ("second look at sound", secondlook, "hear"),
    ("second look at words", secondlook, "read"),
    ("keep, destroy, log", settlement, "store"),
)


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=60)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as place:
        runtime = Runtime.open(Settings.from_env({"GOVERNANCE_HOME": f"{place}/home"}))
        with runtime.work(Actor.system(tenancy.DEFAULT, "svc_bench")) as work:
            tenancy.ensure(work, "Benchmark")
        interactions = [call for call, _ in zip(_calls(), range(calls), strict=False)]
        stored = sum(path.stat().st_size for path in SAMPLES.glob("*.wav")) / len(list(SAMPLES.glob("*.wav")))
        limit = _limit(Path(place), int(stored), calls)
        with _timed() as spent:
            ingested = _ingest(runtime, interactions)
            redacted = _redact(runtime)
        seconds = sum((one.ended_at - one.started_at).total_seconds() for one in interactions if one.ended_at)
        print(f"{calls} calls, {seconds:.0f} s of two-channel sound, {stored / 1e3:.0f} kB each")
        print(
            f"  ingest   {calls / ingested:7.1f} recordings/s   {ingested / limit:5.1f} x the time of write + fsync"
        )
        print(f"  redact   {calls / redacted:7.1f} recordings/s   {seconds / redacted:5.0f} x real time")
        print(f"  limit    {calls / limit:7.1f} files/s")
        print("where the time goes (seconds, of both)")
        for stage, used in sorted(spent.items(), key=lambda item: -item[1]):
            print(f"  {used:7.2f}  {used / (ingested + redacted):5.1%}  {stage}")
        runtime.close()


def _calls() -> Iterator[Any]:
    """Yield the samples over and over, each time as another recording."""
    paths = [path for path in folder.find([SAMPLES]) if "broken" not in path.name]
    number = 0
    while True:
        for path in paths:
            number += 1
            yield replace(folder.read(path), external_id=f"bench-{number}")


def _limit(place: Path, size: int, count: int) -> float:
    body = os.urandom(size)
    begun = time.perf_counter()
    for number in range(count):
        with (place / f"limit-{number}").open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - begun


def _ingest(runtime: Runtime, interactions: list[Any]) -> float:
    actor = Actor(kind="admin", id="cli", tenant=tenancy.DEFAULT, role="administrator")
    begun = time.perf_counter()
    for interaction in interactions:
        intake.ingest(runtime, actor, interaction)
    return time.perf_counter() - begun


def _redact(runtime: Runtime) -> float:
    begun = time.perf_counter()
    while service.redact_pending(runtime, Actor.system(tenancy.DEFAULT, "svc_bench"), 20):
        pass
    return time.perf_counter() - begun


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Measure every stage by standing in front of its function while the benchmark runs."""
    spent: dict[str, float] = defaultdict(float)

    def around(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*words: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*words, **named)
            finally:
                spent[stage] += time.perf_counter() - begun

        return measured

    before = [(module, name, getattr(module, name)) for _, module, name in STAGES]
    for stage, module, name in STAGES:
        setattr(module, name, around(stage, getattr(module, name)))
    try:
        yield spent
    finally:
        for module, name, function in before:
            setattr(module, name, function)


if __name__ == "__main__":
    main()
