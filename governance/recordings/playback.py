"""Hearing and reading: asked for a purpose, decided, written to the log, and only then opened."""

from dataclasses import dataclass

from governance.access import permissions
from governance.access import service as access
from governance.audit import service as audit
from governance.errors import NotFoundError, QuarantinedError
from governance.formats import containers
from governance.recordings import queries
from governance.recordings.models import ERASED, RELEASED, RENDITION, Media
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from governance.vault.cipher import Reader

_SCREENS = frozenset({"video/mp4", "video/webm"})


@dataclass(frozen=True)
class Playback:
    """Clear bytes that somebody may have, as a seekable file, and what they are."""

    reader: Reader
    bytes: int
    sha256: str
    content_type: str
    recording_id: str
    level: str


def play(
    runtime: Runtime,
    actor: Actor,
    recording_id: str,
    *,
    purpose: str,
    level: str = RENDITION,
    media_id: str | None = None,
    byte_range: tuple[int, int | None] | None = None,
) -> Playback:
    """Return the sound of the recording for `purpose`.

    The entry in the log commits before the first byte can be read: a playback that cannot be recorded does not
    happen (PCI DSS 10.2.1.1). Raises `DeniedError` with a reason, `QuarantinedError` while in quarantine, and
    `NotFoundError` where there is none, or none for this actor.
    """
    with runtime.work(actor) as work:
        row = queries.recording(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such recording")
        permission = permissions.play(level)
        grant = access.require(work, permission, queries.facts(work, row), purpose=purpose, level=level)
        if row.state != RELEASED:
            raise QuarantinedError("the recording is in quarantine")
        rendition = queries.rendition(work, recording_id, level, media_id)
        if rendition is None:
            raise NotFoundError(f"there is no {level} of this recording")
        media = work.session.get(Media, rendition.media_id)
        det: dict[str, object] = {"level": level, "purpose": purpose}
        if byte_range is not None:
            det["from_byte"] = byte_range[0]
        audit.record(
            work, "recording.playback", res=[("recording", row.id), ("rendition", rendition.id)], det=det,
            why={"code": "break_glass" if grant.break_glass_id else "allowed"},
        )  # fmt: skip
        reader = vault.open(work, grant, rendition.blob_id)
        return Playback(reader, reader.size, rendition.sha256, _content_type(media), row.id, level)


def _content_type(media: Media | None) -> str:
    if media is None:
        return containers.content_type("")
    if media.kind == "screen" and media.content_type in _SCREENS:
        return media.content_type
    return containers.content_type(media.container or "")


def read_transcript(
    runtime: Runtime, actor: Actor, recording_id: str, *, purpose: str, position: int = 0
) -> Playback:
    """Return the masked transcript of the recording for `purpose`, under the rules of `play`."""
    with runtime.work(actor) as work:
        row = queries.recording(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such recording")
        facts = queries.facts(work, row)
        grant = access.require(work, "recording:transcript:read", facts, purpose=purpose, level=RENDITION)
        if row.state != RELEASED:
            raise QuarantinedError("the recording is in quarantine")
        found = [t for t in queries.transcripts(work, recording_id, RENDITION) if t.position == position]
        if not found:
            raise NotFoundError("there is no such transcript")
        audit.record(
            work, "transcript.read", res=[("recording", row.id), ("transcript", found[0].id)],
            det={"purpose": purpose}, why={"code": "break_glass" if grant.break_glass_id else "allowed"},
        )  # fmt: skip
        reader = vault.open(work, grant, found[0].blob_id)
        return Playback(reader, reader.size, found[0].sha256, "application/json", row.id, RENDITION)
