"""`governance detect`: what the detectors of sound hear in a file, for people who try them and for comparisons."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `dtmf` and `digits` to the `detect` group."""
    dtmf = commands.add_parser(
        "dtmf",
        help="Find keypad tones in a sound file",
        description="Prints the keypad tones of a sound file. The output holds the keys that were pressed.",
    )
    digits = commands.add_parser(
        "digits",
        help="Find runs of spoken digits in a sound file",
        description=(
            "Prints the runs of spoken digits of a sound file (English), how many digits each has, and what it is taken for "
            "at the point that the policy chose. The output holds digits as they were heard."
        ),
    )
    for parser, run in ((dtmf, detect_dtmf), (digits, detect_digits)):
        parser.add_argument("file", type=Path, metavar="FILE", help="WAV, FLAC, Ogg or MP3")
        parser.add_argument("--json", action="store_true", help="print a JSON array instead of lines")
        parser.set_defaults(run=run)
    digits.add_argument(
        "--policies", type=Path, metavar="DIR", help="policies other than the configured ones"
    )


def detect_dtmf(arguments: argparse.Namespace) -> int:
    """Print every tone with its times and channel; 1 if the file cannot be read."""
    from governance.redaction import dtmf

    return _tell(
        arguments,
        lambda source: [
            {"start_ms": t.start_ms, "end_ms": t.end_ms, "channel": t.channel, "digit": t.digit}
            for t in dtmf.listen(source)
        ],
        lambda one: f"{one['start_ms']:>9} {one['end_ms']:>9}  channel {one['channel']}  {one['digit']}",
    )


def detect_digits(arguments: argparse.Namespace) -> int:
    """Print every run with its times, channel, digits and what it is taken for; 1 if the file cannot be read."""
    from governance.cli.policy import load
    from governance.config import Settings
    from governance.redaction import spokendigits

    named = arguments.policies or Settings.from_env().policies
    policy = load(Path(named) if named else None).for_tenant(arguments.tenant).redaction.spoken_digits

    def told(source: BinaryIO) -> list[dict[str, Any]]:
        runs = spokendigits.listen(source)
        taken = {(one.channel, one.start_ms): one for one in spokendigits.decide(runs, policy)}
        found = []
        for run in runs:
            one = taken.get((run.channel, run.start_ms))
            found.append(
                {
                    "start_ms": run.start_ms,
                    "end_ms": run.end_ms,
                    "channel": run.channel,
                    "count": run.count,
                    "digits": run.digits,
                    "entity": one.entity.value if one else None,
                    "uncertain": bool(one and one.is_uncertain),
                    "because": one.because
                    if one
                    else "too few digits to be more than a number said by the way",
                }
            )
        return found

    return _tell(
        arguments,
        told,
        lambda one: (
            f"{one['start_ms']:>9} {one['end_ms']:>9}  channel {one['channel']}  {one['digits']}  "
            f"{one['entity'] or '-'}{' (uncertain)' if one['uncertain'] else ''}: {one['because']}"
        ),
    )


def _tell(
    arguments: argparse.Namespace,
    listen: Callable[[BinaryIO], list[dict[str, Any]]],
    line: Callable[[dict[str, Any]], str],
) -> int:
    """Print what `listen` finds in the file; 1 if it cannot be read."""
    import json
    import sys

    from governance.errors import InvalidError

    try:
        with arguments.file.open("rb") as source:
            found = listen(source)
    except (InvalidError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"{arguments.file}: {reason}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(found))
        return 0
    for one in found:
        print(line(one))
    return 0
