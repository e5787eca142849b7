"""API keys: shown once, stored as a hash, belonging to an account, narrower than its role, ending on a date."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance.access import queries, tokens
from governance.access.accounts import may_manage
from governance.access.models import ApiKey
from governance.access.permissions import PERSONS_ONLY, Permission, known
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError
from governance.ids import new
from governance.runtime import Work


@dataclass(frozen=True)
class NewKey:
    """A key at the only moment its token is known."""

    id: str
    prefix: str
    token: str = field(repr=False)
    expires_at: datetime


def create_api_key(work: Work, account_id: str, title: str, scopes: list[str], *, days: int = 90) -> NewKey:
    """Return a new key of the account, limited to `scopes`.

    Scopes are permissions the account's role has. What takes a person (making keys and accounts, four eyes) fits in no
    key: a key that could make keys would outlive its own end.

    Raises `InvalidError`, `DeniedError`, `ConflictError` for a disabled account.
    """
    may_manage(work, _needed(work, account_id))
    account = queries.account(work, account_id)
    if account.disabled_at is not None:
        raise ConflictError("the account is disabled")
    longest = work.policies.access.api_keys.max_days
    if not 1 <= days <= longest:
        raise InvalidError(f"an API key lives 1 to {longest} days", "days")
    if not 1 <= len(title) <= 80 or not title.isprintable():
        raise InvalidError("the title of a key has 1 to 80 characters", "title")
    wanted = {known(scope) for scope in scopes}
    if not wanted or not wanted <= work.policies.access.permissions(account.role) - PERSONS_ONLY:
        raise InvalidError(
            "the scopes of a key are permissions of its account's role that a key may carry", "scopes"
        )
    token = tokens.make(tokens.API_KEY)
    row = ApiKey(
        tenant=work.tenant,
        id=new("key"),
        account_id=account.id,
        title=title,
        prefix=token[:11],
        token_hash=tokens.digest(token),
        scopes=sorted(wanted),
        created_at=work.now,
        expires_at=work.now + timedelta(days=days),
    )
    work.session.add(row)
    det = {"scopes": row.scopes, "days": days}
    audit.record(work, "api_key.created", res=[("api_key", row.id), ("account", account.id)], det=det)
    return NewKey(row.id, row.prefix, token, row.expires_at)


def revoke_api_key(work: Work, key_id: str) -> None:
    """End the key now. Raises `NotFoundError`, `DeniedError`."""
    row = queries.api_key(work, key_id)
    may_manage(work, _needed(work, row.account_id))
    if row.revoked_at is not None:
        return
    row.revoked_at = work.now
    work.session.add(row)
    audit.record(work, "api_key.revoked", res=[("api_key", row.id), ("account", row.account_id)])


def _needed(work: Work, account_id: str) -> Permission:
    return "api_key:own" if work.actor.account_id == account_id else "api_key:manage"
