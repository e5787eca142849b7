"""What an objection does: it stops purposes at once, on recordings present and future, and until whom.

It holds from the commit that opens the request, over the blind tokens of the identifiers it names. Where an identifier
is shared, the calls of others are stopped with it until a person has excluded them: what was heard against somebody's
objection cannot be unheard, and what was not heard today can be heard tomorrow. Likewise while identity is in doubt.
An objection to marketing, and an opt-out, are for good. One under Art. 21(1) stands until a person has weighed it; where
grounds outweigh it, the purposes are free only once the person was told (Art. 18(3)).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from governance.errors import InvalidError
from governance.recordings import standing, standing_queries
from governance.recordings.selection import Selection
from governance.runtime import Work
from governance.subjects import acts, candidate_queries, queries, sealing
from governance.subjects.acts import record, take
from governance.subjects.models import Candidate, StandingFor, SubjectRequest
from governance.subjects.person import Identifier
from governance.subjects.words import OBJECTIONS, PUBLIC

SUSPENSION = "suspension"
RESTRICTION = "restriction"


def purposes_of(work: Work, request: SubjectRequest, named: Sequence[str]) -> list[str]:
    """Return which purposes the objection stops: those it names, or all that the policy lets it stop.

    Raises `InvalidError` for one that it cannot stop.
    """
    stops = acts.terms(work, request).stops
    if unknown := [purpose for purpose in named if purpose not in stops]:
        known = ", ".join(stops) or "none"
        raise InvalidError(
            f"{len(unknown)} of the purposes cannot be stopped by it; known: {known}", "purposes"
        )
    return [purpose for purpose in stops if purpose in named or not named]


def place(work: Work, request: SubjectRequest, known_as: dict[bytes, Identifier]) -> None:
    """Place the request's standing orders for these identifiers: its suspension of erasure, or the purposes it stops.

    What was excluded by hand before stays free of them: it is somebody else's, whatever else it carries.
    """
    for token, identifier in sorted(known_as.items()):
        selection = (
            Selection(agents=(identifier.value,))
            if identifier.kind == "agent_id"
            else Selection(persons=(token.hex(),))
        )
        _place(work, request, selection, token=token)
    for candidate in candidate_queries.candidates(work, request.id, "excluded"):
        for row in queries.standing(work, request.id):
            if row.token in known_as:
                standing.exempt(work, row.order_id, candidate.recording_id)


def cover(work: Work, request: SubjectRequest, candidate: Candidate) -> None:
    """See that a confirmed recording is stopped or suspended: where no identifier leads to it any more, and where the
    request's orders were freed of it, it gets orders of its own.
    """
    in_force = standing_queries.restrictions if request.kind in OBJECTIONS else standing_queries.suspensions
    own = {row.order_id for row in queries.standing(work, request.id)}
    if not any(one.order_id in own for one in in_force(work, candidate.recording_id)):
        _place(work, request, Selection(recording_ids=(candidate.recording_id,)), candidate_id=candidate.id)


def _place(
    work: Work,
    request: SubjectRequest,
    selection: Selection,
    *,
    token: bytes | None = None,
    candidate_id: str | None = None,
) -> None:
    is_objection = request.kind in OBJECTIONS
    for purpose in request.purposes if is_objection else [None]:
        kind = RESTRICTION if is_objection else SUSPENSION
        order = standing.place(
            work,
            kind=kind,
            selection=selection,
            reference=request.id,
            because=f"request {request.number}",
            purpose=purpose,
            # How long an answer takes tells a stranger nothing of how many recordings somebody has.
            at_once=work.actor.kind != PUBLIC,
        )
        row = StandingFor(
            order_id=order.id,
            tenant=work.tenant,
            request_id=request.id,
            kind=kind,
            purpose=purpose,
            token=token,
            candidate_id=candidate_id,
            placed_at=work.now,
        )
        work.session.add(row)
    work.session.flush()


def announce(work: Work, request: SubjectRequest) -> None:
    """Write into the log that the purposes are stopped: its own entry, since it is what the person asked for."""
    if request.kind in OBJECTIONS:
        det = {"purposes": sorted(request.purposes), "orders": len(queries.standing(work, request.id))}
        record(work, "objection.applied", request, code=request.kind, det=det)


def free(work: Work, request: SubjectRequest, candidate: Candidate, because: str) -> None:
    """Take one recording out of the request's standing orders: it is somebody else's."""
    for row in queries.standing(work, request.id):
        if row.candidate_id == candidate.id:
            _end(work, [row], because)
        elif row.candidate_id is None:
            standing.exempt(work, row.order_id, candidate.recording_id)


def drop(work: Work, request: SubjectRequest, token: bytes, because: str) -> None:
    """End the request's standing orders for one identifier: it turned out to be somebody else's.

    What was confirmed by hand to be the requester's stays covered: the number was theirs when they called.
    """
    _end(work, [row for row in queries.standing(work, request.id) if row.token == token], because)
    for candidate in candidate_queries.candidates(work, request.id, "confirmed"):
        if token.hex() in candidate.matched:
            cover(work, request, candidate)


def lift(work: Work, request: SubjectRequest, code: str) -> None:
    """End whatever the request still stops or suspends; written into the log where it was purposes."""
    rows = queries.standing(work, request.id)
    _end(work, rows, f"request {request.number}: {code}")
    freed = sorted({row.purpose for row in rows if row.purpose is not None})
    if freed:
        record(work, "objection.lifted", request, code=code, det={"purposes": freed})


def _end(work: Work, rows: Iterable[StandingFor], because: str) -> None:
    for row in rows:
        standing.end(work, row.order_id, because)
        row.ended_at = work.now
        work.session.add(row)
    work.session.flush()


def decide_grounds(
    work: Work, request_id: str, verdict: Literal["objection_upheld", "grounds_outweigh"], because: str
) -> SubjectRequest:
    """Return the objection, weighed by a person, with reasons (GDPR Art. 21(1)).

    Upheld, the purposes stay stopped for good. Outweighed, they stay stopped until `answer`: the person is told first.

    Raises `ConflictError` for an absolute objection, a doubt that is open, or candidates nobody has looked at;
    `InvalidError` without a reason.
    """
    text = acts.reason(because)
    request = take(work, request_id, "decide_grounds")
    request.grounds = verdict
    request.outcome = "granted" if verdict == "objection_upheld" else "refused"
    request.refusal = "compelling_grounds" if verdict == "grounds_outweigh" else None
    request.reasons_sealed = sealing.seal(work, request.id, "reasons", text)
    request.decided_at, request.decided_by = work.now, work.actor.id
    record(work, "objection.grounds.decided", request, code=verdict, text=text)
    return request


def take_back(work: Work, request_id: str, because: str) -> SubjectRequest:
    """Return an objection that was answered or closed, taken back by the person who made it: nothing is stopped any more.

    The request stays as it ended. Raises `ConflictError` where it stops nothing; `InvalidError` without a reason.
    """
    text = acts.reason(because)
    request = take(work, request_id, "take_back")
    record(work, "request.withdrawn", request, code="taken_back", text=text)
    lift(work, request, "taken_back")
    return request
