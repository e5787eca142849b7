"""Findings: what is wrong, whose it is and how old; each with the one path by which it is mended. None is closed by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Response

from governance.access import queries as people
from governance.access import service as access
from governance.console import charts, phrases, wording
from governance.console.charts import Bucket, Chart, Series
from governance.console.deps import Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, InvalidError
from governance.findings import age_queries, queries
from governance.findings import service as findings
from governance.findings.models import CLOSED, OPEN, Finding
from governance.policy.interventions import KINDS, SEVERITIES
from governance.runtime import Work

router = APIRouter(prefix="/findings")

PAGE = 50
AGES = (1, 3, 7, 14, 30, 90)
FindingId = Annotated[str, Path(pattern=r"^[a-z]{3}_[0-9a-f]{32}$")]
Text = Annotated[str, Query(max_length=40)]
_DONE = {
    "closed": "The check passes: the finding is closed.",
    "open": "The check was made now, and it still fails.",
    "assigned": "It is assigned.",
    "noted": "Your note is written down.",
}
_TONES: dict[str, charts.Tone] = {"critical": "bad", "high": "warn", "medium": "plain", "low": "soft"}


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to."""

    owner: str = ""
    kind: str = ""
    severity: str = ""
    state: str = OPEN
    mine: str = ""
    late: str = ""

    def address(self, **more: str) -> str:
        """Return where the list lies that is narrowed so."""
        told = {name: value for name, value in {**asdict(self), **more}.items() if value}
        if told.get("state") == OPEN:
            del told["state"]
        return f"/findings?{urlencode(told)}" if told else "/findings"


def narrowing(
    owner: Text = "",
    kind: Text = "",
    severity: Text = "",
    state: Text = OPEN,
    mine: Text = "",
    late: Text = "",
) -> Asked:
    """Return what the address narrows the list to. Raises `InvalidError` for a word that there is not."""
    for name, value, known in (
        ("kind", kind, KINDS),
        ("severity", severity, SEVERITIES),
        ("state", state, (OPEN, CLOSED)),
    ):
        if value and value not in known:
            raise InvalidError("There is no such thing to choose.", name)
    return Asked(owner, kind, severity, state or OPEN, "true" if mine else "", "true" if late else "")


@router.get("")
def show(
    visitor: Signed,
    asked: Annotated[Asked, Depends(narrowing)],
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List findings, the nearest deadline first, under a picture of how old the open ones are."""
    filters = queries.Filters(
        kind=asked.kind or None,
        owner=asked.owner or None,
        state=asked.state,
        severity=asked.severity or None,
        assignee=visitor.actor.account_id if asked.mine else None,
        late=True if asked.late else None,
    )
    with visitor.work(write=False) as work:
        access.require(work, "finding:read")
        rows, following = queries.findings(work, filters, after or None, PAGE)
        facts: dict[str, Any] = {
            "rows": rows,
            "paths": work.policies.interventions.interventions,
            "tallies": queries.summary(work),
            "ages": _ages(age_queries.by_age(work, AGES)),
            "names": visitor.logins(work, [row.assignee for row in rows]),
            "now": work.now,
        }
    return page(
        "findings",
        visitor,
        asked=asked,
        kinds=KINDS,
        severities=SEVERITIES,
        older=asked.address(after=following) if following else None,
        newest=asked.address() if after else None,
        **facts,
    )


def _ages(counted: dict[str, tuple[int, ...]]) -> Chart:
    order = [one for one in reversed(SEVERITIES) if one in counted]
    series = [Series(phrases.SEVERITIES[one], _TONES[one]) for one in order]
    starts = (0, *AGES)
    names = [f"{a} to {b} days" for a, b in zip(starts, AGES, strict=False)] + [f"over {AGES[-1]} days"]
    short = [f"{a}–{b}" for a, b in zip(starts, AGES, strict=False)] + [f"{AGES[-1]}+"]
    buckets = [
        Bucket(name, tuple(counted[one][at] for one in order), label=label)
        for at, (name, label) in enumerate(zip(names, short, strict=True))
    ]
    return charts.bars("ages", "Open findings by age in days", "Age", series, buckets)


@router.get("/{finding_id}")
def detail(
    visitor: Signed, finding_id: FindingId, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show one finding: what the check saw, the path by which it is mended, and what was done about it."""
    return _page(visitor, finding_id, done=_DONE.get(done))


@router.post("/{finding_id}/check")
def check(visitor: Signed, _form: Sent, finding_id: FindingId) -> Response:
    """Make its check now. It closes if the check passes, and in no other way."""
    try:
        row = findings.check(visitor.runtime, visitor.actor, finding_id)
    except ConflictError as error:
        return _page(visitor, finding_id, 409, problem=str(error))
    return see_other(f"/findings/{finding_id}?done={row.state}")


@router.post("/{finding_id}/assignment")
def assign(visitor: Signed, form: Sent, finding_id: FindingId) -> Response:
    """Give it to somebody, or back to all who own it."""
    try:
        with visitor.work() as work:
            findings.assign(work, finding_id, form.get("assignee")[:80] or None)
    except (ConflictError, InvalidError) as error:
        return _page(visitor, finding_id, 409, problem=str(error))
    return see_other(f"/findings/{finding_id}?done=assigned")


@router.post("/{finding_id}/notes")
def note(visitor: Signed, form: Sent, finding_id: FindingId) -> Response:
    """Write down what was found out, or done."""
    try:
        text = form.sentence("text")
    except InvalidError as error:  # what holds card data is not sent back
        return _page(visitor, finding_id, 422, problem=str(error))
    try:
        with visitor.work() as work:
            findings.note(work, finding_id, text)
    except InvalidError as error:
        return _page(visitor, finding_id, 422, problem=str(error), typed=text[:4000])
    return see_other(f"/findings/{finding_id}?done=noted")


def _page(
    visitor: Visitor,
    finding_id: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: str = "",
) -> Response:
    with visitor.work() as work:
        found = findings.read(work, finding_id)
        steps = found.history
        named = [
            found.finding.assignee,
            *(one.by for one in steps),
            *(one.det.get("assignee") for one in steps),
        ]
        facts = {
            "row": found.finding,
            "checked_at": found.checked_at,
            "path": found.path,
            "events": [(one, found.notes.get(one.id)) for one in found.history],
            "helpers": _helpers(work, visitor),
            "names": visitor.logins(work, named),
            "now": work.now,
        }
    return page(
        "finding",
        visitor,
        status,
        where=_where(found.finding),
        done=done,
        problem=wording.sentence(problem) if problem else None,
        typed=typed,
        **facts,
    )


def _helpers(work: Work, visitor: Visitor) -> list[tuple[str, str]]:
    """Return the accounts that can be given a finding, as far as the visitor may know them; oneself at least."""
    if not visitor.may("account:read"):
        mine = visitor.actor
        return [(mine.account_id, mine.login or "me")] if mine.account_id else []
    may = {role for role, granted in work.policies.access.roles.items() if "finding:work" in granted}
    return [(one.id, one.login) for one in people.accounts_of(work, may)]


def _where(row: Finding) -> str | None:
    """Return the page of what the finding is about, where there is one."""
    places = {
        "recording": f"/recordings/{row.subject_id}",
        "request": f"/requests/{row.subject_id}",
        "matter": f"/matters/{row.subject_id}",
        "break_glass": "/break-glass",
        "account": f"/people/{row.subject_id}",
        "actor": f"/log?actor={row.subject_id}",
        "log": "/log/health",
        "retention": "/retention/proofs",
        "retention_rule": "/retention",
    }
    return places.get(row.subject_kind)
