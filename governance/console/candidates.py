"""Candidates side by side with the request: a person confirms or excludes each, with a reason, before anything is disclosed."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from governance.console import filling
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.console.request import RequestId, read
from governance.console.request_acts import DONE
from governance.errors import ConflictError, InvalidError
from governance.runtime import Work
from governance.subjects import acts, candidate_queries, evidence, person, queries, rules, sealing
from governance.subjects import service as requests

router = APIRouter(prefix="/requests")

PAGE = 15
CandidateId = Annotated[str, Path(pattern=r"^can_[0-9a-f]{32}$")]
_DECISIONS = ("undecided", "confirmed", "excluded")
_PICKED = re.compile(r"pick_(can_[0-9a-f]{32})")


@router.get("/{request_id}/candidates")
def show(
    visitor: Signed,
    request_id: RequestId,
    decision: Annotated[str, Query(pattern=r"^(undecided|confirmed|excluded)?$")] = "",
    after: Annotated[str, Query(max_length=60)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show candidates with what speaks for and against each, those that nobody has decided about first."""
    return _page(visitor, request_id, decision, after, done=DONE.get(done))


@router.post("/{request_id}/candidates")
def judge(visitor: Signed, form: Sent, request_id: RequestId) -> Response:
    """Confirm or exclude those that were ticked, each named, all for one reason."""
    picked = [found.group(1) for name in form.names() if (found := _PICKED.fullmatch(name))]
    try:
        decision = _verdict(form)
        with visitor.work() as work:
            requests.judge(work, picked, decision, form.sentence("because"))
    except (InvalidError, ConflictError) as error:
        return _failed(
            visitor, form, request_id, error, {"": filling.kept(form, "because")["because"]}, picked
        )
    return see_other(f"/requests/{request_id}/candidates?done=decided")


@router.post("/{request_id}/candidates/{candidate_id}")
def decide(visitor: Signed, form: Sent, request_id: RequestId, candidate_id: CandidateId) -> Response:
    """Confirm one, saying which of those in the call the person is where several match, or exclude it."""
    try:
        decision, because = _verdict(form), form.sentence("because")
        with visitor.work() as work:
            if decision == "confirmed":
                requests.confirm(work, candidate_id, because, form.get("party")[:80] or None)
            else:
                requests.exclude(work, candidate_id, because)
    except (InvalidError, ConflictError) as error:
        typed = {candidate_id: filling.kept(form, "because")["because"]}
        return _failed(visitor, form, request_id, error, typed, [])
    return see_other(f"/requests/{request_id}/candidates?done=decided{_kept(form)}#list")


def _verdict(form: Form) -> Literal["confirmed", "excluded"]:
    verdict = form.get("verdict")
    if verdict == "confirmed":
        return "confirmed"
    if verdict == "excluded":
        return "excluded"
    raise InvalidError("confirm or exclude", "verdict")


def _kept(form: Form) -> str:
    return f"&decision={form.get('decision')}" if form.get("decision") in _DECISIONS else ""


def _failed(
    visitor: Visitor,
    form: Form,
    request_id: str,
    error: InvalidError | ConflictError,
    typed: dict[str, str],
    picked: list[str],
) -> Response:
    status = 422 if isinstance(error, InvalidError) else 409
    decision = form.get("decision") if form.get("decision") in _DECISIONS else ""
    return _page(
        visitor, request_id, decision, "", status, problem=filling.problem(error), typed=typed, picked=picked
    )


def _page(
    visitor: Visitor,
    request_id: str,
    decision: str,
    after: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: dict[str, str] | None = None,
    picked: list[str] | None = None,
) -> Response:
    with visitor.work() as work:
        row = read(work, request_id)
        tally = queries.tally(work, row.id)
        chosen = decision or ("undecided" if tally.get("undecided") else "")
        rows = candidate_queries.candidates(work, row.id, chosen or None, after, PAGE + 1)
        shown = rows[:PAGE]
        facts = {
            "row": row,
            "who": person.of(work, row),
            "tally": tally,
            "found": evidence.of(work, row, shown),
            "reasons": {one.id: _because(work, one.id, one.because_sealed) for one in shown},
            "party_of": {one.id: one.party_id for one in shown},
            "sharing": list(evidence.sharing(work, row).values()),
            "lacks": rules.why_not("decide_candidate", acts.situation(work, row)),
            "now": work.now,
        }
    address = f"/requests/{request_id}/candidates?decision={chosen}"
    return page(
        "candidates",
        visitor,
        status,
        chosen=chosen,
        older=f"{address}&after={shown[-1].id}" if len(rows) > PAGE else None,
        newest=address if after else None,
        done=done,
        problem=problem,
        typed=typed or {},
        picked=picked or [],
        **facts,
    )


def _because(work: Work, candidate_id: str, sealed: bytes | None) -> str | None:
    return sealing.unseal(work, candidate_id, "because", sealed)
