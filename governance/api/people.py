"""Accounts and API keys: who has which way in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from governance.access import queries
from governance.access import service as access
from governance.access.models import Account
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Label, Plain, Secret
from governance.api.small import SmallBody
from governance.runtime import Work

router = APIRouter(prefix="/v1", tags=["people"], route_class=SmallBody)

AccountId = Annotated[str, Path(pattern=r"^acc_[0-9a-f]{32}$")]
KeyId = Annotated[str, Path(pattern=r"^key_[0-9a-f]{32}$")]
RoleName = Literal["agent", "supervisor", "qa_analyst", "dpo", "ciso", "administrator", "integration"]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class AccountAsked(Asked):
    """A new account. Without a password it signs in by one-time links only."""

    login: Annotated[str, Field(min_length=1, max_length=80, examples=["maria"]), Plain]
    role: RoleName
    name: Label | None = None
    email: Annotated[str, Field(max_length=200), Plain] | None = None
    password: Annotated[Secret | None, Field(repr=False)] = None
    agent_id: Label | None = None
    team: Label | None = None
    site: Label | None = None
    same_person_as: Annotated[str, Field(pattern=r"^acc_[0-9a-f]{32}$")] | None = None


class AccountChange(Asked):
    """What changes: the role, whether the account is open, whether a lock ends. What is not named stays."""

    role: RoleName | None = None
    disabled: bool | None = None
    unlock: Literal[True] | None = None


class Password(Asked):
    """A new password; sessions elsewhere end."""

    password: Annotated[Secret, Field(repr=False)]


class AccountShape(Answer):
    """An account."""

    id: str
    login: str
    role: str
    person: str
    name: str | None
    email: str | None
    agent_id: str | None
    team: str | None
    site: str | None
    created_at: datetime
    disabled_at: datetime | None
    locked_until: datetime | None


class LinkShape(Answer):
    """A one-time sign-in link, shown this once: whoever has it signs in."""

    url: Annotated[str, Field(repr=False)]


class KeyAsked(Asked):
    """A new API key of an account, for `days`, limited to `scopes`: permissions that the account's role has."""

    title: Label
    scopes: Annotated[list[str], Field(min_length=1, max_length=40, examples=[["recording:ingest"]])]
    days: Annotated[int, Field(ge=1, le=730)] = 90
    account_id: Annotated[str, Field(pattern=r"^acc_[0-9a-f]{32}$")] | None = None


class KeyShape(Answer):
    """An API key, as it is recognised: never its token."""

    id: str
    account_id: str
    title: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyShape(Answer):
    """A new API key with its token, shown this once."""

    id: str
    prefix: str
    token: Annotated[str, Field(repr=False)]
    expires_at: datetime


@router.get("/accounts", responses=documented(401, 403))
def list_accounts(caller: Annotated[Caller, needs("account:read")]) -> list[AccountShape]:
    """List the tenant's accounts."""
    with caller.work() as work:
        access.require(work, "account:read")
        return [_account(work, row) for row in queries.accounts(work)]


@router.post("/accounts", status_code=201, responses=_EVERYTHING)
def create_account(caller: Annotated[Caller, needs("account:manage")], asked: AccountAsked) -> AccountShape:
    """Make an account."""
    with caller.work() as work:
        row = access.create_account(
            work,
            asked.login,
            asked.role,
            name=asked.name,
            email=asked.email,
            password=asked.password,
            agent_id=asked.agent_id,
            team=asked.team,
            site=asked.site,
            same_person_as=asked.same_person_as,
        )
        return _account(work, row)


@router.patch("/accounts/{account_id}", responses=_EVERYTHING)
def change_account(
    caller: Annotated[Caller, needs("account:manage")], account_id: AccountId, asked: AccountChange
) -> AccountShape:
    """Change an account. Nobody changes what they themselves may do."""
    with caller.work() as work:
        if asked.role is not None:
            access.change_role(work, account_id, asked.role)
        if asked.disabled is not None:
            (access.disable if asked.disabled else access.enable)(work, account_id)
        if asked.unlock:
            access.unlock(work, account_id)
        return _account(work, queries.account(work, account_id))


@router.put("/accounts/{account_id}/password", status_code=204, responses=_EVERYTHING)
def set_password(caller: Annotated[Caller, needs()], account_id: AccountId, asked: Password) -> None:
    """Set a password: one's own, or with `account:manage` another's."""
    with caller.work() as work:
        access.set_password(work, account_id, asked.password)


@router.post("/accounts/{account_id}/sign-in-links", status_code=201, responses=_EVERYTHING)
def issue_link(caller: Annotated[Caller, needs("account:manage")], account_id: AccountId) -> LinkShape:
    """Make a one-time sign-in link for an account."""
    with caller.work() as work:
        token = access.issue_link(work, account_id)
    return LinkShape(url=caller.runtime.settings.sign_in_address(token))


@router.get("/api-keys", responses=documented(401, 403))
def list_keys(
    caller: Annotated[Caller, needs("api_key:own", "api_key:manage")], everybody: bool = False
) -> list[KeyShape]:
    """List one's own API keys; with `everybody=true` and `api_key:manage` those of all accounts."""
    with caller.work(write=False) as work:
        access.require(work, "api_key:manage" if everybody else "api_key:own")
        rows = queries.api_keys(work, None if everybody else caller.actor.account_id)
        return [KeyShape.model_validate(row) for row in rows]


@router.post("/api-keys", status_code=201, responses=_EVERYTHING)
def create_key(
    caller: Annotated[Caller, needs("api_key:own", "api_key:manage")], asked: KeyAsked
) -> NewKeyShape:
    """Make an API key, one's own unless another account is named."""
    with caller.work() as work:
        account_id = asked.account_id or caller.actor.account_id or ""
        made = access.create_api_key(work, account_id, asked.title, asked.scopes, days=asked.days)
        return NewKeyShape.model_validate(made)


@router.delete("/api-keys/{key_id}", status_code=204, responses=_EVERYTHING)
def revoke_key(caller: Annotated[Caller, needs("api_key:own", "api_key:manage")], key_id: KeyId) -> None:
    """Revoke an API key, from now on."""
    with caller.work() as work:
        access.revoke_api_key(work, key_id)


def _account(work: Work, row: Account) -> AccountShape:
    person = access.describe(work, row)
    return AccountShape(
        id=row.id,
        login=row.login,
        role=row.role,
        person=row.person,
        name=person.name,
        email=person.email,
        agent_id=row.agent_id,
        team=row.team,
        site=row.site,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        locked_until=row.locked_until,
    )
