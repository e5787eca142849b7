"""`governance audit search` and `governance audit export`: what the log says, on the screen or as a file."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.runtime import Work

_RECORDING = re.compile(r"rec_[0-9a-f]{32}")


def register(verbs: Commands) -> None:
    """Add the two commands; each leaves its function in `run`."""
    search = verbs.add_parser("search", help="print entries, newest first, one JSON object a line")
    _add_filters(search)
    search.add_argument("--before", metavar="POSITION", help="go on where a page ended")
    search.add_argument("--limit", type=int, default=50, metavar="N")
    search.set_defaults(run=_search)
    export = verbs.add_parser(
        "export",
        help="take all entries of a search out as CSV or JSON lines",
        description="Take all entries of a search out as CSV or JSON lines, newest first. Each row has its origin, index "
        "and leaf hash and the leaf itself, so that it can be proved. That it was taken out is on record before.",
    )
    _add_filters(export)
    export.add_argument(
        "--format", choices=("csv", "jsonl"), default="csv", help="csv (the default) or jsonl"
    )
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file, instead of the screen")
    export.set_defaults(run=_export)


def _add_filters(parser: argparse.ArgumentParser) -> None:
    for name, what in (
        ("actor", "who acted"),
        ("act", "what was done"),
        ("outcome", "success, failure or denied"),
    ):
        parser.add_argument(f"--{name}", metavar="X", help=what)
    parser.add_argument("--recording", metavar="ID", help="which recording it concerned")
    parser.add_argument(
        "--person", metavar="X", help="telephone number, e-mail address, customer number, or login"
    )
    parser.add_argument("--purpose", metavar="NAME", help="which purpose it was for")
    parser.add_argument("--source", metavar="IP", help="which address it came from")
    parser.add_argument("--since", metavar="WHEN", help="ISO 8601, included")
    parser.add_argument("--until", metavar="WHEN", help="ISO 8601, not included")


def _wanted(work: Work, arguments: argparse.Namespace) -> dict[str, Any]:
    from governance.errors import InvalidError
    from governance.recordings import identity_queries

    if arguments.recording and not _RECORDING.fullmatch(arguments.recording):
        raise InvalidError("the id of a recording is rec_ and 32 of 0-9 and a-f", "recording")
    return {
        "actor": arguments.actor,
        "act": arguments.act,
        "res": ("recording", arguments.recording) if arguments.recording else None,
        "purpose": arguments.purpose,
        "person": arguments.person,
        "known": identity_queries.known_as(work, arguments.person) if arguments.person else None,
        "source": arguments.source,
        "outcome": arguments.outcome,
        "since": _moment(arguments.since),
        "until": _moment(arguments.until),
    }


def _search(arguments: argparse.Namespace) -> int:
    import orjson

    from governance.audit import service as audit
    from governance.cli.audit import opened

    with opened(arguments) as (runtime, actor):
        audit.sequence(runtime, actor.tenant)  # what was just done should be found
        with runtime.work(actor) as work:
            wanted = _wanted(work, arguments)
            page = audit.search(work, **wanted, before=arguments.before, limit=arguments.limit)
    for entry in page.entries:
        print(orjson.dumps({"position": entry.position, **entry.members}).decode())
    if page.next:
        print(f"More: --before {page.next}", file=sys.stderr)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from governance.access import service as access
    from governance.audit import service as audit
    from governance.cli.audit import opened

    with opened(arguments) as (runtime, actor):
        audit.sequence(runtime, actor.tenant)
        with runtime.work(actor, write=False) as work:
            access.require(work, "audit:export")
            wanted = _wanted(work, arguments)
        if arguments.out is None:
            for portion in audit.export(runtime, actor, arguments.format, wanted):
                print(portion.decode(), end="")
            return 0
        with _new_file(arguments.out) as file:
            for portion in audit.export(runtime, actor, arguments.format, wanted):
                file.write(portion)
    return 0


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that was not there before, made before anything is recorded; gone again if it does not become whole."""
    from governance.errors import InvalidError

    try:
        file = path.open("xb")
    except OSError:
        raise InvalidError("the file is there already, or cannot be made", "out") from None
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _moment(text: str | None) -> Any:
    from datetime import UTC, datetime

    from governance.errors import InvalidError

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError("a moment is written as in ISO 8601: 2026-03-02T09:00:00Z", "since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
