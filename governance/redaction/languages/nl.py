"""Dutch, of the Netherlands and of Flanders: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from string import ascii_lowercase
from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import glued, repeated, unit_first

_UNITS = {
    "een": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6", "zeven": "7", "acht": "8",
    "negen": "9",
}  # fmt: skip
_TEENS = {
    "tien": "10", "elf": "11", "twaalf": "12", "dertien": "13", "veertien": "14", "vijftien": "15", "zestien": "16",
    "zeventien": "17", "achttien": "18", "negentien": "19",
}  # fmt: skip
_TENS = {
    "twintig": "2", "dertig": "3", "veertig": "4", "vijftig": "5", "zestig": "6", "zeventig": "7",
    "tachtig": "8", "negentig": "9",
}  # fmt: skip
_JOINTS = ("en", " en ", "en ", " en")
_WRITTEN = unit_first(_UNITS, _TEENS, _TENS, _JOINTS)
_NUMBERS = {
    **unit_first(
        {**_UNITS, "zeuven": "7"}, {**_TEENS, "zeuventien": "17", "achtien": "18"}, {**_TENS, "zeuventig": "7", "tachentig": "8"}, _JOINTS
    ),
    "nul": "0", "null": "0", "zero": "0", "eentje": "1",
}  # fmt: skip
"""As they are written, and as they are said to keep seven from nine and eighty Flemish."""
_GLUED = glued(
    _WRITTEN,
    {"": "1", **{word: digits for word, digits in _WRITTEN.items() if " " not in word and digits[-1] != "0"}},
    "honderd",
    "duizend",
    joints=("", "en"),
)
_TIMES = {
    "tweemaal": 2, "twee maal": 2, "twee keer": 2, "driemaal": 3, "drie maal": 3, "drie keer": 3, "viermaal": 4, "vier keer": 4, "2 keer": 2,
    "3 keer": 3, "2 maal": 2, "3 maal": 3, "dubbel": 2, "dubbele": 2, "drievoudig": 3, "driedubbel": 3, "driedubbele": 3, "triple": 3,
}  # fmt: skip
_PLURALS = {
    "nullen": "0", "enen": "1", "eenen": "1", "tweeen": "2", "drieen": "3", "vieren": "4", "vijven": "5", "zessen": "6", "zevens": "7",
    "achten": "8", "negens": "9",
}  # fmt: skip
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("januari jan", "februari feb", "maart mrt mar", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sept sep",
         "oktober okt", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    eh ehm uh uhm um hm hmm mm mmm ah oh ach och ja jawel jep yep nee neen he hoor goed okay oke ok prima precies klopt
    juist inderdaad dus en dan daarna vervolgens verder toen nou nu weer nog keertje eens even wacht wachten moment
    momentje ogenblik ogenblikje sorry pardon excuus excuses excuseer me niet kwalijk fout vergissing vergis verkeerd
    correctie opnieuw herhaal herhaalt herhalen zeg zei bedoel bedoelde eigenlijk liever gezegd het is was dat dit de
    zijn komt volgt gevolgd door streepje liggend laag middelste koppelteken minteken punt komma spatie slash schuine streep pauze kijk kijken zien zie
    lees lezen mijn bijna alstublieft alsjeblieft dank bedankt dankjewel begrepen genoteerd maar hier daar daarachter
    top mooi fijn perfect uitstekend duidelijk begrijp helemaal tuurlijk natuurlijk graag luister luistert hallo zo
    zeker oeps oei hupsakee amai allez allee awel voila eerst tot slot ook toch want ff effe effen stop stopt ho ik mij
"""
_QUANTITIES = """
    euro euros eur cent cents dollar dollars pond ponden frank usd miljoen miljoenen miljard procent percent minuten minuut min
    seconden seconde sec uur uren uurtje dag dagen week weken maand maanden jaar jaren kwartaal kwartier keer maal personen persoon mensen
    volwassenen volwassene kinderen kind kindjes passagiers gasten nacht nachten slaapkamers artikelen producten stuk stuks stukken
    dozen flessen pakjes pakketten tassen koffers paar kopie kopieen cijfer cijfers getallen nummers letters tekens poging pogingen opties vragen
    termijnen facturen bestellingen orders telefoontjes tickets kaartjes kilo kg gram liter meter km kilometer centimeter cm graden
    graad gb gigabyte mb megabyte sterren punten paginas plaatsen stoelen haltes verdiepingen regels kilowattuur kwh watt dingen soorten
    dozijn derde kwart werkdagen werkdag jarige vierkante
"""
_DETERMINERS = """
    van de het die dat deze dit ander andere elk elke ieder iedere geen enkel enkele nieuw nieuwe zelfde eerste tweede derde laatste mijn uw je jouw
    zijn haar ons onze hun juiste goede verkeerde foute hele volledige oude vorige volgende welk welke kleine grote eigen enige zo zulk nog
"""
_ORDINALS = """
    eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende zestiende zeventiende
    achttiende negentiende twintigste eenentwintigste tweeentwintigste drieentwintigste vierentwintigste vijfentwintigste zesentwintigste
    zevenentwintigste achtentwintigste negenentwintigste dertigste eenendertigste
"""
_COMMON = """
    de het een en van ik je u dat die is niet in te op aan met voor er maar om hem dan zijn wat mijn ja nee heb hebben naar bij ook
    nog wel kan kunt mag moet dit goed goedemorgen goedemiddag mevrouw meneer graag hoe waar wanneer want als of uw we wij ze zij
    even dag bent tegen echt af leven ver
"""

