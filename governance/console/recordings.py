"""The list of recordings: exactly those the visitor may read, by the same definition that decides about each of them.

A person's calls are found by what identifies them, which is typed into a form that is posted and stands in no address:
the page that answers carries their blind tokens, and lets in again only who may name people.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Response

from governance.access import service as access
from governance.console import tape
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import InvalidError
from governance.recordings import identifiers, people, queries
from governance.recordings import overview_queries as overview
from governance.recordings.models import QUARANTINED, RELEASED
from governance.recordings.queries import Columns, Filters
from governance.recordings.search_queries import narrowed
from governance.redaction import queries as redaction
from governance.runtime import Work

router = APIRouter(prefix="/recordings")

PAGE = 25
Label = Annotated[str, Query(max_length=80)]
_SPELLINGS = {
    "tel": identifiers.telephone,
    "email": identifiers.email,
    "customer_number": identifiers.customer_number,
}
_ID = re.compile(r"rec_[0-9a-f]{32}")


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to. `person` are blind tokens in hexadecimal, of which one must occur."""

    state: str = ""
    team: str = ""
    agent: str = ""
    line: str = ""
    external: str = ""
    purpose: str = ""
    since: str = ""
    until: str = ""
    person: str = ""

    def address(self, **more: str) -> str:
        """Return where the list lies that is narrowed so."""
        told = {name: value for name, value in {**asdict(self), **more}.items() if value}
        return f"/recordings?{urlencode(told)}" if told else "/recordings"


def narrowing(
    state: Label = "",
    team: Label = "",
    agent: Label = "",
    line: Label = "",
    external: Annotated[str, Query(max_length=200)] = "",
    purpose: Label = "",
    since: Label = "",
    until: Label = "",
    person: Annotated[str, Query(pattern=r"^([0-9a-f]{32}(,[0-9a-f]{32}){0,2})?$")] = "",
) -> Asked:
    """Return what the address narrows the list to. Raises `InvalidError` for a state that there is not."""
    if state not in ("", QUARANTINED, RELEASED):
        raise InvalidError("There is no such state.", "state")
    return Asked(
        state, team.strip(), agent.strip(), line.strip(), external.strip(), purpose, since, until, person
    )


@router.get("")
def show(
    visitor: Signed,
    asked: Annotated[Asked, Depends(narrowing)],
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List recordings, newest first, a page at a time; above them how many are in quarantine and why."""
    if _ID.fullmatch(asked.external):  # whoever has the id of the house has found it
        return see_other(f"/recordings/{asked.external}")
    return _page(visitor, asked, after)


@router.post("/person")
def find_person(visitor: Signed, form: Sent) -> Response:
    """Look for the calls of a person, whichever kind of identifier was typed, among those the visitor may read."""
    kept = _kept(form)
    try:
        with visitor.work() as work:  # the first search of a tenant makes the key of its blind index
            access.require(work, "recording:identifiers:read")
            tokens = _tokens(work, form.get("person"))
    except InvalidError as error:
        return _page(visitor, kept, "", status=422, problem=str(error), typed=form.get("person")[:200])
    return see_other(Asked(**{**asdict(kept), "person": ",".join(tokens)}).address())


def _kept(form: Form) -> Asked:
    return narrowing(**{name: form.get(name)[:80] for name in asdict(Asked()) if name != "person"})


def _tokens(work: Work, typed: str) -> list[str]:
    """Return the blind tokens of every reading that is possible: a customer number may look like a telephone number."""
    found = []
    for kind, spelled in _SPELLINGS.items():
        with suppress(InvalidError):
            found.append(people.token(work, kind, spelled(typed)).hex())
    if not found:
        raise InvalidError("This is no telephone number, e-mail address or customer number.", "person")
    return found


def _page(
    visitor: Visitor,
    asked: Asked,
    after: str,
    *,
    status: int = 200,
    problem: str | None = None,
    typed: str = "",
) -> Response:
    if asked.purpose and asked.purpose not in dict(visitor.purposes()):
        raise InvalidError("Your role has no such purpose.", "purpose")
    last_day = _day(asked.until, "until")
    filters = Filters(
        team=asked.team or None,
        agent_id=asked.agent or None,
        since=_day(asked.since, "since"),
        until=last_day + timedelta(days=1) if last_day else None,
    )
    with visitor.work(write=bool(asked.person)) as work:
        if asked.person:
            access.require(work, "recording:identifiers:read")
        visible = access.visible(work, "recording:metadata:read", Columns(work))
        wanted = sa.and_(visible, _wanted(work, asked))
        rows, following = queries.listing(work, wanted, filters, after or None, PAGE)
        facts = _facts(work, visible, [row.id for row in rows])
    strips = {
        row.id: tape.strip(row.duration_ms, facts["runs"][row.id].spans)
        for row in rows
        if row.id in facts["runs"]
    }
    return page(
        "recordings",
        visitor,
        status,
        asked=asked,
        rows=rows,
        strips=strips,
        older=asked.address(after=following) if following else None,
        newest=asked.address() if after else None,
        problem=problem,
        typed=typed,
        **facts,
    )


def _wanted(work: Work, asked: Asked) -> sa.ColumnElement[bool]:
    return narrowed(
        work,
        state=asked.state,
        line=asked.line,
        external_id=asked.external,
        purpose=asked.purpose,
        persons=[bytes.fromhex(one) for one in asked.person.split(",") if one],
    )


def _facts(work: Work, visible: sa.ColumnElement[bool], listed: list[str]) -> dict[str, Any]:
    """Return what stands beside the rows: why each is in quarantine, how many there are, what can be chosen."""
    return {
        "runs": redaction.last_redactions(work, listed),
        "reasons_of": overview.open_quarantines(work, listed),
        "counts": overview.counts(work, visible),
        "reasons": overview.quarantine_reasons(work, visible),
        "choices": overview.choices(work, visible),
        "scope": work.policies.access.scope(work.actor.role, "recording:metadata:read"),
    }


def _day(text: str, name: str) -> datetime | None:
    """Return the beginning of a day in UTC, None for no day. Raises `InvalidError`."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        raise InvalidError("This is not a day: write it as 2026-03-31.", name) from None
