"""Accounts: made, disabled, given another role or password. Nobody changes what they themselves may do.

Hashing a password takes a tenth of a second inside the Work: these are rare acts of administrators.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from governance import tenancy
from governance.access import gate, passwords, queries, sealing
from governance.access.models import Account
from governance.access.permissions import Permission, role
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError
from governance.ids import new
from governance.runtime import Actor, Runtime, Work

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,79}")


@dataclass(frozen=True)
class Person:
    """An account as people read it, its sealed fields opened."""

    id: str
    login: str
    role: str
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)


def create_account(
    work: Work,
    login: str,
    as_role: str,
    *,
    name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    agent_id: str | None = None,
    team: str | None = None,
    site: str | None = None,
    same_person_as: str | None = None,
) -> Account:
    """Return the new account, its name and e-mail address sealed.

    `same_person_as` names another account of the same human: four eyes then count them once. Without a password the
    account signs in by one-time links and API keys only.

    Raises `InvalidError`, `ConflictError` for a login that is taken, `DeniedError` without `account:manage`.
    """
    may_manage(work, "account:manage")
    if not _LOGIN.fullmatch(login):
        raise InvalidError("a login has 1 to 80 of a-z, 0-9 and . _ @ + -", "login")
    given = role(as_role)
    if queries.account_by_login(work, login) is not None:
        raise ConflictError("the login is taken")
    person = queries.account(work, same_person_as).person if same_person_as else new("per")
    minimum = work.policies.access.sign_in.password_minimum
    account_id = new("acc")
    row = Account(
        tenant=work.tenant,
        id=account_id,
        login=login,
        person=person,
        role=given,
        agent_id=agent_id or None,
        team=team or None,
        site=site or None,
        name_sealed=sealing.seal(work, account_id, "name", name) if name else None,
        email_sealed=sealing.seal(work, account_id, "email", email) if email else None,
        password_hash=passwords.digest(password, minimum) if password is not None else None,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    audit.record(work, "account.created", res=[("account", row.id)], det={"role": given, "person": person})
    return row


def disable(work: Work, account_id: str) -> None:
    """Shut the account: its sessions end, its keys and links are refused from now on."""
    may_manage(work, "account:manage")
    row = _another(work, account_id)
    if row.disabled_at is not None:
        return
    row.disabled_at = work.now
    work.session.add(row)
    end_sessions(work, account_id)
    audit.record(work, "account.disabled", res=[("account", row.id)])


def enable(work: Work, account_id: str) -> None:
    """Open the account again. Sessions that were ended stay ended."""
    may_manage(work, "account:manage")
    row = _another(work, account_id)
    if row.disabled_at is None:
        return
    row.disabled_at = None
    work.session.add(row)
    audit.record(work, "account.enabled", res=[("account", row.id)])


def unlock(work: Work, account_id: str) -> None:
    """End a lock before its time, once the identity of the person has been confirmed (PCI DSS 8.3.4)."""
    may_manage(work, "account:manage")
    row = _another(work, account_id)
    row.locked_until, row.failed_tries = None, 0
    work.session.add(row)
    audit.record(work, "account.unlocked", res=[("account", row.id)])


def change_role(work: Work, account_id: str, to: str) -> None:
    """Give the account another role, from its next request on. Its keys can do no more than the new role."""
    may_manage(work, "account:manage")
    given = role(to)
    row = _another(work, account_id)
    if row.role == given:
        return
    audit.record(work, "role.revoked", res=[("account", row.id)], det={"role": row.role})
    audit.record(work, "role.granted", res=[("account", row.id)], det={"role": given})
    row.role = given
    work.session.add(row)


def set_password(work: Work, account_id: str, password: str) -> None:
    """Set a password and end the account's other sessions. One's own, signed in as a person; or with `account:manage`.

    Raises `InvalidError` for one that is too short.
    """
    own = work.actor.account_id == account_id and work.actor.key_scopes is None
    if not own:
        may_manage(work, "account:manage")
    row = queries.account(work, account_id)
    row.password_hash = passwords.digest(password, work.policies.access.sign_in.password_minimum)
    work.session.add(row)
    end_sessions(work, account_id, but=work.actor.session_id)
    audit.record(
        work, "account.password.changed" if own else "account.password.reset", res=[("account", row.id)]
    )


def end_sessions(work: Work, account_id: str, *, but: str | None = None) -> None:
    """End every session of the account, save the one with the id `but`."""
    for session in queries.live_sessions(work, account_id):
        if session.id != but:
            session.ended_at = work.now
            work.session.add(session)


def describe(work: Work, row: Account) -> Person:
    """Return the account with its name and e-mail address in clear: for those who may read accounts, and for itself."""
    if row.id != work.actor.account_id:
        may_manage(work, "account:read")
    return Person(row.id, row.login, row.role, *opened(work, row))


def describe_all(work: Work, rows: Sequence[Account]) -> list[Person]:
    """Return the accounts with name and e-mail address in clear, the permission asked once for all of them."""
    may_manage(work, "account:read")
    return [Person(row.id, row.login, row.role, *opened(work, row)) for row in rows]


def mailbox(work: Work, row: Account) -> str | None:
    """Return the e-mail address of the account in clear: for what the house writes to it, and to be shown to nobody."""
    return opened(work, row)[1]


def opened(work: Work, row: Account) -> tuple[str | None, str | None]:
    """Return name and e-mail address of the account in clear. For `sessions`, which makes actors of accounts."""
    name = sealing.unseal(work, row.id, "name", row.name_sealed) if row.name_sealed else None
    email = sealing.unseal(work, row.id, "email", row.email_sealed) if row.email_sealed else None
    return name, email


def make_tenant(runtime: Runtime, actor: Actor, tenant: str, title: str) -> None:
    """Make a tenant, called `title`; logged in its own log as the first thing that happened there.

    Raises `DeniedError` without `tenant:manage` in the house's own tenant, `ConflictError` for one that is there
    already, `InvalidError` for an id that cannot be one.
    """
    with runtime.work(actor) as work:
        may_manage(work, "tenant:manage")
        if actor.tenant != tenancy.DEFAULT:
            gate.refuse(work, "tenant:manage", "other_tenant")
    with runtime.work(replace(actor, tenant=tenant)) as work:
        if queries.tenant_exists(work):
            raise ConflictError("there is such a tenant already")
        tenancy.ensure(work, title)
        audit.record(work, "tenant.created", res=[("tenant", tenant)])


def may_manage(work: Work, permission: Permission) -> None:
    """Return if the actor has `permission`, or is the house itself. Raises `DeniedError`, logged."""
    if work.actor.kind != "system":
        gate.check(work, permission)


def _another(work: Work, account_id: str) -> Account:
    row = queries.account(work, account_id)
    if row.id == work.actor.account_id or (row.person == work.actor.person is not None):
        gate.refuse(work, "account:manage", "own_account")
    return row
