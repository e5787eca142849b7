"""What fails of the house itself: messages that did not arrive, jobs and checks that do not run to their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import col, select

from governance.findings.checks.recording_queries import among, rows
from governance.findings.models import CheckRun, Finding, JobRun
from governance.messages.models import Message, MessageAbout
from governance.runtime import Work


def undeliverable(work: Work, kind: str, only: Sequence[str] | None) -> Iterator[Message]:
    """Yield each message that could not be delivered and could still be, unless it tells of a finding of `kind`.

    Otherwise a mail server that is down would make a finding of each mail about such a finding, for ever.
    """
    of_itself = (
        select(Finding.id)
        .join(MessageAbout, col(MessageAbout.resource_id) == col(Finding.id))
        .where(
            MessageAbout.message_id == Message.id,
            MessageAbout.kind == "finding",
            Finding.kind == kind,
        )
        .correlate(Message)
        .exists()
    )
    asked = select(Message).where(
        Message.state == "dead", col(Message.content_sealed).is_not(None), ~of_itself, among(Message.id, only)
    )
    return rows(work, asked, only)


def failing_jobs(work: Work, since: datetime, only: Sequence[str] | None) -> Iterator[JobRun]:
    """Yield each job that has failed since before `since` without once running to its end."""
    asked = select(JobRun).where(col(JobRun.failing_since) <= since, among(JobRun.name, only))
    return rows(work, asked, only)


def failing_checks(work: Work, only: Sequence[str] | None) -> Iterator[CheckRun]:
    """Yield the last run of each check that did not come to its end."""
    return rows(
        work, select(CheckRun).where(col(CheckRun.error).is_not(None), among(CheckRun.kind, only)), only
    )
