"""One request, step by step: who asks, what each step still lacks, and the forms by which the steps are taken."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.console import filling
from governance.console.deps import Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.console.request_acts import ACTS, DONE
from governance.console.request_steps import Progress, steps
from governance.console.requests import marks
from governance.errors import ConflictError, InvalidError, LimitError, NotFoundError
from governance.runtime import Work
from governance.subjects import acts, letter_choice, package_queries, person, queries, rules, sealing
from governance.subjects import service as requests
from governance.subjects.models import RequestEvent, SubjectRequest
from governance.subjects.package_models import GONE, MAKING, READY

router = APIRouter(prefix="/requests")

RequestId = Annotated[str, Path(pattern=r"^srq_[0-9a-f]{32}$")]
_KEPT = ("because", "code", "value", "reasons", "evidence", "ends", "outcome", "refusal", "verdict", "kind")


@router.get("/{request_id}")
def show(visitor: Signed, request_id: RequestId, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show one request with everything that can be done about it now, and why the rest cannot."""
    return _page(visitor, request_id, done=DONE.get(done))


@router.post("/{request_id}")
def act(visitor: Signed, form: Sent, request_id: RequestId) -> Response:
    """Take one step. What cannot be done is said on the page, beside what was typed."""
    wanted = form.get("act")
    try:
        if wanted not in ACTS:
            raise InvalidError("There is no such step.", "act")
        return see_other(ACTS[wanted](visitor, form, request_id))
    except (InvalidError, ConflictError, LimitError) as error:
        status = {InvalidError: 422, LimitError: 429}.get(type(error), 409)
        filled = {f"{wanted}_{name}": text for name, text in filling.kept(form, *_KEPT).items()}
        return _page(visitor, request_id, status, problem=filling.problem(error), filled=filled)


def _page(
    visitor: Visitor,
    request_id: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    filled: dict[str, str] | None = None,
) -> Response:
    with visitor.work() as work:
        row = read(work, request_id)
        facts = _facts(work, visitor, row)
    return page("request", visitor, status, done=done, problem=problem, filled=filled or {}, **facts)


def read(work: Work, request_id: str) -> SubjectRequest:
    """Return the request for whoever may read requests, which is written to the log: a person's name comes with it.

    Raises `DeniedError` and `NotFoundError`.
    """
    access.require(work, "request:read")
    row = queries.request(work, request_id)
    if row is None:
        raise NotFoundError("There is no such request.")
    audit.record(work, "request.read", res=[("request", row.id)])
    return row


def _facts(work: Work, visitor: Visitor, row: SubjectRequest) -> dict[str, Any]:
    lacks = rules.possible(acts.situation(work, row))
    tally = queries.tally(work, row.id)
    packages = package_queries.packages(work, row.id)
    alive = next((one for one in packages if one.state != GONE), None)
    progress = Progress(
        row,
        lacks,
        tally,
        alive is not None and alive.state == READY,
        alive is not None and alive.state == MAKING,
    )
    decided, subjects = work.policies.purposes, work.policies.subjects
    events = [(one, _note(work, one)) for one in queries.history(work, row.id)]
    may_send = visitor.may("request:manage") and lacks["check_identity"] is None
    return {
        "row": row,
        "who": person.of(work, row),
        "law": subjects.regimes[row.regime].title if row.regime in subjects.regimes else row.regime,
        "marks": marks(row),
        "steps": steps(progress),
        "lacks": lacks,
        "tally": tally,
        "titles": {str(name): one.title for name, one in decided.purposes.items()},
        "stopped": sorted(
            {one.purpose for one in queries.standing(work, row.id, "restriction") if one.purpose}
        ),
        "checks": queries.identity_checks(work, row.id),
        "addresses": _addresses(work, row) if may_send else [],
        "reasons": sealing.unseal(work, row.id, "reasons", row.reasons_sealed),
        "offers": letter_choice.offered(work, row),
        "letters": package_queries.letters(work, row.id),
        "has_gone": queries.has_answer_letter(work, row),
        "languages": work.policies.letters.languages,
        "packages": packages,
        "package": alive,
        "package_parts": package_queries.parts(work, alive.id) if alive else [],
        "events": events,
        "extended_end": letter_choice.extended_end(work, row) if lacks["extend"] is None else None,
        "names": visitor.logins(work, [row.decided_by, *(one.by for one, _ in events)]),
        "now": work.now,
    }


def _addresses(work: Work, row: SubjectRequest) -> list[str]:
    return [person.masked("email", one) for one in requests.addresses_on_file(work, row)]


def _note(work: Work, event: RequestEvent) -> str | None:
    return sealing.unseal(work, event.id, "note", event.note_sealed)
