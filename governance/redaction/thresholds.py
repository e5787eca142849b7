"""What people's decisions say about the thresholds: how often a finding of which score was right, and what to propose.

Pure. A proposal is a line for `policies/redaction.yaml` and no more: policies are reviewed like code and never edited at
run time. This is precision alone. What the detectors miss no decision tells: that is measured elsewhere
(docs/redaction-quality.md), and a raised threshold may miss more than anybody has seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from governance.policy.redaction import CARD_NAMES, CARD_THRESHOLD_AT_MOST

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.review_queries import Opinion

Z = 1.959964
"""For intervals that hold the truth 95 times in 100."""
RIGHT_AT_MOST = 0.02
"""A threshold is raised only where at most this part of what would be dropped can have been right: a miss costs more."""
NEEDED = math.ceil(Z * Z * (1 - RIGHT_AT_MOST) / RIGHT_AT_MOST)
"""So many rejections, without one that was accepted, prove that: the upper bound of Wilson's interval is low enough."""
MOSTLY_RIGHT, NEEDED_LOWER = 0.5, 30
"""Where most of what is just above a threshold was right, more is likely to lie below it: then it is lowered."""
STEP = 0.05
_BAND = 10  # tenths


@dataclass(frozen=True, slots=True)
class Interval:
    """A proportion with Wilson's interval: `right` of `count`, between `low` and `high` 95 times in 100."""

    right: int
    count: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """Findings with a score from `start` (included) to `end`: how many people said were right."""

    language: str
    start: float
    end: float
    precision: Interval


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whether the threshold stays, and why: `because` names the counts, or how many decisions are still needed."""

    change: Literal["keep", "raise", "lower"]
    threshold: float
    because: str
    yaml: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one kind of data: its threshold, precision by language and score, and what follows."""

    entity: str
    threshold: float
    bands: tuple[Band, ...]
    proposal: Proposal


def wilson(right: int, count: int) -> Interval:
    """Return the proportion with its interval (Wilson 1927): honest for few decisions and for none that was right."""
    if count == 0:
        return Interval(0, 0, 0.0, 1.0)
    share, square = right / count, Z * Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    # Exactly 0 or 1 where nothing or everything was right: rounding must not say otherwise.
    low = 0.0 if right == 0 else max(0.0, middle - half)
    high = 1.0 if right == count else min(1.0, middle + half)
    return Interval(right, count, low, high)


def weigh(opinions: Iterable[Opinion], policy: RedactionPolicy) -> list[Evidence]:
    """Return the evidence for each kind of data that somebody has decided about, in the policy's order.

    Counted is what was decided by somebody who had read what lies behind the mask; of authentication data nothing lies
    there any more, and the words around it must do.
    """
    counted = [one for one in opinions if one.read_level == "master" or one.entity in ("CVV", "PIN", "TRACK")]
    named = (*policy.entities.items(), *policy.personal.items())
    found = []
    for name, treatment in named:
        mine = [one for one in counted if one.entity == name]
        if mine:
            proposal = _proposed(name, mine, treatment.threshold, policy)
            found.append(Evidence(name, treatment.threshold, tuple(_bands(mine)), proposal))
    return found


def _is_right(one: Opinion) -> bool:
    return one.decision != "reject"


def _precision(opinions: Sequence[Opinion]) -> Interval:
    right = sum(one.count for one in opinions if _is_right(one))
    return wilson(right, sum(one.count for one in opinions))


def _bands(opinions: Sequence[Opinion]) -> Iterable[Band]:
    for language in sorted({one.language for one in opinions}):
        tenths = {
            min(int(one.score * _BAND + 1e-9), _BAND - 1) for one in opinions if one.language == language
        }
        for tenth in sorted(tenths):
            start, end = tenth / _BAND, (tenth + 1) / _BAND
            inside = [
                one
                for one in opinions
                if one.language == language and min(int(one.score * _BAND + 1e-9), _BAND - 1) == tenth
            ]
            yield Band(language, start, end, _precision(inside))


def _proposed(name: str, opinions: Sequence[Opinion], threshold: float, policy: RedactionPolicy) -> Proposal:
    lowered = _lowered(name, opinions, threshold)
    if lowered is not None:
        return lowered
    highest = CARD_THRESHOLD_AT_MOST if name in CARD_NAMES else 1.0
    # Never above what would have dropped a finding that somebody called right.
    bound = min([highest, *(one.score for one in opinions if _is_right(one))])
    missing: list[str] = []
    candidate = math.floor(bound / STEP + 1e-9) * STEP
    while candidate > threshold + 1e-9:
        lacking = _missing(opinions, candidate, policy)
        if not lacking:
            return _raised(name, opinions, round(candidate, 2))
        missing = missing or lacking
        candidate -= STEP
    if bound <= threshold + 1e-9:
        because = (
            f"A threshold for card data is at most {highest}."
            if bound == highest
            else "A finding at the threshold was right: a higher one would have dropped it."
        )
        return Proposal("keep", threshold, because, None)
    because = f"Not enough is known to raise it. Needed, all rejected: {NEEDED} in each language; {'; '.join(missing)}."
    return Proposal("keep", threshold, because, None)


def _missing(opinions: Sequence[Opinion], candidate: float, policy: RedactionPolicy) -> list[str]:
    """Return in which languages too little is known of what the candidate would drop: one threshold holds for all."""
    spoken = sorted(
        {one.split("-")[0].lower() for one in policy.languages} | {one.language for one in opinions}
    )
    told = []
    for language in spoken:
        dropped = [one for one in opinions if one.language == language and one.score < candidate - 1e-9]
        seen = _precision(dropped)
        if seen.high > RIGHT_AT_MOST:
            told.append(f"{language} has {seen.count} below {candidate:.2f}")
    return told


def _raised(name: str, opinions: Sequence[Opinion], candidate: float) -> Proposal:
    dropped = [one for one in opinions if one.score < candidate - 1e-9]
    seen = _precision(dropped)
    because = (
        f"{seen.count} findings below {candidate} were looked at and all rejected: at most {seen.high:.1%} of such can have "
        "been right (Wilson, 95 %). What is never found because of it nobody will have looked at."
    )
    return Proposal("raise", candidate, because, _yaml(name, candidate, because))


def _lowered(name: str, opinions: Sequence[Opinion], threshold: float) -> Proposal | None:
    lowest = [one for one in opinions if one.score < threshold + 1 / _BAND - 1e-9]
    seen = _precision(lowest)
    if threshold <= 0 or seen.count < NEEDED_LOWER or seen.low < MOSTLY_RIGHT:
        return None
    candidate = max(0.0, round(threshold - 1 / _BAND, 2))
    because = (
        f"{seen.right} of the {seen.count} findings just above the threshold were right (at least {seen.low:.0%}, Wilson, "
        "95 %): more is likely to lie below it."
    )
    return Proposal("lower", candidate, because, _yaml(name, candidate, because))


def _yaml(name: str, threshold: float, because: str) -> str:
    section = "entities" if name in CARD_NAMES else "personal"
    return f"{section}:\n  # {because}\n  {name}: {{threshold: {threshold}}}  # the rest of the line as it is"
