"""What is known of messages and webhooks: the only SELECTs of messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from governance.errors import NotFoundError
from governance.messages.models import Message, MessageAbout, WebhookEndpoint
from governance.runtime import Work

UNSENT = ("waiting", "sending")


@dataclass(frozen=True)
class Standing:
    """How delivery stands: what waits and since when, what could not be delivered, and whether mail is set up."""

    waiting: int
    oldest: timedelta
    """How long the message that is due longest has been due."""
    waiting_mail: int
    dead: int
    has_mail: bool


def standing(work: Work) -> Standing:
    """Return how the tenant's delivery stands."""
    counted = sa.func.count()
    query = select(Message.state, Message.kind, counted, sa.func.min(Message.next_at))
    query = query.where(col(Message.state).in_((*UNSENT, "dead"))).group_by(
        col(Message.state), col(Message.kind)
    )
    rows = work.session.exec(query).all()
    unsent = [(kind, number, due) for state, kind, number, due in rows if state != "dead"]
    oldest = min((due for _, _, due in unsent), default=work.now)
    return Standing(
        waiting=sum(number for _, number, _ in unsent),
        oldest=max(work.now - oldest, timedelta(0)),
        waiting_mail=sum(number for kind, number, _ in unsent if kind != "webhook"),
        dead=sum(number for state, _, number, _ in rows if state == "dead"),
        has_mail=work.runtime.settings.mail is not None,
    )


def message(work: Work, message_id: str, *, lock: bool = False) -> Message:
    """Return the message. Raises `NotFoundError`."""
    query = select(Message).where(Message.id == message_id)
    found = work.session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFoundError("there is no such message")
    return found


def claimed(work: Work, message_id: str, claim: str) -> Message | None:
    """Return the message, locked, if the claim on it still holds: its lease may have run out meanwhile."""
    query = select(Message).where(
        Message.id == message_id, Message.claim == claim, Message.state == "sending"
    )
    return work.session.exec(query.with_for_update()).first()


def is_any_due(work: Work, *, has_mail: bool, resting: Collection[str] = ()) -> bool:
    """Return whether `due` would find a message: asked once a second, without the lock of a writer."""
    return work.session.exec(_due(work, has_mail, resting)).first() is not None


def due(work: Work, *, has_mail: bool, resting: Collection[str] = ()) -> Message | None:
    """Return the message that has been due longest, locked, or None: nobody else is given it meanwhile.

    A message in `sending` is due again when its lease has run out: whoever had it is gone. `resting` are the ways
    (`mail`, or an endpoint's id) that are left alone for now.
    """
    query = _due(work, has_mail, resting).with_for_update(skip_locked=True)
    return work.session.exec(query).first()


def _due(work: Work, has_mail: bool, resting: Collection[str]) -> SelectOfScalar[Message]:
    query = select(Message).where(col(Message.state).in_(UNSENT), col(Message.next_at) <= work.now)
    if not has_mail or "mail" in resting:
        query = query.where(Message.kind == "webhook")
    endpoints = sorted(set(resting) - {"mail"})
    if endpoints:
        elsewhere = col(Message.endpoint_id).not_in(endpoints)
        query = query.where(sa.or_(col(Message.endpoint_id).is_(None), elsewhere))
    return query.order_by(col(Message.next_at), col(Message.id)).limit(1)


def dead(work: Work, *, after: str | None = None, limit: int = 100) -> list[Message]:
    """Return what could not be delivered, newest message first; `after` is the last id of the page before."""
    query = select(Message).where(Message.state == "dead")
    if after is not None:
        query = query.where(col(Message.id) < after)
    return list(work.session.exec(query.order_by(col(Message.id).desc()).limit(limit)).all())


def about(work: Work, message_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what each of the messages is about, as (kind, id)."""
    query = select(MessageAbout).where(col(MessageAbout.message_id).in_(message_ids))
    found: dict[str, list[tuple[str, str]]] = {one: [] for one in message_ids}
    for row in work.session.exec(query.order_by(col(MessageAbout.kind), col(MessageAbout.resource_id))).all():
        found[row.message_id].append((row.kind, row.resource_id))
    return found


def messages_about(work: Work, kind: str, resource_id: str) -> list[Message]:
    """Return the messages about a thing, newest first: whether its letter has gone."""
    named = select(MessageAbout.message_id).where(
        MessageAbout.kind == kind, MessageAbout.resource_id == resource_id
    )
    query = select(Message).where(col(Message.id).in_(named)).order_by(col(Message.id).desc())
    return list(work.session.exec(query).all())


def to_forget(work: Work, before: datetime, limit: int) -> list[Message]:
    """Return messages that ended before that moment and whose content is still there."""
    query = select(Message).where(
        col(Message.ended_at) < before, col(Message.content_sealed).is_not(None)
    )  # what has not ended has no `ended_at`, and is never here
    return list(work.session.exec(query.order_by(col(Message.ended_at)).limit(limit)).all())


def unsent_to(work: Work, endpoint_id: str) -> list[Message]:
    """Return what has not been delivered to the endpoint, and what could not be."""
    query = select(Message).where(
        Message.endpoint_id == endpoint_id, col(Message.state).in_((*UNSENT, "dead"))
    )
    return list(work.session.exec(query.with_for_update()).all())


def endpoints(work: Work) -> list[WebhookEndpoint]:
    """Return the endpoints that were not removed, oldest first."""
    query = select(WebhookEndpoint).where(col(WebhookEndpoint.removed_at).is_(None))
    return list(work.session.exec(query.order_by(col(WebhookEndpoint.id))).all())


def endpoint(work: Work, endpoint_id: str, *, lock: bool = False) -> WebhookEndpoint:
    """Return the endpoint. Raises `NotFoundError` also for one that was removed."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.id == endpoint_id, col(WebhookEndpoint.removed_at).is_(None)
    )
    found = work.session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFoundError("there is no such webhook")
    return found
