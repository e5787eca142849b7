"""A chat: text that is a stream of its own. Examined and masked as text; there is no sound to cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.errors import InvalidError
from governance.recordings.reasons import NOT_EXAMINED, RESIDUE, SUSPECTED_SAD, UNREADABLE
from governance.redaction import looser, rules, text
from governance.redaction.firstlook import NOT_CARD_DATA, Obstacle, is_suspected_sad
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.spans import SAD, Certainty, Span

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that was looked at: what was found, the text without it, the text without SAD alone, and the obstacles."""

    found: tuple[Span, ...]
    masked: str
    without_sad: str
    obstacles: tuple[Obstacle, ...]


def is_readable(content_type: str | None) -> bool:
    """Whether a chat of this type is plain text; what is nested, marked up or attached is not examined here."""
    return (content_type or "").split(";")[0].strip().lower() == "text/plain"


def look(body: bytes, language: str | None, policy: RedactionPolicy, verdict: str | None) -> Chat:
    """Return what the chat holds that must not be read, with the same obstacles as for what was spoken."""
    try:
        said = body.decode("utf-8")
        found = text.detect(said, language, policy=policy)
    except UnsupportedLanguageError as error:
        return Chat((), "", "", (Obstacle(NOT_EXAMINED, f"A chat was not examined: {error}"),))
    except (UnicodeDecodeError, InvalidError):
        return Chat((), "", "", (Obstacle(UNREADABLE, "A chat is not text."),))
    suspected = [one for one in found if one.entity in SAD and one.certainty is Certainty.SUSPECTED]
    obstacles: tuple[Obstacle, ...] = ()
    if verdict == NOT_CARD_DATA:
        found = [one for one in found if one not in suspected]
    elif suspected and verdict is None:
        kinds = ", ".join(sorted({one.entity.value for one in suspected}))
        obstacles = (Obstacle(SUSPECTED_SAD, f"{kinds} is suspected and not certain; a person decides."),)
    spoken = language or "en"
    masked = rules.masked(said, found, spoken, policy)
    without_sad = rules.masked(said, [one for one in found if one.entity in SAD], spoken, policy)
    return Chat(tuple(found), masked, without_sad, obstacles)


def look_again(stored: bytes, language: str | None, verdict: str | None = None) -> list[Obstacle]:
    """Return what the looser detector finds in the chat as it was stored, but for what a person has cleared."""
    try:
        said = stored.decode("utf-8")
        left = looser.examine(said, language)
        if verdict == NOT_CARD_DATA:
            cleared = [one for one in text.detect(said, language) if is_suspected_sad(one.entity, one.score)]
            left = [one for one in left if not _is_cleared(one, cleared)]
    except UnsupportedLanguageError as error:
        return [Obstacle(NOT_EXAMINED, f"A chat was not examined: {error}")]
    except UnicodeDecodeError:
        return [Obstacle(UNREADABLE, "A stored chat is not text.")]
    return [Obstacle(RESIDUE, f"The second look at a chat: {span.because}.") for span in left]


def _is_cleared(span: Span, cleared: Sequence[Span]) -> bool:
    return span.entity in SAD and any(one.start < span.end and span.start < one.end for one in cleared)
