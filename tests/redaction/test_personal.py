"""Presidio as a second opinion: what only it finds is masked, it never asks the network, it never skips in silence."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from governance.policy import read
from governance.policy.redaction import RedactionPolicy
from governance.redaction import language_models, passages, personal, phones, recognisers, rules, text
from governance.redaction.personal import UnexaminedError
from governance.redaction.recognisers import ENTITIES, KINDS, NAMED
from governance.redaction.spans import Entity

POLICY = read(Path(__file__).resolve().parents[2] / "policies" / "redaction.yaml", RedactionPolicy)
LANGUAGES = tuple(phones.REGIONS)


@pytest.fixture(autouse=True)
def _trapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def trap(*_args: Any, **_kwargs: Any) -> NoReturn:
        pytest.fail("the library looked a name up")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
        monkeypatch.setattr(socket, name, trap)


def test_what_only_presidio_finds_is_masked() -> None:
    said = "Write to jane.doe@example.co.uk or 10.20.30.40, my number is 415-555-2671"
    assert text.detect(said) == []
    masked = rules.masked(said, text.detect(said, policy=POLICY), "en", POLICY)
    assert masked == "Write to [EMAIL] or [IP], my number is [PHONE]"


@pytest.mark.parametrize(
    ("said", "entity"),
    [
        ("my address is a.b@example.com", Entity.EMAIL),
        ("transfer to DE89 3704 0044 0532 0130 00", Entity.IBAN),
        ("ssn 536-90-4399", Entity.SSN),
        ("nino AB123456C", Entity.NINO),
        ("call +44 20 7946 0958", Entity.PHONE),
        ("call me on +44 7700 900123", Entity.PHONE),  # of a range that is given to nobody
    ],
)
def test_personal_data_the_policy_names_is_found(said: str, entity: Entity) -> None:
    assert [span.entity for span in text.detect(said, policy=POLICY)] == [entity]


def test_personal_data_the_policy_does_not_name_stays() -> None:
    bare = POLICY.model_copy(update={"personal": {}})
    assert text.detect("my address is a.b@example.com", policy=bare) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("said", "entity"),
    [
        ("a.b@example.com", Entity.EMAIL),
        ("DE89 3704 0044 0532 0130 00", Entity.IBAN),
        ("10.20.30.40", Entity.IP),
        ("+34 612 345 678", Entity.PHONE),
        ("https://example.com/a", Entity.URL),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Entity.CRYPTO),
        ("12345678Z", Entity.NATIONAL_ID),
        ("X1234567L", Entity.NATIONAL_ID),
        ("RSSMRA85T10A562S", Entity.TAX_ID),
        ("65170839J003", Entity.SOCIAL_INSURANCE),
    ],
)
def test_what_has_no_language_is_found_in_every_language(said: str, entity: Entity, language: str) -> None:
    named = POLICY.model_copy(update={"personal": {entity.value: POLICY.personal["EMAIL"]}})
    found = [one for one in personal.detect(f"x: {said} .", language, named) if one.entity is entity]
    assert [(one.start, one.end) for one in found if one.score >= 0.4] == [(3, 3 + len(said))]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "415-555-2671"), ("es", "612 345 678"), ("fr", "01 45 67 89 10"), ("de", "030 12345678"),
        ("it", "06 1234 5678"), ("pt", "912 345 678"), ("nl", "020 123 4567"),
    ],
)  # fmt: skip
def test_a_number_as_it_is_said_at_home_is_found(language: str, said: str) -> None:
    assert personal.detect(said, language, POLICY)[0].entity is Entity.PHONE


def test_card_numbers_get_a_second_opinion() -> None:
    [span] = personal.card_numbers("4111 1111 1111 1111")
    assert span.entity is Entity.PAN


# What presidio finds when it is shown the whole text, recogniser by recogniser: the reference.


@cache
def _thorough(language: str) -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    return language_models.analyser(language, NoOpNlpEngine([{"lang_code": language, "model_name": "none"}]))


WANTED = sorted(set(ENTITIES) - set(NAMED))


def thorough(said: str, language: str) -> set[tuple[str, int, int, float]]:
    found = _thorough(language).analyze(said, language=language, entities=WANTED)
    return {(one.entity_type, one.start, one.end, one.score) for one in found}


def quick(said: str, language: str) -> set[tuple[str, int, int, float]]:
    found = personal._found(said, language, WANTED)
    return {(one.entity_type, one.start, one.end, one.score) for one in found}


THINGS = (
    "415-555-2671", "+44 7700 900123", "+49 30", "(020) 7946 0958", "0044 20 7946 0958", "020 7946 0958 ext. 12",
    "650 2530000 / x5", "12(3): 211-227 (2003)", "0 11 2345 6789", "4111 1111 1111 1111", "4111-1111-1111-1111",
    "378282246310005", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "a.b@example.com", "x@y",
    "www.example.com/a?b=1", "http://foo.co.uk", "10.20.30.40", "::1", "fe80::1%eth0", "2001:db8:0:0:0:0:2:1",
    "536-90-4399", "536904399", "943 476 5919", "AB 12 34 56 C", "12345678Z", "X1234567L", "RSSMRA85T10A562S",
    "RSSMRAUPTMLAR6NS", "1/2/2024", "2024-01-02T10:11:12.123Z", "12-JAN-2024", "2012-01-02 08:00", "2012-01-02 08:00:15",
    "12:30:15", "1234567", "AB1234567", "9 1 1", "T22000129", "L01X00T471", "123/456/78901", "65170839J003",
    "A123456780", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "MORGA657054SM9IJ", "911-70-1234", "A12345678", "BB1388568", "130 692 544",
    "AAA123456", "AA1234567B", "86095742719", "BO12345678A", "C01X00T41", "945456787654", "RSSMRA٨5T10A562S", "١٢٣٤٥٦٧٨٩٠", "４１１１", "$12.50", "12%",
)  # fmt: skip
BETWEEN = (
    " ", "  ", "\n", ", ", ". ", "-", "/", "", "(", ") ", "+", " x", " ext. ", " and ", "\u00a0", ":", "@", " " * 30,
    "a" * 40, " the caller would like to change the address on the account ", "\ue000",
)  # fmt: skip
pieces = st.one_of(
    st.sampled_from(THINGS),
    st.from_regex(r"\+?[0-9][0-9 ().-]{3,22}", fullmatch=True),
    st.text(st.sampled_from("0123456789 -./()+xABz@:\u0661\u017f\u212a"), min_size=1, max_size=24),
)
talks = st.lists(st.tuples(pieces, st.sampled_from(BETWEEN)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(talks, st.sampled_from(LANGUAGES))
@example(
    [("+0073010000000", " ")], "en"
)  # no country's code, so dialled as from abroad: by some regions' way of doing so
@example([("+\u0660073010000000", " ")], "en")
def test_looking_where_something_can_be_finds_what_looking_everywhere_finds(
    talk: list[tuple[str, str]], language: str
) -> None:
    said = "".join(piece + between for piece, between in talk)
    assert quick(said, language) == thorough(said, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("thing", THINGS)
def test_it_finds_the_same_in_a_long_call(thing: str, language: str) -> None:
    talk = "I moved last week, on 3/4 at 10:30, and paid 12.50 twice. "
    said = f"{talk * 9}{thing}. {talk * 9}{thing}"
    assert quick(said, language) == thorough(said, language)


def test_no_recogniser_is_compared_by_nothing() -> None:
    """Of every thing above that a recogniser finds alone; so that no kind is tested by nothing."""
    untested = [
        kind.finds
        for kind in KINDS
        if not any(kind.finds == found[0] for t in THINGS for found in thorough(t, "en"))
    ]
    assert untested == []


def test_no_numbering_plan_knows_a_shorter_number() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        plan: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
        lengths = (*plan.general_desc.possible_length, *plan.general_desc.possible_length_local_only)
        assert len(str(plan.country_code)) + min(lengths) >= phones.FEWEST_DIGITS
    for region in {region for named in phones.REGIONS.values() for region in named}:
        plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
        assert min(plan.general_desc.possible_length) >= phones.FEWEST_DIGITS


def test_a_call_without_digits_or_signs_is_shown_to_no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any) -> NoReturn:
        pytest.fail("a recogniser was asked")

    monkeypatch.setattr(personal, "recogniser", never)
    assert personal.detect("I moved last week, and would like to say so. " * 50, "en", POLICY) == []


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), max_size=8))
def test_a_place_in_an_excerpt_leads_back_to_the_text(raw: list[tuple[int, int]]) -> None:
    said = "".join(map(chr, range(0x4E00, 0x4E00 + 130)))
    near = passages._merged([(start, start + length) for start, length in raw], len(said))
    shown = passages.excerpt(said, near)
    for at, sign in enumerate(shown.text):
        if sign in said:
            start, end = shown.original(at, at + 1)
            assert said[start:end] == sign


def test_an_expression_that_runs_out_of_time_is_an_error_and_not_a_miss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = next(kind for kind in KINDS if kind.entity is Entity.EMAIL)
    recogniser = recognisers.recogniser(email, "en")

    class Exhausted:
        def finditer(self, *_args: Any, **_kwargs: Any) -> NoReturn:
            raise TimeoutError

    patient = recognisers.PatientExpression(Exhausted())
    monkeypatch.setattr(recogniser.patterns[0], "compiled_regex", patient)
    with pytest.raises(UnexaminedError):
        text.detect("a.b@example.com", policy=POLICY)


def test_a_warning_about_a_skipped_expression_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    email = next(kind for kind in KINDS if kind.entity is Entity.EMAIL)
    recogniser = recognisers.recogniser(email, "en")

    class Exhausted:
        def finditer(self, *_args: Any, **_kwargs: Any) -> NoReturn:
            raise TimeoutError

    monkeypatch.setattr(recogniser.patterns[0], "compiled_regex", Exhausted())
    with pytest.raises(UnexaminedError):
        text.detect("a.b@example.com", policy=POLICY)


def test_what_a_check_of_check_digits_stumbles_over_is_kept() -> None:
    named = POLICY.model_copy(update={"personal": {"TAX_ID": POLICY.personal["EMAIL"]}})
    assert [one.entity for one in personal.detect("RSSMRA٨5T10A562S", "it", named)] == [Entity.TAX_ID]


def test_nothing_of_the_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    text.detect("card 4111 1111 1111 1111, mail a.b@example.com", policy=POLICY)
    assert "4111" not in caplog.text
    assert "a.b@example.com" not in caplog.text


def test_more_numbers_than_the_phone_library_looks_at_are_an_error_and_not_a_miss() -> None:
    said = "1/ " * 20_001 + "call me on +44 7700 900123"
    with pytest.raises(UnexaminedError):
        personal.detect(said, "en", POLICY)
