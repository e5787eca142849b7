"""`governance tenant`: the controllers whose recordings are governed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `tenant` and its commands."""
    parser = commands.add_parser("tenant", help="Make and list tenants")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    add = below.add_parser("add", help="Make a tenant")
    add.add_argument("id", help="a-z, 0-9 and hyphens; it stands in the name of the tenant's log")
    add.add_argument("--name", required=True, help="what the controller is called")
    add.set_defaults(run=_add)
    below.add_parser("list", help="List the tenants").set_defaults(run=_list)


def _add(arguments: argparse.Namespace) -> None:
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime() as runtime:
        access.make_tenant(runtime, operator(), arguments.id, arguments.name)
    print(f"{arguments.id} is a tenant")


def _list(_arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime() as runtime, runtime.work(operator(), write=False) as work:
        access.require(work, "tenant:manage")
        for tenant in queries.tenants(work):
            print(f"{tenant.id:<40}  {tenant.name}")
