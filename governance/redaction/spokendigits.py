"""Digits that somebody speaks, as the sound alone tells them: words of numbers, runs of such words, and what a run is.

No single digit decides anything: people say numbers all the time. What counts is how many follow one another, in what
rhythm, whether they read as a card number, what came before, and what was asked, if words say so. Between "certainly
one" and "certainly none" lies a stretch in which nothing is guessed: such a run is *uncertain*, and a person decides.

English only, and measured on few speakers: docs/models/digits.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import audio, brands
from governance.redaction.digitmodel import Ear
from governance.redaction.digitruns import DigitRun, runs
from governance.redaction.keypad import Question
from governance.redaction.spans import Entity, TimeSpan, Timing

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

DETECTORS = {"digitmodel": "1", "spokendigits": "2"}
"""Names and versions of what hears digits and reads them: they stand in every report."""

SURE, LIKELY, UNSURE = 0.95, 0.8, 0.5

_AFTER_CARD_MS = 30_000
_AFTER_QUESTION_MS = 20_000
_GROUP = 4  # words that come in twos and threes, seconds apart, are talk about numbers,
_MANY = 9  # unless there are so many: some read a number out digit by digit
_MISCOUNTED = 2  # so many fewer are heard of a number, once what may have been missed is counted in
_INTERRUPTED_MS = 12_000  # a number is broken off and goes on, and meanwhile hardly anybody speaks
_HARDLY_MS = 3_000


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


def decide(
    found: Sequence[DigitRun],
    policy: SpokenDigits,
    questions: Sequence[Question] = (),
    cards: Iterable[TimeSpan] = (),
) -> list[Spoken]:
    """Return what each run is, at the point of the curve that the policy has chosen.

    A run as long as a card number is one, and is sure where its digits read as one (ISO/IEC 7812-1). What follows within
    half a minute, or after one of `cards` (written or keyed), is its expiry or its code. Where words asked for a card or a code, fewer digits do. What may be a card
    number of which some was missed, or that was broken off and went on, is uncertain. A shorter one that was heard clearly from its first
    digit to its last is some other number.
    """
    decided: list[Spoken] = []
    card_ends = [span.end_ms for span in cards if span.entity is Entity.PAN]
    for run, whole in _with_wholes(found):
        is_after = any(run.end_ms - end >= 0 and run.start_ms - end <= _AFTER_CARD_MS for end in card_ends)
        one = _decided(run, whole, policy, _asked(run, questions), is_after)
        if one is None:
            continue
        decided.append(one)
        if one.entity is Entity.PAN and not one.is_uncertain:
            card_ends.append(run.end_ms)
    return decided


def _with_wholes(found: Sequence[DigitRun]) -> list[tuple[DigitRun, tuple[int, int]]]:
    """Return the runs in order of time, each with the number of which it may be a part: digits heard, and those it may have."""
    told: list[tuple[DigitRun, tuple[int, int]]] = []
    for _, mine in groupby(
        sorted(found, key=lambda one: (one.channel, one.start_ms)), lambda one: one.channel
    ):
        parts: list[list[DigitRun]] = []
        for run in mine:
            if parts and _goes_on(parts[-1][-1], run):
                parts[-1].append(run)
            else:
                parts.append([run])
        for part in parts:
            heard = sum(run.count for run in part)
            told += [(run, (heard, heard + sum(run.missed for run in part))) for run in part]
    return sorted(told, key=lambda one: one[0].start_ms)


def _goes_on(before: DigitRun, run: DigitRun) -> bool:
    is_near = run.start_ms - before.end_ms <= _INTERRUPTED_MS
    return is_near and run.voiced_before_ms is not None and run.voiced_before_ms <= _HARDLY_MS


def _decided(
    run: DigitRun, whole: tuple[int, int], policy: SpokenDigits, asked: Entity | None, is_after_card: bool
) -> Spoken | None:
    count = run.count
    start, end = run.reach or (run.start_ms, run.end_ms)

    def told(entity: Entity, score: float, because: str, *, is_uncertain: bool = False) -> Spoken:
        return Spoken(run.channel, start, end, entity, score, because, is_uncertain)

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
    heard, possible = whole
    is_long = heard >= policy.uncertain_from and possible >= policy.card_from - _MISCOUNTED
    if is_long and (run.longest_group >= _GROUP or count >= _MANY):
        because = (
            f"{count} digits were spoken: with what may have been missed or follows they may be a card number"
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
