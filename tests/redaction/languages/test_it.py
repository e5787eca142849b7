"""Italian: numbers as they are spelled and said, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.lexicon import fold
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

SMALL = [
    "zero",
    "uno",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
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
]
TENS = ["", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"]


def below(number: int) -> str:
    if number < 20:
        return SMALL[number]
    ten, unit = TENS[number // 10], number % 10
    if unit in (1, 8):
        return ten[:-1] + SMALL[unit]
    return ten + ("tré" if unit == 3 else SMALL[unit] if unit else "")


def spell(number: int) -> str:
    """One word, as the dictionaries have it."""
    if number < 100:
        return below(number)
    if number < 1000:
        head = "cento" if number < 200 else f"{SMALL[number // 100]}cento"
        return head + (below(number % 100) if number % 100 else "")
    head = "mille" if number < 2000 else f"{SMALL[number // 1000]}mila"
    return head + (spell(number % 1000) if number % 1000 else "")


def elided(number: int) -> str:
    """With the vowel of cento lost before another: centottanta."""
    return spell(number).replace("centoo", "cento").replace("centou", "centu")


def apart(number: int) -> str:
    """As some recognisers write it: every part a word."""
    if number < 100:
        return below(number)
    if number < 1000:
        head = "cento" if number < 200 else f"{SMALL[number // 100]} cento"
        return head + (f" {below(number % 100)}" if number % 100 else "")
    head = "mille" if number < 2000 else f"{SMALL[number // 1000]} mila"
    return head + (f" {apart(number % 1000)}" if number % 1000 else "")


VOICE = Voice(
    "it",
    spell,
    "doppio",
    ("ehm, e poi", "perfetto"),
    "Mi dice il numero della carta?",
    "sì, è il",
    "scusi, vedo male",
)


@pytest.mark.parametrize("said", [spell, elided, apart])
def test_every_number_is_heard_as_it_is_spelled(said: object) -> None:
    assert callable(said)
    assert [number for number in range(10_000) if heard(said(number), "it") != [str(number)]] == []


def test_every_number_from_a_hundred_on_is_one_word_of_the_table() -> None:
    language = load("it")
    assert [number for number in range(100, 10_000) if language.glued.get(fold(spell(number)), language.numbers.get(spell(number))) != str(number)] in (
        [], [100, 1000],  # cento and mille count by themselves
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("quarantuno", "41"), ("quaranta uno", "41"), ("quarantun", "41"), ("ventitré", "23"), ("ventitre", "23"), ("ventotto", "28"), ("venti otto", "28"),
        ("centottanta", "180"), ("novecento dodici", "912"), ("nove cento dodici", "912"), ("quattro mila cento undici", "4111"),
        ("doppio zero", "00"), ("tripla sette", "777"), ("due volte quattro", "44"), ("due volte il quattro", "44"), ("due zeri", "00"), ("tre zeri", "000"),
        ("cento", "100"), ("mille", "1000"), ("mille e uno", "1001"),
        ("trentadue volte uno", "3011"), ("venti tre volte il cinque", "20555"), ("trentadue", "32"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "it") == [digits]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "it") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("il codice di sicurezza?", "nove uno due", Entity.CVV),
        ("le tre cifre sul retro?", "è il novecentododici", Entity.CVV),
        ("le ultime tre cifre dietro?", "zero quarantasette", Entity.CVV),
        ("il codice a tre cifre?", "novantasette due", Entity.CVV),
        ("il CVV?", "912", Entity.CVV),
        ("la scadenza?", "zero cinque ventotto", Entity.EXPIRY),
        ("quando scade?", "dodici ventisette", Entity.EXPIRY),
        ("la data di scadenza?", "05/28", Entity.EXPIRY),
        ("valida fino a quando?", "maggio duemilaventotto", Entity.EXPIRY),
        ("il codice PIN?", "quattro tre due uno", Entity.PIN),
        ("il codice segreto?", "quarantatré ventuno", Entity.PIN),
        ("il PIN del bancomat?", "quattromilatrecentoventuno", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Operatore: per la carta di credito, {asked}\nCliente: {answer}"
    assert set(kinds(said, "it")) == {entity}
    assert left(said, "it") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("il numero di telefono?", "tre tre otto, dodici, trentaquattro, cinquantasei"),
        ("un cellulare?", "338 12 34 567"),
        ("il numero d'ordine?", "quattro cinque due uno nove nove zero tre"),
        ("il numero della pratica?", "quattromiladuecentododici"),
        ("il CAP?", "venti uno due uno"),
        ("il codice fiscale?", "RSSMRA85T10A562S"),
        ("l'IBAN?", "IT60 X054 2811 1010 0000 0123 456"),
        ("il codice cliente?", "quattro uno uno uno due tre sei sette"),
        ("il numero della tessera sanitaria?", "quattro cinque sei sette otto nove uno due"),
        ("il numero di matricola?", "quattro cinque sei sette otto nove uno due"),
        ("quant'era l'importo?", "centoventitré euro e quaranta"),
        ("quando le va bene?", "il quindici marzo alle quattro e mezza"),
        ("il suo indirizzo?", "via Roma centoventitré, interno quattro"),
        ("la sua età?", "ho quarantadue anni"),
        ("il codice che le abbiamo inviato per SMS?", "quattro cinque sei sette otto nove"),
        ("su quale carta?", "le ultime quattro cifre sono sei quattro sei sette"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Operatore: {asked}\nCliente: {answer}"
    assert masked(said, "it") == said


PAID = """\
Operatore: Il numero della carta?
Cliente: quattro uno uno uno, uno uno uno uno, uno uno uno uno, uno uno uno uno
Operatore: Scadenza?
Cliente: dodici ventisette
Operatore: Il codice di sicurezza?
Cliente: sette due tre
"""


@pytest.mark.parametrize(
    "said",
    [
        "Autorizzazione 482 913",
        "La bolla è la 5512 3489",
        "Il nuovo ordine è il 482",
        "La chiamiamo al 333 34 56 78",
        "Ci trova al 333 34 56 78",
        "Le mando un link al 333 34 56 78",
        "Il saldo è di 1423",
        "La camera è la 342",
        "La cassaforte è la 4821",
        "La password del wifi è 4821",
        "Il codice del portone è 4821",
        "Il pin della ricetta è 4821",
        "La garanzia scade nel 2028",
        "La revisione scade a luglio 2027",
        "Arriva il 14 maggio",
        "Il telaio finisce con 34 56 78 90",
        "Il suo turno è il 342",
    ],
)
def test_a_number_that_is_named_is_no_code_after_a_card(said: str) -> None:
    assert masked(f"{PAID}Operatore: {said}\n", "it").endswith(f"Operatore: {said}\n")


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("Codice della carta?", "buono, è il 432", Entity.CVV),
        ("La carta?", "buono, scade cinque ventisette", Entity.EXPIRY),
        ("Il codice lo trova sul retro della carta", "quattro tre due", Entity.CVV),
        ("La carta, che mese?", "cinque", Entity.EXPIRY),
    ],
)
def test_a_word_of_assent_names_no_other_number(asked: str, answer: str, entity: Entity) -> None:
    said = f"Operatore: {asked}\nCliente: {answer}"
    assert set(kinds(said, "it")) == {entity}
    assert left(said, "it") == []


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("numero della carta", "pan"), ("sedici cifre", "pan"), ("numeri sul fronte", "pan"), ("codice di sicurezza", "cvv"), ("tre cifre sul retro", "cvv"),
        ("scadenza", "expiry"), ("codice segreto", "pin"), ("ultime quattro cifre", "part"), ("numero di telefono", "other"), ("codice fiscale", "other"),
        ("codice", "code"), ("pagare", "pay"), ("carta di credito", "card"), ("volo", "thing"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str) -> None:
    assert [
        kind for kind, patterns in load("it").cues.items() if tuple(phrase.split()) in phrases(patterns)
    ] == [kind]


WHOLE_CALL = """\
Operatore: Buongiorno, sono Paolo, come posso aiutarla?
Cliente: Buongiorno, devo pagare una bolletta di ottantacinque euro e trenta.
Operatore: Mi dà il codice cliente?
Cliente: Uno zero zero quattro cinque due.
Operatore: Bene, paga con carta? Mi dica i sedici numeri.
* Cliente: Allora, quarantacinque trentanove.
Operatore: Sì.
* Cliente: Quattordici ottantotto.
* Operatore: Quattordici ottantotto, poi?
* Cliente: Zero tre, anzi no, scusi, zero tre quarantatré.
Operatore: Ok.
* Cliente: E sessantaquattro sessantasette.
Operatore: Scadenza?
* Cliente: Giugno ventinove.
Operatore: E il codice di tre cifre che trova sul retro?
* Cliente: Tre uno otto.
Operatore: Perfetto, tutto a posto. Il numero della pratica è quattro cinque sei sette otto nove. Entro due giorni lavorativi riceve la ricevuta.
Cliente: Un'altra cosa, il mio cellulare nuovo è tre tre tre, uno due tre quattro cinque sei sette.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "it") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("it",)
    assert tongues.spoken(WHOLE_CALL, "it") == ("it",)
