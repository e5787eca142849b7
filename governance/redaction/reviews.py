"""What people do about findings that redaction was not sure of: read the passage, and accept, widen or reject it.

What is decided for more masking is carried out before anybody hears the recording again; what is decided for less is
kept as evidence and un-masks nothing (docs/decisions/0012-a-rejected-finding-keeps-its-mask.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, NotFoundError
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, RELEASED
from governance.recordings.reasons import AWAITING_REDACTION
from governance.redaction import review_items, review_queries, review_rules, service, thresholds
from governance.redaction.models import DECIDED, ReviewItem
from governance.redaction.review_export import Export, export
from governance.redaction.review_passage import Passage, read
from governance.redaction.review_queries import Filters
from governance.redaction.review_rules import Verdict
from governance.redaction.service import Redacted
from governance.redaction.spans import Entity
from governance.redaction.thresholds import Evidence
from governance.runtime import Actor, Runtime, Work

__all__ = [
    "Decided",
    "Export",
    "Filters",
    "Passage",
    "Verdict",
    "decide",
    "evidence",
    "export",
    "forget_erased",
    "listing",
    "read",
    "show",
]

SERVICE = "svc_reviews"


@dataclass(frozen=True)
class Decided:
    """The finding as it was decided, and what the run came to that carried it out; None where none was needed."""

    item: ReviewItem
    redacted: Redacted | None


def listing(
    work: Work, filters: Filters, after: str | None, limit: int
) -> tuple[Sequence[ReviewItem], str | None]:
    """Return one page of the findings that the actor may decide about, the longest waiting first, and the next cursor.

    Raises `DeniedError` for somebody who may decide about none, `InvalidError` for a cursor that is not one of ours.
    """
    if work.policies.access.scope(work.actor.role, "redaction:review") is None:
        access.require(work, "redaction:review")
    return review_queries.items(work, filters, after, limit)


def show(work: Work, item_id: str) -> ReviewItem:
    """Return the finding: its place, its kind and why, and no word of it. Raises `NotFoundError`, `DeniedError`."""
    return _seen(work, item_id)


def decide(runtime: Runtime, actor: Actor, item_id: str, verdict: Verdict) -> Decided:
    """Store what a person said about the finding and, where more has to go, redact the recording anew.

    From the commit of the decision until that run has been looked at again the recording is in quarantine: what somebody
    said must not be heard is not heard meanwhile. If we crash in between, the jobs redact what waits.

    Raises `NotFoundError`, `DeniedError`, `InvalidError` for a verdict that makes no sense, and `ConflictError` where it
    is decided already, where the recording is in quarantine, and for whoever has not read the passage.
    """
    with runtime.work(actor) as work:
        item = _seen(work, item_id)
        row = catalog.for_update(work, item.recording_id or "")
        item = review_queries.item(work, item_id, lock=True)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such review")
        if item.state == DECIDED:
            raise ConflictError("this has been decided already")
        if row.state != RELEASED:
            raise ConflictError("the recording is in quarantine: that is decided first")
        if item.read_by != work.actor.id:
            raise ConflictError("read the passage first: nobody decides about what they have not read")
        entity, places = Entity(item.entity), review_queries.places_of(item)
        if places is None:
            raise ConflictError("the finding has no place any more")
        review_rules.check(verdict, entity, places, item.words)
        goes_further = review_rules.has_effect(verdict, entity)
        _note(work, item, verdict)
        if goes_further:
            because = "A person said that more of it must not be heard or read; it is redacted again."
            recordings.quarantine(work, row, AWAITING_REDACTION, because)
        audit.record(
            work, "review.decided", res=[("recording", row.id), ("review", item.id)],
            det={"entity": item.decided_entity or item.entity, "redacted_again": goes_further},
            why={"code": verdict.decision},
        )  # fmt: skip
    if not goes_further:
        return Decided(item, None)
    done = _carry_out(runtime, actor, row.id)
    with runtime.work(actor, write=False) as work:
        return Decided(review_queries.item(work, item_id), done)


def _carry_out(runtime: Runtime, actor: Actor, recording_id: str) -> Redacted:
    try:
        return service.redact(runtime, Actor.system(actor.tenant, service.SERVICE), recording_id)
    except ConflictError:
        # The decision stands and nobody hears the recording: the jobs redact it once it has come to rest.
        because = "The recording keeps changing; it is redacted again as soon as it does not."
        return Redacted(recording_id, "quarantined", (AWAITING_REDACTION,), because, {})


def _note(work: Work, item: ReviewItem, verdict: Verdict) -> None:
    item.state, item.decision = DECIDED, verdict.decision
    item.decided_entity = verdict.entity.value if verdict.entity is not None else None
    if verdict.places is not None:
        item.decided_first, item.decided_last = verdict.places
    item.decided_by, item.decided_at = work.actor.id, work.now
    work.session.add(item)
    work.session.flush()


def evidence(work: Work) -> list[Evidence]:
    """Return for each kind of data what the decisions say about its threshold: counts only, of the whole tenant.

    Raises `DeniedError` for somebody whose review does not reach the whole tenant.
    """
    access.require(work, "redaction:review")
    return thresholds.weigh(review_queries.opinions(work), work.policies.redaction)


def forget_erased(runtime: Runtime, actor: Actor) -> int:
    """Take away what points into erased recordings; return how many findings that were. Evidence stays without them."""
    house = Actor.system(actor.tenant, SERVICE)
    gone = 0
    while True:
        with runtime.work(house) as work:
            count = review_items.forget_erased(work)
        gone += count
        if not count:
            return gone


def _seen(work: Work, item_id: str) -> ReviewItem:
    item = review_queries.item(work, item_id)
    row = catalog.recording(work, item.recording_id or "")
    if row is None:
        raise NotFoundError("there is no such review")
    access.require(work, "redaction:review", catalog.facts(work, row))
    if row.state == ERASED:
        raise NotFoundError("there is no such review")
    return item
