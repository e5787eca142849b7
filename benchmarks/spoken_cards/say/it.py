"""Italian, as callers in Italy say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = (
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
)
_TENS = ("", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
_ONES = ("", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")


class Italian(Language):
    """Italian."""

    code = "it"
    countries = ("it",)
    digits = {"0": ("zero",), "1": ("uno",), "2": ("due",), "3": ("tre",), "4": ("quattro",), "5": ("cinque",), "6": ("sei",), "7": ("sette",),
              "8": ("otto",), "9": ("nove",)}  # fmt: skip
    repeats = {
        2: ("doppio", "due volte", "doppia"),
        3: ("triplo", "tre volte", "tripla"),
        4: ("quattro volte",),
    }
    homophones = {"6": ("se", "sai"), "3": ("tra",), "9": ("nuove",), "2": ("tue",), "8": ("botto",)}
    months = (
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    )
    fillers = (
        "ehm",
        "allora",
        "aspetti",
        "un attimo",
        "scusi",
        "e poi",
        "dunque",
        "sì",
        "cioè",
        "ecco",
        "mmm",
    )
    names = (
        "Giulia Rossi",
        "il signor Bianchi",
        "Marco",
        "la signora Esposito",
        "Francesca",
        "Paolo Ferrari",
        "Elena",
        "Luca",
    )
    streets = ("via Roma", "corso Garibaldi", "via dei Mille", "piazza Dante", "viale Europa")
    cities = ("Bologna", "Bari", "Torino", "Verona", "Genova", "Palermo")
    slash = ("barra", "slash", "del", "", "")
    of = ("", "del", "", "dell'anno")
    dash = ("trattino",)
    letters = {
        "B": ("B di Bologna",),
        "M": ("M di Milano",),
        "N": ("N di Napoli",),
        "S": ("S di Savona",),
        "D": ("D di Domodossola",),
    }
    also_numbers = frozenset({"cento", "mille", "mila", "dozzina", "milione", "ventun"})
    not_numbers = frozenset({"sei"})  # "you are", wherever it is not a digit
    money = {"it": ("euro/centesimi",)}
    plus = "e"
    hour_article = "le"
    hour_follows = frozenset({"le", "alle", "dalle"})
    full_hours = ("le {h}", "le {h} in punto")
    times = ("le {h} e {m}", "le {h} {m}")
    percents = ("per cento",)

    phone = {
        "it": ("3## #######", "3## ### ####", "06 ########", "02 #### ####", "+39 34# #######", "800 ### ###")
    }
    postcode = {"it": ("#####", "00###", "201##")}
    sortcode = {"it": ("##### #####",)}
    account = {"it": ("############", "########", "##########")}
    iban = {"it": "IT A######################"}
    currency = {"it": ("{i},{d} €", "{i} euro", "{i} euro e {d}", "{i},{d}")}

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:  # noqa: ARG002  # every language is asked alike
        """Return "quarantuno"."""
        if n < 20:
            return [Piece(_TEENS[n - 10], str(n))]
        tens, ones = divmod(n, 10)
        ten = _TENS[tens][:-1] if ones in {1, 8} else _TENS[tens]
        return [Piece(ten + ("tré" if ones == 3 else _ONES[ones]), str(n))]

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quattrocentoundici" or "quattrocento undici"."""
        hundreds, rest = divmod(n, 100)
        glue = " " if voice.rng.random() < 0.4 else ""
        zeros = "00" if rest == 0 else "0" if rest < 10 else ""
        return [
            Piece(f"{'' if hundreds == 1 else _ONES[hundreds]}cento", f"{hundreds}{zeros}", glue),
            *self._small(rest, voice),
        ]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quattromilacentoundici" or "quattromila centoundici"."""
        thousands, rest = divmod(n, 1000)
        glue = " " if voice.rng.random() < 0.5 else ""
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        head = Piece("mille" if thousands == 1 else f"{_ONES[thousands]}mila", f"{thousands}{zeros}", glue)
        return [head, *(self._small(rest, voice) if rest < 100 else self.hundreds(rest, voice))]

    def month_by_number(self, month: int, voice: Voice) -> list[Piece]:
        """Return "nove" or "zero nove"."""
        if month < 10 and voice.rng.random() < 0.4:
            return [self.digit("0", voice), self.digit(str(month), voice)]
        return self.cardinal(month, voice)

    def day(self, day: int, voice: Voice) -> str:
        """Return "primo" for the first, and the others as they are."""
        return "primo" if day == 1 else self.number(day, voice)

    def _small(self, n: int, voice: Voice) -> list[Piece]:
        if n == 0:
            return []
        return [Piece(_ONES[n], str(n))] if n < 10 else self.below_hundred(n, voice)


LANGUAGE = Italian()
