"""Words of numbers as one channel was heard to say them, and the runs they make.

Pure, and without a meaning: what a run is, is decided in `spokendigits`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from governance.redaction.digitmodel import NUMBER, STEP_MS, Heard

JOINED_MS = 900
"""What is not further apart are digits of one group of a number."""

_IS_WORD = 0.5  # of the chance of a number word, in every step of one
_MAYBE_WORD = 0.12  # beside a word: where it begins and ends, and what was mumbled
_SHORTEST_STEPS = 4
_SHORTEST_PART = 8  # of a stretch without a dip, said to be another word than what stands before it
_LONGEST_STEPS = 27  # 540 ms: what lasts longer is the same digit again and again,
_USUAL_STEPS = 17  # as fast as people then say it,
_RATTLED = 4  # and where it is so many times
_FAST_STEPS = 13
_PACE_FROM = 4  # words that say how fast somebody speaks
_DRAWN_OUT = 0.25  # of a word, by which one may last longer before it is two
_APART_MS = 4_500  # groups of one number: they are read from a card, repeated and confirmed
_EDGE_MS = 160
_TOGETHER = 2  # so many at once make a group; one alone is any number,
_CLEARLY = 0.7  # unless it is heard this clearly between the groups of one
_FOLLOWS_MS = 2_500  # a single word this near to a run may be of its number: it is not counted, and it is cut out with it
_AS_LOUD_DB = 12  # below the words of a run: a voice that may be the same
_BESIDE_STEPS = 4  # next to a word: its own beginning and end
_SHORT_WORD_MS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One word of numbers as it was heard. `digit` is `?` where it is no digit. Neither shows in a repr or a log."""

    start_ms: int
    end_ms: int
    digit: str = field(repr=False)
    chance: float


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Words of numbers that somebody spoke one after the other on one channel, and when."""

    channel: int
    start_ms: int
    end_ms: int
    words: tuple[Said, ...] = field(repr=False)
    reach: tuple[int, int] | None = None
    """From when to when words of the same number may go on that stand alone; None: no further than the run."""
    missed: int = 0
    """How many more words fit into what is as loud between its words and was taken for none."""
    voiced_before_ms: int | None = None
    """How long a voice as loud spoke between the run before this one and it; None where there is none before."""

    @property
    def count(self) -> int:
        """How many digits were heard, at least."""
        return len(self.words)

    @property
    def digits(self) -> str:
        """The digits as they were heard, `?` for what is none: seldom all of them right."""
        return "".join(word.digit for word in self.words)

    def later(self, by_ms: int) -> DigitRun:
        """Return the run as it stands in a recording of which what was heard is a part that begins then."""
        words = tuple(
            replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in self.words
        )
        reach = (self.reach[0] + by_ms, self.reach[1] + by_ms) if self.reach else None
        return replace(
            self, start_ms=self.start_ms + by_ms, end_ms=self.end_ms + by_ms, words=words, reach=reach
        )

    @property
    def longest_group(self) -> int:
        """How many of its words follow one another without a pause, at most: people read numbers out in groups."""
        longest = here = 1
        for before, word in pairwise(self.words):
            here = here + 1 if word.start_ms - before.end_ms <= JOINED_MS else 1
            longest = max(longest, here)
        return longest


def runs(heard: Heard, channel: int = 0, apart_ms: int = _APART_MS) -> list[DigitRun]:
    """Return the runs heard on one channel, in order.

    Words close together make a group, and groups not further apart than `apart_ms` make a run. A single word that stands
    alone is in no run.
    """
    every = list(words(heard))
    found = [_paced(run) for run in _numbers(every, apart_ms)]
    result: list[DigitRun] = []
    for at, run in enumerate(found):
        start, end = _edges(heard.chance, run[0].start_ms, run[-1].end_ms)
        before = found[at - 1][-1].end_ms if at else None
        after = found[at + 1][0].start_ms if at + 1 < len(found) else None
        missed, voiced = _unheard(heard, run, before)
        reach = _reach(every, run, before, after)
        result.append(
            DigitRun(
                channel,
                start,
                end,
                tuple(run),
                (min(start, reach[0]), max(end, min(reach[1], len(heard.chance) * STEP_MS))),
                missed,
                voiced,
            )
        )
    return result


def _numbers(every: Iterable[Said], apart_ms: int) -> list[list[Said]]:
    """Return the words of each run."""
    groups: list[list[Said]] = []
    for word in every:
        if groups and word.start_ms - groups[-1][-1].end_ms <= JOINED_MS:
            groups[-1].append(word)
        else:
            groups.append([word])
    found: list[list[Said]] = []
    alone: list[Said] = []  # behind the last run: of it if more of the number follows
    for group in groups:
        before = [*(found[-1] if found else ()), *alone]
        follows = bool(before) and group[0].start_ms - before[-1].end_ms <= apart_ms
        if len(group) < _TOGETHER:
            if follows and group[0].chance >= _CLEARLY:
                alone += group
            continue
        if follows:
            found[-1] += [*alone, *group]
        else:
            found.append(list(group))
        alone = []
    return found


def _times(steps: int) -> int:
    """Return how often a word is said in so many steps without a dip: once, or the faster the more often."""
    if steps <= _LONGEST_STEPS:
        return 1
    count = round(steps / _USUAL_STEPS)
    return count if count < _RATTLED else round(steps / _FAST_STEPS)


def _paced(run: list[Said]) -> list[Said]:
    """Return the words of a run with those made one that are one word drawn out, by how long its other words last."""
    drawn: list[list[Said]] = []
    for word in run:
        if drawn and (drawn[-1][-1].end_ms, drawn[-1][-1].digit) == (word.start_ms, word.digit):
            drawn[-1].append(word)
        else:
            drawn.append([word])
    usual = [one[0].end_ms - one[0].start_ms for one in drawn if len(one) == 1]
    if len(usual) < _PACE_FROM:
        return run
    pace = max(float(np.median(usual)), _USUAL_STEPS * STEP_MS)
    return [word for one in drawn for word in _spread(one, pace)]


def _spread(same: list[Said], pace_ms: float) -> list[Said]:
    start, end = same[0].start_ms, same[-1].end_ms
    count = max(round((end - start) / pace_ms - _DRAWN_OUT), 1)
    if count >= len(same):
        return same
    size = (end - start) / count
    return [
        replace(same[0], start_ms=round(start + at * size), end_ms=round(start + (at + 1) * size))
        for at in range(count)
    ]


def _reach(
    every: Sequence[Said], run: Sequence[Said], before: int | None, after: int | None
) -> tuple[int, int]:
    """Return from when to when single words follow on a run, one after the other, up to the runs beside it."""
    start, end = run[0].start_ms, run[-1].end_ms
    for word in reversed(every[: bisect_left(every, start, key=_start)]):
        if start - word.end_ms > _FOLLOWS_MS or (before is not None and word.start_ms < before):
            break
        start = word.start_ms
    for word in every[bisect_left(every, end, key=_start) :]:
        if word.start_ms - end > _FOLLOWS_MS or (after is not None and word.end_ms > after):
            break
        end = word.end_ms
    return max(start - _EDGE_MS, 0), end + _EDGE_MS


def _start(word: Said) -> int:
    return word.start_ms


def _unheard(heard: Heard, run: Sequence[Said], before: int | None) -> tuple[int, int | None]:
    """Return how many words may have been missed in a run, and how long the voice spoke between the one before and it."""
    first, last = run[0].start_ms // STEP_MS, run[-1].end_ms // STEP_MS
    level = heard.level[first:last]
    is_word = np.zeros(len(level), bool)
    beside = is_word.copy()
    for word in run:
        begin, end = word.start_ms // STEP_MS - first, word.end_ms // STEP_MS - first
        is_word[begin:end] = True
        beside[max(begin - _BESIDE_STEPS, 0) : end + _BESIDE_STEPS] = True
    loud = np.median(level[is_word]) - _AS_LOUD_DB
    length = max(float(np.median([word.end_ms - word.start_ms for word in run])), _SHORT_WORD_MS)
    missed = int(np.count_nonzero((level >= loud) & ~beside) * STEP_MS / length)
    if before is None:
        return missed, None
    return missed, int(np.count_nonzero(heard.level[before // STEP_MS : first] >= loud)) * STEP_MS


def words(heard: Heard) -> Iterator[Said]:
    """Yield the words of numbers heard on one channel, in order."""
    is_word = heard.chance >= round(_IS_WORD * 255)
    for first, last in _stretches(is_word):
        for start, end, value in _pieces(heard.likeliest[first:last]):
            chance = float(heard.chance[first + start : first + end].mean()) / 255
            digit = "?" if value == NUMBER else str(value)
            count = _times(end - start)
            size = (end - start) / count
            for at in range(count):
                yield Said(
                    round((first + start + at * size) * STEP_MS),
                    round((first + start + (at + 1) * size) * STEP_MS),
                    digit,
                    chance,
                )


def _edges(chance: NDArray[np.uint8], start_ms: int, end_ms: int) -> tuple[int, int]:
    """Return the run's ends moved outwards over what may still be of it, and a little further: edges leak."""
    first, last = start_ms // STEP_MS, min(end_ms // STEP_MS, len(chance)) - 1
    maybe = round(_MAYBE_WORD * 255)
    gap = _EDGE_MS // STEP_MS
    near = np.flatnonzero(chance[max(first - 60, 0) : first] >= maybe)[::-1] + max(first - 60, 0)
    for at in near:
        if first - int(at) > gap:
            break
        first = int(at)
    far = np.flatnonzero(chance[last + 1 : last + 60] >= maybe) + last + 1
    for at in far:
        if int(at) - last > gap:
            break
        last = int(at)
    return max(first * STEP_MS - _EDGE_MS, 0), min((last + 1) * STEP_MS + _EDGE_MS, len(chance) * STEP_MS)


def _stretches(flags: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    """Return where flags are set for long enough, each as first and one past the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [
        (int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= _SHORTEST_STEPS
    ]


def _pieces(values: NDArray[np.uint8]) -> list[tuple[int, int, int]]:
    """Return the parts of one stretch that say the same word; what is too short to be one goes with what stands before it.

    Where nothing dips between them, what is told to be another word must last as long as a whole one: in a word that is
    drawn out the model changes its mind.
    """
    changes = np.flatnonzero(np.diff(values)) + 1
    starts, ends = [0, *changes.tolist()], [*changes.tolist(), len(values)]
    kept: list[tuple[int, int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        value = int(values[start])
        if kept and (end - start < _SHORTEST_PART or value == kept[-1][2]):
            kept[-1] = (kept[-1][0], end, kept[-1][2])
        elif kept and kept[-1][1] - kept[-1][0] < _SHORTEST_PART:
            kept[-1] = (kept[-1][0], end, value)
        else:
            kept.append((start, end, value))
    return kept
