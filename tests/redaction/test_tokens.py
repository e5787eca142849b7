"""Tokens: the same card the same token, however it was said; nothing in it to read, to guess or to find again."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import ConfigurationError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import cleartext, disguised, looser, reports, rules, text
from governance.redaction.brands import passes_luhn
from governance.redaction.spans import Entity, Span
from governance.redaction.tokens import Tokeniser

CARD: dict[str, dict[str, str]] = {name: {} for name in ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")}
KEY, OTHER = b"k" * 32, b"o" * 32
VISA = "4111111111111111"


def policy(key: bytes | None = KEY, **personal: dict[str, str]) -> RedactionPolicy:
    keyless = RedactionPolicy.model_validate(
        {
            "version": "t",
            "languages": ["en"],
            "entities": {**CARD, "PAN": {"transcript": "token"}},
            "personal": personal,
        }
    )
    return keyless.with_tokens(Tokeniser(key)) if key else keyless


TOKEN = f"[PAN {Tokeniser(KEY)('PAN', VISA)}]"


def masked(said: str, *places: tuple[str, int], key: bytes | None = KEY) -> str:
    spans, at = [], 0
    for piece, number in places:
        start = said.index(piece, at)
        at = start + len(piece)
        spans.append(Span(start, at, Entity.PAN, 0.9, "", number))
    return rules.masked(said, spans, "en", policy(key))


@pytest.mark.parametrize(
    "said",
    [
        VISA,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "four one one one, one one one one, one one one one, one one one one",
        "forty-one eleven eleven eleven eleven eleven eleven eleven",
        f"{VISA} {VISA}",
    ],
)
def test_one_card_has_one_token_however_it_is_said(said: str) -> None:
    assert masked(f"my card is {said} thanks", (said, -1)) == f"my card is {TOKEN} thanks"


def test_a_number_said_in_pieces_has_its_token_at_the_first() -> None:
    said = "it is 4111 1111\nyes?\n1111 1111"
    assert masked(said, ("4111 1111", 4), ("1111 1111", 4)) == f"it is {TOKEN}\nyes?\n[PAN]"


@pytest.mark.parametrize("said", ["4111 1111", "4111 1111 1111 1112", "4111 1111 1111 11111"])
def test_what_is_no_complete_number_has_a_label(said: str) -> None:
    assert masked(said, (said, -1)) == "[PAN]"


def test_tenants_have_other_tokens() -> None:
    assert Tokeniser(KEY)("PAN", VISA) != Tokeniser(OTHER)("PAN", VISA)


def test_kinds_have_other_tokens() -> None:
    assert Tokeniser(KEY)("PAN", "1") != Tokeniser(KEY)("PHONE", "1")


def test_without_a_key_nothing_is_masked_by_less_than_was_asked() -> None:
    with pytest.raises(ConfigurationError):
        masked("4111 1111", ("4111 1111", -1), key=None)
    with pytest.raises(ConfigurationError):
        reports.redact_text("my card is 4111 1111 1111 1111", policy(None), "en")


def test_a_short_key_makes_no_tokens() -> None:
    with pytest.raises(ConfigurationError):
        Tokeniser(b"short")


def test_the_key_is_shown_nowhere() -> None:
    able = policy()
    assert "kkkk" not in repr(able) + repr(Tokeniser(KEY)) + able.model_dump_json()
    assert able.model_dump() == policy(None).model_dump()


@pytest.mark.parametrize("entity", [Entity.CVV, Entity.PIN, Entity.TRACK, Entity.EXPIRY, Entity.DTMF])
def test_no_other_card_data_has_a_token_whatever_is_asked_for(entity: Entity) -> None:
    lax = policy()
    lax = lax.model_copy(update={"entities": {**lax.entities, entity.value: lax.entities["PAN"]}})
    assert rules.masked("123", [Span(0, 3, entity, 0.9, "")], "en", lax) == f"[{entity.value}]"


def test_personal_data_has_one_token_whatever_stands_between_its_parts() -> None:
    named = policy(PHONE={"transcript": "token"}, EMAIL={"transcript": "token"})

    def token(entity: Entity, said: str) -> str:
        return rules.masked(said, [Span(0, len(said), entity, 0.9, "")], "en", named)

    assert token(Entity.PHONE, "(415) 555-2671") == token(Entity.PHONE, "415 555 2671")
    assert token(Entity.EMAIL, "A.b@example.com") == token(Entity.EMAIL, "a.b@EXAMPLE.com")
    assert token(Entity.EMAIL, "a.b@example.com") != token(Entity.EMAIL, "ab@example.com")


cards = st.text(string.digits, min_size=15, max_size=15).map(
    lambda digits: next(
        f"4{digits[1:]}{last}" for last in string.digits if passes_luhn(f"4{digits[1:]}{last}")
    )
)


@given(
    cards,
    st.binary(min_size=32, max_size=32),
    st.sampled_from(["{}", "my card is {}.", "card number? {} cvv {}"]),
)
def test_neither_look_finds_a_token(card: str, key: bytes, sentence: str) -> None:
    said = sentence.replace("{}", f"[PAN {Tokeniser(key)('PAN', card)}]")
    assert text.detect(said) == []
    assert looser.examine(said, second_opinion=False) == []
    assert list(disguised.spans(said)) == []
    assert not cleartext.holds_card_data(Tokeniser(key)("PAN", card))


@given(cards, st.binary(min_size=32, max_size=32))
def test_a_token_holds_no_digit_and_decodes_to_none(card: str, key: bytes) -> None:
    token = Tokeniser(key)("PAN", card)
    assert not set(token) & set(string.digits + "aeiouyl")
    assert not any(48 <= byte < 58 for byte in base64.b64decode(token)[::3])


def test_a_second_pass_changes_nothing() -> None:
    able = policy()
    once = reports.redact_text("My card is 4111 1111 1111 1111, thanks", able, "en").content
    assert once == f"My card is {TOKEN}, thanks"
    assert reports.redact_text(str(once), able, "en").content == once


@pytest.mark.parametrize("number", [VISA, "4111 1111 1111 1111"])
def test_a_transcript_holds_the_token_of_the_text(number: str) -> None:
    body = f"WEBVTT\n\n00:00.000 --> 00:04.000\n<v Customer>My card is {number}\n".encode()
    found = reports.redact_transcript(body, policy(), "en")
    assert isinstance(found.content, bytes)
    assert TOKEN in found.content.decode()
    assert reports.redact_transcript(found.content, policy(), "en").content == found.content


def test_a_number_said_over_turns_has_one_token_in_a_transcript() -> None:
    body = (
        "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Agent>May I have your card number please?\n\n"
        "00:04.000 --> 00:06.000\n<v Customer>Sure, it is 4111 1111\n\n00:07.000 --> 00:08.000\n<v Agent>okay\n\n"
        "00:08.000 --> 00:09.000\n<v Customer>1111 1111\n"
    )
    content = reports.redact_transcript(body.encode(), policy(), "en").content
    assert isinstance(content, bytes)
    masked = content.decode()
    assert f"<v Customer>Sure, it is {TOKEN}\n" in masked
    assert masked.endswith("<v Customer>[PAN]\n")


def test_a_number_said_over_turns_has_one_token_in_a_text() -> None:
    said = (
        "Agent: May I have your card number please?\nCustomer: 4111 1111\nAgent: okay\nCustomer: 1111 1111\n"
    )
    masked = reports.redact_text(said, policy(), "en").content
    assert masked == said.replace("4111 1111", TOKEN).replace("1111 1111", "[PAN]")


@pytest.mark.parametrize(
    "said", ["my card ends in 1111", "Agent: the last four digits?\nCustomer: one one one one"]
)
def test_beside_tokens_the_last_four_may_not_be_read(said: str) -> None:
    assert [span.entity for span in text.detect(said, policy=policy())] == [Entity.PAN]
    assert text.detect(said) == []
