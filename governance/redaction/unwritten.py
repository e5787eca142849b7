"""Runs of spoken digits against what a transcript says: what it writes down is judged by its words, the rest by the sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import spokendigits
from governance.redaction.dictated import digits_in
from governance.redaction.digitruns import DigitRun
from governance.redaction.languages import UnsupportedLanguageError, primary
from governance.redaction.spans import Entity, TimeSpan, Word
from governance.redaction.spokendigits import Spoken
from governance.redaction.wordtimes import WordTimes

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

_AROUND_MS = 1_000  # the times of a transcript are off by so much, and seldom by more
_COVERED = 0.4  # by words; between words people pause
_WRITTEN = 0.5  # of the digits that are heard: either ear may miss some


def knows(language: str | None) -> bool:
    """Return whether the model is worth asking: it was taught English, and an unknown language may be that."""
    return language is None or primary(language) == "en"


def listens(language: str | None, policy: SpokenDigits, *, has_words: bool) -> bool:
    """Return whether the first look listens for digits in a sound."""
    wanted = policy.listen == "always" or (policy.listen == "without_transcript" and not has_words)
    return wanted and knows(language)


def suffices(language: str | None, policy: SpokenDigits, *, has_words: bool) -> bool:
    """Return whether sound that the model has listened to counts as examined without words for it.

    Only in a language that the policy names, and only where the first look listens too.
    """
    listened = listens(language, policy, has_words=has_words)
    return listened and policy.second_look and primary(language) in policy.suffices_in


def first_look(
    sound: BinaryIO,
    words: Sequence[Word],
    language: str | None,
    policy: SpokenDigits,
    *,
    has_words: bool | None = None,
) -> list[DigitRun]:
    """Return the runs in `sound` that no word writes down, if the policy wants them listened for. Raises as `audio.probe`.

    `has_words`: whether a transcript writes down this sound; None where `words` are its own.
    """
    if not listens(language, policy, has_words=bool(words) if has_words is None else has_words):
        return []
    return unwritten(spokendigits.listen(sound), words, language)


def unwritten(runs: Sequence[DigitRun], words: Sequence[Word], language: str | None) -> list[DigitRun]:
    """Return the runs whose digits do not stand in the transcript around that time.

    A masked number stands in none, so that one which can still be heard is not taken for written down.
    """
    timed = WordTimes(words) if runs else WordTimes(())
    return [run for run in runs if not _is_written(run, timed, language)]


def held_against(
    runs: Sequence[DigitRun],
    words: Sequence[Word],
    language: str | None,
    policy: SpokenDigits,
    cards: Sequence[TimeSpan] = (),
) -> list[Spoken]:
    """Return what in a rendition still sounds like card data, given the words that are left of its transcript.

    `cards` are the card numbers that were cut out: what is spoken soon after one is its code. A code, and a run that is
    too short to be certain, are left to the words, where there are words for the time in which they are said.
    """
    decided = spokendigits.decide(unwritten(runs, words, language), policy, (), cards)
    timed = WordTimes(words) if decided else WordTimes(())
    return [
        one
        for one in decided
        if not ((one.is_uncertain or one.entity is not Entity.PAN) and _is_covered(one, timed))
    ]


def _is_covered(spoken: Spoken, words: WordTimes) -> bool:
    """Whether words stand for most of the time in which something was said."""
    covered = sum(
        max(min(end, spoken.end_ms) - max(start, spoken.start_ms), 0)
        for _, start, end, _ in words.around(spoken.start_ms, spoken.end_ms, spoken.channel)
    )
    return covered >= _COVERED * (spoken.end_ms - spoken.start_ms)


def _is_written(run: DigitRun, words: WordTimes, language: str | None) -> bool:
    around = words.around(run.start_ms - _AROUND_MS, run.end_ms + _AROUND_MS, run.channel)
    near = " ".join(said for *_, said in around)
    try:
        return len(digits_in(near, language or "en")) >= _WRITTEN * run.count
    except UnsupportedLanguageError:
        return False
