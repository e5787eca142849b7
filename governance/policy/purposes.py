"""policies/purposes.yaml as a model: for what, on which basis, by whom and at which level recordings may be used.

It is the part of the record of processing (GDPR Art. 30) that decides at every playback.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.policy.vocabulary import Basis, Level, Role

PurposeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Purpose(BaseModel):
    """One purpose. `objectionable`: whether an objection (GDPR Art. 21) or a restriction (Art. 18) can stop it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=3)]
    basis: Basis
    notice: Annotated[str, Field(min_length=20)]
    # Tuples and no sets: the digest of the policies is taken over their order.
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    objectionable: bool

    @model_validator(mode="after")
    def _obeyable(self) -> Purpose:
        if "original" in self.levels:
            raise ValueError("no purpose may use the original: it exists in quarantine only")
        if len(set(self.roles)) < len(self.roles) or len(set(self.levels)) < len(self.levels):
            raise ValueError("a role or level stands twice")
        return self


class PurposesPolicy(BaseModel):
    """Every purpose the organisation has. What is not named is not a purpose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purposes: Annotated[dict[PurposeName, Purpose], Field(min_length=1)]

    def get(self, name: str) -> Purpose | None:
        """Return the purpose called `name`, or None where there is none."""
        return self.purposes.get(name)

    def of_role(self, role: str | None) -> list[str]:
        """Return the names of the purposes for which `role` may use recordings at all."""
        return [name for name, purpose in self.purposes.items() if role in purpose.roles]

    def for_role(self, role: str | None, level: str) -> list[str]:
        """Return the names of the purposes for which `role` may use `level`: what a playback page offers."""
        return [
            n for n, purpose in self.purposes.items() if role in purpose.roles and level in purpose.levels
        ]
