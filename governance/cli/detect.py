"""`governance detect dtmf`: what the keypad detector hears in a file, for people who try it and for comparisons."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `dtmf` to the `detect` group."""
    dtmf = commands.add_parser(
        "dtmf",
        help="Find keypad tones in a sound file",
        description="Prints the keypad tones of a sound file. The output holds the keys that were pressed.",
    )
    dtmf.add_argument("file", type=Path, metavar="FILE", help="WAV, FLAC, Ogg or MP3")
    dtmf.add_argument("--json", action="store_true", help="print a JSON array instead of lines")
    dtmf.set_defaults(run=detect_dtmf)


def detect_dtmf(arguments: argparse.Namespace) -> int:
    """Print every tone with its times and channel; 1 if the file cannot be read."""
    import json
    import sys

    from governance.errors import InvalidError
    from governance.redaction import dtmf

    try:
        with arguments.file.open("rb") as source:
            tones = dtmf.listen(source)
    except (InvalidError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"{arguments.file}: {reason}", file=sys.stderr)
        return 1
    found = [
        {"start_ms": t.start_ms, "end_ms": t.end_ms, "channel": t.channel, "digit": t.digit} for t in tones
    ]
    if arguments.json:
        print(json.dumps(found))
        return 0
    for tone in tones:
        print(f"{tone.start_ms:>9} {tone.end_ms:>9}  channel {tone.channel}  {tone.digit}")
    return 0
