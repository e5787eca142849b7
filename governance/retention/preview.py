"""What would be erased when, before it is: counts by rule, action and month, with samples that name nobody.

`preview` reads the schedule, which a page can afford at a million recordings. `survey` and `compare` decide anew for
every recording, a page of them at a time: what a dry run and a change of policy are judged by.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from governance.policy.retention import RetentionPolicy
from governance.recordings import queries as catalog
from governance.retention import fact_queries, queries, rules
from governance.retention.rules import Deadline, Facts
from governance.runtime import Actor, Runtime, Work

SAMPLES = 3
NOW = "now"
"""What a line says for a month where it tells of what is due at once."""


@dataclass(frozen=True)
class Line:
    """How many recordings fall due in a month (`2027-03`, or `now`) under a rule, for an action."""

    month: str
    rule: str
    action: str
    count: int


@dataclass(frozen=True)
class Sample:
    """One of the recordings behind a line: its ids, never whom it is about."""

    recording_id: str
    external_id: str
    due_at: datetime


@dataclass(frozen=True)
class Preview:
    """What falls due when. `kept` says of what is due already how many may not be erased, and by which code."""

    policy_version: str
    policy_digest: str
    lines: tuple[Line, ...]
    samples: dict[str, tuple[Sample, ...]]
    """By rule and action: `card_payments erase`."""
    recordings: int
    kept: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """Of how many recordings something falls due at another time, or under another rule, by the new policy.

    A recording whose master and whose rest move both is counted in a move of each.
    """

    old_rule: str
    new_rule: str
    action: str
    direction: str
    """`sooner`, `later`, `otherwise` (another action, at the same time), `added` or `dropped`."""
    count: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Difference:
    """What a change of policy does: what it would erase at once, what moves, and the months before and after.

    The months count all that falls due: a recording of which the master goes first stands in two of them.
    """

    recordings: int
    unchanged: int
    at_once: tuple[Move, ...]
    moves: tuple[Move, ...]
    old: tuple[Line, ...]
    new: tuple[Line, ...]


class Tally:
    """Counts lines and keeps the first samples of each."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._samples: dict[str, list[tuple[str, datetime]]] = defaultdict(list)

    def add(self, month: str, found: Deadline, recording_id: str) -> None:
        """Count one recording."""
        self.counts[month, found.rule, found.action] += 1
        kept = self._samples[f"{found.rule} {found.action}"]
        if len(kept) < SAMPLES:
            kept.append((recording_id, found.due_at))

    def lines(self) -> tuple[Line, ...]:
        """Return the lines, by month."""
        return tuple(Line(*key, count) for key, count in sorted(self.counts.items()))

    def samples(self, work: Work) -> dict[str, tuple[Sample, ...]]:
        """Return the samples, by rule and action."""
        return {key: _samples(work, found) for key, found in sorted(self._samples.items())}


def preview(work: Work) -> Preview:
    """Return what falls due when, as the schedule knows it: a month's line counts what is due in it, held or not."""
    counted = queries.counts_by_month(work)
    first: dict[tuple[str, str], str] = {}
    for month, rule, action, _ in counted:
        first.setdefault((rule, action), month)
    samples = {
        f"{rule} {action}": tuple(
            Sample(one.recording_id, one.external_id, one.due_at)
            for one in queries.samples_of(work, month, rule, action, SAMPLES)
        )
        for (rule, action), month in sorted(first.items())
    }
    policy = work.policies.retention
    lines = tuple(Line(*one) for one in counted)
    return Preview(policy.version, policy.digest, lines, samples, sum(line.count for line in lines))


def survey(runtime: Runtime, actor: Actor) -> Preview:
    """Return what a sweep would do now and what falls due when, decided anew for every recording. Nothing is written."""
    tally, kept = Tally(), Counter[str]()
    for work, found in _decided(runtime, actor):
        due = [(facts, deadline) for facts, deadline in found if deadline.due_at <= work.now]
        standing = catalog.kept_from_erasure(work, [facts.recording_id for facts, _ in due]) if due else {}
        for facts, deadline in found:
            code = standing.get(facts.recording_id)
            kept.update([code] if code else [])
            if code is None:
                is_due = deadline.due_at <= work.now
                tally.add(NOW if is_due else deadline.month, deadline, facts.recording_id)
    with runtime.work(actor, write=False) as work:
        policy, samples = work.policies.retention, tally.samples(work)
    total = sum(tally.counts.values()) + sum(kept.values())
    return Preview(policy.version, policy.digest, tally.lines(), samples, total, dict(kept))


