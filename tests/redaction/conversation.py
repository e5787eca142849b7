"""One conversation in which a card is given, and copies of it in places nobody promises to look."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PAN = "4024007103939509"
CODE = "917"
SPOKEN_PAN = [UNITS[int(digit)] for digit in PAN]
SPOKEN_CODE = [UNITS[int(digit)] for digit in CODE]
TURNS = [
    ("agent", ["can", "I", "take", "the", "long", "card", "number", "please"]),
    ("customer", ["sure", "it's", *SPOKEN_PAN]),
    ("agent", ["thank", "you", "and", "the", "security", "code", "on", "the", "back"]),
    ("customer", [*SPOKEN_CODE, "thanks"]),
]


def timed() -> list[dict[str, Any]]:
    """Every word with speaker and times in seconds."""
    rows, at = [], 0.5
    for turn, (speaker, words) in enumerate(TURNS):
        for word in words:
            rows.append(
                {
                    "text": word,
                    "start": round(at, 2),
                    "end": round(at + 0.3, 2),
                    "speaker": speaker,
                    "turn": turn,
                }
            )
            at += 0.4
        at += 0.6
    return rows


def flat() -> str:
    return " ".join(row["text"] for row in timed())


def extras() -> dict[str, Any]:
    """Copies in places nobody promises to look."""
    return {
        "summary": f"Customer paid with {PAN[:4]} {PAN[4:8]} {PAN[8:12]} {PAN[12:]}.",
        PAN: "a key",
        "raw_number": int(PAN),
        "as_float": float(int(PAN)),
        "cvv": int(CODE),
        "digits": [int(digit) for digit in PAN],
        "codes": [ord(sign) for sign in PAN],
        "nested": json.dumps({"card": PAN, "deep": [{"cvv": CODE}]}),
        "harmless": "the parcel left on 2024-05-12",
        "count": 42,
    }


def turns_said(words: Iterable[Any]) -> list[str]:
    """What was said in each turn, of words or of rows of this conversation."""
    said: dict[int, list[str]] = {}
    for one in words:
        turn, text = (one["turn"], one["text"]) if isinstance(one, dict) else (one.turn, one.text)
        said.setdefault(turn, []).append(text)
    return [" ".join(each) for each in said.values()]
