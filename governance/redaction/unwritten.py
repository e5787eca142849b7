"""Runs of spoken digits against what a transcript says: what it writes down is judged by its words, the rest by the sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import rules, spokendigits
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.spans import Word
from governance.redaction.spokendigits import DigitRun, Spoken

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

_AROUND_MS = 1_000  # the times of a transcript are off by so much, and seldom by more
_COVERED = 0.4  # by words; between words people pause
_WRITTEN = 0.5  # of the digits that are heard: either ear may miss some


def knows(language: str | None) -> bool:
    """Return whether the model is worth asking: it was taught English, and an unknown language may be that."""
    return language is None or language.lower().replace("_", "-").split("-")[0] == "en"


def suffices(language: str | None, policy: SpokenDigits, *, has_words: bool) -> bool:
    """Return whether sound that the model has listened to counts as examined without words for it.

    Only in a language that the policy names, and only where the first look listens too.
    """
    listened = policy.listen == "always" or (policy.listen == "without_transcript" and not has_words)
    primary = (language or "").lower().replace("_", "-").split("-")[0]
    return listened and policy.second_look and primary in policy.suffices_in


def first_look(
    sound: BinaryIO, words: Sequence[Word], language: str | None, policy: SpokenDigits
) -> list[DigitRun]:
    """Return the runs in `sound` that no word writes down, if the policy wants them listened for. Raises as `audio.probe`."""
    wanted = policy.listen == "always" or (policy.listen == "without_transcript" and not words)
    if not wanted or not knows(language):
        return []
    return unwritten(spokendigits.listen(sound), words, language)


def unwritten(runs: Sequence[DigitRun], words: Sequence[Word], language: str | None) -> list[DigitRun]:
    """Return the runs whose digits do not stand in the transcript around that time.

    A masked number stands in none, so that one which can still be heard is not taken for written down.
    """
    return [run for run in runs if not _is_written(run, words, language)]


def held_against(
    runs: Sequence[DigitRun], words: Sequence[Word], language: str | None, policy: SpokenDigits
) -> list[Spoken]:
    """Return what in a rendition still sounds like card data, given the words that are left of its transcript.

    A run that is too short to be certain is left to the words, where there are words for the time in which it is said.
    """
    decided = spokendigits.decide(unwritten(runs, words, language), policy)
    return [one for one in decided if not (one.is_uncertain and _is_covered(one, words))]


def _is_covered(spoken: Spoken, words: Sequence[Word]) -> bool:
    """Whether words stand for most of the time in which something was said."""
    covered = sum(
        max(min(word.end_ms, spoken.end_ms) - max(word.start_ms, spoken.start_ms), 0)
        for word in words
        if word.start_ms is not None and word.end_ms is not None and word.channel in (None, spoken.channel)
    )
    return covered >= _COVERED * (spoken.end_ms - spoken.start_ms)


def _is_written(run: DigitRun, words: Sequence[Word], language: str | None) -> bool:
    near = " ".join(
        word.text
        for word in words
        if word.start_ms is not None
        and word.end_ms is not None
        and word.channel in (None, run.channel)
        and word.end_ms >= run.start_ms - _AROUND_MS
        and word.start_ms <= run.end_ms + _AROUND_MS
    )
    try:
        return len(rules.digits_in(near, language or "en")) >= _WRITTEN * run.count
    except UnsupportedLanguageError:
        return False
