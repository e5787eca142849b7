"""Genesys Cloud, the live notification: `transcripts[].alternatives[].words[]` and `decoratedWords[]`, one utterance each.

A notification comes bare, in `eventBody`, in `detail.eventBody` (EventBridge), with a single `transcript`, or as a list or one a
line where somebody kept them. Of the alternatives the first is read; the others are masked by time and by the walk. An
utterance that is not final is a copy of one that comes later, unless there is no final one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Timing
from governance.redaction.transcripts import genesys
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.moments import EPOCH_FROM, Clock
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    name_of,
    whole_milliseconds,
    with_turns,
)

NAME = "genesys-notification"
_TEXTS = ("transcript", "decoratedTranscript")
Utterance = tuple[Path, dict[str, Any]]


def recognises(tree: Any) -> bool:
    """Whether a document is one notification or several, each with its utterances and their alternatives."""
    messages = tree if isinstance(tree, list) else [tree]
    if not messages or not all(isinstance(message, dict) for message in messages):
        return False
    found = [_utterances(message) for message in messages]
    return any(found) and all(_is_utterance(one) for each in found for _, one in each)


def read(tree: Any) -> Reading:
    """Return the words of all utterances in the order in which they were spoken, and the dialect if it is named."""
    messages = [((at,), one) for at, one in enumerate(tree)] if isinstance(tree, list) else [((), tree)]
    every = [((*root, *path), one) for root, message in messages for path, one in _utterances(message)]
    final = {one.get("utteranceId") for _, one in every if one.get("isFinal", True)}
    chosen = [
        (path, one) for path, one in every if one.get("isFinal", True) or one.get("utteranceId") not in final
    ]
    origin = _origin([one for _, one in chosen])
    clock = Clock(origin)
    rows = [row for at, (path, one) in enumerate(chosen) for row in _rows(one, path, at, clock)]
    has_times = any(row.word.timing is Timing.EXACT for row in rows)
    bound = with_turns(as_spoken(interpolated(rows))) if has_times else as_spoken(rows)
    languages = [language_of(one.get("dialect") or one.get("language")) for _, one in chosen]
    return Reading(bound, next((one for one in languages if one is not None), None), origin)


def _utterances(message: dict[str, Any]) -> list[Utterance]:
    path: Path = ()
    body: Any = message
    for name in ("detail", "eventBody"):
        if isinstance(body, dict) and isinstance(body.get(name), dict):
            path, body = (*path, name), body[name]
    if isinstance(body.get("transcripts"), list):
        return [((*path, "transcripts", at), one) for at, one in enumerate(body["transcripts"])]
    if _is_utterance(body.get("transcript")):
        return [((*path, "transcript"), body["transcript"])]
    return []


def _is_utterance(one: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("alternatives"), list):
        return False
    return all(
        isinstance(each, dict) and any(name in each for name in (*_TEXTS, *genesys.WORDS))
        for each in one["alternatives"]
    )


def _rows(utterance: dict[str, Any], path: Path, turn: int, clock: Clock) -> Iterator[BoundWord]:
    if utterance["alternatives"]:
        speaker = name_of(utterance.get("channel"))
        first = utterance["alternatives"][0]
        yield from genesys.rows(first, (*path, "alternatives", 0), turn, speaker, clock, _TEXTS)


def _origin(utterances: list[dict[str, Any]]) -> int:
    """The clock at which the offsets begin: words tell both, the offset and the time of day."""
    starts = []
    for utterance in utterances:
        for alternative in utterance["alternatives"][:1]:
            words = next((alternative[name] for name in genesys.WORDS if alternative.get(name)), None)
            told = whole_milliseconds(words[0].get("startTimeMs")) if words else None
            if told is not None and told >= EPOCH_FROM:
                starts.append(told - (whole_milliseconds(alternative.get("offsetMs")) or 0))
    return min(starts, default=0)
