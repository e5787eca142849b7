"""Templates: a call with slots, as people write it. The README says how; here it is read, and what is wrong is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import yaml

from benchmarks.spoken_cards import cards

HERE = Path(__file__).parent
SETS = {"development": HERE / "templates", "validation": HERE / "validation", "heldout": HERE / "heldout"}
SPEAKERS = ("A", "C", "I", "O")
SPOKEN = ("digits", "double", "pairs", "hundreds", "thousands", "mixture")
SEPARATED = {"spaces": " ", "dashes": "-", "dots": ".", "nbsp": "\N{NO-BREAK SPACE}", "together": ""}
WRITTEN = ("typed", *SEPARATED, "tokens", "chunks", "mixed")
EXPIRY = ("names", "slash", "digits", "numbers")
TROUBLES = ("fillers", "wrong", "lost", "doubled", "homophones")
OF_A_CARD = ("card", "cvv", "expiry", "pin", "track1", "track2", "last4", "bin")
NUMBERS = ("phone", "order", "account", "customer", "tracking", "booking", "reference", "ticket", "flight", "iban", "sortcode",
           "postcode", "date", "birthday", "time", "year", "age", "amount", "percent", "count", "house", "number")  # fmt: skip
WORDS = ("name", "street", "city", "email", "um")
NOISES = ("none", "some", "heavy")

_SLOT = re.compile(r"\{([^{}]*)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"(track[12]|last4|[a-z]+)_?([23])?")
_RANGE = re.compile(r"(\d+)-(\d*)")


class TemplateError(ValueError):
    """A template breaks the rules of the format. The message names the file, the call and the slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot: what, of which (the second card, another phone), which digits of it, and how it is said."""

    what: str
    which: int = 1
    first: int = 1
    last: int | None = None
    part: str = ""  # month or year of an expiry date
    way: str = "any"
    size: int = 0  # of {number 5}
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A call as written: its head, and its turns as (speaker, text with slots and choices)."""

    name: str
    language: str
    turns: tuple[tuple[str, str], ...]
    cards: tuple[str, str, str] = ("16", "16", "16")
    country: str | None = None
    noise: str = "some"

    def has_card(self) -> bool:
        """Whether card data is in it."""
        return any(slot.what in OF_A_CARD[:6] for _, text in self.turns for slot in slots(text))

    def doubtful(self, is_number: Callable[[str], bool]) -> Iterator[str]:
        """Yield turns in which two numbers follow one another beside a card's slot: most likely digits of the card.

        Digits of a card belong into a slot ({card 9-10 wrong} for a slip), or masking them would count as harm.
        """
        for _, text in self.turns:
            if any(slot.what in OF_A_CARD[:6] for slot in slots(text)):
                words = [is_number(word) for word in _SLOT.sub(" … ", text).split()]
                if any(first and second for first, second in pairwise(words)):
                    yield text


def load(which: str | Path, language: str) -> list[Template]:
    """Return the templates of a language from a set (`development`, `validation`, `heldout`) or a folder, in the order of their names.

    Raises `TemplateError` where one breaks the format.
    """
    root = SETS.get(str(which)) or Path(which)
    found: list[Template] = []
    for path in sorted((root / language).glob("*.yaml")):
        found.extend(read(path, language))
    return found


def read(path: Path, language: str) -> list[Template]:
    """Return the calls of one file."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name}: this is no YAML: {error}") from None
    if not isinstance(rows, list):
        raise TemplateError(f"{path.name}: a file is a list of calls, each beginning with '- call:'")
    found = [_template(row, path.stem, language) for row in rows]
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise TemplateError(f"{path.name}: two calls have one name: {max(names, key=names.count)}")
    return found


def slots(text: str) -> Iterator[Slot]:
    """Yield every slot of a turn, those in choices too."""
    for match in _SLOT.finditer(text):
        yield slot(match.group(1))


def chosen(text: str, rng: Random) -> str:
    """Return a turn with its choices made."""
    return _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)


def parts(text: str) -> Iterator[str | Slot]:
    """Yield the literal stretches and the slots of a turn whose choices are made."""
    at = 0
    for match in _SLOT.finditer(text):
        yield text[at : match.start()]
        yield slot(match.group(1))
        at = match.end()
    yield text[at:]


def slot(written: str) -> Slot:
    """Return what is between two braces as a slot. Raises `TemplateError`."""
    first, *options = written.split() or [""]
    name = _NAME.fullmatch(first)
    if name is None or name[1] not in (*OF_A_CARD, *NUMBERS, *WORDS):
        raise TemplateError(f"{{{written}}}: there is no such slot")
    what = name[1]
    read_: dict[str, Any] = {"which": int(name[2] or 1)}
    troubles: list[str] = []
    for option in options:
        span = _RANGE.fullmatch(option)
        if span and what in OF_A_CARD:
            read_ |= {"first": int(span[1]), "last": int(span[2]) if span[2] else None}
        elif what == "number" and option.isdigit():
            read_["size"] = int(option)
        elif what == "expiry" and option in {"month", "year"}:
            read_["part"] = option
        elif option in (EXPIRY if what == "expiry" else (*SPOKEN, *WRITTEN)) or option == "any":
            read_["way"] = option
        elif option in TROUBLES and what in OF_A_CARD:
            troubles.append(option)
        else:
            raise TemplateError(f"{{{written}}}: {option!r} is nothing that {what} can be")
    if what == "number" and not read_.get("size"):
        raise TemplateError(f"{{{written}}}: of how many digits? {{number 5}}")
    return Slot(what, troubles=tuple(troubles), **read_)


def _template(row: Any, file: str, language: str) -> Template:
    known = {"call", "about", "talk", "card", "card2", "card3", "country", "noise"}
    if not isinstance(row, dict) or not {"call", "talk"} <= set(row):
        raise TemplateError(f"{file}: every call has 'call:' and 'talk:'")
    name = f"{file}/{row['call']}"
    if set(row) - known:
        raise TemplateError(
            f"{name}: there is no {', '.join(sorted(map(str, set(row) - known)))} in the head of a call"
        )
    wishes = tuple(str(row.get(key, "16")) for key in ("card", "card2", "card3"))
    for wish in wishes:
        if wish not in cards.WISHES:
            raise TemplateError(f"{name}: a card is one of {', '.join(cards.WISHES)}")
    noise = str(row.get("noise", "some"))
    if noise not in NOISES:
        raise TemplateError(f"{name}: noise is one of {', '.join(NOISES)}")
    turns = tuple(_turn(line, name) for line in str(row["talk"]).splitlines() if line.strip())
    country = row.get("country")
    return Template(name, language, turns, (wishes[0], wishes[1], wishes[2]), country and str(country), noise)


def _turn(line: str, name: str) -> tuple[str, str]:
    speaker, colon, text = line.strip().partition(":")
    if not colon or speaker not in SPEAKERS:
        raise TemplateError(
            f"{name}: a line begins with A:, C:, I: or O:, this one does not: {line.strip()[:40]}"
        )
    outside = _SLOT.sub("", text)
    if re.search(r"[{}]", outside) or re.search(r"[\[\]]", _CHOICE.sub("", outside)):
        raise TemplateError(
            f"{name}: a brace or bracket has no partner, or choices stand in a choice: {line.strip()[:40]}"
        )
    try:
        list(slots(text))
    except TemplateError as error:
        raise TemplateError(f"{name}: {error}") from None
    return speaker, text.strip()
