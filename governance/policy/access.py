"""policies/access.yaml as a model: roles and their scopes, and the limits of sign-in, API keys and break-glass."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.policy.vocabulary import PERMISSIONS, UNGRANTABLE, Permission, Role, Scope


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SignInLimits(_Strict):
    """How people sign in. The bounds are those of PCI DSS 8.2.8, 8.3.4 and 8.3.6: a policy may be stricter only."""

    tries: Annotated[int, Field(ge=1, le=10)] = 10
    locked_minutes: Annotated[int, Field(ge=30)] = 30
    idle_minutes: Annotated[int, Field(ge=1, le=15)] = 15
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    password_minimum: Annotated[int, Field(ge=12, le=128)] = 12
    link_minutes: Annotated[int, Field(ge=1, le=60)] = 15

    @property
    def locked(self) -> timedelta:
        """How long an account stays locked once its tries are used up."""
        return timedelta(minutes=self.locked_minutes)

    @property
    def idle(self) -> timedelta:
        """How long a session lives without a request."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def session(self) -> timedelta:
        """How long a session lives at most."""
        return timedelta(hours=self.session_hours)

    @property
    def link(self) -> timedelta:
        """How long a one-time sign-in link can be redeemed."""
        return timedelta(minutes=self.link_minutes)


class ApiKeyLimits(_Strict):
    """How long an API key may live."""

    max_days: Annotated[int, Field(ge=1, le=730)] = 365


class BreakGlassLimits(_Strict):
    """How long a break-glass may stay open once approved, and how long a request waits for its approver."""

    max_minutes: Annotated[int, Field(ge=1, le=1440)] = 240
    wait_hours: Annotated[int, Field(ge=1, le=168)] = 24


class AccessPolicy(_Strict):
    """Who may do what, and whose recordings each permission reaches. What is not named is not allowed."""

    roles: dict[Role, dict[Permission, Scope]]
    sign_in: SignInLimits = SignInLimits()
    api_keys: ApiKeyLimits = ApiKeyLimits()
    break_glass: BreakGlassLimits = BreakGlassLimits()

    @model_validator(mode="after")
    def _obeyable(self) -> AccessPolicy:
        for role, granted in self.roles.items():
            for permission, scope in granted.items():
                if permission in UNGRANTABLE:
                    raise ValueError(f"{role} may not be given {permission}: nobody may have it")
                if not PERMISSIONS[permission].scoped and scope != "all":
                    raise ValueError(
                        f"{permission} is not about single recordings: its only scope is all ({role})"
                    )
        return self

    def scope(self, role: str | None, permission: Permission) -> Scope | None:
        """Return how far `permission` reaches for `role`, or None where the role does not have it."""
        granted = next((given for name, given in self.roles.items() if name == role), {})
        return granted.get(permission)

    def permissions(self, role: str | None) -> frozenset[Permission]:
        """Return every permission of `role`; none for a role the policy does not name."""
        return frozenset(permission for permission in PERMISSIONS if self.scope(role, permission) is not None)
