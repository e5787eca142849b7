"""Fields of the catalog that are stored in clear must not hold card data, whichever door they come in by.

A catalog that silences cards in recordings and keeps them in a title has moved them, not removed them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import unquote

from governance.errors import InvalidError
from governance.recordings.interaction import Interaction
from governance.redaction import text
from governance.redaction.spans import Entity

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")
_CARD_DATA = frozenset({Entity.PAN, Entity.TRACK, Entity.CVV, Entity.PIN})


def holds_card_data(value: str) -> bool:
    """Whether a card number, code or track stands in `value`, plainly or encoded."""
    return any(span.entity in _CARD_DATA for said in _spellings(value) for span in text.detect(said))


def _spellings(value: str) -> Iterator[str]:
    """Yield `value` as it stands, and as what it says if it is percent-encoded or base64."""
    yield value
    if "%" in value:
        yield unquote(unquote(value))
    if _BASE64.fullmatch(value):
        with suppress(binascii.Error, UnicodeDecodeError):
            padded = value.translate(_URL_SAFE).rstrip("=")
            yield base64.b64decode(padded + "=" * (-len(padded) % 4)).decode()


def refuse(fields: Mapping[str, str | None]) -> None:
    """Return if no field looks like card data. Raises `InvalidError` naming the first that does, never its value."""
    for field, value in fields.items():
        if value and holds_card_data(value):
            raise InvalidError(f"{field}: looks like card data, which has no place here", field)


def refuse_in(interaction: Interaction) -> None:
    """Return if nothing that the catalog keeps of the interaction in clear looks like card data; raise as `refuse`."""
    clear = {
        "source": interaction.source,
        "external_id": interaction.external_id,
        "agent.id": interaction.agent_id,
        "team": interaction.team,
        "site": interaction.site,
        "line_of_business": interaction.line_of_business,
        "language": interaction.language,
        "notice.kind": str(interaction.notice.get("kind") or ""),
    }
    for number, media in enumerate(interaction.media):
        clear[f"media[{number}].why_absent"] = media.why_absent
        clear[f"media[{number}].content_type"] = media.content_type
    refuse(clear)
