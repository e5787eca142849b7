"""English: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import below_hundred

_UNITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "zilch": "0", "null": "0",
    "one": "1", "two": "2", "three": "3", "tree": "3", "four": "4", "fower": "4", "five": "5", "fife": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "niner": "9",
    "zeros": "0", "zeroes": "0", "noughts": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4", "fives": "5",
    "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
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
    um umm uh uhm uhh er erm err eh ah ahh aha hm hmm mm mmm mhm huh oh ok okay kay yeah yes yep yup ya right so like
    well then and next dash hyphen space slash dot stroke comma it it's its is that that's thats s got gotcha sure
    alright please sorry now let me see you know i i'm m mean again followed by after wait hang on hold no nope not actually
    correction scratch er hello perfect great lovely thanks thank cheers brilliant fine good go ahead continue carry
    the a an gap pause break oops pardon make rather there here we ready yeh nah ooh well
    mhmm mmhm mmhmm hmmm umm ummm errm uhhuh yah aye ta cool roger correct exactly absolutely super fab fantastic
    wonderful excellent awesome sir madam maam love dear darling mate hun hon pet duck lemme finally lastly
"""
_QUANTITIES = """
    dollar dollars buck bucks cent cents pound pounds pence quid euro euros usd gbp eur percent pct percentage
    million billion minute minutes min mins second seconds sec secs moment hour hours hr hrs day days week weeks
    month months year years yr yrs am pm a.m p.m oclock o'clock clock time times people person persons item items order orders
    piece pieces digit digits number numbers thing things more other of way ways kg kilo kilos gram grams mile miles km
    metre metres meter meters inch inches degrees gb mb gig gigs st nd rd th night nights call calls charge charges payment
    payments transaction transactions page pages step steps star stars question questions working business bedroom
    bedrooms adult adults child children kids room rooms ticket tickets stop stops bag bags box boxes bottle bottles pack
    packs pair pairs copy copies attempt attempts option options choice choices parcel parcels cards accounts
    street road avenue lane drive close grand k percent megabytes gigabytes litre litres pints pint
    stone feet foot mph units unit points point nights guests guest seats seat o clock
"""
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
"""
_DETERMINERS = """
    the that this which other another first second third fourth last no any every each new right wrong same only just old
    big little small red blue good bad whole single some someone our your my their these those
"""
_COMMON = """
    the and you that is for on with this have are not be at can your my it's what do just so i'm yes please thank
    was of to too for we'll i'll there he she they would could if how about okay hello hi but from here an or am
