"""A check that fails where a test says so, and what tests ask of findings: rows, histories, mails, log entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from sqlmodel import col, select

from governance.access import service as access
from governance.access.models import Account
from governance.audit import queries as log
from governance.audit import service as audit
from governance.findings import queries
from governance.findings.checks.contract import Check, Failing
from governance.findings.models import Finding
from governance.messages import envelope
from governance.messages.models import Message
from governance.policy.interventions import FindingKind
from governance.runtime import Actor, Runtime, Work

HOUSE = Actor.system("default", "svc_test")
DPO = Actor(kind="admin", id="cli", tenant="default", role="dpo")
AGENT = Actor(kind="admin", id="cli", tenant="default", role="agent")


class Pretended(Check):
    """Fails for the subjects in `wrong`; raises where it is `broken`."""

    kind: ClassVar[FindingKind]
    subject_kind = "recording"

    def __init__(self, kind: FindingKind = "sad_suspected") -> None:
        self.kind = kind  # type: ignore[misc]  # one class for every kind
        self.wrong: dict[str, Failing] = {}
        self.broken: type[Exception] | None = None

    def fail(self, subject: str, because: str = "It is wrong.", **more: Any) -> None:
        """Have the subject fail from now on."""
        self.wrong[subject] = Failing(self.subject_kind, subject, because, **more)

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield what is wrong."""
        if self.broken is not None:
            raise self.broken("4111 1111 1111 1111")
        yield from [one for name, one in sorted(self.wrong.items()) if only is None or name in only]


def enrol(runtime: Runtime, login: str, role: str, **more: Any) -> Account:
    """Make an account with an e-mail address."""
    with runtime.work(HOUSE) as work:
        return access.create_account(work, login, role, email=f"{login}@example.org", **more)


def acting(account: Account) -> Actor:
    """Return the actor that the account is, signed in."""
    return Actor(
        kind="user", id=account.id, tenant=account.tenant, account_id=account.id, role=account.role, person=account.person
    )  # fmt: skip


def rows(runtime: Runtime, state: str | None = None, kind: str | None = None) -> list[Finding]:
    """Return the findings, oldest first."""
    with runtime.work(HOUSE, write=False) as work:
        found, _ = queries.findings(work, queries.Filters(state=state, kind=kind), None, 500)
        return sorted(found, key=lambda row: row.id)


def one(runtime: Runtime, state: str | None = None, kind: str | None = None) -> Finding:
    """Return the only finding there is."""
    (row,) = rows(runtime, state, kind)
    return row


def acts(runtime: Runtime, finding_id: str) -> list[str]:
    """Return what happened to the finding, in its order."""
    with runtime.work(HOUSE, write=False) as work:
        return [event.act for event in queries.history(work, finding_id)]


def letters(runtime: Runtime) -> list[envelope.Letter]:
    """Return the mails that wait, oldest first."""
    with runtime.work(HOUSE) as work:
        waiting = work.session.exec(select(Message).where(Message.kind == "mail").order_by(col(Message.id)))
        return [
            envelope.Letter.from_bytes(envelope.unseal(work, row.id, "content", row.content_sealed))
            for row in waiting.all()
            if row.content_sealed
        ]


def logged(runtime: Runtime, act: str) -> list[log.Entry]:
    """Return the entries of the log with this act, newest first."""
    audit.sequence(runtime, "default")
    with runtime.work(HOUSE, write=False) as work:
        return list(log.search(work, act=act, limit=500).entries)
