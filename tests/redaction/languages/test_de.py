"""German: numbers as they are spelled and said, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.lexicon import fold
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

SMALL = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
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
]
TENS = ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]


def head(number: int) -> str:
    return "ein" if number == 1 else SMALL[number]


def spell(number: int) -> str:
    """One word, as Duden has it."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return (f"{head(number % 10)}und" if number % 10 else "") + TENS[number // 10]
    if number < 1000:
        return f"{head(number // 100)}hundert" + (spell(number % 100) if number % 100 else "")
    return f"{head(number // 1000)}tausend" + (spell(number % 1000) if number % 1000 else "")


def apart(number: int) -> str:
    """As some recognisers write it: every part a word."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return (f"{head(number % 10)} und " if number % 10 else "") + TENS[number // 10]
    if number < 1000:
        return f"{head(number // 100)} hundert" + (f" {apart(number % 100)}" if number % 100 else "")
    return f"{head(number // 1000)} tausend" + (f" {apart(number % 1000)}" if number % 1000 else "")


VOICE = Voice(
    "de",
    spell,
    "doppel",
    ("äh, und dann", "genau"),
    "Ihre Kreditkartennummer bitte?",
    "ja, das ist die",
    "Moment, ich sehe das schlecht",
)


def test_every_number_is_heard_as_it_is_spelled() -> None:
    assert [number for number in range(10_000) if heard(spell(number), "de") != [str(number)]] == []


def test_every_number_is_heard_as_its_parts() -> None:
    assert [number for number in range(10_000) if heard(apart(number), "de") != [str(number)]] == []


def test_every_number_from_a_hundred_on_is_one_word_of_the_table() -> None:
    language = load("de")
    assert [
        number for number in range(100, 10_000) if language.glued.get(fold(spell(number))) != str(number)
    ] == []


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("zwo", "2"), ("fuenf", "5"), ("fünfzehn", "15"), ("fuenfzehn", "15"), ("dreissig", "30"), ("zwoundvierzig", "42"), ("ein und vierzig", "41"),
        ("neunzehnhundertachtzig", "1980"), ("elfhundertelf", "1111"), ("hundertelf", "111"), ("tausendelf", "1011"), ("hundertundeins", "101"),
        ("neunhundert zwölf", "912"), ("viertausend einhundertelf", "4111"), ("viertausend einhundert elf", "4111"), ("doppel vier", "44"),
        ("doppelnull", "00"), ("zweimal die vier", "44"), ("zwei mal vier", "44"), ("dreimal neun", "999"), ("zwei nullen", "00"), ("drei Fünfen", "555"),
        ("siebenundvierzighundertelf", "4711"), ("zwomal die sieben", "77"), ("zweimal vierundvierzig", "4444"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "de") == [digits]


@pytest.mark.parametrize("said", ["eine Vier", "die Vier", "dann eine vier"])
def test_an_article_before_a_digit_is_no_digit(said: str) -> None:
    assert heard(said, "de") == ["4"]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "de") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("die Prüfziffer?", "neun eins zwo", Entity.CVV),
        ("die Kartenpruefnummer?", "neunhundertzwölf", Entity.CVV),
        ("die dreistellige Nummer auf der Rückseite?", "das ist die neun zwölf", Entity.CVV),
        ("die letzten drei Ziffern hinten?", "null vier sieben", Entity.CVV),
        ("und den Sicherheitscode?", "siebenundneunzig zwei", Entity.CVV),
        ("die CVV?", "912", Entity.CVV),
        ("gültig bis?", "null fünf achtundzwanzig", Entity.EXPIRY),
        ("das Ablaufdatum?", "zwölf siebenundzwanzig", Entity.EXPIRY),
        ("wann läuft die ab?", "05/28", Entity.EXPIRY),
        ("das Verfallsdatum?", "Mai zweitausendachtundzwanzig", Entity.EXPIRY),
        ("gültig bis?", "zwölfter siebenundzwanzig", Entity.EXPIRY),
        ("gültig bis?", "bis zum ersten siebenundzwanzig", Entity.EXPIRY),
        ("Ihre Geheimzahl?", "vier drei zwei eins", Entity.PIN),
        ("die PIN?", "dreiundvierzig einundzwanzig", Entity.PIN),
        ("Ihr Geheimcode?", "viertausenddreihunderteinundzwanzig", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Agent: zu Ihrer Kreditkarte, {asked}\nKunde: {answer}"
    assert set(kinds(said, "de")) == {entity}
    assert left(said, "de") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Ihre Telefonnummer?", "null eins sieben sechs, vier fünf, sechs sieben, acht neun"),
        ("eine Handynummer?", "0176 45 67 89 01"),
        ("die Bestellnummer?", "vier fünf zwei eins neun neun null drei"),
        ("die Vorgangsnummer?", "viertausendzweihundertzwölf"),
        ("die Postleitzahl?", "zehn eins eins sieben"),
        ("Ihre Steuernummer?", "zwölf drei vier fünf sechs sieben acht neun null eins"),
        ("die IBAN?", "DE89 3704 0044 0532 0130 00"),
        ("Ihre Mitgliedsnummer?", "vier eins eins eins zwei drei sechs sieben"),
        ("die Nummer Ihrer Kundenkarte?", "vier fünf sechs sieben acht neun eins zwei"),
        ("die Wartungsvertragsnummer?", "vier fünf sechs sieben acht neun eins zwei"),
        ("wie hoch war der Betrag?", "einhundertdreiundzwanzig Euro vierzig"),
        ("wann passt es?", "am fünfzehnten März um halb vier, also am 15. März"),
        ("Ihre Adresse?", "Hauptstraße einhundertdreiundzwanzig, Wohnung vier"),
        ("Ihr Alter?", "ich bin zweiundvierzig Jahre alt"),
        ("die TAN aus der SMS?", "vier fünf sechs sieben acht neun"),
        ("auf welche Karte?", "die letzten vier Ziffern sind sechs vier sechs sieben"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Agent: {asked}\nKunde: {answer}"
    assert masked(said, "de") == said


GIVEN = "Agent: Ihre Kartennummer?\nKunde: vier fünf drei neun vierzehn achtundachtzig null drei dreiundvierzig vierundsechzig siebenundsechzig\n"
"""A card that has just been given."""


@pytest.mark.parametrize(
    "said",
    [
        "Agent: Danke, Genehmigung fünf vier acht zwei eins eins.",
        "Agent: Ihr Vorgang ist A wie Anton, vier fünf eins zwei drei acht acht.",
        "Agent: Das geht mit dem Gutschein vier fünf eins zwei drei acht acht.",
        "Agent: Wir rufen Sie unter der null eins sieben sechs vier fünf acht neun eins zwei an.",
        "Kunde: Sie rufen ja von der null eins sieben sechs vier fünf acht neun eins zwei an.",
        "Agent: Ihr Vertrag läuft bis zum achtundzwanzigsten März zweitausendsiebenundzwanzig.",
        "Agent: Es kommt am zwölften März zweitausendsiebenundzwanzig an.",
        "Kunde: Zwei Bestellungen, vier fünf eins zwei drei acht acht und fünf fünf eins zwei neun neun neun.",
    ],
)
def test_what_is_said_of_other_numbers_after_a_card_is_left_alone(said: str) -> None:
    assert masked(GIVEN + said, "de").endswith(said)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("kreditkartennummer", "pan"), ("kredit karten nummer", "pan"), ("sechzehnstellige nummer", "pan"), ("sechzehn ziffern", "pan"),
        ("prufziffer", "cvv"), ("pruefziffer", "cvv"), ("kartenprufnummer", "cvv"), ("auf der ruckseite", "cvv"), ("gultig bis", "expiry"),
        ("gueltig bis", "expiry"), ("ablaufdatum", "expiry"), ("geheimzahl", "pin"), ("letzten vier ziffern", "part"), ("postleitzahl", "other"),
        ("code", "code"), ("bezahlen", "pay"), ("kreditkarte", "card"), ("flug", "thing"),
        ("genehmigung", "thing"), ("ihr zeichen ist", "other"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str) -> None:
    assert [
        kind for kind, patterns in load("de").cues.items() if tuple(phrase.split()) in phrases(patterns)
    ] == [kind]


WHOLE_CALL = """\
Agent: Guten Tag, mein Name ist Müller, was kann ich für Sie tun?
Kunde: Ja hallo, ich möchte zwei Karten für den dritten Mai bestellen, Reihe vier.
Agent: Gerne, das sind zweimal fünfundvierzig Euro, also neunzig Euro. Wie möchten Sie zahlen?
Kunde: Mit Kreditkarte.
Agent: Dann geben Sie mir bitte die Kartennummer durch.
* Kunde: Moment... Also, fünfundvierzig neununddreißig.
Agent: Ja.
* Kunde: Vierzehn achtundachtzig.
* Agent: Vierzehn achtundachtzig.
* Kunde: Null drei, nein, Entschuldigung, null drei dreiundvierzig, und dann vierundsechzig siebenundsechzig.
Agent: Und bis wann ist die gültig?
* Kunde: Bis null sechs neunundzwanzig.
Agent: Und hinten drauf stehen noch drei Ziffern.
* Kunde: Die drei eins acht.
Agent: Vielen Dank. Ihre Auftragsnummer ist die vier fünf sechs sieben acht neun eins. Die Karten kommen in drei bis vier Tagen.
Kunde: An die Hauptstraße siebzehn, eins null eins eins sieben Berlin.
Agent: Genau. Für Rückfragen erreichen Sie uns unter null acht null null eins zwei drei vier fünf sechs.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "de") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("de",)
    assert tongues.spoken(WHOLE_CALL, "de") == ("de",)
