"""Checks of recordings: what cannot be examined, what is suspected, what should not have been there, what is not gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from governance.findings.checks import recording_queries as queries
from governance.findings.checks.contract import Check, Failing
from governance.recordings.reasons import (
    AWAITING_REDACTION,
    BOTH_FORMS,
    FAILED,
    NOT_EXAMINED,
    SUSPECTED_SAD,
    UNLOCATED,
    UNREADABLE,
)
from governance.runtime import Work

# What waits for its redaction longer than the grace is not examined either: then whatever examines it stands still.
UNEXAMINED = (
    AWAITING_REDACTION,
    FAILED,
    NOT_EXAMINED,
    BOTH_FORMS,
    UNLOCATED,
    UNREADABLE,
)


class NotExaminable(Check):
    """A recording that nobody could examine or redact within the grace: it may hold card data nobody knows of."""

    kind = "recording_not_examinable"
    subject_kind = "recording"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every recording that is in quarantine since before the grace, for anything but a suspicion."""
        for recording_id, reason, since in queries.quarantined(work, UNEXAMINED, self.since(work), only):
            yield Failing(self.subject_kind, recording_id, f"In quarantine since {told(since)}: {reason}.")


class SuspectedSad(Check):
    """Authentication data is suspected: only a person can say whether it is (PCI DSS 3.3.1)."""

    kind = "sad_suspected"
    subject_kind = "recording"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every recording that waits for a decision."""
        for recording_id, _, since in queries.quarantined(work, [SUSPECTED_SAD], self.since(work), only):
            yield Failing(self.subject_kind, recording_id, f"Suspected since {told(since)}, and not decided.")


class CardDataUnexpected(Check):
    """Card data stood in something that was released: somebody may have heard it (PCI DSS 12.10.7)."""

    kind = "card_data_unexpected"
    subject_kind = "recording"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every recording that a recheck or a person took back and no clean run has replaced since."""
        for recording_id, since in queries.released_with_card_data(work, only):
            because = f"On {told(since)} a recheck or a person found card data in what had been released."
            yield Failing(self.subject_kind, recording_id, because)


class SecondLookFailed(Check):
    """The second look found card data in what redaction had just made: it stays in quarantine, and a detector is mistaken."""

    kind = "second_look_failed"
    subject_kind = "recording"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every recording that is in quarantine because of that, and was not released before."""
        for recording_id, since in queries.second_look_failed(work, only):
            because = f"The second look found something in what was made of it, first on {told(since)}."
            yield Failing(self.subject_kind, recording_id, because)


class ErasureIncomplete(Check):
    """An erasure that some copy has not answered within the grace."""

    kind = "erasure_incomplete"
    subject_kind = "erasure"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every erasure that is incomplete since before the grace."""
        for erasure_id, recording_id, asked_at in queries.unfinished_erasures(work, self.since(work), only):
            because = f"The erasure of {recording_id} was begun on {told(asked_at)} and is incomplete."
            yield Failing(self.subject_kind, erasure_id, because)


def told(moment: datetime) -> str:
    """Return a moment as sentences of findings have it: to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
