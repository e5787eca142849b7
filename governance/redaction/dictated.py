"""Which digits words say: the one question about numbers that is asked where nothing else is known of language."""

from __future__ import annotations


def digits_in(said: str, language: str) -> str:
    """Return the digits that a text says, written or in words. Raises `UnsupportedLanguageError`."""
    # Late: what has no words needs no language and none of its tables.
    from governance.redaction import digits, languages

    return "".join(group.digits for group in digits.groups(said, languages.load(language)))
