"""A letter before it goes: read, changed where somebody must, then sent by mail or printed; and what was sent, as it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from governance.console import filling
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.console.request import RequestId, read
from governance.console.request_acts import DONE
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.policy.letters import CODE_HERE
from governance.runtime import Work
from governance.subjects import correspondence, letters, package_queries, person
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import PREPARED, Letter

router = APIRouter(prefix="/requests")

LetterId = Annotated[str, Path(pattern=r"^ltr_[0-9a-f]{32}$")]


@router.get("/{request_id}/letters/{letter_id}")
def show(
    visitor: Signed,
    request_id: RequestId,
    letter_id: LetterId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the letter as the person will read it; in place of a code stands a sign that says so."""
    return _page(visitor, request_id, letter_id, done=DONE.get(done))


@router.post("/{request_id}/letters/{letter_id}")
def act(visitor: Signed, form: Sent, request_id: RequestId, letter_id: LetterId) -> Response:
    """Change the letter, send it, print it, or put it aside. What was read is what goes: `revision` holds them together."""
    wanted = form.get("act")
    try:
        with visitor.work() as work:
            _of(work, request_id, letter_id)
            revision = form.whole("revision")
            if wanted == "save":
                letters.edit(work, letter_id, revision, form.get("subject"), form.get("body"))
            elif wanted == "send":
                correspondence.send(work, letter_id, revision)
            elif wanted == "post":
                shown = correspondence.post(work, letter_id, revision)
            elif wanted == "discard":
                letters.discard(work, letter_id)
            else:
                raise InvalidError("There is no such act.", "act")
    except (InvalidError, ConflictError) as error:
        return _failed(visitor, form, request_id, letter_id, error)
    if wanted == "post":
        return page("letter_posted", visitor, shown=shown, request_id=request_id)
    if wanted == "save":
        return see_other(f"/requests/{request_id}/letters/{letter_id}?done=saved")
    return see_other(f"/requests/{request_id}?done={'sent' if wanted == 'send' else 'discarded'}#letters")


def _failed(
    visitor: Visitor, form: Form, request_id: str, letter_id: str, error: InvalidError | ConflictError
) -> Response:
    status = 422 if isinstance(error, InvalidError) else 409
    typed = filling.kept(form, "subject", "body", most=letters.MOST) if form.get("act") == "save" else {}
    typed = {name: text for name, text in typed.items() if text}
    return _page(visitor, request_id, letter_id, status, problem=filling.problem(error), typed=typed)


def _of(work: Work, request_id: str, letter_id: str) -> Letter:
    letter = package_queries.letter(work, letter_id)
    if letter.request_id != request_id:
        raise NotFoundError("There is no such letter.")
    return letter


def _page(
    visitor: Visitor,
    request_id: str,
    letter_id: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    with visitor.work() as work:
        row: SubjectRequest = read(work, request_id)
        letter = _of(work, request_id, letter_id)
        facts = {
            "row": row,
            "letter": letter,
            "shown": letters.show(work, letter),
            "to": person.of(work, row).email,
            "is_open": letter.state == PREPARED,
            "has_mail": work.runtime.settings.mail is not None,
            "now": work.now,
        }
    return page(
        "letter",
        visitor,
        status,
        code_here=CODE_HERE,
        typed=typed or {},
        done=done,
        problem=problem,
        **facts,
    )