def compare(runtime: Runtime, actor: Actor, old: RetentionPolicy, new: RetentionPolicy) -> Difference:
    """Return what would change for every recording if `new` took the place of `old`. Nothing is written.

    All that falls due is compared, not what is next alone: a longer life of the rest is no less a change where the
    master goes before it.
    """
    before, after, moves = Tally(), Tally(), _Moves()
    total = unchanged = 0
    for work, found in fact_queries.everything(lambda: runtime.work(actor, write=False)):
        for facts in found:
            then, now = rules.course(old, facts, work.now), rules.course(new, facts, work.now)
            for tally, course in ((before, then), (after, now)):
                for one in course:
                    tally.add(one.month, one, facts.recording_id)
            total += 1
            unchanged += not moves.add(facts.recording_id, then, now, work.now)
    with runtime.work(actor, write=False) as work:
        at_once, moved = moves.told(work, at_once=True), moves.told(work, at_once=False)
    return Difference(total, unchanged, at_once, moved, before.lines(), after.lines())


class _Moves:
    def __init__(self) -> None:
        self._counts: Counter[tuple[bool, str, str, str, str]] = Counter()
        self._samples: dict[tuple[bool, str, str, str, str], list[tuple[str, datetime]]] = defaultdict(list)

    def add(
        self, recording_id: str, then: tuple[Deadline, ...], now: tuple[Deadline, ...], moment: datetime
    ) -> bool:
        """Count what moves of one recording, and return whether anything does."""
        has_moved = False
        for old, new in _pairs(then, now):
            direction = _direction(old, new)
            told = new or old
            if direction is None or told is None:
                continue
            has_moved = True
            at_once = new is not None and new.due_at <= moment and (old is None or moment < old.due_at)
            key = (at_once, then[-1].rule, now[-1].rule, told.action, direction)
            self._counts[key] += 1
            if len(self._samples[key]) < SAMPLES:
                self._samples[key].append((recording_id, told.due_at))
        return has_moved

    def told(self, work: Work, *, at_once: bool) -> tuple[Move, ...]:
        chosen = [(key, count) for key, count in self._counts.items() if key[0] is at_once]
        return tuple(
            Move(*key[1:], count, _samples(work, self._samples[key]))
            for key, count in sorted(chosen, key=lambda item: (-item[1], item[0]))
        )


def _pairs(
    then: tuple[Deadline, ...], now: tuple[Deadline, ...]
) -> list[tuple[Deadline | None, Deadline | None]]:
    """Return what takes whose place: the same action, or else, from the end on, whatever is there instead."""
    old, new = {one.action: one for one in then}, {one.action: one for one in now}
    same: list[tuple[Deadline | None, Deadline | None]] = [(old[one], new[one]) for one in old if one in new]
    left = [one for one in reversed(then) if one.action not in new]
    came = [one for one in reversed(now) if one.action not in old]
    return same + list(zip_longest(left, came))


def _direction(old: Deadline | None, new: Deadline | None) -> str | None:
    if old is None or new is None:
        return "added" if old is None else "dropped"
    if new.due_at != old.due_at:
        return "sooner" if new.due_at < old.due_at else "later"
    return None if new.action == old.action else "otherwise"


def _decided(runtime: Runtime, actor: Actor) -> Iterator[tuple[Work, list[tuple[Facts, Deadline]]]]:
    """Yield every recording that is not erased with its deadline under the policy in force."""
    for work, facts in fact_queries.everything(lambda: runtime.work(actor, write=False)):
        yield work, [(one, rules.deadline(work.policies.retention, one, work.now)) for one in facts]


def _samples(work: Work, found: list[tuple[str, datetime]]) -> tuple[Sample, ...]:
    names = queries.external_ids(work, [recording_id for recording_id, _ in found])
    return tuple(Sample(one, names[one], due_at) for one, due_at in found if one in names)
