"""Signing in and out: passwords, one-time links, session tokens and API keys become an `Actor`, or nobody.

Every refusal says the same words after the same work, so that an answer tells neither which logins exist nor which
accounts are locked. Passwords are compared outside every transaction: argon2 is slow on purpose.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Literal, NoReturn

from governance.access import passwords, queries, tokens
from governance.access.accounts import may_manage, opened
from governance.access.models import Account, AccountSession, ApiKey, SignInLink
from governance.access.permissions import PERSONS_ONLY
from governance.audit import service as audit
from governance.errors import UnauthenticatedError
from governance.ids import new
from governance.runtime import Actor, Runtime, Work
from governance.tenancy import DEFAULT

SERVICE = "svc_access"
VISITOR = "visitor"
_TOUCH = timedelta(seconds=30)
_PLAIN = re.compile(r"[\x21-\x7e]{1,80}")


def sign_in(runtime: Runtime, tenant: str, login: str, password: str, ip: str | None = None) -> str:
    """Return the token of a new session.

    After ten wrong passwords the account is locked for 30 minutes, or as policy says (PCI DSS 8.3.4); tries are
    counted under a lock, and a password that was right is refused if the account was locked while it was compared.

    Raises `UnauthenticatedError`, the same for an unknown login, a wrong password, a locked and a disabled account.
    """
    visitor = Actor(kind="user", id=VISITOR, tenant=tenant, ip=ip)
    plain = _PLAIN.fullmatch(tenant) is not None and _PLAIN.fullmatch(login) is not None
    stored, exists = None, False
    if plain:
        with runtime.work(visitor, write=False) as work:
            exists = queries.tenant_exists(work)
            account = queries.account_by_login(work, login)
            if account is not None:
                stored = account.password_hash
                visitor = replace(visitor, id=account.id, account_id=account.id)
    good = passwords.matches(password, stored)
    if not plain or not exists:
        _nobody()
    with runtime.work(visitor) as work:
        # The count of tries must be kept: the Work ends well, and the refusal is raised after it.
        token = _settle(work, login, stored if good else None)
    return token or _nobody()


def _settle(work: Work, login: str, matched: str | None) -> str | None:
    account = queries.account_by_login(work, login, lock=True)
    if account is None:
        _fail(work, None, "unknown_login", "password")
        return None
    if account.disabled_at is not None:
        code = "account_disabled"
    elif account.locked_until is not None and work.now < account.locked_until:
        code = "locked"
    # A password that was changed while the old one was compared is not the password any more.
    elif matched is None or account.password_hash != matched:
        _count_try(work, account)
        code = "wrong_password"
    else:
        account.failed_tries, account.locked_until = 0, None
        work.session.add(account)
        return _begin(work, account, "password")
    _fail(work, account, code, "password")
    return None


def _count_try(work: Work, account: Account) -> None:
    limits = work.policies.access.sign_in
    account.failed_tries += 1
    if account.failed_tries >= limits.tries:
        account.failed_tries, account.locked_until = 0, work.now + limits.locked
        audit.record(
            work, "account.locked", res=[("account", account.id)], det={"minutes": limits.locked_minutes}
        )
    work.session.add(account)


def _begin(
    work: Work, account: Account, method: Literal["password", "link", "api_key"], key: ApiKey | None = None
) -> str:
    # Always a new token: one that somebody else had put into the browser is worth nothing afterwards (CWE-384).
    token = tokens.make(tokens.SESSION)
    end = work.now + work.policies.access.sign_in.session
    row = AccountSession(
        tenant=work.tenant,
        id=new("ses"),
        account_id=account.id,
        token_hash=tokens.digest(token),
        api_key_id=key.id if key is not None else None,
        created_at=work.now,
        last_seen_at=work.now,
        expires_at=min(end, key.expires_at) if key is not None else end,
    )
    work.session.add(row)
    res = [("account", account.id), ("session", row.id)]
    audit.record(work, "auth.login", res=res + ([("api_key", key.id)] if key else []), det={"method": method})
    return token


def _fail(
    work: Work, account: Account | None, code: str, method: Literal["password", "link", "api_key"]
) -> None:
    # What was typed as a login is not logged: people type their password there.
    res = [("account", account.id)] if account is not None else []
    audit.record(work, "auth.login", res=res, det={"method": method}, why={"code": code}, out="failure")


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
        return _by_key(runtime, token, ip)
    return _nobody()


def _by_session(runtime: Runtime, token: str, ip: str | None) -> Actor:
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        row = queries.session_anywhere(work, tokens.digest(token))
    if row is None or not tokens.matches(token, row.token_hash):
        _nobody()
    house = Actor.system(row.tenant, SERVICE)
    with runtime.work(house, write=False) as work:
        idle = work.now - row.last_seen_at
        account = queries.account(work, row.account_id)
        key = queries.api_key(work, row.api_key_id) if row.api_key_id is not None else None
        over = (
            row.ended_at is not None
            or work.now >= row.expires_at
            or idle >= work.policies.access.sign_in.idle
            or (key is not None and (key.revoked_at is not None or work.now >= key.expires_at))
        )
        if over or account.disabled_at is not None:
            _nobody()
        actor = _actor(work, account, row.id, ip, frozenset(key.scopes) if key is not None else None)
    if idle >= _TOUCH:
        with runtime.work(house) as work:
            seen = queries.session(work, row.id, lock=True)
            if seen is None or seen.ended_at is not None:
                _nobody()
            seen.last_seen_at = max(seen.last_seen_at, work.now)
            work.session.add(seen)
    return actor


def _by_key(runtime: Runtime, token: str, ip: str | None) -> Actor:
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        row = queries.api_key_anywhere(work, tokens.digest(token))
    if row is None or not tokens.matches(token, row.token_hash):
        _nobody()
    with runtime.work(Actor.system(row.tenant, SERVICE), write=False) as work:
        account, now = queries.account(work, row.account_id), work.now
        actor = _actor(work, account, row.id, ip, frozenset(row.scopes))
    code = None
    if row.revoked_at is not None:
        code = "key_revoked"
    elif now >= row.expires_at:
        code = "key_expired"
    elif account.disabled_at is not None:
        code = "account_disabled"
    if code is not None:
        with runtime.work(actor) as work:
            _fail(work, account, code, "api_key")
        _nobody()
    if row.last_used_at is None or now - row.last_used_at >= _TOUCH:
        with runtime.work(Actor.system(row.tenant, SERVICE)) as work:
            used = queries.api_key(work, row.id)
            used.last_used_at = work.now
            work.session.add(used)
    return actor


def _actor(
    work: Work, account: Account, session_id: str, ip: str | None, key_scopes: frozenset[str] | None
) -> Actor:
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
        ip=ip,
        role=account.role,
        agent_id=account.agent_id,
        team=account.team,
        site=account.site,
        person=account.person,
        key_scopes=key_scopes - PERSONS_ONLY if key_scopes is not None else None,
    )


def sign_in_with_key(runtime: Runtime, token: str, ip: str | None = None) -> str:
    """Return the token of a new session for an API key: a way into the console that can do no more than the key.

    It ends with the key, after idle minutes and after hours like any other, so that no key has to stay in a browser.

    Raises `UnauthenticatedError` for any other token, a session's included.
    """
    if tokens.kind(token) != tokens.API_KEY:
        _nobody()
    by_key = _by_key(runtime, token, ip)
    with runtime.work(by_key) as work:
        key = queries.api_key(work, by_key.session_id or "")
        if key.revoked_at is not None or work.now >= key.expires_at:
            _nobody()
        return _begin(work, queries.account(work, by_key.id), "api_key", key)


def sign_out(work: Work) -> None:
    """End the session that the Work's actor came by. An API key has none, and is revoked instead."""
    row = queries.session(work, work.actor.session_id or "")
    if row is None or row.ended_at is not None:
        return
    row.ended_at = work.now
    work.session.add(row)
    audit.record(work, "auth.logout", res=[("account", row.account_id), ("session", row.id)])


