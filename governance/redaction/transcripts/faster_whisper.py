"""faster-whisper: its generator of segments written out, as a bare list, beside its `info`, or one segment a line.

Segments and words are objects, or rows of their values where tuples were written as they are.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.transcripts.document import Path
from governance.redaction.transcripts.reading import Reading, language_of
from governance.redaction.transcripts.segments import Segment, are_segments, words_in

NAME = "faster-whisper"
_SEGMENTS_AND_INFO = 2


def recognises(tree: Any) -> bool:
    """Whether a document is a list of segments, or such a list and what faster-whisper says of the file."""
    return are_segments(_parts(tree)[0])


def read(tree: Any) -> Reading:
    """Return the words in order, and the language if the file says which one was heard."""
    segments, root, info = _parts(tree)
    language = info.get("language") if isinstance(info, dict) else None
    return Reading(words_in(segments, root), language_of(language))


def _parts(tree: Any) -> tuple[list[Segment], Path, Any]:
    if isinstance(tree, dict):
        info = tree.get("info")
        return (
            (tree.get("segments") or [], ("segments",), info)
            if isinstance(info, (dict, list))
            else ([], (), None)
        )
    if isinstance(tree, list) and len(tree) == _SEGMENTS_AND_INFO and are_segments(tree[0]):
        return tree[0], (0,), tree[1]
    return (tree, (), None) if isinstance(tree, list) else ([], (), None)
