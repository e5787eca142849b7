"""People and recordings for the tests of access."""

from typing import Any

import sqlalchemy as sa

from governance.access.models import Account
from governance.access.rules import RecordingFacts
from governance.runtime import Actor, Runtime

PASSWORD = "a long enough passphrase"


def acting(account: Account, **more: Any) -> Actor:
    """Return the actor that `account` is, without signing in."""
    return Actor(
        kind="user",
        id=account.id,
        tenant=account.tenant,
        account_id=account.id,
        role=account.role,
        agent_id=account.agent_id,
        team=account.team,
        site=account.site,
        person=account.person,
        **more,
    )


def released(**changes: Any) -> RecordingFacts:
    """Return a released recording of the team blue, changed as asked."""
    whole: dict[str, Any] = {
        "id": "rec_1",
        "tenant": "default",
        "agent_id": "a1",
        "team": "blue",
        "site": "north",
        "state": "released",
    }
    return RecordingFacts(**(whole | changes))


def logged(runtime: Runtime, act: str, tenant: str = "default") -> list[str]:
    """Return the leaves with this act that wait in the tenant's outbox, as text, oldest first."""
    from governance.audit.models import AuditOutbox

    with runtime.work(Actor.system(tenant, "svc_test"), write=False) as work:
        rows = work.session.exec(
            sa.select(AuditOutbox.leaf).where(AuditOutbox.act == act).order_by(AuditOutbox.pk)  # type: ignore[call-overload]
        )
        return [bytes(row[0]).decode() for row in rows]
