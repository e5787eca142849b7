"""What it costs to redact an hour's transcript of every format, against parsing and writing the same JSON and nothing else.

    python -m benchmarks.bench_transcripts [--minutes 60]

A call with words, of which one card and one code are a part, as every vendor writes it, with its copies. `json` is
`json.loads` and `json.dumps` of the same file (of a text: decoding and encoding it), `detector` what finding card data in all its text takes
(every copy: a Genesys phrase says everything five times), `read` and `redact` are ours, writing included; all in the same run, the best
of several. 1 where a format takes longer than the limit.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from governance.redaction import text, transcripts
from governance.redaction.transcripts import walk
from tests.redaction import vendors
from tests.redaction.conversation import TURNS

TIMES = 3
LIMIT = 12.0
"""How many times the detector on the file's own text a whole redaction may take, parsing and writing included."""

_TIME = re.compile(r"(?:PT)?[\d.]+S?")
WORDS_A_MINUTE = 160
SMALL_TALK = (
    ("agent", "good morning and thank you for calling how can I help you today"),
    ("customer", "hello yes I ordered two lamps last week and one of them came with a broken foot"),
    ("agent", "oh I am sorry to hear that let me have a look could you tell me the order number"),
    ("customer", "it is nine nine two seven five I think it was on the twelfth of may"),
    ("agent", "thank you I can see it here that was nineteen pounds and ninety nine pence each"),
    ("customer", "that is right and they were meant to come on monday but it was thursday in the end"),
)


@contextmanager
def a_call_of(minutes: int) -> Iterator[None]:
    """Make the samples' conversation as long as a call: small talk, and the card in the middle of it."""
    before = list(TURNS)
    talk = [(speaker, said.split()) for speaker, said in SMALL_TALK]
    rounds = minutes * WORDS_A_MINUTE // sum(len(said) for _, said in talk)
    half = talk * (rounds // 2)
    TURNS[:] = [*half, *before, *half]
    try:
        yield
    finally:
        TURNS[:] = before


def best(act: Callable[[], Any]) -> float:
    """Return the least processor time of several that an act took, in seconds: other jobs on the machine do not count."""
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return min(taken)


def measure(name: str, data: bytes) -> float:
    """Print a row for one format; return how many times the detector the whole takes."""
    document = transcripts.read(data)
    found = text.detect_words(document.words, "en")
    bare = best(lambda: _bare(data))
    reading = best(lambda: transcripts.read(data))
    said = "\n".join(
        leaf for _, leaf in walk.leaves(document.tree) if isinstance(leaf, str) and not _TIME.fullmatch(leaf)
    )
    detecting = best(lambda: text.detect(said, "en"))
    finding = best(lambda: text.detect_words(document.words, "en"))
    redacting = finding + best(lambda: document.redact(found, None, "en").dumps())
    whole = reading + redacting
    print(
        f"{name:<24}{len(data) / 1e6:6.2f}{len(document.words):8,}{bare * 1000:8.0f}{reading * 1000:8.0f}{detecting * 1000:10.0f}"
        f"{redacting * 1000:8.0f}{len(data) / 1e6 / whole:8.1f}{whole / bare:10.1f}{whole / detecting:11.1f}"
    )
    return whole / detecting


def _bare(data: bytes) -> bytes:
    lines = data.decode().splitlines()
    if data[:1] not in b"{[":
        return "\n".join(lines).encode()
    if len(lines) > 1 and lines[0].endswith("}"):
        return b"\n".join(json.dumps(json.loads(line)).encode() for line in lines)
    return json.dumps(json.loads(data)).encode()


def main(arguments: list[str] | None = None) -> int:
    """Print a row for each format; 1 where one of them exceeds the limit."""
    parser = argparse.ArgumentParser(description="Measure the redaction of transcripts.")
    parser.add_argument("--minutes", type=int, default=60, help="how long the call is (60)")
    minutes = parser.parse_args(arguments).minutes
    print(f"A call of {minutes} minutes. Times in milliseconds, the best of {TIMES}.")
    print(
        f"{'format':<24}{'MB':>6}{'words':>8}{'json':>8}{'read':>8}{'detector':>10}{'redact':>8}{'MB/s':>8}{'x json':>10}{'x detector':>11}"
    )
    with a_call_of(minutes):
        worst = max(measure(name, sample()) for name, sample in vendors.ALL.items())
    print(f"At most {worst:.1f} times the detector; the limit is {LIMIT:.0f}.")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