_BRAND = """(visa|mastercard|master card|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay|v pay|vpay|bancontact
    |mister cash|eurocard|ics)"""
_CARDS = """(kaart|kaarten|creditcard|creditcards|credit card|kredietkaart|kredietkaarten|krediet kaart|debitcard|debit card|debetkaart|bankkaart|bank kaart
    |bankpas|bank pas|pinpas|betaalpas|betaalkaart|pas|pasje|visakaart|visa kaart|visacard|mastercard|master card|amex|prepaidkaart|bedrijfskaart|visa|bancontact)"""
_ON = "(van|van de|van uw|van je|van mijn|van die|van deze|op|op de|op uw|op je|op mijn)"
_OF_CARD = "((van|op) [(de|uw|je|mijn)] (kaart|creditcard|pas|bankkaart))"
_PAID = "(boeking|reservering|reservatie|kamer|hotelkamer|factuur|bestelling|order|levering|zending|polis|verzekering|ticket|tickets|abonnement|contract|rekening|lidmaatschap|borg|vlucht)"
_FOR_IT = f"(van|voor|bij) [(de|het|uw|je|mijn|deze)] {_PAID}"
_DIGITS = "(cijfers|nummers|getallen|cijfer|cijfertjes|nummertjes|getalletjes|cijferkes|nummerkes|getallekes|cijferen)"
_NAMED = """(referentie|dossier|bestelling|order|boeking|reservering|reservatie|factuur|zending|pakket|contract|polis|ticket|zaak|rekening|bankrekening|telefoon|gsm|mobiel|meter|meterstand
    |stand|tellerstand|lot|autorisatie|goedkeuring|offerte|bon|voucher|abonnement|lidmaatschap|chassis|melding|aanvraag|klacht|levering|vlucht|inzet)"""
_SIXTEEN = "(zestien|16|vijftien|15|zeventien|17|negentien|19|dertien|13|veertien|14)"
_AT_BACK = """((aan|op) de (achterkant|achterzijde|rugzijde|keerzijde)|achterop|achteraan|achterkant|achterzijde|op de rug|(aan|op) de andere (kant|zijde)|vanachter|van achter|langs achter
    |achter op|(aan|op) de (achterste|onderste) kant|ommezijde|keerzijde|rugzijde|rugkant|(op|in|bij|naast) [(de|het|uw)] (handtekeningstrook|handtekeningenstrook|handtekening))"""
_AT_FRONT = """((aan|op) de (voorkant|voorzijde)|voorop|vooraan|voorkant|voorzijde|vanvoor|van voren|van voor|langs voor|voor op
    |in het midden|in relief)"""
