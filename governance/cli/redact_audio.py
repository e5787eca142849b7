"""`governance redact audio`: sound files redacted without a catalog, one by one, each with its report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.standalone import Redaction


def register(commands: Commands) -> None:
    """Add `audio` to the `redact` group."""
    audio = commands.add_parser(
        "audio",
        help="Redact sound files without a catalog",
        description=(
            "Writes DIR/NAME in the same container, codec, rate and length, and DIR/NAME.report.json. Without a "
            "transcript keypad tones and, in English, runs of spoken digits are found; where somebody may be speaking, a "
            "warning and the report say that spoken digits were not examined, unless policy trusts the sound alone. An input that fails is named on stderr and gets no copy."
        ),
        epilog="Example: governance redact audio calls/*.wav --transcripts transcripts/ --out clean/",
    )
    audio.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="WAV, FLAC, Ogg or MP3")
    audio.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the copies go")
    audio.add_argument(
        "--transcripts",
        type=Path,
        metavar="DIR",
        help="holds STEM.transcript.json or STEM.json for each input; one without fails",
    )
    audio.add_argument(
        "--require-examined",
        action="store_true",
        help="fail an input in which somebody may be speaking where no transcript says what",
    )
    audio.add_argument(
        "--language", metavar="TAG", help="language of the transcripts that do not name theirs"
    )
    audio.add_argument("--treatment", choices=("silence", "tone"), default="silence")
    audio.add_argument("--policies", type=Path, metavar="DIR", help="policies other than the configured ones")
    audio.set_defaults(run=redact_audio)


def redact_audio(arguments: argparse.Namespace) -> int:
    """Redact every input; 1 if one of them failed. A file that fails leaves no output and does not stop the others."""
    import sys

    from governance.cli.policy import load
    from governance.config import Settings
    from governance.errors import GovernanceError, InvalidError

    named = arguments.policies or Settings.from_env().policies
    policies = load(Path(named) if named else None).for_tenant(arguments.tenant).redaction
    if arguments.transcripts is not None and not arguments.transcripts.is_dir():
        raise InvalidError(f"there is no folder of transcripts at {arguments.transcripts}", "transcripts")
    arguments.out.mkdir(parents=True, exist_ok=True)
    failed = False
    taken: set[str] = set()
    for path in arguments.inputs:
        try:
            done = _redact_one(path, arguments, policies, taken)
        except (GovernanceError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            print(f"{path}: {reason}", file=sys.stderr)
            failed = True
        except Exception as error:  # noqa: BLE001 the others go on; a foreign message could hold what was in the file
            print(f"{path}: failed ({type(error).__name__})", file=sys.stderr)
            failed = True
        else:
            _tell(path, done)
    return 1 if failed else 0


def _tell(path: Path, done: Redaction) -> None:
    """Say what was done to an input, and on stderr what nobody looked into."""
    import sys

    from governance.cli import counted

    spans = f"{path.name}: {counted(len(done.spans), 'span')} cut out"
    if not done.examination.has_unexamined:
        print(spans)
        return
    print(f"{spans}, spoken digits not examined")
    print(
        f"{path}: warning: spoken digits not examined: card data that is spoken may still be heard in the copy. "
        f"{_CAN_BE_DONE[done.has_transcript]}",
        file=sys.stderr,
    )


_CAN_BE_DONE = {
    False: "Give transcripts with --transcripts.",
    True: "The transcript does not cover all that is spoken.",
}
"""What to say of speech that was not examined, by whether there was a transcript."""


def _redact_one(
    path: Path, arguments: argparse.Namespace, policies: RedactionPolicy, taken: set[str]
) -> Redaction:
    """Write the copy and the report of one input and return what was done."""
    import io
    import json

    from governance.errors import InvalidError, ResidueError
    from governance.redaction import standalone
    from governance.redaction.personal import UnexaminedError
    from governance.redaction.residue import Verdict

    target = arguments.out / path.name
    if path.name in taken:
        raise InvalidError("two inputs have this name; the copies would overwrite each other")
    if target.exists() and target.samefile(path):
        raise InvalidError("the copy would overwrite its source")
    transcript = _transcript(path, arguments.transcripts)
    sink = io.BytesIO()
    with path.open("rb") as source:
        done = standalone.redact(
            source,
            sink,
            policies,
            transcript=transcript,
            language=arguments.language,
            treatment=arguments.treatment,
            declared=path.suffix,
        )
    if done.examination.outcome is Verdict.RESIDUE:
        raise ResidueError(done.examination.because)
    if arguments.require_examined and done.examination.has_unexamined:
        raise UnexaminedError(f"spoken digits not examined. {done.examination.because}")
    taken.add(path.name)
    report = {"file": path.name, **done.report()}
    # The report first: if we stop in between, there is no copy of which nothing is known.
    _write(target.with_name(f"{path.name}.report.json"), json.dumps(report, indent=1).encode())
    _write(target, sink.getvalue())
    return done


def _transcript(path: Path, folder: Path | None) -> bytes | None:
    """Return the transcript that belongs to a sound file; None where no folder of transcripts was given.

    Raises `InvalidError` where one was given and none is there: whoever gives transcripts wants words examined.
    """
    from governance.errors import InvalidError

    if folder is None:
        return None
    names = (f"{path.stem}.transcript.json", f"{path.stem}.json")
    for name in names:
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise InvalidError(
        f"its transcript is missing: neither {names[0]} nor {names[1]} is in {folder}", "transcripts"
    )


def _write(target: Path, data: bytes) -> None:
    """Put a file in place whole or not at all."""
    import os

    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
