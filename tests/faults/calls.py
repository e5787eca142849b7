"""Short calls for the tests that fail and kill: real speech with a PIN in it, cut out of a sample, two seconds long."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import orjson
import soundfile

from governance.recordings.importers import folder
from governance.recordings.interaction import Interaction

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
BEGIN_MS, END_MS = 6200, 8500
"""Of `card-pin-blurted`: "My PIN is", and the four digits."""


@cache
def spoken_pin() -> Interaction:
    """Return the call as an importer yields it, with everything in memory."""
    whole = folder.read(SAMPLES / "card-pin-blurted.json")
    words = json.loads(whole.transcripts[0].body)["words"]
    said = [
        word | {"start_ms": word["start_ms"] - BEGIN_MS, "end_ms": word["end_ms"] - BEGIN_MS}
        for word in words
        if word["start_ms"] >= BEGIN_MS and word["end_ms"] <= END_MS
    ]
    transcript = replace(whole.transcripts[0], body=orjson.dumps({"language": "en", "words": said}))
    media = replace(whole.media[0], body=_sound(), path=None, hashes=())
    return replace(whole, media=(media,), transcripts=(transcript,))


def called(external_id: str) -> Interaction:
    """Return the call under an id of its own."""
    return replace(spoken_pin(), external_id=external_id)


def _sound() -> bytes:
    with soundfile.SoundFile(SAMPLES / "card-pin-blurted.wav") as source:
        rate = source.samplerate
        source.seek(BEGIN_MS * rate // 1000)
        samples = source.read((END_MS - BEGIN_MS) * rate // 1000, dtype="int16")
        sink = io.BytesIO()
        soundfile.write(sink, samples, rate, subtype=source.subtype, format="WAV")
    return sink.getvalue()
