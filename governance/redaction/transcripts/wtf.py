"""World Transcription Format (draft-howe-vcon-wtf-extension): `transcript`, `segments[]`, optional `words[]`; seconds."""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import interpolated, milliseconds, whole, with_turns, words_of

NAME = "wtf"


def recognises(tree: Any) -> bool:
    """Whether a document is the body of a WTF transcription, or the vCon analysis that holds one."""
    body, _ = _body(tree)
    return isinstance(body.get("transcript"), dict) and isinstance(body.get("segments"), list)


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words, or the words of the segments where there are none, and the language."""
    body, root = _body(tree)
    rows: list[BoundWord] = []
    for at, item in enumerate(body.get("words") or ()):
        if item.get("is_punctuation"):
            continue
        rows.append(whole(item["text"], (*root, "words", at, "text"), _word(item, Timing.EXACT, 0)))
    bound = interpolated(with_turns(rows))
    if not bound:
        for at, item in enumerate(body["segments"]):
            bound.extend(
                words_of(item["text"], (*root, "segments", at, "text"), _word(item, Timing.TURN, at))
            )
    language = body["transcript"].get("language")
    return bound, language if isinstance(language, str) else None


def _body(tree: Any) -> tuple[dict[str, Any], Path]:
    if (
        isinstance(tree, dict)
        and tree.get("type") == "wtf_transcription"
        and isinstance(tree.get("body"), dict)
    ):
        return tree["body"], ("body",)
    return (tree, ()) if isinstance(tree, dict) else ({}, ())


def _word(item: dict[str, Any], timing: Timing, turn: int) -> Word:
    start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
    speaker = item.get("speaker")
    found = timing if start is not None and end is not None else Timing.NONE
    return Word("", start, end, None, str(speaker) if speaker is not None else None, found, turn)
