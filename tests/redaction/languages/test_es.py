"""Spanish: numbers as they are spelled and said, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

SMALL = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
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
]
TENS = ["", "", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
HUNDREDS = [
    "-",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]


def spell(number: int) -> str:
    if number < 30:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f" y {SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" {spell(number % 100)}" if number % 100 else ""
        return "cien" if number == 100 else HUNDREDS[number // 100] + rest
    head = "mil" if number < 2000 else f"{spell(number // 1000)} mil"
    return head + (f" {spell(number % 1000)}" if number % 1000 else "")


VOICE = Voice(
    "es",
    spell,
    "doble",
    ("eh, y luego", "vale"),
    "¿Me dice el número de la tarjeta?",
    "sí, es el",
    "perdón, no la veo bien",
)


def test_every_number_is_heard_as_it_is_spelled() -> None:
    assert [number for number in range(10_000) if heard(spell(number), "es") != [str(number)]] == []


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("diez y seis", "16"), ("cuarenta uno", "41"), ("treintaidós", "32"), ("veinti uno", "21"), ("veintiún", "21"),
        ("doble cero", "00"), ("triple siete", "777"), ("dos veces cuatro", "44"), ("tres ceros", "000"), ("dos cincos", "55"),
        ("cien", "100"), ("mil", "1000"), ("setecientas doce", "712"), ("cuatro mil ciento once", "4111"),
        ("treinta y dos veces uno", "3011"), ("veinte tres veces el cinco", "20555"), ("treinta y dos", "32"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "es") == [digits]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "es") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("¿y el código de seguridad?", "nueve uno dos", Entity.CVV),
        ("¿los tres dígitos de atrás?", "son el novecientos doce", Entity.CVV),
        ("¿los tres últimos números del reverso?", "cero cuatro siete", Entity.CVV),
        ("¿me da el ce uve uve?", "doce y un tres", Entity.CVV),
        ("¿el CVV?", "912", Entity.CVV),
        ("¿la fecha de caducidad?", "cero cinco veintiocho", Entity.EXPIRY),
        ("¿cuándo vence la tarjeta?", "doce del veintisiete", Entity.EXPIRY),
        ("¿el vencimiento?", "05/28", Entity.EXPIRY),
        ("¿hasta cuándo es válida?", "mayo de dos mil veintiocho", Entity.EXPIRY),
        ("¿su clave de cuatro dígitos?", "cuatro tres dos uno", Entity.PIN),
        ("¿el NIP de la tarjeta?", "cuarenta y tres veintiuno", Entity.PIN),
        ("¿me dice el pin?", "cuatro mil trescientos veintiuno", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Agente: la tarjeta de crédito, por favor, {asked}\nCliente: {answer}"
    assert set(kinds(said, "es")) == {entity}
    assert left(said, "es") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("¿su número de teléfono?", "seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho"),
        ("¿un móvil de contacto?", "612 34 56 78"),
        ("¿el número de pedido?", "cuatro cinco dos uno nueve nueve cero tres"),
        ("¿el localizador de la reserva?", "cuatro uno uno dos siete"),
        ("¿el código postal?", "veintiocho cero trece"),
        ("¿su DNI?", "cuarenta y siete doscientos diecinueve ochocientos, letra efe"),
        ("¿el IBAN?", "ES91 2100 0418 4502 0005 1332"),
        ("¿el número de socio?", "cuatro mil doscientos doce, treinta y cuatro"),
        ("¿el número de su tarjeta sanitaria?", "cuatro cinco seis siete ocho nueve uno dos"),
        ("¿cuánto era el importe?", "son ciento veintitrés euros con cuarenta céntimos"),
        ("¿qué día le viene bien?", "el quince de marzo a las cuatro y media"),
        ("¿su dirección?", "calle Mayor ciento veintitrés, piso cuatro, puerta dos"),
        ("¿cuántos años tiene?", "tengo cuarenta y dos años"),
        ("¿el código que le hemos enviado por SMS?", "cuatro cinco seis siete ocho nueve"),
        ("¿la tarjeta que termina en qué números?", "los cuatro últimos son seis cuatro seis siete"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Agente: {asked}\nCliente: {answer}"
    assert masked(said, "es") == said


PAID = """\
Agente: ¿El número de la tarjeta?
Cliente: cuatro uno uno uno, uno uno uno uno, uno uno uno uno, uno uno uno uno
Agente: ¿Caducidad?
Cliente: doce veintisiete
Agente: ¿El código de seguridad?
Cliente: siete dos tres
"""


@pytest.mark.parametrize(
    "said",
    [
        "Autorización 482 913",
        "El albarán es el 5512 3489",
        "Su pedido es el 482",
        "Le llamamos al 612 34 56 78",
        "Nos encuentra en el 612 34 56 78",
        "Le mando un enlace al 612 34 56 78",
        "El saldo es de 1423",
        "La habitación es la 342",
        "La caja fuerte es la 4821",
        "La clave del wifi es 4821",
        "El pin del móvil es 4821",
        "La garantía vence en 2028",
        "La ITV vence en julio de 2027",
        "Le llega el 14 de mayo",
        "El bastidor acaba en 34 56 78 90",
        "Su turno es el 342",
    ],
)
def test_a_number_that_is_named_is_no_code_after_a_card(said: str) -> None:
    assert masked(f"{PAID}Agente: {said}\n", "es").endswith(f"Agente: {said}\n")


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("¿Código de la tarjeta?", "vale, es el 432", Entity.CVV),
        ("¿Los datos de la tarjeta?", "vale, caduca cinco veintisiete", Entity.EXPIRY),
        ("El código lo encuentra en el reverso.", "cuatro tres dos", Entity.CVV),
        ("La tarjeta, ¿qué mes?", "cinco", Entity.EXPIRY),
    ],
)
def test_a_word_of_assent_names_no_other_number(asked: str, answer: str, entity: Entity) -> None:
    said = f"Agente: {asked}\nCliente: {answer}"
    assert set(kinds(said, "es")) == {entity}
    assert left(said, "es") == []


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("los dieciseis digitos", None), ("dieciseis digitos", "pan"), ("numero de la tarjeta", "pan"), ("numeracion", "pan"),
        ("tres digitos de atras", "cvv"), ("codigo de seguridad", "cvv"), ("fecha de caducidad", "expiry"), ("vencimiento", "expiry"),
        ("clave", "pin"), ("nip", "pin"), ("ultimos cuatro digitos", "part"), ("termina en", "part"), ("numero de pedido", "other"),
        ("codigo postal", "other"), ("codigo", "code"), ("pagar", "pay"), ("tarjeta", "card"), ("vuelo", "thing"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str | None) -> None:
    said = [kind for kind, patterns in load("es").cues.items() if tuple(phrase.split()) in phrases(patterns)]
    assert said == ([kind] if kind else [])


WHOLE_CALL = """\
Agente: Buenas tardes, le atiende Marta, ¿en qué puedo ayudarle?
Cliente: Hola, quería pagar la factura de este mes, que son ochenta y cinco euros con treinta.
Agente: Claro que sí. ¿Me dice su número de cliente?
Cliente: Uno, cero, cero, cuatro, cinco, dos.
Agente: Perfecto. ¿La va a pagar con tarjeta? Dígame el número de tarjeta, por favor.
* Cliente: Espere un segundo que la busco. Vale. Cuatro mil ciento once.
* Agente: Cuatro mil ciento once.
* Cliente: Once once.
Agente: Sí.
* Cliente: Uno uno, perdón, mil ciento once.
Agente: De acuerdo.
* Cliente: Y mil ciento once.
Agente: Muy bien, ¿y cuándo le caduca?
* Cliente: En mayo del dos mil veintiocho.
Agente: ¿Y el numerito de atrás?
* Cliente: El uno veintitrés.
* Agente: Le repito, uno dos tres.
Cliente: Correcto.
Agente: Pues ya está, le llegará un SMS en unos minutos. El número de referencia es cuatro cinco seis siete ocho nueve.
Cliente: Una cosa más, ¿el plazo eran treinta días?
Agente: No, son quince días, a partir del uno de junio. Le mando la factura por correo. Gracias.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "es") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("es",)
    assert tongues.spoken(WHOLE_CALL, "es") == ("es",)
