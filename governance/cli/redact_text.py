"""`governance redact text` and `governance redact transcript`: redaction of files, without a catalog or a server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands

_STDIN = "-"
_LEFT = (
    "What a second look still finds in a redacted copy is masked too; where that does not help, there is no copy. "
    "An input that fails is named on stderr, the others go on, and the exit code is 1."
)


def register(commands: Commands) -> None:
    """Add `text` and `transcript` to the `redact` group."""
    text = commands.add_parser(
        "text",
        help="Redact a text from the command line, files, folders or standard input",
        description=f"Removes card data, and the personal data the policy names, from texts. {_LEFT}",
        epilog="Example: governance redact text 'my card is 4111 1111 1111 1111' or --file NOTES/ "
        "--out CLEAN/ or --ndjson < tickets.ndjson > clean.ndjson",
    )
    given = text.add_mutually_exclusive_group()
    given.add_argument("text", nargs="?", metavar="TEXT", help="the text; left out, standard input is read")
    given.add_argument(
        "--file",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="read texts from files, and from folders with all below",
    )
    text.set_defaults(run=redact_text)
    transcript = commands.add_parser(
        "transcript",
        help="Redact transcripts of any known format, from files, folders or standard input",
        description=f"Writes each transcript in its own format and structure, without card data. {_LEFT}",
        epilog="Example: governance redact transcript TRANSCRIPTS/ --out CLEAN/ or call.vtt "
        "> clean.vtt or --ndjson < calls.ndjson > clean.ndjson",
    )
    transcript.add_argument(
        "inputs", nargs="*", type=Path, metavar="INPUT",
        help="files, and folders with all below, known by content and not by name; left out or -, standard input is read",
    )  # fmt: skip
    transcript.set_defaults(run=redact_transcripts)
    for parser in (text, transcript):
        parser.add_argument(
            "--out", type=Path, metavar="DIR",
            help="write DIR/NAME and DIR/NAME.report.json; without it one input is printed",
        )  # fmt: skip
        parser.add_argument(
            "--ndjson", action="store_true",
            help='a JSON object a line: {"id", "text", "language"}, {"id", "transcript", "language"}, or a transcript by '
            "itself; a result a line, in the same order, or what was wrong with the line",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print what was found and where, as JSON")
        parser.add_argument(
            "--language", default="auto", metavar="TAG",
            help="the language where an input names none (default: auto, recognised from the words)",
        )  # fmt: skip
        add_jobs(parser)


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add the option that says over how many processes the inputs are spread."""
    parser.add_argument(
        "--jobs",
        type=_number,
        metavar="N",
        help="how many processes work at once (default: one a processor)",
    )


def redact_text(arguments: argparse.Namespace) -> int:
    """Redact the text on the command line, or those in the files; 1 if one could not be."""
    if arguments.text is not None and (arguments.ndjson or arguments.out):
        return _senseless("text", "--ndjson and --out are for files and standard input, not for a TEXT")
    return _redact(arguments, "text", arguments.file or [])


def redact_transcripts(arguments: argparse.Namespace) -> int:
    """Redact every transcript; 1 if one of them could not be."""
    return _redact(arguments, "transcript", [path for path in arguments.inputs if str(path) != _STDIN])


def _redact(arguments: argparse.Namespace, kind: str, given: list[Path]) -> int:
    from governance.cli import _redactions
    from governance.errors import GovernanceError

    is_many = len(given) > 1 or any(path.is_dir() for path in given)
    if arguments.ndjson and is_many:
        return _senseless(kind, "--ndjson takes one file, or standard input")
    if arguments.out is not None and not given:
        return _senseless(kind, "--out is for files and folders: name some")
    if arguments.out is None and is_many:
        return _senseless(kind, "several inputs need --out DIR")
    try:
        options = _redactions.Options.of(arguments, kind)
    except GovernanceError as error:
        print(f"redact {kind}: {error}", file=sys.stderr)
        return 1
    if arguments.ndjson:
        return _redactions.lines(options, given[0] if given else None, arguments.jobs)
    if arguments.out is not None:
        return _redactions.files(options, given, arguments.jobs)
    said: str | None = getattr(arguments, "text", None)
    return _redactions.told(options, given[0] if given else said)


def _number(word: str) -> int:
    number = int(word)
    if not 1 <= number <= 512:
        raise argparse.ArgumentTypeError("between 1 and 512")
    return number


def _senseless(kind: str, because: str) -> int:
    print(f"governance redact {kind}: error: {because}", file=sys.stderr)
    return 2
