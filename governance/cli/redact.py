"""`governance redact run` and `governance redact recheck`: redaction of what is in the catalog."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `run` and `recheck` to the group `redact`."""
    run = commands.add_parser("run", help="Redact recordings that await it, or the ones named")
    run.add_argument(
        "recordings", nargs="*", metavar="ID", help="recordings (default: all that await redaction)"
    )
    run.set_defaults(run=_run)
    recheck = commands.add_parser(
        "recheck",
        help="Examine released renditions again with today's detectors and policy",
        description="A hit puts the recording back into quarantine. The exit code is 1 if there was one.",
    )
    recheck.set_defaults(run=_recheck)


def _run(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.cli.ingest import redact_waiting, tell
    from governance.redaction import service as redaction

    with open_runtime(arguments.tenant) as runtime:
        actor = operator(arguments.tenant)
        if arguments.recordings:
            done = [redaction.redact(runtime, actor, recording_id) for recording_id in arguments.recordings]
        else:
            done = redact_waiting(runtime, actor)
        tell(runtime, actor, done)
    return 0


def _recheck(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.redaction import service as redaction

    with open_runtime(arguments.tenant) as runtime:
        hits = redaction.recheck(runtime, operator(arguments.tenant))
    for hit in hits:
        print(f"{hit.recording_id}: {hit.because}")
    print(f"{len(hits)} back in quarantine." if hits else "Nothing was found in what is released.")
    return 1 if hits else 0
