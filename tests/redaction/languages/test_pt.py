"""Portuguese: numbers as two continents say them, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

BRAZIL = [
    "zero",
    "um",
    "dois",
    "três",
    "quatro",
    "cinco",
    "seis",
    "sete",
    "oito",
    "nove",
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
]
PORTUGAL = [*BRAZIL[:14], "catorze", "quinze", "dezasseis", "dezassete", "dezoito", "dezanove"]
TENS = ["", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"]
HUNDREDS = [
    "-",
    "cento",
    "duzentos",
    "trezentos",
    "quatrocentos",
    "quinhentos",
    "seiscentos",
    "setecentos",
    "oitocentos",
    "novecentos",
]


def spell(number: int, small: list[str] = BRAZIL) -> str:
    if number < 20:
        return small[number]
    if number < 100:
        return TENS[number // 10] + (f" e {small[number % 10]}" if number % 10 else "")
    if number < 1000:
        return (
            "cem"
            if number == 100
            else HUNDREDS[number // 100] + (f" e {spell(number % 100, small)}" if number % 100 else "")
        )
    head, rest = "mil" if number < 2000 else f"{small[number // 1000]} mil", number % 1000
    if not rest:
        return head
    return head + (" e " if rest <= 100 or rest % 100 == 0 else " ") + spell(rest, small)


VOICE = Voice(
    "pt",
    spell,
    "duplo",
    ("ahn, e depois", "certo"),
    "Qual é o número do cartão?",
    "sim, é o",
    "desculpe, não vejo bem",
)


@pytest.mark.parametrize("small", [BRAZIL, PORTUGAL], ids=["Brazil", "Portugal"])
def test_every_number_is_heard_as_it_is_spelled(small: list[str]) -> None:
    assert [number for number in range(10_000) if heard(spell(number, small), "pt") != [str(number)]] == []


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("meia", "6"), ("duas", "2"), ("uma", "1"), ("vinte um", "21"), ("quarenta e meia", "46"), ("catorze", "14"), ("quatorze", "14"),
        ("duplo zero", "00"), ("triplo sete", "777"), ("duas vezes quatro", "44"), ("duas vezes o quatro", "44"), ("dois zeros", "00"), ("três setes", "777"),
        ("cem", "100"), ("mil", "1000"), ("novecentos doze", "912"), ("quatro mil cento e onze", "4111"), ("setecentas e doze", "712"),
        ("trinta e duas vezes um", "3011"), ("vinte três vezes o cinco", "20555"), ("trinta e duas", "32"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "pt") == [digits]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "pt") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("o código de segurança?", "nove um dois", Entity.CVV),
        ("os três números no verso?", "é o novecentos e doze", Entity.CVV),
        ("os três últimos dígitos de trás?", "zero quarenta e sete", Entity.CVV),
        ("os três dígitos atrás do cartão?", "meia meia dois", Entity.CVV),
        ("o CVV?", "912", Entity.CVV),
        ("a validade?", "zero cinco vinte e oito", Entity.EXPIRY),
        ("quando vence?", "doze de vinte e sete", Entity.EXPIRY),
        ("data limite?", "um de vinte e sete", Entity.EXPIRY),
        ("e o que está nas costas?", "duas meias um", Entity.CVV),
        ("a data de validade?", "05/28", Entity.EXPIRY),
        ("válido até quando?", "maio de dois mil e vinte e oito", Entity.EXPIRY),
        ("a senha do cartão?", "quatro três dois um", Entity.PIN),
        ("o PIN?", "quarenta e três vinte e um", Entity.PIN),
        ("o código secreto?", "quatro mil trezentos e vinte e um", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Atendente: para o cartão de crédito, {asked}\nCliente: {answer}"
    assert set(kinds(said, "pt")) == {entity}
    assert left(said, "pt") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("o seu telefone?", "nove um dois, trinta e quatro, cinquenta e seis, setenta e oito"),
        ("um telemóvel?", "912 34 56 78"),
        ("o número do pedido?", "quatro cinco dois um nove nove zero três"),
        ("o número do processo?", "quatro mil duzentos e doze"),
        ("o CEP?", "zero um três um zero cem"),
        ("o CPF?", "um dois três quatro cinco seis sete oito nove zero nove"),
        ("o NIF?", "dois um três quatro cinco seis sete oito nove"),
        ("o IBAN?", "PT50 0002 0123 1234 5678 9015 4"),
        ("o número de cliente?", "quatro um um um dois três seis sete"),
        ("o número do cartão de cidadão?", "quatro cinco seis sete oito nove um dois"),
        ("a referência multibanco?", "quatro cinco seis sete oito nove um dois três"),
        ("a entidade?", "dois um zero nove oito"),
        ("quanto foi o valor?", "cento e vinte e três reais e quarenta centavos"),
        ("que dia?", "quinze de março às quatro e meia"),
        ("a sua morada?", "rua Augusta cento e vinte e três, apartamento quatro"),
        ("a sua idade?", "tenho quarenta e dois anos"),
        ("o código que lhe enviámos por SMS?", "quatro cinco seis sete oito nove"),
        ("qual cartão?", "os quatro últimos dígitos são seis quatro seis sete"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Atendente: {asked}\nCliente: {answer}"
    assert masked(said, "pt") == said


PAID = """\
Atendente: O número do cartão?
Cliente: quatro um um um, um um um um, um um um um, um um um um
Atendente: Validade?
Cliente: doze vinte e sete
Atendente: O código de segurança?
Cliente: sete dois três
"""


@pytest.mark.parametrize(
    "said",
    [
        "Autorização 482 913",
        "A guia de remessa é a 5512 3489",
        "A encomenda nova é a 482",
        "Ligamos para o 912 34 56 78",
        "Envio-lhe um link para o 912 34 56 78",
        "O saldo é de 1423",
        "O quarto é o 342",
        "O cofre é o 4821",
        "A senha do wifi é 4821",
        "O pin do telemóvel é 4821",
        "A garantia acaba em 2028",
        "A inspeção vence em julho de 2027",
        "Chega no dia 14 de maio",
        "O chassi termina em 34 56 78 90",
        "O contador é o 4821 33",
    ],
)
def test_a_number_that_is_named_is_no_code_after_a_card(said: str) -> None:
    assert masked(f"{PAID}Atendente: {said}\n", "pt").endswith(f"Atendente: {said}\n")


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("Código do cartão?", "visto, é o 432", Entity.CVV),
        ("O código que encontra no verso do cartão", "quatro três dois", Entity.CVV),
        ("O cartão, qual é o mês?", "cinco", Entity.EXPIRY),
    ],
)
def test_a_word_of_assent_names_no_other_number(asked: str, answer: str, entity: Entity) -> None:
    said = f"Atendente: {asked}\nCliente: {answer}"
    assert set(kinds(said, "pt")) == {entity}
    assert left(said, "pt") == []


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("numero do cartao", "pan"), ("dezesseis digitos", "pan"), ("dezasseis digitos", "pan"), ("codigo de seguranca", "cvv"), ("tres numeros no verso", "cvv"),
        ("validade", "expiry"), ("vencimento", "expiry"), ("senha", "pin"), ("ultimos quatro digitos", "part"), ("numero do pedido", "other"),
        ("cpf", "other"), ("entidade", "other"), ("referencia multibanco", "other"), ("codigo", "code"), ("pagar", "pay"),
        ("cartao de credito", "card"), ("voo", "thing"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str) -> None:
    assert [
        kind for kind, patterns in load("pt").cues.items() if tuple(phrase.split()) in phrases(patterns)
    ] == [kind]


WHOLE_CALL = """\
Atendente: Bom dia, em que posso ajudar?
Cliente: Bom dia, eu queria pagar uma fatura de oitenta e cinco reais e trinta centavos, de duas linhas.
Atendente: Pode me passar o seu CPF?
Cliente: Um dois três, quatro cinco seis, sete oito nove, zero nove.
Atendente: Certo. Vai ser no cartão? Pode falar os números do cartão.
* Cliente: Quarenta e cinco trinta e nove.
Atendente: Isso.
* Cliente: Quatorze oitenta e oito.
* Atendente: Quatorze oitenta e oito.
* Cliente: Zero três, não, espera, zero três quarenta e três.
Atendente: Tá.
* Cliente: Meia quatro meia sete.
Atendente: E a validade?
* Cliente: Zero meia, vinte e nove.
Atendente: E os três numerozinhos atrás?
* Cliente: Três um oito.
Atendente: Pronto, pagamento aprovado. O protocolo é quatro cinco meia sete oito nove um dois. O prazo é de três a cinco dias úteis.
Cliente: E o meu celular mudou, é onze nove oito sete meia cinco quatro três dois um.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "pt") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("pt",)
    assert tongues.spoken(WHOLE_CALL, "pt") == ("pt",)
