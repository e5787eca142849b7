"""What must hold in every language file, whichever language it describes."""

from __future__ import annotations

import pytest

from governance.redaction.languages import CUES, Language, known, load, phrases
from governance.redaction.lexicon import fold, words_of

LANGUAGES = [load(code) for code in known() if code != "en"]
PHRASES_AT_MOST = 20_000
MEANT = {("pt", "quarto")}
"""Between two digits a mis-heard quatro, beside one a bedroom: whichever is said decides."""


@pytest.fixture(params=LANGUAGES, ids=lambda language: language.code)
def language(request: pytest.FixtureRequest) -> Language:
    described: Language = request.param
    return described


def number_words(language: Language) -> set[str]:
    return {
        *language.numbers,
        *language.hundreds,
        *language.hundred,
        *language.thousand,
        *language.multipliers,
    }


def single_cues(language: Language, *, but: str = "") -> set[str]:
    return {
        phrase[0]
        for kind, patterns in language.cues.items()
        if kind != but
        for phrase in phrases(patterns)
        if len(phrase) == 1
    }


def single_words(language: Language) -> set[str]:
    return {
        *language.fillers, *language.quantities, *language.months, *language.common, *language.joiners, *language.articles,
        *language.letters, *language.homophones, *language.hundreds, *language.hundred, *language.thousand, *language.determiners,
        *language.names_before,
    }  # fmt: skip


def test_every_number_below_a_hundred_can_be_said(language: Language) -> None:
    assert set(language.numbers.values()) == {str(number) for number in range(100)}


def test_every_number_written_as_one_word_has_three_or_four_digits(language: Language) -> None:
    assert all(
        len(digits) in (3, 4) and digits.isdecimal() and digits[0] != "0"
        for digits in language.glued.values()
    )
    assert all(" " not in word for word in language.glued)


def test_a_word_said_twice_stands_for_its_digits(language: Language) -> None:
    assert all(digits.isdecimal() for digits in language.doubled.values())
    assert set(language.multipliers.values()) <= {2, 3, 4}


def test_every_word_stands_as_text_is_folded(language: Language) -> None:
    spelled = [*language.numbers, *language.glued, *language.doubled, *language.multipliers]
    assert [word for word in spelled if " ".join(words_of(word)) != word] == []
    assert [word for word in single_words(language) if words_of(word) != [word]] == []


def test_every_phrase_stands_as_text_is_folded(language: Language) -> None:
    for patterns in (*language.cues.values(), language.names_after):
        assert [
            word
            for phrase in phrases(patterns)
            for word in phrase
            if fold(word) != word or not word.isalnum()
        ] == []


def test_every_kind_has_phrases_and_no_more_than_can_be_read_at_once(language: Language) -> None:
    assert set(language.cues) == set(CUES)
    assert all(0 < len(phrases(patterns)) < PHRASES_AT_MOST for patterns in language.cues.values())


def test_no_phrase_says_two_things(language: Language) -> None:
    of: dict[tuple[str, ...], list[str]] = {}
    for kind, patterns in language.cues.items():
        for phrase in phrases(patterns):
            of.setdefault(phrase, []).append(kind)
    assert {phrase: kinds for phrase, kinds in of.items() if len(kinds) > 1} == {}


def test_there_are_twelve_months(language: Language) -> None:
    assert set(language.months.values()) == {f"{month:02d}" for month in range(1, 13)}


def test_no_word_is_both_a_number_and_something_else(language: Language) -> None:
    others = (
        language.fillers
        | language.quantities
        | set(language.months)
        | set(language.homophones)
        | single_cues(language)
    )
    assert number_words(language) & others == set()


def test_no_word_is_both_a_filler_and_a_cue_or_a_quantity(language: Language) -> None:
    assert language.fillers & (language.quantities | single_cues(language)) == set()


def test_what_counts_asks_for_nothing_but_may_be_a_thing(language: Language) -> None:
    """A floor may stand before its number and behind it, and nine o'clock thirty is a time from both sides."""
    assert language.quantities & single_cues(language, but="thing") == set()
    assert set(language.months) & single_cues(language) == set()


def test_what_sounds_like_a_digit_is_nothing_else(language: Language) -> None:
    words = language.fillers | language.quantities | single_cues(language) | set(language.months)
    clashes = {word for word in language.homophones if word in words and (language.code, word) not in MEANT}
    assert clashes == set()
    assert set(language.homophones.values()) <= {str(number) for number in range(100)}


def test_articles_that_are_numbers_are_number_words(language: Language) -> None:
    assert language.articles <= set(language.numbers)


def test_enough_small_words_tell_the_language(language: Language) -> None:
    assert 40 <= len(language.common) <= 90


def test_the_euro_is_a_currency(language: Language) -> None:
    assert "euro" in language.quantities
