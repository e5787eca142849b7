"""Dutch: numbers as they are spelled and said, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.lexicon import fold
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

SMALL = [
    "nul",
    "een",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
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
]
TENS = ["", "", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]


def below(number: int) -> str:
    if number < 20:
        return SMALL[number]
    unit = SMALL[number % 10]
    return (unit + ("ën" if unit.endswith("e") else "en") if number % 10 else "") + TENS[number // 10]


def spell(number: int) -> str:
    """As the Taalunie has it: a space behind duizend, hundreds of more than a thousand left to speech."""
    if number < 100:
        return below(number)
    if number < 1000:
        return (
            ("" if number < 200 else SMALL[number // 100])
            + "honderd"
            + (below(number % 100) if number % 100 else "")
        )
    head = ("" if number < 2000 else SMALL[number // 1000]) + "duizend"
    return head + (f" {spell(number % 1000)}" if number % 1000 else "")


def in_hundreds(number: int) -> str:
    """As most people say 1100 to 9999: eenenveertighonderdelf."""
    return below(number // 100) + "honderd" + (below(number % 100) if number % 100 else "")


VOICE = Voice(
    "nl",
    spell,
    "dubbel",
    ("eh, en dan", "ja"),
    "Mag ik het kaartnummer?",
    "ja, dat is",
    "sorry, ik zie het slecht",
)


def test_every_number_is_heard_as_it_is_spelled() -> None:
    assert [number for number in range(10_000) if heard(spell(number), "nl") != [str(number)]] == []


def test_every_number_is_heard_in_hundreds() -> None:
    numbers = [number for number in range(1100, 10_000) if number // 100 % 10]
    assert [number for number in numbers if heard(in_hundreds(number), "nl") != [str(number)]] == []


def test_every_number_from_a_hundred_on_is_one_word_of_the_table() -> None:
    language = load("nl")
    wrong = [
        number
        for number in range(100, 10_000)
        if language.glued.get(fold(spell(number).replace(" ", ""))) != str(number)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("één", "1"), ("zeuven", "7"), ("zeuventien", "17"), ("tachentig", "80"), ("een en veertig", "41"), ("tweeëntwintig", "22"),
        ("tweeentwintig", "22"), ("elfhonderd", "1100"), ("negenhonderd twaalf", "912"), ("vier honderd elf", "411"), ("honderdeneen", "101"),
        ("vierduizend honderd elf", "4111"), ("eenenveertighonderd elf", "4111"), ("dubbel vier", "44"), ("dubbele nul", "00"),
        ("tweemaal vier", "44"), ("drie keer een", "111"), ("driemaal de negen", "999"), ("twee nullen", "00"), ("drie vijven", "555"),
        ("tweemaal vierenveertig", "4444"), ("twee keer de zeventien", "1717"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "nl") == [digits]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "nl") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("de veiligheidscode?", "negen een twee", Entity.CVV),
        ("de drie cijfers achterop?", "dat is negenhonderdtwaalf", Entity.CVV),
        ("de laatste drie cijfers op de achterkant?", "nul zevenenveertig", Entity.CVV),
        ("de CVC-code?", "zevenennegentig twee", Entity.CVV),
        ("de CVV?", "912", Entity.CVV),
        ("de vervaldatum?", "nul vijf achtentwintig", Entity.EXPIRY),
        ("geldig tot?", "twaalf zevenentwintig", Entity.EXPIRY),
        ("tot wanneer is de kaart geldig?", "05/28", Entity.EXPIRY),
        ("de einddatum?", "mei tweeduizend achtentwintig", Entity.EXPIRY),
        ("uw pincode?", "vier drie twee een", Entity.PIN),
        ("de PIN?", "drieënveertig eenentwintig", Entity.PIN),
        ("de geheime code?", "vierduizend driehonderdeenentwintig", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Agent: over uw creditcard, {asked}\nKlant: {answer}"
    assert set(kinds(said, "nl")) == {entity}
    assert left(said, "nl") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("uw telefoonnummer?", "nul zes, twaalf, vierendertig, zesenvijftig, achtenzeventig"),
        ("een mobiel nummer?", "06 12 34 56 78"),
        ("het ordernummer?", "vier vijf twee een negen negen nul drie"),
        ("uw klantnummer?", "vierduizend tweehonderdtwaalf"),
        ("de postcode?", "een nul een zeven a b"),
        ("uw BSN?", "een twee drie vier vijf zes zeven acht twee"),
        ("de IBAN?", "NL91 ABNA 0417 1643 00"),
        ("uw lidmaatschapsnummer?", "vier een een een twee drie zes zeven"),
        ("het nummer van uw klantenkaart?", "vier vijf zes zeven acht negen een twee"),
        ("het onderhoudscontractnummer?", "vier vijf zes zeven acht negen een twee"),
        ("hoeveel was het?", "honderddrieëntwintig euro veertig"),
        ("wanneer schikt het?", "vijftien maart om half vier"),
        ("uw adres?", "Hoofdstraat honderddrieëntwintig, appartement vier"),
        ("uw leeftijd?", "ik ben tweeënveertig jaar"),
        ("de code via sms?", "vier vijf zes zeven acht negen"),
        ("op welke kaart?", "de laatste vier cijfers zijn zes vier zes zeven"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Agent: {asked}\nKlant: {answer}"
    assert masked(said, "nl") == said


GIVEN = "Agent: Uw kaartnummer?\nKlant: vier vijf drie negen veertien achtentachtig nul drie drieënveertig vierenzestig zevenenzestig\n"
"""A card that has just been given."""


@pytest.mark.parametrize(
    "said",
    [
        "Agent: Gelukt, autorisatie vijf vier acht twee een een.",
        "Agent: Uw offerte is de vier vijf een twee drie acht acht.",
        "Agent: We bellen u op nul zes twaalf vierendertig zesenvijftig achtenzeventig.",
        "Agent: Het lot is vier vijf een twee drie acht acht en het bonusgetal is vier.",
        "Agent: De betaling van vier vijf een twee drie acht acht is mislukt.",
        "Klant: Mijn rekening is N L vier vijf een twee drie acht acht.",
        "Klant: De stand is vier vijf een twee drie.",
        "Agent: We leveren op de twaalfde maart zevenentwintig.",
    ],
)
def test_what_is_said_of_other_numbers_after_a_card_is_left_alone(said: str) -> None:
    assert masked(GIVEN + said, "nl").endswith(said)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("kaartnummer", "pan"), ("creditcardnummer", "pan"), ("zestien cijfers", "pan"), ("pasnummer", "pan"), ("veiligheidscode", "cvv"),
        ("drie cijfers achterop", "cvv"), ("vervaldatum", "expiry"), ("geldig tot", "expiry"), ("pincode", "pin"), ("laatste vier cijfers", "part"),
        ("postcode", "other"), ("rekeningnummer", "other"), ("code", "code"), ("betalen", "pay"), ("creditcard", "card"), ("vlucht", "thing"),
        ("autorisatie", "thing"), ("bonusgetal", "other"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str) -> None:
    assert [
        kind for kind, patterns in load("nl").cues.items() if tuple(phrase.split()) in phrases(patterns)
    ] == [kind]


WHOLE_CALL = """\
Agent: Goedemorgen, met Sanne, waarmee kan ik u helpen?
Klant: Ja hallo, ik wil graag twee kaartjes bestellen voor drie mei, op rij vier.
Agent: Dat kan, dat is dan negentig euro. Wilt u met creditcard betalen?
Klant: Ja graag.
Agent: Dan mag ik de zestien cijfers van u.
* Klant: Een momentje hoor. Vijfenveertig negenendertig.
Agent: Ja.
* Klant: Veertien achtentachtig.
* Agent: Veertien achtentachtig.
* Klant: Nul drie, nee wacht even, nul drie drieënveertig, en dan vierenzestig zevenenzestig.
Agent: En tot wanneer is die geldig?
* Klant: Tot nul zes negenentwintig.
Agent: En dan nog de drie cijfertjes op de achterkant.
* Klant: Drie een acht.
Agent: Dank u wel. Het ordernummer is vier vijf zes zeven acht negen een. De kaartjes komen binnen drie tot vier werkdagen.
Klant: Naar de Kerkstraat zeventien, een nul een zeven ab Amsterdam.
Agent: Klopt. Voor vragen belt u nul acht honderd een twee drie vier.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "nl") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("nl",)
    assert tongues.spoken(WHOLE_CALL, "nl") == ("nl",)
