"""Every case in `cases/` holds: what people decided about findings, made anonymous, so that no detector forgets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from governance.redaction import casefile

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_case_holds(path: Path) -> None:
    case = casefile.read(json.loads(path.read_text(encoding="utf-8")))
    expected = "nothing" if case.entity is None else case.entity
    assert casefile.holds(case), f"expected {expected} at words {case.first} to {case.last}"
