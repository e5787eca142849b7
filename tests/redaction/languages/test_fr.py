"""French: numbers as four countries say them, what is asked for with which words, and what is left alone."""

from __future__ import annotations

import pytest

from governance.redaction import tongues
from governance.redaction.languages import load, phrases
from governance.redaction.spans import Entity
from tests.redaction.languages.calls import CARDS, Voice, answers, heard, kinds, left, masked, unlike

SMALL = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
TENS = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"]


def below(number: int) -> str:
    """0 to 99 as in France: in twenties from sixty on."""
    if number < 20:
        return SMALL[number]
    if number >= 80:
        return "quatre-vingts" if number == 80 else f"quatre-vingt-{SMALL[number - 80]}"
    ten = min(number // 10, 6)
    rest = number - 10 * ten
    if not rest:
        return TENS[ten]
    return f"{TENS[ten]} et {SMALL[rest]}" if rest in (1, 11) else f"{TENS[ten]}-{SMALL[rest]}"


def spell(number: int) -> str:
    if number < 100:
        return below(number)
    if number < 1000:
        head = "cent" if number < 200 else f"{SMALL[number // 100]} cent"
        if number % 100 == 0:
            return head if number == 100 else head + "s"
        return f"{head} {below(number % 100)}"
    head = "mille" if number < 2000 else f"{SMALL[number // 1000]} mille"
    return head + (f" {spell(number % 1000)}" if number % 1000 else "")


VOICE = Voice(
    "fr",
    spell,
    "double",
    ("euh, et puis", "d'accord"),
    "Votre numéro de carte bancaire ?",
    "oui, c'est le",
    "pardon, je vois mal",
)


def test_every_number_is_heard_as_it_is_spelled() -> None:
    assert [number for number in range(10_000) if heard(spell(number), "fr") != [str(number)]] == []


@pytest.mark.parametrize("number", range(60, 100))
@pytest.mark.parametrize("tens", [("septante", "huitante", "nonante"), ("septante", "octante", "nonante")])
def test_a_number_is_heard_as_swiss_and_belgians_say_it(number: int, tens: tuple[str, str, str]) -> None:
    ten, unit = ["soixante", *tens][number // 10 - 6], number % 10
    said = ten + (" et un" if unit == 1 else f"-{SMALL[unit]}" if unit else "")
    assert heard(said, "fr") == [str(number)]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("quatre vingt dix sept", "97"), ("quatre-vingt-un", "81"), ("vingt-et-un", "21"), ("soixante et onze", "71"), ("double zéro", "00"),
        ("triple sept", "777"), ("deux fois quatre", "44"), ("deux fois le quatre", "44"), ("trois fois zéro", "000"), ("deux zéros", "00"),
        ("cent", "100"), ("mille", "1000"), ("neuf cent douze", "912"), ("quatre mille cent onze", "4111"),
    ],
)  # fmt: skip
def test_a_number_is_heard_in_every_way_it_is_said(said: str, digits: str) -> None:
    assert heard(said, "fr") == [digits]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("way", range(10))
def test_a_card_is_found_however_it_is_said(card: str, way: int) -> None:
    name, answer = list(answers(VOICE, card))[way]
    assert left(f"Agent: {VOICE.asks}\n{answer}", "fr") == [], name


@pytest.mark.parametrize(
    ("asked", "answer", "entity"),
    [
        ("le cryptogramme visuel ?", "neuf un deux", Entity.CVV),
        ("les trois chiffres au dos ?", "c'est le neuf cent douze", Entity.CVV),
        ("les trois derniers chiffres au verso ?", "zéro quarante-sept", Entity.CVV),
        ("le code de sécurité ?", "quatre-vingt-dix-sept deux", Entity.CVV),
        ("le CVV ?", "912", Entity.CVV),
        ("la date d'expiration ?", "zéro cinq vingt-huit", Entity.EXPIRY),
        ("elle expire quand ?", "douze vingt-sept", Entity.EXPIRY),
        ("la fin de validité ?", "05/28", Entity.EXPIRY),
        ("valable jusqu'à quand ?", "mai deux mille vingt-huit", Entity.EXPIRY),
        ("elle expire quand ?", "en mai de l'année vingt-huit", Entity.EXPIRY),
        ("le code de vérification ?", "neuf un deux", Entity.CVV),
        ("votre code confidentiel ?", "quatre trois deux un", Entity.PIN),
        ("votre NIP ?", "quarante-trois vingt et un", Entity.PIN),
        ("le code secret ?", "quatre mille trois cent vingt et un", Entity.PIN),
    ],
)
def test_a_short_number_is_what_was_asked_for(asked: str, answer: str, entity: Entity) -> None:
    said = f"Conseiller: pour votre carte bleue, {asked}\nClient: {answer}"
    assert set(kinds(said, "fr")) == {entity}
    assert left(said, "fr") == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("votre numéro de téléphone ?", "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"),
        ("un portable ?", "06 12 34 56 78"),
        ("le numéro de commande ?", "quatre cinq deux un neuf neuf zéro trois"),
        ("votre numéro de dossier ?", "quatre mille deux cent douze"),
        ("le code postal ?", "soixante-quinze mille onze"),
        (
            "votre numéro de sécurité sociale ?",
            "un quatre-vingt-cinq zéro sept soixante-quinze cent seize zéro quarante-deux",
        ),
        ("l'IBAN ?", "FR14 2004 1010 0505 0001 3M02 606"),
        ("le SIRET ?", "732 829 320 00074"),
        ("votre numéro client ?", "douze trente-quatre cinquante-six soixante-dix-huit"),
        ("le numéro de votre carte de fidélité ?", "quatre cinq six sept huit neuf un deux"),
        ("le montant ?", "cent vingt-trois euros quarante"),
        ("quel jour ?", "le quinze mars à quatre heures et demie"),
        ("votre adresse ?", "cent vingt-trois rue de Paris, appartement quatre"),
        ("votre âge ?", "j'ai quarante-deux ans"),
        ("le code reçu par SMS ?", "quatre cinq six sept huit neuf"),
        ("la carte qui se termine par quoi ?", "les quatre derniers chiffres sont six quatre six sept"),
    ],
)
def test_what_is_no_card_data_is_left_alone(asked: str, answer: str) -> None:
    said = f"Conseiller: {asked}\nClient: {answer}"
    assert masked(said, "fr") == said