"""

_BRAND = "(visa|mastercard|[master] card|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay)"
_CARD = (
    "(card|cards|[bank] debit card|credit card|bank card|payment card|charge card|business card|prepaid card)"
)
_THE = "(the|your|my|its|that|this|his|her)"
_N = "(number|numbers|no|num|digits|digit|figures|details|info|information)"
_KIND = """(phone|telephone|mobile|cell|cellphone|fax|callback|call back|landline|order|reference|ref
    |booking|reservation|confirmation|invoice|tracking|consignment|ticket|case|claim|policy|client
    |account|acct|bank account|routing|sort|swift|serial|model|imei|vin|meter|part|product|sku
    |item|flight|loyalty|reward|rewards|library|sim|transaction|authorisation|authorization|auth|approval
    |licence|license|passport|tax|insurance|vat|registration|badge|room|house
    |unit|suite|apartment|lot|batch|session|request|incident|complaint|parcel|shipment|delivery|voucher|coupon|promo
    |discount|zip|post|postal|dialling|dial|gate|store|branch|department|error|barcode|extension
    |contract|quote|quotation|receipt|locker|train|seat|bus|platform|id|identification|nhs|pnr|locator|job|return|returns|box)"""

_THINGS = """(orders|accounts|tickets|bookings|invoices|parcels|references|desk|tel|office|flat|gate|building|route|floor|balance|total|amount|price|cost|costs|fee|limit|rate|temperature
    |weight|age|aged|size|version|channel|press|option|type|chapter|cabin|deck|ward|bay|page|membership|warranty|lease
    |subscription|certificate|since|back in|in the year|address|quantity)"""
_NO_PAYMENT = """(gift|loyalty|library|membership|member|sim|id|identity|insurance|reward|rewards|club|points|health|student
    |travel|oyster|store)"""
_WHO = """(customer|member|membership|client|student|employee|staff|patient|company|agent|social security|national insurance
    |frequent flyer|area|country|home|work|daytime|contact|supplier|donor)"""

_FIGURES = "(number|numbers|digits|figures)"
_SMALL = "(little|small|tiny|wee|short|secret|security)"
_AT = "(on|from|off|at|by|in|beside|near|next to)"
_STRIP = "((white|black|grey|silver|magnetic) (strip|stripe|band)|strip|stripe)"
_SIGNED = (
    "((white|signature|signing|signed) (panel|box|strip|stripe|area|line)|[place] where you (sign|signed))"
)
_IT = "(it|that|this|they|yours|[the|that|this|your|my|new] card|(that|this|new) one)"
_ENDS = "(end|finish|stop|lapse|expire|go|die|renew|run (to|until|till|up to)|last (to|until|till))"
_LASTING = """(contract|agreement|policy|membership|subscription|lease|tenancy|warranty|guarantee|insurance|licence|license
    |passport|permit|offer|sale|deal|discount|voucher|coupon|promotion|tariff|trial|ticket|mot|pass|quote|course|term)"""
_PAPER = """(bill|letter|invoice|parcel|receipt|statement|ticket|meter|policy|passport|licence|license|box|packet|label|form
    |contract|quote|router|modem|hub|machine|device|unit|phone|product|boiler|voucher|email|order|sticker|membership|pack
    |certificate|envelope|booking|prescription|bottle|key|tv|laptop|printer|car|van|house)"""

LANGUAGE = Language(
    code="en",
    numbers=MappingProxyType(below_hundred(_UNITS, _TEENS, _TENS)),
    hundreds=MappingProxyType({}),
    hundred=frozenset({"hundred"}),
    thousand=frozenset({"thousand"}),
    bare_hundred=False,
    bare_thousand=False,
    joiners=frozenset({"and"}),
    letters=frozenset({"oh", "o", "owe"}),
    articles=frozenset({"one", "ones"}),
    ordinals=frozenset(_ORDINALS.split()),
    determiners=frozenset(_DETERMINERS.split()),
    names_before=frozenset({"number", "numbers", "reference", "id"}),
    multipliers=MappingProxyType({"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "quad": 4}),
    homophones=MappingProxyType({"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "sex": "6", "sicks": "6", "free": "3", "ait": "8", "tu": "2", "fiver": "5"}),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|cvd|cv|cav)", "c v (v|c|n)", "c c v", "(ccv|ccc v)", "c (s c|i d)", "see (vee|v) (vee|v|see|c)", "cee vee vee",
            "[card|card's] security (code|codes|number|numbers|digits|digit|value|thing)",
            "[card] (verification|validation|check) (code|codes|number|numbers|digits|value) [on (the|your) card]",
            "(three|3|four|4) [digit|digits|number|numbers] (on|from|off) [the|your] (back|reverse|rear|signature|front)",
            "(three|3|four|4) (digit|digits|number) (code|security|verification)",
            "[last|final|other|little|small] (three|3) (digits|numbers|digit)",
            "(code|codes|number|numbers|digits) [that's|that is|printed] (on|from|at|off) (the|your|its) (back|reverse|rear|signature|strip)",
            "signature (strip|panel)", "on the (back|reverse|flip side)", "(back|reverse) of [the|your|my] card",
            "(turn|flip) (it|the card|your card) over", "other side of [the|your] card",
            f"{_AT} [the|your|that] ({_SIGNED}|{_STRIP})", "(signature|signing) (box|line|area|stripe)", "(white|magnetic) (strip|stripe|box)",
            "(on|off|from|round|at) the (rear|flipside|back|reverse) [side]", "(three|3|four|4|numbers|number|digits|digit) on the other side",
            "(last|final|back|secret|magic|those|them) (three|3)", "trio on the (back|reverse|strip)", f"(three|3) {_SMALL} {_FIGURES}",
            "(three|3) back (digits|numbers)",
            "(three|3) (on|by|beside|next to|near|after|behind|at|off|from) [the|your|that] (signature|strip|back|end|reverse|rear)",
            "(four|4) [digit|digits|numbers] above [the|your] [card|long|main|big] [number]",
            f"(four|4) {_SMALL} {_FIGURES} [above|on the (front|right)]",
            "(four|4) on [the|your] right", "(four|4) digit [batch] (code|number) (on|at) the front",
            "(turn|flip|spin) (the card|your card) (over|round|around)", "(flip|turn) that over", "flip (it|that) (over|round|around)",
            "(flip|turn) over [the|your] (card|it)", "flip (it|the card|your card)",
            "back three", "back (number|code|digits)", "(little|small|short|tiny) (number|code)", "card verification",
            "(cvc|cvv|cv|csc|cid|cvn) (code|number|numbers|digits)", "(cvs|ccv|cvb|cvp) [number|code]", "(v v|vv|v c|c c v|c b v) code",
            "security (no|figures)", "(by|beside|next to|near|after|under|behind) [the|your] signature", "(three|3) next to your name",
            "(safety|secure) (code|number|digits)", "c v (number|code)", "(csv|c s v)", "card s (code|number on the back)",
            "card (code|id|identification) [number]",
            "(number|digits|numbers|code) (top|on the top|at the top) right", "(four|4) digits (top|on the top|at the top) right",
            "little (four|4) digit (number|code)", "(four|4) (small|little|tiny) ones [above]",
            "the security (by heart|as well|too|on that|on it|on the card|please)",
            "(what|whatever) does the back say", "(over|round) the back", "(flip|reverse) side",
            "(four|4) digit (security|verification) (code|number)", "and your security", "and the security", "(and|just) the (three|3)",
            "(little|white|signature) panel", "(batch|cid) code on the front",
        ),
        "expiry": (
            "(expiry|expiration|expires|expire|expired|expiring) [(date|month|year)] [(is|in|on|of)]", "exp [date]",
            "(valid|good) (until|thru|through|to|till|from)", "(runs|run) out", "end date", "valid (date|dates)", "use by",
            "(does|do) (it|they) run (to|until|till)", "in date", "good (thru|through)", "dates on (the|your|it)",
            "(month|date) and year", "expiry (month|year)", "card date", "date on [the|your] [card|front]",
            "(valid|good|lasts|last) [up] (until|till|thru|through|til)", "(valid|good) [up] to", "(it|card|that|one) runs [up] to",
            "runs [up] (until|till)", "(until|till) when", "(goes|runs) (out|until|till)",
            f"how long (is|s) {_IT} (valid|good)", f"when (does|will|do) {_IT} {_ENDS}", f"when (is|s) {_IT} (up|over|expiring)",
            f"(month|date|year) (does|will|do) {_IT} {_ENDS}", "(lapses|lapse|lapsing)", "under (thru|expires|valid)", "(stop|stops) working",
            "[goes|go|going] out of date", "validity", "expiring when",
            "(finish|finishing|thru|through|ending|closing|end) (date|dates|month|year)",
            "(start|from) [date] and [the] (end|finish|expiry|to) [dates|date]",
            "(date|dates) (s|is|are) on [it|the card|there|your card]", "(date|dates) (below|underneath|beneath|under)",
            "(date|dates) at the (bottom|front|end)", "(date|dates) on (it|there|the plastic|the bottom)",
            "(little|small|second|later|two|both|four digit|4 digit|card|card s) (date|dates)", "(dates|the date) please",
            "month [and|then|slash|stroke|comma|plus] [the] year", "m m [slash|stroke] y y", "mm [slash|stroke] yy", "and the month",
            "when it (ends|expires|finishes|runs out|lapses|stops)", "(month|year|date) (is|s) (it|that) (up to|until|till|to|good|valid)",
            "how long (has|s|is) (it|that|the card) [got] left", "how long (has|s) it got", "got left on it",
            "(until|till|to|up to) (which|what) (month|date|year)", "up to when",
            "(how much longer|how long) (does|is|s) (it|that|the card) (last|run|valid|good)",
            "and [(which|what)] [the|is the] year", "(what|which) year [please|is it|is that|s that]",
            "month it (ends|expires|runs out|finishes)", "(date|year) it (ends|expires|runs out|finishes)",
            "date (along|in) the (bottom|corner)", "date that s on", "the to date", "(four|4) (digits|numbers) (underneath|below|of the date)",
            "month (is|s) on it", "what (s|is) the month",
            "(two|2) digit (month|year)", "best before",
        ),
        "pin": (
            "(pin|pins) [(number|code)]", "p i n [number]", "personal identification number", "(secret|passcode|pass) (number|code)",
            "passcode", "(four|4) digit pin", "(cash machine|cashpoint|cash point|atm) (number|code)",
            f"{_FIGURES} you (put|enter|type|use|key) [in] (at|in|into) the (cashpoint|cash machine|atm|machine|card reader|till)",
        ),
        "part": (
            "(last|final) (four|4|five|5|two|2|few) [digits|numbers|digit]", "(ending|ends|finishing|finishes) [in|with|on]", "end (in|with)",
            "first (six|6) [digits|numbers]", "last (digits|numbers)",
        ),
        "other": (
            f"({_KIND}|{_WHO}) (number|numbers|no|num|id|ids|code|codes|ref|reference|references)",
            "(iban|ssn|s s n|sort code|zip [code]|postcode|post code|date of birth|dob|d o b|birthday|born|isbn|upc|imei|guid|uuid|bic)",
            f"{_NO_PAYMENT} card [(number|no|id)]",
            "(reach|call|ring|text|phone|contact|calling|ringing) (me|us|you|back|him|her) [back] (at|on|from)", "calling from",
            "social security", "reference [is]",
            "(one time|one-time|once only|verification|activation|authentication|texted|text) (code|passcode|password)",
            "extension", "ext", "(password|passphrase|wifi key)",
            f"({_FIGURES}|code|serial|date) on the (back|front) of (the|your) {_PAPER}",
            f"(date|end date|{_FIGURES}) (on|of) [the|your|that] {_PAPER}", f"on the (back|front|reverse) of [the|your|that] {_PAPER}",
            f"(expiry|expiration|end|renewal|expiry date|end date|renewal date) (of|on|for) [the|your|my] {_LASTING}",
            f"{_LASTING} (expires|expire|expired|run out|runs out|ends|end|finish|finishes|lapse|lapses|expiry|end date|expiry date)",
            f"{_KIND} [number|code] (starts|begins|starting|beginning) with", "(year|month|month and year) of birth",
            "(first|second|third|fourth|last|fifth) and (first|second|third|fourth|fifth|last) (digits|digit|letters|characters|numbers|number)",
            "(which|what) year (is|was) (the|your|it built)", "(which|what) year (were|was|did|do|are)",
            "code (in|on) the (text|email|screen|message|app)",
            "last (three|four|two|3|4) (digits|numbers) of (the|your) (postcode|post code|phone|mobile|account|policy|order|reference|reg|registration|serial|meter|booking|social|invoice)",
            "last (three|four|two|3|4) (letters|characters|of (the|your) (postcode|post code|zip code|phone|mobile|account|policy|order|reference|reg|registration|serial|meter|booking|social|invoice))",
            "and the security (question|questions|answer|check|checks|word|phrase|deposit|team|guard|system)",
            "code [that] (we|i|they) [have|just|ve] (texted|emailed|sent|messaged)",
        ),
        "thing": (
            "(last|past|final|next|other) (three|four) (months|days|weeks|years|hours|times|payments|bills|orders|calls|statements|transactions|nights|minutes|people|items|visits)",
            "(the|all|those) (sixteen|16|fifteen|15) (pounds|dollars|euros|quid|percent|months|days|weeks|years|hours|minutes|people|items|of|or|to|miles|nights|pound|year|day|minute|month)",
            _KIND,
            _THINGS,
        ),
        "pan": (
            f"{_CARD} {_N}", f"{_BRAND} [{_CARD}] {_N}", "account number (on|across) [the|your] (front|card)", "pan [number]",
            "(long|full|whole|complete|entire|main|big|primary account) [card] (number|numbers|digits)",
            "(sixteen|16|fifteen|15|nineteen|19) [digit|digits] (digit|digits|number|numbers|code)",
            f"(number|numbers|digits) (on|across|along|from|off|of) [{_THE}] (front|face|middle|{_CARD}|{_BRAND})",
            "first (four|4|eight|8|twelve|12) [digits|numbers]",
            "(next|following|second|third|other|remaining) (four|set|group|block|bit|digits|numbers|lot)", "next 4",
            "cc (number|no|num)", f"read [me|out] [{_THE}] [{_CARD}] (number|digits|numbers)",
            "rest of [the|your] (it|number|card|digits)", "the full thing",
            "(embossed|raised) (number|numbers|digits|figures)", f"{_FIGURES} embossed",
            f"(printed|embossed|written|shown|appears|runs|goes) (on|across|along) [{_THE}] (front|card|middle)",
            f"account number (on|of) [{_THE}] {_BRAND}", f"{_FIGURES} (along|across|at) the (front|top|middle|centre|center)",
            "(across|along) the (front|middle|centre|center|face|card|plastic)", "long (one|digits|figures|code)",
            "(the|all|your|those|them) (sixteen|16)", "all (fifteen|15)", "(sixteen|16|fifteen|15|nineteen|19) (figure|figures|numbers)",
            "read (it|that|them|those) [out] [to me] (off|from|across) [the|your] (front|card|plastic)",
            f"read [me|us|out] [{_THE}] (card|front of [the|your] card)", "read what s on [the] (front|card)",
            "go ahead with [the|your] (number|numbers|card|digits|details)",
            f"ready for {_THE} (number|card|details)", "(last|final|third|fourth|middle|second|next) (set|group|block|lot|chunk|batch)",
            "(next|second|third|middle) (four|4|eight|8)",
            "(first|second|other|last) half of (it|the card|the number)", "and [then] the rest", "carry on with the rest",
            "(sticking|stick) out", "(bumpy|raised up|stamped) (numbers|digits)", "(row|line|string|run) of (numbers|digits)",
            "(first|fourth|4th) (group|chunk|lot|block|set)",
            "fourth (four|4)", "(number|numbers|digits) in the middle", "middle (number|digits)",
            "(say|repeat|read|give me) (those|the|these) (numbers|digits) again", "(should|must) be (sixteen|16)",
            "(sixteen|16) (long|altogether|in total)", "what does (it|the front) say on the front", "what does the front say",
            "number for the card", "the card again", "card data", "missing (a|one|two|three|four) (digit|digits|number|numbers)",
            "remainder of (it|the number|the card)", "remaining (digits|numbers|four|eight)",
            "(groups|blocks|sets|lots|chunks) of (four|4)", "in fours", "(four|4) at a time", "(start|starting) from the left",
            "(begins|starts|starting|beginning) with",
            "what (is|s) on the (front|new one|plastic)", "what number (is|s) on [the|your] (card|plastic)",
            "(what|whats|which) numbers (are|s) on (it|there|the front)", "the digits please",
            f"(number|numbers|digits) (on|of|from|off) [{_THE}] [new|other] (plastic|{_CARD}|{_BRAND})",
        ),
        "card": (f"[{_BRAND}] {_CARD}", _BRAND, "(debit|credit|visa debit)", "plastic", "(barclaycard|monzo|revolut|starling|bank of america card|lloyds one)", "cc", "front of [the|your] card", "embossed"),
        "code": ("[verification|validation] (code|codes)", "(verification|validation) (number|digits)"),
        "pay": (
            "(pay|paying|payment|payments|paid|checkout|billing|charge|deposit|debit|refund)",
            "(over|by|on) the phone", "(my|your|the) (purse|wallet|handbag)",
            "(renew|renewal|settle|donate|donation|donations|instalment|installment|subscription payment|top up|prepay|pre pay)",
        ),
    }),
)  # fmt: skip
