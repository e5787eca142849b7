"""One oracle for every scenario: whatever happened before, `check_everything` must hold for what is there now.

It asks the database and the store, never what a test believes to have done. A sentence says what does not hold; it
names recordings and blobs by their ids and holds no data.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from governance import tenancy
from governance.access import service as access
from governance.audit import leaf, policyfile, proof, verify
from governance.audit import service as audit
from governance.audit.models import AuditEntry, AuditOutbox, AuditSubjectKey
from governance.clock import FakeClock
from governance.errors import DeniedError, GovernanceError, NotFoundError, QuarantinedError
from governance.recordings import certificate, playback
from governance.recordings import queries as catalog
from governance.recordings.effects import EFFECTS
from governance.recordings.ledger import Ledger
from governance.recordings.models import (
    ERASED,
    MASTER,
    ORIGINAL,
    QUARANTINED,
    RELEASED,
    RENDITION,
    WHOLE,
    Derived,
    Erasure,
    PartyIndex,
    Quarantine,
    Recording,
    Rendition,
    Transcript,
)
from governance.recordings.selection import Selection
from governance.redaction import material, outcome
from governance.redaction import queries as redaction_queries
from governance.redaction.models import DONE, HELD, RedactionJob
from governance.runtime import Actor, Runtime, Work
from governance.storage.local import LocalBlobs
from governance.subjects.package_models import Package, PackagePart
from governance.tenancy import TenantKey
from governance.vault import service as vault
from governance.vault.models import Blob, BlobKey

SUCCESS = leaf.OUTCOMES.index("success")
_BEGINNINGS = ("recording.erased", "recording.erasure.reapplied")
_END = "recording.erasure.completed"


def check_everything(runtime: Runtime, tenant: str) -> None:
    """Return if everything that is promised holds for `tenant`; raise `AssertionError` with a sentence if not.

    Nothing may be under way: what no row claims is swept here as it would be a day later. The log grows by what the
    oracle does itself: it plays, audits and exports.
    """
    house = Actor.system(tenant, "svc_oracle")
    with runtime.work(house) as work:
        rows = list(work.session.exec(select(Recording)).all())
        _check_versions_and_blobs(work)
        _check_keys(work)
        for row in rows:
            _check_state(work, row)
            if row.state == ERASED:
                _check_erased(work, row)
            else:
                _check_kept(work, row)
        _check_ledger(work, {row.id: row for row in rows})
        _check_orders(work, [row for row in rows if row.state != ERASED])
        _check_tenants(work)
    for row in rows:
        _check_second_look(runtime, house, row)
        _check_playback(runtime, row)
    _check_store(runtime, house)
    _check_log(runtime, house)
    _check_entries(runtime, house, rows)
    _check_erasures(runtime, house)
    _check_certificates(runtime, house, rows)


def check_nothing_is_heard(runtime: Runtime, tenant: str) -> None:
    """Return if nobody hears what they should not, whatever state `tenant` was left in: released renditions alone.

    Holds at every moment, also before anything has recovered. Raises `AssertionError` with a sentence if not.
    """
    with runtime.work(Actor.system(tenant, "svc_oracle"), write=False) as work:
        rows = list(work.session.exec(select(Recording)).all())
    for row in rows:
        _check_playback(runtime, row)


def _check_versions_and_blobs(work: Work) -> None:
    blobs = {blob.id: blob for blob in work.session.exec(select(Blob)).all()}
    keys = {key.blob_id: key for key in work.session.exec(select(BlobKey)).all()}
    referred: Counter[str] = Counter()
    versions: list[Rendition | Transcript | Derived] = [
        *work.session.exec(select(Rendition)).all(),
        *work.session.exec(select(Transcript)).all(),
        *work.session.exec(select(Derived)).all(),
    ]
    for package in work.session.exec(select(Package).where(col(Package.blob_id).is_not(None))).all():
        assert package.blob_id is not None
        referred[package.blob_id] += 1
        assert package.state != "gone", f"{package.id} is gone, and its last stretch can be read"
        assert blobs[package.blob_id].owner == package.id, f"{package.id} lies in a blob of somebody else"
    for job in work.session.exec(select(RedactionJob)).all():
        held = (job.sound_blob_id, job.transcript_blob_id, job.result_blob_id, job.report_blob_id)
        assert job.state in HELD or not any(held), f"{job.id} is {job.state}, and holds bytes"
        for blob_id in filter(None, held):
            referred[blob_id] += 1
            assert blobs[blob_id].owner == job.id, f"{job.id} holds bytes of somebody else"
            is_original = blob_id in (job.sound_blob_id, job.transcript_blob_id)
            assert is_original == (job.state != DONE), (
                f"{job.id} is {job.state}, and holds what it should not"
            )
    made = {one.blob_id for one in work.session.exec(select(Derived)).all()}
    for part in work.session.exec(select(PackagePart).where(col(PackagePart.blob_id).is_not(None))).all():
        assert part.blob_id in made or part.blob_id not in keys, (
            f"{part.id} is in a package and in no catalog"
        )
    for version in versions:
        referred[version.blob_id] += 1
        assert version.blob_id in keys, f"{version.id} is listed, and its bytes have no key"
        assert version.blob_id in blobs, f"{version.id} is listed, and its bytes have no row"
        blob = blobs[version.blob_id]
        assert blob.owner == version.recording_id, f"{version.id} lies in a blob of another recording"
        if not isinstance(version, Derived):
            assert version.sha256 == blob.sha256, f"{version.id} and its blob differ in their digest"
    for blob in blobs.values():
        has_key, is_shredded = blob.id in keys, blob.shredded_at is not None
        assert has_key != is_shredded, (
            f"{blob.id} has {'a' if has_key else 'no'} key, shredded: {is_shredded}"
        )
        assert referred[blob.id] == int(has_key), f"{blob.id} is referred to {referred[blob.id]} times"
    orphans = keys.keys() - blobs.keys()
    assert not orphans, f"{len(orphans)} keys belong to no blob"


def _check_keys(work: Work) -> None:
    for row in work.session.exec(select(TenantKey)).all():
        assert len(tenancy.data_key(work, row.purpose)) == 32, f"the key for {row.purpose} is no key"
    for key in work.session.exec(select(BlobKey)).all():
        blob = work.session.get(Blob, key.blob_id)
        assert blob is not None
        grant = access.house_grant(
            work, "recording:redact", blob.owner, because="The oracle reads everything."
        )
        try:
            with vault.open(work, grant, blob.id) as clear:
                digest, size = hashlib.file_digest(clear, "sha256").hexdigest(), clear.size
        except GovernanceError as error:
            raise AssertionError(f"{blob.id} has a key and cannot be read: {error}") from None
        is_same = blob.sha256 == digest or blob.sha256 == vault.keyed(work, digest)
        assert is_same, f"{blob.id} is not what was sealed"
        assert size == blob.bytes, f"{blob.id} is not as long as what was sealed"


def _check_state(work: Work, row: Recording) -> None:
    assert row.state in (QUARANTINED, RELEASED, ERASED), f"{row.id} is in no known state"
    is_open = bool(catalog.quarantines(work, row.id))
    assert is_open == (row.state == QUARANTINED), f"{row.id} is {row.state}, quarantines open: {is_open}"
    assert (row.erased_at is not None) == (row.state == ERASED), (
        f"{row.id}: when it was erased and its state differ"
    )


def _check_kept(work: Work, row: Recording) -> None:
    """A recording that is not erased has everything at one level: the original, or what was made of it."""
    media = [one for one in catalog.media(work, row.id) if one.why_absent is None]
    sound = {(one.media_id, one.level) for one in catalog.renditions(work, row.id)}
    texts = catalog.transcripts(work, row.id)
    levels = {level for _, level in sound} | {text.level for text in texts}
    assert levels, f"{row.id} has been lost: neither an original nor a rendition is there"
    if row.state == RELEASED:
        assert ORIGINAL not in levels, f"{row.id} is released and its original is still there"
        derived = [one for one in catalog.derived(work, row.id) if one.level == ORIGINAL]
        assert not derived, f"{row.id} is released and what came with its original is still there"
    own = RENDITION if RENDITION in levels else ORIGINAL
    assert levels <= ({RENDITION, MASTER} if own == RENDITION else {ORIGINAL}), f"{row.id} has mixed versions"
    for one in media:
        assert (one.id, own) in sound, f"{row.id} has no {own} of its {one.kind} {one.position}"
    missing = {text.position for text in texts} - {text.position for text in texts if text.level == own}
    assert not missing, f"{row.id} has no {own} of {len(missing)} of its transcripts"


def _check_erased(work: Work, row: Recording) -> None:
    keyed = select(BlobKey.blob_id).join(Blob, col(Blob.id) == col(BlobKey.blob_id))
    left = {
        "keys of its bytes": len(work.session.exec(keyed.where(Blob.owner == row.id)).all()),
        "versions": len(catalog.renditions(work, row.id)) + len(catalog.transcripts(work, row.id)),
        "derived files": len(catalog.derived(work, row.id)),
        "parties": len(catalog.parties(work, row.id)),
        "index rows": len(catalog.party_index(work, row.id)),
        "keys in the log": len(
            work.session.exec(select(AuditSubjectKey).where(AuditSubjectKey.recording == row.id)).all()
        ),
        "words about it": len([*row.channels, *row.warnings, *row.notice]) + (row.agent_id is not None),
    }
    for what, count in left.items():
        assert not count, f"{row.id} is erased and still has {count} {what}"
    assert catalog.erasure_of(work, row.id) is not None, f"{row.id} is erased and nobody asked for it"


def _check_ledger(work: Work, rows: dict[str, Recording]) -> None:
    ledger = Ledger(work.runtime.settings.ledger)
    lines = list(ledger.lines(work.tenant))
    named = {line.recording_id for line in lines if line.scope == WHOLE}
    for row in rows.values():
        if row.state == ERASED:
            assert row.id in named, (
                f"{row.id} is erased and the ledger does not know: a restore would bring it back"
            )
    known = catalog.known_erasures(work, [line.erasure_id for line in lines])
    for line in lines:
        if line.recording_id not in rows or rows[line.recording_id].state == ERASED:
            continue
        if line.erasure_id in known:
            assert line.scope == MASTER, f"the ledger says {line.recording_id} is erased, and it is there"
            continue
        assert not line.done, f"the ledger says {line.recording_id} is erased ({line.scope}), and it is there"
        assert line.rule or catalog.kept_from_erasure(work, [line.recording_id]), (
            f"the erasure of {line.recording_id} ({line.scope}) was decided and never done"
        )
    written = {line.order_id: line for line in ledger.orders(work.tenant)}
    for order in catalog.all_orders(work):
        assert order.id in written, f"{order.id} stands, and a restore would not know"
        has_ended = written[order.id].ended_at is not None
        assert has_ended == (order.ended_at is not None), f"{order.id}: the ledger has another end"


def _check_orders(work: Work, rows: list[Recording]) -> None:
    """Every recording that an open order means bears its effect, or was freed of it; what has ended is borne by none."""
    tokens: dict[str, set[bytes]] = {}
    for index in work.session.exec(select(PartyIndex)).all():
        tokens.setdefault(index.recording_id, set()).add(index.token)
    orders = [(order, Selection.from_json(order.selection)) for order in catalog.all_orders(work)]
    for row in rows:
        effects: list[Any] = [
            *catalog.holds(work, row.id),
            *catalog.suspensions(work, row.id),
            *catalog.restrictions(work, row.id),
        ]
        borne = {one.order_id for one in effects if one.order_id is not None}
        meant = {
            order.id
            for order, selection in orders
            if order.ended_at is None and selection.matches(row, tokens.get(row.id, set()))
        }
        freed = _freed(work, row.id)
        assert meant - freed <= borne, (
            f"{row.id} is meant by {len(meant - freed - borne)} orders and bears none of it"
        )
        assert borne <= {order.id for order, _ in orders if order.ended_at is None}, (
            f"{row.id} bears an order that has ended"
        )


def _freed(work: Work, recording_id: str) -> set[str | None]:
    """The orders whose row on the recording has ended: it turned out to be somebody else's."""
    found: set[str | None] = set()
    for known in EFFECTS.values():
        asked = select(known.table.order_id).where(known.table.recording_id == recording_id)
        found.update(work.session.exec(asked.where(known.ended_at.is_not(None))).all())
    return found


