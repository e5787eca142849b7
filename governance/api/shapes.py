"""The types that several routes' shapes are made of. Shapes are the API's own: no table crosses the door.

Free text that is stored in clear is checked for card numbers before it gets anywhere: a catalog that silences cards in
recordings and keeps them in a title has moved them, not removed them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from governance.redaction import cleartext


def without_card_data(value: str) -> str:
    """Return `value`. Raises `ValueError` where a card number, code or track stands in it, plainly or encoded."""
    if cleartext.holds_card_data(value):
        raise ValueError("looks like card data, which has no place here")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("control characters are not allowed")
    return value


Plain = AfterValidator(without_card_data)
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(_printable),
    Plain,
]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000), Plain]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1024)]

RecordingId = Annotated[
    str, Path(pattern=r"^rec_[0-9a-f]{32}$", examples=["rec_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]


class Asked(BaseModel):
    """What a client sends: exactly the fields that are documented."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """What a client gets, read from whatever the area returns."""

    model_config = ConfigDict(from_attributes=True)
