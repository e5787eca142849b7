"""English, as callers in Britain and America say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice, joined
from benchmarks.spoken_cards.truth import Piece

_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
             "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth")  # fmt: skip


class English(Language):
    """English."""

    code = "en"
    countries = ("uk", "us")
    digits = {
        "0": ("zero", "oh", "oh", "nought", "o", "zero"), "1": ("one",), "2": ("two",), "3": ("three",), "4": ("four",),
        "5": ("five",), "6": ("six",), "7": ("seven",), "8": ("eight",), "9": ("nine", "niner"),
    }  # fmt: skip
    repeats = {2: ("double",), 3: ("triple", "treble"), 4: ("quadruple", "four times")}
    homophones = {"1": ("won",), "2": ("to", "too"), "4": ("for", "fore"), "8": ("ate",), "6": ("sicks",), "3": ("free", "tree"),
                  "0": ("owe",)}  # fmt: skip
    months = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    fillers = (
        "um",
        "uh",
        "er",
        "hmm",
        "let me see",
        "hang on",
        "sorry",
        "and then",
        "okay",
        "so",
        "you know",
        "yeah",
    )
    names = (
        "Olivia Grant",
        "James",
        "Mrs Patel",
        "Tom Hughes",
        "Grace",
        "Mr Novak",
        "Maria",
        "Kevin O'Neill",
        "Aisha",
        "Bill",
    )
    streets = (
        "Acacia Avenue",
        "Station Road",
        "Maple Street",
        "the High Street",
        "Park Lane",
        "Elm Drive",
        "Victoria Terrace",
    )
    cities = ("Leeds", "Bristol", "Denver", "Portland", "Glasgow", "Austin", "Norwich", "Columbus")
    slash = ("slash", "stroke", "of", "")
    of = ("", "", "of", "of the year")
    dash = ("dash", "hyphen")
    letters = {"A": ("alpha", "A for apple"), "B": ("bravo", "B as in boy"), "C": ("charlie",), "D": ("delta", "D for dog"), "F": ("foxtrot",),
               "M": ("mike", "M for mother"), "N": ("november",), "P": ("papa", "P for Peter"), "S": ("sierra", "S as in sugar")}  # fmt: skip
    also_numbers = frozenset({"hundred", "thousand", "million", "dozen", "nil"})
    not_numbers = frozenset({"oh", "o"})

    phone = {
        "uk": (
            "07### ######",
            "07### ### ###",
            "020 7### ####",
            "01#3# ######",
            "+44 7### ######",
            "0800 ### ####",
            "03## ### ####",
        ),
        "us": ("N## 555 ####", "(N##) N##-####", "+1 N## N## ####", "1-800-N##-####", "N##.N##.####"),
    }
    postcode = {"uk": ("AA# #AA", "A## #AA", "AA## #AA"), "us": ("#####", "#####", "#####-####")}
    sortcode = {"uk": ("##-##-##", "## ## ##"), "us": ("0########",)}
    account = {"uk": ("########", "#### ####"), "us": ("##########", "########", "#########")}
    iban = {"uk": "GB AAAA##############", "us": "GB AAAA##############"}
    currency = {
        "uk": ("£{i}.{d}", "£{i}", "{i} pounds {d}", "{i}.{d}"),
        "us": ("${i}.{d}", "${i}", "{i} dollars", "{i}.{d}"),
    }

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return "forty-one"."""
        if n < 20:
            return [Piece(_TEENS[n - 10], str(n))]
        tens, ones = divmod(n, 10)
        if ones == 0:
            return [Piece(_TENS[tens], str(n))]
        return [Piece(_TENS[tens], str(tens), voice.glue), self._one(ones)]

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "four hundred (and) eleven"."""
        hundreds, rest = divmod(n, 100)
        if rest == 0:
            return [self._one(hundreds), Piece("hundred", "00")]
        link = [Piece("and", link=True)] if voice.country == "uk" or voice.rng.random() < 0.2 else []
        tail = [Piece("", "0"), self._one(rest)] if rest < 10 else self.below_hundred(rest, voice)
        return [self._one(hundreds), *_carrying(Piece("hundred"), link, tail)]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "four thousand one hundred eleven", at times "forty-one hundred"."""
        if n % 100 == 0 and n % 1000 and voice.rng.random() < 0.5:
            return [*self.below_hundred(n // 100, voice), Piece("hundred", "00")]
        thousands, rest = divmod(n, 1000)
        head = self._one(thousands)
        if rest == 0:
            return [head, Piece("thousand", "000")]
        if rest >= 100:
            return [head, Piece("thousand"), *self.hundreds(rest, voice)]
        link = [Piece("and", link=True)] if voice.country == "uk" or voice.rng.random() < 0.3 else []
        zeros, tail = ("00", [self._one(rest)]) if rest < 10 else ("0", self.below_hundred(rest, voice))
        return [head, Piece("thousand", zeros), *link, *tail]

    def repeated(self, sign: str, times: int, voice: Voice) -> list[Piece]:
        """Return "double four" or "three fours"."""
        if times > 1 and sign != "0" and voice.rng.random() < 0.15:
            plural = self.digits[sign][0] + ("es" if sign == "6" else "s")
            return [Piece(self.digits[str(times)][0]), Piece(plural, sign * times)]
        return super().repeated(sign, times, voice)

    def year(self, year: int, voice: Voice) -> list[Piece]:
        """Return "twenty twenty-seven" or "two thousand (and) twenty-seven"."""
        if year % 100 >= 10 and voice.rng.random() < 0.75:
            return [*self.below_hundred(year // 100, voice), *self.below_hundred(year % 100, voice)]
        return self.thousands(year, voice)

    def amount(self, whole: int, cents: int, voice: Voice) -> str:
        """Return "forty-two pounds fifty"."""
        unit = voice.pick(
            ("pounds", "quid", "pounds") if voice.country == "uk" else ("dollars", "bucks", "dollars")
        )
        small = "pence" if voice.country == "uk" else "cents"
        said = f"{self.number(whole, voice)} {unit}"
        if not cents:
            return said
        pennies = self.number(cents, voice)
        return voice.pick(
            (f"{said} {pennies}", f"{said} and {pennies} {small}", f"{self.number(whole, voice)} {pennies}")
        )

    def date(self, day: int, month: int, year: int | None, voice: Voice) -> str:
        """Return "the third of May" or "May third"."""
        if day <= 20:
            ordinal = _ORDINALS[day]
        else:
            ordinal = "thirtieth" if day == 30 else f"{_TENS[day // 10]}{voice.glue}{_ORDINALS[day % 10]}"
        name = self.months[month - 1]
        said = (
            f"the {ordinal} of {name}"
            if voice.country == "uk" or voice.rng.random() < 0.2
            else f"{name} {ordinal}"
        )
        return said if year is None else f"{said} {joined(self.year(year, voice))}"

    def written_date(self, day: int, month: int, year: int | None, voice: Voice) -> str:
        """Return "3 May 2026" or "05/03/2026"."""
        name = self.months[month - 1]
        if year is None:
            return voice.pick((f"{day} {name}", f"{name} {day}"))
        numbers = f"{day:02}/{month:02}/{year}" if voice.country == "uk" else f"{month:02}/{day:02}/{year}"
        return voice.pick(
            (numbers, f"{day} {name} {year}", f"{name} {day}, {year}", f"{year}-{month:02}-{day:02}")
        )

    def time(self, hour: int, minute: int, voice: Voice) -> str:
        """Return "half past three", "three thirty p.m."."""
        twelve = (hour - 1) % 12 + 1
        spoken = self.number(twelve, voice)
        if minute == 0:
            return voice.pick((f"{spoken} o'clock", f"{spoken} {'am' if hour < 12 else 'pm'}"))
        if minute == 30 and voice.rng.random() < 0.5:
            return f"half past {spoken}"
        if minute == 15 and voice.rng.random() < 0.5:
            return f"quarter past {spoken}"
        minutes = f"oh {self.number(minute, voice)}" if minute < 10 else self.number(minute, voice)
        return f"{spoken} {minutes}"

    def _one(self, n: int) -> Piece:
        return Piece(self.digits[str(n)][0], str(n))


def _carrying(head: Piece, link: list[Piece], tail: list[Piece]) -> list[Piece]:
    """Return "hundred and five" where the nought that nobody says is carried by "hundred"."""
    if tail[0].text:
        return [head, *link, *tail]
    return [Piece(head.text, tail[0].digits), *link, *tail[1:]]


LANGUAGE = English()
