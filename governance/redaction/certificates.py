"""The certificates of redaction: issued in the transaction of a release, handed out with the log's proof, gone with the recording.

Digests are those that were taken while the versions were encrypted on their way into the store: nothing is read twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

import governance
from governance import ids
from governance.access import service as access
from governance.audit import leaf
from governance.audit import service as audit
from governance.errors import NotFoundError
from governance.recordings import certificate as certified
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED, ORIGINAL, RELEASED, RENDITION, Recording
from governance.redaction import queries, sample_drawing
from governance.redaction.certificate import (
    CHAT,
    KEYED,
    PLAIN,
    SALTED,
    SOUND,
    TRANSCRIPT,
    Told,
    compose,
    digest,
    heard_for,
    salted,
    version,
)
from governance.redaction.models import RedactionCertificate, RedactionRun
from governance.redaction.outcome import Outcome
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault

_SALT = 32


def originals(work: Work, recording_id: str) -> list[Told]:
    """Return the digests of the recording's originals: of those that are there, and those that certificates remember.

    Asked before the versions of a release take the place of the original. Empty where it had gone before certificates
    were issued.
    """
    known: dict[tuple[str, int], Told] = {}
    last = next(iter(queries.certificates(work, recording_id)), None)
    for one in orjson.loads(last.document)["originals"] if last is not None else ():
        known[one["what"], one["position"]] = one
    media = {one.id: one for one in catalog.media(work, recording_id)}
    for stored in catalog.renditions(work, recording_id):
        if stored.level == ORIGINAL:
            of = media[stored.media_id]
            what, kind = (CHAT, KEYED) if of.kind == CHAT else (SOUND, PLAIN)
            known[what, of.position] = digest(what, of.position, kind, stored.sha256)
    for text in catalog.transcripts(work, recording_id, ORIGINAL):
        known[TRANSCRIPT, text.position] = digest(TRANSCRIPT, text.position, KEYED, text.sha256)
    return [known[key] for key in sorted(known)]


def prepare(
    work: Work, row: Recording, run: RedactionRun, result: Outcome, before: Sequence[Told]
) -> RedactionCertificate:
    """Return the certificate of the release that the Work is writing, not stored yet: its hash goes into the log first.

    `before` are the digests of the originals. What an earlier certificate tells of texts that are kept no more cannot be
    tried out from now on: its salt goes here.
    """
    salt = secrets.token_bytes(_SALT)
    earlier = queries.certificates(work, row.id)
    drawn = _drawn(work, row, run, result, earlier[0] if earlier else None)
    for one in earlier:
        one.salt = None
        work.session.add(one)
    certificate_id = ids.new("cer")
    head = {
        "id": certificate_id, "tenant": work.tenant, "recording_id": row.id, "issued_at": leaf.moment(work.now),
        "product": governance.__version__,
    }  # fmt: skip
    document = leaf.canonical(
        compose(
            head,
            originals=before,
            kept=_kept(work, row, result, salt),
            run=run,
            result=result,
            sample=drawn,
            supersedes=earlier[0].sha256 if earlier else None,
        )
    )
    return RedactionCertificate(
        id=certificate_id, tenant=work.tenant, recording_id=row.id, run_id=run.id, document=document,
        sha256=hashlib.sha256(document).hexdigest(), salt=salt, entry_id="", issued_at=work.now,
        month=f"{work.now:%Y-%m}",
    )  # fmt: skip


def _drawn(
    work: Work, row: Recording, run: RedactionRun, result: Outcome, last: RedactionCertificate | None
) -> Told:
    """Return the draw of the release: the one before stands where the bytes are the same, so that nobody draws twice."""
    if last is not None and last.salt is not None:
        before = orjson.loads(last.document)
        if "sample" in before and before["kept"] == list(_kept(work, row, result, last.salt)):
            drawn: Told = before["sample"]
            return drawn
    return sample_drawing.draw(work, row.id, run.id)


def _kept(work: Work, row: Recording, result: Outcome, salt: bytes) -> Iterator[Told]:
    media = {one.position: one for one in catalog.media(work, row.id)}
    for one in result.versions:
        of = None if one.is_text else media[one.position]
        what = TRANSCRIPT if of is None else CHAT if of.kind == CHAT else SOUND
        kind, value = PLAIN, one.sealed.sha256
        if what != SOUND:
            is_read = one.level == RENDITION
            kind = SALTED if is_read else KEYED
            value = salted(salt, value) if is_read else vault.keyed(work, value)
        media_id = of.id if of is not None else None
        is_heard = what == SOUND and one.level == RENDITION
        examined = heard_for(one.position, row.language, result) if is_heard else None
        told = digest(what, one.position, kind, value)
        yield version(told, one.level, one.sealed.bytes, media_id, examined)


def hand_out(work: Work, recording_id: str, certificate_id: str | None = None) -> bytes:
    """Return the newest certificate of the recording, or the one that is named, with its hash and the log's proof of it.

    RFC 8785 bytes of one object: `certificate`, `sha256` over the RFC 8785 bytes of that, `entry` of the log that has the
    same hash in its leaf, `state` of the recording now, and, while the certified texts can be read, their `salt`. That it
    was handed out is recorded. Raises `NotFoundError`, `DeniedError`.
    """
    row = catalog.recording(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    access.require(work, "redaction:read", catalog.facts(work, row))
    found = [one for one in queries.certificates(work, row.id) if certificate_id in (None, one.id)]
    if not found:
        raise NotFoundError("there is no such certificate")
    one = found[0]
    res = [("recording", row.id), ("certificate", one.id)]
    audit.record(work, "redaction.certificate.read", res=res)
    entry = {name: value for name, value in certified.entry(work, one.entry_id).items() if value is not None}
    told: dict[str, Any] = {
        "certificate": orjson.loads(one.document),
        "sha256": one.sha256,
        "entry": entry,
        "state": row.state,
    }
    if one.salt is not None and row.state == RELEASED:
        told["salt"] = one.salt.hex()
    return leaf.canonical(told)


def forget_erased(runtime: Runtime, actor: Actor, batch: int = 500) -> int:
    """Take away the certificates of erased recordings and return how many those were: their digests would still know them."""
    count = 0
    while True:
        with runtime.work(actor) as work:
            gone = queries.certificates_of_erased(work, batch)
            for one in gone:
                work.session.delete(one)
        count += len(gone)
        if not gone:
            return count
