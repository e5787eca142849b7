"""The log: who did what, newest first, and when, as a plot. Whoever looks here stands in it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from governance.access import queries as people
from governance.access import service as access
from governance.audit import export as exports
from governance.audit import queries, timeline_queries
from governance.audit import service as audit
from governance.console import charts
from governance.console.acts import ACTS
from governance.console.charts import Chart, Series
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import HEADERS, page
from governance.errors import InvalidError
from governance.recordings import identity_queries
from governance.runtime import Work

router = APIRouter(prefix="/log")

PAGE = 50
OUTCOMES = ("success", "failure", "denied")
_FIELDS = ("act", "actor", "recording", "purpose", "outcome", "since", "until", "source")
_PERSONAL = ("person", "source")
Text = Annotated[str, Query(max_length=80)]
_SERIES = (Series("Done", "plain"), Series("Failed", "warn"), Series("Denied", "bad"))
_STEPS = (
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
)
_FEWEST, _COLUMNS = 12, 48


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to, as it was typed. `person` and `source` come by POST only: they stand in no address."""

    act: str = ""
    actor: str = ""
    recording: str = ""
    purpose: str = ""
    outcome: str = ""
    since: str = ""
    until: str = ""
    person: str = ""
    source: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether what it is narrowed to must stand in no address."""
        return bool(self.person or self.source)

    @property
    def is_narrowed(self) -> bool:
        """Whether it is narrowed at all."""
        return any(asdict(self).values())

    def address(self, **more: str) -> str:
        """Return where this list lies. Not for a person's, nor for an address's."""
        told = {n: value for n, value in {**asdict(self), **more}.items() if value and n not in _PERSONAL}
        return f"/log?{urlencode(told)}" if told else "/log"


@router.get("")
def show(
    visitor: Signed,
    act: Text = "",
    actor: Text = "",
    recording: Text = "",
    purpose: Text = "",
    outcome: Text = "",
    since: Text = "",
    until: Text = "",
    before: Text = "",
) -> Response:
    """List entries, newest first. Looking is itself an entry."""
    typed = (act, actor, recording, purpose, outcome, since, until)
    asked = Asked(*(one.strip() for one in typed))
    return _page(visitor, asked, before)


@router.post("")
def search(visitor: Signed, form: Sent) -> Response:
    """List the entries that concern a person or came from an address, named in the form's body and in no address."""
    return _page(visitor, _typed(form), form.get("before")[:40])


@router.post("/export")
def export(visitor: Signed, form: Sent) -> Response:
    """Hand out every entry that the list is narrowed to, as CSV or JSON lines. Raises `InvalidError` for another form."""
    asked, kind = _typed(form), exports.checked(form.get("format"))
    with visitor.work(write=False) as work:
        access.require(work, "audit:export")
        wanted = _wanted(work, visitor, asked)
    portions = audit.export(visitor.runtime, visitor.actor, kind, wanted)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="log.{kind}"'}
    return StreamingResponse(portions, media_type=exports.FORMS[kind][0], headers=headers)


def _typed(form: Form) -> Asked:
    given = {name: form.get(name).strip()[:80] for name in _FIELDS}
    return Asked(**given, person=form.get("person").strip()[:200])


def _wanted(work: Work, visitor: Visitor, asked: Asked) -> dict[str, Any]:
    """Return what the log is asked. Raises `InvalidError` for what is no outcome and no moment."""
    if asked.outcome not in ("", *OUTCOMES):
        raise InvalidError("There is no such outcome.", "outcome")
    return {
        "act": asked.act or None,
        "actor": _actor(work, visitor, asked.actor) or None,
        "res": ("recording", asked.recording) if asked.recording else None,
        "purpose": asked.purpose or None,
        "person": asked.person or None,
        "known": identity_queries.known_as(work, asked.person) if asked.person else None,
        "source": asked.source or None,
        "outcome": asked.outcome or None,
        "since": moment(asked.since, "since"),
        "until": moment(asked.until, "until"),
    }


def _page(visitor: Visitor, asked: Asked, before: str) -> Response:
    with visitor.work() as work:
        access.require(work, "audit:read")
        wanted = _wanted(work, visitor, asked)
        found = audit.search(work, **wanted, before=before or None, limit=PAGE)
        happened = timeline_queries.moments(work, **wanted)
        facts: dict[str, Any] = {
            "purposes": sorted(work.policies.purposes.purposes),
            "health": queries.health(work),
            "checkpoint": queries.latest_checkpoint(work),
            "names": visitor.logins(work, {one.actor for one in found.entries}),
        }
    return page(
        "log",
        visitor,
        asked=asked,
        entries=found.entries,
        acts=sorted(ACTS.items(), key=lambda act: act[1]),
        following=found.next,
        may_export=visitor.may("audit:export"),
        older=asked.address(before=found.next) if found.next and not asked.is_personal else None,
        newest=asked.address() if before and not asked.is_personal else None,
        chart=plot(happened, asked),
        **facts,
    )


def plot(happened: Sequence[tuple[datetime, str]], asked: Asked) -> Chart | None:
    """Return when it happened, in columns as wide as they must be to be told apart; None where nothing did."""
    if not happened:
        return None
    newest, oldest = max(at for at, _ in happened), min(at for at, _ in happened)
    every = next((step for step in _STEPS if (newest - oldest) / step < _COLUMNS), _STEPS[-1])
    first, last = _floor(oldest, every), _floor(newest, every) + every
    counted = Counter((_floor(at, every), outcome) for at, outcome in happened)
    counts = {start: tuple(counted[start, one] for one in OUTCOMES) for start, _ in counted}
    first = max(min(first, last - every * _FEWEST), last - every * charts.MOST_COLUMNS)
    count = f"{len(happened):,} {'entry' if len(happened) == 1 else 'entries'}"
    title = f"When: the newest {count}" if len(happened) >= timeline_queries.MOST else f"When: {count}"
    href = "" if asked.is_personal else asked.address(since="SINCE", until="UNTIL")
    href = href.replace("SINCE", "{since}").replace("UNTIL", "{until}")
    return charts.by_time("when", title, _SERIES, counts, first, last, every, href)


def moment(text: str, name: str) -> datetime | None:
    """Return a moment in UTC from `2026-03-31` or `2026-03-31T09:30`, None for none. Raises `InvalidError`."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError("This is no moment: write it as 2026-03-31T09:30.", name) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _actor(work: Work, visitor: Visitor, typed: str) -> str:
    """Return the id of the account whose login was typed, for whoever may see accounts; else what was typed."""
    found = people.account_by_login(work, typed) if typed and visitor.may("account:read") else None
    return found.id if found else typed


def _floor(at: datetime, every: timedelta) -> datetime:
    start = datetime(2001, 1, 1, tzinfo=UTC)  # a Monday: weeks begin where people begin them
    return start + (at - start) // every * every
