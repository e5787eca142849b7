"""`governance redact audio`: sound files redacted without a catalog, one by one, each with its report."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
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
        help="Redact sound files, and recorded screens with sound, without a catalog",
        description=(
            "Writes DIR/NAME in the same container, codec, rate and length, and DIR/NAME.report.json. Without a "
            "transcript only keypad tones can be found: where somebody may be speaking, a warning and the report say "
            "that spoken digits were not examined. An input that fails is named on stderr and gets no copy. AMR, G.722, G.729, "
            "AAC, MP4 and WebM are read where the extra `media` is installed; what is cut out of the sound is black in the picture."
        ),
        epilog="Example: governance redact audio calls/*.wav --transcripts transcripts/ --out clean/",
    )
    audio.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="WAV, FLAC, Ogg, MP3; with the extra `media` AMR, G.722, G.729, AAC, MP4, WebM",
    )
    audio.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the copies go")
    audio.add_argument(
        "--transcripts",
        type=Path,
        metavar="DIR",
        help="holds STEM.transcript.json or STEM.json for each input; one without fails",
    )
    audio.add_argument(
        "--spans",
        type=Path,
        metavar="DIR",
        help="holds STEM.spans.json for each input, [{start_ms, end_ms, reason}]: cut out of sound and picture as well",
    )
    audio.add_argument(
        "--convert",
        choices=("wav", "flac"),
        help="write as DIR/NAME.wav or DIR/NAME.flac what can be read and not written in its own codec; otherwise it fails",
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
    for what, folder in (("transcripts", arguments.transcripts), ("spans", arguments.spans)):
        if folder is not None and not folder.is_dir():
            raise InvalidError(f"there is no folder of {what} at {folder}", what)
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

    spans = f"{path.name}: {counted(len(done.spans) + len(done.given or ()), 'span')} cut out"
    if done.converted_from is not None:
        spans += f", written as {done.facts.container}"
    if done.is_picture_unexamined:
        spans += ", the picture not examined"
        print(
            f"{path}: warning: the picture is black where something was cut out, and nobody examined the rest of it. "
            "Give what was shown when with --spans.",
            file=sys.stderr,
        )
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
    import json

    from governance.errors import InvalidError
    from governance.redaction import given, standalone

    target = arguments.out / path.name
    if path.name in taken:
        raise InvalidError("two inputs have this name; the copies would overwrite each other")
    if target.exists() and target.samefile(path):
        raise InvalidError("the copy would overwrite its source")
    transcript = _beside(path, arguments.transcripts, "transcripts", "transcript.json", "json")
    told = _beside(path, arguments.spans, "spans", "spans.json")
    with _unfinished(target) as part:
        with path.open("rb") as source, part.open("w+b") as sink:
            done = standalone.redact(
                source,
                sink,
                policies,
                transcript=transcript,
                language=arguments.language,
                treatment=arguments.treatment,
                declared=path.suffix,
                given=None if told is None else given.read(told),
                otherwise=arguments.convert,
            )
        _refuse(done, arguments.require_examined)
        taken.add(path.name)
        if done.converted_from is not None:
            target = target.with_name(f"{path.name}.{arguments.convert}")
        report = json.dumps({"file": target.name, **done.report()}, indent=1).encode()
        # The report first: if we stop in between, there is no copy of which nothing is known.
        told_of = target.with_name(f"{target.name}.report.json")
        with _unfinished(told_of) as written:
            written.write_bytes(report)
            written.replace(told_of)
        part.replace(target)
    return done


def _refuse(done: Redaction, require_examined: bool) -> None:
    """Raise where the copy must not be given away, or is not what was asked for."""
    from governance.errors import ResidueError
    from governance.redaction.personal import UnexaminedError
    from governance.redaction.residue import Verdict

    if done.examination.outcome is Verdict.RESIDUE:
        raise ResidueError(done.examination.because)
    if require_examined and done.examination.has_unexamined:
        raise UnexaminedError(f"spoken digits not examined. {done.examination.because}")
    if require_examined and done.is_picture_unexamined:
        raise UnexaminedError("the picture was not examined, and no spans were given for it")


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Give the name of a file beside `target` that nobody finds afterwards, unless it was put in its place: whole or not at all."""
    import os

    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _beside(path: Path, folder: Path | None, what: str, *endings: str) -> bytes | None:
    """Return what a folder holds for a sound file; None where no folder was given.

    Raises `InvalidError` where one was given and nothing is there: whoever gives transcripts wants words examined.
    """
    from governance.errors import InvalidError

    if folder is None:
        return None
    names = [f"{path.stem}.{ending}" for ending in endings]
    for name in names:
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    missing = f"neither {names[0]} nor {names[1]} is" if len(names) > 1 else f"no {names[0]} is"
    raise InvalidError(f"{_MISSING[what]} missing: {missing} in {folder}", what)


_MISSING = {"transcripts": "its transcript is", "spans": "its spans are"}
