"""What a check is: a kind, and one question, which is asked of all subjects or of a few that are named."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from governance.findings import rules
from governance.policy.interventions import FindingKind, Limits
from governance.runtime import Work


@dataclass(frozen=True)
class Failing:
    """A subject that does not pass. `because` is a sentence without personal data; `ends_at` an end that it has of itself."""

    subject_kind: str
    subject_id: str
    because: str
    ends_at: datetime | None = None

    @property
    def subject(self) -> tuple[str, str]:
        """What fails, by kind and id."""
        return self.subject_kind, self.subject_id


class Check(ABC):
    """One check. What opens a finding and what closes it is the same question, so that the two cannot disagree."""

    kind: ClassVar[FindingKind]
    subject_kind: ClassVar[str]

    @abstractmethod
    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every subject that fails now; with `only` those of the named ones that do. Each once, in any order.

        Streamed and set-based: a million recordings are no reason to ask a million times, or to hold them in memory.
        """

    def passes(self, work: Work, subject_id: str) -> bool:
        """Return whether the one subject passes."""
        return next(iter(self.failing(work, [subject_id])), None) is None

    def limits(self, work: Work) -> Limits:
        """Return from where on something is a finding, by policy."""
        return work.policies.interventions.limits

    def since(self, work: Work) -> datetime:
        """Return the moment before which something must have begun to be a finding: the kind's grace is over then."""
        return rules.before(work.now, work.policies.interventions.path(self.kind).grace)
