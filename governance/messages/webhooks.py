"""Where webhooks go: endpoints, and the secrets they are signed with (Standard Webhooks)."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError
from governance.messages import queries, reach
from governance.messages.envelope import seal, unseal
from governance.messages.events import EVENTS, EVERYTHING
from governance.messages.models import WebhookEndpoint
from governance.runtime import Work

OVERLAP: Final = timedelta(hours=24)
"""How long after a rotation both secrets sign, so that no receiver misses a webhook while it is told the new one."""
MOST_ENDPOINTS: Final = 20


@dataclass(frozen=True)
class NewSecret:
    """The secret of an endpoint, at the only moment it is shown."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Route:
    """Where a webhook goes, and what it is signed with: while two secrets are valid, with both."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


def add_endpoint(work: Work, url: str, events: Sequence[str], title: str) -> NewSecret:
    """Return the new endpoint with its secret, which is shown this once.

    What the name in `url` stands for is looked up and checked at every delivery, not here: it may change any time.

    Raises `InvalidError` for a URL that no webhook may go to and for an event that there is not, `DeniedError` without
    `message:manage`.
    """
    may_manage(work)
    reach.target(url, work.runtime.settings.webhook_hosts)
    wanted = sorted(set(events))
    if not wanted or not set(wanted) <= {*EVENTS, EVERYTHING}:
        raise InvalidError(f"events are {EVERYTHING} or some of {', '.join(EVENTS)}", "events")
    if not 1 <= len(title) <= 80 or not title.isprintable():
        raise InvalidError("the title of a webhook has 1 to 80 characters", "title")
    if len(queries.endpoints(work)) >= MOST_ENDPOINTS:
        raise ConflictError(f"there are {MOST_ENDPOINTS} webhooks already")
    made = NewSecret(ids.new("whk"), _secret())
    work.session.add(
        WebhookEndpoint(
            id=made.id,
            tenant=work.tenant,
            title=title,
            events=wanted,
            url_sealed=seal(work, made.id, "url", url.encode()),
            secret_sealed=seal(work, made.id, "secret", made.secret.encode()),
            created_at=work.now,
        )
    )
    work.session.flush()
    audit.record(work, "webhook.created", res=[("webhook", made.id)], det={"events": wanted})
    return made


def remove_endpoint(work: Work, endpoint_id: str) -> None:
    """Remove the endpoint and whatever has not been delivered to it. Raises `NotFoundError`, `DeniedError`."""
    may_manage(work)
    row = queries.endpoint(work, endpoint_id, lock=True)
    dropped = queries.unsent_to(work, endpoint_id)
    for one in dropped:
        # No dead letter: nobody waits for it any more.
        one.state, one.error, one.ended_at = "dropped", "webhook_removed", work.now
        one.content_sealed = one.claim = None
        work.session.add(one)
    row.removed_at = work.now
    row.url_sealed = row.secret_sealed = row.former_secret_sealed = None
    work.session.add(row)
    audit.record(work, "webhook.removed", res=[("webhook", row.id)], det={"dropped": len(dropped)})


def rotate_secret(work: Work, endpoint_id: str) -> NewSecret:
    """Return a new secret for the endpoint; for 24 hours the former one signs as well.

    Rotating again within that time ends the one before at once. Raises `NotFoundError`, `DeniedError`.
    """
    may_manage(work)
    row = queries.endpoint(work, endpoint_id, lock=True)
    made = NewSecret(row.id, _secret())
    if row.secret_sealed is not None:
        former = unseal(work, row.id, "secret", row.secret_sealed)
        row.former_secret_sealed = seal(work, row.id, "former_secret", former)
        row.former_until = work.now + OVERLAP
    row.secret_sealed = seal(work, row.id, "secret", made.secret.encode())
    work.session.add(row)
    audit.record(work, "webhook.rotated", res=[("webhook", row.id)])
    return made


def url_of(work: Work, row: WebhookEndpoint) -> str:
    """Return the address of the endpoint in clear, for those who may manage webhooks. Raises `DeniedError`."""
    may_manage(work)
    return unseal(work, row.id, "url", row.url_sealed).decode() if row.url_sealed is not None else ""


def route(work: Work, row: WebhookEndpoint) -> Route:
    """Return where a webhook to the endpoint goes, and the secrets that are valid now. For `delivery`."""
    if row.url_sealed is None or row.secret_sealed is None:
        raise ConflictError("the webhook was removed")
    signing = [unseal(work, row.id, "secret", row.secret_sealed)]
    if row.former_secret_sealed is not None and row.former_until is not None and work.now < row.former_until:
        signing.append(unseal(work, row.id, "former_secret", row.former_secret_sealed))
    url = unseal(work, row.id, "url", row.url_sealed).decode()
    return Route(url, tuple(one.decode() for one in signing))


def may_manage(work: Work) -> None:
    """Return if the actor may manage messages, or is the house itself. Raises `DeniedError`, logged."""
    if work.actor.kind != "system":
        access.require(work, "message:manage")


def _secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()
