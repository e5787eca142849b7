"""Decisions as test cases: read from the masters under a purpose, made anonymous, and handed out only where that is certain."""

from __future__ import annotations

from dataclasses import dataclass

from governance.access import service as access
from governance.audit import service as audit
from governance.recordings import queries as catalog
from governance.recordings.models import MASTER, RELEASED
from governance.redaction import case_making, review_queries, transcripts
from governance.redaction.case_making import NotSafeError
from governance.redaction.casefile import Case
from governance.redaction.models import DECIDED, ReviewItem
from governance.redaction.review_passage import around, in_master
from governance.redaction.review_places import Places
from governance.redaction.review_queries import Filters
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from governance.vault.cipher import Reader

MOST = 200


@dataclass(frozen=True)
class LeftOut:
    """A decision that could not be made a case, and why, without a word of it."""

    review_id: str
    because: str


@dataclass(frozen=True)
class Export:
    """The cases, what was left out, and the cursor of what follows."""

    cases: tuple[Case, ...]
    left_out: tuple[LeftOut, ...]
    following: str | None


def export(
    runtime: Runtime, actor: Actor, *, purpose: str, after: str | None = None, limit: int = MOST
) -> Export:
    """Return decided findings as test cases, the longest known first: the words around each, and test values for all data.

    Each passage is read from the master, for `purpose`, and the log says so before its first byte is. Nothing of a case
    leads back: no id, no time of day, no name. Raises `DeniedError` for whoever may not read masters for the purpose.
    """
    with runtime.work(actor) as work:
        if work.policies.access.scope(work.actor.role, "redaction:review") is None:
            access.require(work, "redaction:review")
        rows, following = review_queries.items(work, Filters(state=DECIDED), after, min(limit, MOST))
    cases: list[Case] = []
    left_out: list[LeftOut] = []
    for item in rows:
        try:
            cases.append(_case(runtime, actor, item, purpose))
        except NotSafeError as error:
            left_out.append(LeftOut(item.id, str(error)))
    with runtime.work(actor) as work:
        audit.record(
            work, "review.exported", det={"cases": len(cases), "left_out": len(left_out), "purpose": purpose}
        )
    return Export(tuple(cases), tuple(left_out), following)


def _case(runtime: Runtime, actor: Actor, item: ReviewItem, purpose: str) -> Case:
    places = in_master(item)
    words = transcripts.read(_all(_open(runtime, actor, item, purpose))).words
    if places is None:
        raise NotSafeError("where it stands in the master is not known")
    if places.last >= len(words):
        raise NotSafeError("its place lies outside the master")
    first, last = around(words, places)
    there = Places(places.first - first, places.last - first)
    entity = None if item.decision == "reject" else item.decided_entity or item.entity
    origin = {
        "decision": item.decision,
        "found_as": item.entity,
        "score": item.score,
        "format": item.format,
        "detectors": dict(item.detectors),
    }
    return case_making.make(words[first : last + 1], there, entity, item.language, origin)


def _open(runtime: Runtime, actor: Actor, item: ReviewItem, purpose: str) -> Reader:
    with runtime.work(actor) as work:
        row = catalog.recording(work, item.recording_id or "")
        if row is None:
            raise NotSafeError("the recording is gone")
        facts = catalog.facts(work, row)
        access.require(work, "redaction:review", facts)
        if row.state != RELEASED:
            raise NotSafeError("the recording is in quarantine")
        if purpose in facts.restricted_purposes:
            raise NotSafeError("the recording is restricted for this purpose")
        grant = access.require(work, "recording:master:play", facts, purpose=purpose, level=MASTER)
        stored = [one for one in catalog.transcripts(work, row.id, MASTER) if one.position == item.position]
        if not stored:
            raise NotSafeError("there is no master of it")
        audit.record(
            work, "review.read", res=[("recording", row.id), ("review", item.id)],
            det={"purpose": purpose, "level": MASTER},
        )  # fmt: skip
        return vault.open(work, grant, stored[0].blob_id)


def _all(reader: Reader) -> bytes:
    with reader:
        return reader.readall()
