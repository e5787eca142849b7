"""What waits for the visitor, gathered from every area that has something for their role, the nearest deadline first.

Each kind is asked for by itself and only of whoever may see it; of each a few are shown, and how many more there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from governance.access import queries as people
from governance.access.permissions import Permission
from governance.console import phrases
from governance.console.deps import Visitor
from governance.findings import queries as findings
from governance.findings.models import OPEN
from governance.recordings import queries as catalog
from governance.recordings.reasons import SUSPECTED_SAD
from governance.redaction import reviews
from governance.retention import queries as retention
from governance.retention.models import RELEASE_REQUESTED
from governance.retention.rules import later
from governance.runtime import Work
from governance.subjects import queries as requests
from governance.subjects.models import SubjectRequest

FEW = 6
_LOOKED_THROUGH = 50
# Kinds of findings whose subject is named here by itself to whoever does something about it.
_NAMED: dict[str, Permission] = {
    "sad_suspected": "recording:quarantine:decide",
    "hold_unreviewed": "recording:hold",
    "request_due": "request:manage",
    "retention_review_due": "retention:run",
    "break_glass_unreviewed": "break_glass:review",
}
SOON = timedelta(days=14)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Need:
    """One thing to do: what it is, why, where, and until when (None: when there is time)."""

    icon: str
    title: str
    because: str
    href: str
    due_at: datetime | None = None


def of(work: Work, visitor: Visitor) -> list[Need]:
    """Return what waits for the visitor, by deadline."""
    found = [
        *_requests(work, visitor),
        *_findings(work, visitor),
        *_matters(work, visitor),
        *_reviews(work, visitor),
        *_suspicions(work, visitor),
        *_uncertain(work, visitor),
        *_break_glass(work, visitor),
    ]
    return sorted(found, key=lambda need: need.due_at or _NEVER)


def _more(icon: str, count: int, what: str, href: str) -> list[Need]:
    return [Need(icon, f"More {what} ({count})", "", href)] if count > 0 else []


def _requests(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("request:manage"):
        return []
    running = requests.Filters(is_open=True, is_paused=False)
    rows, _ = requests.requests(work, running, limit=FEW)
    # What nobody has acknowledged has a clock of its own, which may end before those of others.
    late = [one for one in requests.unacknowledged(work) if one not in rows][:FEW]
    told = [_request(one) for one in (*late, *rows)]
    return told + _more("requests", requests.count(work, running) - len(told), "requests", "/requests")


def _request(row: SubjectRequest) -> Need:
    name, href = f"{phrases.kind(row.kind)} {row.number}", f"/requests/{row.id}"
    if row.acknowledged_at is None and row.acknowledge_by is not None:
        return Need(
            "requests",
            f"{name} is not acknowledged",
            "Tell the person that it has come in.",
            href,
            row.acknowledge_by,
        )
    return Need("requests", name, f"{phrases.request_state(row.state)}.", href, row.due_at)


def _findings(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("finding:work"):
        return []
    mine = findings.Filters(state=OPEN, assignee=visitor.actor.account_id)
    ours = findings.Filters(state=OPEN, owner=visitor.actor.role)
    # What is assigned to somebody else is theirs; the list of findings shows it.
    found = [
        *findings.findings(work, mine, None, _LOOKED_THROUGH)[0],
        *(one for one in findings.findings(work, ours, None, _LOOKED_THROUGH)[0] if one.assignee is None),
    ]
    path = work.policies.interventions.path
    told = [
        Need("findings", path(one.kind).title, one.because, f"/findings/{one.id}", one.due_at)
        for one in found
        if one.kind not in _NAMED or not visitor.may(_NAMED[one.kind])
    ]
    return told[:FEW] + _more(
        "findings", len(told) - FEW, "findings", f"/findings?owner={visitor.actor.role}"
    )


def _matters(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("recording:hold"):
        return []
    told = []
    for one in retention.matters(work):
        review_at = phrases.end_of_day(one.review_by)
        if one.state == RELEASE_REQUESTED and one.requested_person != visitor.actor.person:
            because = "Somebody asks that this hold ends; another person decides."
            told.append(Need("hold", "A hold is to be released", because, f"/matters/{one.id}"))
        elif review_at <= work.now + SOON:
            because = "Confirm that it is still needed, or ask for its release."
            told.append(Need("hold", "A hold is to be reviewed", because, f"/matters/{one.id}", review_at))
    return told[:FEW] + _more("hold", len(told) - FEW, "holds", "/matters")


def _reviews(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("retention:run"):
        return []
    adopted = retention.adoption(work)
    if adopted is None or adopted.policy_digest != work.policies.retention.digest:
        because = "Nothing is erased by itself before somebody has looked at what would go."
        waits = [Need("hold", "The retention policy is not in force", because, "/retention#force")]
    else:
        waits = []
    count = retention.reviews_waiting(work)
    if not count:
        return waits
    first, _ = retention.falling_due(work, retention.Filters(in_review=True), None, 1)
    asked_at = first[0].review_asked_at if first else None
    title = "A recording waits for a decision" if count == 1 else f"{count:,} recordings wait for a decision"
    because = "Their period is over: keep each for a reason, or erase it."
    due_at = later(asked_at, work.policies.retention.review_within) if asked_at else None
    return [*waits, Need("clock", title, because, "/retention/reviews", due_at)]


def _suspicions(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("recording:quarantine:decide"):
        return []
    waiting = catalog.quarantined_for(work, (SUSPECTED_SAD,), FEW + 1)
    known = findings.of_subjects(work, "sad_suspected", waiting)
    told = [
        Need(
            "recordings",
            f"Decide about {row.external_id}",
            "Authentication data is suspected in it.",
            f"/recordings/{row.id}",
            known[one].due_at if one in known else None,
        )
        for one in waiting[:FEW]
        if (row := catalog.recording(work, one)) is not None
    ]
    if len(waiting) > FEW:
        told.append(Need("recordings", "More suspicions", "", "/recordings?state=quarantined"))
    return told


def _uncertain(work: Work, visitor: Visitor) -> list[Need]:
    if not visitor.may("redaction:review"):
        return []
    waiting, following = reviews.listing(work, reviews.Filters(state="open"), None, _LOOKED_THROUGH)
    if not waiting:
        return []
    because = f"{len(waiting)}{'+' if following else ''} of them are masked and wait for somebody to look."
    return [Need("search", "Review what redaction is not sure of", because, "/reviews")]


def _break_glass(work: Work, visitor: Visitor) -> list[Need]:
    told = []
    if visitor.may("break_glass:approve"):
        wait = timedelta(hours=work.policies.access.break_glass.wait_hours)
        titles = {str(name): one.title for name, one in work.policies.purposes.purposes.items()}
        for one in people.break_glasses(work, state="requested"):
            if work.now < one.requested_at + wait and one.requester_person != visitor.actor.person:
                because = f"For {one.minutes} minutes: {titles.get(one.purpose, one.purpose).lower()}."
                told.append(
                    Need(
                        "glass", "Break-glass is asked for", because, "/break-glass", one.requested_at + wait
                    )
                )
    if visitor.may("break_glass:review"):
        used = [one for one in people.to_review(work) if one.requester_person != visitor.actor.person]
        told += [
            Need("glass", "A break-glass is to be reviewed", f"Used {one.used_count} times.", "/break-glass")
            for one in used
        ]
    return told[:FEW] + _more("glass", len(told) - FEW, "break-glass requests", "/break-glass")
