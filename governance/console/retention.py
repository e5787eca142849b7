"""What falls due when, as a picture and a list; the policy in words; what waits for a person's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.console import charts, filling, policy_words
from governance.console.charts import Chart, Series
from governance.console.deps import RecordingId, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError
from governance.recordings import queries as catalog
from governance.retention import queries
from governance.retention import service as retention
from governance.retention.models import KEEP_UNTIL
from governance.retention.rules import later
from governance.retention.service import Line, SweepReport
from governance.runtime import Work

router = APIRouter(prefix="/retention")

PAGE = 50
MOST_DECIDED_ANEW = 20_000
"""A dry run decides anew about every recording: of more than these the command line does, while nobody waits."""
_ACTIONS = (
    ("erase", "Erased", "plain"),
    ("erase_master", "Master erased", "soft"),
    ("review", "Reviewed", "warn"),
)
_DONE = {
    "adopted": "The policy is in force: what it lets fall due is erased by itself from now on.",
    "keep_until": "Your decision is written down: it is kept, and asked about again then.",
    "erase": "Your decision is written down: the next sweep erases it, unless something holds it.",
}
Text = Annotated[str, Query(max_length=60)]


@router.get("")
def show(visitor: Signed, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show what falls due when, as the schedule knows it: at once, however many recordings there are."""
    return _overview(visitor, done=_DONE.get(done))


@router.post("/dry-run")
def dry_run(visitor: Signed, _form: Sent) -> Response:
    """Decide anew about every recording and show what the next sweep would do. Nothing is erased."""
    with visitor.work(write=False) as work:
        access.require(work, "retention:run")
        count = sum(line[3] for line in queries.counts_by_month(work))
    if count > MOST_DECIDED_ANEW:
        told = f"There are {count:,} recordings. Ask on the command line: governance sweep --dry-run."
        return _overview(visitor, 409, problem=told)
    return _overview(visitor, report=retention.sweep(visitor.runtime, visitor.actor, dry_run=True))


@router.post("/adoption")
def adopt(visitor: Signed, form: Sent) -> Response:
    """Put the policy into force that was looked at: from now on what it lets fall due is erased by itself."""
    try:
        if form.get("looked") != "yes":
            raise InvalidError("Say that you have looked at what falls due.", "looked")
        with visitor.work() as work:
            retention.adopt(work, form.get("digest")[:64])
    except (InvalidError, ConflictError) as error:
        return _overview(
            visitor, 422 if isinstance(error, InvalidError) else 409, problem=filling.problem(error)
        )
    return see_other("/retention?done=adopted")


def _overview(
    visitor: Visitor,
    status: int = 200,
    *,
    report: SweepReport | None = None,
    problem: str | None = None,
    done: str | None = None,
) -> Response:
    with visitor.work() as work:
        _read(work)
        found = retention.preview(work)
        month = f"{work.now:%Y-%m}"
        facts: dict[str, Any] = {
            "preview": found,
            "is_in_force": retention.is_in_force(work),
            "waiting": queries.reviews_waiting(work),
            "overdue": sum(line.count for line in found.lines if line.month < month),
            "now": work.now,
        }
    return page(
        "retention",
        visitor,
        status,
        chart=_chart(found.lines),
        by_rule=_by_rule(found.lines),
        report=report,
        problem=problem,
        done=done,
        **facts,
    )


def _chart(lines: Iterable[Line]) -> Chart:
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * len(_ACTIONS))
    places = {action: at for at, (action, _, _) in enumerate(_ACTIONS)}
    for line in lines:
        year, _, month = line.month.partition("-")
        counts[int(year), int(month)][places[line.action]] += line.count
    series = [Series(name, tone) for _, name, tone in _ACTIONS]  # type: ignore[arg-type]  # the tones above are tones
    return charts.by_month(
        "due", "What falls due, by month", series, counts, "/retention/schedule?month={month}"
    )


