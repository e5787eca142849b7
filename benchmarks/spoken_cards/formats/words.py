"""`governance/words@1`: a list of words with times."""

from __future__ import annotations

from benchmarks.spoken_cards.formats.rendering import Rendering, json_rendering, numbered, one
from benchmarks.spoken_cards.truth import Call


def write(call: Call) -> Rendering:
    """Return a call in our own format."""
    rows = [
        {"text": one(word), "start_ms": word.word.start_ms, "end_ms": word.word.end_ms, "channel": word.channel,
         "speaker": SPEAKERS[word.speaker]}
        for turn in numbered(call)
        for word in turn
    ]  # fmt: skip
    return json_rendering("words", {"format": "governance/words@1", "language": call.language, "words": rows})


SPEAKERS = {"A": "agent", "C": "caller", "I": "machine", "O": "other"}
