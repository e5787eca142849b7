"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from governance.access import service as access
from governance.api.deps import Caller, address, door, needs
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked, Secret
from governance.api.small import SmallBody
from governance.tenancy import DEFAULT

router = APIRouter(prefix="/v1", tags=["sessions"], route_class=SmallBody)


class Credentials(Asked):
    """A login and its password."""

    login: Annotated[str, Field(min_length=1, max_length=80, examples=["maria"])]
    password: Annotated[Secret, Field(repr=False, examples=["correct horse battery staple"])]
    tenant: Annotated[str, Field(min_length=1, max_length=40)] = DEFAULT


class Link(Asked):
    """The token of a one-time sign-in link."""

    token: Annotated[Secret, Field(repr=False)]


class NewSession(Answer):
    """A session's token: sent as `Authorization: Bearer …`, shown this once."""

    token: Annotated[str, Field(repr=False, examples=["gs_…"])]


class Me(Answer):
    """Who the caller is, and what the role allows. A key can do less: `key_scopes`."""

    id: str
    kind: str
    tenant: str
    role: str | None
    login: Annotated[str | None, Field(description="Null for what acts without an account.")]
    name: str | None
    email: str | None
    agent_id: str | None
    team: str | None
    site: str | None
    permissions: dict[str, str]
    purposes: list[str]
    key_scopes: list[str] | None


@router.post("/sessions", status_code=201, responses=documented(401, 413, 429))
def sign_in(request: Request, asked: Credentials) -> NewSession:
    """Sign in. Every refusal is the same, after the same work; tries are limited per address and per login."""
    opened = door(request)
    opened.rates.sign_in(address(request), asked.tenant, asked.login)
    return NewSession(
        token=access.sign_in(opened.runtime, asked.tenant, asked.login, asked.password, address(request))
    )


@router.post("/sign-in-links/redeem", status_code=201, responses=documented(401, 413, 429))
def redeem(request: Request, asked: Link) -> NewSession:
    """Sign in by a one-time link."""
    opened = door(request)
    opened.rates.redemption(address(request))
    return NewSession(token=access.redeem_link(opened.runtime, asked.token, address(request)))


@router.delete("/sessions/current", status_code=204, responses=documented(401))
def sign_out(caller: Annotated[Caller, needs()]) -> None:
    """End the session this request came by. An API key has none: it is revoked instead."""
    with caller.work() as work:
        access.sign_out(work)


@router.get("/me", responses=documented(401))
def me(caller: Annotated[Caller, needs()]) -> Me:
    """Say who the caller is and what they may do, for which purposes."""
    actor = caller.actor
    policies = caller.runtime.policies.for_tenant(actor.tenant)
    allowed = {
        str(one): str(policies.access.scope(actor.role, one))
        for one in policies.access.permissions(actor.role)
    }
    if actor.key_scopes is not None:
        allowed = {one: scope for one, scope in allowed.items() if one in actor.key_scopes}
    return Me(
        id=actor.id,
        kind=actor.kind,
        tenant=actor.tenant,
        role=actor.role,
        login=actor.login,
        name=actor.name,
        email=actor.email,
        agent_id=actor.agent_id,
        team=actor.team,
        site=actor.site,
        permissions=dict(sorted(allowed.items())),
        purposes=policies.purposes.for_role(actor.role, "rendition"),
        key_scopes=sorted(actor.key_scopes) if actor.key_scopes is not None else None,
    )
