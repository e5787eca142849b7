"""One recording: what it is, why it may not be played or what was silenced in it, and, for a purpose, its sound and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from governance.access import permissions
from governance.access import service as access
from governance.audit import service as audit
from governance.console import tape, wording
from governance.console.deps import RecordingId, Signed, Visitor
from governance.console.rendering import page
from governance.console.tape import Tape, Turn
from governance.errors import DeniedError, GovernanceError, NotFoundError, QuarantinedError
from governance.recordings import people, playback, queries
from governance.recordings.models import ERASED, MASTER, RELEASED, RENDITION, Media, Party, Recording
from governance.redaction import queries as redaction
from governance.redaction import transcripts
from governance.redaction.models import RedactionRun
from governance.redaction.spans import SAD, Certainty, Entity, certainty_of
from governance.runtime import Work

router = APIRouter()

Purpose = Annotated[str, Query(pattern=r"^([a-z][a-z0-9_]{1,39})?$")]
_DONE = {
    "released": "Your decision is written down. The recording was redacted and looked at again: it is released.",
    "quarantined": "Your decision is written down. The recording was redacted again and stays in quarantine.",
}


@dataclass
class Heard:
    """What the visitor gets for the purpose they named: sound, words, or the sentence that says why not."""

    purpose: str = ""
    level: str = RENDITION
    refusal: str | None = None
    reason_code: str = ""
    sources: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    no_words: str | None = None


@router.get("/recordings/{recording_id}")
def show(
    visitor: Signed,
    recording_id: RecordingId,
    purpose: Purpose = "",
    level: Literal["rendition", "master"] = "rendition",
    identifiers: bool = False,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one recording. With a purpose its sound and words too, which the log then says."""
    with visitor.work(write=identifiers) as work:
        row = queries.recording(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("There is no such recording, or none for you.")
        facts = queries.facts(work, row)
        access.require(work, "recording:metadata:read", facts)
        if identifiers:
            access.require(work, "recording:identifiers:read", facts)
            audit.record(work, "recording.identifiers.read", res=[("recording", row.id)])
        known = _known(work, row, identifiers)
        is_suspected = facts.suspected_sad
    names = _names(row, [party for party, _ in known["parties"]])
    heard = _hear(visitor, row, known["media"], names, purpose, level) if purpose else Heard(level=level)
    run: RedactionRun | None = known["run"]
    return page(
        "recording",
        visitor,
        403 if heard.refusal else 200,
        row=row,
        heard=heard,
        tapes=_tapes(row, known["media"], names, run.spans if run else [], heard.turns),
        names=names,
        unseen=wording.UNSEEN,
        suspicions=_suspicions(run) if is_suspected else [],
        may_decide=is_suspected and visitor.may("recording:quarantine:decide"),
        done=_DONE.get(done),
        **known,
    )


def _known(work: Work, row: Recording, identifiers: bool) -> dict[str, Any]:
    """Return what the catalog knows of the recording. Who took part is named only to somebody who asked for it."""
    runs = redaction.runs(work, row.id)
    has_transcript = bool(queries.transcripts(work, row.id))
    return {
        "media": list(queries.media(work, row.id)),
        "quarantines": [
            (one, wording.next_step(one.reason, row.id, has_transcript))
            for one in queries.quarantines(work, row.id)
        ],
        "restrictions": list(queries.restrictions(work, row.id)),
        "holds": len(queries.holds(work, row.id)),
        "parties": [
            (party, people.unseal(work, party) if identifiers else None)
            for party in queries.parties(work, row.id)
        ],
        # A recheck looks and cuts nothing: what is silenced was found by the last run that rendered.
        "run": next((run for run in runs if run.kind == "redaction"), None),
        "last_run": runs[0] if runs else None,
        "levels": [
            level
            for level in (RENDITION, MASTER)
            if any(stored.level == level for stored in queries.renditions(work, row.id))
        ],
    }


def _suspicions(run: RedactionRun | None) -> list[dict[str, Any]]:
    """Return the findings that a person decides about, in their order: kind and place, never what was said there."""
    found = [
        span
        for span in (run.spans if run else [])
        if certainty_of(float(span["score"])) is Certainty.SUSPECTED
        and Entity(span["entity"]) in SAD | {Entity.DTMF}
    ]
    return sorted(found, key=lambda span: int(span["start_ms"]))


def _hear(
    visitor: Visitor,
    row: Recording,
    media: Sequence[Media],
    names: Mapping[int, str],
    purpose: str,
    level: str,
) -> Heard:
    """Ask the areas for what was chosen. A refusal is theirs, is in the log, and is shown as the sentence it is."""
    heard = Heard(purpose, level)
    try:
        with visitor.work() as work:
            now = queries.recording(work, row.id) or row
            access.require(
                work, permissions.play(level), queries.facts(work, now), purpose=purpose, level=level
            )
            if now.state != RELEASED:
                raise QuarantinedError("The recording is in quarantine: nobody plays it.")
            stored = queries.renditions(work, row.id)
        voices = [one.id for one in media if any(r.media_id == one.id and r.level == level for r in stored)]
        heard.sources = tuple(
            f"/v1/recordings/{row.id}/audio?{urlencode({'purpose': purpose, 'level': level, 'media': one})}"
            for one in voices
        )
        heard.turns = tuple(_words(visitor, row, names, purpose))
    except DeniedError as error:
        heard.refusal, heard.reason_code = str(error), error.reason
    except QuarantinedError as error:
        heard.refusal, heard.reason_code = str(error), error.code
    except GovernanceError as error:
        if not heard.sources:
            raise
        heard.no_words = str(error)
    return heard


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


def _names(row: Recording, parties: Sequence[Party]) -> dict[int, str]:
    """Return who is on which channel, as the recorder said of the channel, or else of who took part."""
    known = {party.channel: party.role for party in parties if party.channel is not None}
    for one in row.channels:
        if isinstance(one, dict) and isinstance(one.get("index"), int) and one.get("role"):
            known[int(one["index"])] = str(one["role"])
    return {at: role.capitalize() for at, role in known.items()}


def _tapes(
    row: Recording,
    media: Sequence[Media],
    names: Mapping[int, str],
    spans: Sequence[dict[str, Any]],
    said: Sequence[Turn],
) -> list[Tape]:
    voices = [one for one in media if one.kind == "voice" or one.duration_ms]
    return [
        tape.draw(
            one.duration_ms or row.duration_ms,
            names,
            one.channel_count or 1,
            [span for span in spans if span.get("stream", 0) == one.position],
            said,
        )
        for one in voices
    ]
