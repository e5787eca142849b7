"""Webhooks, and what could not be delivered. Nothing here says what a message said, or to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Label, Plain
from governance.api.small import SmallBody
from governance.messages import queries
from governance.messages import service as messages
from governance.messages.models import Message, WebhookEndpoint
from governance.runtime import Work

router = APIRouter(prefix="/v1", tags=["messages"], route_class=SmallBody)

WebhookId = Annotated[str, Path(pattern=r"^whk_[0-9a-f]{32}$")]
MessageId = Annotated[str, Path(pattern=r"^msg_[0-9a-f]{32}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)
Manager = Annotated[Caller, needs("message:manage")]


class WebhookAsked(Asked):
    """A receiver of webhooks, and the events it wants: names of docs/webhooks.md, or `*` for all."""

    url: Annotated[
        str,
        Field(min_length=1, max_length=1000, repr=False, examples=["https://hooks.example.com/in"]),
        Plain,
    ]
    events: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(min_length=1, max_length=40, examples=[["finding.opened"]]),
    ]
    title: Label


class WebhookShape(Answer):
    """A receiver of webhooks. `disabled_at`: since when it answers that it is gone (410)."""

    id: str
    title: str
    url: Annotated[str, Field(repr=False)]
    events: list[str]
    created_at: datetime
    disabled_at: datetime | None


class NewSecret(Answer):
    """A secret to verify webhooks by, shown this once."""

    id: str
    secret: Annotated[str, Field(repr=False, examples=["whsec_…"])]


class Written(Answer):
    """A message that will be sent."""

    message_id: str


class AboutShape(Answer):
    """What a message is about, by kind and opaque id."""

    kind: str
    id: str


class DeadMessage(Answer):
    """A message that could not be delivered: `error` says why, in a code of docs/webhooks.md."""

    id: str
    kind: Literal["mail", "webhook", "sign_in_link"]
    event: str | None
    webhook_id: str | None
    about: list[AboutShape]
    error: str | None
    tries: int
    created_at: datetime
    ended_at: datetime | None
    forgotten: bool


class DeadPage(Answer):
    """Part of the dead-letter list; `next` is `after` of the page that follows."""

    items: list[DeadMessage]
    next: str | None


class Delivery(Answer):
    """How delivery stands. `mail`: whether a mail server is set up; without one mail waits."""

    mail: Literal["set_up", "not_set_up"]
    waiting: int
    waiting_mail: int
    oldest_s: float
    dead: int


@router.get("/messages", responses=documented(401, 403))
def delivery(caller: Manager) -> Delivery:
    """Say how delivery stands: what waits, since when, and what could not be delivered."""
    with caller.work(write=False) as work:
        found = queries.standing(work)
    return Delivery(
        mail="set_up" if found.has_mail else "not_set_up",
        waiting=found.waiting,
        waiting_mail=found.waiting_mail,
        oldest_s=found.oldest.total_seconds(),
        dead=found.dead,
    )


@router.get("/messages/dead", responses=documented(401, 403))
def dead(
    caller: Manager,
    after: Annotated[str | None, Query(pattern=r"^msg_[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeadPage:
    """List what could not be delivered, newest first: why and about what, not what it said or to whom."""
    with caller.work(write=False) as work:
        rows = queries.dead(work, after=after, limit=limit)
        about = queries.about(work, [row.id for row in rows])
    items = [_dead(row, about[row.id]) for row in rows]
    return DeadPage(items=items, next=items[-1].id if len(items) == limit else None)


@router.post("/messages/{message_id}/retry", status_code=202, responses=_EVERYTHING)
def retry(caller: Manager, message_id: MessageId) -> Written:
    """Have a message that could not be delivered sent again. 409 where it is not dead, or has nowhere to go."""
    with caller.work() as work:
        messages.retry(work, message_id)
    return Written(message_id=message_id)


@router.post("/webhooks", status_code=201, responses=_EVERYTHING)
def add_webhook(caller: Manager, asked: WebhookAsked) -> NewSecret:
    """Make an endpoint for webhooks: https, at public addresses only, unless the settings name the host."""
    with caller.work() as work:
        made = messages.add_endpoint(work, asked.url, asked.events, asked.title)
    return NewSecret(id=made.id, secret=made.secret)


@router.get("/webhooks", responses=documented(401, 403))
def list_webhooks(caller: Manager) -> list[WebhookShape]:
    """List the endpoints for webhooks, oldest first."""
    with caller.work(write=False) as work:
        return [_webhook(work, row) for row in queries.endpoints(work)]


@router.delete("/webhooks/{webhook_id}", status_code=204, responses=_EVERYTHING)
def remove_webhook(caller: Manager, webhook_id: WebhookId) -> None:
    """Remove an endpoint, and with it what has not been delivered to it."""
    with caller.work() as work:
        messages.remove_endpoint(work, webhook_id)


@router.post("/webhooks/{webhook_id}/secret", status_code=201, responses=_EVERYTHING)
def rotate_secret(caller: Manager, webhook_id: WebhookId) -> NewSecret:
    """Make a new secret. For 24 hours webhooks are signed with the former one as well."""
    with caller.work() as work:
        made = messages.rotate_secret(work, webhook_id)
    return NewSecret(id=made.id, secret=made.secret)


@router.post("/webhooks/{webhook_id}/test", status_code=202, responses=_EVERYTHING)
def test_webhook(caller: Manager, webhook_id: WebhookId) -> Written:
    """Send the event `webhook.test` to the endpoint, whatever it wants otherwise."""
    with caller.work() as work:
        return Written(message_id=messages.test_endpoint(work, webhook_id))


def _webhook(work: Work, row: WebhookEndpoint) -> WebhookShape:
    return WebhookShape(
        id=row.id,
        title=row.title,
        url=messages.url_of(work, row),
        events=row.events,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def _dead(row: Message, about: list[tuple[str, str]]) -> DeadMessage:
    return DeadMessage.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "event": row.event,
            "webhook_id": row.endpoint_id,
            "about": [AboutShape(kind=kind, id=ident) for kind, ident in about],
            "error": row.error,
            "tries": row.attempts,
            "created_at": row.created_at,
            "ended_at": row.ended_at,
            "forgotten": row.content_sealed is None,
        }
    )
