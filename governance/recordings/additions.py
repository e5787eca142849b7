"""What comes later than the recording: a transcript for one that came without."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, NotFoundError
from governance.recordings import queries
from governance.recordings.models import ERASED, ORIGINAL, QUARANTINED, Recording
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
    sealed = _sealed(runtime, actor, body)
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
                sealed,
                format="unread",
                language=language or row.language,
                origin=_ORIGIN,
            )
            quarantine(work, row, AWAITING_REDACTION, "A transcript was added and has not been examined yet.")
            res = [("recording", row.id), ("transcript", added.id)]
            audit.record(work, "recording.transcript.added", res=res, det={"bytes": sealed.bytes})
        is_kept = True
    finally:
        if not is_kept:
            _discard_unkept(runtime, actor, sealed)
    return added.id


@dataclass(frozen=True)
class Written:
    """A transcript that was made here of one of the recording's media; `origin` says by what."""

    media_id: str
    body: bytes = field(repr=False)
    language: str
    origin: str


def add_written(runtime: Runtime, house: Actor, recording_id: str, written: Sequence[Written]) -> None:
    """Store transcripts that the house has made of the original, for media that still have none.

    Like those that came with the recording: it stays in quarantine until they are examined. What has got a transcript
    meanwhile keeps that one; of what was erased or released meanwhile nothing is stored.
    """
    sealings = [(one, _sealed(runtime, house, one.body)) for one in written]
    try:
        with runtime.work(house) as work:
            row = queries.for_update(work, recording_id)
            if row is None or row.state != QUARANTINED or not sealings:
                return
            theirs = queries.transcripts(work, row.id)
            originals = {one.media_id for one in queries.renditions(work, row.id) if one.level == ORIGINAL}
            taken = {one.media_id for one in theirs}
            position = max((one.position for one in theirs), default=-1)
            for one, sealed in sealings:
                if one.media_id not in originals or taken & {one.media_id, None}:
                    continue
                position += 1
                added = add_transcript(
                    work, row.id, one.media_id, position, ORIGINAL, sealed,
                    format="unread", language=one.language, origin=one.origin,
                )  # fmt: skip
                res = [("recording", row.id), ("transcript", added.id)]
                audit.record(
                    work, "recording.transcript.added", res=res, det={"bytes": sealed.bytes, "by": one.origin}
                )
            quarantine(work, row, AWAITING_REDACTION, "A transcript was made and has not been examined yet.")
    finally:
        for _, sealed in sealings:
            _discard_unkept(runtime, house, sealed)


def _sealed(runtime: Runtime, actor: Actor, body: bytes) -> vault.Sealed:
    with vault.seal(runtime, actor.tenant) as writer:
        clear = BytesIO(body)
        while portion := clear.read(_PORTION):
            writer.write(portion)
    return writer.sealed


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
