"""One recording: what it is, why it may not be played or what was silenced in it, and, for a purpose, its sound and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.audit import service as audit
from governance.audit.queries import Entry
from governance.console import tape, wording
from governance.console.deps import RecordingId, Signed
from governance.console.hearing import Heard, hear
from governance.console.rendering import page, picture
from governance.console.tape import Tape
from governance.errors import NotFoundError
from governance.recordings import people, queries, waveform
from governance.recordings.models import ERASED, MASTER, RENDITION, Media, Party, Recording
from governance.redaction import queries as redaction
from governance.redaction.models import RedactionRun
from governance.redaction.spans import SAD, Certainty, Entity, certainty_of
from governance.retention import service as retention
from governance.runtime import Work

router = APIRouter()

Purpose = Annotated[str, Query(pattern=r"^([a-z][a-z0-9_]{1,39})?$")]
Level = Literal["rendition", "master"]
_SHOWN, _LOOKED_THROUGH = 20, 100
_LOOKING = ("audit.read", "retention.read")
_DONE = {
    "released": "Your decision is written down. The recording was redacted and looked at again: it is released.",
    "quarantined": "Your decision is written down. The recording was redacted again and stays in quarantine.",
}


@router.get("/recordings/{recording_id}")
def show(
    visitor: Signed,
    recording_id: RecordingId,
    purpose: Purpose = "",
    level: Level = "rendition",
    identifiers: bool = False,
    history: bool = False,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one recording. With a purpose its sound and words too, which the log then says."""
    with visitor.work() as work:  # why it is still here is asked below, and that is in the log
        row = queries.while_reading(work, recording_id)
        if row is not None and row.state == ERASED and visitor.may("retention:read"):
            access.require(work, "retention:read")
            audit.record(work, "retention.read", res=[("recording", row.id)])
            return page("erased", visitor, row=row, erasures=queries.erasures_of(work, row.id))
        if row is None or row.state == ERASED:
            raise NotFoundError("There is no such recording, or none for you.")
        facts = queries.facts(work, row)
        access.require(work, "recording:metadata:read", facts)
        if identifiers:
            access.require(work, "recording:identifiers:read", facts)
            audit.record(work, "recording.identifiers.read", res=[("recording", row.id)])
        known = _known(work, row, identifiers)
        is_suspected = facts.suspected_sad
        entries = _history(work, row) if history else []
        standing = {
            "explanation": retention.explain(work, row.id),
            "entries": entries if history else None,
            "logins": visitor.logins(work, {entry.actor for entry in entries}),
            "now": work.now,
        }
    names = _names(row, [party for party, _ in known["parties"]])
    heard = hear(visitor, row, names, purpose, level) if purpose else Heard(level=level)
    run: RedactionRun | None = known["run"]
    return page(
        "recording",
        visitor,
        403 if heard.refusal else 200,
        row=row,
        heard=heard,
        tapes=_tapes(row, known["media"], names, run.spans if run else [], heard),
        names=names,
        restricted={one.purpose for one in known["restrictions"]},
        unseen=wording.UNSEEN,
        suspicions=_suspicions(run) if is_suspected else [],
        may_decide=is_suspected and visitor.may("recording:quarantine:decide"),
        done=_DONE.get(done),
        **known,
        **standing,
    )


@router.get("/recordings/{recording_id}/waveform")
def show_waveform(
    visitor: Signed, recording_id: RecordingId, purpose: Purpose, level: Level = "rendition"
) -> Response:
    """Draw the sound that is heard for the purpose, at the level: a page refers to it, and does not wait for it.

    Raises `NotFoundError` where there is nothing that can be drawn.
    """
    found = waveform.waveforms(visitor.runtime, visitor.actor, recording_id, purpose=purpose, level=level)
    if not found:
        raise NotFoundError("Its sound cannot be drawn.")
    return picture("waveform", waves=[(media_id, tape.wave(one)) for media_id, one in found.items()])


def _history(work: Work, row: Recording) -> list[Entry]:
    """Return what the log says last about the recording, without who looked that up; asking is itself an entry."""
    found = audit.search(work, res=("recording", row.id), limit=_LOOKED_THROUGH).entries
    return [entry for entry in found if entry.act not in _LOOKING][:_SHOWN]


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
        "certificates": redaction.certificates(work, row.id),
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
    heard: Heard,
) -> list[Tape]:
    voices = [one for one in media if one.kind == "voice" or one.duration_ms]
    pictures = {one.media_id: one.picture for one in heard.voices}
    return [
        tape.draw(
            one.duration_ms or row.duration_ms,
            names,
            one.channel_count or 1,
            [span for span in spans if span.get("stream", 0) == one.position],
            heard.turns,
            one.id,
            pictures.get(one.id, ""),
        )
        for one in voices
    ]