def _check_tenants(work: Work) -> None:
    """Nothing that belongs to a recording or blob of this tenant belongs to another, nor the other way round."""
    connection = work.session.connection()
    for table in SQLModel.metadata.sorted_tables:
        for column, owner in (("recording_id", "recording"), ("blob_id", "blob")):
            if not {"tenant", column} <= set(table.columns.keys()):
                continue
            of = SQLModel.metadata.tables[owner]
            asked = sa.select(sa.func.count()).select_from(table.join(of, table.c[column] == of.c.id))
            count = connection.scalar(asked.where(table.c.tenant != of.c.tenant))
            assert not count, f"{count} rows of {table.name} belong to another tenant than their {owner}"


def _check_second_look(runtime: Runtime, house: Actor, row: Recording) -> None:
    if row.state != RELEASED:
        return
    with runtime.work(house, write=False) as work:
        found, policies = material.gather(work, row.id), work.policies
    obstacles = [obstacle.because for obstacle in outcome.look_again(found, policies)]
    assert not obstacles, f"{row.id} is released: {' '.join(obstacles)}"


def _check_playback(runtime: Runtime, row: Recording) -> None:
    """What is heard is the rendition as it was stored; the rest is heard by nobody, not even by who may hear most."""
    ear = Actor(kind="admin", id="cli", tenant=row.tenant, role="dpo")
    for level in (RENDITION, MASTER, ORIGINAL):
        try:
            with playback.play(runtime, ear, row.id, purpose="dispute", level=level).reader as heard:
                digest = hashlib.file_digest(heard, "sha256").hexdigest()
        except NotFoundError:
            assert row.state == ERASED or level != RENDITION or not _has_sound(runtime, row), (
                f"{row.id} is silent"
            )
        except (QuarantinedError, DeniedError):
            assert row.state == QUARANTINED or level == ORIGINAL or _is_restricted(runtime, row), (
                f"{row.id} is {row.state}, and its {level} is not played to the data protection officer"
            )
        else:
            assert row.state == RELEASED, f"{row.id} is {row.state}, and its {level} was played"
            assert level != ORIGINAL, f"the original of {row.id} was played"
            with runtime.work(ear, write=False) as work:
                kept = [one.sha256 for one in catalog.renditions(work, row.id) if one.level == level]
                is_kept = digest in kept or vault.keyed(work, digest) in kept
            assert is_kept, f"something else than the {level} of {row.id} was played"


