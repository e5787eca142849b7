"""German, of Germany, Austria and Switzerland: number words, fillers, and the words that ask for card data.

It is written here as German is. `_plain` and `_words` make of a word with a German letter what recognisers and keyboards
make of it: `prüfziffer` is `prufziffer` (folded) and `pruefziffer`, `dreißig` is `dreißig` and `dreissig`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_lowercase
from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import glued, repeated, unit_first

_SPELLINGS = (
    str.maketrans("äöü", "aou"),
    str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"}),
    str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}),
)


def _plain(pattern: str) -> str:
    """Return a pattern of phrases in which every word with a German letter is the choice of its spellings."""
    return re.sub(r"\w*[äöüß]\w*", lambda found: f"({'|'.join(sorted(_words(found[0])))})", pattern)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.translate(spelling) for word in text.split() for spelling in _SPELLINGS)


def _spelled(table: Mapping[str, str]) -> dict[str, str]:
    return {word.translate(spelling): digits for word, digits in table.items() for spelling in _SPELLINGS}


_BEFORE = {
    "ein": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7", "acht": "8",
    "neun": "9",
}  # fmt: skip
_TEENS = {
    "zehn": "10", "elf": "11", "zwölf": "12", "dreizehn": "13", "vierzehn": "14", "fünfzehn": "15", "sechzehn": "16",
    "siebzehn": "17", "achtzehn": "18", "neunzehn": "19",
}  # fmt: skip
_TENS = {
    "zwanzig": "2", "dreißig": "3", "vierzig": "4", "fünfzig": "5", "sechzig": "6", "siebzig": "7", "achtzig": "8",
    "neunzig": "9",
}  # fmt: skip
_NUMBERS = {
    **unit_first(_BEFORE, _TEENS, _TENS, ("und", " und ", "und ", " und")),
    "null": "0", "zero": "0", "eins": "1", "fuffzehn": "15", "sechszehn": "16", "siebenzehn": "17", "fuffzig": "50",
    "sechszig": "60", "siebenzig": "70",
}  # fmt: skip
_PAIRS = {word: digits for word, digits in _NUMBERS.items() if " " not in word and len(digits) == 2}
_GLUED: dict[str, str] = {}
for _spelling in _SPELLINGS:  # one spelling within one word
    _GLUED |= glued(
        {word.translate(_spelling): digits for word, digits in _NUMBERS.items() if word != "ein"},
        {
            "": "1",
            **{
                word.translate(_spelling): digits
                for word, digits in (_BEFORE | _NUMBERS).items()
                if digits[-1] != "0" and " " not in word and word != "eins"
            },
        },
        "hundert",
        "tausend",
        joints=("", "und"),
    )
_PLURALS = {
    "nullen": "0", "einsen": "1", "einser": "1", "zweien": "2", "zweier": "2", "dreien": "3", "dreier": "3", "vieren": "4",
    "vierer": "4", "fünfen": "5", "fünfer": "5", "sechsen": "6", "sechser": "6", "siebenen": "7", "siebener": "7",
    "achten": "8", "achter": "8", "neunen": "9", "neuner": "9",
}  # fmt: skip
_TIMES = {
    "zweimal": 2, "zwomal": 2, "zwo mal": 2, "zweimol": 2, "zwei mal": 2, "dreimal": 3, "drei mal": 3, "viermal": 4, "vier mal": 4, "2 mal": 2, "3 mal": 3,
    "doppel": 2, "doppelt": 2, "doppelte": 2, "doppelter": 2, "zweifach": 2, "dreifach": 3, "dreifache": 3, "vierfach": 4, "triple": 3,
}  # fmt: skip
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("januar jänner jan jän", "februar feber feb", "märz mrz mär", "april apr", "mai", "juni juno jun", "juli julei jul", "august aug",
         "september sept sep", "oktober okt", "november nov", "dezember dez"), start=1)
    for name in _words(names)
}  # fmt: skip
_LAST_MONTHS = "erst zweit dritt viert fünft sechst siebt,siebent acht neunt zehnt elft zwölft"
_MONTHS |= {
    f"{ordinal}{ending}": f"{month:02d}"
    for month, ordinals in enumerate(_LAST_MONTHS.split(), start=1)
    for ordinal in _words(ordinals.replace(",", " "))
    for ending in ("er", "en")
}
"""The twelfth of twenty-seven, as a card's last month is read out."""
_DAYS = """
    dreizehnt vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst einundzwanzigst zweiundzwanzigst
    dreiundzwanzigst vierundzwanzigst fünfundzwanzigst sechsundzwanzigst siebenundzwanzigst achtundzwanzigst
    neunundzwanzigst dreißigst einunddreißigst
"""
_ORDINALS = _words(
    " ".join(day + ending for day in _DAYS.split() for ending in ("e", "en", "er", "es", "em"))
)
_FILLERS = """
    äh ähm ehm öhm hm hmm mm mmm mhm ah aha ach oh eh ja jawohl jo jep genau richtig stimmt okay ok gut so also dann und
    danach weiter weiterhin nochmal noch mal einmal bitte danke moment augenblick sekündchen momentchen warten warte sie
    nein nee nö entschuldigung entschuldigen verzeihung sorry pardon quatsch falsch korrektur halt stopp wiederhole
    wiederholen wieder sage meinte das ist kommt folgt gefolgt von strich bindestrich minus punkt komma schrägstrich querstrich unterstrich mittelstrich trennstrich gedankenstrich slash
    leerzeichen pause trenner die der den dem eine einen schauen schau gucken guck lese jetzt nun nochmals verstanden
    notiert super prima perfekt klar natürlich gerne alles tja na naja vielmehr sondern beziehungsweise besser gesagt
    wie da hier schön toll wunderbar hallo dazu anschließend äußerst hoppla ups tschuldigung tschuldige geirrt verlesen
    versprochen vertan doch eben moin passt ähh ähmm ne gell gelt oder ich mich
"""
_QUANTITIES = """
    euro euros eur cent cents franken chf rappen stutz dollar dollars pfund usd million millionen milliarde milliarden mio prozent
    minuten minute min sekunden sekunde uhr stunde stunden std tag tage tagen tages woche wochen monat monate monaten jahr jahre
    jahren quartal quartale person personen leute erwachsene kinder kind gäste passagiere nacht nächte nächten zimmern
    stück stücke teile kisten kartons flasche flaschen pakete päckchen taschen koffer gepäckstücke paar kopien ziffer ziffern
    stellen nummern buchstaben zeichen versuche versuch möglichkeiten optionen fragen raten rechnungen bestellungen
    anrufe tickets fahrkarten kilo kg gramm liter meter km kilometer zentimeter cm grad gb gigabyte mb megabit sterne punkte seiten plätze
    sitze haltestellen etagen stock stockwerk etage zeilen kilowattstunden kwh watt kw dinge sachen arten dutzend drittel viertel werktage
    werktagen arbeitstage geräte quadratmeter qm jährig jährige
"""
_DETERMINERS = """
    der die das den dem des dieser diese dieses diesen jener jene jedes jeder jede kein keine keiner keines irgendein noch nur neuer neue
    neues neuen gleiche gleicher selbe selben erste ersten zweite zweiten dritte letzte letzten andere anderer anderes anderen richtige richtigen
    falsche falschen ganze ganzen alte alten mein meine ihr ihre ihren unser unsere sein deren welche welcher nächste nächsten kleine große
    gute bestimmte einzige eigene genaue aktuelle bisherige lange
"""
_COMMON = """
    der die das und ist nicht ich sie mit auf für ein eine den dem des zu von im es wir haben hat kann können bitte danke guten tag
    ja nein mein meine ihre ihr auch noch dann wie was wenn oder aber bei aus nach habe sind wird mir mich ihnen herr frau gerne
    noch schon nur uns macht neue neuen neu sehen frei
"""

