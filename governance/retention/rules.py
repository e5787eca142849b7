"""What follows for one recording: which rule wins, when it falls due, and what then stands against it. Pure.

Precedence: a legal hold · an open request of a person · what a person decided in a review · the first rule of the file
that matches. A hold outranks every deadline: evidence erased under hold is gone, while a late erasure can be explained.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from governance.policy.retention import (
    DEFAULT,
    EVENTS,
    Action,
    Disposal,
    Period,
    RetentionPolicy,
    Rule,
    Stage,
    Start,
    covers,
)

NOTHING = "nothing"
NOT_EXAMINED = "not_examined"

Code = Literal["legal_hold", "open_request", "not_due", "due"]

STARTS: dict[Start, str] = {
    "end_of_call": "the end of the call",
    "taken_in": "the day it was taken in",
    "case_closed": "the closing of the case",
    "contract_ended": "the end of the contract",
}
ACTIONS: dict[Action, str] = {
    "erase": "it is erased",
    "erase_master": "its master is erased and the rendition stays",
    "review": "a person decides whether it is kept",
}


@dataclass(frozen=True)
class Facts:
    """What a rule needs to know of a recording.

    `found` holds the kinds of data that redaction ever found, `nothing` where it passed and found none, and
    `not_examined` where it never passed. `keep_until` and `erase_from` are what a person decided last in a review.
    """

    recording_id: str
    revision: int
    ended_at: datetime
    taken_in_at: datetime
    source: str
    line: str | None = None
    jurisdiction: str | None = None
    language: str | None = None
    site: str | None = None
    direction: str | None = None
    media: frozenset[str] = frozenset()
    found: frozenset[str] = frozenset({NOT_EXAMINED})
    has_master: bool = False
    events: Mapping[str, datetime] = field(default_factory=dict)
    keep_until: datetime | None = None
    erase_from: datetime | None = None

    def values(self, key: str) -> frozenset[str]:
        """Return what the recording has under a key of a rule's `when`."""
        if key in ("media", "found"):
            return self.media if key == "media" else self.found
        value = {
            "lines": self.line,
            "jurisdictions": self.jurisdiction,
            "languages": self.language,
            "sources": self.source,
            "sites": self.site,
            "directions": self.direction,
        }[key]
        return frozenset() if value is None else frozenset({value})


@dataclass(frozen=True)
class Deadline:
    """When what happens to a recording, under which rule.

    `starts_at` is None while the event `waits_for` has not come; `due_at` then reckons with the longest wait.
    """

    rule: str
    action: Action
    starts_at: datetime | None
    due_at: datetime
    waits_for: Start | None
    because: str

    @property
    def month(self) -> str:
        """The month in which it falls due, in UTC: `2027-03`."""
        return f"{self.due_at.astimezone(UTC):%Y-%m}"


@dataclass(frozen=True)
class Decision:
    """What may be done with a recording now, by which code, why, and until when that is so."""

    action: Action | Literal["keep"]
    code: Code
    because: str
    until: datetime | None


def later(moment: datetime, period: Period) -> datetime:
    """Return `moment` moved by `period`: years and months of the calendar first, then days.

    The same date of the later month, or its last day where it has none such; the time of day stays. What lies beyond
    the calendar is its end.
    """
    months = moment.year * 12 + moment.month - 1 + period.years * 12 + period.months
    year, month = divmod(months, 12)
    try:
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=period.days)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether the recording is of the rule's class: every key that is named, by any one of its values."""
    return all(
        any(covers(key, value, mine) for mine in facts.values(key) for value in values)
        for key, values in rule.when.named().items()
    )


def matching(policy: RetentionPolicy, facts: Facts) -> list[tuple[str, Disposal]]:
    """Return every rule that matches, the winner first, and last the default, which matches everything."""
    found: list[tuple[str, Disposal]] = [(rule.name, rule) for rule in policy.rules if matches(rule, facts)]
    return [*found, (DEFAULT, policy.default)]


