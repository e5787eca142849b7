"""Amazon Connect Contact Lens, after the call: `Transcript[].Content`, turns with times in milliseconds and no words.

A chat has the same turns with `AbsoluteTime` and no offsets: its words have no place in any sound.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    language_of,
    name_of,
    timing_of,
    whole_milliseconds,
    words_of,
)

NAME = "amazon-contact-lens"


def recognises(tree: Any) -> bool:
    """Whether a document has the turns of Contact Lens, each with its participant."""
    turns = tree.get("Transcript") if isinstance(tree, dict) else None
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        return False
    if not turns:
        return "Participants" in tree and "ConversationCharacteristics" in tree
    return all("ParticipantId" in turn or "ParticipantRole" in turn for turn in turns) and any(
        isinstance(turn.get("Content"), str) for turn in turns
    )


def read(tree: Any) -> Reading:
    """Return the words of all turns, each with the times of its turn, and the language of the contact."""
    roles = {
        str(one.get("ParticipantId")): name_of(one.get("ParticipantRole"))
        for one in tree.get("Participants") or ()
    }
    bound: list[BoundWord] = []
    for at, turn in enumerate(tree["Transcript"]):
        speaker = (
            name_of(turn.get("ParticipantRole"))
            or roles.get(str(turn.get("ParticipantId")))
            or name_of(turn.get("ParticipantId"))
        )
        start, end = (
            whole_milliseconds(turn.get("BeginOffsetMillis")),
            whole_milliseconds(turn.get("EndOffsetMillis")),
        )
        like = Word("", start, end, None, speaker, timing_of(start, end, Timing.TURN), at)
        bound.extend(words_of(turn.get("Content") or "", ("Transcript", at, "Content"), like))
    return Reading(as_spoken(bound), language_of(tree.get("LanguageCode")))
