"""The verbs of messages: written in the transaction of the act, delivered by a job, at least once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import orjson

from governance.access import queries as people
from governance.access import service as access
from governance.access.models import Account
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError
from governance.messages import queries, rules
from governance.messages.delivery import deliver_due, forget, send_test_mail
from governance.messages.envelope import Attachment, Letter
from governance.messages.events import EVENTS, EVERYTHING, TEST
from governance.messages.outbox import About, put
from governance.messages.sign_in_link import ask_for_link
from governance.messages.webhooks import (
    NewSecret,
    add_endpoint,
    may_manage,
    remove_endpoint,
    rotate_secret,
    url_of,
)
from governance.runtime import Work

__all__ = [
    "About",
    "NewSecret",
    "add_endpoint",
    "ask_for_link",
    "deliver_due",
    "forget",
    "mail",
    "mail_to_role",
    "mailbox",
    "may_manage",
    "remove_endpoint",
    "retry",
    "rotate_secret",
    "send_test_mail",
    "test_endpoint",
    "url_of",
    "webhook",
]


def mail(
    work: Work,
    *,
    to: str,
    subject: str,
    body: str,
    about: About = (),
    attachments: Iterable[Attachment] = (),
) -> str:
    """Write a mail, to be sent once this Work has committed; return its id.

    `body` is plain text. Without a mail server in the settings it waits, and `queries.standing` says so.

    Raises `InvalidError` for an address or a subject that mail cannot carry: a line break in either would be another
    recipient or another header.
    """
    letter = Letter(rules.address(to), subject, body, tuple(attachments))
    rules.check_mail(subject, body, letter.attachments)
    return put(work, "mail", letter.to_bytes(), about)


def mail_to_role(work: Work, role: str, *, subject: str, body: str, about: About = ()) -> int:
    """Write a mail to every enabled account of `role` that has an e-mail address; return to how many.

    0 is a fact to act on: nobody of the role can be reached. An address that mail cannot carry reaches nobody, and keeps
    no other from being told.
    """
    addresses = {mailbox(work, row) for row in people.accounts_of_role(work, role)}
    reached = sorted(filter(None, addresses))
    for one in reached:
        mail(work, to=one, subject=subject, body=body, about=about)
    return len(reached)


def mailbox(work: Work, row: Account) -> str | None:
    """Return the address of the account, if it has one that mail can be sent to."""
    with suppress(InvalidError):
        return rules.address(access.mailbox(work, row) or "")
    return None


def webhook(work: Work, event: str, data: Mapping[str, Any], about: About = ()) -> list[str]:
    """Write a webhook for every endpoint that wants `event`; return their ids.

    `data` holds opaque ids, codes, numbers and moments; whatever else stands in it is withheld, since it goes to
    machines of others. Raises `InvalidError` for an event that there is not.
    """
    if event not in EVENTS:
        raise InvalidError("there is no such event", "event")
    body = _payload(work, event, data)
    return [
        put(work, "webhook", body, about, event=event, endpoint_id=one.id)
        for one in queries.endpoints(work)
        if one.disabled_at is None and (event in one.events or EVERYTHING in one.events)
    ]


def test_endpoint(work: Work, endpoint_id: str) -> str:
    """Write a webhook of no meaning to one endpoint, whatever it wants otherwise; return its id.

    Raises `NotFoundError`, `ConflictError` for one that is disabled, `DeniedError`.
    """
    may_manage(work)
    row = queries.endpoint(work, endpoint_id)
    if row.disabled_at is not None:
        raise ConflictError("the webhook is disabled: its receiver said that it is gone")
    message_id = put(work, "webhook", _payload(work, TEST, {}), event=TEST, endpoint_id=row.id)
    audit.record(work, "message.managed", res=[("webhook", row.id), ("message", message_id)])
    return message_id


def retry(work: Work, message_id: str) -> None:
    """Have a message that could not be delivered sent again, from the first try on.

    Raises `NotFoundError`, `ConflictError` where it is not dead, was forgotten, or has nowhere to go any more.
    """
    may_manage(work)
    row = queries.message(work, message_id, lock=True)
    if row.state != "dead":
        raise ConflictError("the message is not on the dead-letter list")
    if row.content_sealed is None:
        raise ConflictError("what the message said has been forgotten")
    if row.endpoint_id is not None and queries.endpoint(work, row.endpoint_id).disabled_at is not None:
        raise ConflictError("the webhook is disabled: its receiver said that it is gone")
    row.state, row.attempts, row.next_at, row.ended_at = "waiting", 0, work.now, None
    work.session.add(row)
    audit.record(work, "message.retried", res=[("message", row.id)], det={"kind": row.kind})


def _payload(work: Work, event: str, data: Mapping[str, Any]) -> bytes:
    """Return the body of a webhook, as Standard Webhooks wants it: type, timestamp, data."""
    moment = work.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps({"type": event, "timestamp": moment, "data": rules.payload(data)})
