"""`governance redact audio`: sound files redacted without a catalog, each with its report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from governance.cli.redact_text import add_jobs

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `audio` to the `redact` group."""
    audio = commands.add_parser(
        "audio",
        help="Redact sound files, and recorded screens with sound, without a catalog",
        description=(
            "Writes DIR/NAME in the same container, codec, rate and length, and DIR/NAME.report.json. Without a "
            "transcript keypad tones and, in English, runs of spoken digits are found; where somebody may be speaking, a "
            "warning and the report say that speech was not examined, unless policy trusts the sound alone. An input that "
            "fails is named on stderr and gets no copy. AMR, G.722, G.729, AAC, MP4 and WebM are read where the extra "
            "`media` is installed; what is cut out of the sound is black in the picture."
        ),
        epilog="Example: governance redact audio calls/ --transcripts transcripts/ --out clean/",
    )
    audio.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="WAV, FLAC, Ogg, MP3; with the extra `media` AMR, G.722, G.729, AAC, MP4, WebM; and folders with all below",
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
        help="fail an input in which somebody may be speaking where no transcript says what, and a picture without --spans",
    )
    audio.add_argument(
        "--language", metavar="TAG", help="language of the transcripts that do not name theirs"
    )
    audio.add_argument("--treatment", choices=("silence", "tone"), default="silence")
    audio.add_argument("--policies", type=Path, metavar="DIR", help="policies other than the configured ones")
    add_jobs(audio)
    audio.set_defaults(run=redact_audio)


def redact_audio(arguments: argparse.Namespace) -> int:
    """Redact every input; 1 if one of them failed. A file that fails leaves no output and does not stop the others."""
    from governance.cli import _recordings

    options = _recordings.Options.of(arguments)
    return _recordings.files(options, arguments.inputs, arguments.out, arguments.jobs)
