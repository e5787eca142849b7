"""kill -9 at random moments, as often as one likes.

    python -m tests.faults.killing --times 100 [--seed 7] [--database postgresql://…]     (or: make kill-tests)

Each life of a house (`lives`) is a process that is killed: mostly while it works, sometimes while it still recovers
from the one before. The next life must find everything whole and every promise kept, and the last is let live. The
moments are drawn from the seed; where in the code they fall is the machine's own affair, so a run cannot be repeated
exactly: a house in which something was found broken is kept, and named.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faults.houses import House
from tests.faults.lives import Promises, live

WITHIN_S = 120.0
"""A life that has said nothing for so long hangs, and that is a failure too."""


@dataclass
class Killed:
    """What came of a run: how often a life was killed, and what it was doing then."""

    times: int = 0
    at: dict[str, int] = field(default_factory=dict)


def kill(house: House, times: int, seed: int) -> Killed:
    """Kill `times` lives of `house` and let the last one live. Raises `AssertionError` where one finds something broken."""
    chance = random.Random(seed)
    promises, done = Promises(), Killed()
    while done.times < times:
        in_recovery = chance.random() < 0.3
        patience = chance.uniform(0, 0.25) if in_recovery else chance.uniform(0, 1.5)
        last = _one_life(
            house, promises, f"{seed}-{done.times}", "up" if in_recovery else "checked", patience
        )
        if last is not None:
            done.times += 1
            done.at[last] = done.at.get(last, 0) + 1
    _one_life(house, promises, None, None, 0)
    return done


def _one_life(
    house: House, promises: Promises, seed: str | None, after: str | None, patience: float
) -> str | None:
    """Have one life, and kill it `patience` seconds `after` it said so; return its last word, None if it ended itself."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.warm"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(house, promises, seed, theirs))
    process.start()
    theirs.close()
    last, killing_at = "begun", None
    try:
        while True:
            left = WITHIN_S if killing_at is None else max(0.0, killing_at - time.monotonic())
            if not ours.poll(left):
                assert killing_at is not None, f"it hangs after it was {last}"
                process.kill()
                killing_at = time.monotonic() + WITHIN_S  # what it had said before is still in the pipe
                continue
            what, recording_id = ours.recv()
            assert what != "broken", recording_id
            promises.take(what, recording_id)
            last = what
            if what == after:
                killing_at = time.monotonic() + patience
    except EOFError:
        process.join()
        return last if process.exitcode == -9 else None
    finally:
        process.kill()
        process.join()


def _child(house: House, promises: Promises, seed: str | None, pipe: Connection) -> None:
    def tell(what: str, recording_id: str) -> None:
        pipe.send((what, recording_id))

    try:
        live(house, promises, seed, tell)
    except BaseException as error:
        tell("broken", f"{type(error).__name__}: {error}")
        raise


def main(arguments: list[str] | None = None) -> int:
    """Kill a house in a folder of its own, as the command line asks; return 0 if it survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.killing", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of SQLite")
    asked = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="killing-"))
    house = House(folder, asked.database or f"sqlite:///{folder / 'home' / 'governance.db'}")
    begun = time.monotonic()
    print(f"killing {asked.times} times, seed {asked.seed}, in {folder}", flush=True)
    try:
        from governance.db import make_engine, migrate

        engine = make_engine(house.url)
        migrate(engine)
        engine.dispose()
        done = kill(house, asked.times, asked.seed)
    except AssertionError as error:
        print(f"BROKEN: {error}\nthe house is kept in {folder}")
        return 1
    told = ", ".join(f"{count} after {what}" for what, count in sorted(done.at.items()))
    print(f"survived {done.times} kills in {time.monotonic() - begun:.0f} s ({told})")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
