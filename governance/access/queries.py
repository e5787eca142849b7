"""What is known about accounts, sessions, keys, links and break-glass: the only SELECTs of access.

All but `*_anywhere` see the Work's own tenant only; those find out whose token this is, and run unscoped.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from governance.access.models import Account, AccountSession, ApiKey, BreakGlass, SignInLink
from governance.access.permissions import PERMISSIONS, Permission
from governance.access.rules import opened_by
from governance.db import is_one_of
from governance.errors import NotFoundError
from governance.runtime import Work
from governance.tenancy import Tenant


def tenant_exists(work: Work) -> bool:
    """Return whether the Work's tenant is one."""
    return work.session.exec(select(Tenant.id).where(Tenant.id == work.tenant)).first() is not None


def tenants(work: Work) -> list[Tenant]:
    """Return every tenant by id."""
    return list(work.session.exec(select(Tenant).order_by(col(Tenant.id))).all())


def account(work: Work, account_id: str) -> Account:
    """Return the account. Raises `NotFoundError`."""
    found = work.session.exec(select(Account).where(Account.id == account_id)).first()
    if found is None:
        raise NotFoundError("there is no such account")
    return found


def is_disabled(work: Work, account_id: str) -> bool:
    """Return whether the account is disabled, or not there."""
    where = (Account.id == account_id, col(Account.disabled_at).is_(None))
    return work.session.exec(select(Account.id).where(*where)).first() is None


def account_by_login(work: Work, login: str, *, lock: bool = False) -> Account | None:
    """Return the account called `login`, or None. `lock` keeps others from counting tries at the same time."""
    query = select(Account).where(Account.login == login)
    return work.session.exec(query.with_for_update() if lock else query).first()


def account_called(work: Work, login: str) -> Account:
    """Return the account called `login`. Raises `NotFoundError`."""
    found = account_by_login(work, login)
    if found is None:
        raise NotFoundError("there is no such account")
    return found


def accounts(work: Work) -> list[Account]:
    """Return the tenant's accounts by login."""
    return list(work.session.exec(select(Account).order_by(col(Account.login))).all())


def accounts_of_role(work: Work, role: str) -> list[Account]:
    """Return the tenant's accounts of `role` that are not disabled, by login."""
    query = select(Account).where(Account.role == role, col(Account.disabled_at).is_(None))
    return list(work.session.exec(query.order_by(col(Account.login))).all())


def accounts_page(
    work: Work,
    *,
    login: str = "",
    role: str | None = None,
    state: str | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Account]:
    """Return up to `limit` accounts by login, those behind `after`; narrowed to logins that begin with `login`, to a role, a state.

    A state is `open`, `disabled` or `locked`, the last as of this Work's moment.
    """
    query = select(Account).where(col(Account.login) > after)
    if login:
        # A range and no pattern: what was typed is never a wildcard, and the index of logins serves.
        query = query.where(col(Account.login) >= login, col(Account.login) < login + chr(0x10FFFF))
    if role is not None:
        query = query.where(Account.role == role)
    if state == "locked":
        query = query.where(col(Account.locked_until) > work.now)
    elif state is not None:
        is_open = col(Account.disabled_at).is_(None)
        query = query.where(is_open if state == "open" else ~is_open)
    return list(work.session.exec(query.order_by(col(Account.login)).limit(limit)).all())


def accounts_of(work: Work, roles: Iterable[str]) -> list[Account]:
    """Return the open accounts that have one of the roles, by login."""
    query = select(Account).where(col(Account.role).in_(set(roles)), col(Account.disabled_at).is_(None))
    return list(work.session.exec(query.order_by(col(Account.login))).all())


def logins(work: Work, account_ids: Iterable[str]) -> dict[str, str]:
    """Return the logins of the accounts that there are, by id: the names of a page's rows in one question."""
    query = select(Account.id, Account.login).where(col(Account.id).in_(set(account_ids)))
    return dict(work.session.exec(query).all())


