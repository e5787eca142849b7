"""Taking a recording in: seal, examine, then keep every row and the log's entry in one transaction, or nothing."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from io import BufferedReader, BytesIO
from typing import BinaryIO

import orjson
from sqlalchemy import exc

from governance import ids, tenancy
from governance.access import service as access
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, InvalidError, TooLargeError
from governance.formats import audio as formats
from governance.formats.audio import AudioFacts
from governance.recordings import people, queries, standing
from governance.recordings.interaction import PAUSES, Interaction, MediaFacts
from governance.recordings.models import (
    ORIGINAL,
    QUARANTINED,
    RENDITION,
    Idempotency,
    Media,
    Recording,
)
from governance.recordings.reasons import AWAITING_REDACTION
from governance.recordings.service import (
    add_derived,
    add_rendition,
    add_transcript,
    quarantine,
)
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.service import Sealed

_PORTION = 1 << 20


@dataclass(frozen=True)
class Ingested:
    """What became of a recording that was handed in. `created` is False where it was there already."""

    recording_id: str
    created: bool


@dataclass
class _Sealings:
    """What has been sealed for one recording and is not kept yet."""

    media: dict[int, Sealed] = field(default_factory=dict)
    facts: dict[int, AudioFacts] = field(default_factory=dict)
    transcripts: dict[int, Sealed] = field(default_factory=dict)
    derived: dict[str, Sealed] = field(default_factory=dict)

    def all(self) -> list[Sealed]:
        return [*self.media.values(), *self.transcripts.values(), *self.derived.values()]


def ingest(
    runtime: Runtime,
    actor: Actor,
    interaction: Interaction,
    *,
    sealed: Mapping[int, Sealed] | None = None,
    idempotency_key: str | None = None,
    document: bytes | None = None,
) -> Ingested:
    """Take a recording in, into quarantine, whole or not at all.

    The bytes are sealed and examined first, outside any transaction; then one transaction writes every row and the
    log's entry. The same interaction again (by source and external id, or by `idempotency_key`) gives the same
    recording. `sealed` holds media that streamed in already, by their index; `document` is the file they came in.

    Raises `DeniedError`; `UnsupportedFormatError` and `InvalidError` for a file that is not what it claims, after
    which nothing of it is left; `ConflictError` where the same id or key came with other content, or was erased.
    """
    sealings = _Sealings(media=dict(sealed or {}))
    kept = False
    try:
        with runtime.work(actor) as work:
            access.require(work, "recording:ingest")
        _seal_all(runtime, actor, interaction, sealings, document)
        try:
            done = _store(runtime, actor, interaction, sealings, idempotency_key)
        except exc.IntegrityError:
            # Another process was first by a moment, with this recording or with a key of the tenant: now it is there.
            done = _store(runtime, actor, interaction, sealings, idempotency_key)
        kept = done.created
        return done
    finally:
        if not kept:
            _discard_unkept(runtime, actor, sealings)


def _store(
    runtime: Runtime, actor: Actor, interaction: Interaction, sealings: _Sealings, key: str | None
) -> Ingested:
    with runtime.work(actor) as work:
        digest = _content_digest(work, interaction, sealings)
        found = _already(work, interaction, digest, key)
        if found is not None:
            return Ingested(found, False)
        return Ingested(_keep(work, interaction, sealings, digest, key), True)


def _discard_unkept(runtime: Runtime, actor: Actor, sealings: _Sealings) -> None:
    """Remove what no row claims. A commit that failed on its way back may have been stored: the rows decide."""
    with runtime.work(actor, write=False) as work:
        unclaimed = [one for one in sealings.all() if not vault.is_kept(work, one)]
    for one in unclaimed:
        vault.discard(runtime, one)


def _seal_all(
    runtime: Runtime, actor: Actor, interaction: Interaction, sealings: _Sealings, document: bytes | None
) -> None:
    for index, media in enumerate(interaction.media):
        if index not in sealings.media and media.why_absent is None:
            with media.open() as body:
                sealings.media[index] = _seal(runtime, actor, body)
        if index in sealings.media and media.kind == "voice":
            with vault.reopen(runtime, sealings.media[index]) as clear:
                sealings.facts[index] = examine_file(BufferedReader(clear), media)
    for index, transcript in enumerate(interaction.transcripts):
        sealings.transcripts[index] = _seal(runtime, actor, BytesIO(transcript.body))
    if document is not None:
        sealings.derived["source_document"] = _seal(runtime, actor, BytesIO(document))
    if interaction.keyed:
        # Keys pressed are card data until proven otherwise: sealed like the sound they stand beside.
        keyed = orjson.dumps([asdict(key) for key in interaction.keyed])
        sealings.derived["keyed"] = _seal(runtime, actor, BytesIO(keyed))
    if interaction.pauses:
        told = orjson.dumps([asdict(pause) for pause in interaction.pauses])
        sealings.derived[PAUSES] = _seal(runtime, actor, BytesIO(told))


def _seal(runtime: Runtime, actor: Actor, body: BinaryIO) -> Sealed:
    limit = runtime.settings.max_upload_bytes
    with vault.seal(runtime, actor.tenant) as writer:
        while portion := body.read(_PORTION):
            writer.write(portion)
            if writer.bytes > limit:
                raise TooLargeError("the file is larger than the limit for uploads")
    return writer.sealed


def examine_file(clear: BinaryIO, media: MediaFacts) -> AudioFacts:
    """Return what the audio file really is.

    Raises `UnsupportedFormatError` or `InvalidError` where it is broken, empty, cut short or not what it claims.
    """
    return formats.probe(clear, declared=media.content_type)


def _content_digest(work: Work, interaction: Interaction, sealings: _Sealings) -> str:
    """Return what the same content is known by, under a key: it outlives the content, which could be guessed from it."""
    parts = {
        "interaction": interaction.fingerprint(),
        "media": {str(i): s.sha256 for i, s in sealings.media.items()},
        "transcripts": {str(i): s.sha256 for i, s in sealings.transcripts.items()},
    }
    key = tenancy.data_key(work, "content")
    return hmac.digest(key, orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), "sha256").hex()


def _key_digest(key: str) -> str:
    if not 1 <= len(key) <= 255:
        raise InvalidError("an Idempotency-Key has 1 to 255 characters", "Idempotency-Key")
    return hashlib.sha256(key.encode()).hexdigest()


def _already(work: Work, interaction: Interaction, digest: str, key: str | None) -> str | None:
    if key is not None:
        used = queries.idempotency(work, _key_digest(key), work.actor.account_id or work.actor.id)
        if used is not None:
            if used.request_sha256 != digest:
                raise ConflictError("this Idempotency-Key was used for another request")
            return used.recording_id
    gone = people.erased_id(work, interaction.source, interaction.external_id)
    if queries.by_external_id(work, interaction.source, gone) is not None:
        raise ConflictError("this recording has been erased and is not taken in again")
    row = queries.by_external_id(work, interaction.source, interaction.external_id)
    if row is None:
        return None
    if row.content_sha256 != digest:
        raise ConflictError("this source has handed in another recording under the same external id")
    return row.id


def _keep(
    work: Work, interaction: Interaction, sealings: _Sealings, digest: str, idempotency_key: str | None
) -> str:
    recording = Recording(
        id=ids.new("rec"),
        tenant=work.tenant,
        source=interaction.source,
        external_id=interaction.external_id,
        content_sha256=digest,
        state=QUARANTINED,
        started_at=interaction.started_at,
        ended_at=interaction.ended_at,
        duration_ms=max((f.duration_ms for f in sealings.facts.values()), default=None),
        agent_id=interaction.agent_id,
        team=interaction.team,
        site=interaction.site,
        language=interaction.language,
        jurisdiction=interaction.jurisdiction,
        line_of_business=interaction.line_of_business,
        direction=interaction.direction,
        notice_given=bool(interaction.notice["given"]) if "given" in interaction.notice else None,
        notice=dict(interaction.notice),
        channels=[dict(channel) for channel in interaction.channels],
        warnings=list(interaction.warnings),
        created_at=work.now,
    )
    work.session.add(recording)
    work.session.flush()
    media_ids = [_keep_media(work, recording, i, m, sealings) for i, m in enumerate(interaction.media)]
    _keep_transcripts(work, recording, interaction, sealings, media_ids)
    subjects = people.keep(work, recording.id, interaction.parties)
    orders = standing.apply(work, recording)
    for kind, sealed in sealings.derived.items():
        add_derived(work, recording.id, kind, RENDITION if kind == PAUSES else ORIGINAL, sealed)
    quarantine(work, recording, AWAITING_REDACTION, "Redaction has not run yet.")
    if idempotency_key is not None:
        work.session.add(
            Idempotency(
                key_sha256=_key_digest(idempotency_key),
                account_id=work.actor.account_id or work.actor.id,
                tenant=work.tenant,
                request_sha256=digest,
                recording_id=recording.id,
                created_at=work.now,
            )
        )
    work.session.flush()
    det = {"media": len(media_ids), "transcripts": len(sealings.transcripts), "parties": len(subjects)}
    if orders:
        det["orders"] = len(orders)
    # An entry names 64 resources at most; the rows on the recording name every order.
    res = [("recording", recording.id), *(("order", order) for order in orders[:32])]
    audit.record(
        work, "recording.ingested", res=res, det=det,
        personal={f"party.{i}.ref": Personal(subject, subject=subject) for i, subject in enumerate(subjects)},
    )  # fmt: skip
    return recording.id


def _keep_media(work: Work, recording: Recording, index: int, media: MediaFacts, sealings: _Sealings) -> str:
    facts = sealings.facts.get(index)
    row = Media(
        id=ids.new("med"),
        tenant=work.tenant,
        recording_id=recording.id,
        position=index,
        kind=media.kind,
        content_type=media.content_type,
        container=facts.container if facts else None,
        codec=facts.codec if facts else None,
        rate=facts.rate if facts else None,
        channel_count=facts.channels if facts else None,
        frames=facts.frames if facts else None,
        duration_ms=facts.duration_ms if facts else media.duration_ms,
        started_at=media.started_at,
        why_absent=media.why_absent,
    )
    work.session.add(row)
    work.session.flush()
    if index in sealings.media:
        add_rendition(work, recording.id, row.id, ORIGINAL, sealings.media[index])
    return row.id


def _keep_transcripts(
    work: Work, recording: Recording, interaction: Interaction, sealings: _Sealings, media_ids: list[str]
) -> None:
    for position, facts in enumerate(interaction.transcripts):
        index = facts.media_index
        add_transcript(
            work,
            recording.id,
            media_ids[index] if index is not None and index < len(media_ids) else None,
            position,
            ORIGINAL,
            sealings.transcripts[position],
            format="unread",
            language=facts.language or interaction.language,
            origin=facts.origin,
        )
