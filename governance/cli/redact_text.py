"""`governance redact text` and `governance redact transcript`: redaction of files, without a catalog or a server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.policy.redaction import RedactionPolicy


def register(commands: Commands) -> None:
    """Add `text` and `transcript` to the `redact` group."""
    text = commands.add_parser(
        "text",
        help="Redact a text from the command line, a file or standard input",
        description=(
            "Prints the text without card data and the personal data the policy names. Where a second look finds that "
            "something may be left, nothing is printed and the exit code is 1."
        ),
        epilog="Example: governance redact text 'my card is 4111 1111 1111 1111'",
    )
    given = text.add_mutually_exclusive_group()
    given.add_argument("text", nargs="?", metavar="TEXT", help="the text; left out, standard input is read")
    given.add_argument("--file", type=Path, metavar="FILE", help="read the text from a file")
    text.add_argument(
        "--json", action="store_true", help="print what was found and where, as JSON, with the text"
    )
    text.add_argument("--language", default="en", help="the language of the text (default: en)")
    text.set_defaults(run=redact_text)
    transcript = commands.add_parser(
        "transcript",
        help="Redact transcripts of any known format",
        description=(
            "Writes DIR/<name> (same structure, redacted) and DIR/<name>.report.json for each input. An input that "
            "fails, or in which a second look finds that something may be left, is named on stderr and gets neither."
        ),
        epilog="Example: governance redact transcript transcripts/*.json --out clean/",
    )
    transcript.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="transcript files")
    transcript.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the results go")
    transcript.add_argument("--language", default="en", help="where a file names none (default: en)")
    transcript.set_defaults(run=redact_transcripts)


def redact_text(arguments: argparse.Namespace) -> int:
    """Print a text redacted; 1 if it cannot be examined."""
    import json

    from governance.errors import GovernanceError
    from governance.redaction import reports

    try:
        if arguments.file is not None:
            said = arguments.file.read_text(encoding="utf-8")
        else:
            said = arguments.text if arguments.text is not None else sys.stdin.read()
        redacted = reports.redact_text(said, _policy(arguments), arguments.language)
    except (GovernanceError, OSError, UnicodeDecodeError) as error:
        print(f"redact text: {_reason(error)}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps({"text": redacted.content, **redacted.report}, ensure_ascii=False))
    else:
        sys.stdout.write(str(redacted.content) + ("" if str(redacted.content).endswith("\n") else "\n"))
    return 0


def redact_transcripts(arguments: argparse.Namespace) -> int:
    """Redact every input; a file that fails is named with its reason and gets no output, the others go on."""
    from governance.cli import counted
    from governance.errors import GovernanceError

    try:
        policy = _policy(arguments)
        arguments.out.mkdir(parents=True, exist_ok=True)
    except (GovernanceError, OSError) as error:
        print(f"redact transcript: {_reason(error)}", file=sys.stderr)
        return 1
    code = 0
    written: set[str] = set()
    for source in arguments.inputs:
        try:
            masked = _redact_file(source, arguments, policy, written)
        except (GovernanceError, OSError) as error:
            print(f"{source}: {_reason(error)}", file=sys.stderr)
            code = 1
        except Exception as error:  # noqa: BLE001  # one bad file must not stop the others, nor show its content
            print(f"{source}: it could not be redacted ({type(error).__name__})", file=sys.stderr)
            code = 1
        else:
            print(f"{source.name}: {counted(masked, 'span')} masked")
    return code


def _redact_file(
    source: Path, arguments: argparse.Namespace, policy: RedactionPolicy, written: set[str]
) -> int:
    """Write the copy and the report of one input and return how many spans were masked in it."""
    import json

    from governance.errors import InvalidError
    from governance.redaction import reports

    target = arguments.out / source.name
    report = arguments.out / f"{source.name}.report.json"
    if source.name in written or target.resolve() == source.resolve():
        raise InvalidError("the output would replace another file of this run")
    redacted = reports.redact_transcript(source.read_bytes(), policy, arguments.language)
    content = redacted.content if isinstance(redacted.content, bytes) else redacted.content.encode()
    # The report first: a redacted file that stands there is then always one that is explained.
    for path, data in (
        (report, json.dumps(redacted.report, ensure_ascii=False, indent=1).encode() + b"\n"),
        (target, content),
    ):
        partial = path.with_name(f".{path.name}.partial")
        try:
            partial.write_bytes(data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    written.add(source.name)
    return len(redacted.report["spans"])


def _policy(arguments: argparse.Namespace) -> RedactionPolicy:
    from governance.cli.policy import load
    from governance.config import Settings

    tenant = getattr(arguments, "tenant", "default")
    return load(Settings.from_env().policies).for_tenant(tenant).redaction


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
