"""Digits that somebody speaks, as the sound alone tells them: words of numbers, runs of such words, and what a run is.

No single digit decides anything: people say numbers all the time. What counts is how many follow one another, in what
rhythm, whether they read as a card number, what came before, and what was asked, if words say so. Between "certainly
one" and "certainly none" lies a stretch in which nothing is guessed: such a run is *uncertain*, and a person decides.

English only, and measured on few speakers: docs/models/digits.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from governance.redaction import audio, brands
from governance.redaction.digitmodel import NUMBER, STEP_MS, Ear, Heard
from governance.redaction.keypad import Question
from governance.redaction.spans import Entity, TimeSpan, Timing

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

DETECTORS = {"digitmodel": "1", "spokendigits": "1"}
"""Names and versions of what hears digits and reads them: they stand in every report."""

SURE, LIKELY, UNSURE = 0.95, 0.8, 0.5

JOINED_MS = 900
"""What is not further apart are digits of one group of a number."""

_IS_WORD = 0.5  # of the chance of a number word, in every step of one
_MAYBE_WORD = 0.12  # beside a word: where it begins and ends, and what was mumbled
_SHORTEST_STEPS = 4
_LONGEST_STEPS = 27  # 540 ms: what lasts longer is the same digit again and again,
_USUAL_STEPS = 17  # as fast as people then say it
_APART_MS = 4_500  # groups of one number: they are read from a card, repeated and confirmed
_EDGE_MS = 160
_AFTER_CARD_MS = 30_000
_AFTER_QUESTION_MS = 20_000
_TOGETHER = 2  # so many at once make a group; one alone is any number,
_GROUP = 4  # words that come in twos and threes, seconds apart, are talk about numbers
_CLEARLY = 0.7  # unless it is heard this clearly between the groups of one


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
        return DigitRun(self.channel, self.start_ms + by_ms, self.end_ms + by_ms, words)

    @property
    def longest_group(self) -> int:
        """How many of its words follow one another without a pause, at most: people read numbers out in groups."""
        longest = here = 1
        for before, word in pairwise(self.words):
            here = here + 1 if word.start_ms - before.end_ms <= JOINED_MS else 1
            longest = max(longest, here)
        return longest


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a run was taken for. An uncertain one is for a person to decide."""

    channel: int
    start_ms: int
    end_ms: int
    entity: Entity
    score: float
    because: str
    is_uncertain: bool = False

    def span(self) -> TimeSpan:
        """Return it as a span to cut."""
        return TimeSpan(
            self.start_ms, self.end_ms, self.channel, self.entity, Timing.EXACT, self.score, self.because
        )


def listen(source: BinaryIO) -> list[DigitRun]:
    """Return the runs of spoken digits of every channel of a recording, in order of time.

    Raises as `audio.probe` does.
    """
    facts = audio.describe(source)
    ears = [Ear(facts.rate) for _ in range(facts.channels)]
    for block in audio.blocks(source):
        for channel, ear in enumerate(ears):
            ear.feed(block.samples[:, channel])
    found = [run for channel, ear in enumerate(ears) for run in runs(ear.finish(), channel)]
    return sorted(found, key=lambda run: (run.start_ms, run.channel))


def runs(heard: Heard, channel: int = 0, apart_ms: int = _APART_MS) -> list[DigitRun]:
    """Return the runs heard on one channel, in order.

    Words close together make a group, and groups not further apart than `apart_ms` make a run. A single word that stands
    alone is in no run.
    """
    groups: list[list[Said]] = []
    for word in words(heard):
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
    chance = heard.chance
    return [DigitRun(channel, *_edges(chance, run[0].start_ms, run[-1].end_ms), tuple(run)) for run in found]


def words(heard: Heard) -> Iterator[Said]:
    """Yield the words of numbers heard on one channel, in order."""
    is_word = heard.chance >= round(_IS_WORD * 255)
    for first, last in _stretches(is_word):
        for start, end, value in _pieces(heard.likeliest[first:last]):
            chance = float(heard.chance[first + start : first + end].mean()) / 255
            digit = "?" if value == NUMBER else str(value)
            count = 1 if end - start <= _LONGEST_STEPS else round((end - start) / _USUAL_STEPS)
            size = (end - start) / count
            for at in range(count):
                yield Said(
                    round((first + start + at * size) * STEP_MS),
                    round((first + start + (at + 1) * size) * STEP_MS),
                    digit,
                    chance,
                )


