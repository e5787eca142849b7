"""What fails in who watches and who is watched: the log, its denials, break-glass, accounts, keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from governance.access.models import Account, AccountSession, ApiKey, BreakGlass
from governance.audit import leaf
from governance.audit.models import AuditEntry, AuditLog
from governance.findings.checks.recording_queries import among, rows
from governance.findings.models import NOTED, OPEN, Finding, FindingEvent
from governance.runtime import Work

_DENIED, _FAILURE = leaf.OUTCOMES.index("denied"), leaf.OUTCOMES.index("failure")
_SIGN_IN = "auth.login"


def log_began(work: Work) -> datetime | None:
    """Return since when the tenant has a log, or None where nothing was ever logged."""
    asked = select(func.min(AuditLog.created_at)).where(AuditLog.tenant == work.tenant)
    return work.session.exec(asked).one()


def denials(
    work: Work, since: datetime, least: int, only: Sequence[str] | None
) -> Iterator[tuple[str, int, datetime]]:
    """Yield each actor who was refused at least `least` times from `since` on: id, how often, the last time.

    A sign-in that failed counts as a refusal: it is what guessing a password looks like.
    """
    logs = select(AuditLog.log_id).where(AuditLog.tenant == work.tenant)
    asked = (
        select(AuditEntry.actor, func.count(), func.max(AuditEntry.at))
        .where(
            AuditEntry.tenant == work.tenant,
            col(AuditEntry.log_id).in_(logs),
            AuditEntry.at >= since,
            sa.or_(
                col(AuditEntry.outcome) == _DENIED,
                sa.and_(col(AuditEntry.outcome) == _FAILURE, col(AuditEntry.act) == _SIGN_IN),
            ),
            among(AuditEntry.actor, only),
        )
        .group_by(AuditEntry.actor)
        .having(func.count() >= least)
    )
    return rows(work, asked, only)


def unexplained(work: Work, kind: str, only: Sequence[str] | None) -> Iterator[str]:
    """Yield the actor of each open finding of `kind` on which no other person has written a note since it opened."""
    actor = aliased(Account)
    own_person = (
        select(actor.person).where(actor.id == Finding.subject_id).correlate(Finding).scalar_subquery()
    )
    explained = (
        select(FindingEvent.id)
        .join(Account, col(Account.id) == col(FindingEvent.by))
        .where(
            FindingEvent.finding_id == Finding.id,
            FindingEvent.act == NOTED,
            FindingEvent.at >= Finding.opened_at,
            col(Account.person) != func.coalesce(own_person, ""),
        )
        .correlate(Finding)
        .exists()
    )
    asked = select(Finding.subject_id).where(
        Finding.state == OPEN, Finding.kind == kind, ~explained, among(Finding.subject_id, only)
    )
    return rows(work, asked, only)


def unreviewed(
    work: Work, since: datetime, only: Sequence[str] | None
) -> Iterator[tuple[str, str, datetime]]:
    """Yield each break-glass that was used, is over since before `since`, and was not reviewed: id, recording, last use."""
    asked = select(BreakGlass.id, BreakGlass.recording_id, BreakGlass.last_used_at).where(
        BreakGlass.used_count > 0,
        col(BreakGlass.reviewed_at).is_(None),
        col(BreakGlass.expires_at) <= since,
        among(BreakGlass.id, only),
    )
    return rows(work, asked, only)


def unused_accounts(work: Work, since: datetime, only: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    """Yield each enabled account that neither a session nor a key has used from `since` on: id, role."""
    session = (
        select(AccountSession.id)
        .where(AccountSession.account_id == Account.id, AccountSession.last_seen_at > since)
        .correlate(Account)
        .exists()
    )
    key = (
        select(ApiKey.id)
        .where(ApiKey.account_id == Account.id, col(ApiKey.last_used_at) > since)
        .correlate(Account)
        .exists()
    )
    asked = select(Account.id, Account.role).where(
        col(Account.disabled_at).is_(None),
        Account.created_at <= since,
        ~session,
        ~key,
        among(Account.id, only),
    )
    return rows(work, asked, only)
