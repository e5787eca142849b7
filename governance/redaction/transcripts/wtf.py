"""World Transcription Format (draft-howe-vcon-wtf-extension): `transcript`, `segments[]`, optional `words[]`; seconds."""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    milliseconds,
    name_of,
    timing_of,
    whole,
    with_turns,
    words_of,
)

NAME = "wtf"


def recognises(tree: Any) -> bool:
    """Whether a document is the body of a WTF transcription, or the vCon analysis that holds one."""
    body, _ = _body(tree)
    return isinstance(body.get("transcript"), dict) and isinstance(body.get("segments"), list)


def read(tree: Any) -> Reading:
    """Return the words, or the words of the segments where there are none, and the language."""
    body, root = _body(tree)
    rows: list[BoundWord] = []
    for at, item in enumerate(body.get("words") or ()):
        if not item.get("is_punctuation"):
            rows.append(whole(item["text"], (*root, "words", at, "text"), _word(item, Timing.EXACT, 0)))
    bound = with_turns(as_spoken(interpolated(rows)))
    if not bound:
        for at, item in enumerate(body["segments"]):
            bound.extend(
                words_of(item["text"], (*root, "segments", at, "text"), _word(item, Timing.TURN, at))
            )
        bound = as_spoken(bound)
    if not bound and isinstance(body["transcript"].get("text"), str):
        bound = list(words_of(body["transcript"]["text"], (*root, "transcript", "text"), Word("")))
    return Reading(bound, language_of(body["transcript"].get("language")))


def _body(tree: Any) -> tuple[dict[str, Any], Path]:
    if not isinstance(tree, dict):
        return {}, ()
    if tree.get("type") == "wtf_transcription" and isinstance(tree.get("body"), dict):
        return tree["body"], ("body",)
    return tree, ()


def _word(item: dict[str, Any], timing: Timing, turn: int) -> Word:
    start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
    return Word("", start, end, None, name_of(item.get("speaker")), timing_of(start, end, timing), turn)
