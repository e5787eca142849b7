"""Requests of the people recorded: handed in, listed by clock, read with their history and the evidence of candidates."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, Field, StringConstraints

from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Label, Plain, Sentence
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.errors import NotFoundError
from governance.runtime import Work
from governance.subjects import acts, candidate_queries, evidence, person, queries, rules, sealing
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.words import Channel, IdentifierKind, Kind, Requester, State

router = APIRouter(prefix="/v1/requests", tags=["requests"], route_class=SmallBody)

RequestId = Annotated[
    str, Path(pattern=r"^srq_[0-9a-f]{32}$", examples=["srq_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]
Known = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Spoken = Annotated[Known, Plain]
Written = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000), Plain]
Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class IdentifierAsked(Asked):
    """One thing by which recordings know the person. A number without a country code belongs to `region`."""

    kind: IdentifierKind
    value: Annotated[Known, Field(repr=False, examples=["+44 7700 900123"])]
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "GB"

    def known(self) -> requests.Identifier:
        """Return the identifier in its one spelling. Raises `InvalidError`."""
        return person.identifier(self.kind, self.value, self.region)


class RequestAsked(Asked):
    """What a person asks. `email` and `address` are where the answer goes and prove nothing; what recordings are to be
    found by stands in `identifiers`. `received_at` is when it reached you, if that was earlier: the clock runs from there.
    """

    kind: Kind
    requester: Requester = "customer"
    regime: Annotated[
        Label | None, Field(examples=["gdpr"], description="The law; the policy's own if left out.")
    ] = None
    place: Annotated[Label | None, Field(examples=["DE-BE"], description="Where the clock runs.")] = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    channel: Literal["api", "by_hand"] = "api"
    received_at: AwareDatetime | None = None
    name: Annotated[Spoken | None, Field(repr=False)] = None
    email: Annotated[Spoken | None, Field(repr=False)] = None
    address: Annotated[Sentence | None, Field(repr=False)] = None
    identifiers: Annotated[tuple[IdentifierAsked, ...], Field(max_length=20, repr=False)] = ()
    text: Annotated[Written | None, Field(repr=False)] = None
    purposes: Annotated[
        tuple[Purpose, ...],
        Field(
            max_length=40, description="Of an objection: what it stops; all that can be stopped, if left out."
        ),
    ] = ()


class RequestSummary(Answer):
    """One request in a list. Nobody is named in it. `due_at` is the first moment after the last day, `due_on`."""

    id: str
    number: str
    kind: str
    regime: str
    place: str
    requester: str
    channel: Channel
    language: str
    state: State
    identity: str
    received_at: datetime
    due_on: date
    due_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    paused_at: datetime | None
    paused_for: str | None
    paused_days: int
    extended_at: datetime | None
    extension_told_at: datetime | None
    purposes: list[str]
    grounds: str | None
    outcome: str | None
    refusal: str | None
    decided_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    earlier_id: str | None


class RequestPage(Answer):
    """One page, by clock. `next` is the `after` of the next page; null on the last."""

    items: list[RequestSummary]
    next: str | None


class PersonShape(Answer):
    """Who asks, masked: enough to compare, not enough to name anybody."""

    name: str | None
    email: str | None
    has_address: bool
    identifiers: list[tuple[str, str]]


class EventShape(Answer):
    """One line of the history. `by` is opaque; `note` is what a person wrote, null once it was forgotten."""

    at: datetime
    act: str
    by: str
    code: str | None
    det: dict[str, Any]
    note: str | None


class CheckShape(Answer):
    """One proof of identity that was asked for."""

    way: str
    made_at: datetime
    expires_at: datetime | None
    tries: int
    has_passed: bool | None


class RequestDetail(RequestSummary):
    """One request with its history. `steps` has null for what can be done now, and the reason for what cannot."""

    person: PersonShape
    text: str | None
    reasons: str | None
    candidates: dict[str, int]
    checks: list[CheckShape]
    code_addresses: list[str]
    steps: dict[str, str | None]
    history: list[EventShape]


class CandidatePage(Answer):
    """Candidates with their evidence, in the order they were found. `next` is the `after` of the next page."""

    items: list[dict[str, Any]]
    next: str | None


@router.post("", status_code=201, responses=documented(401, 403, 413))
def open_request(caller: Annotated[Caller, needs("request:open")], asked: RequestAsked) -> RequestSummary:
    """Hand in a request. From the answer on its clock runs, and what it stops or suspends is in force."""
    who = person.Person(
        name=asked.name,
        email=person.identifier("email", asked.email).value if asked.email else None,
        address=asked.address,
        identifiers=tuple(dict.fromkeys(one.known() for one in asked.identifiers)),
        text=asked.text,
    )
    with caller.work() as work:
        opened = requests.open_request(
            work,
            requests.Asked(
                kind=asked.kind,
                channel=asked.channel,
                who=who,
                requester=asked.requester,
                regime=asked.regime,
                place=asked.place,
                language=asked.language,
                received_at=asked.received_at,
                purposes=asked.purposes,
            ),
        )
        return RequestSummary.model_validate(opened)


@router.get("", responses=documented(401, 403))
def list_requests(
    caller: Annotated[Caller, needs("request:read")],
    state: State | None = None,
    is_open: bool | None = None,
    kind: Kind | None = None,
    regime: Annotated[str | None, Query(max_length=40)] = None,
    requester: Requester | None = None,
    is_paused: bool | None = None,
    due_before: AwareDatetime | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RequestPage:
    """List requests by clock: what ends first stands first."""
    filters = queries.Filters(
        state=state,
        is_open=is_open,
        kind=kind,
        regime=regime,
        requester=requester,
        is_paused=is_paused,
        due_before=due_before,
    )
    with caller.work(write=False) as work:
        rows, following = queries.requests(work, filters, after, limit)
        return RequestPage(items=[RequestSummary.model_validate(row) for row in rows], next=following)


@router.get("/{request_id}", responses=_EVERYTHING)
def read(caller: Annotated[Caller, needs("request:read")], request_id: RequestId) -> RequestDetail:
    """Read one request with its history, and what can be done next. That it was read is logged."""
    with caller.work() as work:
        row = _there(work, request_id)
        audit.record(work, "request.read", res=[("request", row.id)])
        return _detail(work, row)


@router.get("/{request_id}/candidates", responses=_EVERYTHING)
def list_candidates(
    caller: Annotated[Caller, needs("request:read")],
    request_id: RequestId,
    decision: Literal["undecided", "confirmed", "excluded"] | None = None,
    after: Annotated[str, Query(pattern=r"^(can_[0-9a-f]{32})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> CandidatePage:
    """List the request's candidates, each with what speaks for and against it, identifiers masked. Logged."""
    with caller.work() as work:
        row = _there(work, request_id)
        found = candidate_queries.candidates(work, row.id, decision, after, limit + 1)
        page = found[:limit]
        audit.record(work, "request.read", res=[("request", row.id)], det={"candidates": len(page)})
        items = [asdict(one) for one in evidence.of(work, row, page)]
        return CandidatePage(items=items, next=page[-1].id if len(found) > limit else None)


