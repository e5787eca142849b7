"""How people of a language read numbers aloud: one file a language, written from how it is spoken and from no detector."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from benchmarks.spoken_cards.say.language import Language

CODES = ("en", "es", "fr", "de", "it", "pt", "nl")


@cache
def language(code: str) -> Language:
    """Return a language by its code."""
    found = import_module(f"{__name__}.{code}").LANGUAGE
    assert isinstance(found, Language)
    return found
