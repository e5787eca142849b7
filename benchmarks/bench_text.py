"""How fast card data is found in text: one call beside presidio-analyzer, growth from 1 k to 1 M characters, memory.

`python -m benchmarks.bench_text [--documents 100000]` prints Markdown. One core, no threads. A call is made of the turns
below, spoken digits among them; the peer is presidio-analyzer with its default recognisers on the same text in the same
run, on an engine that only splits words (spaCy's blank pipeline: no model can be fetched here, and with the one its
documentation names it would be slower), and without an engine at all. Times are of processor and not of the wall, so
that a busy machine disturbs less; each is the best and the median of many.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial

from benchmarks import presidio
from governance.redaction import text

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TALK = (
    "Agent: Thank you for calling, how can I help you today?",
    "Customer: I moved last week and would like to change the address on my account, please.",
    "Agent: Of course, I can do that for you. Could I take your postcode and the first line of the address?",
    "Customer: It is flat two, eighteen Harbour Street, and the postcode is the same as before I think.",
    "Agent: Lovely. And is there anything on the order that should wait until you are in?",
    "Customer: No, the parcel can go out on Thursday as planned, somebody will be at home all day.",
)
NUMBERS = (
    ("Agent: Can I take the order number?", "Customer: Sure, it's {7}."),
    ("Agent: And the best telephone number to reach you on?", "Customer: oh seven {9}."),
    ("Agent: The long number on the front of the card, please?", "Customer: it's four {3}, {4}, {4}, {4}."),
    ("Agent: And the three digits on the back?", "Customer: {3}, and it runs out in {1} twenty seven."),
)


def call(characters: int, seed: int = 7) -> str:
    """Return a made-up call of so many characters, in which about a twentieth of the words is a spoken digit."""
    chance = random.Random(seed)
    lines: list[str] = []
    length = 0
    while length < characters:
        lines += chance.sample(TALK, len(TALK)) + [_said(line, chance) for line in chance.choice(NUMBERS)]
        length = sum(len(line) + 1 for line in lines[-8:]) + length
    return "\n".join(lines)[:characters]


def _said(line: str, chance: random.Random) -> str:
    for count in range(1, 10):
        while f"{{{count}}}" in line:
            digits = " ".join(chance.choice(UNITS) for _ in range(count))
            line = line.replace(f"{{{count}}}", digits, 1)
    return line


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--documents", type=int, default=100_000, help="how many for the memory (default: 100000)"
    )
    asked = parser.parse_args()
    print(f"Processor: {processor()}\n")
    _one_call()
    _growth()
    _memory(asked.documents)


def _one_call() -> None:
    said = call(5_000)
    digits = sum(word.strip(".,") in UNITS for word in said.split())
    ours = measured(lambda: text.detect(said, "en"), 200)
    rows = [("card data alone, ours", ours)]
    for name in presidio.ENGINES:
        analyse = partial(presidio.analyser(name).analyze, said, language="en")
        rows.append((f"presidio-analyzer, default recognisers, {name}", measured(analyse, 30)))
    print(f"A call of 5,000 characters, {len(said.split())} words, {digits} of them spoken digits:\n")
    print("| detector | best, ms | median, ms | ours is faster by (medians) |\n|---|---|---|---|")
    for name, (best, median) in rows:
        ratio = "" if median == ours[1] else f"{median / ours[1]:.1f} ×"
        print(f"| {name} | {best:.2f} | {median:.2f} | {ratio} |")
    _verdict("≤ 1 ms", ours[1] <= 1)
    _verdict("≥ 20 × presidio-analyzer", rows[1][1][1] / ours[1] >= 20)


def _growth() -> None:
    print("\nGrowth:\n\n| characters | ms | µs per 1,000 characters | cards found |\n|---|---|---|---|")
    rates = []
    for size in (1_000, 10_000, 100_000, 1_000_000):
        said = call(size)
        best, _ = measured(partial(text.detect, said, "en"), max(2, 200_000 // size))
        rates.append(best / size * 1e6)
        found = sum(span.entity == "PAN" for span in text.detect(said, "en"))
        print(f"| {size:,} | {best:.2f} | {rates[-1]:.0f} | {found:,} |")
    _verdict(
        "linear: a character costs at most half as much again at 1 M as at 10 k", rates[-1] <= rates[1] * 1.5
    )


def _memory(documents: int) -> None:
    """Print how much memory the process holds before and after so many documents, all of them different."""
    for number in range(200):
        text.detect(call(2_000, number), "en")
    print(
        f"\nMemory over {documents:,} documents of 2,000 characters:\n\n| documents | resident, MiB |\n|---|---|"
    )
    first = resident()
    print(f"| 0 | {first:.1f} |")
    began = time.process_time()
    for number in range(1, documents + 1):
        text.detect(call(2_000, number), "en")
        if number % max(1, documents // 4) == 0:
            print(f"| {number:,} | {resident():.1f} |")
    seconds = time.process_time() - began
    print(f"\n{documents / seconds:,.0f} documents a second, the making of them included.")
    _verdict("flat: at most 5 MiB more", resident() - first <= 5)


def measured(act: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the best and the median time of `act` on the processor, in ms, after it was done once."""
    act()
    seen = []
    for _ in range(times):
        began = time.process_time()
        act()
        seen.append((time.process_time() - began) * 1e3)
    return min(seen), statistics.median(seen)


def resident() -> float:
    """Return how much memory this process holds, in MiB."""
    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123 - a file of the kernel
            return int(statm.read().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor() -> str:
    """Return the name of the processor, as far as the system tells."""
    try:
        with open("/proc/cpuinfo") as told:  # noqa: PTH123 - a file of the kernel
            return next(line.split(":", 1)[1].strip() for line in told if line.startswith("model name"))
    except (OSError, StopIteration):
        import platform

        return platform.processor() or platform.machine()


def _verdict(target: str, is_met: bool) -> None:
    print(f"\n{'met' if is_met else 'MISSED'}: {target}")


if __name__ == "__main__":
    main()
