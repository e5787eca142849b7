"""Card data that is written as something else: Base64 or percent-encoding inside a text. It is the same card data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from governance.redaction.brands import is_card_number
from governance.redaction.spans import Entity, Span
from governance.redaction.transcripts.decoded import from_base64

_TOKEN = re.compile(r"[A-Za-z0-9+/_%=.~-]{16,4096}")
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){11,18}(?!\d)")
_SCORE = 0.95
_NESTED = 3


def spans(text: str) -> Iterator[Span]:
    """Yield every token of `text` that decodes, in up to three layers, to a text with a card number in it."""
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
        if any(is_card_number(re.sub(r"\D", "", found.group())) for found in _NUMBER.finditer(reading)):
            return True
        if layers and _hides_card(reading, layers - 1):
            return True
    return False
