"""Speech engines that the tests make: one that knows the sample calls by their bytes, and some that go wrong.

They run where every engine runs, in a process of their own, and are chosen as every engine is chosen, by policy.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import BinaryIO

from governance.errors import PolicyError
from governance.policy.redaction import SpeechRecognition
from governance.redaction.engines import choice
from governance.redaction.engines.contract import Transcription
from governance.redaction.spans import Timing, Word

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"


class KnownCalls:
    """Hears the sample calls as they were spoken: its model is the folder they lie in."""

    name, version = "known-calls", "7"
    language: str | None = None

    def __init__(self, asked: SpeechRecognition) -> None:
        self._folder = Path(asked.model)
        if not self._folder.is_dir():
            raise PolicyError(f"redaction.yaml: speech: {asked.model} is not there")

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        heard = hashlib.sha256()
        while portion := sound.read(10_007):
            heard.update(portion)
        for path in self._folder.glob("*.wav"):
            if hashlib.sha256(path.read_bytes()).digest() == heard.digest():
                told = json.loads(path.with_suffix(".transcript.json").read_bytes())
                words = [
                    Word(one["text"], one["start_ms"], one["end_ms"], one["channel"], None, Timing.EXACT)
                    for one in told["words"]
                ]
                return Transcription(self.language or language or told["language"], words)
        raise LookupError(f"a call that was never heard: {heard.hexdigest()}")


class Polish(KnownCalls):
    """Believes that everybody speaks Polish."""

    name, language = "polish", "pl"


class Slow(KnownCalls):
    """Never comes to an end."""

    name = "slow"

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        time.sleep(600)
        raise AssertionError


class Broken(KnownCalls):
    """Says what it heard where it should not."""

    name = "broken"

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        raise ValueError("4111111111111111")


class Dying(KnownCalls):
    """Takes its process with it, as native code does."""

    name = "dying"

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        os._exit(139)


ENGINES = (KnownCalls, Polish, Slow, Broken, Dying)


def install(folder: Path) -> None:
    """Make the engines of this file look like those of an installed package whose metadata lies in `folder`."""
    about = folder / "tested_engines-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tested-engines\nVersion: 1.0\n")
    lines = [f"{one.name} = tests.redaction.engine:{one.__name__}" for one in ENGINES]
    lines.append("gone = tests.redaction.engine:Gone")
    (about / "entry_points.txt").write_text(f"[{choice.GROUP}]\n" + "\n".join(lines) + "\n")
