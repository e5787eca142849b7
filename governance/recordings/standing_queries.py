"""What stands on recordings: holds, suspensions and restrictions, of single acts and of standing orders.

An order counts from the commit that placed it: for a recording that it has not reached yet, the row that it will have
is given as if it were there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from governance.db import is_one_of
from governance.recordings.effects import EFFECTS, effect
from governance.recordings.models import (
    ERASED,
    HOLD,
    RESTRICTION,
    SUSPENSION,
    Hold,
    Recording,
    Restriction,
    StandingOrder,
    StandingOrderKey,
    Suspension,
)
from governance.recordings.selection import Selection
from governance.runtime import Work


def order(work: Work, order_id: str, *, lock: bool = False) -> StandingOrder | None:
    """Return the order, or None; locked until the transaction ends, as it is now, if asked for."""
    asked = select(StandingOrder).where(StandingOrder.id == order_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return work.session.exec(asked).first()


def orders(work: Work, reference: str) -> Sequence[StandingOrder]:
    """Return the orders of a matter or request, ended ones too, the oldest first."""
    asked = select(StandingOrder).where(StandingOrder.reference == reference)
    return work.session.exec(asked.order_by(col(StandingOrder.placed_at), col(StandingOrder.id))).all()


def all_orders(work: Work) -> Sequence[StandingOrder]:
    """Return every order of the tenant: for checks of the whole, not for pages."""
    return work.session.exec(select(StandingOrder).order_by(col(StandingOrder.id))).all()


def not_carried_out(work: Work) -> Sequence[str]:
    """Return the ids of orders, placed or ended, that have not reached all their recordings yet, the oldest first."""
    asked = select(StandingOrder.id).where(col(StandingOrder.carried_out_at).is_(None))
    return work.session.exec(asked.order_by(col(StandingOrder.id))).all()


def pending(work: Work, kinds: Collection[str], purpose: str | None = None) -> Sequence[StandingOrder]:
    """Return the orders in force that have not reached all their recordings yet: mostly none, few at any time."""
    asked = select(StandingOrder).where(
        col(StandingOrder.kind).in_(sorted(kinds)),
        col(StandingOrder.carried_out_at).is_(None),
        col(StandingOrder.ended_at).is_(None),
    )
    if purpose is not None:
        asked = asked.where(StandingOrder.purpose == purpose)
    return work.session.exec(asked.order_by(col(StandingOrder.id))).all()


def looked_for(work: Work, keys: Collection[bytes]) -> Sequence[StandingOrder]:
    """Return the open orders that lie under one of `keys`: by the index, however many others there are."""
    asked = (
        select(StandingOrder)
        .join(StandingOrderKey, col(StandingOrderKey.order_id) == col(StandingOrder.id))
        .where(col(StandingOrderKey.key).in_(sorted(keys)), col(StandingOrder.ended_at).is_(None))
    )
    found = work.session.exec(asked.order_by(col(StandingOrder.id))).all()
    return list({one.id: one for one in found}.values())


def matching(work: Work, selection: Selection, after: str = "", limit: int = 1000) -> Sequence[str]:
    """Return ids greater than `after` of the selection's recordings, in order; the erased are in no selection."""
    asked = select(Recording.id).where(
        selection.clause(), Recording.state != ERASED, col(Recording.id) > after
    )
    return work.session.exec(asked.order_by(col(Recording.id)).limit(limit)).all()


def count(work: Work, selection: Selection, most: int | None = None) -> int:
    """Return how many recordings the selection means now; with `most` counted no further than one more than that."""
    asked = select(Recording.id).where(selection.clause(), Recording.state != ERASED)
    found = (asked if most is None else asked.limit(most + 1)).subquery()
    return work.session.exec(select(func.count()).select_from(found)).one()


def still_borne(work: Work, placed: StandingOrder, after: str, limit: int) -> Sequence[str]:
    """Return ids greater than `after` of the recordings that bear a standing row of the order, in order."""
    table = EFFECTS[placed.kind].table
    asked = select(table.recording_id).where(
        table.order_id == placed.id, EFFECTS[placed.kind].ended_at.is_(None), table.recording_id > after
    )
    return work.session.exec(asked.order_by(table.recording_id).limit(limit)).all()


def borne(work: Work, placed: StandingOrder) -> int:
    """Return how many recordings have a row of the order, ended or not."""
    table = EFFECTS[placed.kind].table
    return int(work.session.exec(select(func.count(table.id)).where(table.order_id == placed.id)).one())


