"""The tables of messages: what is to leave the house, what it is about, and where webhooks go.

A message is a row in the transaction of the act it tells of. Recipient and content lie in one sealed box, which is
forgotten some weeks after the message has gone; the row stays, and names nobody.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class WebhookEndpoint(Tenanted, table=True):
    """One receiver of webhooks. Its address is sealed like its secret: many receivers put a key into the path."""

    __tablename__ = "webhook_endpoint"

    id: str = Field(primary_key=True, max_length=40)
    title: str = Field(max_length=80)
    events: list[str] = Field(sa_type=sa.JSON)
    url_sealed: bytes | None = None
    secret_sealed: bytes | None = None
    former_secret_sealed: bytes | None = None
    former_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when the receiver says that it is gone (410): nothing is sent to it any more."""
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(Tenanted, table=True):
    """One message. States: waiting, sending (claimed until `next_at`), sent, dead.

    `kind` is `mail`, `webhook`, or `sign_in_link`: a mail whose link is made only when it leaves.
    """

    __table_args__ = (
        sa.Index("ix_message_due", "tenant", "state", "next_at"),
        sa.Index("ix_message_ended", "tenant", "ended_at"),
    )

    id: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=12)
    state: str = Field(max_length=8)
    event: str | None = Field(default=None, max_length=40)
    endpoint_id: str | None = Field(
        default=None, foreign_key="webhook_endpoint.id", index=True, max_length=40
    )
    content_sealed: bytes | None = None
    attempts: int = 0
    claim: str | None = Field(default=None, max_length=32)
    error: str | None = Field(default=None, max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MessageAbout(Tenanted, table=True):
    """What a message is about: a request, a finding, a recording, by kind and opaque id."""

    __tablename__ = "message_about"
    # Without the tenant: SQLite would take it for what one message is about, too, and read all that are about that kind.
    __table_args__ = (sa.Index("ix_message_about_resource", "resource_id"),)

    message_id: str = Field(primary_key=True, foreign_key="message.id", max_length=40)
    kind: str = Field(primary_key=True, max_length=40)
    resource_id: str = Field(primary_key=True, max_length=80)
