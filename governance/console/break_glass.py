"""Break-glass: asked for here, approved or refused by another person, and reviewed once it was used."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from governance.access import queries
from governance.access import service as access
from governance.access.models import BreakGlass
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import queries as catalog
from governance.recordings.models import Recording
from governance.runtime import Work

router = APIRouter(prefix="/break-glass")

BreakGlassId = Annotated[str, Path(pattern=r"^brk_[0-9a-f]{32}$")]
PAGE = 100
_RECORDING = re.compile(r"rec_[0-9a-f]{32}")
_DONE = {
    "requested": "Your request waits for another person.",
    "approved": "Approved. It is open from now on, until it expires.",
    "refused": "Refused.",
    "reviewed": "Your review is written down.",
}


@router.get("")
def show(
    visitor: Signed,
    recording: Annotated[str, Query(pattern=r"^(rec_[0-9a-f]{32})?$")] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the form to ask by, what waits for a decision, what waits for a review, and what was."""
    return _page(visitor, 200, {"recording": recording}, done=_DONE.get(done))


@router.post("")
def request(visitor: Signed, form: Sent) -> Response:
    """Ask for one recording beyond one's role. Nothing opens before another person approves."""
    # Whoever pastes may paste the address of the page.
    named = _RECORDING.search(form.get("recording"))
    try:
        reason, minutes = form.sentence("reason"), form.whole("minutes")
        with visitor.work() as work:
            row = catalog.recording(work, named.group()) if named else None
            if row is None:
                raise NotFoundError("There is no such recording.")
            access.request_break_glass(
                work,
                catalog.facts(work, row),
                level=form.get("level"),
                purpose=form.get("purpose"),
                reason=reason,
                minutes=minutes,
            )
    except (InvalidError, NotFoundError, DeniedError) as error:
        return _again(visitor, form, error)
    return see_other("/break-glass?done=requested")


@router.post("/{break_glass_id}/approval")
def decide(visitor: Signed, form: Sent, break_glass_id: BreakGlassId) -> Response:
    """Approve or refuse what another person asked for."""
    if form.get("decision") not in ("approve", "refuse"):
        raise InvalidError("Approve or refuse.", "decision")
    verb = access.approve_break_glass if form.get("decision") == "approve" else access.refuse_break_glass
    try:
        with visitor.work() as work:
            state = verb(work, break_glass_id).state
    except (DeniedError, ConflictError) as error:
        return _page(visitor, 409, {}, problem=str(error))
    return see_other(f"/break-glass?done={state}")


@router.post("/{break_glass_id}/review")
def review(visitor: Signed, form: Sent, break_glass_id: BreakGlassId) -> Response:
    """Write down what was found when looking at what was done with it."""
    try:
        finding = form.sentence("finding")
        with visitor.work() as work:
            access.review_break_glass(work, break_glass_id, finding)
    except (InvalidError, DeniedError, ConflictError) as error:
        return _page(visitor, 409, {}, problem=str(error))
    return see_other("/break-glass?done=reviewed")


def _again(visitor: Visitor, form: Form, error: InvalidError | NotFoundError | DeniedError) -> Response:
    status = {NotFoundError: 404, DeniedError: 403}.get(type(error), 422)
    field = error.field if isinstance(error, InvalidError) else None
    # A reason that was refused for what stands in it is not sent back.
    kept = {} if field == "reason" else {"reason": form.get("reason")[:2000]}
    filled = {name: form.get(name)[:120] for name in ("recording", "purpose", "level", "minutes")}
    return _page(visitor, status, filled | kept, problem=str(error))


def _page(
    visitor: Visitor,
    status: int,
    filled: dict[str, str],
    *,
    done: str | None = None,
    problem: str | None = None,
) -> Response:
    is_judge = visitor.may("break_glass:approve") or visitor.may("break_glass:review")
    if not is_judge and not visitor.may("break_glass:request"):
        with visitor.work(write=False) as work:
            access.require(work, "break_glass:request")
    with visitor.work(write=False) as work:
        mine = None if is_judge else visitor.actor.account_id
        rows = {row.id: row for row in queries.break_glasses(work, requester=mine, limit=PAGE)}
        # What waits for somebody is shown however much came after it.
        for state in ("requested", "approved"):
            rows |= {
                row.id: row for row in queries.break_glasses(work, state=state, requester=mine, limit=PAGE)
            }
        logins = queries.logins(work, {one for row in rows.values() for one in _people(row)})
        shown = [_told(work, visitor, row, logins) for row in sorted(rows.values(), key=_newest_first)]
        longest = work.policies.access.break_glass.max_minutes
    to_review = ("open", "over") if visitor.may("break_glass:review") else ()
    return page(
        "break_glass",
        visitor,
        status,
        waiting=[one for one in shown if one["stage"] == "requested"],
        to_review=[one for one in shown if one["stage"] in to_review],
        rest=[one for one in shown if one["stage"] not in ("requested", *to_review)],
        filled=filled,
        longest=longest,
        done=done,
        problem=problem,
    )


def _told(work: Work, visitor: Visitor, row: BreakGlass, logins: dict[str, str]) -> dict[str, Any]:
    """Return what the page says of one: its reason only to whoever asked or decides."""
    mine = row.requester_account == visitor.actor.account_id
    call: Recording | None = catalog.recording(work, row.recording_id)
    return {
        "row": row,
        "stage": _stage(row, work.now, timedelta(hours=work.policies.access.break_glass.wait_hours)),
        "is_mine": row.requester_person == visitor.actor.person,
        "call": call.external_id if call is not None else None,
        "who": "You" if mine else logins.get(row.requester_account, ""),
        "approver": logins.get(row.approver_account or "", ""),
        "reason": access.reason_of(work, row) if mine or visitor.may("break_glass:approve") else None,
    }


def _people(row: BreakGlass) -> list[str]:
    return [one for one in (row.requester_account, row.approver_account) if one]


def _newest_first(row: BreakGlass) -> tuple[float, str]:
    return -row.requested_at.timestamp(), row.id


def _stage(row: BreakGlass, now: datetime, wait: timedelta) -> str:
    """Return how far it has come: requested, lapsed, open, over, refused, reviewed."""
    if row.state == "approved":
        return "open" if row.expires_at is not None and now < row.expires_at else "over"
    return "lapsed" if row.state == "requested" and now >= row.requested_at + wait else row.state
