"""The languages a live call is listened to in: the one named, the one found out by listening, another that is plainly spoken."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from governance.redaction import tongues
from governance.redaction.languages import UnsupportedLanguageError, known, load
from governance.redaction.stream_reading import Reading

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

_TELLING_WORDS, _RECENT_WORDS = 20, 200
_LETTERS = 64


class Ears:
    """One reading for each language that is listened for. Until the language is known that is every one."""

    def __init__(self, policy: RedactionPolicy | None, language: str) -> None:
        """Listen for `language`. Raises `UnsupportedLanguageError` where it cannot be examined, or the policy does not list it."""
        self._policy = policy
        self._is_told = language != tongues.AUTO
        self.readings = [Reading(code) for code in ((language,) if self._is_told else known())]
        self._is_behind = [False] * len(self.readings)
        self._recent: deque[str] = deque(maxlen=_RECENT_WORDS)
        self._unheeded = 0  # words since it was last asked which language is spoken
        self._refuse_unexamined()

    @property
    def language(self) -> str | None:
        """The language that is spoken; None while that is not known."""
        return self.readings[0].language.code if self._is_told else None

    def hears_a_number(self, said: str, pieces: Sequence[str]) -> bool:
        """Return whether the next word of the call may be part of a number, in any language that is listened for.

        A word of signs alone belongs to the one before it: a dash between two numbers is masked with them.
        """
        self._recent.append(said[:_LETTERS])
        self._unheeded += 1
        return self.suspects(pieces, self._is_behind) if pieces else any(self._is_behind)

    def suspects(self, pieces: Sequence[str], is_behind: list[bool]) -> bool:
        """Return whether a word may be part of a number, where `is_behind` tells for each language whether the last one may."""
        found = False
        for at, reading in enumerate(self.readings):
            for piece in pieces:
                is_behind[at] = reading.suspects.is_suspect(piece, is_behind=is_behind[at])
                found |= is_behind[at]
        return found

    def listen(self) -> None:
        """Find out which language is spoken, or whether another one is than the one named.

        Raises `UnsupportedLanguageError` where the policy does not list what is spoken.
        """
        if self._unheeded < _TELLING_WORDS:
            return
        self._unheeded = 0
        recent = " ".join(self._recent)
        if self._is_told:
            for code in tongues.spoken(recent, self.readings[0].language.code):
                if all(reading.language.code != code for reading in self.readings):
                    self.readings.append(Reading(load(code).code))
                    self._is_behind.append(False)
            return
        code_spoken = tongues.language_of(recent)
        if code_spoken is not None:
            at = [reading.language.code for reading in self.readings].index(code_spoken)
            self.readings, self._is_behind, self._is_told = [self.readings[at]], [self._is_behind[at]], True
            self._refuse_unexamined()

    def _refuse_unexamined(self) -> None:
        if (
            self._is_told
            and self._policy is not None
            and not self._policy.examines(self.readings[0].language.code)
        ):
            raise UnsupportedLanguageError(
                f"The policy does not examine this language. It examines: {', '.join(self._policy.languages)}.",
                field="language",
            )
