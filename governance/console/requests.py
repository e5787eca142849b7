"""Requests of the people recorded: a board by clock, a list, and the form by which one is taken down by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from governance.access import service as access
from governance.console import filling
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import InvalidError
from governance.runtime import Work
from governance.subjects import person, queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.service import Asked, Identifier, Person
from governance.subjects.words import KINDS, STATES, Kind

router = APIRouter(prefix="/requests")

PAGE = 50
COLUMN = 12
_COLUMNS = ("received", "examining", "decided", "answered")
Text = Annotated[str, Query(max_length=40)]
_FIELDS = (
    "kind", "regime", "place", "requester", "language", "received", "name", "email", "address", "tel", "emails",
    "customer_number", "agent_id", "text",
)  # fmt: skip


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to."""

    state: str = ""
    kind: str = ""
    regime: str = ""
    paused: str = ""
    number: str = ""

    def address(self, **more: str) -> str:
        """Return where the list lies that is narrowed so."""
        told = {name: value for name, value in {**asdict(self), **more}.items() if value}
        return f"/requests/list?{urlencode(told)}" if told else "/requests/list"


def narrowing(
    state: Text = "", kind: Text = "", regime: Text = "", paused: Text = "", number: Text = ""
) -> Narrowed:
    """Return what the address narrows the list to. Raises `InvalidError` for a word that there is not."""
    if state not in ("", "open", *STATES) or kind not in ("", *KINDS):
        raise InvalidError("There is no such state or kind.", "state")
    return Narrowed(state, kind, regime, "true" if paused else "", number.strip())


@router.get("")
def board(visitor: Signed) -> Response:
    """Show the requests that somebody works on, a column for each state, what ends first standing first."""
    with visitor.work(write=False) as work:
        access.require(work, "request:read")
        columns = []
        for state in _COLUMNS:
            filters = queries.Filters(state=state)
            rows, following = queries.requests(work, filters, limit=COLUMN)
            more = queries.count(work, filters) - len(rows) if following else 0
            columns.append((state, rows, more))
        facts = _known(work)
    return page("requests", visitor, columns=columns, **facts)


@router.get("/list")
def listed(
    visitor: Signed,
    narrowed: Annotated[Narrowed, Depends(narrowing)],
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List requests by clock, ended ones too, a page at a time. A number leads straight to its request."""
    filters = queries.Filters(
        state=narrowed.state if narrowed.state != "open" and narrowed.state else None,
        is_open=True if narrowed.state == "open" else None,
        kind=narrowed.kind or None,
        regime=narrowed.regime or None,
        is_paused=True if narrowed.paused else None,
    )
    with visitor.work(write=False) as work:
        access.require(work, "request:read")
        found = queries.by_number(work, narrowed.number) if narrowed.number else None
        rows, following = queries.requests(work, filters, after or None, PAGE)
        facts = _known(work)
    if found is not None:
        return see_other(f"/requests/{found.id}")
    return page(
        "request_list",
        visitor,
        narrowed=narrowed,
        rows=[] if narrowed.number else rows,
        kinds=KINDS,
        states=STATES,
        older=narrowed.address(after=following) if following and not narrowed.number else None,
        newest=narrowed.address() if after else None,
        **facts,
    )


def _known(work: Work) -> dict[str, Any]:
    subjects = work.policies.subjects
    return {"now": work.now, "regimes": {str(name): one.title for name, one in subjects.regimes.items()}}


@router.get("/new")
def new(visitor: Signed) -> Response:
    """Show the form by which a request is taken down that came by telephone, letter or mail."""
    return _form(visitor, 200, {})


@router.post("")
def make(visitor: Signed, form: Sent) -> Response:
    """Open a request by hand: its clock runs from its receipt, and what it stops is stopped from the answer on."""
    try:
        with visitor.work() as work:
            opened = requests.open_request(work, _asked(work, form)).id
    except InvalidError as error:
        return _form(visitor, 422, filling.kept(form, *_FIELDS), problem=filling.problem(error), form=form)
    return see_other(f"/requests/{opened}?done=opened")


def _asked(work: Work, form: Form) -> Asked:
    kind: Kind | None = next((one for one in KINDS if one == form.get("kind")), None)
    if kind is None:
        raise InvalidError("choose what is asked for", "kind")
    place = form.get("place") or None
    who = Person(
        name=form.sentence("name")[:200] or None,
        email=person.identifier("email", form.get("email")).value if form.get("email").strip() else None,
        address=form.sentence("address")[:500] or None,
        identifiers=_identifiers(form, (place or "GB").partition("-")[0]),
        text=form.sentence("text")[:4000] or None,
    )
    purposes = tuple(name for name in work.policies.purposes.purposes if form.get(f"stop_{name}") == "yes")
    return Asked(
        kind=kind,
        channel="by_hand",
        who=who,
        requester="staff" if form.get("requester") == "staff" else "customer",
        regime=form.get("regime") or None,
        place=place,
        language=form.get("language")[:35] or "en",
        received_at=_received(work, form.get("received")),
        purposes=purposes if kind != "access" else (),
    )


def _identifiers(form: Form, region: str) -> tuple[Identifier, ...]:
    fields = (
        ("tel", "tel"),
        ("email", "emails"),
        ("customer_number", "customer_number"),
        ("agent_id", "agent_id"),
    )
    found = [
        person.identifier(kind, line, region)
        for kind, field in fields
        for line in form.get(field).splitlines()
        if line.strip()
    ]
    return tuple(dict.fromkeys(found))


def _received(work: Work, typed: str) -> datetime | None:
    """Return noon of the day of receipt: the same day in every place that a clock can run in, or nearly."""
    if not typed.strip():
        return None
    noon = datetime.combine(filling.day(typed, "received"), time(12), UTC)
    return None if noon.date() == work.now.date() else noon


def _form(
    visitor: Visitor,
    status: int,
    filled: dict[str, str],
    *,
    problem: str | None = None,
    form: Form | None = None,
) -> Response:
    with visitor.work(write=False) as work:
        access.require(work, "request:open")
        subjects, decided = work.policies.subjects, work.policies.purposes
        stops = {
            str(purpose)
            for regime in subjects.regimes.values()
            for terms in regime.requests.values()
            for purpose in terms.stops
        }
        facts: dict[str, Any] = {
            "regimes": {str(name): one for name, one in subjects.regimes.items()},
            "usual": subjects.regime,
            "calendars": sorted(subjects.places),
            "languages": work.policies.letters.languages,
            "stops": [(str(name), one.title) for name, one in decided.purposes.items() if name in stops],
            "today": work.now.date(),
            "earliest": (work.now - timedelta(days=365)).date(),
        }
    ticked = {name for name, _ in facts["stops"] if form is not None and form.get(f"stop_{name}") == "yes"}
    return page(
        "request_new", visitor, status, filled=filled, ticked=ticked, kinds=KINDS, problem=problem, **facts
    )


def marks(request: SubjectRequest) -> list[tuple[str, str]]:
    """Return what stands out about a request: a clock that stands still, an extension, a doubt about who asks."""
    found = []
    if request.paused_at is not None:
        found.append(("Clock paused", "info"))
    if request.extension_told_at is not None:
        found.append(("Extended", ""))
    if request.identity == "doubted":
        found.append(("Identity in doubt", "warn"))
    if request.acknowledged_at is None and request.state in ("received", "examining", "decided"):
        found.append(("Not acknowledged", "warn"))
    return found
