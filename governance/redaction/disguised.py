"""Card data that is written as something else: Base64, percent-encoding, character references, digits in circles.

It is the same card data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from governance.redaction.brands import is_card_number
from governance.redaction.spans import Entity, Span
from governance.redaction.transcripts.decoded import from_base64

_TOKEN = re.compile(r"[A-Za-z0-9+/_%=.~-]{16,4096}")
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){11,18}(?!\d)")
_REFERENCES = re.compile(r"(?:&#(?:x[0-9a-f]{1,6}|[0-9]{1,7});[ .-]?){12,}", re.IGNORECASE)
# Superscript, subscript, in circles, brackets, with a full stop, dingbats: digits to the eye, and not to `\d`.
_DRAWN = re.compile(
    r"(?:[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea"
    r"\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\U0001f100-\U0001f10a][ .-]?){12,}"
)
_SCORE = 0.95
_SHORTEST = 16
_NESTED = 3


def spans(text: str) -> Iterator[Span]:
    """Yield every token of `text` that decodes, in up to three layers, to a text with a card number in it."""
    for pattern, decode, may_match in (
        (_REFERENCES, unescape, "&#" in text),
        (_DRAWN, _drawn, not text.isascii()),
    ):
        for run in pattern.finditer(text) if may_match else ():
            if _holds_card(decode(run.group())):
                because = "read as digits it is a card number"
                yield Span(run.start(), run.end(), Entity.PAN, _SCORE, because)
    if max(map(len, text.split()), default=0) < _SHORTEST:
        return
    for token in _TOKEN.finditer(text):
        if _hides_card(token.group(), _NESTED):
            yield Span(
                token.start(),
                token.end(),
                Entity.PAN,
                _SCORE,
                "it decodes to a text with a card number in it",
            )


def _hides_card(token: str, layers: int) -> bool:
    readings = {reading for reading in (unquote(token), from_base64(token)) if reading and reading != token}
    for reading in readings:
        if _holds_card(reading):
            return True
        if layers and _hides_card(reading, layers - 1):
            return True
    return False


def _holds_card(reading: str) -> bool:
    return any(is_card_number(re.sub(r"\D", "", found.group())) for found in _NUMBER.finditer(reading))


def _drawn(run: str) -> str:
    return "".join(str(unicodedata.digit(sign, sign)) for sign in run)
