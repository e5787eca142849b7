"""policies/subjects.yaml as a model: what each law gives the people recorded, by when, and how we know who asks.

Whether the purposes that an objection stops exist, and can be stopped, is checked where all policies meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from governance.policy.purposes import PurposeName, PurposesPolicy

RequestKind = Literal["access", "objection", "marketing_objection", "opt_out"]
PauseReason = Literal["identity", "clarification"]
PlaceName = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,5})?$")]
RegimeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Strict):
    """A period of the law, in exactly one unit: calendar months, calendar days, or working days of the place."""

    months: Annotated[int, Field(ge=1, le=24)] | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Period:
        if sum(unit is not None for unit in (self.months, self.days, self.working_days)) != 1:
            raise ValueError("a period has exactly one of months, days, working_days")
        return self


class Place(_Strict):
    """Where a clock runs. Holidays are those of the `holidays` library; `further_holidays` are the ones it does not know.

    The law moves a deadline for the public holidays of a place. That only the organisation is closed moves none.
    """

    time_zone: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,5}$")] | None = None
    further_holidays: tuple[date, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            raise ValueError("no such time zone") from None
        return name

    @model_validator(mode="after")
    def _known_calendar(self) -> Place:
        import holidays  # a sixth of a second, which only the reading of this policy has to spend

        try:
            holidays.country_holidays(self.country, subdiv=self.subdivision)
        except NotImplementedError:
            raise ValueError("the holidays library knows no such country or subdivision") from None
        return self


class Terms(_Strict):
    """What holds for one kind of request under one law."""

    answer_within: Period
    extended_to: Period | None = None
    """The whole period from receipt once extended; the person must be told within the first."""
    acknowledge_within: Period | None = None
    warn_days: Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], Field(min_length=1)]
    pauses: tuple[PauseReason, ...] = ()
    identity: Literal["on_doubt", "never"] = "on_doubt"
    stops: tuple[PurposeName, ...] = ()

    @model_validator(mode="after")
    def _obeyable(self) -> Terms:
        if list(self.warn_days) != sorted(set(self.warn_days), reverse=True):
            raise ValueError("warn_days go down from the first warning to the last")
        if len(set(self.pauses)) < len(self.pauses) or len(set(self.stops)) < len(self.stops):
            raise ValueError("a pause or purpose stands twice")
        if self.identity == "never" and "identity" in self.pauses:
            raise ValueError("a clock cannot wait for a proof that is never asked for")
        if self.extended_to is not None:
            first, whole = self.answer_within, self.extended_to
            longer = [
                (getattr(first, unit), getattr(whole, unit)) for unit in ("months", "days", "working_days")
            ]
            if not any(a is not None and b is not None and a < b for a, b in longer):
                raise ValueError("extended_to is the whole period from receipt, longer and in the same unit")
        return self


class Regime(_Strict):
    """One law. `working_day_rule`: an end on a weekend or public holiday moves to the next working day."""

    title: Annotated[str, Field(min_length=3)]
    place: PlaceName
    working_day_rule: bool
    keep_records_months: Annotated[int, Field(ge=1, le=120)]
    requests: Annotated[dict[RequestKind, Terms], Field(min_length=1)]

    @model_validator(mode="after")
    def _obeyable(self) -> Regime:
        for kind, terms in self.requests.items():
            if kind == "access" and terms.stops:
                raise ValueError("a request for access stops no purpose")
            if kind != "access" and not terms.stops:
                raise ValueError(f"{kind} must name the purposes that it stops")
            if kind in ("marketing_objection", "opt_out") and terms.identity != "never":
                raise ValueError(f"{kind} is absolute and discloses nothing: identity is never")
        return self


class CodeLimits(_Strict):
    """One-time codes that prove an identity: short-lived, few tries, and not many a day."""

    digits: Annotated[int, Field(ge=6, le=12)] = 8
    minutes: Annotated[int, Field(ge=1, le=60)] = 15
    tries: Annotated[int, Field(ge=1, le=10)] = 5
    per_day: Annotated[int, Field(ge=1, le=10)] = 3

    @property
    def lifetime(self) -> timedelta:
        """How long a code can be used."""
        return timedelta(minutes=self.minutes)


class SubjectsPolicy(_Strict):
    """What each law gives the people recorded, and how we know who asks."""

    regime: RegimeName
    """Under which law a request stands that names none."""
    places: Annotated[dict[PlaceName, Place], Field(min_length=1)]
    regimes: Annotated[dict[RegimeName, Regime], Field(min_length=1)]
    code: CodeLimits = CodeLimits()
    same_within_days: Annotated[int, Field(ge=1, le=3650)] = 365
    package_days: Annotated[int, Field(ge=1, le=90)] = 30

    @model_validator(mode="after")
    def _obeyable(self) -> SubjectsPolicy:
        if self.regime not in self.regimes:
            raise ValueError("regime is none of the regimes")
        for name, regime in self.regimes.items():
            if regime.place not in self.places:
                raise ValueError(f"{name} is at a place that is not described: {regime.place}")
        return self

    def terms(self, regime: str, kind: str) -> Terms | None:
        """Return what holds for `kind` under `regime`, or None where that law does not know it."""
        law = self.regimes.get(regime)
        return next((terms for name, terms in law.requests.items() if name == kind), None) if law else None


def disagreements(subjects: SubjectsPolicy, purposes: PurposesPolicy) -> Iterator[str]:
    """Yield what an objection is said to stop and cannot: a purpose that there is not, or one that nothing stops."""
    for name, regime in subjects.regimes.items():
        for kind, terms in regime.requests.items():
            for purpose in terms.stops:
                known = purposes.get(purpose)
                if known is None or not known.objectionable:
                    what = "is no purpose" if known is None else "is a purpose that no objection stops"
                    yield f"regimes.{name}.requests.{kind}.stops: {purpose} {what}"
