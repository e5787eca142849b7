"""`python -m benchmarks.bench_stream`: what live text costs beside the whole call: words masked, words delayed, processor time.

The calls are those of the development set of `benchmarks.spoken_cards`, many of them written to mislead. The same final words are read
twice in one run: live, in results of a few words with the clock of the call, and as a whole call.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import process_time

from benchmarks.spoken_cards import say
from benchmarks.spoken_cards.__main__ import made
from benchmarks.spoken_cards.truth import CARD, Call, Kind
from governance import policy
from governance.policy.redaction import StreamHold
from governance.redaction import text
from governance.redaction.spans import Word
from governance.redaction.stream import LiveText
from governance.redaction.stream_heard import Released

_PARTIAL_MS, _LAG_MS = 300, 300
_RESULT_WORDS = (1, 3, 5, 8)


@dataclass
class Sums:
    """What was counted over calls: words by kind and by what became of them, delays, seconds."""

    words: Counter[str] = field(default_factory=Counter)
    live: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    delays: list[int] = field(default_factory=list)
    without_numbers: list[int] = field(default_factory=list)
    live_s: float = 0.0
    whole_s: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the tables; 1 where live text left a word that the whole call masks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=150, help="calls of each language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold-ms", type=int, default=2_000, help="how long a word may be held back")
    asked = parser.parse_args(arguments)
    print(
        "| language | words | card words masked live | innocent numbers masked live / whole call | other words | ordinary turns: delayed | live words/s | of whole call |"
    )
    print("|---|---|---|---|---|---|---|---|")
    total = Sums()
    for code in say.CODES:
        sums = Sums()
        for call in made("development", code, asked.calls, asked.seed):
            _measure(call, sums, asked.hold_ms)
        print(_row(code, sums))
        total.missed += sums.missed
        total.delays += sums.delays
    delays = sorted(total.delays)
    print(
        f"\nWords held back: {_share(sum(one > 0 for one in delays), len(delays))}; of those by the median "
        f"{_quantile([one for one in delays if one], 0.5)} ms, 95 % within {_quantile([one for one in delays if one], 0.95)} ms."
    )
    print(f"Words that the whole call masks and live text did not: {total.missed}.")
    print("\nOne call, longer and longer (µs of processor a word): " + ", ".join(_growth(asked.seed)))
    return int(total.missed > 0)


def _measure(call: Call, sums: Sums, hold_ms: int) -> None:
    words = _heard(call)
    kinds = [one.token.kind for one in call.words]
    began = process_time()
    found = {
        at for span in text.detect_words(words, call.language) for at in range(span.first, span.last + 1)
    }
    sums.whole_s += process_time() - began
    masked, delays, spent = _streamed(words, call.language, Random(call.name), hold_ms)
    sums.live_s += spent
    sums.missed += len(found - masked)
    sums.delays += delays
    numbers = {words[at].turn for at, kind in enumerate(kinds) if kind is not Kind.OTHER}
    sums.without_numbers += [
        delay for word, delay in zip(words, delays, strict=True) if word.turn not in numbers
    ]
    for at, kind in enumerate(kinds):
        name = "card" if kind in CARD else kind.value
        sums.words[name] += 1
        sums.live[name] += at in masked
        sums.whole[name] += at in found


def _heard(call: Call) -> list[Word]:
    """Return the final words; a turn is what one voice says until another speaks."""
    words: list[Word] = []
    for turn in call.turns:
        number = words[-1].turn + (words[-1].speaker != turn.speaker) if words else 0
        words += [
            Word(one.token.text, one.start_ms, one.end_ms, None, turn.speaker, turn=number)
            for one in turn.words
        ]
    return words


def _streamed(
    words: Sequence[Word], language: str, rng: Random, hold_ms: int = 2_000
) -> tuple[set[int], list[int], float]:
    """Return what live text masked, by how many milliseconds each word was delayed, and the seconds of processor it took.

    Partial results come every 300 ms, final ones 300 ms after their last word.
    """
    live = LiveText(
        policy.load().default.redaction.model_copy(
            update={"personal": {}, "stream": StreamHold(hold_ms=hold_ms)}
        ),
        language,
    )
    masked: set[int] = set()
    heard_ms: list[int] = []
    delays = [0] * len(words)
    now = 0
    spent = 0.0
    for result in _results(words, rng):
        arrives = max(now, (result[-1].end_ms or 0) + _LAG_MS)
        while now + _PARTIAL_MS < arrives:
            now += _PARTIAL_MS
            so_far = [word for word in result if (word.end_ms or 0) + _LAG_MS <= now]
            began = process_time()
            released = live.hear(so_far, final=False, now_ms=now)
            spent += process_time() - began
            _note(released, now, heard_ms, masked, delays)
        now = arrives
        heard_ms += [now] * len(result)
        began = process_time()
        released = live.hear(result, now_ms=now)
        spent += process_time() - began
        _note(released, now, heard_ms, masked, delays)
    _note(live.finish(), now, heard_ms, masked, delays)
    return masked, delays, spent


def _results(words: Sequence[Word], rng: Random) -> Iterator[list[Word]]:
    """Yield the words as final results: a few words each, never across the end of a turn."""
    result: list[Word] = []
    size = rng.choice(_RESULT_WORDS)
    for word in words:
        if result and (len(result) >= size or word.turn != result[-1].turn):
            yield result
            result, size = [], rng.choice(_RESULT_WORDS)
        result.append(word)
    if result:
        yield result


def _note(
    released: Sequence[Released], now: int, heard_ms: Sequence[int], masked: set[int], delays: list[int]
) -> None:
    for one in released:
        delays[one.at] = now - heard_ms[one.at]
        if one.entity is not None:
            masked.add(one.at)


def _row(code: str, sums: Sums) -> str:
    live, whole, words = sums.live, sums.whole, sums.words
    number, other = Kind.INNOCENT_NUMBER.value, Kind.OTHER.value
    count = sum(words.values())
    delayed = sum(one > 0 for one in sums.without_numbers)
    return (
        f"| {code} | {count} | {_share(live['card'], words['card'])} | {_share(live[number], words[number])} / "
        f"{_share(whole[number], words[number])} | {_share(live[other], words[other])} / {_share(whole[other], words[other])} | "
        f"{_share(delayed, len(sums.without_numbers))}, at most {max(sums.without_numbers, default=0)} ms | "
        f"{count / sums.live_s:,.0f} | {sums.whole_s / sums.live_s:.2f} |"
    )


def _growth(seed: int) -> list[str]:
    """Return what a word costs in calls of one, ten and a hundred times the length."""
    base = [word for call in made("development", "en", 6, seed) for word in _heard(call)]
    costs = []
    for times in (1, 10, 60):
        words = [replace(word, turn=0) for _ in range(times) for word in base]
        spent = _streamed(words, "en", Random(seed))[2]
        costs.append(f"{len(words):,} words {spent / len(words) * 1e6:.0f}")
    return costs


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _quantile(values: Sequence[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


if __name__ == "__main__":
    raise SystemExit(main())