def winner(policy: RetentionPolicy, facts: Facts) -> tuple[str, Disposal]:
    """Return the first rule in the file that matches, or the default."""
    for rule in policy.rules:
        if matches(rule, facts):
            return rule.name, rule
    return DEFAULT, policy.default


def deadline(policy: RetentionPolicy, facts: Facts, now: datetime | None = None) -> Deadline:
    """Return what falls due next for the recording, and when: a person's decision before the winning rule.

    With `now`, what is due for erasing as a whole is not told to lose its master first.
    """
    return under(*winner(policy, facts), facts, now)


def under(name: str, disposal: Disposal, facts: Facts, now: datetime | None = None) -> Deadline:
    """Return what falls due next by the rule called `name`, and when, as if it had won."""
    if facts.erase_from is not None:
        because = "A person decided in a review that it is erased."
        return Deadline(name, "erase", facts.erase_from, facts.erase_from, None, because)
    found = [
        _of_stage(name, disposal, stage, facts)
        for stage in reversed(disposal.stages)
        if stage.action != "erase_master" or facts.has_master
    ]
    last = found[0]
    if now is None or last.action != "erase" or now < last.due_at:
        # Of two stages that fall due together the later one counts as well.
        return _kept(min(found, key=lambda one: one.due_at), facts)
    return _kept(last, facts)


def course(policy: RetentionPolicy, facts: Facts, now: datetime) -> tuple[Deadline, ...]:
    """Return all that falls due for the recording from `now` on: what is next, and at last what ends it."""
    name, disposal = winner(policy, facts)
    following = under(name, disposal, facts, now)
    if following.action != "erase_master":
        return (following,)
    last = _kept(_of_stage(name, disposal, disposal.stages[-1], facts), facts)
    return (following, last) if following.due_at < last.due_at else (last,)


def _kept(found: Deadline, facts: Facts) -> Deadline:
    if facts.keep_until is not None and facts.keep_until > found.due_at:
        because = "A person decided in a review that it is kept until then."
        return replace(found, due_at=facts.keep_until, waits_for=None, because=because)
    return found


def _of_stage(name: str, disposal: Disposal, stage: Stage, facts: Facts) -> Deadline:
    starts_at, counts_from = _start(stage, facts)
    waits_for = stage.starts if starts_at is None else None
    due_at = later(counts_from, stage.period)
    return Deadline(name, stage.action, starts_at, due_at, waits_for, disposal.because)


def _start(stage: Stage, facts: Facts) -> tuple[datetime | None, datetime]:
    """Return since when the period runs (None: not yet), and from when it is reckoned.

    An event before the call ended starts the period at the end of the call: nothing is kept shorter than its period.
    """
    if stage.starts not in EVENTS or stage.wait_at_most is None:
        start = facts.taken_in_at if stage.starts == "taken_in" else facts.ended_at
        return start, start
    latest = later(facts.ended_at, stage.wait_at_most)
    event = facts.events.get(stage.starts)
    if event is None:
        return None, latest
    start = min(max(event, facts.ended_at), latest)
    return start, start


def decide(found: Deadline, *, holds: int, requests: int, now: datetime) -> Decision:
    """Return what may be done at the moment `now` with a recording on which so many holds and requests stand."""
    if holds:
        because = "A legal hold stands on it, which outranks every deadline."
        return Decision("keep", "legal_hold", because, None)
    if requests:
        because = (
            "A request of a person it is about is open; nothing of it is erased before that is answered."
        )
        return Decision("keep", "open_request", because, None)
    if now < found.due_at:
        return Decision("keep", "not_due", found.because, found.due_at)
    return Decision(found.action, "due", found.because, None)


def in_words(stage: Stage) -> str:
    """Return a stage as a sentence without its end: `13 months after the end of the call it is erased`."""
    sentence = f"{stage.period} after {STARTS[stage.starts]} {ACTIONS[stage.action]}"
    if stage.wait_at_most is None:
        return sentence
    return f"{sentence} (waited for at most {stage.wait_at_most} after the end of the call)"


def quarter(moment: datetime) -> datetime:
    """Return when the calendar quarter of `moment` began."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
