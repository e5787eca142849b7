"""What every command needs: the runtime that the environment describes, and who acts at the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.config import Settings
    from governance.runtime import Actor, Runtime


@contextmanager
def open_runtime(
    tenant: str = "default",
    settings: Settings | None = None,
    log_level: str = "WARNING",
    *,
    makes: bool = False,
    warns: bool = False,
) -> Iterator[Runtime]:
    """Give the runtime that the environment (or `settings`) describes, and close it afterwards.

    The tenant `default` is made at first use. A data folder is made by commands that say so (`makes`) and by no other: a
    mistyped `GOVERNANCE_HOME` would be an empty house that answers every question. What is unsafe is refused in
    production, and said on stderr by commands that stand at a beginning (`warns`, and whatever makes a folder). Nobody
    is let in while a restore is under way, or where one was begun and not finished.

    Raises `NotFoundError` for another tenant that was not made yet, `ConfigurationError`, `ConflictError`, and what
    `Runtime.open` raises.
    """
    from governance import log, tenancy
    from governance.access import queries
    from governance.audit import service as audit
    from governance.cli.policy import refuse_unknown_languages
    from governance.config import Settings
    from governance.continuity import occupancy
    from governance.errors import ConfigurationError, NotFoundError
    from governance.runtime import Actor, Runtime

    settings = settings or Settings.from_env()
    log.configure(log_level)
    audit.witnesses(settings)  # a file that cannot be obeyed stops the start
    audit.check_authority(settings)
    unsafe, absent = audit.check_separation(settings), _absent(settings)
    if absent is not None and not makes:
        raise ConfigurationError(
            f"there is no {absent}: governance init makes one (GOVERNANCE_HOME names it)"
        )
    if absent is not None and not warns:
        print(f"governance: warning: there was no {absent}: a new one is made", file=sys.stderr)
    for sentence in unsafe if warns or absent is not None else ():
        print(f"governance: warning: {sentence}", file=sys.stderr)
    with occupancy.entered(settings):
        runtime = Runtime.open(settings)
        try:
            refuse_unknown_languages(runtime.policies)
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


def _absent(settings: Settings) -> str | None:
    """Return what is missing of a house that keeps its database in a file; None where it is there or elsewhere."""
    import sqlalchemy as sa

    url = sa.make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists():
        return None
    if Path(url.database).absolute().is_relative_to(settings.home):
        return f"data folder at {settings.home}"
    return f"database at {url.database}"


def operator(tenant: str = "default", role: str = "administrator") -> Actor:
    """Return who acts at the command line: whoever may read the data folder, and so its keys.

    They act with the rights of a role all the same, and the log names them `cli`, with what the machine knows of the
    person beside it, sealed. They are no person to the service: what takes four eyes is done signed in.
    """
    from governance.cli import _person
    from governance.runtime import Actor

    return Actor(kind="admin", id="cli", tenant=tenant, role=role, name=_person.at_the_keyboard())