_IT = "(hem|m|em|die|ze|deze|(de|uw|je|die) (kaart|pas|creditcard|bankkaart)|(het|uw|je) (kaartje|pasje))"
_JUST = "[(nu|even|eens|dan|maar)] [(eens|even)]"
_STANDS = "(staat|staan|stond|stonden|vermeld|gedrukt|afgedrukt|zie|ziet|vindt|vind)"
_FOUR = "(vier|4|vijf|5|twee|2|zes|6|acht|8)"
_STEM = """telefoon mobiel mobiele gsm fax contact terugbel klant klanten klantenservice order bestel bestelling bestellings factuur faktuur boekings boeking
    reserverings reservering reservatie referentie zendings zending pakket track tracking trackentrace volg verzend dossier zaak zaaks ticket polis schade
    claim lidmaatschaps lid leden lidkaart relatie debiteur debiteuren rekening bankrekening spaarrekening iban bsn burgerservice sofi btw kvk belasting
    fiscaal personeels paspoort rijbewijs identiteitskaart kenteken nummerplaat serie artikel product model toestel meter chassis vlucht trein kamer huis deur
    spoor perron stoel zitplaats plaats lot transactie autorisatie goedkeurings bon kassabon retour cadeau cadeaukaart kadokaart kortings actie promo spaar bonus
    klantenkaart bonuskaart spaarkaart ov ovchip ovchipkaart sim simkaart patient patienten student studenten leerling medewerkers werknemers filiaal winkel doorkies
    net land post postbus rijksregister ondernemings aansluit aansluitings ean contract abonnee abonnements abonnement incident meldings melding klacht klachten
    aanvraag aanvraags case offerte lijn fout fouten versie verzekerden verzekerings verzekering machtigings mandaat betalings inschrijvings registratie ziekenfonds
    mutualiteit gezondheids instelling afspraak lijst vraag chip loterij loten lot kassa motor frame onderdeel onderdelen partij batch barcode streepjes kamers gebruikers gebruiker inlog login activatie activerings
    bevestigings bevestiging verificatie sms tan puk toegangs ontgrendel wacht cursus project wagen voertuig bus rit kluis locker afhaal reparatie service support polisblad ritten
    routing dealer leverings levering leverancier artikels kast airmiles miles frequentflyer vip nota vignet"""
_NAME_ENDINGS = [
    "nummer",
    "nummers",
    "nr",
    "straat",
    "laan",
    "gracht",
    "kade",
    "plein",
    "weg",
    "singel",
    "dreef",
    "dijk",
    "markt",
    "plantsoen",
    "baan",
]
_ENDINGS = tuple(f"{letter}{ending}" for letter in ascii_lowercase for ending in _NAME_ENDINGS)
_OTHERS = tuple(
    f"{stem}{joint}{number}"
    for stem in _STEM.split()
    for number in ("nummer", "nummers", "nr", "code", "id")
    for joint in ("", " ")
    if stem != "verificatie"
)

