"""policies/interventions.yaml as a model: for every kind of finding the one path by which it is mended.

A kind without a path would be a finding that nobody owns, so it stops the start; so does a path for a kind that no
check knows, because whoever wrote it believes that something is watched.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.policy.access import AccessPolicy
from governance.policy.vocabulary import Role

FindingKind = Literal[
    "recording_not_examinable",
    "sad_suspected",
    "card_data_unexpected",
    "second_look_failed",
    "erasure_incomplete",
    "erasure_overdue",
    "retention_review_due",
    "retention_not_proved",
    "hold_unreviewed",
    "request_due",
    "log_not_verified",
    "log_not_signed",
    "log_not_told",
    "repeated_denials",
    "break_glass_unreviewed",
    "account_unused",
    "key_rotation_due",
    "message_undeliverable",
    "job_failing",
    "check_failing",
]
"""What a check can find. Each has one check (`findings/checks`) and one path (`policies/interventions.yaml`)."""

Severity = Literal["low", "medium", "high", "critical"]

KINDS: Final[tuple[FindingKind, ...]] = get_args(FindingKind)
WITH_GRACE: Final[frozenset[FindingKind]] = frozenset(
    {
        "recording_not_examinable",
        "sad_suspected",
        "erasure_incomplete",
        "erasure_overdue",
        "break_glass_unreviewed",
        "job_failing",
    }
)
"""Kinds of what mends itself as a rule, so that it is a finding only once it has lasted."""
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)

Line = Annotated[str, Field(min_length=10, max_length=400)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Span(_Strict):
    """A length of time: so many hours by the clock, or so many working days."""

    hours: Annotated[int, Field(ge=0, le=8760)] | None = None
    working_days: Annotated[int, Field(ge=0, le=250)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Span:
        if (self.hours is None) == (self.working_days is None):
            raise ValueError("say either hours or working_days")
        return self

    @property
    def is_nothing(self) -> bool:
        """Whether it is no time at all."""
        return not (self.hours or self.working_days)

    def __str__(self) -> str:
        """Return it in words: `8 hours`, `1 working day`."""
        count, unit = (self.working_days, "working day") if self.hours is None else (self.hours, "hour")
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


class Escalation(_Strict):
    """Who is told when a finding is late: `after` its deadline, then `every` so often until it is closed."""

    to: Annotated[tuple[Role, ...], Field(min_length=1, strict=False)]
    after: Span
    every: Span

    @model_validator(mode="after")
    def _obeyable(self) -> Escalation:
        if self.every.is_nothing:
            raise ValueError("every: an escalation cannot be repeated without a pause")
        if len(set(self.to)) < len(self.to):
            raise ValueError("to: a role stands twice")
        return self


class Intervention(_Strict):
    """The one path by which a kind of finding is mended: by whom, until when, how, and what it looks like when it is."""

    title: Annotated[str, Field(min_length=5, max_length=80)]
    severity: Severity
    owner: Role
    grace: Span = Span(hours=0)
    deadline: Span
    good: Line
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=12, strict=False)]
    escalation: Escalation
    standard: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _obeyable(self) -> Intervention:
        if self.deadline.is_nothing:
            raise ValueError(
                "deadline: a finding that is late when it is opened leaves nobody time to mend it"
            )
        return self


class Limits(_Strict):
    """From where on something is a finding. The bounds are those of the standards: a policy may be stricter only."""

    denials: Annotated[int, Field(ge=2, le=1000)] = 10
    denials_within_hours: Annotated[int, Field(ge=1, le=168)] = 1
    account_unused_days: Annotated[int, Field(ge=7, le=90)] = 90
    key_days: Annotated[int, Field(ge=30, le=730)] = 365
    log_verified_hours: Annotated[int, Field(ge=25, le=72)] = 26
    log_unsigned_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    log_untold_minutes: Annotated[int, Field(ge=5, le=1440)] = 15
    request_days_before: Annotated[int, Field(ge=1, le=20)] = 7
    proof_days: Annotated[int, Field(ge=1, le=92)] = 92

    @property
    def denials_within(self) -> timedelta:
        """The time within which so many denials of one actor are a finding."""
        return timedelta(hours=self.denials_within_hours)

    @property
    def account_unused(self) -> timedelta:
        """How long an account may be unused before it must be disabled (PCI DSS 8.2.6)."""
        return timedelta(days=self.account_unused_days)

    @property
    def key_age(self) -> timedelta:
        """The cryptoperiod of the wrapping keys (PCI DSS 3.7.4)."""
        return timedelta(days=self.key_days)

    @property
    def log_verified(self) -> timedelta:
        """How old the last self-audit of the log may be."""
        return timedelta(hours=self.log_verified_hours)

    @property
    def log_unsigned(self) -> timedelta:
        """How long an entry of the log may stay without a signed checkpoint over it."""
        return timedelta(minutes=self.log_unsigned_minutes)

    @property
    def log_untold(self) -> timedelta:
        """How long an entry of the log may wait to be told to a sink (PCI DSS 10.3.3, 10.7.2)."""
        return timedelta(minutes=self.log_untold_minutes)

    @property
    def request_before(self) -> timedelta:
        """How long before its end a request is a finding."""
        return timedelta(days=self.request_days_before)

    @property
    def proof_age(self) -> timedelta:
        """How old the last proof that nothing is overdue may be (PCI DSS 3.2.1: a quarter)."""
        return timedelta(days=self.proof_days)


class InterventionsPolicy(_Strict):
    """Every kind of finding with its path, and from where on something is one."""

    limits: Limits = Limits()
    interventions: dict[FindingKind, Intervention]

    @model_validator(mode="after")
    def _complete(self) -> InterventionsPolicy:
        missing = [kind for kind in KINDS if kind not in self.interventions]
        if missing:
            raise ValueError(f"interventions must name every kind of finding; missing: {', '.join(missing)}")
        for kind, path in self.interventions.items():
            if kind not in WITH_GRACE and not path.grace.is_nothing:
                raise ValueError(
                    f"{kind}: grace: it is a finding from its first moment on, or `limits` say when"
                )
        return self

    def path(self, kind: str) -> Intervention:
        """Return the path of a kind. Raises `KeyError` for one that no policy can name."""
        return {str(name): path for name, path in self.interventions.items()}[kind]

    def check_roles(self, access: AccessPolicy) -> None:
        """Raise `ValueError` where a finding would belong to, or be told to, a role that cannot see it."""
        for kind, path in self.interventions.items():
            if access.scope(path.owner, "finding:work") is None:
                raise ValueError(f"{kind}: its owner, {path.owner}, does not have finding:work")
            for role in path.escalation.to:
                if access.scope(role, "finding:read") is None:
                    raise ValueError(f"{kind}: {role}, whom it is escalated to, does not have finding:read")
