"""Signing in and out: passwords, one-time links and API keys become a session, or nothing.

Every refusal says the same words after the same work, so that an answer tells neither which logins exist nor which
accounts are locked. Passwords are compared outside every transaction: argon2 is slow on purpose.
"""

import re
from dataclasses import replace
from typing import Literal

from governance.access import passwords, queries, tokens
from governance.access.accounts import may_manage
from governance.access.authentication import SERVICE, by_key, nobody, refused
from governance.access.models import Account, AccountSession, ApiKey, SignInLink
from governance.audit import service as audit
from governance.ids import new
from governance.runtime import Actor, Runtime, Work
from governance.tenancy import DEFAULT

VISITOR = "visitor"
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
        nobody()
    with runtime.work(visitor) as work:
        # The count of tries must be kept: the Work ends well, and the refusal is raised after it.
        token = _settle(work, login, stored if good else None)
    return token or nobody()


def _settle(work: Work, login: str, matched: str | None) -> str | None:
    account = queries.account_by_login(work, login, lock=True)
    if account is None:
        refused(work, None, "unknown_login", "password")
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
    refused(work, account, code, "password")
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


def sign_in_with_key(runtime: Runtime, token: str, ip: str | None = None) -> str:
    """Return the token of a new session for an API key: a way into the console that can do no more than the key.

    It ends with the key, after idle minutes and after hours like any other, so that no key has to stay in a browser.

    Raises `UnauthenticatedError` for any other token, a session's included.
    """
    if tokens.kind(token) != tokens.API_KEY:
        nobody()
    holder = by_key(runtime, token, ip)
    with runtime.work(holder) as work:
        key = queries.api_key(work, holder.session_id or "")
        if key.revoked_at is not None or work.now >= key.expires_at:
            nobody()
        return _begin(work, queries.account(work, holder.id), "api_key", key)


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
        nobody()
    with runtime.unscoped(Actor.system(DEFAULT, SERVICE)) as work:
        found = queries.link_anywhere(work, tokens.digest(token))
    if found is None or not tokens.matches(token, found.token_hash):
        nobody()
    who = Actor(kind="user", id=found.account_id, tenant=found.tenant, account_id=found.account_id, ip=ip)
    with runtime.work(who) as work:
        session = _redeem(work, found.id)
    return session or nobody()


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
    refused(work, account, code, "link")
    return None
