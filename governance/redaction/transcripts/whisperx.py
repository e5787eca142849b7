"""WhisperX: Whisper's segments, aligned: `words[]` with `score`, all of them again in `word_segments[]`, perhaps `chars[]`.

Words made of digits get no time, by design. They are placed between their neighbours, and the copies in `word_segments`, which
have none either, are found by what they say.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.transcripts.reading import Reading, language_of
from governance.redaction.transcripts.segments import are_segments, words_in

NAME = "whisperx"


def recognises(tree: Any) -> bool:
    """Whether a document has segments and, beside them or in them, words as the alignment leaves them."""
    if not isinstance(tree, dict) or not are_segments(tree.get("segments")):
        return False
    if isinstance(tree.get("word_segments"), list):
        return True
    lists = [segment.get("words") for segment in tree["segments"] if isinstance(segment, dict)]
    words = [word for rows in lists if isinstance(rows, list) for word in rows]
    return bool(words) and all(
        isinstance(word, dict)
        and "word" in word
        and "probability" not in word
        and ("score" in word or "start" not in word)
        for word in words
    )


def read(tree: Any) -> Reading:
    """Return the words in order with the speakers of the diarisation, and the language of the alignment."""
    return Reading(words_in(tree["segments"], ("segments",)), language_of(tree.get("language")))
