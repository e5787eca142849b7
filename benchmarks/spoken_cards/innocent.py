"""Numbers that are no card data: values by their usual shapes, and how they are told. Each is drawn again while it could be a card."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from benchmarks.spoken_cards import cards, ways
from benchmarks.spoken_cards.say.language import Language, Voice, joined
from benchmarks.spoken_cards.template import SPOKEN, Slot

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SHAPES = {
    "order": ("######", "#######", "########", "##########", "AA-######", "#####-###", "###-#######-#######", "#1#######"),
    "customer": ("######", "#######", "########", "##########", "C#######", "#########"),
    "tracking": ("1Z##XX##########", "############", "##############", "####################", "AA#########BE", "##########",
                 "00##################"),
    "booking": ("XXXXXX", "AAAAAA", "########", "AA####", "#######"),
    "reference": ("AA######", "INV-####-####", "A##-####", "AAA#####", "######/#", "A#######"),
    "ticket": ("XXXX####", "125-##########", "220 ##########", "A######", "#######"),
    "flight": ("BA ####", "LH ###", "KL ####", "FR ####", "IB ####", "TP ###", "AF ####"),
}  # fmt: skip
_PREFIX = re.compile(r"1Z|JJD|INV-|(?:BA|LH|KL|FR|IB|TP|AF) (?=#)")


def value(slot: Slot, language: Language, country: str, rng: Random) -> Any:
    """Return a value for a slot: a string in its usual shape, or the numbers of a date, a time, an amount."""
    what = slot.what
    if what in {"date", "birthday"}:
        year = rng.randint(1938, 2006) if what == "birthday" else rng.choice((None, None, 2025, 2026, 2027))
        return rng.randint(1, 28), rng.randint(1, 12), year
    if what == "time":
        return rng.randint(7, 21), rng.choice((0, 0, 15, 30, 30, 45, 10, 5, 20, 50))
    if what == "amount":
        whole = rng.choice((rng.randint(3, 99), rng.randint(100, 999), rng.randint(1000, 4800)))
        return whole, rng.choice((0, 0, 50, 99, 95, rng.randint(1, 98)))
    small = {"year": (1985, 2026), "age": (18, 93), "percent": (2, 60), "count": (1, 12), "house": (1, 260)}
    if what in small:
        return rng.randint(*small[what])
    while True:
        drawn = (
            _iban(language, country, rng)
            if what == "iban"
            else filled(_shape(slot, language, country, rng), rng)
        )
        if not cards.is_card(re.sub(r"\D", "", drawn)):
            return drawn


def told(slot: Slot, value: Any, language: Language, voice: Voice, *, writes_digits: bool) -> str:
    """Return a value as text, said or written as the slot, the speaker and the recogniser want it."""
    written = (
        slot.way not in (*SPOKEN, "any") or writes_digits or (slot.way == "any" and voice.rng.random() < 0.1)
    )
    what = slot.what
    if what in {"date", "birthday"}:
        return _date(value, language, voice, written=written)
    if what == "time":
        return f"{value[0]}:{value[1]:02}" if written else language.time(value[0], value[1], voice)
    if what == "amount":
        if written:
            return voice.pick(language.currency[voice.country]).format(i=value[0], d=f"{value[1]:02}")
        return language.amount(value[0], value[1], voice)
    if what == "percent":
        return f"{value}%" if written else language.percent(value, voice)
    if what == "year":
        return str(value) if written else joined(language.year(value, voice))
    if isinstance(value, int):
        return (
            str(value)
            if written and (what != "count" or slot.way != "any")
            else language.number(value, voice)
        )
    if written:
        return _rewritten(value, slot.way, language, voice)
    return _spoken(value, slot.way, language, voice)


def _date(value: tuple[int, int, int | None], language: Language, voice: Voice, *, written: bool) -> str:
    day, month, year = value
    return (language.written_date if written else language.date)(day, month, year, voice)


def filled(shape: str, rng: Random) -> str:
    """Return a shape with its signs drawn: # any digit, N a digit from 2, A a letter, X either; prefixes that are always the same stay."""

    def sign(match: re.Match[str]) -> str:
        kind = match.group()
        if kind == "#":
            return rng.choice("0123456789")
        if kind == "N":
            return rng.choice("23456789")
        return rng.choice(_LETTERS if kind == "A" else _LETTERS + "23456789")

    prefix = _PREFIX.match(shape)
    head = prefix.group() if prefix else ""
    return head + re.sub("[#NAX]", sign, shape[len(head) :])


def _shape(slot: Slot, language: Language, country: str, rng: Random) -> str:
    if slot.what == "number":
        return "#" * slot.size
    own = {
        "phone": language.phone,
        "postcode": language.postcode,
        "sortcode": language.sortcode,
        "account": language.account,
    }
    shapes = own[slot.what][country] if slot.what in own else _SHAPES[slot.what]
    return rng.choice(shapes)


def _iban(language: Language, country: str, rng: Random) -> str:
    code, shape = language.iban[country].split()
    body = re.sub("A", lambda _: rng.choice(_LETTERS), shape)
    body = re.sub("#", lambda _: rng.choice("0123456789"), body)
    number = "".join(str(int(sign, 36)) for sign in body + code + "00")
    whole = f"{code}{98 - int(number) % 97:02}{body}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def _rewritten(value: str, way: str, language: Language, voice: Voice) -> str:
    """Return a number in digits: as it is usually written, or as the way wants it, or as a recogniser happens to."""
    if way in {"any", "typed", *SPOKEN}:
        chance = voice.rng.random()
        if chance < 0.6:
            return value
        if chance < 0.75:
            return re.sub(r"[ .()-]", "", value)
        way = voice.pick(("chunks", "tokens"))
    groups = ways.pieces(re.sub(r"\D", "", value), way, language, voice, writes_digits=True)
    letters = re.sub(r"[^A-Z]", "", value)
    return " ".join(filter(None, (letters, " ".join(joined(group) for group in groups))))


def _spoken(value: str, way: str, language: Language, voice: Voice) -> str:
    said: list[str] = []
    way = voice.pick(("digits", "digits", "digits", "pairs", "double", "mixture")) if way == "any" else way
    for part in re.findall(r"\d+|[A-Z]|\+", value):
        if part.isdigit():
            said.extend(
                joined(group) for group in ways.pieces(part, way, language, voice, writes_digits=False)
            )
        elif part == "+":
            said.append("plus")
        else:
            said.append(voice.pick((part, part, part, *language.letters.get(part, ()))))
    if "-" in value and language.dash and voice.rng.random() < 0.3:
        said.insert(len(said) // 2, voice.pick(language.dash))
    return " ".join(said)
