"""`governance backup` and `governance restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `backup` and `restore`, whichever of them is not there yet."""
    if "backup" not in commands.choices:
        backup = commands.add_parser(
            "backup",
            help="Write a backup into a new folder",
            description=(
                "Writes every tenant's rows and ciphertext, as one picture of one moment, while the service runs. Keys, "
                "anchor and erasure ledger are not part of it: keep them elsewhere, or it can never be restored."
            ),
        )
        backup.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="a folder that does not exist yet"
        )
        backup.set_defaults(run=_backup)
    if "restore" not in commands.choices:
        restore = commands.add_parser(
            "restore",
            help="Replace the database and the blobs by those of a backup",
            description=(
                "Everything that came after the backup is lost. What was erased is erased again. Stop the service "
                "first. If it fails half-way the service does not start until it has been repeated."
            ),
        )
        restore.add_argument("folder", type=Path, metavar="DIR", help="what `governance backup` wrote")
        restore.add_argument(
            "--no-recheck",
            action="store_true",
            help="do not examine again what is released: `governance redact recheck` must follow before anybody listens",
        )
        restore.set_defaults(run=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    from governance.cli import counted
    from governance.cli._open import open_runtime
    from governance.continuity import service as continuity
    from governance.runtime import Actor

    with open_runtime(arguments.tenant) as runtime:
        made = continuity.backup(runtime, Actor.system(arguments.tenant, continuity.SERVICE), arguments.out)
    print(
        f"{counted(made.rows, 'row')} and {counted(made.blobs, 'blob')}, {made.bytes / 1e6:.1f} MB, in {made.folder}"
    )
    print(f"Not part of it: {made.left_out}. Keep them elsewhere.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from governance import log
    from governance.audit import service as audit
    from governance.cli import counted
    from governance.config import Settings
    from governance.continuity import service as continuity

    settings = Settings.from_env()
    log.configure("WARNING")
    audit.check_separation(settings)  # refused in production, before anything is touched
    restored = continuity.restore(settings, arguments.folder, recheck=not arguments.no_recheck)
    print(
        f"{counted(restored.rows, 'row')} and {counted(restored.blobs, 'blob')}, as they were on {restored.made_at}."
    )
    again = f"{counted(restored.erasures, 'erasure')} and {counted(restored.orders, 'standing order')}"
    print(f"{again} from the ledger carried out again.")
    for origin in restored.logs:
        print(f"The log goes on as {origin}; its first entry states what was lost.")
    if arguments.no_recheck:
        print("governance: warning: what is released was not examined again", file=sys.stderr)
    else:
        back = counted(restored.quarantined, "recording")
        print(f"{back} went back into quarantine when examined again.")
    print(
        "Lost with what came after the backup, to be done again: matters and requests (what they had ordered stands), "
        "holds and restrictions of single recordings, accounts disabled and API keys revoked since."
    )
    return 0
