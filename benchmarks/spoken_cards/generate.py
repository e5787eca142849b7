"""A template and a seed make a call: values are drawn, slots are filled, the recogniser writes, and every word gets a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from benchmarks.spoken_cards import cards as brands
from benchmarks.spoken_cards import expiry, innocent, trouble, ways
from benchmarks.spoken_cards.say import language as load
from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.style import Style, dressed
from benchmarks.spoken_cards.template import NUMBERS, Slot, Template, chosen, parts, slots
from benchmarks.spoken_cards.truth import Call, Kind, Piece, Spoken, Token, Turn

_KINDS = {"card": Kind.PAN, "cvv": Kind.CVV, "expiry": Kind.EXPIRY, "pin": Kind.PIN, "track1": Kind.TRACK, "track2": Kind.TRACK,
          "last4": Kind.LAST_FOUR, "bin": Kind.BIN}  # fmt: skip
_RANK = {
    kind: rank for rank, kind in enumerate((Kind.OTHER, Kind.WITHIN, Kind.INNOCENT_NUMBER, *_KINDS.values()))
}


def call(template: Template, seed: int | str, style: str = "any") -> Call:
    """Return the call that a template and a seed make: always the same one, and another for another seed."""
    return _Maker.of(template, seed, style).call()


@dataclass
class _Maker:
    template: Template
    seed: str
    language: Language
    rng: Random
    style: Style
    voice: Voice
    cards: tuple[brands.Card, ...]
    trouble: str
    values: dict[tuple[str, int, int], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, template: Template, seed: int | str, style: str) -> _Maker:
        rng = Random(f"{seed}|{template.language}|{template.name}")
        language = load(template.language)
        country = template.country or rng.choice(language.countries)
        written = Style.drawn(style, rng)
        voice = Voice(rng, country, written.hyphen)
        trouble_ = trouble.of_a_call(template.noise, rng)
        made = tuple(brands.made(wish, rng) for wish in template.cards)
        return cls(template, str(seed), language, rng, written, voice, made, trouble_)

    def call(self) -> Call:
        clock, turns = _Clock(self.rng), []
        for speaker, text in self.template.turns:
            tokens = dressed(self.tokens(chosen(text, self.rng)), self.style)
            if tokens:
                turns.append(Turn(speaker, tuple(clock.timed(tokens))))
        used = {slot.which for _, text in self.template.turns for slot in slots(text) if slot.what in _KINDS}
        pans = tuple(card.pan for card in self.cards[: max(used, default=0)])
        return Call(
            f"{self.template.name}#{self.seed}",
            self.language.code,
            self.voice.country,
            self.style.name,
            tuple(turns),
            pans,
        )

    def tokens(self, text: str) -> list[Token]:
        """Return the words of a turn: stretches that no white space parts are one word, of the kind that matters most."""
        atoms: list[Token] = []
        said = ""
        for part in parts(text):
            atoms.extend(self.filled(part, said) if isinstance(part, Slot) else self.literal(part))
            said = "" if isinstance(part, Slot) else part
        words: list[Token] = []
        before = ""
        for atom in atoms:
            if not atom.text:
                before = before or atom.before
            elif (gap := before or atom.before) or not words:
                words.append(replace(atom, before=gap or " "))
                before = ""
            else:
                words[-1] = _merged(words[-1], atom)
        return words

    def literal(self, text: str, *, in_number: bool = False) -> Iterator[Token]:
        """Yield the words of running text; white space is a token without text."""
        for match in re.finditer(r"([ \t]+)|([^ \t]+)", text):
            if match[1]:
                yield Token("", before=" ")
            else:
                number = self.language.is_number(match[2], in_number=in_number)
                yield Token(match[2], Kind.INNOCENT_NUMBER if number else Kind.OTHER, before="")

    def filled(self, slot: Slot, after: str = "") -> Iterator[Token]:
        """Yield a slot's words; `after` is the running text in front of it."""
        if slot.what in _KINDS:
            yield from self.card_slot(slot)
        elif slot.what in NUMBERS:
            told = self.innocent(slot)
            if slot.what == "time" and self.language.hour_follows.intersection(after.lower().split()[-1:]):
                told = told.removeprefix(f"{self.language.hour_article} ")
            yield from self.literal(told, in_number=True)
        elif slot.what == "um":
            yield from (replace(token, kind=Kind.WITHIN) for token in self.literal(self.word(slot)))
        else:
            yield from self.literal(self.word(slot))

    def innocent(self, slot: Slot) -> str:
        key = (slot.what, slot.which, slot.size)
        if key not in self.values:
            self.values[key] = innocent.value(slot, self.language, self.voice.country, self.rng)
        return innocent.told(
            slot, self.values[key], self.language, self.voice, writes_digits=self.style.writes_digits
        )

    def word(self, slot: Slot) -> str:
        if slot.what == "um":
            return self.rng.choice(self.language.fillers)
        lists = {"name": self.language.names, "street": self.language.streets, "city": self.language.cities,
                 "email": tuple(f"{name.split()[-1].lower()}@example.org" for name in self.language.names)}  # fmt: skip
        key = (slot.what, slot.which, 0)
        return str(self.values.setdefault(key, self.rng.choice(lists[slot.what])))

    def card_slot(self, slot: Slot) -> Iterator[Token]:
        card = self.cards[slot.which - 1]
        kind = _KINDS[slot.what]
        if kind is Kind.TRACK:
            yield Token(
                getattr(card, slot.what), kind, card.pan, tuple(range(len(card.pan))), slot.which, before=""
            )
            return
        if kind is Kind.EXPIRY:
            groups = expiry.pieces(
                slot, card.month, card.year, self.language, self.voice, writes_digits=self.style.writes_digits
            )
            yield from self.placed(groups, (), kind, slot.which)
            return
        signs = self.signs(slot, card)
        troubles = slot.troubles
        if not troubles and kind is Kind.PAN and self.trouble and self.rng.random() < 0.4:
            troubles = (self.trouble,)
            if self.trouble != "fillers":  # who stammers does so all the time; a recogniser slips once
                self.trouble = ""
        signs = trouble.misheard(signs, troubles, self.rng)
        number = "".join(sign for sign, _ in signs)
        groups = ways.pieces(
            number, slot.way, self.language, self.voice, writes_digits=self.style.writes_digits
        )
        groups = trouble.interrupted(groups, troubles, self.language, self.rng)
        yield from self.placed(groups, tuple(place for _, place in signs), kind, slot.which)

    def signs(self, slot: Slot, card: brands.Card) -> list[tuple[str, int]]:
        """Return the digits of a slot, each with its place in the card's number."""
        number = card.cvv if slot.what == "cvv" else card.pin if slot.what == "pin" else card.pan
        first, last = slot.first, slot.last or len(number)
        if slot.what == "last4":
            first = len(number) - 3
        elif slot.what == "bin":
            last = 6
        return [(number[at], at) for at in range(first - 1, min(last, len(number)))]

    def placed(
        self, groups: Sequence[Sequence[Piece]], places: tuple[int, ...], kind: Kind, which: int
    ) -> Iterator[Token]:
        """Yield the groups of a number as tokens that know which places of it they carry."""
        at = 0
        commas = self.style.has_punctuation and self.rng.random() < 0.4
        for count, group in enumerate(groups):
            if count:
                yield Token("", before=" ")
            for index, piece in enumerate(group):
                own = places[at : at + len(piece.digits)] if places else ()
                at += len(piece.digits)
                comma = (
                    ","
                    if commas and piece is group[-1] and count % 4 == 3 and count < len(groups) - 1
                    else ""
                )
                yield Token(
                    piece.text + comma,
                    Kind.WITHIN if piece.link else kind,
                    piece.digits,
                    own,
                    which,
                    before="",
                )
                if index < len(group) - 1:
                    yield from self.glued(piece.glue, kind, which)

    def glued(self, glue: str, kind: Kind, which: int) -> Iterator[Token]:
        """Yield what joins two pieces: white space parts them, a sign without white space belongs to them, one within says nothing."""
        for part in re.findall(r"\s+|\S+", glue):
            if part.isspace():
                yield Token("", before=part)
            else:
                alone = glue[0].isspace() and glue[-1].isspace()
                yield Token(part, Kind.WITHIN if alone else kind, card=which, before="")


def _merged(left: Token, right: Token) -> Token:
    stronger = left if _RANK[left.kind] >= _RANK[right.kind] else right
    return Token(
        left.text + right.text,
        stronger.kind,
        left.digits + right.digits,
        left.places + right.places,
        stronger.card,
        left.before,
    )


@dataclass
class _Clock:
    """Speech has a pace: a word takes its letters' time, turns pause."""

    rng: Random
    now: int = 400

    def timed(self, tokens: Sequence[Token]) -> Iterator[Spoken]:
        pace = self.rng.uniform(0.8, 1.3)
        self.now += self.rng.randint(150, 900)
        for token in tokens:
            length = round((140 + 45 * min(len(token.text), 12)) * pace)
            yield Spoken(token, self.now, self.now + length)
            self.now += length + self.rng.choice((10, 20, 40, 40, 80, 300))
