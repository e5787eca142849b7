"""Measured on sentences others wrote: cards found, and nothing found where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from governance.redaction import looser, text
from governance.redaction.spans import Entity

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
needs_data = pytest.mark.skipif(
    not (DATA / "text").is_dir(), reason="the shared test data is not beside the project"
)


def load(name: str) -> Any:
    return json.loads((DATA / "text" / name).read_text(encoding="utf-8"))


def cards_of(row: dict[str, Any]) -> list[tuple[int, int]]:
    return [
        (s["start_position"], s["end_position"]) for s in row["spans"] if s["entity_type"] == "CREDIT_CARD"
    ]


@needs_data
def test_every_marked_card_is_covered_by_both_detectors() -> None:
    rows = [row for row in load("presidio-research-even.json") if cards_of(row)]
    assert len(rows) > 60
    for detect in (text.detect, looser.examine):
        missed = [
            at
            for at, row in enumerate(rows)
            for start, end in cards_of(row)
            if not any(
                s.entity is Entity.PAN and s.start <= start and s.end >= end for s in detect(row["full_text"])
            )
        ]
        assert missed == [], detect.__module__


@needs_data
def test_sentences_without_a_card_are_left_alone_but_for_a_handful() -> None:
    rows = load("presidio-research-even.json")
    wrong = [
        span
        for row in rows
        for span in text.detect(row["full_text"])
        if not any(span.start < end and start < span.end for start, end in cards_of(row))
    ]
    assert len(wrong) <= 5


@needs_data
def test_orders_for_coffee_hold_no_card() -> None:
    for dialogue in load("taskmaster-even.json"):
        said = "\n".join(f"{speaker}: {message}" for speaker, message in dialogue["turns"])
        assert text.detect(said) == []
        assert looser.examine(said) == []


@needs_data
def test_calls_in_which_account_and_telephone_numbers_are_read_out_hold_no_card() -> None:
    calls = sorted((DATA / "vcon" / "calls").glob("*.json"))
    assert len(calls) >= 30
    for path in calls:
        for analysis in json.loads(path.read_text(encoding="utf-8"))["analysis"]:
            if isinstance(analysis["body"], list):
                said = "\n".join(f"{turn['speaker']}: {turn['message']}" for turn in analysis["body"])
                assert text.detect(said) == []
