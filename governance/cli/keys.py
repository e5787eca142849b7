"""`governance keys rotate`: a new wrapping key for a tenant."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `keys` and its commands."""
    parser = commands.add_parser("keys", help="Rotate and retire the wrapping keys")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    rotate = below.add_parser(
        "rotate",
        help="Wrap every data key of the tenant anew, under a new key",
        description="The recordings themselves are not touched. The old keys stay, since older backups need them.",
    )
    rotate.add_argument(
        "--retire",
        action="store_true",
        help="destroy the old keys: older backups can never be restored again",
    )
    rotate.set_defaults(run=_rotate)


def _rotate(arguments: argparse.Namespace) -> int:
    from governance.access import service as access
    from governance.cli import counted
    from governance.cli._open import open_runtime, operator
    from governance.vault import service as vault

    with open_runtime(arguments.tenant) as runtime:
        actor = operator(arguments.tenant)
        with runtime.work(actor) as work:
            access.require(work, "keys:rotate")
        moved = vault.rotate(runtime, actor, retire=arguments.retire)
        active = runtime.keys.active(arguments.tenant)
    print(
        f"{counted(moved, 'key')} wrapped anew by {active}; what wrapped before is {'destroyed' if arguments.retire else 'kept'}."
    )
    return 0
