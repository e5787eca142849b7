"""French, as callers in France, Belgium and Switzerland say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf")
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "septante", "huitante", "nonante")
_ONES = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


class French(Language):
    """French."""

    code = "fr"
    countries = ("fr", "fr", "be", "ch")
    digits = {"0": ("zéro",), "1": ("un", "un", "une"), "2": ("deux",), "3": ("trois",), "4": ("quatre",), "5": ("cinq",), "6": ("six",), "7": ("sept",),
              "8": ("huit",), "9": ("neuf",)}  # fmt: skip
    repeats = {2: ("double", "deux fois", "deux fois"), 3: ("triple", "trois fois"), 4: ("quatre fois",)}
    homophones = {
        "1": ("hein", "in"),
        "2": ("de",),
        "7": ("cette", "set"),
        "6": ("si", "scie"),
        "5": ("sank",),
        "8": ("oui",),
        "100": ("sans",),
    }
    months = (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    )
    fillers = (
        "euh",
        "heu",
        "alors",
        "attendez",
        "pardon",
        "et puis",
        "voilà",
        "donc",
        "oui",
        "hmm",
        "ensuite",
    )
    names = (
        "Camille Martin",
        "monsieur Dupont",
        "Nathalie",
        "madame Leroy",
        "Antoine",
        "Fatima Benali",
        "Julien",
        "Chloé",
    )
    streets = (
        "rue de la Gare",
        "avenue Victor Hugo",
        "rue des Lilas",
        "boulevard Voltaire",
        "place du Marché",
    )
    cities = ("Lyon", "Namur", "Lausanne", "Nantes", "Liège", "Toulouse")
    slash = ("slash", "barre", "", "", "de")
    of = ("", "", "de", "de l'année")
    dash = ("tiret",)
    letters = {
        "B": ("B comme Bernard",),
        "M": ("M comme Marie",),
        "N": ("N comme Nicolas",),
        "S": ("S comme Sophie",),
        "D": ("D comme Denise",),
    }
    also_numbers = frozenset({"cent", "cents", "mille", "million", "douzaine", "vingts"})
    not_numbers = frozenset({"un", "une"})
    money = {"fr": ("euros/centimes",), "be": ("euros/cents",), "ch": ("francs/centimes",)}
    plus = "et"
    full_hours = ("{h} heures", "{h} heures pile")
    times = ("{h} heures {m}",)
    percents = ("pour cent",)

    phone = {"fr": ("06 ## ## ## ##", "01 ## ## ## ##", "07 ## ## ## ##", "+33 6 ## ## ## ##", "0800 ## ## ##"),
             "be": ("04## ## ## ##", "02 ### ## ##", "+32 4## ## ## ##"), "ch": ("079 ### ## ##", "022 ### ## ##", "+41 79 ### ## ##")}  # fmt: skip
    postcode = {"fr": ("75###", "3####", "0####"), "be": ("####",), "ch": ("1###",)}
    sortcode = {"fr": ("#####",), "be": ("###",), "ch": ("#####",)}
    account = {
        "fr": ("###########", "########"),
        "be": ("###-#######-##", "##########"),
        "ch": ("##-######-#", "########"),
    }
    iban = {"fr": "FR #######################", "be": "BE ############", "ch": "CH #################"}
    currency = {"fr": ("{i},{d} €", "{i} euros", "{i} euros {d}", "{i},{d}"), "be": ("{i},{d} €", "{i} euros", "{i},{d}"),
                "ch": ("CHF {i}.{d}", "{i} francs", "{i}.{d}")}  # fmt: skip

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quarante et un", "soixante-dix-sept" or, north and east of France, "septante-sept"."""
        tens, ones = divmod(n, 10)
        if n < 20:
            return self._glued(_TEENS[n - 10].split(), str(n), voice)
        if tens in {7, 9} and voice.country == "fr":
            head = ["soixante"] if tens == 7 else ["quatre", "vingt"]
            if n == 71:
                return [Piece("soixante", "7"), Piece("et", link=True), Piece("onze", "1")]
            return self._glued([*head, *_TEENS[ones].split()], str(n), voice)
        if tens == 8 and (voice.country != "ch" or voice.rng.random() < 0.4):
            return self._glued(
                ["quatre", "vingts" if ones == 0 else "vingt", *_ONES[ones].split()], str(n), voice
            )
        if ones == 0:
            return [Piece(_TENS[tens], str(n))]
        if ones == 1:
            return [Piece(_TENS[tens], str(tens)), Piece("et", link=True), Piece("un", "1")]
        return self._glued([_TENS[tens], _ONES[ones]], str(n), voice)

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quatre cent onze"."""
        hundreds, rest = divmod(n, 100)
        zeros = "00" if rest == 0 else "0" if rest < 10 else ""
        tail = (
            []
            if rest == 0
            else [Piece(_ONES[rest], str(rest))]
            if rest < 10
            else self.below_hundred(rest, voice)
        )
        if hundreds == 1:
            return [Piece("cent", f"1{zeros}"), *tail]
        return [Piece(_ONES[hundreds], str(hundreds)), Piece("cent" if rest else "cents", zeros), *tail]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quatre mille cent onze"; of years at times "dix-neuf cent"."""
        if 1100 <= n < 2000 and voice.rng.random() < 0.3:
            return [*self.below_hundred(n // 100, voice), Piece("cent", "00" if n % 100 == 0 else "0" if n % 100 < 10 else ""),
                    *self._small(n % 100, voice)]  # fmt: skip
        thousands, rest = divmod(n, 1000)
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        head = (
            [Piece("mille", f"1{zeros}")]
            if thousands == 1
            else [Piece(_ONES[thousands], str(thousands)), Piece("mille", zeros)]
        )
        return [*head, *(self._small(rest, voice) if rest < 100 else self.hundreds(rest, voice))]

    def _small(self, n: int, voice: Voice) -> list[Piece]:
        if n == 0:
            return []
        return [Piece(_ONES[n], str(n))] if n < 10 else self.below_hundred(n, voice)

    def _glued(self, words: list[str], digits: str, voice: Voice) -> list[Piece]:
        """Return the words of a number below a hundred: the first carries the tens, the last the ones."""
        if len(words) == 1:
            return [Piece(words[0], digits)]
        first = Piece(words[0], digits[0], voice.glue)
        return [first, *(Piece(word, "", voice.glue) for word in words[1:-1]), Piece(words[-1], digits[1:])]


LANGUAGE = French()