_BRAND = """(visa|mastercard|master card|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay|v pay|vpay|girocard
    |girokarte|postcard|eurocard|visakarte)"""
_CARDS = """(karte|karten|kreditkarte|kreditkarten|kredit karte|debitkarte|debit karte|bankkarte|ec karte|eckarte|girokarte|girocard|visakarte
    |visa karte|visacard|mastercard|master card|amex|zahlkarte|firmenkarte|bankomatkarte|prepaidkarte|maestrokarte|visa|plastikkarte|creditcard)"""
_OF_CARD = "(der|ihrer|deiner|meiner|auf der|auf ihrer) (karte|kreditkarte)"
_ON = "(der|ihrer|deiner|meiner|dieser|auf der|auf ihrer|von der|von ihrer|von meiner|zur|zu ihrer)"
_PAID = "(buchung|reservierung|zimmer|zimmers|hotelzimmer|rechnung|bestellung|lieferung|sendung|police|versicherung|ticket|tickets|abo|abos|abonnement|vertrag|vertrags|konto|kontos|mitgliedschaft|kaution|flug|fluges)"
_FOR_IT = f"[(für|zu|in|von)] (die|das|der|des|den|dem|ihre|ihrer|ihres|ihr|ihrem|ihren|dieser) {_PAID}"
_DIGITS = (
    "(ziffern|zahlen|stellen|nummern|ziffer|zahl|stelle|ziffernfolge|zahlenfolge|zifferl|zahlerl|zahlerln)"
)
_NAMED = """(vorgang|zeichen|aktenzeichen|fall|schadenfall|auftrag|bestellung|rechnung|buchung|reservierung|sendung|paket|vertrag|police|gutschein|gutscheincode|rabattcode
    |ticket|konto|zähler|zählerstand|stand|telefon|handy|mobilnummer|genehmigung|autorisierung|freigabe|beleg|angebot|offerte|abo|mitgliedschaft|los|superzahl|zusatzzahl|einsatz|mandat|referenz)"""
