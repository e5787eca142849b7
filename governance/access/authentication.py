"""Whose a bearer token is: session tokens and API keys become an `Actor`, as their account is at this moment, or nobody.

Every request asks this first, so it costs one question to the database and nothing else; what it refuses it refuses in
the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal, NoReturn

import sqlalchemy as sa

from governance.access import queries, tokens
from governance.access.accounts import opened
from governance.access.models import Account
from governance.access.permissions import PERSONS_ONLY
from governance.audit import service as audit
from governance.errors import UnauthenticatedError
from governance.runtime import Actor, Runtime, Work
from governance.tenancy import DEFAULT

SERVICE = "svc_access"
_TOUCH = timedelta(seconds=30)
_ACTORS = "access.actors"
_MOST_ACTORS = 1024
_STORED = tuple(
    f"owner_{name}"
    for name in ("id", "login", "person", "role", "agent_id", "team", "site", "name_sealed", "email_sealed")
)


def authenticate(runtime: Runtime, token: str, ip: str | None = None) -> Actor:
    """Return who stands behind the bearer `token`: a session's or an API key's account, as it is at this moment.

    A session ends after 15 idle minutes (PCI DSS 8.2.8) or as policy says; that it was used is written every 30
    seconds at most. Tokens are found by their SHA-256 and compared in constant time.

    Raises `UnauthenticatedError` for a token that is unknown, ended, expired or revoked, or whose account is disabled.
    """
    prefix = tokens.kind(token)
    if prefix == tokens.SESSION:
        return _by_session(runtime, token, ip)
    if prefix == tokens.API_KEY:
        return by_key(runtime, token, ip)
    return nobody()


def _by_session(runtime: Runtime, token: str, ip: str | None) -> Actor:
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        row, now = queries.session_anywhere(work, tokens.digest(token)), work.now
        sign_in_rules = (
            work.runtime.policies.for_tenant(row.tenant).access.sign_in if row is not None else None
        )
    if row is None or sign_in_rules is None or not tokens.matches(token, row.token_hash):
        nobody()
    idle = now - row.last_seen_at
    over = (
        row.ended_at is not None
        or now >= row.expires_at
        or idle >= sign_in_rules.idle
        or (row.api_key_id is not None and (row.key_id is None or row.key_revoked_at is not None))
        or (row.key_expires_at is not None and now >= row.key_expires_at)
    )
    if over or row.owner_disabled_at is not None:
        nobody()
    actor = _actor(runtime, row, ip, row.key_scopes if row.api_key_id is not None else None)
    if idle >= _TOUCH:
        with runtime.work(Actor.system(row.tenant, SERVICE)) as work:
            seen = queries.session(work, row.id, lock=True)
            if seen is None or seen.ended_at is not None:
                nobody()
            seen.last_seen_at = max(seen.last_seen_at, work.now)
            work.session.add(seen)
    return actor


def by_key(runtime: Runtime, token: str, ip: str | None) -> Actor:
    """Return the account of an API key. Raises `UnauthenticatedError`; that an ended key was shown is logged."""
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        row, now = queries.api_key_anywhere(work, tokens.digest(token)), work.now
    if row is None or not tokens.matches(token, row.token_hash):
        nobody()
    actor = _actor(runtime, row, ip, row.scopes)
    code = None
    if row.revoked_at is not None:
        code = "key_revoked"
    elif now >= row.expires_at:
        code = "key_expired"
    elif row.owner_disabled_at is not None:
        code = "account_disabled"
    if code is not None:
        with runtime.work(actor) as work:
            refused(work, queries.account(work, actor.id), code, "api_key")
        nobody()
    if row.last_used_at is None or now - row.last_used_at >= _TOUCH:
        with runtime.work(Actor.system(row.tenant, SERVICE)) as work:
            used = queries.api_key(work, row.id)
            used.last_used_at = work.now
            work.session.add(used)
    return actor


def _actor(runtime: Runtime, row: sa.Row[Any], ip: str | None, key_scopes: Sequence[str] | None) -> Actor:
    """Return the account of a session or key as an actor.

    Name and address are opened once for as long as what is stored of the account stays the same: opening them at every
    request cost more than finding out whose token it is.
    """
    stored = (
        row.tenant,
        *(getattr(row, name) for name in _STORED),
        None if key_scopes is None else tuple(key_scopes),
    )
    known: dict[str, tuple[object, Actor]] = runtime.state.setdefault(_ACTORS, {})
    before = known.get(row.id)
    if before is not None and before[0] == stored:
        return replace(before[1], ip=ip)
    with runtime.work(Actor.system(row.tenant, SERVICE), write=False) as work:
        actor = _opened(work, queries.account(work, row.owner_id), row.id, key_scopes)
    if len(known) >= _MOST_ACTORS:
        known.clear()
    known[row.id] = (stored, actor)
    return replace(actor, ip=ip)


def _opened(work: Work, account: Account, session_id: str, key_scopes: Sequence[str] | None) -> Actor:
    name, email = opened(work, account)
    kind = "service" if key_scopes is not None else "admin" if account.role == "administrator" else "user"
    return Actor(
        kind=kind,
        id=account.id,
        tenant=work.tenant,
        account_id=account.id,
        login=account.login,
        session_id=session_id,
        name=name,
        email=email,
        role=account.role,
        agent_id=account.agent_id,
        team=account.team,
        site=account.site,
        person=account.person,
        key_scopes=frozenset(key_scopes) - PERSONS_ONLY if key_scopes is not None else None,
    )


def refused(
    work: Work, account: Account | None, code: str, method: Literal["password", "link", "api_key"]
) -> None:
    """Log that somebody could not come in, in the Work at hand."""
    # What was typed as a login is not logged: people type their password there.
    res = [("account", account.id)] if account is not None else []
    audit.record(work, "auth.login", res=res, det={"method": method}, why={"code": code}, out="failure")


def nobody() -> NoReturn:
    """Refuse, always in the same words. Raises `UnauthenticatedError`."""
    raise UnauthenticatedError(
        "Sign in again: this login, password, link or token is not valid, or not any more."
    )
