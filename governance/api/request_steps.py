"""The steps of a request: acknowledged, doubted and proven, searched, judged, decided, answered, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.requests import IdentifierAsked, RequestId, RequestSummary
from governance.api.shapes import Answer, Asked, Secret, Sentence
from governance.api.small import SmallBody
from governance.runtime import Work
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.words import Outcome, PauseReason, RefusalCode

router = APIRouter(prefix="/v1/requests/{request_id}", tags=["requests"], route_class=SmallBody)

Manager = Annotated[Caller, needs("request:manage")]
Reason = Annotated[
    Sentence, Field(repr=False, description="Why, in words. Kept sealed, and forgotten with the request.")
]
CandidateId = Annotated[str, Field(pattern=r"^can_[0-9a-f]{32}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class Because(Asked):
    """A reason, in words."""

    because: Reason


class DoubtAsked(Because):
    """Why there is reasonable doubt about who asks. `asked_for_proof`: the person has been asked, and the clock waits."""

    asked_for_proof: bool = False


class CodeAsked(Asked):
    """To which of the request's `code_addresses` the code goes."""

    position: Annotated[int, Field(ge=0, le=20)] = 0


class CodeGiven(Asked):
    """The code as the person gave it."""

    code: Annotated[Secret, Field(max_length=40, repr=False)]


class EvidenceSeen(Because):
    """Whether what you saw convinced you, and what it was: in words, and not as a copy."""

    has_passed: bool


class Found(Answer):
    """How many recordings were not listed before."""

    found: int


class Judgement(Because):
    """Candidates that are all the requester's, or all somebody else's, for one reason. `party_id` where several match."""

    candidate_ids: Annotated[list[CandidateId], Field(min_length=1, max_length=200)]
    decision: Literal["confirmed", "excluded"]
    party_id: Annotated[str | None, Field(pattern=r"^par_[0-9a-f]{32}$")] = None


class CandidateShape(Answer):
    """A candidate that was judged."""

    id: str
    recording_id: str
    decision: str
    party_id: str | None


class Identifiers(Asked):
    """Identifiers that the person remembered later."""

    identifiers: Annotated[list[IdentifierAsked], Field(min_length=1, max_length=20, repr=False)]


class IdentifierDropped(Because):
    """An identifier that turned out to be somebody else's."""

    identifier: Annotated[IdentifierAsked, Field(repr=False)]


class PauseAsked(Because):
    """For what the clock is to stand still, and why."""

    reason: PauseReason


class DecisionAsked(Because):
    """What was decided. A refusal says what it rests on (GDPR Art. 12(4))."""

    outcome: Outcome
    refusal: RefusalCode | None = None


class GroundsAsked(Because):
    """Whether compelling legitimate grounds outweigh the objection (GDPR Art. 21(1))."""

    verdict: Literal["objection_upheld", "grounds_outweigh"]


class AnswerAsked(Asked):
    """How the person was told: by a letter that has gone, or by hand, which `note` describes."""

    told: Literal["letter", "by_hand"]
    note: Annotated[Sentence | None, Field(repr=False)] = None


class IdentityCheckShape(Answer):
    """That a code is on its way. The code itself is in the mail alone."""

    id: str
    expires_at: datetime | None


def _done(caller: Caller, act: Callable[[Work], SubjectRequest]) -> RequestSummary:
    with caller.work() as work:
        return RequestSummary.model_validate(act(work))


@router.post("/acknowledgement", responses=_EVERYTHING)
def acknowledge(caller: Manager, request_id: RequestId) -> RequestSummary:
    """Note that the person was told that the request has arrived."""
    return _done(caller, lambda work: requests.acknowledge(work, request_id))


@router.post("/doubt", responses=_EVERYTHING)
def doubt(caller: Manager, request_id: RequestId, asked: DoubtAsked) -> RequestSummary:
    """Record a reasonable doubt about who asks. Nothing is granted before it is settled."""
    return _done(
        caller,
        lambda work: requests.doubt_identity(
            work, request_id, asked.because, asked_for_proof=asked.asked_for_proof
        ),
    )


@router.post("/identity-codes", status_code=201, responses=documented(401, 403, 404, 409, 413, 429))
def send_code(caller: Manager, request_id: RequestId, asked: CodeAsked) -> IdentityCheckShape:
    """Send a one-time code to an address that the request names and that is on file."""
    with caller.work() as work:
        return IdentityCheckShape.model_validate(requests.send_code(work, request_id, asked.position))


@router.post("/identity-codes/check", responses=_EVERYTHING)
def check_code(caller: Manager, request_id: RequestId, asked: CodeGiven) -> RequestSummary:
    """Check the code that the person gave. Every try is counted."""
    proven = requests.prove_identity(caller.runtime, caller.actor, request_id, asked.code)
    return RequestSummary.model_validate(proven)


@router.post("/evidence", responses=_EVERYTHING)
def evidence(caller: Manager, request_id: RequestId, asked: EvidenceSeen) -> RequestSummary:
    """Judge the evidence of who asks."""
    return _done(
        caller, lambda work: requests.check_evidence(work, request_id, asked.has_passed, asked.because)
    )


