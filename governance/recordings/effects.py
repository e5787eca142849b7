"""What each kind of standing order does to a recording: the row that bears it, and how it ends."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col

from governance.recordings.models import (
    HOLD,
    RESTRICTION,
    SUSPENSION,
    Hold,
    Restriction,
    StandingOrder,
    Suspension,
)

SUBJECT_REQUEST = "subject_request"
"""The reason of a restriction that stands because of a person's request."""


@dataclass(frozen=True)
class Effect:
    """The table of one kind's rows, the prefix of their ids, and the columns that say when and by whom they ended."""

    table: Any
    prefix: str
    ended: str

    @property
    def ended_at(self) -> Any:
        """The column that is set once the row has ended."""
        return col(getattr(self.table, f"{self.ended}_at"))


EFFECTS = {
    HOLD: Effect(Hold, "hld", "released"),
    SUSPENSION: Effect(Suspension, "sus", "lifted"),
    RESTRICTION: Effect(Restriction, "rst", "lifted"),
}


def effect(order: StandingOrder, recording_id: str, since: datetime) -> Any:
    """Return the row that bears the order's effect on one recording; nobody has written it yet.

    Its id follows from order and recording, so that it is the same however often and by whomever it is made.
    """
    known = EFFECTS[order.kind]
    row: dict[str, Any] = {
        "id": f"{known.prefix}_{_blend(order.id, recording_id)}",
        "tenant": order.tenant,
        "order_id": order.id,
        "recording_id": recording_id,
        "placed_by": order.placed_by,
        "placed_at": since,
    }
    if order.kind == HOLD:
        row["matter"] = order.reference
    elif order.kind == SUSPENSION:
        row["reference"] = order.reference
    else:
        row |= {"purpose": order.purpose, "reason": SUBJECT_REQUEST}
    return known.table(**row)


def _blend(order_id: str, recording_id: str) -> str:
    return hashlib.sha256(f"{order_id}\0{recording_id}".encode()).hexdigest()[:32]
