"""The verbs of sinks: tell each what it has not been told, and begin again at an earlier entry.

At least once, in order of the index, without a gap. Whoever delivers has a sink for `LEASE`; the cursor moves only after
the sink has taken what is before it, so that a process that dies in between has the next one say it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Final

from governance import log as logs
from governance.access import service as access
from governance.audit import leaf
from governance.audit import service as audit
from governance.errors import IntegrityError, InvalidError, NotFoundError
from governance.messages.outside import WORLD, Outside
from governance.messages.rules import Outcome
from governance.policy.sinks import Sink
from governance.runtime import Actor, Runtime, Work
from governance.siem import destinations, queries, rules
from governance.siem.event import Event
from governance.siem.models import AuditSink, AuditSinkCursor

SERVICE: Final = "svc_siem"
LEASE: Final = timedelta(minutes=5)
"""How long a sink belongs to whoever delivers, after every delivery anew; longer than all time-outs of one together."""
ROUNDS: Final = 20
"""How often entries are read for a sink in one run of the job: whatever waits, other sinks and jobs get their turn."""
_UNKNOWN: Final = Outcome("later", "interrupted")
"""What is written down where none of the ways an attempt can end was reached."""
_log = logs.get("governance.siem")


def tell(runtime: Runtime, tenant: str) -> int:
    """Tell every sink of `tenant` what is due, as the house itself; otherwise as `deliver_due`."""
    return deliver_due(runtime, Actor.system(tenant, SERVICE))


def deliver_due(runtime: Runtime, actor: Actor, outside: Outside = WORLD) -> int:
    """Tell every sink of the tenant what is due and return how many entries were taken.

    Each has a thread of its own: one that hangs holds up no other. What policy has added or taken away since the last
    time is written down first (PCI DSS 10.2.1.6). Raises nothing that a sink could cause.
    """
    with runtime.work(actor, write=False) as work:
        wanted = work.policies.sinks.enabled()
        known = {row.name for row in queries.sinks(work) if row.disabled_at is None}
    if known != wanted.keys():
        with runtime.work(actor) as work:
            _reconcile(work, wanted)
    if not wanted:
        return 0
    with runtime.work(actor, write=False) as work:
        due = [row.name for row in queries.sinks(work) if row.name in wanted and _is_due(work, row)]
    deliver = partial(_deliver, runtime, actor, outside=outside)
    if len(due) < 2:
        return sum(deliver(name, wanted[name]) for name in due)
    with ThreadPoolExecutor(len(due), "sink") as pool:
        return sum(pool.map(deliver, due, [wanted[name] for name in due]))


def reset(work: Work, name: str, index: int, origin: str | None = None) -> int:
    """Have a sink told a log again from `index` on, and return where it was: the open log unless `origin` names another.

    Only backwards: forwards would leave a gap that no sink could explain. What is being delivered at the moment moves
    nothing any more. Raises `InvalidError`, `NotFoundError`, `DeniedError` without `audit:export`.
    """
    access.require(work, "audit:export")
    row = queries.sink(work, name, lock=True)
    found = [one for one in queries.places(work, name) if origin in (None, one.log.origin)]
    if not found:
        raise NotFoundError("there is no such log")
    place = found[-1]
    if not 0 <= index <= place.next_idx:
        raise InvalidError(
            f"this log was told up to {place.next_idx}: from a later entry on there would be a gap", "from"
        )
    _move(work, name, place.log.log_id or 0, index)
    row.claim = row.claim_until = None
    row.next_at = work.now
    work.session.add(row)
    det = {"log": place.log.origin, "was": place.next_idx, "from": index}
    audit.record(work, "audit.sink.reset", res=[("sink", name)], det=det)
    return place.next_idx


def _reconcile(work: Work, wanted: dict[str, Sink]) -> None:
    """Write down which sinks policy has added and which it has taken away."""
    rows = {row.name: row for row in queries.sinks(work)}
    for name, sink in wanted.items():
        row = rows.get(name)
        if row is not None and row.disabled_at is None:
            continue
        if row is None:
            row = AuditSink(
                tenant=work.tenant, name=name, kind=sink.kind, enabled_at=work.now, next_at=work.now
            )
            for place in queries.places(work, name) if sink.start == "now" else ():
                _move(work, name, place.log.log_id or 0, place.log.size)
        row.kind, row.enabled_at, row.disabled_at, row.next_at = sink.kind, work.now, None, work.now
        row.attempts, row.error, row.failing_since = 0, None, None
        work.session.add(row)
        det = {"kind": sink.kind, "format": sink.format, "disclose": list(sink.disclose)}
        audit.record(work, "audit.sink.enabled", res=[("sink", name)], det=det | _told(work, name))
    for name, row in rows.items():
        if name in wanted or row.disabled_at is not None:
            continue
        row.disabled_at, row.claim, row.claim_until = work.now, None, None
        work.session.add(row)
        audit.record(work, "audit.sink.disabled", res=[("sink", name)], det=_told(work, name))


def _told(work: Work, name: str) -> dict[str, object]:
    """Return up to where a sink was told the newest log."""
    places = queries.places(work, name)
    return {"log": places[-1].log.origin, "next": places[-1].next_idx} if places else {}


def _is_due(work: Work, row: AuditSink) -> bool:
    is_free = row.claim_until is None or row.claim_until <= work.now
    return (
        is_free and row.next_at <= work.now and any(place.behind for place in queries.places(work, row.name))
    )


def _deliver(runtime: Runtime, actor: Actor, name: str, sink: Sink, outside: Outside) -> int:
    """Tell one sink what it has not been told, and return how many entries it took."""
    claim, taken, outcome = secrets.token_hex(16), 0, _UNKNOWN
    with runtime.work(actor) as work:
        row = queries.sink(work, name, lock=True)
        if row.disabled_at is not None or not _is_due(work, row):
            return 0  # another process was first
        row.claim, row.claim_until = claim, work.now + LEASE
        work.session.add(row)
    settle = partial(_settle, runtime, actor, name, claim)
    try:
        for _ in range(ROUNDS):
            outcome = _UNKNOWN
            log_id, events = _next(runtime, actor, name, sink)
            if not events:
                outcome = Outcome("sent")
                break
            for some, pieces in rules.portions(events, destinations.rendered(sink, events)):
                outcome = destinations.deliver(
                    runtime.settings, actor.tenant, name, sink, log_id, some, pieces, outside
                )
                # If we die here, the sink has been told and the cursor has not moved: it is told again, and loses nothing.
                if outcome.end != "sent" or not settle(outcome, log_id, some):
                    return taken
                taken += len(some)
    except IntegrityError:
        _log.error(
            "the log does not hold together: a sink is told nothing more", sink=name, tenant=actor.tenant
        )
        outcome = Outcome("later", "log_damaged")
    finally:
        settle(outcome, 0, ())
    return taken


def _next(runtime: Runtime, actor: Actor, name: str, sink: Sink) -> tuple[int, Sequence[Event]]:
    """Return the next entries for a sink and the log they are of; none where it was told everything."""
    with runtime.work(actor, write=False) as work:
        for place in queries.places(work, name):
            if place.behind:
                return place.log.log_id or 0, queries.events(work, place, sink.disclose)
    return 0, ()


def _settle(
    runtime: Runtime,
    actor: Actor,
    name: str,
    claim: str,
    outcome: Outcome,
    log_id: int,
    events: Sequence[Event],
) -> bool:
    """Write down what became of a delivery of `events`, or with none of the whole run; return whether the sink is still ours."""
    with runtime.work(actor) as work:
        row = queries.sink(work, name, lock=True)
        if row.claim != claim:
            return False  # reset, switched off or taken over meanwhile: it is somebody else's to say
        if outcome.end != "sent":
            _failed(work, row, outcome)
        elif events:
            _move(work, name, log_id, events[-1].index + 1)
            row.delivered_at = work.now
            _recovered(work, row)
        row.claim, row.claim_until = (claim, work.now + LEASE) if events else (None, None)
        work.session.add(row)
    return True


def _failed(work: Work, row: AuditSink, outcome: Outcome) -> None:
    row.attempts += 1
    row.error = (outcome.code or "failed")[:40]
    row.next_at = work.now + rules.PATIENCE.after(row.attempts, secrets.randbelow(1000) / 1000, outcome.wait)
    if row.failing_since is not None:
        return
    row.failing_since = work.now
    det = {"since": leaf.moment(work.now)} | _told(work, row.name)
    why = {"code": row.error}
    audit.record(work, "audit.sink.failed", res=[("sink", row.name)], det=det, why=why, out="failure")


def _recovered(work: Work, row: AuditSink) -> None:
    if row.failing_since is not None:
        det = {
            "since": leaf.moment(row.failing_since),
            "until": leaf.moment(work.now),
            "tries": row.attempts,
        } | _told(work, row.name)
        audit.record(work, "audit.sink.recovered", res=[("sink", row.name)], det=det)
    row.attempts, row.error, row.failing_since = 0, None, None


def _move(work: Work, name: str, log_id: int, index: int) -> None:
    found = queries.cursor(work, name, log_id)
    if found is None:
        found = AuditSinkCursor(tenant=work.tenant, name=name, log_id=log_id, next_idx=index)
    found.next_idx = index
    work.session.add(found)
    work.session.flush()