_SIXTEEN = "(sechzehn|16|fünfzehn|15|neunzehn|19|dreizehn|13|vierzehn|14)"
_AT_BACK = "((auf|an) der (rückseite|hinterseite|kehrseite)|rückseite|rückseitig|hinten [(drauf|auf|auf der|an der)]|hintendrauf|hinten drauf|hintn|auf dem (unterschriftsfeld|rücken|unterschriftsstreifen)|(im|auf dem|neben dem|beim) (unterschriftsstreifen|unterschriftenstreifen|unterschriftenfeld|unterschriftsfeld|unterschriftfeld)|(bei|für die|neben der) unterschrift)"
_AT_FRONT = "((auf|an) der vorderseite|vorderseite|vorne [(drauf|auf der|auf)]|vorn drauf|vorn|vornedran|vornedrauf|in der mitte|eingeprägt|geprägt|hochgeprägt)"
_FOUR = "(vier|4|fünf|5|zwei|2|sechs|6|acht|8)"
_STEM = """(telefon|handy|mobil|mobilfunk|mobiltelefon|fax|festnetz|rück ruf|rückruf|kontakt|service|hotline|kunden|bestell|bestellungs|auftrags
    |vorgangs|rechnungs|buchungs|reservierungs|sendungs|sendungsverfolgungs|paket|tracking|liefer|lieferschein|vertrags|versicherungs
    |versicherten|policen|schaden|schadens|schadenfall|mitglieds|konto|bank|iban|steuer|steueridentifikations|umsatzsteuer|sozialversicherungs
    |rentenversicherungs|krankenversicherungs|krankenkassen|personal|ausweis|personalausweis|reisepass|pass|führerschein|serien|artikel
    |produkt|modell|geräte|zähler|fahrgestell|fahrzeug|fahrzeugident|flug|zug|zimmer|haus|tür|wohnungs|gleis|sitz|sitzplatz|platz|ticket|fall
    |referenz|beleg|quittungs|transaktions|autorisierungs|genehmigungs|freigabe|storno|stornierungs|rücksende|retouren|gutschein|rabatt
    |aktions|bonus|treue|kundenkarten|payback|bahncard|sim|patienten|matrikel|mitarbeiter|filial|durchwahl|vorwahl|ruf|hausanschluss|raum
    |abo|abonnenten|anschluss|teilnehmer|depot|verwendungs|mandats|gläubiger|handelsregister|registrier|zulassungs|kennzeichen|nutzer|benutzer
    |identifikations|identitäts|ahv|versicherungsschein|mandanten|akten|reklamations|beschwerde|anfrage|ereignis|störungs|meldungs|chargen
    |bau|teile|material|händler|stamm|mitgliedskarten|vielflieger|meilen|miles|geschenkkarten|abhol|schließfach|post|postfach|barcode|ean|fehler|version
    |einheits|spar|inventar|typ|rezept|partner|vermittler|agentur|arzt|betriebs|makler|klassen|wagen|bus|linien|spur|seiten|kapitel)"""
