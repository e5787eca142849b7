"""What every command needs: the runtime that the environment describes, and who acts at the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.config import Settings
    from governance.runtime import Actor, Runtime


@contextmanager
def open_runtime(
    tenant: str = "default", settings: Settings | None = None, log_level: str = "WARNING"
) -> Iterator[Runtime]:
    """Give the runtime that the environment (or `settings`) describes, and close it afterwards.

    The tenant `default` is made at first use. What is unsafe is said on stderr, and refused in production. Nobody is
    let in while a restore is under way, or where one was begun and not finished.

    Raises `NotFoundError` for another tenant that was not made yet, `ConfigurationError`, `ConflictError`, and what
    `Runtime.open` raises.
    """
    from governance import log, tenancy
    from governance.access import queries
    from governance.audit import service as audit
    from governance.config import Settings
    from governance.continuity import occupancy
    from governance.errors import NotFoundError
    from governance.runtime import Actor, Runtime

    settings = settings or Settings.from_env()
    log.configure(log_level)
    for sentence in audit.check_separation(settings):
        print(f"governance: warning: {sentence}", file=sys.stderr)
    with occupancy.entered(settings):
        runtime = Runtime.open(settings)
        try:
            house = Actor.system(tenant, "svc_cli")
            with runtime.work(house, write=False) as work:
                exists = queries.tenant_exists(work)
            if not exists and tenant != tenancy.DEFAULT:
                raise NotFoundError("there is no such tenant: governance tenant add makes one")
            if not exists:
                with runtime.work(house) as work:
                    tenancy.ensure(work, "The default tenant")
            yield runtime
        finally:
            runtime.close()


def operator(tenant: str = "default", role: str = "administrator") -> Actor:
    """Return who acts at the command line: whoever may read the data folder, and so its keys.

    They act with the rights of a role all the same, and the log names them `cli`. They are no person to the service:
    what takes four eyes is done signed in.
    """
    from governance.runtime import Actor

    return Actor(kind="admin", id="cli", tenant=tenant, role=role)
