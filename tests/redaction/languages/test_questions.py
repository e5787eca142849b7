"""Whole sentences of agents are understood as what they ask for, in every language."""

from __future__ import annotations

import pytest

from governance.redaction.languages import load
from governance.redaction.talk import Talk, turns_of
from tests.redaction.languages.questions import ASKED

_GENERAL = frozenset({"card", "pay", "thing"})
_BY_THE_CARD = frozenset(
    {"¿Me indica la tarjeta con la que va a pagar?", "Leest u het nummer maar op van de creditcard"}
)
"""They ask for the card and do not name its number."""

QUESTIONS = [
    (code, kind, question) for (code, kind), questions in ASKED.items() for question in questions.splitlines()
]


def understood(question: str, code: str) -> list[str]:
    """Return what a question speaks of, in order. Digits stand on the next line: without a number nothing is read."""
    said = f"{question}\n4 1"
    return [cue.kind for cue in Talk(said, load(code), turns_of(said)).cues]


@pytest.mark.parametrize(("code", "kind", "question"), [one for one in QUESTIONS if one[1] != "other"])
def test_a_question_for_card_data_is_understood(code: str, kind: str, question: str) -> None:
    kinds = understood(question, code)
    telling = [one for one in kinds if one not in _GENERAL]
    assert "card" in kinds if question in _BY_THE_CARD else telling[-1] == kind


@pytest.mark.parametrize(("code", "kind", "question"), [one for one in QUESTIONS if one[1] == "other"])
def test_a_question_for_another_number_is_not_understood_as_one_for_a_card(
    code: str, kind: str, question: str
) -> None:
    assert understood(question, code)[-1] in {"other", "thing"}
