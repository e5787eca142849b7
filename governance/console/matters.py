"""Holds: matters over any selection of recordings, opened with a count of what they cover, reviewed, released by two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.console import filling, selections
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError
from governance.recordings import queries as catalog
from governance.recordings.overview_queries import MOST_COUNTED
from governance.recordings.selection import Selection
from governance.retention import matters, queries
from governance.retention.models import RELEASED
from governance.runtime import Work

router = APIRouter(prefix="/matters")

MatterId = Annotated[str, Path(pattern=r"^mat_[0-9a-f]{32}$")]
_FIELDS = ("title", "because", "review_by", *selections.FIELDS)
_DONE = {
    "opened": "The hold is in force: nothing that it covers is erased, now or to come.",
    "reviewed": "It is confirmed that the hold is still needed.",
    "asked": "The release is asked for. The hold stands until another person approves.",
    "released": "The hold has ended. What falls due and is not held otherwise goes with the next sweep.",
    "refused": "The release was refused: the hold stands.",
}


@router.get("")
def show(visitor: Signed, released: bool = False) -> Response:
    """List the matters, what is to be reviewed first; the released ones too if they are asked for."""
    with visitor.work() as work:
        access.require(work, "recording:hold")
        audit.record(work, "retention.read")
        rows = [
            {
                "row": row,
                "title": matters.title_of(work, row),
                "selection": selections.in_words(row.selection),
            }
            for row in queries.matters(work, with_released=released)
        ]
        now = work.now
    return page("matters", visitor, rows=rows, released=released, now=now)


@router.get("/new")
def new(visitor: Signed, recording: Annotated[str, Query(pattern=r"^(rec_[0-9a-f]{32})?$")] = "") -> Response:
    """Show the form that opens a matter; from the page of a recording it is filled in with that."""
    filled = {"recording_ids": recording} if recording else {}
    return _form(visitor, 200, filled)


@router.post("")
def make(visitor: Signed, form: Sent) -> Response:
    """Count what a hold would cover, or place it: from the answer on nothing that it covers is erased."""
    filled = filling.kept(form, *_FIELDS)
    try:
        title, because = form.sentence("title"), form.sentence("because")
        with visitor.work() as work:
            selection = selections.read(work, form)
            covered = matters.coverage(work, selection)
            if form.get("act") != "open":
                return _form(visitor, 200, filled, covered=covered, chosen=selection)
            review_by = filling.day(form.get("review_by"), "review_by")
            made = matters.open_matter(
                work, title=title, because=because, selection=selection, review_by=review_by
            ).id
    except InvalidError as error:
        return _form(visitor, 422, filled, problem=filling.problem(error))
    return see_other(f"/matters/{made}?done=opened")


def _form(
    visitor: Visitor,
    status: int,
    filled: dict[str, str],
    *,
    problem: str | None = None,
    covered: int | None = None,
    chosen: Selection | None = None,
) -> Response:
    with visitor.work(write=False) as work:
        access.require(work, "recording:hold")
        today = work.now.date()
    usual = {"review_by": (today + timedelta(days=180)).isoformat()}
    return page(
        "matter_new",
        visitor,
        status,
        filled=usual | filled,
        latest=today + timedelta(days=matters.MOST_DAYS),
        problem=problem,
        covered=covered,
        words=selections.in_words(chosen.to_json()) if chosen else [],
    )


@router.get("/{matter_id}")
def detail(visitor: Signed, matter_id: MatterId, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show one matter: what it covers, why, how far it has come, and what can be done about it."""
    return _page(visitor, matter_id, done=_DONE.get(done))


@router.post("/{matter_id}")
def act(visitor: Signed, form: Sent, matter_id: MatterId) -> Response:
    """Confirm the hold, ask for its release, or decide about the release that another person asked for."""
    wanted = form.get("act")
    try:
        with visitor.work() as work:
            _act(work, matter_id, form, wanted)
    except (InvalidError, ConflictError, DeniedError) as error:
        if isinstance(error, DeniedError) and error.reason not in ("same_person", "not_a_person"):
            raise
        status = 422 if isinstance(error, InvalidError) else 409
        filled = {f"{wanted}_because": filling.kept(form, "because")["because"]}
        return _page(visitor, matter_id, status, problem=filling.problem(error), filled=filled)
    return see_other(f"/matters/{matter_id}?done={wanted}")


def _act(work: Work, matter_id: str, form: Form, wanted: str) -> None:
    if wanted == "reviewed":
        review_by: date = filling.day(form.get("review_by"), "review_by")
        matters.review_matter(work, matter_id, because=form.sentence("because"), review_by=review_by)
    elif wanted == "asked":
        matters.request_release(work, matter_id, form.sentence("because"))
    elif wanted in ("released", "refused"):
        matters.approve_release(work, matter_id, approve=wanted == "released")
    else:
        raise InvalidError("There is no such act.", "act")


def _page(
    visitor: Visitor,
    matter_id: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    filled: dict[str, str] | None = None,
) -> Response:
    with visitor.work() as work:
        access.require(work, "recording:hold")
        row = queries.matter(work, matter_id)
        audit.record(work, "retention.read", res=[("matter", row.id)])
        selection = Selection.from_json(row.selection)
        order = catalog.order(work, row.order_id)
        facts: dict[str, Any] = {
            "row": row,
            "title": matters.title_of(work, row),
            "reasons": matters.because_of(work, row),
            "selection": selections.in_words(row.selection),
            "covered": None if row.state == RELEASED else matters.coverage(work, selection, MOST_COUNTED),
            "is_carried_out": order is not None and order.carried_out_at is not None,
            "names": visitor.logins(
                work, [row.opened_by, row.reviewed_by, row.requested_by, row.released_by]
            ),
            "now": work.now,
            "latest": work.now.date() + timedelta(days=matters.MOST_DAYS),
            "usual": work.now.date() + timedelta(days=180),
        }
    is_mine = row.requested_person is not None and row.requested_person == visitor.actor.person
    return page(
        "matter", visitor, status, is_mine=is_mine, done=done, problem=problem, filled=filled or {}, **facts
    )
