"""Checks of the house itself: does what it says arrive, is its log told to whom it should be, do its jobs and its checks run to their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.findings.checks import house_queries as queries
from governance.findings.checks.contract import Check, Failing
from governance.findings.checks.recordings import told
from governance.runtime import Work
from governance.siem import queries as siem


class LogNotTold(Check):
    """A sink has not taken an entry for too long: whoever watches there sees nothing (PCI DSS 10.3.3, 10.7.2)."""

    kind = "log_not_told"
    subject_kind = "sink"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every sink for which an entry waits longer than policy allows."""
        for one in siem.standings(work):
            if one.lag <= self.limits(work).log_untold or (only is not None and one.row.name not in only):
                continue
            answer = f" It answers {one.row.error}." if one.row.error else ""
            because = f"An entry has waited for it since {told(work.now - one.lag)}.{answer}"
            yield Failing(self.subject_kind, one.row.name, because)


class MessageUndeliverable(Check):
    """A mail or webhook is on the dead-letter list: somebody was to be told something and was not."""

    kind = "message_undeliverable"
    subject_kind = "message"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every message that could not be delivered, as long as it could be sent again."""
        for row in queries.undeliverable(work, self.kind, only):
            because = f"A {row.kind.replace('_', '-')} of {told(row.created_at)}: {row.error or 'no answer'}."
            yield Failing(self.subject_kind, row.id, because)


class JobFailing(Check):
    """A job has failed for longer than the grace without once running to its end."""

    kind = "job_failing"
    subject_kind = "job"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every such job."""
        for row in queries.failing_jobs(work, self.since(work), only):
            assert row.failing_since is not None
            because = f"It has failed since {told(row.failing_since)}: {row.error}."
            yield Failing(self.subject_kind, row.name, because)


class CheckFailing(Check):
    """A check did not come to its end: what it watches is not watched."""

    kind = "check_failing"
    subject_kind = "check"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every check whose last run was stopped by an error."""
        for row in queries.failing_checks(work, only):
            yield Failing(
                self.subject_kind, row.kind, f"Its run of {told(row.started_at)} failed: {row.error}."
            )
