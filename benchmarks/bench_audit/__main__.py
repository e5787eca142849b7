"""How fast the log is, beside the raw insert of the same bytes.

`python -m benchmarks.bench_audit [write|overhead|growth|erase …] [--on sqlite|postgresql]` measures on both databases,
or on one: what writers in processes of their own get through, end to end, against the same bytes inserted bare; what an
entry adds to a business transaction; how questions fare while the log grows (`--sizes 10000 … 10000000 --picture FILE`),
with what a billion entries would take on paper; and the erasure of a person. Machines are shared: read ratios first.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.bench_audit import erasing, growing, houses, picture, writing

BILLION = 1_000_000_000


def main() -> None:
    """Measure what is asked for and print what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="*", default=[], metavar="WHAT", help="write, overhead, growth, erase: all, by default"
    )
    parser.add_argument("--on", choices=("sqlite", "postgresql"))
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--entries", type=int, default=12_000, help="for write, in all")
    parser.add_argument("--acts", type=int, default=1000, help="for overhead")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=400, help="of each kind, at each size")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the growth (SVG)")
    parser.add_argument(
        "--of-person", type=int, default=100_000, metavar="N", help="for erase: the person's entries"
    )
    asked = parser.parse_args()
    what = asked.what or ["write", "overhead", "growth", "erase"]
    if unknown := set(what) - {"write", "overhead", "growth", "erase"}:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    grown = []
    for dialect in houses.dialects(asked.on):
        print(dialect, flush=True)
        if "write" in what:
            _write(dialect, asked)
        if "overhead" in what:
            _overhead(dialect, asked)
        if "growth" in what:
            grown.append(_grow(dialect, asked))
        if "erase" in what:
            _erase(dialect, asked)
    if asked.picture and grown:
        asked.picture.write_text(picture.drawing(grown), encoding="utf-8")


def _write(dialect: str, asked: argparse.Namespace) -> None:
    for people in (False, True):
        who = "people, sealed" if people else "services"
        for each in (1, 20):
            entries = asked.entries if each > 1 else asked.entries // 3
            with houses.house(dialect) as runtime:
                wrote = writing.measure(runtime, asked.writers, entries, each, people=people)
            p50, p99 = houses.cuts(wrote.waits)
            print(
                f"  {asked.writers} writers, {each:>2} a commit, of {who:<14} bare {wrote.bare:7,.0f}/s   "
                f"end to end {wrote.whole:7,.0f}/s ({wrote.whole / wrote.bare:4.0%})   "
                f"commit to signed p50 {p50:.2f} s, p99 {p99:.2f} s",
                flush=True,
            )


def _overhead(dialect: str, asked: argparse.Namespace) -> None:
    with houses.house(dialect) as runtime:
        without, with_entry = writing.overhead(runtime, asked.acts)
    bare, logged = houses.cuts(without), houses.cuts(with_entry)
    print(
        f"  a business transaction   p50 {bare[0] * 1000:.2f} ms, with its entry {logged[0] * 1000:.2f} ms "
        f"(+{(logged[0] - bare[0]) * 1000:.2f})   p99 {bare[1] * 1000:.2f} ms, with its entry {logged[1] * 1000:.2f} ms "
        f"(+{(logged[1] - bare[1]) * 1000:.2f})",
        flush=True,
    )


def _grow(dialect: str, asked: argparse.Namespace) -> growing.Growth:
    with houses.house(dialect) as runtime:
        grown = growing.measure(runtime, asked.sizes, asked.questions)
    print(
        f"  sequenced {grown.sequenced:,.0f}/s, re-audited {grown.audited:,.0f}/s of processor time, "
        f"{grown.bytes_each:,.0f} bytes an entry"
    )
    print(
        f"  a billion, on paper: {grown.bytes_each * BILLION / 1e12:.2f} TB, of which 0.03 TB are hashes that always stay; "
        f"{BILLION / grown.sequenced / 3600:.1f} h to sequence, {BILLION / grown.audited / 3600:.1f} h to re-audit on one core; "
        f"a proof reads at most 8 tiles",
        flush=True,
    )
    return grown


def _erase(dialect: str, asked: argparse.Namespace) -> None:
    with houses.house(dialect) as runtime:
        erased = erasing.measure(runtime, asked.of_person)
    left = f"still in {', '.join(erased.left)}" if erased.left else "in none of the files any more"
    if dialect != "sqlite":
        left = "the server's files were not searched"
    print(
        f"  a person with {erased.entries:,} entries: key and rows gone, and logged, in {erased.committed:.2f} s; "
        f"forgotten by the database after {erased.forgotten:.2f} s; their key: {left}",
        flush=True,
    )


if __name__ == "__main__":
    main()
