"""Portuguese, as callers in Brazil and Portugal say numbers."""

# ruff: noqa: RUF012  # tables of a language: data that nothing writes to
from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.truth import Piece

_TEENS = {
    "br": (
        "dez",
        "onze",
        "doze",
        "treze",
        "quatorze",
        "quinze",
        "dezesseis",
        "dezessete",
        "dezoito",
        "dezenove",
    ),
    "pt": (
        "dez",
        "onze",
        "doze",
        "treze",
        "catorze",
        "quinze",
        "dezasseis",
        "dezassete",
        "dezoito",
        "dezanove",
    ),
}
_TENS = ("", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa")
_HUNDREDS = (
    "",
    "cento",
    "duzentos",
    "trezentos",
    "quatrocentos",
    "quinhentos",
    "seiscentos",
    "setecentos",
    "oitocentos",
    "novecentos",
)


class Portuguese(Language):
    """Portuguese."""

    code = "pt"
    countries = ("pt", "br")
    digits = {"0": ("zero",), "1": ("um", "um", "um", "uma"), "2": ("dois", "dois", "duas"), "3": ("três",), "4": ("quatro",), "5": ("cinco",),
              "6": ("seis",), "7": ("sete",), "8": ("oito",), "9": ("nove",)}  # fmt: skip
    repeats = {2: ("duplo", "duas vezes"), 3: ("triplo", "três vezes"), 4: ("quatro vezes",)}
    homophones = {"7": ("set",), "6": ("sei",), "8": ("oi",), "2": ("depois",)}
    months = (
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    )
    fillers = (
        "é",
        "hum",
        "deixa eu ver",
        "espere",
        "só um instante",
        "desculpe",
        "e depois",
        "tá",
        "então",
        "pronto",
        "sim",
    )
    names = (
        "Ana Souza",
        "João",
        "a senhora Pereira",
        "Tiago Alves",
        "Beatriz",
        "seu Carlos",
        "Mariana",
        "Rui Costa",
    )
    streets = ("rua das Flores", "avenida da Liberdade", "rua do Comércio", "avenida Paulista", "rua Direita")
    cities = ("Coimbra", "Recife", "Braga", "Curitiba", "Faro", "Santos")
    slash = ("barra", "de", "", "")
    of = ("de", "de", "", "do ano")
    dash = ("traço", "hífen")
    letters = {"B": ("B de bola",), "M": ("M de Maria",), "P": ("P de pato",), "S": ("S de sapo",)}
    also_numbers = frozenset({"cem", "mil", "milhão", "dúzia", "catorze"})
    not_numbers = frozenset({"um", "uma", "meia"})
    money = {"pt": ("euros/cêntimos",), "br": ("reais/centavos",)}
    plus = "e"
    dates = ("{d} de {m}",)
    with_year = " de {y}"
    hour_article = "às"
    hour_follows = frozenset({"às", "as"})
    full_hours = ("às {h}", "às {h} horas", "às {h} em ponto")
    times = ("às {h} e {m}", "às {h} horas e {m} minutos", "às {h} {m}")
    percents = ("por cento",)

    phone = {"pt": ("91# ### ###", "96# ### ###", "21# ### ###", "+351 93# ### ###", "808 ### ###"),
             "br": ("(11) 9####-####", "21 9#### ####", "+55 11 9####-####", "0800 ### ####", "(31) 3###-####")}  # fmt: skip
    postcode = {"pt": ("####-###",), "br": ("#####-###", "0####-###")}
    sortcode = {"pt": ("####",), "br": ("####-#", "####")}
    account = {"pt": ("###########", "##########"), "br": ("#####-#", "########-#", "########")}
    iban = {"pt": "PT #####################", "br": "PT #####################"}
    currency = {
        "pt": ("{i},{d} €", "{i} euros", "{i},{d}", "{i} euros e {d}"),
        "br": ("R$ {i},{d}", "{i} reais", "{i},{d}"),
    }

    def digit(self, sign: str, voice: Voice) -> Piece:
        """Return a digit; Brazilians say "meia" for six, half a dozen, so that nobody hears three."""
        if sign == "6" and voice.country == "br" and voice.rng.random() < 0.7:
            return Piece("meia", "6")
        return super().digit(sign, voice)

    def below_hundred(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quarenta e um"."""
        if n < 20:
            return [Piece(_TEENS[voice.country][n - 10], str(n))]
        tens, ones = divmod(n, 10)
        if not ones:
            return [Piece(_TENS[tens], str(n))]
        return [Piece(_TENS[tens], str(tens)), Piece("e", link=True), self._one(ones)]

    def hundreds(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quatrocentos e onze"."""
        hundreds, rest = divmod(n, 100)
        if rest == 0:
            return [Piece("cem" if hundreds == 1 else _HUNDREDS[hundreds], str(n))]
        link = Piece("e", link=True)
        if rest < 10:
            return [Piece(_HUNDREDS[hundreds], f"{hundreds}0"), link, self._one(rest)]
        return [Piece(_HUNDREDS[hundreds], str(hundreds)), link, *self.below_hundred(rest, voice)]

    def thousands(self, n: int, voice: Voice) -> list[Piece]:
        """Return "quatro mil cento e onze"."""
        thousands, rest = divmod(n, 1000)
        zeros = "0" * (3 - len(str(rest))) if rest else "000"
        head = [Piece("mil", f"1{zeros}")] if thousands == 1 else [self._one(thousands), Piece("mil", zeros)]
        link = [Piece("e", link=True)] if rest and (rest < 100 or rest % 100 == 0) else []
        return [
            *head,
            *link,
            *((self._one(rest),) if 0 < rest < 10 else self.cardinal(rest, voice) if rest else ()),
        ]

    def _one(self, n: int) -> Piece:
        return Piece(self.digits[str(n)][0], str(n))


LANGUAGE = Portuguese()
