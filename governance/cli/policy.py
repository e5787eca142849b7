"""`governance policy check`: whether the service would start on a folder of policies."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `policy` and its commands."""
    parser = commands.add_parser("policy", help="Check policy files")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    check = below.add_parser("check", help="Say whether the service would start on these policies")
    check.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="default: GOVERNANCE_POLICIES, or the shipped ones",
    )
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    from governance import policy
    from governance.config import Settings
    from governance.errors import PolicyError

    folder = arguments.folder or Settings.from_env().policies or policy.default_folder()
    if not folder.is_dir():
        raise PolicyError(f"{folder} is not a folder of policies")
    found = policy.load(folder)
    print(f"{', '.join(sorted(policy.FILES))}: as they must be. Digest {found.default.digest}.")
    for sub in sorted(path for path in (folder / "tenants").glob("*") if path.is_dir()):
        print(f"tenant {sub.name}: digest {found.for_tenant(sub.name).digest}.")
    return 0
