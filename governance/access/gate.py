"""The gate: one check that decides, counts the use of a break-glass, and logs what it refuses.

`service.require` turns its yes into a `Grant`; the verbs of this area, which open no bytes, ask it directly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from sqlmodel import col

from governance.access import queries
from governance.access.models import BreakGlass
from governance.access.permissions import LEVELS, PERMISSIONS, Permission
from governance.access.reasons import SENTENCES, Reason
from governance.access.rules import Decision, RecordingFacts, decide
from governance.audit import service as audit
from governance.errors import DeniedError, NotFoundError
from governance.runtime import Work


def check(
    work: Work,
    permission: Permission,
    facts: RecordingFacts | None = None,
    *,
    purpose: str | None = None,
    level: str | None = None,
) -> Decision:
    """Return the decision that lets the Work's actor use `permission`.

    A refusal is logged with its reason code, in a transaction of its own once this one has been rolled back: so the
    error must leave the Work. Opening content on a break-glass is counted and logged before anything is opened, so
    that no use escapes its review.

    Raises `DeniedError`; `NotFoundError` where the actor may not even know of the recording.
    """
    decision = _decide(work, permission, facts, purpose, level)
    if not decision.allowed:
        _log(work, permission, facts, decision.code, purpose, level)
        if facts is not None and not _may_know(work, facts):
            raise NotFoundError("there is no such recording")
        raise DeniedError(decision.code, decision.because, permission=permission)
    if (
        decision.break_glass_id is not None
        and PERMISSIONS[permission].level is not None
        and facts is not None
    ):
        _use(work, decision.break_glass_id, facts, purpose)
    return decision


def refuse(work: Work, permission: Permission, code: Reason, facts: RecordingFacts | None = None) -> NoReturn:
    """Refuse for a reason found elsewhere, logged like every other. Raises `DeniedError`."""
    _log(work, permission, facts, code, None, None)
    raise DeniedError(code, SENTENCES[code])


def _decide(
    work: Work, permission: Permission, facts: RecordingFacts | None, purpose: str | None, level: str | None
) -> Decision:
    account_id = work.actor.account_id
    asked: dict[str, Any] = {
        "now": work.now,
        "purpose": purpose,
        "level": level,
        # The account may have been disabled since the request began: a long upload asks again at every step.
        "disabled": account_id is not None and queries.is_disabled(work, account_id),
    }
    plain = decide(work.actor, permission, facts, work.policies, **asked)
    if plain.allowed or facts is None:
        return plain
    given = queries.break_glass_for(work, facts.id, permission, purpose)
    if given is None:
        return plain
    return decide(work.actor, permission, facts, work.policies, break_glass=given.facts(), **asked)


def _may_know(work: Work, facts: RecordingFacts) -> bool:
    # What a key may do narrows what its account may see; it does not make the recording a secret from it.
    actor = replace(work.actor, key_scopes=None)
    given = queries.break_glass_for(work, facts.id, "recording:metadata:read", None)
    opened = given.facts() if given else None
    return decide(
        actor, "recording:metadata:read", facts, work.policies, now=work.now, break_glass=opened
    ).allowed


def _log(
    work: Work,
    permission: Permission,
    facts: RecordingFacts | None,
    code: str,
    purpose: str | None,
    level: str | None,
) -> None:
    det: dict[str, Any] = {"permission": permission}
    # Only words of our own vocabularies: what a client sent may be anything, a card number included.
    if level in LEVELS:
        det["level"] = level
    if purpose is not None and work.policies.purposes.get(purpose) is not None:
        det["purpose"] = purpose
    res = [("recording", facts.id)] if facts is not None else []
    audit.record_denied(work, PERMISSIONS[permission].act, res=res, det=det, why={"code": code})


def _use(work: Work, break_glass_id: str, facts: RecordingFacts, purpose: str | None) -> None:
    row = queries.break_glass(work, break_glass_id, lock=True)
    row.used_count = col(BreakGlass.used_count) + 1  # type: ignore[assignment]
    row.last_used_at = work.now
    work.session.add(row)
    work.session.flush()
    audit.record(
        work,
        "break_glass.activated",
        res=[("break_glass", row.id), ("recording", facts.id)],
        det={"level": row.level},
        why={"code": purpose or row.purpose},
    )
