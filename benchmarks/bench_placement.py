"""How much of a card number stays audible where the times of its words are wrong, and how much other speech is lost for it.

    python benchmarks/bench_placement.py

Calls are spoken by espeak-ng with the true time of every word (`tools`), in several voices and speeds; then the times of the
transcript are made wrong in known ways, and the truth is laid over what would be silenced: as the words say with the guard
band (the peer: what was done before), half a second more on both sides always (the limit), and as `placement` does it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import soundfile

from governance.redaction import placement, rules, speech
from governance.redaction.spans import Entity, TimeSpan, Timing, Word
from governance.redaction.speech import Stretch
from governance.redaction.text import WordSpan
from tools.espeak import Espeak
from tools.make_samples import TOOLS, record
from tools.sample_script import calls
from tools.telephony import RATE

GUARD_MS = 150
VOICES = (
    ("en-gb-x-rp+f2", 160, 50),
    ("en-us+m4", 150, 37),
    ("en-gb-scotland+m1", 175, 40),
    ("en-us+f2", 135, 55),
)
FIVE_DIGITS = 5
Wrong = Callable[[Sequence[Word], np.random.Generator], list[Word]]
Cut = Callable[[Sequence[TimeSpan], Sequence[Word], Sequence[Stretch]], list[TimeSpan]]


@dataclass(frozen=True)
class Case:
    """A call whose words have their true times, which of them are card data, and where its voice is."""

    words: list[Word]
    found: list[WordSpan]
    voice: list[Stretch]


def cases() -> Iterator[Case]:
    """Yield the sample calls in which card data is spoken, in every voice."""
    espeak = Espeak()
    for voice, speed, pitch in VOICES:
        for call in calls(TOOLS):
            if call.facts.get("language", "en") != "en":
                continue
            customer = call.customer | {"voice": voice, "wpm": speed, "pitch": pitch}
            tape = record(replace(call, customer=customer), espeak)
            words = [_word(row, turn) for row, turn in zip(tape.words, _turns(tape.words), strict=True)]
            found = [
                _finding(words, span)
                for span in tape.spans
                if span["how"] == "spoken" and span["entity"] in {"PAN", "CVV", "PIN", "EXPIRY"}
            ]
            if found:
                sink = io.BytesIO()
                soundfile.write(sink, tape.mixed(), RATE, subtype="ULAW", format="WAV")
                yield Case(words, found, speech.syllables(sink))


def _turns(rows: Sequence[dict[str, object]]) -> list[int]:
    turns, last = [-1], None
    for row in rows:
        turns.append(turns[-1] + (row["channel"] != last))
        last = row["channel"]
    return turns[1:]


def _word(row: dict[str, object], turn: int) -> Word:
    start, end, channel = (int(str(row[name])) for name in ("start_ms", "end_ms", "channel"))
    return Word(str(row["text"]), start, end, channel, str(row["speaker"]), Timing.EXACT, turn)


def _finding(words: Sequence[Word], span: dict[str, object]) -> WordSpan:
    start, end, channel = (int(str(span[name])) for name in ("start_ms", "end_ms", "channel"))
    inside = [
        at
        for at, word in enumerate(words)
        if word.channel == channel and (word.start_ms or 0) >= start and (word.end_ms or 0) <= end
    ]
    return WordSpan(inside[0], inside[-1], 0, 0, Entity(str(span["entity"])), 0.9, "spoken")


def shifted(by_ms: int) -> Wrong:
    """All words are off by the same."""
    return lambda words, _random: [_moved(word, by_ms) for word in words]


def by_turn(words: Sequence[Word], random: np.random.Generator) -> list[Word]:
    """Each turn is off by something else, up to 500 ms."""
    off = random.integers(-500, 501, words[-1].turn + 1)
    return [_moved(word, int(off[word.turn])) for word in words]


def jitter(most_ms: int) -> Wrong:
    """Each word is off by something else."""

    def wrong(words: Sequence[Word], random: np.random.Generator) -> list[Word]:
        off = random.integers(-most_ms, most_ms + 1, len(words))
        return [_moved(word, int(by)) for word, by in zip(words, off, strict=True)]

    return wrong


def _moved(word: Word, by_ms: int) -> Word:
    start = max((word.start_ms or 0) + by_ms, 0)
    return replace(word, start_ms=start, end_ms=max((word.end_ms or 0) + by_ms, start + 1))


def as_they_say(
    spans: Sequence[TimeSpan], _words: Sequence[Word], _voice: Sequence[Stretch]
) -> list[TimeSpan]:
    """What was done before."""
    return list(spans)


def always(spans: Sequence[TimeSpan], _words: Sequence[Word], _voice: Sequence[Stretch]) -> list[TimeSpan]:
    """Half a second more on both sides, whatever the sound says."""
    reach = placement.REACH_MS
    return [replace(one, start_ms=one.start_ms - reach, end_ms=one.end_ms + reach) for one in spans]


def ours(spans: Sequence[TimeSpan], words: Sequence[Word], voice: Sequence[Stretch]) -> list[TimeSpan]:
    """What `placement` does."""
    return placement.placed(spans, words, voice)


@dataclass
class Score:
    """Milliseconds of card words and of other words on the same channel, and how much of each is audible or lost."""

    card: int = 0
    audible: int = 0
    lost: int = 0
    findings: int = 0
    calls: int = 0
    leaking: int = 0


def score(made: Sequence[Case], wrong: Wrong, cut: Cut) -> Score:
    """Return what stays audible and what is lost over all calls."""
    total, random = Score(), np.random.default_rng(7)
    for case in made:
        words = wrong(case.words, random)
        spans, _ = rules.locate(words, case.found)
        silent = [
            (one.start_ms - GUARD_MS, one.end_ms + GUARD_MS, one.channel)
            for one in cut(spans, words, case.voice)
        ]
        card = {at for one in case.found for at in range(one.first, one.last + 1)}
        heard = 0
        for at, word in enumerate(case.words):
            start, end = word.start_ms or 0, word.end_ms or 0
            gone = _covered(start, end, [(a, b) for a, b, channel in silent if channel == word.channel])
            if at in card:
                total.card += end - start
                total.audible += end - start - gone
                heard += (end - start - gone) * 2 >= end - start
            elif word.channel == 1:
                total.lost += gone
        total.findings += len(spans)
        total.calls += 1
        total.leaking += heard >= FIVE_DIGITS
    return total


def _covered(start: int, end: int, silent: Sequence[tuple[int, int]]) -> int:
    flags = np.zeros(end - start, dtype=np.bool_)
    for a, b in silent:
        flags[max(a - start, 0) : max(b - start, 0)] = True
    return int(np.count_nonzero(flags))


def main() -> None:
    """Print the table."""
    made = list(cases())
    print(f"{len(made)} calls, {len(VOICES)} voices, guard band {GUARD_MS} ms\n")
    ways: dict[str, Wrong] = {"true times": shifted(0)}
    ways |= {f"all {by:+d} ms": shifted(by) for by in (-500, -400, -200, 200, 400, 500)}
    ways |= {"each turn ±500 ms": by_turn, "each word ±200 ms": jitter(200), "each word ±500 ms": jitter(500)}
    cuts = {"as the words say": as_they_say, "always ±500 ms": always, "placement": ours}
    print(
        "| times | "
        + " | ".join(
            f"{name}: card words audible; other speech lost a finding; calls with ≥ 5 digits" for name in cuts
        )
        + " |"
    )
    print("|---|" + "---|" * len(cuts))
    for name, wrong in ways.items():
        told = [score(made, wrong, cut) for cut in cuts.values()]
        cells = [
            f"{100 * one.audible / one.card:.2f} % ({one.audible:,} ms); "
            f"{one.lost / one.findings:,.0f} ms; {one.leaking} of {one.calls}"
            for one in told
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
