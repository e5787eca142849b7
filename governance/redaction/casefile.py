"""A decision about an uncertain finding as a file that anybody may have: its words, and what the detectors must say of them.

Pure. `case_making` makes one of a call; `holds` is what a test asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.redaction.case_words import allowed
from governance.redaction.lexicon import words_of
from governance.redaction.spans import Word

FORMAT = "governance/case@1"


@dataclass(frozen=True)
class Case:
    """A test case: words, and where card data of which kind is expected among them, or (None) is not."""

    language: str
    words: tuple[Word, ...]
    first: int
    last: int
    entity: str | None
    origin: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """Return the case as its file has it."""
        words = [
            {
                "text": word.text, "turn": word.turn, "speaker": word.speaker, "channel": word.channel,
                "start_ms": word.start_ms, "end_ms": word.end_ms,
            }
            for word in self.words
        ]  # fmt: skip
        expected = {"first": self.first, "last": self.last, "entity": self.entity}
        return {
            "format": FORMAT,
            "language": self.language,
            "expected": expected,
            "origin": dict(self.origin),
            "words": words,
        }


def read(told: Mapping[str, Any]) -> Case:
    """Return the case that a file holds. Raises `ValueError` for what is none."""
    if told.get("format") != FORMAT:
        raise ValueError("this is no case file")
    words = tuple(
        Word(
            text=str(one["text"]), turn=int(one["turn"]), speaker=one["speaker"], channel=one["channel"],
            start_ms=one["start_ms"], end_ms=one["end_ms"],
        )
        for one in told["words"]
    )  # fmt: skip
    expected = told["expected"]
    return Case(
        str(told["language"]),
        words,
        int(expected["first"]),
        int(expected["last"]),
        expected["entity"],
        told["origin"],
    )


def holds(case: Case) -> bool:
    """Return whether today's detector finds what the case says: all of its words, as the kind it names, or none of them."""
    from governance.redaction import text

    found = text.detect_words(case.words, case.language)
    wanted = range(case.first, case.last + 1)
    if case.entity is None:
        return not any(one.first <= at <= one.last for one in found for at in wanted)
    covered = {
        at for one in found if one.entity.value == case.entity for at in range(one.first, one.last + 1)
    }
    # What is said between two numbers need not be masked, the numbers must.
    return all(at in covered or not _says_a_number(case, at) for at in wanted) and bool(covered & set(wanted))


def _says_a_number(case: Case, at: int) -> bool:
    known = allowed(case.language)
    return any(word[0].isdigit() or word in known.lexicon.numeric for word in words_of(case.words[at].text))