def decide(
    found: Sequence[DigitRun], policy: SpokenDigits, questions: Sequence[Question] = ()
) -> list[Spoken]:
    """Return what each run is, at the point of the curve that the policy has chosen.

    A run as long as a card number is one, and is sure where its digits read as one (ISO/IEC 7812-1). What follows within
    half a minute is its expiry or its code. Where words asked for a card or a code, fewer digits do. What is shorter than
    a card number and longer than people say by the way is uncertain.
    """
    decided: list[Spoken] = []
    card_end_ms: int | None = None
    for run in sorted(found, key=lambda one: one.start_ms):
        is_after = card_end_ms is not None and run.start_ms - card_end_ms <= _AFTER_CARD_MS
        one = _decided(run, policy, _asked(run, questions), is_after)
        if one is None:
            continue
        decided.append(one)
        if one.entity is Entity.PAN and not one.is_uncertain:
            card_end_ms = run.end_ms
    return decided


def _decided(run: DigitRun, policy: SpokenDigits, asked: Entity | None, is_after_card: bool) -> Spoken | None:
    count = run.count

    def told(entity: Entity, score: float, because: str, *, is_uncertain: bool = False) -> Spoken:
        return Spoken(run.channel, run.start_ms, run.end_ms, entity, score, because, is_uncertain)

    if count >= brands.SHORTEST and reads_as_card(run.digits):
        return told(Entity.PAN, SURE, f"{count} digits were spoken, and they read as a card number")
    if count >= policy.card_from:
        return told(Entity.PAN, LIKELY, f"{count} digits were spoken, as many as a card number has")
    if asked in (Entity.CVV, Entity.PIN) and count <= 8:
        return told(asked, SURE, f"{count} digits were spoken after a {asked.value} was asked for")
    if asked is Entity.PAN and count >= 4:
        return told(Entity.PAN, LIKELY, f"{count} digits were spoken after talk of a card number")
    if is_after_card and count <= 4:
        return told(Entity.CVV, LIKELY, f"{count} digits were spoken after a card number")
    if is_after_card:
        return told(
            Entity.PAN, LIKELY, f"{count} digits were spoken after a card number: more of it, or it again"
        )
    if count >= policy.uncertain_from and run.longest_group >= _GROUP:
        because = (
            f"{count} digits were spoken: fewer than a card number has, and more than are said by the way"
        )
        return told(Entity.PAN, UNSURE, because, is_uncertain=True)
    return None


def reads_as_card(digits: str) -> bool:
    """Return whether a card number stands in the digits as they were heard: its beginning, its length, its check digit."""
    return any(
        brands.is_card_number(digits[first : first + length])
        for length in (16, 15)
        for first in range(len(digits) - length + 1)
        if "?" not in digits[first : first + length]
    )


def _asked(run: DigitRun, questions: Sequence[Question]) -> Entity | None:
    recent = [
        one
        for one in questions
        if run.end_ms - one.at_ms >= 0 and run.start_ms - one.at_ms <= _AFTER_QUESTION_MS
    ]
    return max(recent, key=lambda one: one.at_ms).entity if recent else None


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
    """Return the parts of one stretch that say the same word; what is too short to be one goes with what stands before it."""
    changes = np.flatnonzero(np.diff(values)) + 1
    starts, ends = [0, *changes.tolist()], [*changes.tolist(), len(values)]
    kept: list[tuple[int, int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        value = int(values[start])
        if kept and (end - start < _SHORTEST_STEPS or value == kept[-1][2]):
            kept[-1] = (kept[-1][0], end, kept[-1][2])
        elif kept and kept[-1][1] - kept[-1][0] < _SHORTEST_STEPS:
            kept[-1] = (kept[-1][0], end, value)
        else:
            kept.append((start, end, value))
    return kept
