"""A recording that came without a transcript, written down by the engine that policy names, as a transcript like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import orjson

from governance.redaction import audio
from governance.redaction.engines import choice, process
from governance.redaction.engines.contract import EngineError, Transcription
from governance.redaction.transcripts import words

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy, SpeechRecognition


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """A transcript in the form of our own words, its language, and which engine wrote it."""

    body: bytes
    language: str
    engine: str
    version: str


def is_asked(policy: RedactionPolicy, language: str | None) -> bool:
    """Return whether policy names an engine, and for this language; None is one that nobody knows."""
    return policy.speech is not None and (language is None or policy.speech.is_for(language))


def write_down(sound: BinaryIO, language: str | None, policy: RedactionPolicy) -> WrittenDown:
    """Return what is said in a sound, as the engine hears it.

    Raises `EngineError` where it fails, takes too long or hears a language it is not used for, `PolicyError` where it or its
    model is not here (any more). Raises as `audio.describe` does.
    """
    asked: SpeechRecognition | None = policy.speech
    if asked is None:
        raise EngineError("no engine is named in the policy")
    engine = choice.engine(asked)
    facts = audio.describe(sound)
    minutes = facts.duration_ms * facts.channels / 60_000
    heard = process.transcribe(asked, sound, language, asked.seconds_per_minute * (minutes + 1))
    if not (policy.examines(heard.language) and asked.is_for(heard.language)):
        raise EngineError(f"the engine {engine.name} heard a language that it is not used for")
    return WrittenDown(_body(heard), heard.language, engine.name, engine.version)


def _body(heard: Transcription) -> bytes:
    rows = [
        {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms, "channel": word.channel}
        for word in heard.words
    ]
    return orjson.dumps({"format": words.NAME, "language": heard.language, "words": rows})