def _there(work: Work, request_id: str) -> SubjectRequest:
    row = queries.request(work, request_id)
    if row is None:
        raise NotFoundError("there is no such request")
    return row


def _detail(work: Work, row: SubjectRequest) -> RequestDetail:
    who = person.of(work, row)
    return RequestDetail(
        **RequestSummary.model_validate(row).model_dump(),
        person=PersonShape(
            name=person.masked("name", who.name) if who.name else None,
            email=person.masked("email", who.email) if who.email else None,
            has_address=who.address is not None,
            identifiers=[(one.kind, person.masked(one.kind, one.value)) for one in who.identifiers],
        ),
        text=who.text,
        reasons=sealing.unseal(work, row.id, "reasons", row.reasons_sealed),
        candidates=queries.tally(work, row.id),
        checks=[CheckShape.model_validate(one) for one in queries.identity_checks(work, row.id)],
        code_addresses=[person.masked("email", one) for one in requests.addresses_on_file(work, row)],
        steps=dict(rules.possible(acts.situation(work, row))),
        history=[
            EventShape(
                at=one.at,
                act=one.act,
                by=one.by,
                code=one.code,
                det=one.det,
                note=sealing.unseal(work, one.id, "note", one.note_sealed),
            )
            for one in queries.history(work, row.id)
        ],
    )
