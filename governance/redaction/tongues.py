"""Which language a text is in, as far as the languages are known: by its small words, counted in a sample.

What is named is believed, and checked: a Spanish call that somebody filed as English would be read with the wrong ears
and found empty. Where the text speaks plainly another language than the one named, it is examined in both.
"""

from __future__ import annotations

import re
from functools import cache

from governance.redaction.languages import UnsupportedLanguageError, known, load, primary
from governance.redaction.lexicon import fold

AUTO = "auto"
_SAMPLE_CHARACTERS = 900
_SAMPLES = 3
_AT_LEAST = 3
_PLAINLY = 2
_SHORT = 2_000
_FOREIGN = re.compile(r"[^\W\d_a-zß]")  # letters that are not Latin: another script is another language
_WORD = re.compile(r"[^\W\d_]+")


def spoken(text: str, language: str | None) -> tuple[str, ...]:
    """Return the languages to examine a text in: the one named first, then what it plainly speaks besides.

    For `auto` a short text that does not tell is examined in all of them.

    Raises `UnsupportedLanguageError` where the one named is not known, and for `auto` where none can be told.
    """
    if language == AUTO:
        found = language_of(text)
        if found is None and len(text) <= _SHORT and not _FOREIGN.search(fold(text)):
            return ("en", *(code for code in known() if code != "en"))
        if found is None:
            raise UnsupportedLanguageError(
                f"The language of the text cannot be told, so it cannot be examined. Name it: {', '.join(known())}.",
                field="language",
            )
        return (found,)
    named = load(language).code
    counts = _counts(text)
    if not counts:
        return (named,)
    best = max(counts, key=lambda code: counts[code])
    is_plain = counts[best] >= _AT_LEAST and counts[best] > _PLAINLY * counts.get(named, 0)
    return (named, best) if best != named and is_plain else (named,)


def language_of(text: str) -> str | None:
    """Return the language that a text speaks, or None where that cannot be told; digits alone are read in any."""
    counts = _counts(text)
    if counts:
        best = max(counts, key=lambda code: (counts[code], code == "en"))
        rest = max((count for code, count in counts.items() if code != best), default=0)
        if counts[best] > rest or best == "en":
            return best
    return "en" if not _WORD.search(text) else None


def is_known(language: str | None) -> bool:
    """Return whether a language can be examined."""
    return primary(language) in known()


def _counts(text: str) -> dict[str, int]:
    """Return how many words of a few samples tell each language; those without any are left out."""
    telling = _telling()
    counts: dict[str, int] = {}
    for word in _WORD.findall(fold(_sample(text))):
        for code in telling.get(word, ()):
            counts[code] = counts.get(code, 0) + 1
    return counts


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE_CHARACTERS:
        return text
    size, step = _SAMPLE_CHARACTERS // _SAMPLES, len(text) // _SAMPLES
    return " ".join(text[at * step : at * step + size] for at in range(_SAMPLES))


@cache
def _telling() -> dict[str, tuple[str, ...]]:
    """Every small word and number word to the languages that have it, where that is not most of them."""
    telling: dict[str, list[str]] = {}
    for code in known():
        language = load(code)
        for word in {*language.common, *(form for form in language.numbers if " " not in form)}:
            telling.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in telling.items() if len(codes) <= 3}