LANGUAGE = Language(
    code="nl",
    numbers=MappingProxyType(_NUMBERS),
    glued=MappingProxyType(_GLUED),
    hundreds=MappingProxyType({}),
    hundred=frozenset({"honderd"}),
    thousand=frozenset({"duizend"}),
    bare_hundred=True,
    bare_thousand=True,
    unit_joins=True,
    joiners=frozenset({"en"}),
    multipliers=MappingProxyType({f"{times}{article}": count for times, count in _TIMES.items() for article in ("", " de", " het")}),
    doubled=MappingProxyType({
        **repeated({"dubbel": 2, "dubbele": 2, "driedubbel": 3}, {**_UNITS, "nul": "0"}, ("",)),
        **repeated({"twee": 2, "drie": 3, "vier": 4}, _PLURALS), **repeated({"dubbele": 2}, _PLURALS),
        **repeated({"tweemaal": 2, "twee maal": 2, "twee keer": 2}, {word: pair for word, pair in _WRITTEN.items() if " " not in word and len(pair) == 2}, (" ", " de ")),
    }),
    articles=frozenset({"een", "eentje"}),
    homophones=MappingProxyType({
        "fier": "4", "ver": "4", "ses": "6", "zus": "6", "zeve": "7", "leven": "7", "zweven": "7", "agt": "8", "echt": "8", "regen": "9",
        "tegen": "9", "lijf": "5", "wijf": "5", "die": "3", "twe": "2", "tin": "10", "knul": "0", "af": "11",
        "nulletje": "0", "tweetje": "2", "drietje": "3", "viertje": "4", "vijfje": "5", "zesje": "6", "zeventje": "7", "achtje": "8",
        "negentje": "9", "twie": "2", "vijve": "5", "zesse": "6", "zeuve": "7", "achte": "8", "negene": "9", "nege": "9",
    }),
    ordinals=frozenset(_ORDINALS.split()),
    determiners=frozenset(_DETERMINERS.split()),
    names_before=frozenset({"nummer", "nummers", "nr"}),
    names_after=("(nummer|nummers|kenmerk) van [(de|het|uw|je|mijn)]",),
    name_endings=_ENDINGS,
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|cvv2|cvc2|cv2)", "c v (v|c|2)", "(cee|c|see) (vee|v) (vee|v|cee|c)", "(cvv|cvc) (code|nummer)",
            """(veiligheidscode|veiligheidsnummer|veiligheidscijfers|beveiligingscode|beveiligingsnummer|beveiligings code|veiligheids code|controlecode|controlenummer|controlegetal|controlecijfers
            |controlecijfer|kaartverificatiecode|verificatienummer|validatiecode|cvvcode|cvccode|cvcnummer|kaartcode|kaartcontrolecode|cvvnummer|cvvtje|cvctje)""",
            "(kaartverificatie|kaart verificatie|cryptogram|cvcode|cvv code|veiligheidsding|extra code|extra cijfers|kleine getal|kleine getalletje|schuine cijfers|cursieve cijfers|witte (vakje|strookje|balkje|strook|vlak|veld|stukje))",
            "(flip|flipt|omdraaien (maar|graag|alstublieft)|draait u maar|omgekeerd)", "code (achter|achter op|achterop|erachter|achteraan)",
            "(veiligheids|beveiligings|controle|verificatie|validatie|check) (nummer|nummertje|getal|getalletje|cijfers|cijfer|cijfertje|cijfertjes|cijferkes|codetje|codeke)",
            *(f"{a}{b}" for a in ["veiligheids", "beveiligings", "controle", "verificatie", "kaartverificatie", "kaartcontrole", "kaartveiligheids", "kaartbeveiligings", "validatie", "check"] for b in ["nummertje", "getal", "getalletje", "cijfers", "cijfer", "cijfertje", "cijfertjes", "cijferkes", "codetje", "codeke", "kode"]),
            f"(veiligheidscode|beveiligingscode|verificatiecode|controlecode|code) {_OF_CARD}",
            f"[(laatste|kleine|andere)] (drie|3) [(laatste|kleine)] {_DIGITS}", "(laatste|achterste|kleine) (drie|3)",
            "(drie|3) (kleine|kleintjes|achterste)",
            f"(cijfer|cijfertje|nummer|nummertje|code|codetje|getal|getalletje|groepje) van (drie|3) [{_DIGITS}]",
            f"(drie|3) (losse|extra|aparte|kleine) {_DIGITS}", f"(vier|4) [(kleine|kleintjes)] [cijfers] {_AT_FRONT}",
            f"met [de] (code|cijfers|nummer) {_AT_BACK}", f"(drie|3) [{_DIGITS}] {_AT_BACK}",
            "(driecijferige|driecijferig|3 cijferige|drie cijferige) [(code|nummer|nummertje|getal|veiligheidscode|codetje)]",
            f"(viercijferige|4 cijferige) [(code|nummer)] {_AT_FRONT}",
            f"(nummer|nummertje|code|codetje|{_DIGITS}) {_AT_BACK}", _AT_BACK,
            f"(draai|draait|keer|keert) [(u|je|ge)] (hem|m|em|die|ze|deze) {_JUST} (om|rond)",
            f"(draai|draait|keer|keert) [(u|je|ge)] {_JUST} (hem|m|em|die|ze|deze) (om|rond)",
            f"(draai|draait|draaien|keer|keert) [(u|je)] {_JUST} [(de|uw|je)] (kaart|creditcard|pas|kaartje|pasje)",
            f"{_IT} {_JUST} (omdraaien|omdraait|omkeren|omkeert|omgedraaid)", "(handtekeningstrook|handtekeningstrip|naast de handtekening)",
        ),
        "expiry": (
            "(vervaldatum|verval datum|vervaldag|vervalmaand|vervaljaar|einddatum|eind datum|geldigheid|geldigheidsdatum|geldigheidsduur|verloopdatum|afloopdatum|expiratiedatum|expiratie|expirydatum|verloopmaand|afloopmaand|verlooptijd|geldigheidstermijn|geldigheidsperiode|geldigheidsmaand|eindmaand|vervaltermijn|vervaldatums|expiry|exp date|expiry date|expiration date|exp|uiterste datum|geldigheids datum|vervaldatumpje)",
            "geldig [(tot|tot en met|tot eind|t m|thru)]",
            "(verloopt|vervalt|verlopen|verstrijkt|afloopt) [(hij|ze|in|op|de kaart|uw kaart)] [eind]",
            "loopt [(hij|ze|die|deze|ie|dat|m|de kaart|uw kaart|je kaart|mijn kaart|de pas)] [(dan|precies|eigenlijk|ook alweer|in|eind)] af",
            "(komt|kwam) [(hij|ze|die|deze|ie|de kaart|uw kaart|je kaart)] te vervallen", "te vervallen",
            "(houdbaar|houdbaarheidsdatum|houdbaarheid)",
            "(maand|maandje) [en] [dan] [(het|een|welk|de|ook)] (jaar|jaartal|jaartje)", "maand (streep|schuine streep|slash) jaar", "jaartal",
            "(welke|wat is de|en de) maand", "en het jaar", "(valid|good) [(thru|through|until|till|to)]", "month year", "(m m|mm) (j j|jj)",
            "(vervaltijd|houdbaarheidsdatum|looptijd van de kaart|afloop van de kaart|de afloop|verval van de kaart)",
            "(houdt|hield) (hij|ie|die|ze|deze) op", "wanneer (eindigt|stopt|verliep|vernieuwt) [(hij|ie|die|ze|deze|de kaart|uw kaart)]",
            "(eindigt|stopt) (de kaart|uw kaart|de pas|deze kaart)", "cijfers onder (het nummer|het kaartnummer|de lange reeks)",
            "wanneer komt er een nieuwe", "(uiterste|laatste) (maand|datum) [(van|op) de kaart]",
            "(de datum|welke datum) (op|van) (de|uw) (voorkant|voorzijde)", f"datum {_OF_CARD}", f"datum {_AT_FRONT}",
            "tot [(en met)] (wanneer|welke maand|welk jaar|welke datum) [(is|loopt|gaat|geldt|kan)]", "t m (wanneer|welke maand|welke datum)",
            f"(datum|datumpje) [(die|dat)] [(er|daar|op|in|de|het)] [(kaart|pas)] (onder|onderaan|eronder|erop|erbij|daarop|daaronder|ernaast|ook|{_STANDS})",
            f"(datum|datumpje) (die|dat) (er|daar) [nog] [(op|onder|bij)] {_STANDS}",
            "(hoe lang|hoelang) (is|gaat|loopt|blijft|geldt|kan|mag) [(hij|ie|die|ze|deze|de kaart|uw kaart|je kaart|de pas)] [(nog|dan)] [(geldig|goed|mee|door)]",
            "(is|blijft) (hij|ie|die|ze|deze|de kaart|uw kaart) nog goed", "goed (tot|t m)",
            "(loopt|gaat|geldt|werkt) (hij|ie|die|ze|deze|de kaart|uw kaart) [nog] tot [en met]",
            "(hij|ie|die|ze|deze kaart|de kaart|uw kaart) (loopt|gaat|geldt|werkt) [nog] (tot|t m)",
            "wanneer is [(hij|ie|die|ze|deze|de kaart|uw kaart)] (op|niet meer geldig|niet meer goed)",
        ),
        "pin": (
            "(pin|pins|pincode|pin code|pinnummer|pin nummer|geheime code|geheim nummer|p i n)",
            "(persoonlijke|geheime|viercijferige|4 cijferige) (code|pincode|pin|nummer)", "code van [(de|uw|je)] (pinpas|bankpas|betaalpas)",
            "persoonlijk identificatienummer",
        ),
        "part": (
            f"laatste {_FOUR} [{_DIGITS}]", f"{_FOUR} laatste [{_DIGITS}]", f"laatste {_DIGITS}", f"eerste (zes|6|acht|8) [{_DIGITS}]",
            "(eindigt|eindigend|eindigen|eindigde) [(op|met|in)]",
            "eindcijfers",
        ),
        "other": (
            *_OTHERS,
            """(huisnummer|postcode|geboortedatum|verjaardag|rekeningnummer|iban|bic|swift|imei|bsn|kvk|btw|kenteken|nummerplaat|rijksregister|rijbewijs|paspoort|identiteitskaart|betalingskenmerk|kenmerk|factuurkenmerk
            |acceptgiro|mededeling|gestructureerde mededeling|netnummer|telefoonnummer|gsm nummer|puk|ean|trackingcode|streepjescode|barcode|referentie|klantreferentie|spoorboekje|toestelnummer|doorkiesnummer)""",
            "(klantenkaart|bonuskaart|spaarkaart|cadeaukaart|kadokaart|cadeaubon|simkaart|sim kaart|ov chipkaart|ovchipkaart|ov kaart|museumkaart|lidkaart|ledenkaart|lidmaatschapskaart|instapkaart|zorgpas|sis kaart|verzekeringskaart|zorgverzekeringspas|studentenkaart|identiteits kaart|air miles kaart|airmiles kaart|treinkaart|stempelkaart) [(nummer|nr)]",
            "(nummer|code|nr|kenmerk) (van|voor) [(de|het|uw|je|mijn)] (bestelling|order|factuur|boeking|reservering|reservatie|levering|zending|pakket|pakje|contract|rekening|polis|telefoon|ticket|dossier|paspoort|meter|toestel|klant|vlucht|schade|klantenkaart|bonuskaart|lidkaart|simkaart)",
            "(bereiken|bereikt|bellen|terugbellen|bereikbaar|contacteren|bereik|telefoneren) [(ben|bent|u|me|mij|ons|wij|we|hem|haar)] [(ons|u|mij|me|terug)] (op|onder|via|met)",
            "(bel|belt) (u|ons|met|naar) [(ons|het nummer|met)] [op]",
            "(bellen|belde|belden|gebeld|belt|bel) [(u|ons|me|je)] [(nu|al|net)] (van|vanaf|vanuit|op|met) [(de|het|nummer)]",
            "(bellen|belt|terugbellen|bereiken) (we|wij|ik) (u|je|hem|haar)", "(draait|draai|kies|toetst) [u] het nummer",
            f"(de|het|uw|je|mijn|ons|onze|die) [nieuwe] {_NAMED} (is|was|luidt|heeft|loopt|begint)",
            "(link|linkje|betaallink)", "(op|onder|naar) welk (nummer|telefoonnummer|mobiel nummer)",
            "welke maand (bent|ben|wilt|wil|gaat|ga|was|heeft|kunt|komt|moet|verhuist|begint|begon|betreft|gaat het)",
            "plus (drie|3) (een|twee|1|2)", "plus (eenendertig|tweeendertig|31|32)",
            "(bonusgetal|bonusnummer|trekking|jackpot|lottogetallen|lottonummers|winnende (getallen|nummers|lot))",
            "met [de] (code|kortingscode|actiecode|vouchercode)", "met een code van", "kortingscode", "(bellen|terugbellen) (met|naar)",
            "mijn nummer is veranderd", "bereikbaar op", "geboren [op]", "(mijn|uw|je) (telefoon|mobiel|gsm|nummer) is",
            "(kaartnummer|pasnummer) van [(de|uw|je|mijn)] (ov chipkaart|ovchipkaart|klantenkaart|bonuskaart|spaarkaart|museumkaart|zorgpas|lidkaart)",
            "(sms|otp|tancode|tan|smscode|sms code|eenmalige code|eenmalig wachtwoord|inlogcode|activatiecode|activeringscode|bevestigingscode|toegangscode)",
            "code (via|per|uit|in|uit de|in de) (sms|mail|bericht|app|berichtje)",
            "(code|nummer) die [(u|ik|we|je)] [(net|zojuist)] [(hebt|heb|hebben|heeft)] (gestuurd|gekregen|ontvangen|kreeg|krijgt|stuur|stuurde|verzonden)",
        ),
        "thing": (
            "uur", "(betaling|betalingen|afschrijving|overschrijving) (van|voor)", "de stand",
            """(telefoon|mobiel|gsm|bestelling|order|boeking|reservering|factuur|zending|ticket|zaak|dossier|appartement|kamer|deur|perron|spoor|vlucht|huis|gebouw|bus|trein|tram|stoel|(uw|mijn) plaats|verdieping|etage|saldo|totaal|totaalbedrag|eindbedrag|factuurbedrag
            |bedrag|prijs|kosten|limiet|temperatuur|gewicht|leeftijd|maat|model|versie|kanaal|optie|hoofdstuk|bladzijde|rekening|pakket|pakje|polis|schade|contract|doos|bus|postbus|sinds|bouwjaar|adres|straat|laan
            |plein|markt|steenweg|singel|dreef|dijk|gracht|kade|(de|uw) rij|rij nummer|zaal|tafel|artikel|gate|toestel|blok|bestellingen|orders|boekingen|facturen|zendingen|pakketten|tickets|reservatie|reservaties|reserveringen
            |autorisatie|autorisaties|goedkeuring|levering|leveringen|verzending|afhaling|retour|retourzending|klacht|(uw|mijn|deze|de) melding|aanvraag|offerte|storing|bon|kassabon|tegoedbon|voucher
            |chassis|motor|meter|meterstand|tellerstand|stand|kilometerstand|lot|loten|loterij|machtigingskenmerk|mandaat|nota|polisblad|abonnement|lidmaatschap|lid|vergunning
            |nummerbord|kluis|locker|filiaal|(de|deze) winkel|certificaat|recept|patient|advertentie|automatisch|domiciliering|geboekt|gereserveerd|incident)""",
        ),
        "pan": (
            f"(nummer|nummers|cijfers|getallen|gegevens|nr) {_ON} {_CARDS}", f"{_CARDS} (nummer|nummers|nr|gegevens)",
            """(kaartnummer|kaartnummers|kaartnr|creditcardnummer|creditcardnummers|creditcardnr|kredietkaartnummer|creditcardgegevens|kaartgegevens|pasnummer|bankpasnummer|betaalpasnummer|bankkaartnummer|visanummer|visakaartnummer
            |mastercardnummer|debitcardnummer|pinpasnummer|betaalkaartnummer|credit cardnummer|kaart nummer|pas nummer|pan|pannummer|pan nummer
            |kaartnummertje|pasnummertje|kaartcijfers|creditcardcijfers|kredietkaartgegevens|bankkaartgegevens|pasgegevens|betaalkaartgegevens|debetkaartnummer|prepaidkaartnummer|bedrijfskaartnummer|maestronummer|bancontactnummer|amexnummer|kaartnumero)""",
            f"{_SIXTEEN} {_DIGITS}", f"{_SIXTEEN} {_AT_FRONT}", "(alle|die|al die|uw|je) (zestien|16)",
            "de (zestien|16) (graag|alstublieft|alsjeblieft|a u b|dan|maar|eens)",
            "(zestiencijferige|zestiencijferig|16 cijferige|zestien cijferige|vijftiencijferige|15 cijferige|zeventiencijferige) [(nummer|code|kaartnummer|getal)]",
            "(lange|hele|volledige|complete|volledig|lang|grote|ganse|langste) [(rij|reeks|rits|riedel)] (nummer|kaartnummer|reeks|cijferreeks|rij|rits|riedel|riedeltje|rijtje|cijfers|nummers|getal|cijfer|getallen|sliert|nummerke)",
            "(rij|reeks|rits|heleboel|hoop|sliert|riedel) (cijfers|nummers|getallen)",
            f"(nummer|{_DIGITS}) [(die|dat)] [er] [(staat|staan)] {_AT_FRONT}",
            f"(nummer|{_DIGITS}|gegevens) (die|dat) [er] [(staat|staan|stond)] (van|op) [(de|uw|je)] (kaart|creditcard|pas|pasje|bankkaart)",
            f"(nummer|{_DIGITS}) (die|dat|wat) (erop|daarop|er op|daar op|erop allemaal) {_STANDS}", f"{_AT_FRONT} {_STANDS} [(er|een|de|u)]",
            f"{_STANDS} er {_AT_FRONT}",
            f"(volgende|andere|overige|resterende|tweede|eerste) (vier|4|{_DIGITS}) [{_DIGITS}]",
            "(volgende|tweede|derde|vierde|laatste|andere|eerste) (blok|blokje|groep|groepje|setje|reeks|reeksje|viertal|blokske|vier vier)",
            "(viertallen|viertal|viertjes|groepjes van vier)", "rest van (de|uw|die) (cijfers|nummers|kaart|pas|reeks)",
            "(zijn er|ik heb er|ik hoor er|er|zijn) (maar|pas|slechts) (vijftien|15|veertien|14|dertien|13|twaalf|12)",
            "rest van (het nummer|de cijfers|de kaart|het kaartnummer)", "in relief [staat]",
            "(blokjes|groepjes|blokken|groepen|setjes) van (vier|4)", "(vier|4) (aan|bij) (vier|4)", "per (vier|4)",
            "nummer [maar] [even] (op|voor) van [(de|uw|je)] (kaart|creditcard|pas)",
        ),
        "card": (f"[(de|uw|je|mijn|een|welke)] (kaart|creditcard|kredietkaart|pas|visa) {_FOR_IT}", f"(ter|als) garantie {_FOR_IT}", f"(de|uw|je|mijn|deze|die|een|andere) {_CARDS}", "(kredietkaartje|bankkaartje|creditcardje|pinpasje|bankpasje|betaalpasje|visatje|visake|betaalgegevens|betaalscherm|betaalvenster|kaarthouder|kaarthoudster|(een|mijn|uw|de|die) plastic|wereldpas|rekeningpas|giropas|mastercardje|eurocard|klassieke kaart|goldcard|gold card|platinum)", "(kaart|kaarten|creditcard|creditcards|kredietkaart|bankkaart|bankpas|pinpas|pasje|betaalpas|betaalkaart|visakaart|debitcard|credit card)", f"{_BRAND} [(kaart|card|pas)]", "(voorkant van [(de|uw)] kaart|krediet|credit)"),
        "code": ("(code|codes|codenummer|verificatiecode|verificatie code|codetje)", "cijfercode"),
        "pay": (
            "(noem|noemt|geef|geeft|zeg|zegt|lees|leest|stuur|stuurt|dicteer) [u] [(me|mij|ons)] [(nu|hier)] (uw|het|je|dat) (kaartnummer|creditcardnummer|kaartgegevens|nummer) [(hier|nu|aan de telefoon)] niet",
            """(betalen|betaling|betalingen|betaal|betaalt|betaald|afrekenen|afgerekend|afschrijven|afschrijving|incasso|incasseren|overmaken|overschrijving|aanbetaling|borg|waarborg|voorschot|terugbetaling|terugbetalen
            |terugstorten|storten|kopen|aankoop|ideal|machtiging|betaalmethode|betaalwijze|pinnen)""",
            f"(betaling|aanbetaling|betalen|voldoen|garantie) {_FOR_IT}",),
    }),
)  # fmt: skip