def _has_sound(runtime: Runtime, row: Recording) -> bool:
    with runtime.work(Actor.system(row.tenant, "svc_oracle"), write=False) as work:
        return bool(catalog.renditions(work, row.id))


def _is_restricted(runtime: Runtime, row: Recording) -> bool:
    with runtime.work(Actor.system(row.tenant, "svc_oracle"), write=False) as work:
        return bool(catalog.restrictions(work, row.id))


def _check_store(runtime: Runtime, house: Actor) -> None:
    """After the sweeps, a day on, the store holds what has a key, and nothing else."""
    while vault.sweep(runtime, house):
        pass
    tomorrow = FakeClock(datetime.now(UTC) + vault.UNCLAIMED_AFTER + timedelta(minutes=1))
    later = Runtime(runtime.settings, runtime.engine, runtime.keys, runtime.blobs, runtime.policies, tomorrow)
    vault.sweep_unclaimed(later, house)
    with runtime.unscoped(house) as work:
        keyed = set(work.session.exec(select(BlobKey.blob_id)).all())
        waiting = set(work.session.exec(select(Blob.id).where(col(Blob.swept_at).is_(None))).all())
    names = set(runtime.blobs.names())
    assert keyed <= names, f"{len(keyed - names)} blobs have a key and are not in the store"
    # What another tenant has shredded is swept by that tenant.
    assert names <= waiting, f"{len(names - waiting)} blobs lie in the store and belong to nobody"
    with runtime.work(house, write=False) as work:
        own = set(work.session.exec(select(Blob.id)).all())
    assert names & own <= keyed, f"{len((names & own) - keyed)} shredded blobs lie in the store"
    if isinstance(runtime.blobs, LocalBlobs):
        files = {path.name for path in runtime.settings.blobs.rglob("*") if path.is_file()}
        assert files <= names, f"{len(files - names)} files in the store are no blobs"


