"""Findings that redaction is not sure of: what waits, the passage around one for a purpose, the decision, and what all say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Response

from governance.console import wording
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError, QuarantinedError
from governance.recordings import queries as catalog
from governance.redaction import review_queries, reviews
from governance.redaction.models import DECIDED, OPEN, ReviewItem
from governance.redaction.review_places import Places
from governance.redaction.review_rules import DECISIONS, Decision
from governance.redaction.reviews import Filters, Passage, Verdict
from governance.redaction.spans import Entity

router = APIRouter(prefix="/reviews")

PAGE = 50
KINDS = ("PAN", "CVV", "EXPIRY", "PIN", "TRACK")
PURPOSE = "redaction_review"
ReviewId = Annotated[str, Path(pattern=r"^rvw_[0-9a-f]{32}$")]
Text = Annotated[str, Query(max_length=40)]
_DONE = {
    "accept": "It is accepted.",
    "reject": "It is rejected. What is masked stays masked.",
    "released": "More of it is masked now: the recording was redacted again and looked at again.",
    "quarantined": "The recording was redacted again and is in quarantine: its page says why.",
}


@router.get("")
def show(
    visitor: Signed,
    state: Text = OPEN,
    entity: Text = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List what waits for a person, or what was decided; the longest waiting first."""
    if state not in (OPEN, DECIDED) or (entity and entity not in Entity.__members__):
        raise InvalidError("There is no such thing to choose.", "state")
    with visitor.work() as work:
        rows, following = reviews.listing(
            work, Filters(state=state, entity=entity or None), after or None, PAGE
        )
        reach = work.policies.access.scope(work.actor.role, "redaction:review")
    asked = {"state": state if state != OPEN else "", "entity": entity}
    return page(
        "review_list",
        visitor,
        rows=rows,
        state=state,
        entity=entity,
        entities=list(Entity.__members__),
        sees_all=reach == "all",
        older=_address(**asked, after=following) if following else None,
        newest=_address(**asked) if after else None,
    )


def _address(**told: str) -> str:
    named = {name: value for name, value in told.items() if value}
    return f"/reviews?{urlencode(named)}" if named else "/reviews"


@router.get("/thresholds")
def thresholds(visitor: Signed) -> Response:
    """Show what the decisions say: precision by kind, language and score, and what is proposed for the policy."""
    with visitor.work(write=False) as work:
        return page("review_thresholds", visitor, evidence=reviews.evidence(work))


@router.get("/{review_id}")
def detail(
    visitor: Signed,
    review_id: ReviewId,
    purpose: Text = "",
    level: Annotated[Literal["rendition", "master", ""], Query()] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one finding; with a purpose, the words around it too, which is logged before they are read."""
    read = _Read(purpose, level)
    if purpose:
        read = _passage(visitor, review_id, purpose, level)
    return _page(visitor, review_id, read, done=_DONE.get(done))


@dataclass(frozen=True)
class _Read:
    """What came of asking for the passage: the passage, or the sentence that says why not."""

    purpose: str = ""
    level: str = ""
    passage: Passage | None = None
    refusal: str | None = None


def _passage(
    visitor: Visitor, review_id: str, purpose: str, level: Literal["rendition", "master", ""]
) -> _Read:
    try:
        found = reviews.read(visitor.runtime, visitor.actor, review_id, purpose=purpose, level=level or None)
    except (DeniedError, QuarantinedError) as error:
        return _Read(purpose, level, refusal=wording.sentence(str(error)))
    return _Read(purpose, found.level, passage=found)


@router.post("/{review_id}/decision")
def decide(visitor: Signed, form: Sent, review_id: ReviewId) -> Response:
    """Store what the visitor says; where more must go, the recording is redacted again before the page answers."""
    try:
        verdict = _verdict(form)
        decided = reviews.decide(visitor.runtime, visitor.actor, review_id, verdict)
    except (ConflictError, InvalidError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(visitor, review_id, _Read(), status, problem=wording.sentence(str(error)))
    came_to = decided.redacted.state if decided.redacted is not None else verdict.decision
    return see_other(f"/reviews/{review_id}?done={came_to}")


def _verdict(form: Form) -> Verdict:
    decision = _decision(form.get("decision"))
    named = form.get("entity")
    if named and named not in KINDS:
        raise InvalidError("words are PAN, CVV, EXPIRY, PIN or TRACK", "entity")
    places = None
    if decision == "widen":
        first, last = form.get("first_word"), form.get("last_word")
        if not (first.isdecimal() and last.isdecimal() and len(first) < 9 and len(last) < 9):
            raise InvalidError("say from which word to which word it reaches", "first_word")
        places = Places(int(first), int(last))
    entity = Entity(named) if named and decision != "reject" else None
    return Verdict(decision, entity=entity, places=places)


def _decision(asked: str) -> Decision:
    for one in DECISIONS:
        if one == asked:
            return one
    raise InvalidError("accept it, widen it or reject it", "decision")


def _page(
    visitor: Visitor,
    review_id: str,
    read: _Read,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
) -> Response:
    with visitor.work(write=False) as work:
        row = reviews.show(work, review_id)
        recording = catalog.recording(work, row.recording_id or "")
        if recording is None:
            raise NotFoundError("there is no such review")
        facts: dict[str, Any] = {
            "row": row,
            "recording": recording,
            "names": visitor.logins(work, [row.decided_by]),
            "has_read": row.read_by == visitor.actor.id,
        }
    return page(
        "review",
        visitor,
        status,
        read=read,
        choices=_choices(row, read.passage),
        kinds=KINDS,
        suggested=PURPOSE,
        done=done,
        problem=problem,
        **facts,
    )


def _choices(row: ReviewItem, passage: Passage | None) -> dict[str, list[tuple[int, str]]]:
    """Return the words that the finding can begin and end at: those it has, and those of the passage before and behind."""
    places = review_queries.places_of(row)
    if passage is None or places is None:
        return {"first": [], "last": []}
    said = [(word.at, word.text) for turn in passage.shown for word in turn.words]
    return {
        "first": [one for one in said if one[0] <= places.first],
        "last": [one for one in said if one[0] >= places.last],
    }
