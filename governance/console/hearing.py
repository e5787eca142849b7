"""What a visitor gets of a recording for the purpose they name: its sound and its words, or why not.

Each is asked of the areas by itself, so that whoever may have one of them is not refused it because of another. Every
refusal is in the log before it is a sentence on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from governance.access import permissions
from governance.access import service as access
from governance.console import tape
from governance.console.deps import Visitor
from governance.console.tape import Turn
from governance.errors import DeniedError, GovernanceError, QuarantinedError
from governance.formats import audio
from governance.recordings import playback, queries
from governance.recordings.models import RELEASED, RENDITION, Recording
from governance.redaction import transcripts


@dataclass(frozen=True)
class Voice:
    """One stream that can be heard, where its sound comes from, and where its picture, if it can be drawn."""

    media_id: str
    source: str
    picture: str = ""


@dataclass
class Heard:
    """What there is for the purpose: sound and words, or the sentence that says why not."""

    purpose: str = ""
    level: str = RENDITION
    refusal: str | None = None
    reason_code: str = ""
    voices: tuple[Voice, ...] = ()
    turns: tuple[Turn, ...] = ()
    no_words: str | None = None


def hear(visitor: Visitor, row: Recording, names: Mapping[int, str], purpose: str, level: str) -> Heard:
    """Return what the visitor gets of the recording for `purpose`, at `level`."""
    heard = Heard(purpose, level)
    try:
        heard.voices = _voices(visitor, row, purpose, level)
    except (DeniedError, QuarantinedError) as error:
        heard.refusal = str(error)
        heard.reason_code = error.reason if isinstance(error, DeniedError) else error.code
        return heard
    try:
        heard.turns = tuple(_words(visitor, row, names, purpose))
    except GovernanceError as error:
        heard.no_words = str(error)
    return heard


def _voices(visitor: Visitor, row: Recording, purpose: str, level: str) -> tuple[Voice, ...]:
    with visitor.work() as work:
        now = queries.recording(work, row.id) or row
        access.require(work, permissions.play(level), queries.facts(work, now), purpose=purpose, level=level)
        if now.state != RELEASED:
            raise QuarantinedError("The recording is in quarantine: nobody plays it.")
        stored = {one.media_id for one in queries.renditions(work, row.id) if one.level == level}
        media = [one for one in queries.media(work, row.id) if one.kind == "voice" and one.id in stored]
    asked = {"purpose": purpose, "level": level}
    picture = f"/recordings/{row.id}/waveform?{urlencode(asked)}"
    return tuple(
        Voice(
            one.id,
            f"/v1/recordings/{row.id}/audio?{urlencode({**asked, 'media': one.id})}",
            picture if audio.reads(one.codec) else "",
        )
        for one in media
    )


def _words(visitor: Visitor, row: Recording, names: Mapping[int, str], purpose: str) -> list[Turn]:
    with visitor.work(write=False) as work:
        positions = sorted({one.position for one in queries.transcripts(work, row.id, RENDITION)})
    said: list[Turn] = []
    for position in positions:
        opened = playback.read_transcript(
            visitor.runtime, visitor.actor, row.id, purpose=purpose, position=position
        )
        with opened.reader as reader:
            body = reader.readall()
        said += tape.turns(transcripts.read(body).words, names)
    return said