def holds(work: Work, recording_id: str) -> Sequence[Hold]:
    """Return the legal holds that stand, of single acts and of orders."""
    return _standing(work, HOLD, recording_id)


def suspensions(work: Work, recording_id: str) -> Sequence[Suspension]:
    """Return the open requests that suspend the recording's erasure."""
    return _standing(work, SUSPENSION, recording_id)


def restrictions(work: Work, recording_id: str) -> Sequence[Restriction]:
    """Return the restrictions that stand, of single acts and of orders."""
    return _standing(work, RESTRICTION, recording_id)


def _standing(work: Work, kind: str, recording_id: str) -> list[Any]:
    table = EFFECTS[kind].table
    asked = select(table).where(table.recording_id == recording_id, *in_force(kind))
    rows = list(work.session.exec(asked.order_by(table.placed_at, table.id)).all())
    waiting = covering(work, [recording_id], [kind]).get(recording_id, [])
    return rows + [effect(one, recording_id, one.placed_at) for one in waiting]


def in_force(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which a row of an effect counts: neither it nor its order has been ended.

    What an ended order has written goes in batches later, and counts no more from the commit that ended it.
    """
    table = EFFECTS[kind].table
    ordered = aliased(StandingOrder)
    has_ended = sa.exists().where(col(ordered.id) == table.order_id, col(ordered.ended_at).is_not(None))
    return EFFECTS[kind].ended_at.is_(None), ~has_ended


def reached(one: StandingOrder) -> sa.ColumnElement[bool]:
    """Return the condition that a recording has its row of the order: the row says what holds, and it may have ended."""
    table = EFFECTS[one.kind].table
    return sa.exists().where(table.order_id == one.id, table.recording_id == col(Recording.id))


def waiting(work: Work, kind: str, purpose: str | None = None) -> list[sa.ColumnElement[bool]]:
    """Return, of each order in force that has not written all its rows, the condition that it covers a recording without one."""
    return [
        sa.and_(Selection.from_json(one.selection).clause(), ~reached(one))
        for one in pending(work, [kind], purpose)
    ]


def covering(
    work: Work, recording_ids: Sequence[str], kinds: Collection[str]
) -> dict[str, list[StandingOrder]]:
    """Return, of each recording, the orders in force that cover it and have not been carried out yet."""
    found: dict[str, list[StandingOrder]] = {}
    for one in pending(work, kinds):
        asked = select(Recording.id).where(
            is_one_of(col(Recording.id), recording_ids),
            Selection.from_json(one.selection).clause(),
            Recording.state != ERASED,
            ~reached(one),
        )
        for recording_id in work.session.exec(asked).all():
            found.setdefault(recording_id, []).append(one)
    return found


def kept_from_erasure(work: Work, recording_ids: Sequence[str]) -> dict[str, str]:
    """Return why each of the recordings that may not be erased now is kept: `legal_hold`, or else `open_request`."""
    kept: dict[str, str] = {}
    for kind, code in ((SUSPENSION, "open_request"), (HOLD, "legal_hold")):
        table = EFFECTS[kind].table
        asked = select(table.recording_id).where(
            is_one_of(table.recording_id, recording_ids), *in_force(kind)
        )
        kept.update(dict.fromkeys(work.session.exec(asked).all(), code))
        kept.update(dict.fromkeys(covering(work, recording_ids, [kind]), code))
    return kept


def standing_on(work: Work, recording_id: str) -> list[tuple[StandingOrder, datetime]]:
    """Return the orders in force that cover the recording, and since when each of them does, the oldest first."""
    row = work.session.exec(select(Recording).where(Recording.id == recording_id)).first()
    if row is None or row.state == ERASED:
        return []
    found = {one.id: one for one in covering(work, [recording_id], list(EFFECTS)).get(recording_id, [])}
    for kind, known in EFFECTS.items():
        asked = (
            select(StandingOrder)
            .join(known.table, known.table.order_id == col(StandingOrder.id))
            .where(known.table.recording_id == recording_id, *in_force(kind))
        )
        found |= {one.id: one for one in work.session.exec(asked).all()}
    since = [(one, max(one.placed_at, row.created_at)) for one in found.values()]
    return sorted(since, key=lambda pair: (pair[1], pair[0].id))