def _by_rule(lines: Iterable[Line]) -> list[tuple[str, str, str, int]]:
    """Return rule, action, the first month and how many in all, by rule."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for line in lines:
        first, count = found.get((line.rule, line.action), (line.month, 0))
        found[line.rule, line.action] = (min(first, line.month), count + line.count)
    return [(rule, action, first, count) for (rule, action), (first, count) in sorted(found.items())]


@router.get("/schedule")
def schedule(
    visitor: Signed,
    rule: Text = "",
    action: Text = "",
    month: Annotated[str, Query(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """List what falls due, the earliest first."""
    since = datetime.fromisoformat(f"{month}-01T00:00:00+00:00") if month else None
    until = (since + timedelta(days=32)).replace(day=1) if since else None
    filters = queries.Filters(rule=rule or None, action=action or None, since=since, until=until)
    with visitor.work() as work:
        _read(work)
        rows, following = queries.falling_due(work, filters, after or None, PAGE)
        rules = [one.name for one in work.policies.retention.rules] + ["default"]
        now = work.now
    chosen = {"rule": rule, "action": action, "month": month}
    told = {name: value for name, value in chosen.items() if value}
    return page(
        "schedule",
        visitor,
        rows=rows,
        chosen=chosen,
        rules=rules,
        now=now,
        older=f"/retention/schedule?{urlencode({**told, 'after': following})}" if following else None,
        newest=f"/retention/schedule?{urlencode(told)}" if after else None,
    )


@router.get("/policy")
def policy(visitor: Signed) -> Response:
    """Show the policy in words: every rule as a sentence in the order in which they win, and the default."""
    with visitor.work() as work:
        _read(work)
        decided = work.policies.retention
        counts: dict[str, int] = defaultdict(int)
        for _month, rule, _action, count in queries.counts_by_month(work):
            counts[rule] += count
        never = {one.name: earlier.name for one, earlier in decided.never_winning()}
        is_in_force = retention.is_in_force(work)
    return page(
        "policy",
        visitor,
        policy=decided,
        rules=[policy_words.told(rule.name, rule, rule.when) for rule in decided.rules],
        default=policy_words.told("default", decided.default, None),
        counts=counts,
        never=never,
        is_in_force=is_in_force,
    )


@router.get("/reviews")
def reviews(
    visitor: Signed,
    after: Annotated[str, Query(max_length=200)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List what waits for a person's decision: its period is over, and the rule asks somebody."""
    return _reviews(visitor, after, done=_DONE.get(done))


@router.post("/reviews/{recording_id}")
def decide(visitor: Signed, form: Sent, recording_id: RecordingId) -> Response:
    """Keep one recording until a day, for a reason, or have it erased, for a reason."""
    decision = form.get("decision")
    try:
        because = form.sentence("because")
        until = filling.end(form.get("until"), "until") if decision == KEEP_UNTIL else None
        with visitor.work() as work:
            retention.decide_review(work, recording_id, decision, because, until)
    except (InvalidError, ConflictError, DeniedError) as error:
        if isinstance(error, DeniedError) and error.reason != "not_a_person":
            raise
        typed = filling.kept(form, "because", "until", "decision") | {"recording": recording_id}
        status = 422 if isinstance(error, InvalidError) else 409
        return _reviews(visitor, "", status, problem=filling.problem(error), typed=typed)
    return see_other(f"/retention/reviews?done={decision}")


def _reviews(
    visitor: Visitor,
    after: str,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    with visitor.work() as work:
        _read(work)
        rows, following = queries.falling_due(work, queries.Filters(in_review=True), after or None, PAGE)
        kept = catalog.kept_from_erasure(work, [one.recording_id for one in rows])
        within = work.policies.retention.review_within
        due = {one.recording_id: later(one.review_asked_at or work.now, within) for one in rows}
        now = work.now
    return page(
        "reviews",
        visitor,
        status,
        rows=rows,
        due=due,
        kept=kept,
        now=now,
        done=done,
        problem=problem,
        typed=typed or {},
        older=f"/retention/reviews?after={following}" if following else None,
        newest="/retention/reviews" if after else None,
    )


def _read(work: Work) -> None:
    access.require(work, "retention:read")
    audit.record(work, "retention.read")
