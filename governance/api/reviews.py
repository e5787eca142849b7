"""Findings that redaction was not sure of: listed, read for a purpose, accepted, widened or rejected; evidence and test cases."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from governance.api.decisions import RedactionShape
from governance.api.deps import Caller, needs
from governance.api.playback import Purpose
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked
from governance.api.small import SmallBody
from governance.redaction import reviews
from governance.redaction.review_places import Places
from governance.redaction.review_rules import Decision
from governance.redaction.reviews import Verdict
from governance.redaction.spans import Entity

router = APIRouter(prefix="/v1/reviews", tags=["reviews"], route_class=SmallBody)

ReviewId = Annotated[
    str, Path(pattern=r"^rvw_[0-9a-f]{32}$", examples=["rvw_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]
_MANY, _ONE = documented(401, 403), documented(401, 403, 404)
_DONE = documented(401, 403, 404, 409, 413)
WordNumber = Annotated[int, Field(ge=0, lt=10_000_000)]


class ReviewShape(Answer):
    """One finding: where it lies, what it is, how sure the detectors were and why. Never the data.

    Words are counted from 0 in the stored transcript at `position`; `last_word` is included.
    """

    id: str
    recording_id: str
    state: Literal["open", "decided"]
    position: int
    words: int
    first_word: int
    last_word: int
    start_ms: int | None
    end_ms: int | None
    channel: int | None
    entity: str
    score: float
    because: str
    detectors: dict[str, str]
    language: str
    format: str
    created_at: datetime
    decision: Decision | None
    decided_entity: str | None
    decided_first: int | None
    decided_last: int | None
    decided_by: str | None
    decided_at: datetime | None
    applied_at: datetime | None


class ReviewPage(Answer):
    """One page, the longest waiting first. `next` is the `after` of the next page; null on the last."""

    items: list[ReviewShape]
    next: str | None


class SaidShape(Answer):
    """One word: its number in the transcript, and whether it belongs to the finding."""

    at: int
    text: str = Field(repr=False)
    is_found: bool


class TurnShape(Answer):
    """What one speaker said without a break, as far as the passage reaches."""

    speaker: str | None
    channel: int | None
    start_ms: int | None
    words: list[SaidShape]


class PassageShape(Answer):
    """The words around a finding: `shown` as everybody reads them, `behind` as the master has them (level `master` only).

    A finding is widened by the numbers of the words in `shown`.
    """

    level: Literal["rendition", "master"]
    shown: list[TurnShape]
    behind: list[TurnShape]


class DecisionAsked(Asked):
    """What a person says: `accept` it (perhaps as another kind of data), `widen` it to these words, or `reject` it."""

    decision: Decision
    entity: Literal["PAN", "CVV", "EXPIRY", "PIN", "TRACK"] | None = None
    first_word: WordNumber | None = None
    last_word: WordNumber | None = None


class DecidedShape(Answer):
    """The finding as decided; `redacted` says what the run came to that carried it out, and is null where none was needed."""

    item: ReviewShape
    redacted: RedactionShape | None


class IntervalShape(Answer):
    """`right` of `count`, and between which bounds the proportion lies 95 times in 100 (Wilson)."""

    right: int
    count: int
    low: float
    high: float


class BandShape(Answer):
    """Precision of the findings in one language with a score from `start` (included) to `end`."""

    language: str
    start: float
    end: float
    precision: IntervalShape


class ProposalShape(Answer):
    """What follows for the threshold. `yaml` is the change to review: no policy is edited at run time."""

    change: Literal["keep", "raise", "lower"]
    threshold: float
    because: str
    yaml: str | None


class EvidenceShape(Answer):
    """What people's decisions say about one kind of data. Precision alone: what is missed no decision tells."""

    entity: str
    threshold: float
    bands: list[BandShape]
    proposal: ProposalShape


class ExportAsked(Asked):
    """For which purpose the passages are read, and which page of the decisions."""

    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["redaction_review"])]
    after: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class LeftOutShape(Answer):
    """A decision that could not be made a test case, and why."""

    review_id: str
    because: str


class ExportShape(Answer):
    """Test cases (docs/reviews.md says what is in one), what was left out, and the `after` of the next page."""

    cases: list[dict[str, Any]]
    left_out: list[LeftOutShape]
    next: str | None


@router.get("", responses=_MANY)
def list_reviews(
    caller: Annotated[Caller, needs("redaction:review")],
    state: Literal["open", "decided"] | None = None,
    entity: Entity | None = None,
    language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}$")] = None,
    decision: Decision | None = None,
    recording_id: Annotated[str | None, Query(pattern=r"^rec_[0-9a-f]{32}$")] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReviewPage:
    """List the findings one may decide about, the longest waiting first, by state, kind, language, decision, recording."""
    filters = reviews.Filters(
        state=state, entity=entity.value if entity else None, language=language, decision=decision,
        recording_id=recording_id,
    )  # fmt: skip
    with caller.work(write=False) as work:
        rows, following = reviews.listing(work, filters, after, limit)
        return ReviewPage(items=[ReviewShape.model_validate(row) for row in rows], next=following)


@router.get("/thresholds", responses=_MANY)
def thresholds(caller: Annotated[Caller, needs("redaction:review")]) -> list[EvidenceShape]:
    """Say what the decisions say about the thresholds: precision by kind, language and score, and a proposal."""
    with caller.work(write=False) as work:
        return [EvidenceShape.model_validate(one) for one in reviews.evidence(work)]


@router.post("/export", responses=documented(401, 403, 413))
def export(caller: Annotated[Caller, needs("redaction:review")], asked: ExportAsked) -> ExportShape:
    """Hand decided findings out as test cases, every number, name and identifier replaced first; logged, each passage too."""
    made = reviews.export(
        caller.runtime, caller.actor, purpose=asked.purpose, after=asked.after, limit=asked.limit
    )
    left_out = [LeftOutShape.model_validate(one) for one in made.left_out]
    return ExportShape(cases=[one.told() for one in made.cases], left_out=left_out, next=made.following)


@router.get("/{review_id}", responses=_ONE)
def read(caller: Annotated[Caller, needs("redaction:review")], review_id: ReviewId) -> ReviewShape:
    """Read one finding: what and where it is, and no word of it."""
    with caller.work(write=False) as work:
        return ReviewShape.model_validate(reviews.show(work, review_id))


@router.get("/{review_id}/passage", responses=_DONE)
def passage(
    caller: Annotated[Caller, needs("redaction:review")],
    review_id: ReviewId,
    purpose: Purpose,
    level: Literal["rendition", "master"] | None = None,
) -> PassageShape:
    """Read the words around it, for a purpose; in the log before the first of them leaves. Only who has read them decides."""
    found = reviews.read(caller.runtime, caller.actor, review_id, purpose=purpose, level=level)
    return PassageShape.model_validate(found)


@router.post("/{review_id}/decision", responses=_DONE)
def decide(
    caller: Annotated[Caller, needs("redaction:review")], review_id: ReviewId, asked: DecisionAsked
) -> DecidedShape:
    """Accept, widen or reject it. Where more has to go, the recording is redacted again before this answers."""
    places = None
    if asked.first_word is not None or asked.last_word is not None:
        places = Places(asked.first_word or 0, -1 if asked.last_word is None else asked.last_word)
    entity = Entity(asked.entity) if asked.entity else None
    verdict = Verdict(asked.decision, entity=entity, places=places)
    return DecidedShape.model_validate(reviews.decide(caller.runtime, caller.actor, review_id, verdict))
