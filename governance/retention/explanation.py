"""Why a recording is still here: every rule, hold, request, decision and restriction, which of them wins, and until when.

What the caller may not know by name (a matter's title, whose request it is, why somebody decided) is told without it:
that it stands is never a secret from whoever may see the recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from governance.access import service as access
from governance.access.permissions import Permission
from governance.audit import service as audit
from governance.errors import NotFoundError
from governance.policy.retention import DEFAULT, RetentionPolicy
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED, Hold
from governance.retention import fact_queries, matters, queries, reviews, rules
from governance.retention.models import KEEP_UNTIL
from governance.retention.rules import Deadline, Decision, Facts
from governance.runtime import Work

Kind = Literal["hold", "request", "decision", "rule", "restriction"]

_KEPT_BY: dict[str, Kind] = {"legal_hold": "hold", "open_request": "request"}
_CALLED: dict[Kind, str] = {
    "hold": "a legal hold",
    "request": "an open request",
    "decision": "a person’s decision",
}


@dataclass(frozen=True)
class Effect:
    """One thing that applies to the recording. `outranked_by` says why it does not decide; a restriction never does.

    `reference` is the matter, request or review it belongs to; None where the caller may not know.
    """

    kind: Kind
    name: str
    because: str
    until: datetime | None = None
    wins: bool = False
    outranked_by: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Explanation:
    """All that applies to a recording, what follows from it, and a sentence that a person can read."""

    recording_id: str
    verdict: str
    code: str
    """`legal_hold`, `open_request`, `in_review`, `not_due` or `due`."""
    action: str
    """What happens when it falls due, if nothing stands against it then."""
    until: datetime | None
    """Until when it is kept; None where that depends on somebody's decision."""
    due_at: datetime
    waits_for: str | None
    review_asked_at: datetime | None
    policy_version: str
    policy_digest: str
    effects: tuple[Effect, ...]


def kept_until(work: Work, recording_ids: Sequence[str]) -> dict[str, datetime]:
    """Return until when the policy keeps each recording: when it is erased or asked about, not when its master goes.

    It is what a person is told of how long we keep their calls (GDPR Art. 15(1)(d)); what stands against it is not in it.
    """
    policy = work.policies.retention
    found = fact_queries.facts(work, recording_ids)
    return {one.recording_id: rules.course(policy, one, work.now)[-1].due_at for one in found}


