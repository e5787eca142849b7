"""How long `governance --help` takes, against Python itself and the limit of 0.4 s.

python benchmarks/bench_help.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 0.4
TIMES = 9


def best(*words: str) -> float:
    """Return the shortest time of several that the command took, in seconds."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> int:
    """Print both times and their ratio; 1 beyond the limit."""
    bare, helped = best("-c", "import argparse"), best("-m", "governance", "--help")
    print(f"python with argparse   {bare * 1000:6.1f} ms")
    print(
        f"governance --help      {helped * 1000:6.1f} ms   {helped / bare:.1f} times Python, {helped / LIMIT_S:.2f} of the limit"
    )
    return int(helped > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
