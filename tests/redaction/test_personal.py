"""Presidio as a second opinion: what only it finds is masked, it never asks the network, it never skips in silence."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest

from governance.policy import read
from governance.policy.redaction import RedactionPolicy
from governance.redaction import personal, rules, text
from governance.redaction.personal import UnexaminedError
from governance.redaction.spans import Entity

POLICY = read(Path(__file__).resolve().parents[2] / "policies" / "redaction.yaml", RedactionPolicy)


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


def test_card_numbers_get_a_second_opinion() -> None:
    [span] = personal.card_numbers("4111 1111 1111 1111")
    assert span.entity is Entity.PAN


def test_an_expression_that_runs_out_of_time_is_an_error_and_not_a_miss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = personal._build("en")
    recogniser: Any = next(r for r in engine.registry.recognizers if type(r).__name__ == "EmailRecognizer")

    class Exhausted:
        def finditer(self, *_args: Any, **_kwargs: Any) -> NoReturn:
            raise TimeoutError

    monkeypatch.setattr(recogniser.patterns[0], "compiled_regex", personal._PatientExpression(Exhausted()))
    with pytest.raises(UnexaminedError):
        text.detect("a.b@example.com", policy=POLICY)


def test_a_warning_about_a_skipped_expression_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = personal._build("en")
    recogniser: Any = next(r for r in engine.registry.recognizers if type(r).__name__ == "EmailRecognizer")

    class Exhausted:
        def finditer(self, *_args: Any, **_kwargs: Any) -> NoReturn:
            raise TimeoutError

    monkeypatch.setattr(recogniser.patterns[0], "compiled_regex", Exhausted())
    with pytest.raises(UnexaminedError):
        text.detect("a.b@example.com", policy=POLICY)


def test_nothing_of_the_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    text.detect("card 4111 1111 1111 1111, mail a.b@example.com", policy=POLICY)
    assert "4111" not in caplog.text
    assert "a.b@example.com" not in caplog.text


def test_more_numbers_than_the_phone_library_looks_at_are_an_error_and_not_a_miss() -> None:
    said = "1/ " * 20_001 + "call me on +44 7700 900123"
    with pytest.raises(UnexaminedError):
        text.detect(said, policy=POLICY)
