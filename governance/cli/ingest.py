"""`governance ingest`: recordings from files and folders, and their redaction."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.cli import Commands
    from governance.recordings.interaction import Defaults
    from governance.redaction.service import Redacted
    from governance.runtime import Actor, Runtime

_AT_ONCE = 4


def register(commands: Commands) -> None:
    """Add `ingest`."""
    parser = commands.add_parser(
        "ingest",
        help="Take recordings in from files and folders",
        description=(
            "Takes in sound (WAV, FLAC, Ogg, MP3) with its NAME.json and, where there is one, NAME.transcript.json, and "
            "vCons (.vcon, .vcon.json). What was taken in before is known and not taken in twice. A file that fails "
            "is named on stderr, the others go on, and the exit code is 1. A data folder is made where there is none."
        ),
        epilog="Example: governance ingest calls/ --team cards --jurisdiction GB",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument(
        "--no-redact", action="store_true", help="leave redaction to the jobs; until then nobody hears them"
    )
    said = parser.add_argument_group("what documents do not say themselves")
    said.add_argument(
        "--region", default="GB", metavar="XX", help="of telephone numbers without a country (GB)"
    )
    for name in ("language", "jurisdiction", "line-of-business", "team", "site"):
        said.add_argument(f"--{name}", metavar="X")
    parser.set_defaults(run=_ingest)


def _ingest(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.recordings.interaction import Defaults

    defaults = Defaults(
        region=arguments.region,
        language=arguments.language,
        jurisdiction=arguments.jurisdiction,
        line_of_business=arguments.line_of_business,
        team=arguments.team,
        site=arguments.site,
    )
    with open_runtime(arguments.tenant, makes=True) as runtime:
        actor = operator(arguments.tenant)
        created, known, failed = _take_in(runtime, actor, arguments.paths, defaults)
        print(f"{created} taken in, {known} known already, {failed} refused.")
        if not arguments.no_redact:
            tell(runtime, actor, redact_waiting(runtime, actor))
    return 1 if failed else 0


def _take_in(
    runtime: Runtime, actor: Actor, paths: Sequence[Path], defaults: Defaults
) -> tuple[int, int, int]:
    """Return how many recordings were created, known already, and refused."""
    from governance.errors import DeniedError, GovernanceError
    from governance.recordings import intake
    from governance.recordings.importers import folder
    from governance.redaction import cleartext

    found = []
    for path in paths:
        under = list(folder.find([path]))
        if not under:
            print(f"{path}: there is no recording in this folder", file=sys.stderr)
        found += under
    found = list(dict.fromkeys(found))
    created = known = failed = 0
    with progress("Taking in", len(found)) as advance:
        for path in found:
            try:
                interaction = folder.read(path, defaults)
                cleartext.refuse_in(interaction)
                done = intake.ingest(runtime, actor, interaction)
            except DeniedError:
                raise
            except (GovernanceError, OSError) as error:
                # An error of the system names the path itself and says why; ours says why and nothing of the content.
                reason = error.strerror if isinstance(error, OSError) else error
                print(f"{path}: {reason}", file=sys.stderr)
                failed += 1
            else:
                created += done.created
                known += not done.created
            advance()
    return created, known, failed


def redact_waiting(runtime: Runtime, actor: Actor) -> list[Redacted]:
    """Redact everything that awaits redaction, and return what came of each."""
    from governance.recordings import queries as catalog
    from governance.recordings.reasons import AWAITING_REDACTION
    from governance.redaction import service as redaction

    with runtime.work(actor, write=False) as work:
        waiting = len(catalog.quarantined_for(work, [AWAITING_REDACTION], 1_000_000))
    done: list[Redacted] = []
    with progress("Redacting", waiting) as advance:
        while len(done) < waiting:
            some = redaction.redact_pending(runtime, actor, limit=_AT_ONCE)
            if not some:
                break  # another process was faster
            done += some
            for _ in some:
                advance()
    return done


def tell(runtime: Runtime, actor: Actor, redacted: Sequence[Redacted]) -> None:
    """Print what redaction came to: how many are released, what was silenced, and why the rest is not released."""
    from governance.recordings import queries as catalog

    released = [one for one in redacted if one.state == "released"]
    counts: dict[str, int] = {}
    for one in redacted:
        for entity, count in one.counts.items():
            counts[entity] = counts.get(entity, 0) + count
    listed = ", ".join(f"{count} {entity}" for entity, count in sorted(counts.items()))
    print(
        f"{len(released)} released, {len(redacted) - len(released)} in quarantine."
        + (f" Found {listed}." if listed else "")
    )
    with runtime.work(actor, write=False) as work:
        for one in redacted:
            row = catalog.recording(work, one.recording_id)
            if one.state != "released" and row is not None:
                print(f"  {row.external_id} ({one.recording_id}): {one.because}")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr, where that is a terminal, and give what moves it on by one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