_NAME_ENDINGS = [
    "nummer",
    "nummern",
    "nr",
    "kennung",
    "kennzahl",
    "straße",
    "strasse",
    "gasse",
    "allee",
    "weg",
    "platz",
    "damm",
    "chaussee",
    "ufer",
    "promenade",
]
_ENDINGS = tuple(f"{letter}{ending}" for letter in ascii_lowercase for ending in _NAME_ENDINGS)
_OTHERS = tuple(
    f"{stem}{joint}{number}"
    for stem in re.split(r"[\s|()]+", _STEM)
    if stem
    for number in ("nummer", "nummern", "nr", "code", "id")
    for joint in ("", " ")
)

LANGUAGE = Language(
    code="de",
    numbers=MappingProxyType(_spelled(_NUMBERS)),
    glued=MappingProxyType(_GLUED),
    hundreds=MappingProxyType({}),
    hundred=frozenset({"hundert"}),
    thousand=frozenset({"tausend"}),
    bare_hundred=True, bare_thousand=True, unit_joins=True,
    joiners=frozenset({"und"}),
    multipliers=MappingProxyType({
        **{f"{times}{article}": count for times, count in _TIMES.items() for article in ("", " die", " eine")},
    }),
    doubled=MappingProxyType(_spelled({
        **repeated({"doppel": 2, "dreifach": 3}, {**_BEFORE, "null": "0", "eins": "1"}, ("",)),
        **repeated({"zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "doppel": 2}, _PLURALS), **repeated({"zweimal": 2, "zwomal": 2, "zwei mal": 2}, _PAIRS, (" ", " die ")),
    })),
    articles=frozenset({"ein"}),
    homophones=MappingProxyType({
        "frei": "3", "drai": "3", "dreh": "3", "wir": "4", "fur": "4", "fier": "4", "funfe": "5", "fuenfe": "5", "sex": "6", "sechse": "6", "lieben": "7",
        "macht": "8", "neu": "9", "neuen": "9", "neue": "9", "sehen": "10", "zen": "10", "nul": "0", "zwai": "2", "elfe": "11", "zwee": "2", "zwa": "2", "zwoa": "2", "zwoi": "2", "oans": "1", "aans": "1", "eis": "1", "dru": "3", "viere": "4", "vieri": "4", "fumf": "5", "fuemf": "5", "fumfe": "5", "fuf": "5", "foif": "5", "sachs": "6", "saechs": "6",
        "sibbe": "7", "siebe": "7", "siebene": "7", "sibe": "7", "achte": "8", "neune": "9", "nuun": "9", "einser": "1", "zweier": "2", "dreier": "3", "vierer": "4", "funfer": "5", "fuenfer": "5", "sechser": "6", "siebener": "7", "neuner": "9", "nuller": "0",
    }),
    determiners=_words(_DETERMINERS),
    ordinals=_ORDINALS,
    names_before=frozenset({"nummer", "nummern", "nr", "kennung"}),
    name_endings=_ENDINGS,
    fillers=_words(_FILLERS),
    quantities=_words(_QUANTITIES),
    months=MappingProxyType(_MONTHS),
    common=_words(_COMMON),
    cues=MappingProxyType({kind: tuple(map(_plain, patterns)) for kind, patterns in {
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|kpn|cvv2|cvc2|cv2|cww)", "c v (v|c|2)", "(ce|zeh|c) (vau|v) (vau|v|ce|zeh|c)", "(cvv|cvc|cvv2|cvc2) (nummer|code|zahl)",
            "(prüf|kartenprüf|karten prüf|kontroll|sicherheits|verifizierungs|kartenverifizierungs|validierungs) (nummer|ziffer|ziffern|zahl|code)",
            """(prüfnummer|prüfnummern|prüfziffer|prüfziffern|prüfzahl|prüfcode|kartenprüfnummer|kartenprüfziffer|kartenprüfziffern|kartenprüfcode|kontrollnummer
            |kontrollziffer|kontrollziffern|sicherheitscode|sicherheitsnummer|sicherheitsziffer|sicherheitsziffern|sicherheitszahl|sicherheitskode
            |kartensicherheitscode|kreditkartenprüfnummer|kreditkartenprüfziffer|cvcnummer|cvvnummer|cvccode|cvvcode|kartenverifizierungscode|kartenverifizierungsnummer|kartenvalidierungscode|kartencode
            |kartenprüfzahl|kartenverifikation|kartenverifizierung|verifikationscode|verifikationsnummer|verifizierungscode|verifizierungsnummer|validierungscode|kontrollcode|kontrollzahl|kontrollzahlen|kontrollzahlerl|prüfzahlen|sicherheitszahlen|sicherheitsnümmerchen|sicherheitsding|sicherheitsschlüssel|kontrollnummern
            |kreditkartencode|kreditkartensicherheitscode|kursivzahlen|zusatzcode|zusatzzahlen|cvvzahl|cvcziffer|cvcziffern|prüfcodes|kryptogramm|zahlengrüppchen)""",
            "(verifizierung|verifikation) der karte", "(kleine|kleinen|schrägen|kursiven|extra) (zahl|zahlen|ziffern|nummer|nümmerchen)", "(weißen|weisses|weiße) (feld|streifen|kästchen|balken)", "(noch|diese) [die] (drei|3) [(zahlen|ziffern)]",
            f"[(letzten|kleinen|anderen)] (drei|3) [letzten] {_DIGITS}", "(letzten|hinteren|kleinen) (drei|3)", "(drei|3) (kleinen|kleine|hinteren|von hinten|von der rückseite|auf der rückseite|hinten)", "(vier|4) (kleinen|kleine) [ziffern|zahlen] [(vorne|auf der vorderseite)]",
            f"(drei|3) [{_DIGITS}] {_AT_BACK}", f"(dreistellige|dreistelliger|dreistelligen|3 stellige|drei stellige|dreistellig) [(nummer|zahl|code|kombination|{_DIGITS}|nümmerchen)]",
            f"(vierstellige|4 stellige) [(nummer|zahl|code)] {_AT_FRONT}", f"(nummer|code|zahl|{_DIGITS}) {_AT_BACK}",
            f"{_AT_BACK}", "(auf der hinteren seite|unterschriftsfeld|unterschriftsstreifen|unterschriftenfeld)",
            "(drehen|dreh|drehns) [(sie|wir|ma)] [(jetzt|mal|bitte|nun)] [(die|ihre|sie|das)] [karte] [(jetzt|mal|bitte|einmal)] (um|rum|herum)", "(drehen|dreh) [sie] [(die|ihre)] karte", "karte (umdrehen|um)", "(umdrehen|umdreht|umgedreht|rumdrehen|herumdrehen)", "(neben|hinter) der unterschrift",
        ),
        "expiry": (
            "(ablaufdatum|ablauf datum|verfallsdatum|verfalldatum|verfalls datum|gültigkeitsdatum|gültigkeit|gültigkeitsdauer|ablaufmonat|ablaufjahr|ablauf|verfall|gültigkeitsende|ablauftermin|ablaufzeit|ablaufende|ablauftag|verfallstag|verfallsmonat|verfallsjahr|verfallszeit|gültigkeitszeitraum|gültigkeitsmonat|gültigkeitsjahr|enddatum|endmonat|laufzeitende|kartenlaufzeit|auslaufdatum|expiry|exp|exp date|expiry date|expiration date)",
            "(gültig|haltbar) [(bis|bis ende|bis zum|ab|thru)]", "(läuft|laufen|lauft) [(sie|die|er|diese|die karte|ihre karte)] [(denn|eigentlich|demnächst|wieder)] [(im|am|zum)] [ende] (ab|aus)", "(abläuft|abgelaufen|ausläuft|auslaufen|verfällt)",
            "(bis wann|wie lange|wie lang|bis zu welchem datum|bis zu welchem monat|bis zu welchem jahr) (ist|gilt) [(sie|die|diese|die karte|ihre karte)] [noch] [(gültig|gut)]", "(bis wann|wie lange|wie lang) (läuft|geht|hält) (sie|die karte|diese karte|ihre karte|die noch|die denn)", "bis [zu] (welchem|welchen) (datum|monat|jahr)", "(sie|die|karte) (gilt|läuft|geht) [noch] bis", "(ist|gilt|geht) (die|sie) [noch] (gut bis|bis)", "(gilt|gut) bis", "ungültig", "(wann|wo) (endet|verfällt) [(sie|die|die karte|ihre karte)]", "endet (die|ihre) karte", "wann kommt (eine|die) neue", "wann hört (sie|die) auf", "(laufzeit|ende|fälligkeit) (der|ihrer) (karte|gültigkeit)", "(die|der karte) laufzeit", "datum (darunter|drunter|drauf|darauf|unten|das draufsteht|das darauf steht|das da steht|unter der nummer)", "(datum|das) steht [(da|denn)] (drauf|drunter)", "(zahlen|ziffern) unter der (nummer|kartennummer|langen)", "(m m|mm) (j j|jj)", "valid", "(monat [und] [(ein|das|dem|den|welches|die)] (jahr|jahreszahl)|jahreszahl|monat jahr|monat schrägstrich jahr)", "valid thru",
            f"datum {_OF_CARD}", f"datum {_AT_FRONT}", "läuft ab", "(welcher|welchen) monat", "und (der monat|das jahr)",
        ),
        "pin": (
            "(pin|pins|geheimzahl|geheimnummer|geheimcode|pincode|pinnummer|kartenpin|geheim zahl|geheim nummer|pin code|pin nummer)", "(p i n|persönliche identifikationsnummer)",
            "(persönliche|vierstellige|4 stellige) (geheimzahl|pin|geheimnummer|nummer|zahl|code)",
        ),
        "part": (
            f"(letzten|letzte|hinteren|endziffern) {_FOUR} [{_DIGITS}]", f"{_FOUR} letzten [{_DIGITS}]", f"ersten (sechs|6|acht|8) [{_DIGITS}]",
            f"(letzten|letzte) {_DIGITS}", "(endet|endend|endung|enden|endziffern|endziffer) [(auf|mit|in)]",
        ),
        "other": (
            *_OTHERS,
            """(rufnummer|hausnummer|postleitzahl|plz|aktenzeichen|geschäftszeichen|kundenkennung|kundennummer|telefonnummer|geburtsdatum|geburtstag|bankleitzahl|blz|iban|bic
            |swift|imei|kontonummer|steuernummer|steuer id|steuerid|ust id|ustid|uid|puk|ahv|svnr|zahlungsreferenz|verwendungszweck|kennzeichen|vorgangskennung|kassenzeichen
            |vorwahl|durchwahl|sendungsnummer|referenz|az|e v n|bahncard|payback|krankenkassenkarte|gesundheitskarte|versichertenkarte|geschenkkarte|kundenkarte|mitgliedskarte
            |clubkarte|treuekarte|bonuskarte|bordkarte|sim karte|simkarte|visitenkarte|eintrittskarte|fahrkarte|speisekarte|postkarte|landkarte|fahrzeugschein|ident nummer
            |referenznummer|tan|mtan|tans|pushtan|smstan|s m s tan|zugangscode|aktivierungscode|freischaltcode|einmalcode|einmalpasswort|bestätigungscode|entsperrcode|otp|sms)""",
            "(kundenkarte|mitgliedskarte|gesundheitskarte|krankenkassenkarte|bahncard|payback karte|geschenkkarte|bonuskarte|bordkarte|simkarte|sim karte) (nummer|nr)",
            "(kundenkartennummer|mitgliedskartennummer|gesundheitskartennummer|geschenkkartennummer|bonuskartennummer|simkartennummer)",
            "(nummer|code|nr|kennung) (der|ihrer|meiner|ihres|des|meines|vom|von der|für die|zur|zum) (bestellung|rechnung|buchung|reservierung|lieferung|sendung|pakets|vertrags|kontos|police|telefons|tickets|auftrags|ausweises|passes|zählers|geräts|kunden|fluges|schadens|kundenkarte|mitgliedskarte|bahncard|gesundheitskarte)",
            "(erreichen|erreicht|anrufen|zurückrufen|zurück|erreichbar|kontaktieren|rufen|melden|ruft|rufe|anruft) [(sie|mich|ich|wir|bin)] [(uns|mich|sich|dich)] [(an|zurück)] unter",
            "(rufen|rufe|ruft|anrufen|telefonieren) [(sie|wir|ich|mich|uns)] [(sie|mich|uns|ja|jetzt|gerade)] (von|auf|mit|unter) [(der|dem|einer|meiner|ihrer)]",
            "(rufen|rufe|ruft) (wir|ich|sie|er|die|der) (die|den)", "(wir|ich|sie) (rufen|rufe) die", "(wähle|wählen|wählt) [(sie|ich|wir)] die",
            "(erreichen|erreichst|zurückrufen|anrufen) (wir|ich) (sie|dich|ihn)", "(unter|auf) welcher (nummer|rufnummer|handynummer|telefonnummer)", "(welcher|welchen) monat (sind|wollen|möchten|haben|hätten|sollen|passt|war|wurde|wurden|ziehen)",
            f"(ihr|ihre|mein|meine|unser|unsere|das|der|die) {_NAMED} (ist|lautet|hat|heißt|war|läuft|beginnt)",
            "(link|zahlungslink|bezahllink)", "plus (vier|4) (neun|drei|eins|9|3|1)", "plus (neunundvierzig|dreiundvierzig|einundvierzig|49|43|41)", "(meine|die|unsere) nummer (hat sich geändert|ist|lautet)", "unter (der|folgender|dieser|meiner) [(nummer|handynummer|telefonnummer)] [(erreichbar|erreichen)]",
            "(code|tan|nummer) (per|aus der|in der|via) (sms|mail|nachricht|app)", "geboren [am]",
        ),
        "thing": (
            "uhr", "(zahlung|zahlungen|überweisung|abbuchung) (für|zu|zur|zum)", "(bestellung|rechnung|buchung|sendung|vertrag|auftrag) (und|sowie) (bestellung|rechnung|buchung|sendung|vertrag|auftrag)",
            """(telefon|handy|bestellung|auftrag|buchung|rechnung|sendung|ticket|(ihr|ihren|ihrem|mein|meinen|meinem|diesen|dieser|zum|unser) fall|wohnung|zimmer|tür|gleis|flug|haus|gebäude|bus|(der|ihr|mein|den|dem|welcher) zug|linie|bahnsteig|sitz|(ihr|mein|den|der) platz|etage|stock
            |stockwerk|saldo|kontostand|summe|gesamt|insgesamt|gesamtsumme|gesamtbetrag|rechnungsbetrag|endbetrag|betrag|preis|kosten|gebühr|limit|temperatur|gewicht|(ihr|mein|das) alter|größe|modell|version|taste|kapitel
            |konto|paket|pakete|police|schaden|vertrag|verträge|box|postfach|jahrgang|adresse|anschrift|straße|allee|gasse|wagen|(die|in) reihe|reihe nummer|saal|halle|tisch|artikel|baujahr
            |bestellungen|aufträge|buchungen|rechnungen|sendungen|tickets|genehmigung|genehmigungen|autorisierung|autorisation|freigabe|bewilligung|vorgang|vorgänge
            |vorgangs|zeichen|lieferung|lieferungen|lieferschein|versand|retoure|rücksendung|reklamation|stornierung|gutschein|gutscheine|rabatt|angebot|angebots|offerte
            |kostenvoranschlag|fahrgestell|motor|(das|ihr|dem|ihrem|meinem) gerät|zähler|zählerstand|(der|den|aktueller|alter|neuer) stand|kilometerstand|tachostand|kilometer|lose|lotto|lottozahlen|zusatzzahl|superzahl
            |gewinnzahlen|ziehung|spielschein|beleg|bon|kassenbon|quittung|mahnung|(der|den|dem|ihr|ihren|ihrem|mein|meinen|meinem) bescheid|antrag|anfrage|(ihre|meine|der) meldung|(ihre|meine|der|eine) störung|reservierung|gebucht|reserviert|mandat
            |lizenz|führerschein|reisepass|personalausweis|ausweis|pass|mitglied|mitgliedschaft|abo|abonnement|patient|rezept|einschreiben|schließfach|gate|terminal
            |filiale|kennung|zertifikat|inserat|lager|charge|apotheke|(das|ihr|mein|dieses|unser) los)""",
        ),
        "pan": (
            f"(nummer|nummern|zahlen|ziffern|daten|nr) {_ON} {_CARDS}", f"{_CARDS} (nummer|nummern|nr|daten)",
            """(kartennummer|kartennummern|kartennr|kreditkartennummer|kreditkartennr|kreditkartennummern|kreditkartendaten|kartendaten|visanummer|visakartennummer
            |mastercardnummer|debitkartennummer|girocardnummer|bankkartennummer|eckartennummer|ec kartennummer|kredit kartennummer|firmenkartennummer|firmenkreditkartennummer|visakreditkartennummer|amexnummer|amexkartennummer|maestronummer|prepaidkartennummer|creditcardnummer|zahlkartennummer)""",
            "(kredit|karten|kredit karten|debit karten|bank karten|ec karten) (nummer|nummern)", "(nummer|nummern|zahlen) (steht|stehen|hat) [auf] (der|ihrer|die|ihre) karte", "(kartenangaben|kreditkartenangaben|karteninformationen|kreditkarteninformationen|kartendetails|kreditkartenzahlen|kartenziffern|bankomatkartennummer|girokartennummer)", "(angaben|informationen|infos|details) (zur|von der|der|auf der|ihrer|zu ihrer) (karte|kreditkarte)", "(alle|ihre) (sechzehn|16)", "die (sechzehn|16) (bitte|gern|gerne|dann)", f"{_AT_FRONT} (steht|stehen|draufsteht)", f"(steht|stehen) [(denn|da)] {_AT_FRONT}", "(ganz viele|lauter|jede menge|lange reihe|lange) (zahlen|ziffern)", "(pan|pan nummer)",
            f"{_SIXTEEN} {_DIGITS} [{_AT_FRONT}]",
            "(sechzehnstellige|sechzehnstelligen|16 stellige|16 stelligen|sechzehn stellige|fünfzehnstellige|15 stellige|neunzehnstellige|19 stellige|dreizehnstellige) [(nummer|zahl|kartennummer|ziffernfolge|kreditkartennummer)]",
            "(lange|langen|ganze|gesamte|komplette|vollständige|große) (nummer|zahl|ziffernfolge|zahlenreihe)", f"(nummer|{_DIGITS}) {_AT_FRONT}",
            f"(nächsten|folgenden|weiteren|anderen|restlichen|zweiten|nächste|übrigen|ersten|vorderen) (vier|4|{_DIGITS}) [{_DIGITS}]", "(nächster|zweiter|dritter|vierter|letzter|nächste|zweite) (block|gruppe|viererblock|vierergruppe)",
            "(eingeprägt|hochgeprägt|aufgeprägt)", "rest (der (nummer|karte|zahlen|ziffern|kartennummer)|von der (nummer|karte))", "(sind|waren|habe|hab|fehlt|fehlen|höre) [(das|es|aber|jetzt|hier)] (nur|erst|bloß) (fünfzehn|15|vierzehn|14|dreizehn|13|zwölf|12)", "(viererblock|viererblöcke|viererblöcken|vierergruppen|vierer gruppen|vierer blöcken)",
        ),
        "card": (_CARDS, f"(karte|kreditkarte|bankkarte|garantie|sicherheit) {_FOR_IT}", "(zahlungsdaten|bezahldaten|karteninhaber|kärtchen|kreditkarterl|kreditkartendings|bezahlfenster|bezahlmaske|zahlungsmaske|sparkassenkarte|ec|bankomat karte|maestro karte|debit mastercard|visa debit|postfinance card|postcard)", f"{_BRAND} [(karte|card)]", "(vorderseite (der|ihrer) karte|kredit|plastikkarte)"),
        "code": ("(code|codes|kode|nummerncode|zahlencode|codenummer|kennziffer)", "kennzahl"),
        "pay": (
            "(sagen|nennen|geben|lesen|schicken|diktieren|schreiben) sie [(mir|uns)] [(bitte|hier|jetzt)] (die|ihre) (kartennummer|kreditkartennummer|kartendaten|nummer) [(bitte|hier|am telefon)] nicht",
            """(zahlen|bezahlen|bezahlung|zahlung|zahlungen|bezahle|zahle|zahlt|abbuchen|abbuchung|abgebucht|belasten|belastung|einziehen|lastschrift|kaution|anzahlung
            |gutschrift|rückerstattung|erstatten|zahlungsart|zahlungsmittel|zahlungsmethode|überweisen|überweisung|kaufen|kauf)""",
            f"(zahlung|bezahlung|anzahlung|begleichung|abbuchung) {_FOR_IT}",),
    }.items()}),
)  # fmt: skip
