"""What a speech engine is: sound in, words in the one word model out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from governance.redaction.spans import Word


class EngineError(Exception):
    """An engine did not do its work. The sentence names the engine and the kind of failure, and nothing of the sound."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was said: the language, and every word with its channel and its own times (`exact`)."""

    language: str
    words: Sequence[Word]


class SpeechEngine(Protocol):
    """An engine. It is made with the policy's `SpeechRecognition`, and making it loads nothing large.

    Making it raises `PolicyError` where it cannot run here: its library or its model is missing.
    """

    @property
    def name(self) -> str:
        """What it is called, as the list of detectors has it: without spaces."""

    @property
    def version(self) -> str:
        """Which version of it: without spaces."""

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        """Return what is said in a recording of any format that is read here, channel by channel.

        `language` is what is known of it; None means that the engine finds out. A word it has heard is never left out for
        want of a time: it gets those of the stretch it stands in.
        """
