"""What every act on a request shares: who may, the row under lock, the table asked, the history and the log written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from governance import ids
from governance.access import service as access
from governance.access.permissions import Permission
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.messages import service as messages
from governance.messages.events import EVENTS
from governance.policy.subjects import Terms
from governance.runtime import Work
from governance.subjects import clocks, queries, rules, sealing
from governance.subjects.models import RequestEvent, SubjectRequest
from governance.subjects.rules import Situation, Step
from governance.subjects.words import KINDS

SHORTEST, LONGEST = 3, 2000


def allow(work: Work, permission: Permission) -> None:
    """Let the house and whoever has `permission` go on. Raises `DeniedError`, logged."""
    if work.actor.kind != "system":
        access.require(work, permission)


def take(work: Work, request_id: str, step: Step) -> SubjectRequest:
    """Return the request, locked, in the state that `step` leads to: for whoever answers requests.

    Raises `DeniedError`, `NotFoundError`, and `ConflictError` where the step is not possible now.
    """
    allow(work, "request:manage")
    return take_for_house(work, request_id, step)


def take_for_house(work: Work, request_id: str, step: Step) -> SubjectRequest:
    """Return the request as `take` does, for an act that its caller has allowed on other grounds (a code that is right)."""
    request = queries.for_update(work, request_id)
    if request is None:
        raise NotFoundError("there is no such request")
    request.state = rules.require(step, situation(work, request))
    request.revision += 1
    work.session.add(request)
    return request


def terms(work: Work, request: SubjectRequest) -> Terms:
    """Return what the policy says of this kind of request under its law.

    Raises `ConflictError` where a later policy knows it no more: then nobody can say when it is due.
    """
    found = work.policies.subjects.terms(request.regime, request.kind)
    if found is None:
        raise ConflictError(
            "The policy no longer says what holds for this request: subjects.yaml must name its law."
        )
    return found


def calendar(work: Work, request: SubjectRequest) -> clocks.Calendar:
    """Return the calendar by which the request's clock runs: that of its place, or of its law where the place has gone."""
    subjects = work.policies.subjects
    place = subjects.places.get(request.place) or subjects.places[subjects.regimes[request.regime].place]
    return clocks.calendar_of(place)


def situation(work: Work, request: SubjectRequest) -> Situation:
    """Return what the next step of the request depends on."""
    holds = terms(work, request)
    at = calendar(work, request)
    first = clocks.last_day(
        at.day_of(request.received_at),
        holds.answer_within,
        at,
        working_day_rule=work.policies.subjects.regimes[request.regime].working_day_rule,
        paused_days=request.paused_days + _standing_still(work, request, at),
    )
    tally = queries.tally(work, request.id)
    return Situation(
        kind=next(kind for kind in KINDS if kind == request.kind),
        state=request.state,  # type: ignore[arg-type]  # the column holds words of this vocabulary alone
        identity=request.identity,  # type: ignore[arg-type]
        may_be_doubted=holds.identity == "on_doubt",
        is_acknowledged=request.acknowledged_at is not None,
        pauses=frozenset(holds.pauses),
        paused_for=request.paused_for,  # type: ignore[arg-type]
        has_run_out=request.paused_at is None and work.now >= request.due_at,
        is_first_period=work.now < at.end_of(first),
        may_be_extended=holds.extended_to is not None,
        is_extended=request.extended_at is not None,
        is_extension_told=request.extension_told_at is not None,
        is_searched=request.searched_at is not None,
        undecided=tally.get("undecided", 0),
        confirmed=tally.get("confirmed", 0),
        outcome=request.outcome,  # type: ignore[arg-type]
        has_package=queries.has_package(work, request.id),
        has_standing_order=bool(queries.standing(work, request.id, "restriction")),
    )


def _standing_still(work: Work, request: SubjectRequest, at: clocks.Calendar) -> int:
    return clocks.days_stood(request.paused_at, work.now, at) if request.paused_at is not None else 0


def set_clock(work: Work, request: SubjectRequest) -> None:
    """Set the request's end to what the law gives now, with every pause and an extension that was told in time."""
    holds, at = terms(work, request), calendar(work, request)
    is_extended = request.extension_told_at is not None and holds.extended_to is not None
    request.due_on = clocks.last_day(
        at.day_of(request.received_at),
        holds.extended_to if is_extended and holds.extended_to is not None else holds.answer_within,
        at,
        working_day_rule=work.policies.subjects.regimes[request.regime].working_day_rule,
        paused_days=request.paused_days,
    )
    request.due_at = at.end_of(request.due_on)
    # The clock was moved: a warning given for the old end says nothing about the new one.
    request.warned_days = None


def record(
    work: Work,
    act: str,
    request: SubjectRequest,
    *,
    code: str | None = None,
    det: Mapping[str, Any] | None = None,
    text: str | None = None,
    res: Iterable[tuple[str, str]] = (),
    out: str = "success",
) -> None:
    """Write the act into the request's history and into the log, and tell the endpoints that want to know.

    `text` is what a person wrote: sealed in the history, and in the log under a key that goes with the request.
    """
    event_id = ids.new("rqe")
    work.session.add(
        RequestEvent(
            id=event_id,
            tenant=work.tenant,
            request_id=request.id,
            at=work.now,
            act=act,
            by=work.actor.id,
            code=code,
            det=dict(det or {}),
            note_sealed=sealing.seal(work, event_id, "note", text) if text else None,
        )
    )
    work.session.flush()
    audit.record(
        work,
        act,
        res=[("request", request.id), *res],
        det=det,
        why={"code": code} if code else None,
        personal={"why.text": Personal(text, request.id)} if text else None,
        out=out,
    )
    if act in EVENTS:
        data = {
            "request_id": request.id,
            "kind": request.kind,
            "regime": request.regime,
            "state": request.state,
            "due_at": request.due_at.isoformat(),
        }
        messages.webhook(work, act, data, about=[("request", request.id)])


def reason(because: str) -> str:
    """Return a reason as it is kept. Raises `InvalidError` for one that says nothing, or too much."""
    text = because.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidError(f"a reason has {SHORTEST} to {LONGEST} characters", "because")
    return text
