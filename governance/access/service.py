"""The verbs of access, and `Grant`, without which the vault opens nothing. `Grant(` stands in this file only.

The verbs themselves live in the files named after what they are about (`accounts`, `sessions`, `api_keys`,
`break_glass`); from outside the area they are called through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access import gate, queries, rules
from governance.access.accounts import (
    change_role,
    create_account,
    describe,
    describe_all,
    disable,
    enable,
    mailbox,
    make_tenant,
    set_password,
    unlock,
)
from governance.access.api_keys import NewKey, create_api_key, revoke_api_key
from governance.access.authentication import authenticate
from governance.access.break_glass import (
    approve_break_glass,
    forget_recordings,
    reason_of,
    refuse_break_glass,
    request_break_glass,
    review_break_glass,
)
from governance.access.permissions import PERMISSIONS, Permission
from governance.access.rules import RecordingFacts
from governance.access.sessions import (
    issue_link,
    redeem_link,
    sign_in,
    sign_in_with_key,
    sign_out,
)
from governance.runtime import Actor, Runtime, Work

__all__ = [
    "Grant",
    "NewKey",
    "RecordingFacts",
    "approve_break_glass",
    "authenticate",
    "change_role",
    "create_account",
    "create_api_key",
    "describe",
    "describe_all",
    "disable",
    "enable",
    "forget_recordings",
    "house_grant",
    "issue_link",
    "mailbox",
    "make_tenant",
    "permits",
    "reason_of",
    "redeem_link",
    "refuse_break_glass",
    "request_break_glass",
    "require",
    "review_break_glass",
    "revoke_api_key",
    "set_password",
    "sign_in",
    "sign_in_with_key",
    "sign_out",
    "unlock",
    "visible",
]


@dataclass(frozen=True)
class Grant:
    """That somebody may do one thing, at the moment it was decided. Held by the one request or job it was made for."""

    tenant: str
    actor_id: str
    permission: Permission
    resource_id: str | None
    level: str | None
    purpose: str | None
    because: str
    break_glass_id: str | None = None


def require(
    work: Work,
    permission: Permission,
    facts: RecordingFacts | None = None,
    *,
    purpose: str | None = None,
    level: str | None = None,
) -> Grant:
    """Return the grant to use `permission`, on the recording that `facts` describe if there is one.

    A purpose is asked for whatever opens content, and checked against the recording's restrictions. Refusals are
    logged with their reason code; the error must leave the Work for that, so do not catch it inside.

    Raises `DeniedError`; `NotFoundError` where the actor may not even know of the recording: "not yours" and "not
    there" are the same answer.
    """
    decision = gate.check(work, permission, facts, purpose=purpose, level=level)
    return Grant(
        tenant=work.tenant,
        actor_id=work.actor.id,
        permission=permission,
        resource_id=facts.id if facts is not None else None,
        level=PERMISSIONS[permission].level,
        purpose=purpose,
        because=decision.because,
        break_glass_id=decision.break_glass_id,
    )


def permits(runtime: Runtime, actor: Actor, permission: Permission) -> bool:
    """Return whether an actor who has been authenticated at this moment may use what concerns no single recording.

    No grant, and no log: whoever is told no asks `require`, which logs the refusal.
    """
    policies = runtime.policies.for_tenant(actor.tenant)
    return rules.decide(actor, permission, None, policies, now=runtime.clock.now()).allowed


def house_grant(
    work: Work, permission: Permission, resource_id: str, because: str, *, level: str | None = None
) -> Grant:
    """Return the grant on which a service of the house does its work, for a reason it states.

    Raises `DeniedError`, logged, for every actor that is not of kind `system`: no request ever acts as the house.
    """
    if work.actor.kind != "system":
        gate.refuse(work, permission, "not_the_house")
    return Grant(
        tenant=work.tenant,
        actor_id=work.actor.id,
        permission=permission,
        resource_id=resource_id,
        level=level or PERMISSIONS[permission].level,
        purpose=None,
        because=because,
    )


def visible(
    work: Work, permission: Permission, columns: Any, *, purpose: str | None = None
) -> sa.ColumnElement[bool]:
    """Return the SQL filter for the recordings that the Work's actor may use `permission` on, break-glass included.

    `columns` are the catalog's (`recordings.queries.Columns`). Where recordings are looked for, those that are
    restricted for `purpose`, or for every purpose that the role has, are not among them.
    """
    opened = queries.opened(work, permission, purpose)
    return rules.visible(work.actor, permission, work.policies, columns, opened, purpose)
