"""What every language has in common: its words for numbers, months, repeats and fillers, and the shapes of its numbers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from benchmarks.spoken_cards.truth import Piece


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: chance, country, and whether compound number words are written with hyphens."""

    rng: Random
    country: str
    hyphen: bool = True

    def pick(self, choices: Sequence[str]) -> str:
        """Return one of several ways to say the same."""
        return self.rng.choice(choices)

    @property
    def glue(self) -> str:
        """What joins the parts of one number word."""
        return "-" if self.hyphen else " "


class Language(ABC):
    """A language's way with numbers. Subclasses are data, and a few functions where a language has rules."""

    code: str
    countries: tuple[str, ...]
    digits: Mapping[str, tuple[str, ...]]  # the usual form first, and more often
    repeats: Mapping[int, tuple[str, ...]]  # "double", "triple": said before a digit
    homophones: Mapping[str, tuple[str, ...]] = {}
    months: tuple[str, ...]
    fillers: tuple[str, ...]
    names: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    slash: tuple[str, ...]  # how "/" is said between month and year
    of: tuple[str, ...] = ("",)  # what may stand between a month's name and the year
    letters: Mapping[str, tuple[str, ...]] = {}  # a spelling alphabet
    dash: tuple[str, ...] = ()
    also_numbers: frozenset[str] = frozenset()  # number words no function below says ("dozen", "million")
    not_numbers: frozenset[str] = (
        frozenset()
    )  # words that are number words in a number only ("oh", "un", "een")

    money: Mapping[str, tuple[str, ...]]  # by country: "euros/céntimos"
    plus: str = ""  # "euros *and* cents"
    dates: tuple[str, ...] = ("{d} {m}",)
    with_year: str = " {y}"
    date_sign: str = "/"
    day_sign: str = ""
    # An hour's article where the times below have one, and after which words it is not said again.
    hour_article: str = ""
    hour_follows: frozenset[str] = frozenset()
    full_hours: tuple[str, ...] = ("{h}",)
    times: tuple[str, ...] = ("{h} {m}",)
    percents: tuple[str, ...] = ("percent",)

    # Shapes by country: # is a digit, N a digit from 2 to 9, A a letter, X a letter or digit.
    phone: Mapping[str, tuple[str, ...]]
    postcode: Mapping[str, tuple[str, ...]]
    sortcode: Mapping[str, tuple[str, ...]]
    account: Mapping[str, tuple[str, ...]]
    iban: Mapping[str, str]  # the country's letters and the shape of what follows the check digits
    currency: Mapping[str, tuple[str, ...]]  # written forms of an amount: {i} whole, {d} two decimals

    @abstractmethod
    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return 10 to 99 in words; the pieces' digits are the two digits of `n`."""

    @abstractmethod
    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return 100 to 999 in words; the pieces' digits are the three digits of `n`."""

    @abstractmethod
    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return 1000 to 9999 in words; the pieces' digits are the four digits of `n`."""

    def amount(self, whole: int, cents: int, voice: Voice) -> str:
        """Return an amount of money as it is said."""
        unit, small = voice.pick(self.money[voice.country]).split("/")
        said = f"{self.number(whole, voice)} {unit}"
        if not cents:
            return said
        pennies = self.number(cents, voice)
        return voice.pick(
            (f"{said} {pennies}", f"{said} {self.plus} {pennies} {small}", f"{said} {self.plus} {pennies}")
        )

    def date(self, day: int, month: int, year: int | None, voice: Voice) -> str:
        """Return a date as it is said."""
        said = voice.pick(self.dates).format(d=self.day(day, voice), m=self.months[month - 1])
        return said if year is None else said + self.with_year.format(y=joined(self.year(year, voice)))

    def day(self, day: int, voice: Voice) -> str:
        """Return the day of a month as it is said."""
        return self.number(day, voice)

    def written_date(self, day: int, month: int, year: int | None, voice: Voice) -> str:
        """Return a date as it is written."""
        name, sign = self.months[month - 1], self.date_sign
        if year is None:
            return voice.pick((f"{day}{self.day_sign} {name}", f"{day:02}{sign}{month:02}"))
        return voice.pick(
            (
                f"{day:02}{sign}{month:02}{sign}{year}",
                f"{day}{self.day_sign} {name} {year}",
                f"{year}-{month:02}-{day:02}",
            )
        )

    def time(self, hour: int, minute: int, voice: Voice) -> str:
        """Return a time of day as it is said."""
        said = self.number(hour, voice)
        if minute == 0:
            return voice.pick(self.full_hours).format(h=said)
        return voice.pick(self.times).format(h=said, m=self.number(minute, voice))

    def percent(self, n: int, voice: Voice) -> str:
        """Return a percentage as it is said."""
        return f"{self.number(n, voice)} {voice.pick(self.percents)}"

    def digit(self, sign: str, voice: Voice) -> Piece:
        """Return one digit as a word."""
        forms = self.digits[sign]
        return Piece(forms[0] if voice.rng.random() < 0.6 else voice.pick(forms), sign)

    def repeated(self, sign: str, times: int, voice: Voice) -> list[Piece]:
        """Return "double four" or "two times four" for 44; "times" says no digit."""
        first, *rest = voice.pick(self.repeats[times]).split()
        return [
            Piece(first),
            *(Piece(word, link=True) for word in rest),
            Piece(self.digit(sign, voice).text, sign * times),
        ]

    def year(self, year: int, voice: Voice) -> list[Piece]:
        """Return a year in full as it is said; the digits are its last two, or four where they are said."""
        return self.thousands(year, voice)

    def expiry_year(self, year: int, voice: Voice) -> list[Piece]:
        """Return the year of a card, in two digits, as it is said."""
        return self.below_hundred(year % 100, voice)

    def month_by_number(self, month: int, voice: Voice) -> list[Piece]:
        """Return a month said by its number."""
        return self.cardinal(month, voice)

    def cardinal(self, n: int, voice: Voice) -> list[Piece]:
        """Return 0 to 9999 in words."""
        if n < 10:  # "niner", "oh" and "meia" are ways of spelling a number, and count nothing
            return [replace(self.digit(str(n), voice), text=self.digits[str(n)][0])]
        if n < 100:
            return self.below_hundred(n, voice)
        return self.hundreds(n, voice) if n < 1000 else self.thousands(n, voice)

    def number(self, n: int, voice: Voice) -> str:
        """Return 0 to 9999 in words, as one string."""
        return joined(self.cardinal(n, voice))

    @cached_property
    def number_words(self) -> frozenset[str]:
        """Every word that is a number word wherever it stands."""
        words = set(self.also_numbers)
        for country in self.countries:
            for seed in range(4):
                voice = Voice(Random(seed), country, hyphen=False)
                for n in (*range(1000), *range(1000, 10000, 137), *range(1950, 2040)):
                    words.update(piece.text for piece in self.cardinal(n, voice) if not piece.link)
        for forms in self.digits.values():
            words.update(forms)
        return frozenset(word.lower() for word in words) - self.not_numbers

    @cached_property
    def _compound(self) -> re.Pattern[str]:
        """Number words written together, as German, Dutch and Italian do: "vierhundertundelf"."""
        atoms = "|".join(sorted(map(re.escape, self.number_words | self.not_numbers), key=len, reverse=True))
        return re.compile(f"(?:{atoms})(?:(?:und|en|ën)?(?:{atoms}))+")

    def is_number(self, word: str, *, in_number: bool = False) -> bool:
        """Whether a word is a number: it holds a digit, or is a number word or a compound of such.

        Within a number "un" and "oh" are numbers too; in running text they are an article and a sigh.
        """
        if any(sign.isdigit() for sign in word):
            return True
        found = [part for part in re.split(r"[^\w']+", word.lower()) if part]
        if in_number and any(part in self.not_numbers for part in found):
            return True
        return bool(found) and all(
            part in self.number_words or self._compound.fullmatch(part) for part in found
        )


def joined(pieces: Sequence[Piece]) -> str:
    """Return pieces as a string."""
    return "".join(
        piece.text + (piece.glue if at < len(pieces) - 1 else "") for at, piece in enumerate(pieces)
    )
