"""What every command needs: the runtime that the environment describes, and who acts at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.runtime import Actor, Runtime


@contextmanager
def open_runtime(tenant: str = "default") -> Iterator[Runtime]:
    """Give the runtime that the environment describes, and close it afterwards.

    The tenant `default` is made at first use. Raises `NotFoundError` for another one that was not made yet, and what
    `Runtime.open` raises.
    """
    from governance import tenancy
    from governance.access import queries
    from governance.config import Settings
    from governance.errors import NotFoundError
    from governance.runtime import Actor, Runtime

    runtime = Runtime.open(Settings.from_env())
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