@router.post("/search", responses=_EVERYTHING)
def search(caller: Manager, request_id: RequestId) -> Found:
    """Look for the person's recordings across all identifiers. Can be repeated."""
    return Found(found=requests.search_candidates(caller.runtime, caller.actor, request_id))


@router.post("/candidates/decisions", responses=_EVERYTHING)
def judge(caller: Manager, request_id: RequestId, asked: Judgement) -> list[CandidateShape]:
    """Confirm or exclude candidates that you have looked at. Either all of them are decided, or none."""
    with caller.work() as work:
        judged = requests.judge(
            work,
            asked.candidate_ids,
            asked.decision,
            asked.because,
            party_id=asked.party_id,
            request_id=request_id,
        )
        return [CandidateShape.model_validate(one) for one in judged]


@router.post("/identifiers", responses=_EVERYTHING)
def add_identifiers(caller: Manager, request_id: RequestId, asked: Identifiers) -> RequestSummary:
    """Add identifiers that the person remembered later; search again afterwards."""
    more = [one.known() for one in asked.identifiers]
    return _done(caller, lambda work: requests.add_identifiers(work, request_id, more))


@router.post("/identifiers/drop", responses=_EVERYTHING)
def drop_identifier(caller: Manager, request_id: RequestId, asked: IdentifierDropped) -> RequestSummary:
    """Drop an identifier that turned out to be somebody else's."""
    dropped = asked.identifier.known()
    return _done(caller, lambda work: requests.drop_identifier(work, request_id, dropped, asked.because))


@router.post("/pause", responses=_EVERYTHING)
def pause(caller: Manager, request_id: RequestId, asked: PauseAsked) -> RequestSummary:
    """Let the clock stand still, for a reason that the request's law knows."""
    return _done(caller, lambda work: requests.pause(work, request_id, asked.reason, asked.because))


@router.post("/resumption", responses=_EVERYTHING)
def resume(caller: Manager, request_id: RequestId) -> RequestSummary:
    """Let the clock run again. Its end moves by the days it stood still."""
    return _done(caller, lambda work: requests.resume(work, request_id))


@router.post("/extension", responses=_EVERYTHING)
def extend(caller: Manager, request_id: RequestId, asked: Because) -> RequestSummary:
    """Decide to extend the time, with reasons. The end moves once the person was told."""
    return _done(caller, lambda work: requests.extend(work, request_id, asked.because))


@router.post("/extension/told", responses=_EVERYTHING)
def tell_extension(caller: Manager, request_id: RequestId) -> RequestSummary:
    """Note that the person was told of the extension and its reasons, within the first period."""
    return _done(caller, lambda work: requests.tell_extension(work, request_id))


@router.post("/decision", responses=_EVERYTHING)
def decide(caller: Manager, request_id: RequestId, asked: DecisionAsked) -> RequestSummary:
    """Grant, grant in part, or refuse with what the refusal rests on."""
    return _done(
        caller, lambda work: requests.decide(work, request_id, asked.outcome, asked.because, asked.refusal)
    )


@router.post("/grounds", responses=_EVERYTHING)
def decide_grounds(caller: Manager, request_id: RequestId, asked: GroundsAsked) -> RequestSummary:
    """Decide whether compelling grounds outweigh an objection. Until the person was told, it stands."""
    return _done(caller, lambda work: requests.decide_grounds(work, request_id, asked.verdict, asked.because))


@router.post("/reconsideration", responses=_EVERYTHING)
def reconsider(caller: Manager, request_id: RequestId, asked: Because) -> RequestSummary:
    """Take a decision back before it was answered."""
    return _done(caller, lambda work: requests.reconsider(work, request_id, asked.because))


@router.post("/answer", responses=_EVERYTHING)
def answer(caller: Manager, request_id: RequestId, asked: AnswerAsked) -> RequestSummary:
    """Note that the person was told. The clock stops; what was refused is free from here on."""
    return _done(caller, lambda work: requests.answer(work, request_id, asked.told, asked.note or ""))


@router.post("/closing", responses=_EVERYTHING)
def close(caller: Manager, request_id: RequestId) -> RequestSummary:
    """Close the request for good. What an objection stops stays stopped."""
    return _done(caller, lambda work: requests.close(work, request_id))


@router.post("/withdrawal", responses=_EVERYTHING)
def withdraw(caller: Manager, request_id: RequestId, asked: Because) -> RequestSummary:
    """Note that the person took the request back before it was answered."""
    return _done(caller, lambda work: requests.withdraw(work, request_id, asked.because))


@router.post("/objection/withdrawal", responses=_EVERYTHING)
def take_back(caller: Manager, request_id: RequestId, asked: Because) -> RequestSummary:
    """Note that the person took back an objection that was answered already: its purposes are free."""
    return _done(caller, lambda work: requests.take_back(work, request_id, asked.because))
