"""Standing orders: a hold, suspension or restriction over a selection of recordings, those here and those to come.

An order is in force for every match from the commit of `place`, and for none from that of `end`. The rows that bear
it are written and ended in batches afterwards, without a cap; until then `queries` count it as if they were there, and
a recording that comes in meets the open orders in its own transaction. Whoever calls these verbs has decided that the
actor may, and writes the act into the log (`hold.matter.opened`, `objection.applied`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from governance import ids
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.recordings import people, queries, standing_queries
from governance.recordings.effects import EFFECTS, effect
from governance.recordings.ledger import Ledger, OrderLine
from governance.recordings.models import RESTRICTION, Recording, StandingOrder, StandingOrderKey
from governance.recordings.selection import Selection
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_recordings"
BATCH = 1000
ANYWHERE = b""


def place(
    work: Work,
    *,
    kind: str,
    selection: Selection,
    reference: str,
    because: str,
    purpose: str | None = None,
    at_once: bool = True,
) -> StandingOrder:
    """Return the order, in force for every match from this Work's commit on. `because` is sealed: it can name anybody.

    What fits in one batch is carried out here and now, unless `at_once` is false; the rest is up to `carry_out`.
    `reference` is what the order belongs to: a matter for a `hold`, a request for a `suspension` or `restriction`.

    Raises `InvalidError` for a kind there is not, and for a restriction without a purpose that the policy knows.
    """
    if kind not in EFFECTS:
        raise InvalidError(f"a standing order is one of {', '.join(EFFECTS)}", "kind")
    if (kind == RESTRICTION) != (purpose is not None):
        raise InvalidError("a restriction names the purpose that it stops, and nothing else does", "purpose")
    if purpose is not None and purpose not in work.policies.purposes.purposes:
        raise InvalidError("the policy knows no such purpose", "purpose")
    if not 0 < len(reference) <= 120:
        raise InvalidError("a standing order belongs to a matter or a request", "reference")
    work.change_orders()
    order_id = ids.new("ord")
    order = StandingOrder(
        id=order_id, tenant=work.tenant, kind=kind, selection=selection.to_json(), reference=reference,
        purpose=purpose, because_sealed=people.seal_text(work, order_id, because), placed_by=work.actor.id,
        placed_at=work.now,
    )  # fmt: skip
    _open(work, order, selection)
    ledger = Ledger(work.runtime.settings.ledger)
    # If we crash between the commit and this line, `recover` writes it before anybody is let in.
    work.on_commit(lambda: ledger.order_placed(order))
    if at_once:
        _carry_out(work, order, BATCH)
    return order


def _open(work: Work, order: StandingOrder, selection: Selection) -> None:
    work.session.add(order)
    work.session.flush()
    keys = [{"tenant": work.tenant, "key": key, "order_id": order.id} for key in _keys(selection)]
    if keys:
        work.session.connection().execute(sa.insert(StandingOrderKey), keys)


def end(work: Work, order_id: str, because: str) -> None:
    """End the order: it is in force for nothing from this Work's commit on.

    What other orders and single acts have put on the same recordings stays. Raises `NotFoundError`, and
    `ConflictError` where it has ended before.
    """
    order = _in_force(work, order_id)
    _close(work, order, because)
    ledger = Ledger(work.runtime.settings.ledger)
    work.on_commit(lambda: ledger.order_ended(order))
    _carry_out(work, order, BATCH)


def _in_force(work: Work, order_id: str) -> StandingOrder:
    """Return the order, locked against everybody who heeds orders. Raises `NotFoundError`, or `ConflictError` if it has ended."""
    work.change_orders()
    order = standing_queries.order(work, order_id, lock=True)
    if order is None:
        raise NotFoundError("there is no such standing order")
    if order.ended_at is not None:
        raise ConflictError("the order has ended already")
    return order


def _close(work: Work, order: StandingOrder, because: str) -> None:
    order.ended_at, order.ended_by = work.now, work.actor.id
    order.ended_because_sealed = people.seal_text(work, order.id, because)
    order.cursor, order.carried_out_at = "", None
    work.session.add(order)
    work.session.flush()
    keys = StandingOrderKey
    gone = sa.delete(keys).where(col(keys.tenant) == work.tenant, col(keys.order_id) == order.id)
    work.session.connection().execute(gone)


def exempt(work: Work, order_id: str, recording_id: str) -> None:
    """Free one recording of the order, which stays in force for every other: it turned out to be somebody else's.

    The row that would bear it stands there and has ended, so that nothing writes it anew. Raises `NotFoundError`, and
    `ConflictError` where the order has ended.
    """
    order = _in_force(work, order_id)
    _bear(work, order, [recording_id], order.placed_at)
    _relieve(work, order, [recording_id], work.now, work.actor.id)


def carry_out(runtime: Runtime, actor: Actor, order_id: str, *, batch: int = BATCH) -> int:
    """Write, or end, the rows of the order on all its recordings; return how many have been reached in this call.

    One transaction a batch, by the order of the recordings' ids. If we crash between two, the order counts all the
    same, and the next call goes on where this one was. Raises `NotFoundError`.
    """
    house = Actor.system(actor.tenant, SERVICE)
    reached = 0
    while True:
        with runtime.work(house) as work:
            order = standing_queries.order(work, order_id, lock=True)
            if order is None:
                raise NotFoundError("there is no such standing order")
            if order.carried_out_at is not None:
                return reached
            reached += _carry_out(work, order, batch)


def carry_out_all(runtime: Runtime, actor: Actor) -> int:
    """Carry out every order of the tenant that has not reached all its recordings; return how many orders that were.

    One that cannot be carried out keeps no other waiting: it is raised once all have been tried.
    """
    with runtime.work(actor, write=False) as work:
        waiting = standing_queries.not_carried_out(work)
    failed: Exception | None = None
    for order_id in waiting:
        try:
            carry_out(runtime, actor, order_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are carried out
            failed = failed or error
    if failed is not None:
        raise failed
    return len(waiting)


def recover(runtime: Runtime, tenant: str) -> int:
    """Make orders and ledger agree again; return how many orders were placed or ended by that.

    The database lacks what was placed and ended after the backup that it was restored from; the ledger lacks what was
    committed in the moment of a crash. An order that is placed again belongs to what it belonged to, whether or not
    that is known here: nothing that was held is free because a backup is old.

    Raises `IntegrityError` where the ledger was changed.
    """
    ledger, house = Ledger(runtime.settings.ledger), Actor.system(tenant, SERVICE)
    lines = {line.order_id: line for line in ledger.orders(tenant)}
    with runtime.work(house, write=False) as work:
        known = {order.id: order for order in standing_queries.all_orders(work)}
    unwritten = [order for order in known.values() if order.id not in lines]
    unended = [order for order in known.values() if order.ended_at and not _has_ended(lines.get(order.id))]
    for order in unwritten:
        ledger.order_placed(order)
    for order in unended:
        ledger.order_ended(order)
    count = 0
    for line in lines.values():
        here = known.get(line.order_id)
        is_lost = line.ended_at is None if here is None else line.ended_at and here.ended_at is None
        if is_lost:
            with runtime.work(house) as work:
                _reapply(work, line)
            count += 1
    return count


def _has_ended(line: OrderLine | None) -> bool:
    return line is not None and line.ended_at is not None


def _reapply(work: Work, line: OrderLine) -> None:
    work.change_orders()
    because = "The ledger says so: a backup was restored that did not know it."
    order = standing_queries.order(work, line.order_id, lock=True)
    if order is None:
        order = StandingOrder(
            id=line.order_id, tenant=work.tenant, kind=line.kind, selection=line.selection, reference=line.reference,
            purpose=line.purpose, because_sealed=people.seal_text(work, line.order_id, because),
            placed_by=line.placed_by, placed_at=datetime.fromisoformat(line.at),
        )  # fmt: skip
        _open(work, order, Selection.from_json(line.selection))
    else:
        _close(work, order, because)
    _carry_out(work, order, BATCH)


def _carry_out(work: Work, order: StandingOrder, batch: int) -> int:
    """Reach the next `batch` recordings, and note in the log when that were the last."""
    if order.ended_at is None:
        reached = standing_queries.matching(work, Selection.from_json(order.selection), order.cursor, batch)
        _bear(work, order, reached, order.placed_at)
    else:
        reached = standing_queries.still_borne(work, order, order.cursor, batch)
        _relieve(work, order, reached, order.ended_at, order.ended_by)
    order.cursor = reached[-1] if reached else order.cursor
    if len(reached) < batch:
        order.carried_out_at = work.now
        det = {"kind": order.kind, "recordings": standing_queries.borne(work, order)}
        why = {"code": "ended" if order.ended_at else "placed"}
        audit.record(work, "recording.order.carried_out", res=[("order", order.id)], det=det, why=why)
    work.session.add(order)
    work.session.flush()
    return len(reached)


def apply(work: Work, row: Recording) -> list[str]:
    """Put every open order that means the new recording on it, in the transaction that takes it in; return their ids."""
    work.heed_orders()
    tokens = {index.token for index in queries.party_index(work, row.id)}
    keys = {ANYWHERE, *tokens, *([_agent_key(row.agent_id)] if row.agent_id else ())}
    found = [
        order
        for order in standing_queries.looked_for(work, keys)
        if Selection.from_json(order.selection).matches(row, tokens)
    ]
    for order in found:
        _bear(work, order, [row.id], work.now)
    return [order.id for order in found]


def because_of(work: Work, order: StandingOrder) -> str:
    """Return why the order was placed, in clear: for whoever may read the matter or request that it belongs to."""
    return people.unseal_text(work, order.id, order.because_sealed)


def _bear(work: Work, order: StandingOrder, recording_ids: Collection[str], since: datetime) -> None:
    """Write the order's rows; those that are there already (a recording that came in under the order) stay as they are."""
    if not recording_ids:
        return
    table = EFFECTS[order.kind].table
    insert = postgresql.insert if work.dialect == "postgresql" else sqlite.insert
    rows = [effect(order, recording_id, since).model_dump() for recording_id in recording_ids]
    work.session.connection().execute(insert(table).on_conflict_do_nothing(), rows)


def _relieve(
    work: Work, order: StandingOrder, recording_ids: Collection[str], at: datetime, by: str | None
) -> None:
    if not recording_ids:
        return
    known = EFFECTS[order.kind]
    ended = {f"{known.ended}_at": at, f"{known.ended}_by": by}
    own = sa.and_(known.table.order_id == order.id, known.table.recording_id.in_(list(recording_ids)))
    work.session.connection().execute(
        sa.update(known.table).where(known.table.tenant == work.tenant, own).values(ended)
    )


def _keys(selection: Selection) -> set[bytes]:
    """Return where the order is looked for: under the narrowest that a recording to come can have."""
    if selection.persons:
        return {bytes.fromhex(person) for person in selection.persons}
    if selection.recording_ids:
        return set()  # what is to come has another id
    return {_agent_key(agent) for agent in selection.agents} or {ANYWHERE}


def _agent_key(agent_id: str) -> bytes:
    return hashlib.sha256(b"agent\0" + agent_id.encode()).digest()[:16]
