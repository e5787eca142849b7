"""What a visitor gets of a recording for the purpose they name: its sound, its waveform, its words, or why not.

Each is asked of the areas by itself, so that whoever may have one of them is not refused it because of another. Every
refusal is in the log before it is a sentence on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from governance.access import permissions
from governance.access import service as access
from governance.console import tape
from governance.console.deps import Visitor
from governance.console.tape import Turn
from governance.errors import DeniedError, GovernanceError, QuarantinedError
from governance.recordings import playback, queries, waveform
from governance.recordings.models import RELEASED, RENDITION, Recording
from governance.recordings.waveform import Waveform
from governance.redaction import transcripts


@dataclass(frozen=True)
class Voice:
    """One stream that can be heard, and where its sound comes from."""

    media_id: str
    source: str


@dataclass
class Heard:
    """What there is for the purpose: sound, picture and words, or the sentence that says why not."""

    purpose: str = ""
    level: str = RENDITION
    refusal: str | None = None
    reason_code: str = ""
    voices: tuple[Voice, ...] = ()
    waves: Mapping[str, Waveform] = field(default_factory=dict)
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
        heard.waves = waveform.waveforms(visitor.runtime, visitor.actor, row.id, purpose=purpose)
    except (DeniedError, QuarantinedError):
        heard.waves = {}  # whoever may hear the master alone, through a break-glass, has no picture of the rendition
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
        media = [one.id for one in queries.media(work, row.id) if one.kind == "voice" and one.id in stored]
    return tuple(
        Voice(
            one,
            f"/v1/recordings/{row.id}/audio?{urlencode({'purpose': purpose, 'level': level, 'media': one})}",
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
