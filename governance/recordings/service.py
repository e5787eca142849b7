"""What is done to the catalog: take in, quarantine and release, hold, restrict."""

from governance import ids
from governance.access import queries as accounts
from governance.access import service as access
from governance.access.permissions import Permission
from governance.access.reasons import SENTENCES, Reason
from governance.audit import service as audit
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import queries
from governance.recordings.models import (
    ERASED,
    QUARANTINED,
    RELEASED,
    Derived,
    Hold,
    Media,
    Quarantine,
    Recording,
    Rendition,
    Restriction,
    Transcript,
)
from governance.runtime import Work
from governance.vault import service as vault
from governance.vault.service import Sealed


def add_rendition(
    work: Work, recording_id: str, media_id: str, level: str, sealed: Sealed, policy_digest: str | None = None
) -> Rendition:
    """Return the new version of a media at `level`, its bytes claimed for the recording in this transaction."""
    media = work.session.get(Media, media_id)
    blob = vault.keep(work, sealed, recording_id, is_text=media is not None and media.kind == "chat")
    row = Rendition(
        id=ids.new("ren"),
        tenant=work.tenant,
        recording_id=recording_id,
        media_id=media_id,
        level=level,
        blob_id=blob.id,
        sha256=blob.sha256,
        policy_digest=policy_digest,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def add_transcript(
    work: Work,
    recording_id: str,
    media_id: str | None,
    position: int,
    level: str,
    sealed: Sealed,
    *,
    format: str,  # noqa: A002 the column's name
    language: str | None,
    origin: str | None,
) -> Transcript:
    """Return the new version of a transcript at `level`, its bytes claimed for the recording in this transaction."""
    blob = vault.keep(work, sealed, recording_id, is_text=True)
    row = Transcript(
        id=ids.new("trn"),
        tenant=work.tenant,
        recording_id=recording_id,
        media_id=media_id,
        position=position,
        level=level,
        format=format,
        language=language,
        origin=origin,
        blob_id=blob.id,
        sha256=blob.sha256,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def add_derived(
    work: Work,
    recording_id: str,
    kind: str,
    level: str,
    sealed: Sealed,
    content_type: str = "application/json",
) -> Derived:
    """Return the new file made from the recording, its bytes claimed for the recording in this transaction."""
    blob = vault.keep(work, sealed, recording_id, is_text=True)
    row = Derived(
        id=ids.new("der"),
        tenant=work.tenant,
        recording_id=recording_id,
        kind=kind,
        level=level,
        content_type=content_type,
        blob_id=blob.id,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def quarantine(work: Work, recording: Recording, reason: str, because: str) -> None:
    """Put the recording into quarantine for `reason`: from the commit on nobody plays it. Twice is once."""
    if not any(q.reason == reason for q in queries.quarantines(work, recording.id)):
        work.session.add(
            Quarantine(
                id=ids.new("qua"),
                tenant=work.tenant,
                recording_id=recording.id,
                reason=reason,
                because=because,
                since=work.now,
            )
        )
    recording.state = QUARANTINED
    recording.revision += 1
    work.session.add(recording)
    work.session.flush()


def end_quarantine(work: Work, recording: Recording, reason: str, because: str) -> None:
    """End the quarantine for `reason`; the recording can be played once no other is open."""
    for row in queries.quarantines(work, recording.id):
        if row.reason == reason:
            row.ended_at, row.ended_because = work.now, because
            work.session.add(row)
    work.session.flush()
    if not queries.quarantines(work, recording.id):
        recording.state = RELEASED
    recording.revision += 1
    work.session.add(recording)
    work.session.flush()


def _seen(work: Work, recording_id: str, permission: Permission) -> Recording:
    row = queries.for_update(work, recording_id)
    if row is None:
        raise NotFoundError("there is no such recording")
    access.require(work, permission, queries.facts(work, row))
    if row.state == ERASED:
        raise NotFoundError("there is no such recording")
    return row


def hold(work: Work, recording_id: str, matter: str) -> Hold:
    """Return a legal hold of `matter` on the recording: nothing of it is erased while it stands."""
    row = _seen(work, recording_id, "recording:hold")
    placed = Hold(
        id=ids.new("hld"),
        tenant=work.tenant,
        recording_id=row.id,
        matter=matter,
        placed_by=work.actor.id,
        placed_at=work.now,
    )
    work.session.add(placed)
    row.revision += 1
    work.session.add(row)
    audit.record(work, "recording.hold.applied", res=[("recording", row.id), ("hold", placed.id)])
    return placed


def release_hold(work: Work, hold_id: str) -> Hold:
    """Return the hold, released by another person than the one who placed it: a hold takes two to let go.

    Raises `DeniedError` for whoever placed it and for a key, `ConflictError` where it is released already or belongs
    to a matter.
    """
    placed = queries.hold(work, hold_id)
    if placed is None:
        raise NotFoundError("there is no such hold")
    row = _seen(work, placed.recording_id, "recording:hold")
    if placed.order_id is not None:
        raise ConflictError("the hold belongs to a matter: it ends with the matter, by two persons")
    if placed.released_at is not None:
        raise ConflictError("the hold has been released already")
    code = _why_not_released(work, placed)
    if code is not None:
        res = [("recording", row.id), ("hold", hold_id)]
        audit.record_denied(work, "recording.hold.released", res=res, why={"code": code})
        raise DeniedError(code, SENTENCES[code])
    placed.released_at, placed.released_by = work.now, work.actor.id
    work.session.add(placed)
    audit.record(work, "recording.hold.released", res=[("recording", row.id), ("hold", placed.id)])
    return placed


def _why_not_released(work: Work, placed: Hold) -> Reason | None:
    """Return why the actor may not release the hold: four eyes are those of people, not of a key."""
    actor = work.actor
    if actor.kind == "system":
        return None
    if actor.key_scopes is not None:
        return "not_a_person"
    return "same_person" if _person(work, placed.placed_by) == (actor.person or actor.id) else None


def _person(work: Work, actor_id: str) -> str:
    """Return the human behind an account; an actor without one stands for itself."""
    try:
        return accounts.account(work, actor_id).person
    except NotFoundError:
        return actor_id


def restrict(work: Work, recording_id: str, purpose: str, reason: str) -> Restriction:
    """Return a restriction: from the commit on the recording is not used for `purpose` (GDPR Art. 18, 21).

    Raises `InvalidError` for a purpose the policy does not know.
    """
    row = _seen(work, recording_id, "recording:restrict")
    if purpose not in work.policies.purposes.purposes:
        raise InvalidError("the policy knows no such purpose", "purpose")
    placed = Restriction(
        id=ids.new("rst"),
        tenant=work.tenant,
        recording_id=row.id,
        purpose=purpose,
        reason=reason,
        placed_by=work.actor.id,
        placed_at=work.now,
    )
    work.session.add(placed)
    row.revision += 1
    work.session.add(row)
    audit.record(
        work,
        "recording.restricted",
        res=[("recording", row.id)],
        why={"code": reason},
        det={"purpose": purpose},
    )
    return placed


def lift_restriction(work: Work, restriction_id: str) -> Restriction:
    """Return the restriction, lifted. Raises `ConflictError` where it is lifted already."""
    placed = queries.restriction(work, restriction_id)
    if placed is None:
        raise NotFoundError("there is no such restriction")
    row = _seen(work, placed.recording_id, "recording:restrict")
    if placed.order_id is not None:
        raise ConflictError("the restriction belongs to a request: it ends where that is decided")
    if placed.lifted_at is not None:
        raise ConflictError("the restriction has been lifted already")
    placed.lifted_at, placed.lifted_by = work.now, work.actor.id
    work.session.add(placed)
    audit.record(
        work, "recording.restriction.lifted", res=[("recording", row.id)], det={"purpose": placed.purpose}
    )
    return placed