def live_sessions(work: Work, account_id: str) -> list[AccountSession]:
    """Return the account's sessions that have not been ended."""
    where = (AccountSession.account_id == account_id, col(AccountSession.ended_at).is_(None))
    return list(work.session.exec(select(AccountSession).where(*where)).all())


def session(work: Work, session_id: str, *, lock: bool = False) -> AccountSession | None:
    """Return the session with this id, or None."""
    query = select(AccountSession).where(AccountSession.id == session_id)
    return work.session.exec(query.with_for_update() if lock else query).first()


def session_anywhere(work: Work, token_hash: str) -> sa.Row[Any] | None:
    """Return the session with this hash, of whichever tenant, its account (`owner_…`) and key (`key_…`): one question."""
    return work.session.connection().execute(_SESSION, {"hash": token_hash}).first()


def api_key(work: Work, key_id: str) -> ApiKey:
    """Return the API key. Raises `NotFoundError`."""
    found = work.session.exec(select(ApiKey).where(ApiKey.id == key_id)).first()
    if found is None:
        raise NotFoundError("there is no such API key")
    return found


def api_keys(work: Work, account_id: str | None = None) -> list[ApiKey]:
    """Return the tenant's API keys, or those of one account, oldest first."""
    query = select(ApiKey).order_by(col(ApiKey.created_at), col(ApiKey.id))
    if account_id is not None:
        query = query.where(ApiKey.account_id == account_id)
    return list(work.session.exec(query).all())


def api_keys_page(
    work: Work, account_id: str | None = None, *, before: str | None = None, limit: int = 50
) -> list[ApiKey]:
    """Return up to `limit` API keys, newest first, those made before the key `before`; of one account or of all."""
    query = (
        select(ApiKey).order_by(col(ApiKey.id).desc()).limit(limit)
    )  # ids are in the order of their making
    if account_id is not None:
        query = query.where(ApiKey.account_id == account_id)
    if before is not None:
        query = query.where(col(ApiKey.id) < before)
    return list(work.session.exec(query).all())


def api_key_anywhere(work: Work, token_hash: str) -> sa.Row[Any] | None:
    """Return the API key with this hash, of whichever tenant, and its account (`owner_…`): one question."""
    return work.session.connection().execute(_KEY, {"hash": token_hash}).first()


def _named(model: type[SQLModel], prefix: str) -> list[sa.ColumnElement[Any]]:
    return [column.label(f"{prefix}_{column.name}") for column in _table(model).columns]