def explain(work: Work, recording_id: str) -> Explanation:
    """Return why the recording is still here, decided from its facts now and not from the schedule.

    Raises `NotFoundError` for a recording that is erased or that the caller may not see.
    """
    row = catalog.recording(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    if work.actor.kind != "system":
        access.require(work, "recording:metadata:read", catalog.facts(work, row))
    (facts,) = fact_queries.facts(work, [recording_id])
    policy = work.policies.retention
    found = rules.deadline(policy, facts, work.now)
    holds, requests = list(_holds(work, recording_id)), list(_requests(work, recording_id))
    decided = rules.decide(found, holds=len(holds), requests=len(requests), now=work.now)
    planned = queries.schedule_of(work, recording_id)
    asked_at = planned.review_asked_at if planned and found.action == "review" else None
    deciding = [*holds, *requests, *_decision(work, facts), *_rules(policy, facts, work.now)]
    effects = [*_ranked(deciding), *_restrictions(work, recording_id)]
    audit.record(work, "retention.read", res=[("recording", recording_id)])
    in_review = decided.code == "due" and asked_at is not None
    return Explanation(
        recording_id=recording_id,
        verdict=_verdict(decided, found, asked_at),
        code="in_review" if in_review else decided.code,
        action=found.action,
        until=decided.until,
        due_at=found.due_at,
        waits_for=found.waits_for,
        review_asked_at=asked_at,
        policy_version=policy.version,
        policy_digest=policy.digest,
        effects=tuple(effects),
    )


def may(work: Work, permission: Permission) -> bool:
    """Whether the caller has `permission` for every recording: then nothing that stands on one is hidden from them."""
    actor = work.actor
    if actor.kind == "system":
        return True
    in_scope = actor.key_scopes is None or permission in actor.key_scopes
    return in_scope and work.policies.access.scope(actor.role, permission) == "all"


def _holds(work: Work, recording_id: str) -> Iterator[Effect]:
    knows = may(work, "recording:hold")
    for hold in catalog.holds(work, recording_id):
        name = _title(work, hold) if knows else "a legal hold"
        because = f"A legal hold has stood since {_day(hold.placed_at)}: nothing of it is erased before it is released."
        yield Effect("hold", name, because, reference=hold.matter if knows else None)


def _title(work: Work, hold: Hold) -> str:
    """Return what the hold is called: the title of its matter, or the name it was placed under for this recording."""
    with suppress(NotFoundError):
        return matters.title_of(work, queries.matter(work, hold.matter))
    return hold.matter


def _requests(work: Work, recording_id: str) -> Iterator[Effect]:
    knows = may(work, "request:read")
    for one in catalog.suspensions(work, recording_id):
        because = (
            f"A request of a person it is about has been open since {_day(one.placed_at)}; what it covers is not erased "
            "before it is answered."
        )
        name = one.reference if knows else "an open request"
        yield Effect("request", name, because, reference=one.reference if knows else None)


def _decision(work: Work, facts: Facts) -> Iterator[Effect]:
    """Yield what a person decided last, where it still decides anything."""
    last = fact_queries.last_reviews(work, [facts.recording_id]).get(facts.recording_id)
    if last is None:
        return
    kept = last.decision == KEEP_UNTIL
    plain = rules.deadline(
        work.policies.retention, replace(facts, keep_until=None, erase_from=None), work.now
    )
    if kept and (facts.keep_until is None or facts.keep_until <= plain.due_at):
        return
    because = (
        f"A person decided on {_day(last.decided_at)} that it is {'kept until then' if kept else 'erased'}."
    )
    if may(work, "recording:erase"):
        because += f" Their reasons: {reviews.reasons_of(work, last)}"
    yield Effect("decision", last.decision, because, until=facts.keep_until, reference=last.id)


def _rules(policy: RetentionPolicy, facts: Facts, now: datetime) -> Iterator[Effect]:
    bare = replace(facts, keep_until=None, erase_from=None)
    for name, disposal in rules.matching(policy, facts):
        stages = "; ".join(rules.in_words(stage) for stage in disposal.stages)
        found = rules.under(name, disposal, bare, now)
        yield Effect("rule", name, f"{disposal.because} {stages[0].upper()}{stages[1:]}.", until=found.due_at)


def _ranked(effects: list[Effect]) -> Iterator[Effect]:
    """Yield what can decide, in the order of precedence: the first wins, and the others say what outranks them."""
    for at, one in enumerate(effects):
        if at == 0 or (one.kind == effects[0].kind and one.kind in ("hold", "request")):
            yield replace(one, wins=True)
        elif effects[0].kind != "rule":
            yield replace(one, outranked_by=_CALLED[effects[0].kind])
        else:
            yield replace(
                one, outranked_by=f"the rule {effects[0].name}, which stands before it in the policy"
            )


def _restrictions(work: Work, recording_id: str) -> Iterator[Effect]:
    knows = may(work, "request:read")
    references = {order.id: order.reference for order, _ in catalog.standing_on(work, recording_id)}
    for one in catalog.restrictions(work, recording_id):
        purpose = work.policies.purposes.get(one.purpose)
        title = purpose.title if purpose else one.purpose
        because = (
            f"It is not used for “{title}” since {_day(one.placed_at)}. This neither keeps nor erases it."
        )
        reference = references.get(one.order_id or "") if knows else None
        yield Effect("restriction", one.purpose, because, reference=reference)


def _verdict(decided: Decision, found: Deadline, asked_at: datetime | None) -> str:
    rule = "the default of the policy" if found.rule == DEFAULT else f"the rule {found.rule}"
    what = rules.ACTIONS[found.action]
    if decided.code in _KEPT_BY:
        return f"It is kept. {decided.because} Without that, {what} from {_day(found.due_at)} on, by {rule}."
    if decided.code == "due":
        if found.action == "review" and asked_at is not None:
            return f"Its period has ended by {rule}. A person has been asked since {_day(asked_at)} to decide about it."
        return (
            f"It has been due since {_day(found.due_at)} by {rule}: {what} by the next sweep. {found.because}"
        )
    sentence = f"It is kept until {_day(found.due_at)}; then {what}, by {rule}. {found.because}"
    if found.waits_for is None:
        return sentence
    event = rules.STARTS[found.waits_for]
    return f"{sentence} {event[0].upper()}{event[1:]} has not been noted yet; this is reckoned with the longest wait."


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"
