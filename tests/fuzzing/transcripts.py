"""Fuzzing of what reads and redacts transcripts, steered by the coverage of its code, from a sample of every vendor.

    python -m tests.fuzzing.transcripts --seconds 60 [--seed 7] [--keep FOLDER]     (or: make fuzz)

Needs atheris, which has wheels for Linux only and is no part of the environment: `make fuzz` fetches it. A file for which a
promise does not hold is kept in the folder and named, and the command fails. Without atheris, `--plain` makes the same mutants
blindly; the tests run a few hundred of them.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LARGEST = 65_536


def main(arguments: list[str] | None = None) -> int:
    """Fuzz for a while; 0 where every promise held, 1 where one did not."""
    parser = argparse.ArgumentParser(description="Fuzz the transcript readers.")
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=0, help="for the same run again (0: another each time)")
    parser.add_argument("--keep", type=Path, help="where what breaks a promise is kept, and what was learnt")
    parser.add_argument(
        "--plain", action="store_true", help="without atheris: mutants that no coverage steers"
    )
    chosen = parser.parse_args(arguments)
    keep = chosen.keep or Path(tempfile.mkdtemp(prefix="transcripts-fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    return (
        _plain(chosen.seconds, chosen.seed, keep)
        if chosen.plain
        else _steered(chosen.seconds, chosen.seed, keep)
    )


def _plain(seconds: int, seed: int, keep: Path) -> int:
    from tests.fuzzing import mutations, promises
    from tests.redaction import vendors

    seed = seed or random.SystemRandom().randrange(1, 2**31)
    chance, until = random.Random(seed), time.monotonic() + seconds
    samples = [sample() for sample in vendors.ALL.values()]
    made = read = 0
    while time.monotonic() < until:
        data = mutations.mutant(samples[made % len(samples)], chance)
        made += 1
        try:
            read += promises.keep(data)
        except Exception as error:  # noqa: BLE001  (whatever leaves the reader is what is looked for)
            path = keep / f"broken-{seed}-{made}"
            path.write_bytes(data)
            print(f"{type(error).__name__}: {error}\n{path}")
            return 1
    print(f"seed {seed}: {made:,} files, {read:,} of them read; every promise held")
    return 0


def _steered(seconds: int, seed: int, keep: Path) -> int:
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: `make fuzz` fetches it, or --plain goes without.", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=["governance.redaction"]):
        from tests.fuzzing import promises
    from tests.fuzzing import mutations
    from tests.redaction import vendors

    corpus = keep / "corpus"
    corpus.mkdir(exist_ok=True)
    for name, sample in vendors.ALL.items():
        (corpus / name.replace("/", "-")).write_bytes(sample())

    def mutate(data: bytes, largest: int, chosen: int) -> bytes:
        chance = random.Random(chosen)
        if chance.random() < 0.3:
            return bytes(atheris.Mutate(data, largest))
        return mutations.mutant(data, chance)[:largest]

    options = [
        sys.argv[0], str(corpus), f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-seed={seed}", "-timeout=30", "-rss_limit_mb=4096",
        f"-artifact_prefix={keep}/broken-", "-print_final_stats=1",
    ]  # fmt: skip
    _fuzz(atheris, options, promises.keep, mutate)
    return 0


def _fuzz(
    atheris: Any,
    options: list[str],
    test: Callable[[bytes], bool],
    mutate: Callable[[bytes, int, int], bytes],
) -> None:
    """Hand over to libFuzzer, which ends the process by itself: with a code of its own where a promise broke."""

    def one(data: bytes) -> None:
        test(data)

    atheris.Setup(options, one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
