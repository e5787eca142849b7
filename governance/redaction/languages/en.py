"""English: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language

_UNITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "zilch": "0", "zip": "0",
    "one": "1", "two": "2", "three": "3", "tree": "3", "four": "4", "fore": "4", "five": "5", "fife": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    um umm uh uhm uhh er erm err eh ah ahh hm hmm mm mmm mhm mm-hmm uh-huh huh oh o ok okay yeah yes yep yup right so like
    well then and next dash hyphen space slash dot point stroke comma period it's its is that's thats got it gotcha sure
    alright please sorry now let me see you know i mean again followed by after that wait hang on hold
"""
_QUANTITIES = """
    dollar dollars buck bucks cent cents pound pounds pence quid euro euros usd gbp eur percent per-cent pct percentage
    million billion point minute minutes min mins second seconds sec secs moment hour hours hr hrs day days week weeks
    month months year years yr yrs am pm o'clock oclock time times people person persons item items order orders piece
    pieces digit digits number numbers thing things more other of way ways kg kilo kilos gram grams mile miles km metre
    metres meter meters inch inches degrees gb mb gig gigs st nd rd th night nights call calls charge charges payment
    payments transaction transactions page pages step steps star stars question questions
"""
_CARD = r"(?:credit|debit|payment|bank|charge|prepaid|visa|master|maestro|diners|discover|jcb|union ?pay|amex|corporate)"
_OTHER = (
    r"(?:(?:tele)?phone|mobile|cell(?:phone)?|fax|contact|call ?back|landline|order|reference|ref|booking|reservation"
    r"|confirmation|invoice|tracking|ticket|case|claim|policy|customer|member(?:ship)?|client|student|employee|staff"
    r"|patient|account|acct|routing|sort|swift|serial|model|imei|vin|meter|part|product|sku|item|flight|loyalty|reward"
    r"|rewards|frequent flyer|library|sim|transaction|authori[sz]ation|approval|licen[cs]e|passport|tax|national"
    r"|insurance|vat|social security|ssn|company|registration|badge|room|house|unit|suite|apartment|apt|lot|batch"
    r"|session|request|incident|complaint|parcel|shipment|delivery|voucher|coupon|promo|discount|zip|post|postal|area"
    r"|country|dialling|dial|gate|store|branch|department|agent|error|barcode|extension)"
)

LANGUAGE = Language(
    code="en",
    units=MappingProxyType(_UNITS),
    letters=frozenset({"oh", "o"}),
    teens=MappingProxyType(_TEENS),
    tens=MappingProxyType(_TENS),
    hundred=frozenset({"hundred"}),
    thousand=frozenset({"thousand"}),
    joiners=frozenset({"and"}),
    multipliers=MappingProxyType({"double": 2, "triple": 3, "treble": 3, "quadruple": 4}),
    homophones=MappingProxyType({"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8"}),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    cues=MappingProxyType({
        "cvv": (
            r"c\W?v\W?v\W?2?", r"c\W?v\W?c\W?2?", r"c\W?s\W?c", r"c\W?i\W?d(?: (?:number|code))?", r"cvn\d?",
            r"see vee vee",
            r"(?:card )?security (?:codes?|numbers?|digits?|values?)",
            r"card (?:verification|validation|check) (?:codes?|numbers?|digits?|values?)",
            r"(?:verification|validation) (?:codes?|numbers?|digits?|values?)(?: \w+){0,2}? (?:on|of|from|for) (?:the|your|my) card",
            (r"(?:last )?(?:three|four|3|4)(?: |-)?(?:digits?|numbers?)?(?: ?(?:security|verification))?(?: (?:codes?|numbers?))?"
            r"(?: \w+){0,3}? on (?:the|its) (?:back|reverse|signature|front)"),
            (r"(?:codes?|numbers?|digits) (?:that(?:'s| is) )?(?:on|at|from) (?:the|its) (?:back|reverse|signature)"
            r"(?: (?:strip|panel))?"),
            r"(?:three|3)(?: |-)digits?(?: (?:codes?|numbers?))?", r"signature strip", r"on the (?:back|reverse)",
        ),
        "expiry": (
            r"expir(?:y|ation|es|e|ed|ing)(?: (?:date|month|year))*(?: (?:in|on))?", r"exp(?:\.|iry)?(?: date)?",
            r"(?:valid|good) (?:until|thru|through|to|till)", r"valid from", r"runs out",
        ),
        "pin": (
            r"pins?(?: (?:number|code))?", r"personal identification number", r"secret (?:number|code)",
            r"pass ?code", r"p\.i\.n\.?",
        ),
        "last_four": (
            (r"(?:last|final)(?: (?:four|4|five|5|two|2))(?: |-)?(?:digits?|numbers?)?"
            rf"(?: (?:of|on|from|for)(?: (?:the|your|my|that|this|a|an|his|her))?(?: {_CARD})?(?: cards?)?)?"),
            r"(?:ending|ends)(?: (?:in|with))?", r"first (?:four|six|4|6)(?: (?:digits?|numbers?))?",
        ),
        "other": (
            rf"{_OTHER}(?:['’]s)?(?: (?:numbers?|no|num|#|ids?|codes?|refs?|references?))+\.?",
            r"(?:tele)?phone", r"mobile", r"cell", r"iban", r"s\.?s\.?n\.?", r"social security", r"zip(?: ?code)?",
            r"post ?code", r"sort code", r"(?:balance|total|amount|price|costs?|fee|limit|rate|temperature|weight|speed)", r"date of birth", r"d\.?o\.?b\.?", r"birth ?day", r"born",
            r"order id", r"upc", r"isbn", r"imei", r"u?uid", r"guid", r"(?:reach|call|ring|text) (?:me|us|back) (?:at|on)",
            r"(?:order|booking|invoice|reference|tracking|barcode|extension|ticket|case)(?=(?: is\b|[ :#]{1,3}\d))",
        ),
        "card": (
            rf"{_CARD}(?:[ -]?{_CARD})*(?:[ -]?cards?)?(?: (?:account )?(?:numbers?|no|num|#|details))*",
            r"american express", r"master ?card", r"cc(?: (?:number|no|num|#))?",
            r"cards?(?: (?:account )?(?:numbers?|no|num|#|details))*",
            r"long (?:card )?numbers?", r"pan", (r"(?:sixteen|16|fifteen|15|nineteen|19)(?: |-)?(?:digits?|numbers?)"
            r"(?: (?:card )?numbers?)?"),
            r"numbers? on the front", r"account number on the (?:front|card)", r"across the front",
        ),
        # Says little by itself; in talk about a card it is the security code.
        "code": (r"(?:verification |validation )?codes?", r"(?:verification|validation) (?:numbers?|digits?)"),
    }),
)  # fmt: skip