def _check_log(runtime: Runtime, house: Actor) -> None:
    """The log holds in the database, and as a bundle for somebody who has nothing but the trust file."""
    try:
        audit.sequence(runtime, house.tenant, wait=True)
        audit.publish(runtime, house.tenant)
        found = audit.self_audit(runtime, house)
        assert found.holds, f"the log does not hold: {found.because}"
        with tempfile.TemporaryDirectory() as folder:
            signed = audit.bundle(runtime, house, Path(folder))
            with runtime.work(house, write=False) as work:
                trusted = policyfile.parse(audit.trust(work))
                left = len(work.session.exec(select(AuditOutbox)).all())
            verdict = verify.verify_bundle(Path(folder), trusted)
    except GovernanceError as error:
        raise AssertionError(f"the log does not hold: {error}") from None
    assert verdict.is_proven, f"the exported log does not verify: {verdict.because}"
    assert (verdict.size, left) == (signed.size, 0), "entries wait that were never given a place in the log"


def _check_entries(runtime: Runtime, house: Actor, rows: list[Recording]) -> None:
    """Every recording came in once by the log, and every erased one went once; nothing else did.

    An erasure, of a recording or of its master, is told once when it has begun and once when it is complete.
    """
    told: Counter[tuple[str, str]] = Counter()
    acts = ("recording.ingested", "recording.redacted", "recording.master.erased", *_BEGINNINGS, _END)
    with runtime.work(house, write=False) as work:
        asked = select(AuditEntry.act, AuditEntry.leaf).where(
            sa.column("act").in_(acts), AuditEntry.outcome == SUCCESS
        )
        for act, text in work.session.exec(asked).all():
            for res in leaf.read(text)["res"]:
                if res["kind"] in ("recording", "erasure"):
                    told[act, res["id"]] += 1
        once_released = set(
            work.session.exec(
                select(Quarantine.recording_id).where(col(Quarantine.ended_at).is_not(None))
            ).all()
        )
        erasures = work.session.exec(select(Erasure)).all()
    known = {row.id for row in rows}
    for erasure in erasures:
        began = sum(told[act, erasure.id] for act in (*_BEGINNINGS, "recording.master.erased"))
        assert began == 1, f"the log says {began} times that {erasure.id} began"
        ended = told[_END, erasure.id]
        assert ended == int(erasure.state == "complete"), (
            f"the log says {ended} times that {erasure.id} is complete"
        )
    for row in rows:
        came = told["recording.ingested", row.id]
        assert came == 1, f"the log says {came} times that {row.id} came in"
        went = [one for one in erasures if (one.recording_id, one.scope) == (row.id, WHOLE)]
        assert len(went) == int(row.state == ERASED), (
            f"{row.id} is {row.state}, and was erased {len(went)} times"
        )
        if row.state == RELEASED:
            assert row.id in once_released, f"{row.id} was never in quarantine"
            assert told["recording.redacted", row.id], (
                f"{row.id} is released, and the log knows no redaction of it"
            )
    strangers = {recording for act, recording in told if act == "recording.ingested"} - known
    assert not strangers, f"{len(strangers)} recordings came in by the log and are not in the catalog"


