"""Where a message is written down, in the transaction of the act it tells of: no act, no message; no message, no act."""

from __future__ import annotations

from collections.abc import Sequence

from governance import ids
from governance.messages.envelope import seal
from governance.messages.models import Message, MessageAbout
from governance.runtime import Work

About = Sequence[tuple[str, str]]
"""What a message is about: (kind, opaque id), as in the log."""
MOST_ABOUT = 32  # an entry of the log names 64 resources at most


def put(
    work: Work,
    kind: str,
    content: bytes,
    about: About = (),
    *,
    event: str | None = None,
    endpoint_id: str | None = None,
) -> str:
    """Write one message, due at once, its content sealed; return its id. Of what it is about the first 32 are kept."""
    message_id = ids.new("msg")
    row = Message(
        id=message_id,
        tenant=work.tenant,
        kind=kind,
        state="waiting",
        event=event,
        endpoint_id=endpoint_id,
        content_sealed=seal(work, message_id, "content", content),
        created_at=work.now,
        next_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    for what, ident in list(dict.fromkeys(about))[:MOST_ABOUT]:
        work.session.add(
            MessageAbout(tenant=work.tenant, message_id=message_id, kind=what, resource_id=ident)
        )
    return message_id