def issue_link(work: Work, account_id: str) -> str:
    """Return a token that signs the account in once, for some minutes: for the first time, or a lost password.

    Raises `DeniedError` without `account:manage`.
    """
    may_manage(work, "account:manage")
    account = queries.account(work, account_id)
    token = tokens.make(tokens.LINK)
    row = SignInLink(
        tenant=work.tenant,
        id=new("lnk"),
        account_id=account.id,
        token_hash=tokens.digest(token),
        created_at=work.now,
        expires_at=work.now + work.policies.access.sign_in.link,
    )
    work.session.add(row)
    audit.record(work, "auth.link.issued", res=[("account", account.id), ("link", row.id)])
    return token


def redeem_link(runtime: Runtime, token: str, ip: str | None = None) -> str:
    """Return the token of a new session for a link that was not used before.

    A lock does not stop it: nothing is guessed here. Raises `UnauthenticatedError` for any other link.
    """
    if tokens.kind(token) != tokens.LINK:
        _nobody()
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        found = queries.link_anywhere(work, tokens.digest(token))
    if found is None or not tokens.matches(token, found.token_hash):
        _nobody()
    who = Actor(kind="user", id=found.account_id, tenant=found.tenant, account_id=found.account_id, ip=ip)
    with runtime.work(who) as work:
        session = _redeem(work, found.id)
    return session or _nobody()


def _redeem(work: Work, link_id: str) -> str | None:
    row = queries.link(work, link_id, lock=True)
    if row is None:
        return None
    account = queries.account(work, row.account_id)
    if row.used_at is not None:
        code = "link_used"
    elif work.now >= row.expires_at:
        code = "link_expired"
    elif account.disabled_at is not None:
        code = "account_disabled"
    else:
        row.used_at = work.now
        work.session.add(row)
        return _begin(work, account, "link")
    _fail(work, account, code, "link")
    return None


def _nobody() -> NoReturn:
    raise UnauthenticatedError(
        "Sign in again: this login, password, link or token is not valid, or not any more."
    )
