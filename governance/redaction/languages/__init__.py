"""One file per language: how its numbers are spoken, and with which words card data is asked for.

A language is data, never code: adding one is adding a file here and its name to `_FILES`. What no file describes
cannot be examined, and `load` says so instead of letting a detector look with the wrong ears.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from governance.errors import InvalidError

_FILES = {"en": "governance.redaction.languages.en"}


class UnsupportedLanguageError(InvalidError):
    """A language no file describes: nothing in it counts as examined."""

    code = "unsupported-language"


@dataclass(frozen=True)
class Language:
    """What the detectors need to know of one language.

    `cues` maps what a stretch of talk asks for (`card`, `cvv`, `expiry`, `pin`, `last_four`, `other`) to regular
    expressions, the more specific kind first: where two overlap, the earlier kind of the mapping wins.
    """

    code: str
    units: Mapping[str, str]  # spoken as one digit
    letters: frozenset[str]  # mean zero only beside other digits
    teens: Mapping[str, str]  # spoken as two digits
    tens: Mapping[str, str]  # two digits, or the first of two when a unit follows
    hundred: frozenset[str]
    thousand: frozenset[str]
    joiners: frozenset[str]  # may stand inside a number: four hundred AND twelve
    multipliers: Mapping[str, int]
    homophones: Mapping[str, str]  # what a recogniser writes for a digit, believed only between digits
    fillers: frozenset[str]  # said between digits without ending the number
    quantities: frozenset[str]  # after a number: it counts or measures something
    months: Mapping[str, str]
    cues: Mapping[str, tuple[str, ...]]

    @property
    def pattern(self) -> re.Pattern[str]:
        """The cues as one expression; the name of the group that matched is the kind."""
        return _cue_pattern(self.code)


@cache
def _cue_pattern(code: str) -> re.Pattern[str]:
    kinds = (f"(?P<{kind}>{'|'.join(forms)})" for kind, forms in load(code).cues.items())
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(kinds)})(?![^\W_])", re.IGNORECASE)


def known() -> tuple[str, ...]:
    """Return the codes of the languages that can be examined."""
    return tuple(sorted(_FILES))


@cache
def load(code: str | None) -> Language:
    """Return the description of a language, by its BCP 47 tag (`en`, `en-GB`, `en_US` are one language).

    Raises `UnsupportedLanguageError` where no file describes it or no language is named: what cannot be examined must
    never pass as examined.
    """
    primary = re.split(r"[-_]", (code or "").strip().lower())[0]
    if primary not in _FILES:
        raise UnsupportedLanguageError(
            f"This language cannot be examined. Known: {', '.join(known())}.", field="language"
        )
    language: Language = import_module(_FILES[primary]).LANGUAGE
    return language
