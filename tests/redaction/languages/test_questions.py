"""Whole sentences of agents, in `questions/`, are understood as what they ask for, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.redaction.languages import load
from governance.redaction.talk import Talk
from governance.redaction.turns import turns_of

_GENERAL = frozenset({"card", "pay", "thing"})


def questions(*, other: bool) -> Iterator[tuple[str, str, str]]:
    """Yield language, kind and sentence: those that ask for card data, or those that ask for any other number."""
    for path in sorted(Path(__file__).with_name("questions").glob("*.txt")):
        kind = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                kind = line[2:]
            elif line and (kind == "other") is other:
                yield path.stem, kind, line


def understood(question: str, code: str) -> list[str]:
    """Return what a question speaks of, in order. Digits stand on the next line: without a number nothing is read."""
    said = f"{question}\n4 1"
    return [cue.kind for cue in Talk(said, load(code), turns_of(said)).cues]


@pytest.mark.parametrize(("code", "kind", "question"), list(questions(other=False)))
def test_a_question_for_card_data_is_understood(code: str, kind: str, question: str) -> None:
    assert [one for one in understood(question, code) if one not in _GENERAL][-1:] == [kind]


@pytest.mark.parametrize(("code", "kind", "question"), list(questions(other=True)))
def test_a_question_for_another_number_is_not_understood_as_one_for_a_card(
    code: str, kind: str, question: str
) -> None:
    assert understood(question, code)[-1] in {"other", "thing"}
