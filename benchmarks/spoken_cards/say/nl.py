"""Dutch, as callers in the Netherlands and Flanders say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = (
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
)
_TENS = ("", "", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_ONES = ("", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")


class Dutch(Language):
    """Dutch."""

    code = "nl"
    countries = ("nl", "nl", "be")
    digits = {"0": ("nul",), "1": ("een", "één", "één"), "2": ("twee",), "3": ("drie",), "4": ("vier",), "5": ("vijf",), "6": ("zes",),
              "7": ("zeven",), "8": ("acht",), "9": ("negen",)}  # fmt: skip
    repeats = {
        2: ("dubbel", "twee keer", "tweemaal", "dubbele"),
        3: ("drie keer", "driemaal", "driedubbel"),
        4: ("vier keer",),
    }
    homophones = {
        "1": ("eens", "eend"),
        "4": ("fier",),
        "8": ("ach",),
        "3": ("die",),
        "7": ("zeve",),
        "6": ("ze",),
        "2": ("thee",),
    }
    months = (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    )
    fillers = ("eh", "uh", "even kijken", "wacht even", "sorry", "en dan", "ja", "oké", "nou", "hm", "dus")
    names = (
        "Anneke de Vries",
        "meneer Jansen",
        "Fatima",
        "Pieter Bakker",
        "mevrouw Peeters",
        "Sanne",
        "Bram",
        "Els Willems",
    )
    streets = ("Dorpsstraat", "Kerkstraat", "Stationsweg", "Lindelaan", "Grote Markt", "Molenweg")
    cities = ("Zwolle", "Gent", "Breda", "Leuven", "Leiden", "Arnhem")
    slash = ("streep", "schuine streep", "slash", "", "")
    of = ("", "", "van")
    dash = ("streepje", "liggend streepje")
    letters = {
        "B": ("B van Bernard",),
        "M": ("M van Marie",),
        "N": ("N van Nico",),
        "S": ("S van Simon",),
        "D": ("D van Dirk",),
    }
    also_numbers = frozenset({"honderd", "duizend", "dozijn", "miljoen"})
    not_numbers = frozenset({"een"})
    money = {"nl": ("euro/cent",), "be": ("euro/cent",)}
    plus = "en"
    date_sign = "-"
    full_hours = ("{h} uur",)
    times = ("{h} uur {m}", "{m} over {h}")
    percents = ("procent",)

    phone = {"nl": ("06 ########", "06-########", "020 ### ####", "+31 6 ########", "0800 ####"),
             "be": ("04## ## ## ##", "02 ### ## ##", "+32 4## ## ## ##")}  # fmt: skip
    postcode = {"nl": ("1### AA", "#### AA"), "be": ("####",)}
    sortcode = {"nl": ("####",), "be": ("###",)}
    account = {"nl": ("#########", "##########"), "be": ("###-#######-##", "##########")}
    iban = {"nl": "NL AAAA##########", "be": "BE ############"}
    currency = {
        "nl": ("€ {i},{d}", "{i} euro", "{i},{d}", "{i} euro {d}"),
        "be": ("{i},{d} euro", "{i} euro", "{i},{d}"),
    }

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return "eenenveertig", in one word; some recognisers write it in three."""
        tens, ones = divmod(n, 10)
        if n > 20 and ones and voice.rng.random() < 0.06:
            return [Piece(_ONES[ones]), Piece("en", link=True), Piece(_TENS[tens], str(n))]
        return [self._compact(n)]

    def _compact(self, n: int) -> Piece:
        if n < 20:
            return Piece(_TEENS[n - 10], str(n))
        tens, ones = divmod(n, 10)
        return Piece(
            f"{_ONES[ones]}{'ën' if ones in {2, 3} else 'en'}{_TENS[tens]}" if ones else _TENS[tens], str(n)
        )

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "vierhonderdelf" or "vierhonderd elf"."""
        hundreds, rest = divmod(n, 100)
        glue = " " if voice.rng.random() < 0.4 else ""
        zeros = "00" if rest == 0 else "0" if rest < 10 else ""
        link = "en" if 0 < rest < 13 and not glue and voice.rng.random() < 0.3 else ""
        head = "" if hundreds == 1 else _ONES[hundreds]
        return [Piece(f"{head}honderd{link}", f"{hundreds}{zeros}", glue), *self._small(rest)]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "vierduizend honderdelf" or, as many say, "eenenveertighonderd elf"."""
        head, rest = divmod(n, 100)
        if n % 1000 >= 100 and head % 10 and voice.rng.random() < 0.4:
            zeros = "00" if rest == 0 else "0" if rest < 10 else ""
            return [Piece(f"{self._compact(head).text}honderd", f"{head}{zeros}"), *self._small(rest)]
        thousands, rest = divmod(n, 1000)
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        first = Piece(f"{'' if thousands == 1 else _ONES[thousands]}duizend", f"{thousands}{zeros}")
        return [first, *(self._small(rest) if rest < 100 else self.hundreds(rest, voice))]

    def month_by_number(self, month: int, voice: Voice) -> list[Piece]:
        """Return "negen" or "nul negen"."""
        if month < 10 and voice.rng.random() < 0.4:
            return [self.digit("0", voice), self.digit(str(month), voice)]
        return self.cardinal(month, voice)

    def _small(self, n: int) -> list[Piece]:
        if n == 0:
            return []
        return [Piece(_ONES[n], str(n))] if n < 10 else [self._compact(n)]


LANGUAGE = Dutch()
