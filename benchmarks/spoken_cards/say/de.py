"""German, as callers in Germany, Austria and Switzerland say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = (
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
)
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_ONES = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_ORDINALS = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}


class German(Language):
    """German."""

    code = "de"
    countries = ("de", "de", "at", "ch")
    digits = {"0": ("null",), "1": ("eins",), "2": ("zwei", "zwo", "zwo"), "3": ("drei",), "4": ("vier",), "5": ("fünf",), "6": ("sechs",),
              "7": ("sieben",), "8": ("acht",), "9": ("neun",)}  # fmt: skip
    repeats = {2: ("doppel", "zweimal", "zwei mal"), 3: ("dreimal", "drei mal"), 4: ("viermal",)}
    homophones = {
        "1": ("ein", "eines"),
        "4": ("wir", "für"),
        "8": ("ach",),
        "6": ("sex",),
        "3": ("dreh",),
        "9": ("neu",),
    }
    months = (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    )
    fillers = (
        "äh",
        "ähm",
        "also",
        "Moment",
        "Entschuldigung",
        "und dann",
        "ja",
        "genau",
        "warten Sie",
        "so",
        "hm",
    )
    names = (
        "Sabine Keller",
        "Herr Wagner",
        "Frau Yilmaz",
        "Thomas",
        "Anna Huber",
        "Jürgen",
        "Frau Zürcher",
        "Lukas",
    )
    streets = ("Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Am Markt", "Schillerstraße")
    cities = ("Kassel", "Graz", "Winterthur", "Bremen", "Linz", "Augsburg")
    slash = ("Schrägstrich", "slash", "", "", "")
    of = ("", "", "", "im Jahr")
    dash = ("Strich", "Bindestrich")
    letters = {
        "B": ("B wie Berta",),
        "M": ("M wie Martha",),
        "N": ("N wie Nordpol",),
        "S": ("S wie Siegfried",),
        "D": ("D wie Dora",),
    }
    also_numbers = frozenset({"hundert", "tausend", "dutzend", "million", "zwo", "beide"})
    not_numbers = frozenset({"ein", "beide"})
    money = {"de": ("Euro/Cent",), "at": ("Euro/Cent",), "ch": ("Franken/Rappen",)}
    plus = "und"
    date_sign = "."
    day_sign = "."
    full_hours = ("{h} Uhr", "Punkt {h}")
    times = ("{h} Uhr {m}",)
    percents = ("Prozent",)

    phone = {"de": ("0171 #######", "030 ########", "+49 151 ########", "0### ######", "0800 ### ## ##"),
             "at": ("0664 #######", "01 #######", "+43 676 #######"), "ch": ("079 ### ## ##", "044 ### ## ##", "+41 76 ### ## ##")}  # fmt: skip
    postcode = {"de": ("#####", "0####"), "at": ("####",), "ch": ("8###",)}
    sortcode = {"de": ("### ### ##", "########"), "at": ("#####",), "ch": ("#####",)}
    account = {
        "de": ("##########", "#######", "########"),
        "at": ("###########", "########"),
        "ch": ("##-######-#", "########"),
    }
    iban = {"de": "DE ##################", "at": "AT ################", "ch": "CH #################"}
    currency = {"de": ("{i},{d} €", "{i} Euro", "{i} Euro {d}", "{i},{d}"), "at": ("{i},{d} €", "{i} Euro", "{i},{d}"),
                "ch": ("CHF {i}.{d}", "{i} Franken", "{i}.{d}")}  # fmt: skip

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return "einundvierzig", in one word; some recognisers write it in three."""
        tens, ones = divmod(n, 10)
        if n > 20 and ones and voice.rng.random() < 0.06:
            return [Piece(_ONES[ones]), Piece("und", link=True), Piece(_TENS[tens], str(n))]
        return [self._compact(n, voice)]

    def _compact(self, n: int, voice: Voice) -> Piece:
        if n < 20:
            return Piece(_TEENS[n - 10], str(n))
        tens, ones = divmod(n, 10)
        ten = "dreissig" if tens == 3 and voice.country == "ch" else _TENS[tens]
        return Piece(f"{_ONES[ones]}und{ten}" if ones else ten, str(n))

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "vierhundertelf" or "vierhundert elf"."""
        hundreds, rest = divmod(n, 100)
        glue = " " if not voice.hyphen and voice.rng.random() < 0.4 else ""
        head = "" if hundreds == 1 and voice.rng.random() < 0.5 else _ONES[hundreds]
        link = "und" if 0 < rest < 13 and not glue and voice.rng.random() < 0.3 else ""
        zeros = "00" if rest == 0 else "0" if rest < 10 else ""
        return [Piece(f"{head}hundert{link}", f"{hundreds}{zeros}", glue), *self._small(rest, voice)]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "viertausendeinhundertelf" or "viertausend einhundertelf"; of years "neunzehnhundert…"."""
        glue = " " if voice.rng.random() < 0.5 else ""
        if 1100 <= n < 2000 and voice.rng.random() < 0.7:
            zeros = "00" if n % 100 == 0 else "0" if n % 100 < 10 else ""
            return [
                Piece(f"{_TEENS[n // 100 - 10]}hundert", f"{n // 100}{zeros}", ""),
                *self._small(n % 100, voice),
            ]
        thousands, rest = divmod(n, 1000)
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        head = Piece(f"{_ONES[thousands]}tausend", f"{thousands}{zeros}", glue)
        return [head, *(self._small(rest, voice) if rest < 100 else self.hundreds(rest, voice))]

    def day(self, day: int, voice: Voice) -> str:
        """Return "dritten"."""
        if day in _ORDINALS:
            return _ORDINALS[day]
        word = self._compact(day, voice).text if day > 9 else _ONES[day]
        return word + ("ten" if day < 20 else "sten")

    def month_by_number(self, month: int, voice: Voice) -> list[Piece]:
        """Return "neun", "null neun" or "neunter"."""
        if voice.rng.random() < 0.35:
            return [Piece(self.day(month, voice)[:-1] + voice.pick(("r", "n")))]
        if month < 10 and voice.rng.random() < 0.4:
            return [self.digit("0", voice), self.digit(str(month), voice)]
        return self.cardinal(month, voice)

    def _small(self, n: int, voice: Voice) -> list[Piece]:
        if n == 0:
            return []
        return [Piece("eins" if n == 1 else _ONES[n], str(n))] if n < 10 else [self._compact(n, voice)]


LANGUAGE = German()
