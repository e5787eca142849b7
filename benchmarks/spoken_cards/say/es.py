"""Spanish, as callers in Spain and Mexico say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = (
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
)
_TWENTIES = (
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
)
_TENS = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_HUNDREDS = (
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
)


class Spanish(Language):
    """Spanish."""

    code = "es"
    countries = ("es", "mx")
    digits = {"0": ("cero",), "1": ("uno", "uno", "uno", "un"), "2": ("dos",), "3": ("tres",), "4": ("cuatro",), "5": ("cinco",), "6": ("seis",),
              "7": ("siete",), "8": ("ocho",), "9": ("nueve",)}  # fmt: skip
    repeats = {2: ("doble", "dos veces", "doble"), 3: ("triple", "tres veces"), 4: ("cuatro veces",)}
    homophones = {"0": ("sero",), "1": ("un",), "2": ("dios",), "3": ("tras",), "8": ("hoy",)}
    months = (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    )
    fillers = ("eh", "este", "mmm", "a ver", "espere", "perdón", "y luego", "vale", "pues", "o sea", "sí")
    names = (
        "Carmen Ruiz",
        "Javier",
        "la señora López",
        "Miguel Torres",
        "Lucía",
        "don Antonio",
        "María José",
        "Sergio",
    )
    streets = (
        "calle Mayor",
        "avenida de la Paz",
        "calle del Sol",
        "plaza de España",
        "calle Hidalgo",
        "paseo del Prado",
    )
    cities = ("Sevilla", "Valencia", "Puebla", "Zaragoza", "Mérida", "Guadalajara")
    slash = ("barra", "del", "", "", "de")
    of = ("de", "del", "", "de", "del año")
    dash = ("guion",)
    letters = {
        "B": ("B de Barcelona",),
        "M": ("M de Madrid",),
        "S": ("S de Sevilla",),
        "V": ("V de Valencia",),
        "N": ("N de Navarra",),
    }
    also_numbers = frozenset({"cien", "mil", "millón", "docena", "veintiún"})
    not_numbers = frozenset({"un"})
    money = {"es": ("euros/céntimos",), "mx": ("pesos/centavos",)}
    plus = "con"
    dates = ("{d} de {m}",)
    with_year = " de {y}"
    hour_article = "las"
    hour_follows = frozenset({"las"})
    full_hours = ("las {h}", "las {h} en punto", "las {h} horas")
    times = ("las {h} y {m}", "las {h} {m}")
    percents = ("por ciento",)

    phone = {"es": ("6## ## ## ##", "6## ### ###", "9# ### ## ##", "+34 6## ### ###", "900 ### ###", "7########"),
             "mx": ("55 #### ####", "(33) #### ####", "+52 55 #### ####", "800 ### ####")}  # fmt: skip
    postcode = {"es": ("28###", "0####", "4####"), "mx": ("0####", "4####")}
    sortcode = {"es": ("####-####",), "mx": ("###",)}
    account = {"es": ("##########", "########"), "mx": ("##########", "###########")}
    iban = {"es": "ES ####################", "mx": "ES ####################"}
    currency = {
        "es": ("{i},{d} €", "{i} euros", "{i},{d}", "{i} euros con {d}"),
        "mx": ("${i}.{d}", "{i} pesos", "{i}.{d}"),
    }

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:  # noqa: ARG002  # every language is asked alike
        """Return "cuarenta y uno"."""
        if n < 30:
            return [Piece((_TEENS if n < 20 else _TWENTIES)[n % 10], str(n))]
        tens, ones = divmod(n, 10)
        if not ones:
            return [Piece(_TENS[tens], str(n))]
        return [Piece(_TENS[tens], str(tens)), Piece("y", link=True), self._one(ones)]

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "cuatrocientos once"."""
        hundreds, rest = divmod(n, 100)
        if rest == 0:
            return [Piece("cien" if hundreds == 1 else _HUNDREDS[hundreds], str(n))]
        if rest < 10:
            return [Piece(_HUNDREDS[hundreds], f"{hundreds}0"), self._one(rest)]
        return [Piece(_HUNDREDS[hundreds], str(hundreds)), *self.below_hundred(rest, voice)]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "cuatro mil ciento once"."""
        thousands, rest = divmod(n, 1000)
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        head = [Piece("mil", f"1{zeros}")] if thousands == 1 else [self._one(thousands), Piece("mil", zeros)]
        return [*head, *(self.cardinal(rest, voice) if rest else [])]

    def _one(self, n: int) -> Piece:
        return Piece(self.digits[str(n)][0], str(n))


LANGUAGE = Spanish()
