"""A live text masks at least what the whole call masks, gives every word back once and in order, and drops what is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from benchmarks.spoken_cards.__main__ import made
from governance.errors import ConflictError
from governance.redaction import text, tongues
from governance.redaction.languages import UnsupportedLanguageError, known, load
from governance.redaction.spans import Word
from governance.redaction.stream import LiveText
from governance.redaction.stream_heard import Released
from tests.redaction.cardtalk import card_numbers

LANGUAGES = st.sampled_from(known())
RANDOM = st.integers(0, 2**32).map(Random)
AT_LEAST_ONCE = 60  # calls of a language, of which each example takes one


@cache
def calls(language: str) -> tuple[tuple[Word, ...], ...]:
    """The made-up calls of the development set as final words: a turn is what one voice says until another speaks."""
    return tuple(
        as_heard(
            [
                Word(one.token.text, one.start_ms, one.end_ms, None, turn.speaker)
                for turn in call.turns
                for one in turn.words
            ]
        )
        for call in made("development", language, AT_LEAST_ONCE, 20)
    )


def as_heard(words: Sequence[Word]) -> tuple[Word, ...]:
    turn, heard = 0, []
    for at, word in enumerate(words):
        turn += at > 0 and (word.channel, word.speaker) != (words[at - 1].channel, words[at - 1].speaker)
        heard.append(replace(word, turn=turn))
    return tuple(heard)


def streamed(
    words: Sequence[Word], language: str, rng: Random, live: LiveText | None = None
) -> list[Released]:
    """The words as a recogniser might send them: in any portions, with any partials between them, at any speed."""
    live = live or LiveText(None, language)
    largest, hurry = rng.choice((1, 3, 12, 60)), rng.choice((0, 150, 900, 5_000))
    released: list[Released] = []
    at = now = 0
    while at < len(words):
        count = rng.randint(1, largest)
        if rng.random() < 0.4:
            said = [
                replace(word, text=rng.choice((word.text, word.text[:1], "four")))
                for word in words[at : at + count + 2]
            ]
            released += live.hear(said, final=False, now_ms=now)
        if rng.random() < 0.2:
            released += live.tick(now + rng.randint(0, hurry))
        now += rng.randint(0, hurry)
        released += live.hear(words[at : at + count], final=True, now_ms=now)
        at += count
    return released + live.finish()


def masked(released: Sequence[Released]) -> set[int]:
    return {one.at for one in released if one.entity is not None}


def masked_by_the_batch(words: Sequence[Word], language: str) -> set[int]:
    return {at for span in text.detect_words(words, language) for at in range(span.first, span.last + 1)}


def in_one_language(words: Sequence[Word], language: str) -> bool:
    """A call that is plainly in another language than the one named is read in both, and that may be known only at its end."""
    return len(tongues.spoken(text.as_one_text(words)[0], language)) == 1


@settings(max_examples=150, deadline=None)
@given(LANGUAGES, st.integers(0, AT_LEAST_ONCE - 1), RANDOM)
def test_any_split_into_chunks_masks_at_least_what_the_whole_call_masks(
    language: str, which: int, rng: Random
) -> None:
    words = calls(language)[which]
    assume(in_one_language(words, language))
    released = streamed(words, language, rng)
    assert [one.at for one in released] == list(range(len(words)))
    assert not masked_by_the_batch(words, language) - masked(released)


@settings(max_examples=60, deadline=None)
@given(LANGUAGES, st.integers(0, AT_LEAST_ONCE - 1), RANDOM)
def test_turns_that_tear_one_another_apart_are_heard_as_they_come(
    language: str, which: int, rng: Random
) -> None:
    first, second = (
        [
            replace(word, channel=channel, speaker=str(channel))
            for word in calls(language)[(which + channel) % AT_LEAST_ONCE]
        ]
        for channel in (0, 1)
    )
    mixed: list[Word] = []
    while first or second:
        voice = first if first and (not second or rng.random() < 0.5) else second
        count = rng.randint(1, 9)
        mixed += voice[:count]
        del voice[:count]
    words = as_heard(mixed)
    assume(in_one_language(words, language))
    assert not masked_by_the_batch(words, language) - masked(streamed(words, language, rng))


@st.composite
def talks(draw: st.DrawFn, language: str) -> list[Word]:
    """Talk that nobody would have: numbers, questions, hesitations and plain words in any order."""
    loaded = load(language)
    numbers = st.sampled_from(sorted(form for form in loaded.numbers if len(form) < 12)[:200])
    asked = st.sampled_from(
        [phrase for kind in sorted(loaded.cues) for phrase in sorted(loaded.cues[kind])[:12]]
    )
    small = st.sampled_from(
        sorted({*loaded.fillers, *loaded.quantities, *loaded.joiners, *loaded.homophones, *loaded.months})[
            :80
        ]
    )
    digits = st.text("0123456789", min_size=1, max_size=6) | card_numbers()
    plain = st.sampled_from(
        ["window", "kettle", "seven-up", "zzz", "-", "4th", "x9", "12.28", "oh", "o", "[PAN]", "["]
    )
    stretch = st.one_of(numbers, numbers, digits, asked, small, plain, plain)
    words: list[Word] = []
    for turn in range(draw(st.integers(1, 8))):
        for said in draw(st.lists(stretch, max_size=14)):
            words += [Word(one, speaker="AC"[turn % 2]) for one in said.split()]
    return list(as_heard(words))


@settings(max_examples=250, deadline=None)
@given(st.data(), LANGUAGES, RANDOM)
def test_talk_that_nobody_would_have_is_masked_at_least_as_well(
    data: st.DataObject, language: str, rng: Random
) -> None:
    words = data.draw(talks(language))
    assume(words and in_one_language(words, language))
    found = masked_by_the_batch(words, language)
    event(f"something to find: {bool(found)}")
    assert not found - masked(streamed(words, language, rng))


@settings(max_examples=30, deadline=None)
@given(LANGUAGES, RANDOM)
def test_one_voice_that_never_stops_is_masked_as_well_and_only_its_end_is_kept(
    language: str, rng: Random
) -> None:
    words = as_heard([replace(word, speaker=None) for at in range(6) for word in rng.choice(calls(language))])
    assume(in_one_language(words, language))
    live = LiveText(None, language)
    most = 0
    released: list[Released] = []
    for at in range(0, len(words), 25):
        released += live.hear(words[at : at + 25], now_ms=at * 300)
        most = max(most, live.kept)
    assert most <= 1_000
    assert not masked_by_the_batch(words, language) - masked(released + live.finish())


@settings(max_examples=80, deadline=None)
@given(card_numbers(), st.integers(1, 6), RANDOM)
def test_what_was_shown_of_a_number_is_never_the_start_of_a_card(number: str, size: int, rng: Random) -> None:
    pieces = [number[at : at + size] for at in range(0, len(number), size)]
    live = LiveText(None, "en")
    shown = ""
    now = 0
    for piece in pieces:
        now += rng.randint(0, 4_000)
        words = [Word(piece, speaker="C"), *(Word("um", speaker="C") for _ in range(rng.randint(0, 2)))]
        shown += "".join(one.text for one in [*live.hear(words, now_ms=now), *live.tick(now + 1_000)])
    shown += "".join(one.text for one in live.finish())
    assert not any(sign.isdigit() for sign in shown)


def said(live: LiveText, line: str, speaker: str = "C", now_ms: int = 0) -> str:
    return " ".join(
        one.text for one in live.hear([Word(word, speaker=speaker) for word in line.split()], now_ms=now_ms)
    )


def test_ordinary_words_flow_at_once() -> None:
    live = LiveText()
    assert (
        said(live, "good morning I would like to ask about my parcel")
        == "good morning I would like to ask about my parcel"
    )
    assert live.held == 0


def test_a_number_holds_back_what_follows_it_until_it_is_decided() -> None:
    live = LiveText()
    assert said(live, "it costs two") == "it costs"
    assert said(live, "hundred") == ""
    assert said(live, "dollars a month") == "two hundred dollars a month"


@pytest.mark.parametrize(
    "line",
    [
        "my order number is 8 2 7 1 4 so where is it",
        "I have two dogs and a cat at home these days",
        "we moved here in twenty nineteen days ago or so",
        "please call me on my phone number 201 555 0142 after lunch",
    ],
)
def test_a_number_that_is_plainly_something_else_is_shown(line: str) -> None:
    live = LiveText()
    shown = said(live, line)
    assert f"{shown} {' '.join(one.text for one in live.finish())}".strip() == line


def test_what_is_undecided_is_masked_after_the_time_of_the_policy() -> None:
    live = LiveText()
    assert said(live, "four one one one", now_ms=1_000) == ""
    assert live.tick(2_900) == []
    assert [one.text for one in live.tick(3_000)] == ["[NUMBER]"] * 4


def test_a_number_that_goes_on_in_partial_words_has_not_ended() -> None:
    live = LiveText()
    said(live, "my order number is 5 5", now_ms=1_000)
    assert live.hear([Word("5", speaker="C")], final=False, now_ms=2_500) == []
    assert live.tick(4_000) == []
    assert said(live, "5 so where is it", now_ms=4_400) == "5 5 5 so where is it"


def test_what_is_undecided_is_masked_after_the_words_of_the_policy() -> None:
    live = LiveText()
    assert said(live, "is it 5 5 5 er oh well let me think") == "is it"
    assert "5" not in said(live, "about that for a moment please")


def test_a_card_number_is_masked_as_what_it_is() -> None:
    live = LiveText()
    said(live, "what is your card number please", "A")
    released = live.hear(
        [Word(word, speaker="C") for word in ["4111", "1111", "1111", "1111", "did", "you", "hear"]], now_ms=0
    )
    assert [one.text for one in released] == ["[PAN]"] * 4 + ["did", "you", "hear"]
    assert all(one.because and not any(sign.isdigit() for sign in one.because) for one in released[:4])


def test_partial_words_release_nothing_and_are_shown_without_numbers() -> None:
    live = LiveText()
    partial = [
        Word(word, speaker="C") for word in ["my", "card", "is", "won", "to", "three", "4111", "thanks"]
    ]
    assert live.hear(partial, final=False, now_ms=0) == []
    assert live.held == 0
    shown = " ".join(one.text for one in live.preview(partial))
    assert shown == "my card is [NUMBER] [NUMBER] [NUMBER] [NUMBER] thanks"


def test_a_word_longer_than_any_word_is_masked_unread() -> None:
    live = LiveText()
    assert [one.text for one in live.hear([Word("4" * 10_000_000)], now_ms=0)] == ["[NUMBER]"]


@pytest.mark.parametrize(
    "line",
    [
        "%B4111111111111111^DOE/JOHN PAUL^2512101000000000000?",
        ";4111111111111111=25121010000012345678?",
        "NDExMTExMTExMTExMTExMQ==",
        "④①①① ①①①① ①①①① ①①①①",
    ],
)
def test_card_data_that_is_told_by_its_layout_is_masked(line: str) -> None:
    live = LiveText()
    shown = (
        f"{said(live, f'my order number is {line} and so on')} {' '.join(one.text for one in live.finish())}"
    )
    assert not any(word in shown for word in line.split())


def test_until_the_language_is_known_numbers_of_every_language_are_held() -> None:
    live = LiveText(None, "auto")
    assert live.language is None
    assert "quattro" not in said(live, "quattro uno uno uno")
    said(
        live,
        "buongiorno vorrei parlare con qualcuno della mia bolletta che non mi sembra giusta per questo mese e poi",
        "A",
    )
    said(live, "certo")
    assert live.language == "it"


def test_a_language_that_nobody_reads_is_refused() -> None:
    with pytest.raises(UnsupportedLanguageError):
        LiveText(None, "xx")


def test_nothing_is_heard_after_the_end() -> None:
    live = LiveText()
    live.finish()
    with pytest.raises(ConflictError):
        live.hear([Word("hello")], now_ms=0)
