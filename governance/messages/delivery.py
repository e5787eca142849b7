"""How messages leave: claimed under a lease, sent outside every transaction, settled. At least once, by one at a time.

Whoever claims a message has it for `rules.LEASE`, longer than all time-outs of a try together. If the process dies in
between, the lease runs out and the message is sent again under the same id: the receiver can tell, we cannot.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from governance import db, ids, log
from governance.audit import service as audit
from governance.errors import ConfigurationError, ConflictError, IntegrityError, InvalidError, NotFoundError
from governance.messages import post, queries, reach, rules, sign_in_link, smtp, webhooks
from governance.messages.envelope import Letter, unseal
from governance.messages.models import Message
from governance.messages.outside import WORLD, Outside
from governance.messages.rules import Outcome
from governance.messages.webhooks import Route
from governance.runtime import Actor, Runtime, Work

MAIL: Final = "mail"
_RESTING = "messages.resting"
_BATCH = 500
_log = log.get("governance.messages")


@dataclass(frozen=True)
class Parcel:
    """One claimed message, opened: what is sent while no transaction is open."""

    id: str
    claim: str
    way: str
    content: Letter | bytes = field(repr=False)
    route: Route | None = field(default=None, repr=False)


def deliver_due(runtime: Runtime, actor: Actor, limit: int = 20, outside: Outside = WORLD) -> int:
    """Send what is due, `limit` messages at most, and return how many were tried.

    Mail waits while no server is set up. A way that has just failed is left alone for some seconds, so that one
    receiver that hangs does not hold up all others.
    """
    has_mail = runtime.settings.mail is not None
    resting: MutableMapping[tuple[str, str], datetime] = runtime.state.setdefault(_RESTING, {})
    with runtime.work(actor, write=False) as work:
        if not queries.is_any_due(work, has_mail=has_mail, resting=_ways(work, resting)):
            return 0
    tried = 0
    for _ in range(limit):
        with runtime.work(actor) as work:
            row = queries.due(work, has_mail=has_mail, resting=_ways(work, resting))
            parcel = _claim(work, row) if row is not None else None
        if row is None:
            break
        if parcel is None:
            continue
        tried += 1
        outcome = _send(runtime, parcel, outside)
        if outcome.is_way:
            resting[_way(actor.tenant, parcel.way)] = runtime.clock.now() + rules.REST
        with runtime.work(actor) as work:
            _settle(work, parcel, outcome)
    return tried


def send_test_mail(runtime: Runtime, actor: Actor, to: str, outside: Outside = WORLD) -> Outcome:
    """Send a mail that says nothing to `to`, now and once, and return what became of it.

    Raises `ConfigurationError` without a mail server, `InvalidError`, `DeniedError` without `message:manage`.
    """
    letter = Letter(
        rules.address(to), "A test of Recording Governance", "Mail from this house reaches you.\n"
    )
    server = runtime.settings.mail
    if server is None:
        raise ConfigurationError("no mail server is set up: GOVERNANCE_SMTP_URL and GOVERNANCE_MAIL_FROM")
    with runtime.work(actor) as work:
        webhooks.may_manage(work)
        message_id = ids.new("msg")
        audit.record(work, "message.managed", res=[("message", message_id)])
    return smtp.send(server, letter, message_id, runtime.clock.now(), outside)


def forget(runtime: Runtime, actor: Actor) -> int:
    """Forget what messages said that ended longer ago than the settings say; return how many.

    The rows stay: when what kind of message about what was sent, and to how many tries, names nobody.
    """
    total = 0
    while True:
        with runtime.work(actor) as work:
            rows = queries.to_forget(work, work.now - runtime.settings.keep_messages, _BATCH)
            for row in rows:
                row.content_sealed = None
                work.session.add(row)
        total += len(rows)
        if len(rows) < _BATCH:
            break
    if total:
        db.forget_deleted(runtime.engine)
    return total


def _ways(work: Work, resting: MutableMapping[tuple[str, str], datetime]) -> set[str]:
    """Return the ways of this tenant that are left alone at the moment."""
    for place in [place for place, until in list(resting.items()) if until <= work.now]:
        resting.pop(place, None)
    return {way for tenant, way in list(resting) if tenant in ("", work.tenant)}


def _way(tenant: str, way: str) -> tuple[str, str]:
    return ("", MAIL) if way == MAIL else (tenant, way)  # all tenants share the mail server


def _claim(work: Work, row: Message) -> Parcel | None:
    """Return the message, opened and ours until the lease ends; None where it needs no sending any more."""
    if row.attempts >= rules.MOST_TRIES:
        # Every try was begun and none settled: whoever sends it dies of it.
        _end(work, row, Outcome("dead", "interrupted"))
        return None
    try:
        parcel = _opened(work, row)
    except NotFoundError:
        _end(work, row, Outcome("dead", "webhook_removed"))
        return None
    except (IntegrityError, InvalidError, ConflictError):
        _end(work, row, Outcome("dead", "unreadable"))
        return None
    if parcel is None:
        return None
    row.state, row.claim = "sending", parcel.claim
    row.attempts += 1
    row.next_at = work.now + rules.LEASE
    work.session.add(row)
    return parcel


def _opened(work: Work, row: Message) -> Parcel | None:
    claim = secrets.token_hex(16)
    content = unseal(work, row.id, "content", row.content_sealed or b"")
    if row.kind == "mail":
        return Parcel(row.id, claim, MAIL, Letter.from_bytes(content))
    if row.kind == sign_in_link.KIND:
        letter = sign_in_link.letter(work, row, content)
        if letter is None:
            row.state, row.claim, row.content_sealed, row.ended_at = "dropped", None, None, work.now
            work.session.add(row)
            return None
        return Parcel(row.id, claim, MAIL, letter)
    endpoint = queries.endpoint(work, row.endpoint_id or "")
    if endpoint.disabled_at is not None:
        _end(work, row, Outcome("dead", "webhook_disabled"))
        return None
    return Parcel(row.id, claim, endpoint.id, content, webhooks.route(work, endpoint))


def _send(runtime: Runtime, parcel: Parcel, outside: Outside) -> Outcome:
    now = runtime.clock.now()
    if isinstance(parcel.content, Letter):
        server = runtime.settings.mail
        if server is None:
            return Outcome("later", "not_set_up", is_way=True)
        return smtp.send(server, parcel.content, parcel.id, now, outside)
    assert parcel.route is not None
    try:
        target = reach.target(parcel.route.url, runtime.settings.webhook_hosts)
    except InvalidError:
        # Allowed when it was made; the settings have changed since.
        return Outcome("dead", "forbidden_url")
    return post.send(target, parcel.id, parcel.content, parcel.route.secrets, now, outside)


def _settle(work: Work, parcel: Parcel, outcome: Outcome) -> None:
    if outcome.end == "gone":
        _disable(
            work, parcel.way, outcome
        )  # before the message is locked: in the order of whoever removes a webhook
    row = queries.claimed(work, parcel.id, parcel.claim)
    if row is None:
        # The lease ran out, or the webhook was removed: what became of it is somebody else's to say.
        _log.warning("a message was settled by somebody else", message=parcel.id)
        return
    _end(work, row, outcome)


def _disable(work: Work, endpoint_id: str, outcome: Outcome) -> None:
    """Send nothing more to an endpoint that says it is gone."""
    try:
        endpoint = queries.endpoint(work, endpoint_id, lock=True)
    except NotFoundError:  # removed meanwhile
        return
    if endpoint.disabled_at is None:
        endpoint.disabled_at = work.now
        work.session.add(endpoint)
        why = {"code": outcome.code or "gone"}
        audit.record(work, "webhook.disabled", res=[("webhook", endpoint.id)], why=why)


def _end(work: Work, row: Message, outcome: Outcome) -> None:
    """Write down what became of a try: sent, due again, or dead and on the list."""
    follows = rules.after(outcome, row.attempts, work.now, secrets.randbelow(1000) / 1000)
    row.state, row.error, row.next_at, row.claim = follows.state, follows.code, follows.due, None
    row.ended_at = None if follows.state == "waiting" else work.now
    if row.kind == sign_in_link.KIND and follows.state != "waiting":
        row.content_sealed = None  # a login that was typed at the door: of no use to anybody
    work.session.add(row)
    if follows.state == "waiting":
        return
    res = [("message", row.id), *queries.about(work, [row.id])[row.id]]
    det = {"kind": row.kind, "tries": row.attempts} | ({"event": row.event} if row.event else {})
    if follows.state == "sent":
        audit.record(work, "message.sent", res=res, det=det)
    else:
        audit.record(
            work, "message.dead", res=res, det=det, why={"code": follows.code or "unknown"}, out="failure"
        )
