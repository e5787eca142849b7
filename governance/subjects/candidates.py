"""Candidates: recordings that may be the requester's, listed across all identifiers, and judged by a person one by one.

A telephone is shared, a number is given to somebody else: what matches is a question, never an answer. So a match is
listed with its evidence (`evidence`) and nothing of it is disclosed, packed or told before a person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from governance import ids
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, candidate_queries, objections, person, queries, sealing
from governance.subjects.models import Candidate, SubjectRequest

BATCH = 500
MOST_AT_ONCE = 200


def search_candidates(runtime: Runtime, actor: Actor, request_id: str) -> int:
    """List every recording that carries one of the request's identifiers; return how many were not listed before.

    In batches, one transaction each: if we crash between two, the next call goes on where this one was, and until one
    has come to the end nobody has looked. Can be repeated at any time before the decision.

    Raises `DeniedError`, `NotFoundError`, `ConflictError`.
    """
    found = 0
    while True:
        with runtime.work(actor) as work:
            request = acts.take(work, request_id, "search")
            listed = list_unlisted(work, request, BATCH)
            found += listed
            if listed < BATCH:
                is_first, request.searched_at = request.searched_at is None, work.now
                if found or is_first:
                    det = {"found": found, "first": is_first}
                    acts.record(work, "request.candidates.searched", request, det=det)
                return found


def list_unlisted(work: Work, request: SubjectRequest, limit: int) -> int:
    """List up to `limit` recordings that match and are not listed yet; return how many."""
    agents = [one.value for one in person.of(work, request).identifiers if one.kind == "agent_id"]
    of_agent = [
        found
        for agent_id in agents
        for found in candidate_queries.unlisted_of_agent(work, request.id, agent_id, limit)
    ]
    by_token = candidate_queries.unlisted(work, request.id, limit)
    recording_ids = sorted({*of_agent, *by_token})[:limit]
    parties: dict[str, dict[str, None]] = {one: {} for one in recording_ids}
    tokens: dict[str, dict[str, None]] = {one: {} for one in recording_ids}
    for match in candidate_queries.matches(work, request.id, recording_ids):
        parties[match.recording_id][match.party_id] = None
        tokens[match.recording_id][match.token.hex()] = None
    own = person.tokens(work, [person.Identifier("agent_id", agent_id) for agent_id in agents])
    for recording_id, staff in candidate_queries.agents_parties(
        work, sorted(set(of_agent) & set(recording_ids))
    ).items():
        parties[recording_id].update(dict.fromkeys(staff))
    for recording_id in recording_ids:
        of_staff = [token.hex() for token in own] if recording_id in set(of_agent) else []
        work.session.add(
            Candidate(
                id=ids.new("can"),
                tenant=work.tenant,
                request_id=request.id,
                recording_id=recording_id,
                party_ids=list(parties[recording_id]),
                matched=[*tokens[recording_id], *of_staff],
                found_at=work.now,
                has_arrived=request.searched_at is not None,
                decision="undecided",
            )
        )
    work.session.flush()
    return len(recording_ids)


def confirm(work: Work, candidate_id: str, because: str, party_id: str | None = None) -> Candidate:
    """Return the candidate, confirmed by hand: it is the requester's, who is `party_id` in it.

    Where one party alone matches, it is that one. Raises `InvalidError` where several match and none is named, or one
    that does not match; `ConflictError` once the request is decided; and as `exclude` does.
    """
    request, row = _taken(work, candidate_id)
    if party_id is None and len(row.party_ids) > 1:
        raise InvalidError("several parties match: which of them is the requester?", "party_id")
    if party_id is not None and party_id not in row.party_ids:
        raise InvalidError("this party carries none of the request's identifiers", "party_id")
    row.party_id = party_id or next(iter(row.party_ids), None)
    _decide(work, request, row, "confirmed", because)
    objections.cover(work, request, row)
    return row


def exclude(work: Work, candidate_id: str, because: str) -> Candidate:
    """Return the candidate, excluded by hand: it is somebody else's. What the request stops or suspends leaves it alone.

    Raises `DeniedError`, `NotFoundError`, `ConflictError` once the request is decided, `InvalidError` without a reason.
    """
    request, row = _taken(work, candidate_id)
    row.party_id = None
    was_excluded = row.decision == "excluded"
    _decide(work, request, row, "excluded", because)
    if not was_excluded:
        objections.free(work, request, row, f"candidate {row.id} excluded")
    return row


def judge(
    work: Work,
    candidate_ids: Sequence[str],
    decision: Literal["confirmed", "excluded"],
    because: str,
    *,
    party_id: str | None = None,
    request_id: str | None = None,
) -> list[Candidate]:
    """Return the candidates that somebody has looked at together, all confirmed or all excluded for one reason.

    Each is named: there is no "all that match". Raises as `confirm` and `exclude` do, for any of them, and then none is
    decided; `NotFoundError` for one of another request than `request_id`, `InvalidError` for more than 200.
    """
    if not 0 < len(candidate_ids) <= MOST_AT_ONCE:
        raise InvalidError(f"1 to {MOST_AT_ONCE} candidates at once", "candidate_ids")
    judged = []
    for candidate_id in dict.fromkeys(candidate_ids):
        if decision == "confirmed":
            judged.append(confirm(work, candidate_id, because, party_id))
        else:
            judged.append(exclude(work, candidate_id, because))
    if request_id is not None and any(one.request_id != request_id for one in judged):
        raise NotFoundError("there is no such candidate")
    return judged


def _taken(work: Work, candidate_id: str) -> tuple[SubjectRequest, Candidate]:
    acts.allow(work, "request:manage")
    row = candidate_queries.candidate(work, candidate_id)
    if row is None:
        raise NotFoundError("there is no such candidate")
    request = acts.take(work, row.request_id, "decide_candidate")
    # While we waited for the request, somebody else may have judged.
    row = candidate_queries.candidate(work, candidate_id, is_fresh=True)
    assert row is not None
    return request, row


def _decide(work: Work, request: SubjectRequest, row: Candidate, decision: str, because: str) -> None:
    text = acts.reason(because)
    row.decision = decision
    row.because_sealed = sealing.seal(work, row.id, "because", text)
    row.decided_at, row.decided_by = work.now, work.actor.id
    work.session.add(row)
    acts.record(
        work,
        "request.candidate.decided",
        request,
        code=decision,
        text=text,
        res=[("candidate", row.id), ("recording", row.recording_id)],
    )


def has_unlisted(work: Work, request: SubjectRequest) -> bool:
    """Return whether recordings match that nobody has listed: they came since somebody looked."""
    agents = [one.value for one in person.of(work, request).identifiers if one.kind == "agent_id"]
    return bool(candidate_queries.unlisted(work, request.id, 1)) or any(
        candidate_queries.unlisted_of_agent(work, request.id, agent_id, 1) for agent_id in agents
    )


def add_arrivals(runtime: Runtime, actor: Actor) -> int:
    """List what has come for requests that are being examined; return how many recordings that were. A job."""
    with runtime.work(actor, write=False) as work:
        waiting = [request.id for request in queries.searched(work) if has_unlisted(work, request)]
    found = 0
    for request_id in waiting:
        # One that was decided meanwhile is left as it is: its decision knows what it was made on.
        with suppress(ConflictError):
            found += search_candidates(runtime, actor, request_id)
    return found