GIVEN = "Conseiller: Le numéro de votre carte ?\nClient: quatre cinq trois neuf quatorze quatre-vingt-huit zéro trois quarante-trois soixante-quatre soixante-sept\n"
"""A card that has just been given."""


@pytest.mark.parametrize(
    "said",
    [
        "Conseiller: C'est payé, autorisation cinq quatre huit deux un un.",
        "Conseiller: Votre bordereau de livraison, c'est le quatre cinq un deux trois huit huit.",
        "Conseiller: Nouveau billet, le quatre cinq un deux trois huit huit.",
        "Conseiller: On vous appelle au zéro six douze trente-quatre cinquante-six soixante-dix-huit.",
        "Conseiller: On vous livre le onze novembre deux mille vingt-sept.",
        "Conseiller: Votre commande porte le numéro quatre cinq un deux trois huit huit.",
        "Client: Mon châssis, c'est le quatre cinq un deux trois huit huit.",
        "Conseiller: Votre devis est le quatre cinq un deux trois huit huit.",
    ],
)
def test_what_is_said_of_other_numbers_after_a_card_is_left_alone(said: str) -> None:
    assert masked(GIVEN + said, "fr").endswith(said)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("seize chiffres", "pan"), ("numero au recto", "pan"), ("numero de votre carte bancaire", "pan"), ("cryptogramme visuel", "cvv"),
        ("trois chiffres au dos", "cvv"), ("date d expiration", "expiry"), ("fin de validite", "expiry"), ("code secret", "pin"),
        ("code confidentiel", "pin"), ("quatre derniers chiffres", "part"), ("numero de commande", "other"), ("code postal", "other"),
        ("code", "code"), ("payer", "pay"), ("carte bleue", "card"), ("vol", "thing"),
        ("autorisation", "thing"), ("lien", "other"),
    ],
)  # fmt: skip
def test_a_phrase_says_what_is_meant(phrase: str, kind: str) -> None:
    assert [
        kind for kind, patterns in load("fr").cues.items() if tuple(phrase.split()) in phrases(patterns)
    ] == [kind]


WHOLE_CALL = """\
Conseiller: Bonjour, Julie à votre écoute.
Client: Bonjour, j'ai deux questions, d'abord j'ai reçu une facture de cent vingt-trois euros pour un abonnement à trente euros.
Conseiller: Je regarde. Votre numéro de client ?
Client: Alors un zéro zéro quatre cinq deux.
Conseiller: Merci. Vous souhaitez régler par carte ? Je vous écoute pour les seize chiffres.
* Client: Quarante-cinq trente-neuf.
Conseiller: Oui.
* Client: Quatorze quatre-vingt-huit.
* Conseiller: Quatorze quatre-vingt-huit, oui.
* Client: Zéro trois, non attendez, zéro trois quarante-trois.
Conseiller: D'accord.
* Client: Soixante-quatre soixante-sept.
Conseiller: Et la date de fin de validité ?
* Client: Zéro six vingt-neuf.
Conseiller: Et les trois petits chiffres derrière ?
* Client: Trois cent dix-huit.
Conseiller: Parfait, le paiement est accepté. Vous recevrez un mail dans les vingt-quatre heures, sinon rappelez-nous au trente-neuf soixante-dix.
Client: Merci, et une dernière chose, mon numéro a changé, c'est le zéro six douze treize quatorze quinze.
"""
"""Lines with a star hold card data; in the others nothing is to be touched."""


def test_a_whole_call_loses_its_card_data_and_nothing_else() -> None:
    assert unlike(WHOLE_CALL, "fr") == []


def test_a_call_tells_its_language() -> None:
    assert tongues.spoken(WHOLE_CALL, tongues.AUTO) == ("fr",)
    assert tongues.spoken(WHOLE_CALL, "fr") == ("fr",)