def _table(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table


# Every request asks one of these: columns and no objects, which would cost more than the question.
_KEYS, _SESSIONS, _ACCOUNTS = _table(ApiKey), _table(AccountSession), _table(Account)
_KEY = (
    sa.select(*_KEYS.columns, *_named(Account, "owner"))
    .join(_ACCOUNTS, (_ACCOUNTS.c.id == _KEYS.c.account_id) & (_ACCOUNTS.c.tenant == _KEYS.c.tenant))
    .where(_KEYS.c.token_hash == sa.bindparam("hash"))
)
_SESSION = (
    sa.select(*_SESSIONS.columns, *_named(Account, "owner"), *_named(ApiKey, "key"))
    .join(_ACCOUNTS, (_ACCOUNTS.c.id == _SESSIONS.c.account_id) & (_ACCOUNTS.c.tenant == _SESSIONS.c.tenant))
    .outerjoin(_KEYS, (_KEYS.c.id == _SESSIONS.c.api_key_id) & (_KEYS.c.tenant == _SESSIONS.c.tenant))
    .where(_SESSIONS.c.token_hash == sa.bindparam("hash"))
)


def link(work: Work, link_id: str, *, lock: bool = False) -> SignInLink | None:
    """Return the sign-in link with this id, or None. `lock` keeps it from being redeemed twice at once."""
    query = select(SignInLink).where(SignInLink.id == link_id)
    return work.session.exec(query.with_for_update() if lock else query).first()


def links_since(work: Work, account_id: str, moment: datetime) -> int:
    """Return how many sign-in links were made for the account since `moment`."""
    where = (SignInLink.account_id == account_id, col(SignInLink.created_at) >= moment)
    return work.session.exec(select(sa.func.count()).select_from(SignInLink).where(*where)).one()


def link_anywhere(work: Work, token_hash: str) -> SignInLink | None:
    """Return the sign-in link with this hash, of whichever tenant."""
    return work.session.exec(select(SignInLink).where(SignInLink.token_hash == token_hash)).first()


def break_glass(work: Work, break_glass_id: str, *, lock: bool = False) -> BreakGlass:
    """Return the break-glass. Raises `NotFoundError`."""
    query = select(BreakGlass).where(BreakGlass.id == break_glass_id)
    found = work.session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFoundError("there is no such break-glass")
    return found


def break_glasses(
    work: Work, *, state: str | None = None, requester: str | None = None, limit: int | None = None
) -> list[BreakGlass]:
    """Return the tenant's break-glass, newest first; with `state` those in it, with `requester` those the account asked for."""
    query = select(BreakGlass).order_by(col(BreakGlass.requested_at).desc(), col(BreakGlass.id).desc())
    if state is not None:
        query = query.where(BreakGlass.state == state)
    if requester is not None:
        query = query.where(BreakGlass.requester_account == requester)
    if limit is not None:
        query = query.limit(limit)
    return list(work.session.exec(query).all())


def to_review(work: Work) -> list[BreakGlass]:
    """Return what was used and not reviewed yet, oldest use first."""
    where = (BreakGlass.used_count > 0, col(BreakGlass.reviewed_at).is_(None))
    return list(
        work.session.exec(select(BreakGlass).where(*where).order_by(col(BreakGlass.last_used_at))).all()
    )


def break_glasses_of(work: Work, recording_ids: Collection[str]) -> list[BreakGlass]:
    """Return every break-glass of the recordings, whatever became of it."""
    asked = select(BreakGlass).where(is_one_of(col(BreakGlass.recording_id), recording_ids))
    return list(work.session.exec(asked).all())


def break_glass_for(
    work: Work, recording_id: str, permission: Permission, purpose: str | None
) -> BreakGlass | None:
    """Return the acting account's break-glass that comes nearest to opening this: a live one before any other."""
    if work.actor.account_id is None or (purpose is None and PERMISSIONS[permission].level is not None):
        return None
    query = select(BreakGlass).where(
        BreakGlass.recording_id == recording_id, BreakGlass.requester_account == work.actor.account_id
    )
    if PERMISSIONS[permission].level is not None:
        query = query.where(BreakGlass.purpose == purpose)
    found = [row for row in work.session.exec(query).all() if permission in opened_by(row.level)]
    return max(found, key=lambda row: (_is_live(row, work.now), row.requested_at, row.id), default=None)


def opened(work: Work, permission: Permission, purpose: str | None = None) -> frozenset[str]:
    """Return the recordings that a live break-glass opens to the acting account for `permission`."""
    if work.actor.account_id is None or work.actor.person is None:
        return frozenset()
    query = select(BreakGlass).where(
        BreakGlass.requester_account == work.actor.account_id,
        BreakGlass.requester_person == work.actor.person,
        BreakGlass.state == "approved",
        col(BreakGlass.expires_at) > work.now,
        col(BreakGlass.approver_person).is_not(None),
        col(BreakGlass.approver_person) != work.actor.person,
    )
    if PERMISSIONS[permission].level is not None:
        query = query.where(sa.true() if purpose is None else BreakGlass.purpose == purpose)
    rows = work.session.exec(query).all()
    return frozenset(row.recording_id for row in rows if permission in opened_by(row.level))


def _is_live(row: BreakGlass, now: datetime) -> bool:
    return row.state == "approved" and row.expires_at is not None and now < row.expires_at