def _check_erasures(runtime: Runtime, house: Actor) -> None:
    """Every erasure has a certificate that verifies: its entries are proved, and say what the certificate says."""
    with runtime.work(house, write=False) as work:
        trusted = policyfile.parse(audit.trust(work))
        for erasure in work.session.exec(select(Erasure)).all():
            found = certificate.certificate(work, erasure.id)
            acts = [entry["act"] for entry in found["entries"]]
            assert (acts[-1:] == [_END]) == (erasure.state == "complete"), (
                f"{erasure.id} is certified as {acts}"
            )
            for entry in found["entries"]:
                assert entry["proof"], f"an entry of the certificate of {erasure.id} has no proof"
                text = base64.b64decode(entry["leaf"])
                proof.parse(entry["proof"]).verify(text, trusted)
                named = {(res["kind"], res["id"]) for res in leaf.read(text)["res"]}
                assert {("erasure", erasure.id), ("recording", erasure.recording_id)} <= named, (
                    f"the certificate of {erasure.id} has an entry about something else"
                )
            told = leaf.read(base64.b64decode(found["entries"][0]["leaf"]))
            why = {"code": erasure.reason, "policy": erasure.policy_digest}
            assert told["why"] == why | ({"rule": erasure.rule} if erasure.rule else {}), (
                f"the certificate of {erasure.id} gives another reason than the log"
            )
            for copy in found["copies"]:
                is_complete = copy["state"] == "complete"
                assert bool(copy["answered_at"]) == is_complete, (
                    f"{erasure.id}: {copy['kind']} answered and did not"
                )
                assert is_complete or erasure.state != "complete", (
                    f"{erasure.id} is complete without {copy['kind']}"
                )


def _check_certificates(runtime: Runtime, house: Actor, rows: list[Recording]) -> None:
    """Every released recording has a certificate that is about what is stored, and whose hash stands in the log."""
    for row in rows:
        if row.state != RELEASED:
            continue
        with runtime.work(house, write=False) as work:
            [last, *earlier] = redaction_queries.certificates(work, row.id)
            told = leaf.read(base64.b64decode(certificate.entry(work, last.entry_id)["leaf"]))
            stored = {(one.media_id, one.level): one.sha256 for one in catalog.renditions(work, row.id)}
        assert hashlib.sha256(last.document).hexdigest() == last.sha256, (
            f"{last.id} is not what its hash says"
        )
        assert told["det"]["certificate"] == last.sha256, f"the log knows another certificate of {row.id}"
        assert not any(one.salt for one in earlier), f"{row.id} has salts of texts that are kept no more"
        for kept in orjson.loads(last.document)["kept"]:
            if "sha256" in kept and (kept["media_id"], kept["level"]) in stored:
                digest = stored[kept["media_id"], kept["level"]]
                assert digest == kept["sha256"], f"{last.id} certifies another {kept['level']} than is stored"
