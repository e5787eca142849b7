"""Fuzzing of what reads and redacts sound: mutants of a file of every container and codec, for as long as one likes.

    python -m tests.fuzzing.sounds --seconds 600 [--seed 7] [--keep FOLDER]     (or: make fuzz-audio)

No coverage steers it: the code that reads sound is C, where atheris sees nothing. What is tried runs in a process of its own, so
that a decoder that crashes or does not end is a finding like any other. A file for which a promise does not hold is kept in the
folder and named, and the command fails.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE_S = 60
_AT_WORK = "at-work"


def main(arguments: list[str] | None = None) -> int:
    """Fuzz for a while; 0 where every promise held, 1 where one did not."""
    parser = argparse.ArgumentParser(description="Fuzz the reading and redaction of sound.")
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=0, help="for the same run again (0: another each time)")
    parser.add_argument("--keep", type=Path, help="where what breaks a promise is kept")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    seed = chosen.seed or random.SystemRandom().randrange(1, 2**31)
    keep = chosen.keep or Path(tempfile.mkdtemp(prefix="sounds-fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    if chosen.worker:
        return _work(chosen.seconds, seed, keep)
    command = [sys.executable, "-m", "tests.fuzzing.sounds", "--worker", "--seconds", str(chosen.seconds)]
    code = subprocess.run([*command, "--seed", str(seed), "--keep", str(keep)], check=False).returncode
    if code not in (0, 1):
        broken = keep / f"broken-{seed}-{code}"
        (keep / _AT_WORK).replace(broken)
        print(f"the process ended with {code}: it crashed, or took more than {PATIENCE_S} s\n{broken}")
    return int(code != 0)


def _work(seconds: int, seed: int, keep: Path) -> int:
    from tests.fuzzing import sound_mutations, sound_promises

    with tempfile.TemporaryDirectory(prefix="sounds-fuzz-") as folder:
        samples = sound_promises.corpus(Path(folder))
        chance, until = random.Random(seed), time.monotonic() + seconds
        made = read = 0
        names = sorted(samples)
        while time.monotonic() < until:
            name = names[made % len(names)]
            data = sound_mutations.mutant(samples[name], samples[chance.choice(names)], chance)
            (keep / _AT_WORK).write_bytes(data)
            made += 1
            faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
            try:
                read += sound_promises.keep(data)
            except Exception as error:  # noqa: BLE001  (whatever leaves the reader is what is looked for)
                path = keep / f"broken-{seed}-{made}-{name}"
                path.write_bytes(data)
                print(f"{type(error).__name__}: {error}\n{path}")
                return 1
            finally:
                faulthandler.cancel_dump_traceback_later()
    (keep / _AT_WORK).unlink(missing_ok=True)
    print(f"seed {seed}: {made:,} files of {len(names)} kinds, {read:,} of them read; every promise held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
