"""What comes later than the recording: a transcript for one that came without."""

from io import BytesIO

from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, NotFoundError
from governance.recordings import queries
from governance.recordings.models import ERASED, ORIGINAL, Recording
from governance.recordings.reasons import AWAITING_REDACTION
from governance.recordings.service import add_transcript, quarantine
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault

_PORTION = 1 << 20
_ORIGIN = "added"


def write_down(
    runtime: Runtime, actor: Actor, recording_id: str, body: bytes, *, language: str | None = None
) -> str:
    """Return the id of the transcript that the recording now has, and put it into quarantine until it is examined.

    From the commit on nobody plays it, also where it was released before: words can tell of card data that its sound
    did not give away. The bytes are sealed outside any transaction; if we crash before the commit they are noise.

    Raises `NotFoundError`, `DeniedError`, and `ConflictError` where there is a transcript already.
    """
    with runtime.work(actor, write=False) as work:
        _without_transcript(work, recording_id)
    with vault.seal(runtime, actor.tenant) as writer:
        clear = BytesIO(body)
        while portion := clear.read(_PORTION):
            writer.write(portion)
    is_kept = False
    try:
        with runtime.work(actor) as work:
            row = _without_transcript(work, recording_id)
            first = next(iter(queries.media(work, row.id)), None)
            added = add_transcript(
                work,
                row.id,
                first.id if first is not None else None,
                0,
                ORIGINAL,
                writer.sealed,
                format="unread",
                language=language or row.language,
                origin=_ORIGIN,
            )
            quarantine(work, row, AWAITING_REDACTION, "A transcript was added and has not been examined yet.")
            res = [("recording", row.id), ("transcript", added.id)]
            audit.record(work, "recording.transcript.added", res=res, det={"bytes": writer.sealed.bytes})
        is_kept = True
    finally:
        if not is_kept:
            _discard_unkept(runtime, actor, writer.sealed)
    return added.id


def _without_transcript(work: Work, recording_id: str) -> Recording:
    row = queries.for_update(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    access.require(work, "recording:ingest", queries.facts(work, row))
    if queries.transcripts(work, recording_id):
        raise ConflictError("the recording has a transcript already")
    return row


def _discard_unkept(runtime: Runtime, actor: Actor, sealed: vault.Sealed) -> None:
    """Remove what no row claims. A commit that failed on its way back may have been stored: the rows decide."""
    with runtime.work(actor, write=False) as work:
        if vault.is_kept(work, sealed):
            return
    vault.discard(runtime, sealed)
