"""`retention.yaml` as a model: how long each class of recording is kept, from when, and what then happens to it.

One precedence: the first rule in the file that matches a recording wins, and `default` takes what no rule matches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.policy.redaction import CARD_NAMES, SAD_NAMES, CardEntityName, PersonalEntityName

DEFAULT = "default"
"""What the rule for everything unmatched is called in schedules, certificates and counts."""

Action = Literal["erase", "erase_master", "review"]
Event = Literal["case_closed", "contract_ended"]
Start = Literal["end_of_call", "taken_in", "case_closed", "contract_ended"]
MediaKindName = Literal["voice", "screen", "chat"]
DirectionName = Literal["inbound", "outbound", "internal"]
Found = (
    CardEntityName
    | PersonalEntityName
    | Literal["card_data", "authentication_data", "personal_data", "nothing", "not_examined"]
)
"""A kind of data that redaction found, a group of them, or that it found nothing, or has not passed yet."""

EVENTS: tuple[Event, ...] = get_args(Event)
GROUPS: dict[str, frozenset[str]] = {
    "card_data": frozenset(CARD_NAMES),
    "authentication_data": SAD_NAMES,
    "personal_data": frozenset(get_args(PersonalEntityName)),
}

Word = Annotated[str, Field(min_length=1, max_length=80)]
Words = Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
Sentence = Annotated[str, Field(min_length=10, max_length=400)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Period(_Strict):
    """A span of the calendar: years and months first, then days."""

    years: Annotated[int, Field(ge=0, le=100)] = 0
    months: Annotated[int, Field(ge=0, le=1200)] = 0
    days: Annotated[int, Field(ge=0, le=36_525)] = 0

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if not (self.years or self.months or self.days):
            raise ValueError("a period lasts at least a day")
        return self

    @property
    def usual_days(self) -> float:
        """How many days it has on average: to compare periods with, never to reckon a deadline by."""
        return (self.years * 12 + self.months) * 30.436875 + self.days

    def __str__(self) -> str:
        """Return it in words: `2 years`, `1 year and 6 months`."""
        parts = [
            f"{count} {unit if count != 1 else unit[:-1]}"
            for count, unit in ((self.years, "years"), (self.months, "months"), (self.days, "days"))
            if count
        ]
        return " and ".join(parts) if len(parts) < 3 else f"{parts[0]}, {parts[1]} and {parts[2]}"


class RiskAnalysis(_Strict):
    """The targeted risk analysis behind a choice (PCI DSS 12.3.1): when it was made and by whom."""

    date: date
    author: Word
    reference: Word | None = None


class When(_Strict):
    """Which recordings a rule is about: every key that is named must match, by any one of its values.

    A language or jurisdiction also stands for what it contains: `en` for `en-GB`, `US` for `US-CA`.
    """

    lines: Words | None = None
    jurisdictions: Words | None = None
    languages: Words | None = None
    sources: Words | None = None
    sites: Words | None = None
    directions: Annotated[tuple[DirectionName, ...], Field(min_length=1, strict=False)] | None = None
    media: Annotated[tuple[MediaKindName, ...], Field(min_length=1, strict=False)] | None = None
    found: Annotated[tuple[Found, ...], Field(min_length=1, strict=False)] | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.named():
            raise ValueError("a rule that matches everything is the default: name at least one key")
        return self

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that are named, with their values."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class Stage(_Strict):
    """One thing that happens to the recording once `period` has passed since `starts`."""

    action: Action
    period: Period
    starts: Start = "end_of_call"
    wait_at_most: Period | None = None
    """How long after the end of the call the event is waited for; then the period starts anyway."""

    @model_validator(mode="after")
    def _waits_for_an_end(self) -> Self:
        if self.starts in EVENTS and self.wait_at_most is None:
            raise ValueError(
                f"wait_at_most: say how long {self.starts} is waited for; an event that never comes is not for ever"
            )
        if self.starts not in EVENTS and self.wait_at_most is not None:
            raise ValueError(f"wait_at_most: {self.starts} is no event that is waited for")
        return self


class Disposal(_Strict):
    """What becomes of a class of recordings, and why: the part that a rule and the default share."""

    because: Sentence
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=2, strict=False)]
    risk_analysis: RiskAnalysis | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        *before, last = self.stages
        if last.action == "erase_master":
            raise ValueError("stages: after erase_master the rest needs an end too: add erase or review")
        for stage in before:
            if stage.action != "erase_master":
                raise ValueError(f"stages: nothing comes after {stage.action}")
            if stage.starts == last.starts and stage.period.usual_days >= last.period.usual_days:
                raise ValueError("stages: the master goes before the rest, not with it or after it")
        return self


class Rule(Disposal):
    """One class of recordings, by a name of its own, and what becomes of it."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
    when: When


class RetentionPolicy(_Strict):
    """How long what is kept. A file without `default` stops the start: nothing is kept for ever by silence."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    rules: Annotated[tuple[Rule, ...], Field(strict=False)] = ()
    default: Disposal
    review_within: Period = Period(days=30)
    """How soon a review is decided. Later than that it counts as overdue."""

    @model_validator(mode="after")
    def _names_are_their_own(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1 or name == DEFAULT})
        if twice:
            raise ValueError(f"rules: the name {twice[0]} is taken")
        return self

    @cached_property
    def digest(self) -> str:
        """The first 32 hexadecimal digits of the SHA-256 of this policy alone: what a schedule was made under."""
        whole = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(whole).hexdigest()[:32]

    def disposal(self, name: str) -> Disposal | None:
        """Return the rule called `name`, or the default; None where this policy has no such rule."""
        if name == DEFAULT:
            return self.default
        return next((rule for rule in self.rules if rule.name == name), None)

    def never_winning(self) -> Iterator[tuple[Rule, Rule]]:
        """Yield every rule that can never win, with the earlier one that takes all it would match."""
        for at, rule in enumerate(self.rules):
            earlier = next((one for one in self.rules[:at] if _takes_all(one.when, rule.when)), None)
            if earlier is not None:
                yield rule, earlier


def covers(key: str, value: str, narrower: str) -> bool:
    """Whether `value` under `key` of a rule also stands for `narrower`: `en` for `en-GB`, `card_data` for `PAN`."""
    if key in ("languages", "jurisdictions"):
        value, narrower = value.casefold(), narrower.casefold()
        return narrower == value or narrower.startswith(f"{value}-")
    if key == "found" and value in GROUPS:
        whole = GROUPS[value]
        return narrower in whole or (narrower in GROUPS and GROUPS[narrower] <= whole)
    return narrower == value


def _takes_all(earlier: When, later: When) -> bool:
    given = later.named()
    return all(
        key in given and all(any(covers(key, value, narrower) for value in values) for narrower in given[key])
        for key, values in earlier.named().items()
    )
