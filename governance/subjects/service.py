"""The verbs of requests: open, acknowledge, pause, extend, decide, answer, close, withdraw.

The verbs about who asks, about candidates and about objections live in the files named after them (`identity`,
`candidates`, `objections`); from outside the area they are called through here. Every verb is possible in the states
that `rules.TABLE` says and in no other, so that a request on which something failed is taken up where it stopped.
"""

from __future__ import annotations

from typing import Literal

from governance.errors import ConflictError, InvalidError
from governance.runtime import Work
from governance.subjects import (
    acts,
    candidates,
    objections,
    package_end,
    package_queries,
    queries,
    rules,
    sealing,
)
from governance.subjects.acts import record, take
from governance.subjects.candidates import add_arrivals, confirm, exclude, judge, search_candidates
from governance.subjects.identity import (
    addresses_on_file,
    check_evidence,
    doubt_identity,
    end_expired_codes,
    let_run,
    prove_identity,
    send_code,
)
from governance.subjects.models import SubjectRequest
from governance.subjects.objections import decide_grounds, take_back
from governance.subjects.opening import Asked, add_identifiers, drop_identifier, open_request
from governance.subjects.person import Identifier, Person
from governance.subjects.watch import close, close_answered, forget_old, warn_near_end
from governance.subjects.words import OBJECTIONS, PUBLIC, Outcome, PauseReason, RefusalCode

__all__ = [
    "PUBLIC",
    "Asked",
    "Identifier",
    "Person",
    "acknowledge",
    "add_arrivals",
    "add_identifiers",
    "addresses_on_file",
    "answer",
    "check_evidence",
    "close",
    "close_answered",
    "confirm",
    "decide",
    "decide_grounds",
    "doubt_identity",
    "drop_identifier",
    "end_expired_codes",
    "exclude",
    "extend",
    "forget_old",
    "judge",
    "open_request",
    "pause",
    "prove_identity",
    "reconsider",
    "resume",
    "search_candidates",
    "send_code",
    "take_back",
    "tell_extension",
    "warn_near_end",
    "withdraw",
]


def acknowledge(work: Work, request_id: str) -> SubjectRequest:
    """Return the request, acknowledged: the person knows that it has arrived and by when it is answered."""
    request = take(work, request_id, "acknowledge")
    request.acknowledged_at = work.now
    record(work, "request.acknowledged", request)
    return request


def pause(work: Work, request_id: str, reason: PauseReason, because: str) -> SubjectRequest:
    """Return the request, its clock standing still: for a reason its law knows, and no other.

    Raises `ConflictError` where the law knows no such pause, or where identity is no longer, or not yet, in doubt.
    """
    text = acts.reason(because)
    request = take(work, request_id, "pause")
    if not rules.may_pause(acts.situation(work, request), reason):
        raise ConflictError("The law lets no clock stand still for this reason here.")
    request.paused_at, request.paused_for = work.now, reason
    record(work, "request.paused", request, code=reason, text=text)
    return request


def resume(work: Work, request_id: str) -> SubjectRequest:
    """Return the request, its clock running again: its end moves by the days it stood still."""
    request = take(work, request_id, "resume")
    let_run(work, request)
    return request


def extend(work: Work, request_id: str, because: str) -> SubjectRequest:
    """Return the request, whose time somebody has decided to extend, with reasons (GDPR Art. 12(3)).

    The end stays where it is until the person has been told (`tell_extension`), and that within the first period.
    """
    text = acts.reason(because)
    request = take(work, request_id, "extend")
    request.extended_at = work.now
    record(work, "request.extended", request, code="decided", text=text)
    return request


def tell_extension(work: Work, request_id: str) -> SubjectRequest:
    """Return the request with its new end: the person has been told of the extension and its reasons, in time.

    Raises `ConflictError` once the first period is over: what is told too late extends nothing.
    """
    request = take(work, request_id, "tell_extension")
    request.extension_told_at = work.now
    acts.set_clock(work, request)
    record(work, "request.extended", request, code="told", det={"due_on": request.due_on.isoformat()})
    return request


def decide(
    work: Work, request_id: str, outcome: Outcome, because: str, refusal: RefusalCode | None = None
) -> SubjectRequest:
    """Return the request, decided by a person with reasons. A refusal says by `refusal` what it rests on (Art. 12(4)).

    What has come since somebody looked must be looked at first. An objection under Art. 21(1) is upheld or outweighed
    by `decide_grounds`. Raises `ConflictError` where the table lets nobody decide so, `InvalidError` without a reason.
    """
    text = acts.reason(because)
    if (outcome == "refused") != (refusal is not None):
        raise InvalidError("a refusal says what it rests on, and nothing else does", "refusal")
    request = take(work, request_id, "refuse" if refusal is not None else "grant")
    if refusal is None and request.kind == "access":
        _require_all_listed(work, request)
    if refusal is not None and not rules.may_refuse(acts.situation(work, request), refusal):
        raise ConflictError("This is no reason to refuse here.")
    request.outcome, request.refusal = outcome, refusal
    request.reasons_sealed = sealing.seal(work, request.id, "reasons", text)
    request.decided_at, request.decided_by = work.now, work.actor.id
    record(work, "request.decided", request, code=refusal or outcome, det={"outcome": outcome}, text=text)
    return request


def _require_all_listed(work: Work, request: SubjectRequest) -> None:
    if candidates.has_unlisted(work, request):
        raise ConflictError("Recordings have come that nobody has looked at: search again.")


def reconsider(work: Work, request_id: str, because: str) -> SubjectRequest:
    """Return the request, open to another decision: somebody noticed a mistake before the answer went.

    A package that is being made ends with it: it was ordered of what may turn out to be somebody else's. Raises
    `ConflictError` where one is made already: it is discarded first.
    """
    text = acts.reason(because)
    request = take(work, request_id, "reconsider")
    package = package_queries.alive(work, request.id)
    if package is not None:
        locked = package_queries.package(work, package.id, lock=True)
        package_end.end(work, locked, request, "request_changed")
    request.outcome = request.refusal = request.reasons_sealed = None
    request.decided_at = request.decided_by = None
    request.grounds = "undecided" if request.kind == "objection" else None
    record(work, "request.decided", request, code="reconsidered", text=text)
    return request


def answer(work: Work, request_id: str, told: Literal["letter", "by_hand"], note: str = "") -> SubjectRequest:
    """Return the request, answered: the person was told. The clock stops here for good.

    Where grounds outweighed an objection, or it was refused otherwise, its purposes are free from now on, and not
    sooner: the person is told first (GDPR Art. 18(3)).

    Raises `ConflictError` where no letter of answer has gone, or what is granted is not ready.
    """
    request = take(work, request_id, "answer")
    text = acts.reason(note) if told == "by_hand" else None
    if told == "letter" and not queries.has_answer_letter(work, request):
        raise ConflictError("No letter of answer has gone yet.")
    request.answered_at = work.now
    request.paused_at = request.paused_for = None
    record(work, "request.answered", request, code=told, det={"outcome": request.outcome}, text=text)
    if request.kind in OBJECTIONS and request.outcome == "refused":
        objections.lift(work, request, request.refusal or "refused")
    return request


def withdraw(work: Work, request_id: str, because: str) -> SubjectRequest:
    """Return the request, taken back by the person before it was answered: whatever it stopped or suspended is free."""
    text = acts.reason(because)
    request = take(work, request_id, "withdraw")
    request.ended_at = work.now
    request.paused_at = request.paused_for = None
    record(work, "request.withdrawn", request, text=text)
    objections.lift(work, request, "withdrawn")
    return request
