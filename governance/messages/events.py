"""What webhooks tell of: a closed vocabulary, so that nobody waits for an event whose name they misspelt.

docs/webhooks.md says what each carries. Names are added and never taken away.
"""

from __future__ import annotations

from typing import Final

TEST: Final = "webhook.test"

EVENTS: Final[tuple[str, ...]] = (
    "finding.opened",
    "finding.escalated",
    "finding.closed",
    "finding.reopened",
    "request.received",
    "request.decided",
    "request.answered",
    "request.closed",
    "request.overdue",
    "redaction.job.done",
    "redaction.job.failed",
    "redaction.job.expired",
    TEST,
)

EVERYTHING: Final = "*"
"""What an endpoint says that wants every event, those that are added later included."""
