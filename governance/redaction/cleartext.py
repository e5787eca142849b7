"""Fields of the catalog that are stored in clear must not hold card data, whichever door they come in by.

A catalog that silences cards in recordings and keeps them in a title has moved them, not removed them.
"""

from __future__ import annotations

from collections.abc import Mapping

from governance.errors import InvalidError
from governance.recordings.interaction import Interaction
from governance.redaction import text
from governance.redaction.spans import Entity

_CARD_DATA = frozenset({Entity.PAN, Entity.TRACK, Entity.CVV, Entity.PIN})


def holds_card_data(value: str) -> bool:
    """Whether a card number, code or track stands in `value`, also in Base64 or percent-encoding."""
    return any(span.entity in _CARD_DATA for span in text.detect(value))


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
        "notice.kind": str(interaction.notice.get("kind") or ""),
    }
    for number, media in enumerate(interaction.media):
        clear[f"media[{number}].why_absent"] = media.why_absent
        clear[f"media[{number}].content_type"] = media.content_type
    refuse(clear)
