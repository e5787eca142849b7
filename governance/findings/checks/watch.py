"""Checks of who watches and who is watched: the log, denials, break-glass, accounts, keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.audit import queries as log
from governance.findings.checks import watch_queries as queries
from governance.findings.checks.contract import Check, Failing
from governance.findings.checks.recordings import told
from governance.runtime import Work

VERIFIED, FAILED = "audit.integrity.verified", "audit.integrity.failed"
ROTATED = "key.rotated"
LOG, KEK = "log", "kek"
"""A tenant has one log, whatever its shards are called, and one wrapping key that is active."""


class LogNotVerified(Check):
    """The last self-audit of the log failed, or there was none for too long (PCI DSS 10.3.4)."""

    kind = "log_not_verified"
    subject_kind = "log"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield the tenant's log unless its last self-audit held and is not too old."""
        began = queries.log_began(work)
        if began is None or (only is not None and LOG not in only):
            return
        audits = [entry for entry in (_latest(work, FAILED), _latest(work, VERIFIED)) if entry is not None]
        last = max(audits, key=lambda entry: entry.at, default=None)
        if last is not None and last.act == FAILED:
            yield Failing(self.subject_kind, LOG, f"The self-audit of {told(last.at)} failed.")
        elif work.now - (last.at if last else began) > self.limits(work).log_verified:
            because = f"The last self-audit was on {told(last.at)}." if last else "The log was never audited."
            yield Failing(self.subject_kind, LOG, because)


class LogNotSigned(Check):
    """Entries of the log lie without a place in it or without a signature: nobody could prove that they were there."""

    kind = "log_not_signed"
    subject_kind = "log"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield the tenant's log if something in it has waited too long."""
        if only is not None and LOG not in only:
            return
        state, most = log.health(work), self.limits(work).log_unsigned
        if max(state.lag, state.unsigned_for) > most:
            since = told(work.now - max(state.lag, state.unsigned_for))
            yield Failing(self.subject_kind, LOG, f"Something has waited for a signature since {since}.")


class RepeatedDenials(Check):
    """One actor was refused again and again: somebody tries what they may not (PCI DSS 10.4.1).

    That it stopped is not enough: another person must have written down what it was.
    """

    kind = "repeated_denials"
    subject_kind = "actor"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every actor who was refused too often of late, and those of open findings that nobody has explained."""
        limits, seen = self.limits(work), set()
        since = work.now - limits.denials_within
        for actor, count, last in queries.denials(work, since, limits.denials, only):
            seen.add(actor)
            because = f"Refused {count} times since {told(since)}, the last time on {told(last)}."
            yield Failing(self.subject_kind, actor, because)
        for actor in queries.unexplained(work, self.kind, only):
            if actor not in seen:
                yield Failing(
                    self.subject_kind, actor, "It has stopped; nobody else has written down what it was."
                )


class BreakGlassUnreviewed(Check):
    """A break-glass was used and nobody has looked at what was done with it (PCI DSS 10.4.1)."""

    kind = "break_glass_unreviewed"
    subject_kind = "break_glass"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every break-glass that was used, is over since before the grace, and was not reviewed."""
        for break_glass_id, recording_id, used_at in queries.unreviewed(work, self.since(work), only):
            because = f"It opened {recording_id}, the last time on {told(used_at)}, and was not reviewed."
            yield Failing(self.subject_kind, break_glass_id, because)


class AccountUnused(Check):
    """An account that nobody uses is one that nobody misses when somebody else does (PCI DSS 8.2.6)."""

    kind = "account_unused"
    subject_kind = "account"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield every enabled account that neither a session nor a key has used for as long as policy says."""
        days = self.limits(work).account_unused_days
        for account_id, role in queries.unused_accounts(
            work, work.now - self.limits(work).account_unused, only
        ):
            yield Failing(
                self.subject_kind, account_id, f"An account of the role {role}, unused for {days} days."
            )


class KeyRotationDue(Check):
    """The wrapping key of the tenant is older than its cryptoperiod (PCI DSS 3.7.4)."""

    kind = "key_rotation_due"
    subject_kind = "wrapping_key"

    def failing(self, work: Work, only: Sequence[str] | None = None) -> Iterator[Failing]:
        """Yield the active wrapping key if it was made too long ago; the first is as old as the log."""
        began = queries.log_began(work)
        if began is None or (only is not None and KEK not in only):
            return
        last = _latest(work, ROTATED)
        made = last.at if last else began
        if work.now - made > self.limits(work).key_age:
            yield Failing(self.subject_kind, KEK, f"It wraps new keys since {told(made)}.")


def _latest(work: Work, act: str) -> log.Entry | None:
    entries = log.search(work, act=act, limit=1).entries
    return entries[0] if entries else None
