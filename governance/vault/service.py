"""What is done with bytes: seal, keep, open, shred, sweep, rotate."""

import hmac
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BufferedRandom
from typing import BinaryIO

import sqlalchemy as sa
from sqlmodel import col

from governance import ids, tenancy
from governance.access.service import Grant
from governance.audit import service as audit
from governance.db import forget_deleted, is_one_of
from governance.errors import DeniedError, IntegrityError, NotFoundError
from governance.runtime import Actor, Runtime, Work
from governance.vault import queries
from governance.vault.cipher import CHUNK, Encrypter, Reader
from governance.vault.models import Blob, BlobKey
from governance.vault.spool import Spool

# An upload may run this long before its ciphertext counts as left behind by a process that died.
UNCLAIMED_AFTER = timedelta(hours=24)


@dataclass
class Sealed:
    """Bytes that lie encrypted in the store and that no transaction has claimed yet."""

    blob_id: str
    tenant: str
    key: bytes = field(repr=False)
    bytes: int = 0
    sha256: str = ""


class SealWriter:
    """Takes clear bytes, portion by portion, on their way into the store."""

    def __init__(self, sealed: Sealed, sink: BinaryIO) -> None:
        self.sealed = sealed
        self._encrypter = Encrypter(sink, sealed.key, sealed.blob_id)

    def write(self, portion: bytes) -> int:
        """Encrypt and store `portion`."""
        self._encrypter.write(portion)
        return len(portion)

    @property
    def bytes(self) -> int:
        """How many clear bytes went through so far."""
        return self._encrypter.bytes

    def finish(self) -> None:
        """Write the end and note size and digest."""
        self.sealed.sha256 = self._encrypter.finish()
        self.sealed.bytes = self._encrypter.bytes


@contextmanager
def seal(runtime: Runtime, tenant: str) -> Iterator[SealWriter]:
    """Open a writer for new bytes of `tenant`, encrypted under a key of their own as they come.

    An exception leaves nothing in the store. A crash leaves ciphertext whose key existed in memory only.
    """
    sealed = Sealed(ids.new("blob"), tenant, secrets.token_bytes(32))
    with runtime.blobs.writer(sealed.blob_id) as sink:
        writer = SealWriter(sealed, sink)
        yield writer
        writer.finish()


def spool(runtime: Runtime) -> BufferedRandom:
    """Return an empty file for clear bytes under way, in memory while they are few; its disk sees ciphertext only.

    To be closed: it goes with its process, and nobody else can read it, but until then it takes room.
    """
    return BufferedRandom(Spool(runtime.settings.home), CHUNK)


def reopen(runtime: Runtime, sealed: Sealed) -> Reader:
    """Return the clear bytes of what was just sealed, to be checked before it is kept. No grant: nobody else has the key."""
    return _reader(runtime, sealed.blob_id, sealed.key)


def keep(work: Work, sealed: Sealed, owner: str, *, is_text: bool = False) -> Blob:
    """Return the blob, claimed for `owner` in the Work's transaction: from its commit on the bytes can be opened.

    The digest of a text is kept under a key: whoever has the masked text would find what the mask hides by trying
    (PCI DSS 3.5.1.1). Sound cannot be guessed, and its plain SHA-256 can be compared with its source.
    """
    if sealed.tenant != work.tenant:
        raise IntegrityError("bytes of another tenant were about to be kept")
    blob = Blob(
        id=sealed.blob_id,
        tenant=work.tenant,
        owner=owner,
        bytes=sealed.bytes,
        sha256=keyed(work, sealed.sha256) if is_text else sealed.sha256,
        created_at=work.now,
    )
    kek_id = work.wrapping_key()
    wrapped = work.keys.wrap(kek_id, sealed.key, _context(work.tenant, sealed.blob_id))
    work.session.add(blob)
    work.session.flush()
    work.session.add(BlobKey(tenant=work.tenant, blob_id=blob.id, kek_id=kek_id, wrapped=wrapped))
    work.session.flush()
    return blob


def keyed(work: Work, sha256: str) -> str:
    """Return what stands for the SHA-256 of a text: its HMAC under a key of the tenant."""
    return hmac.digest(tenancy.data_key(work, "content"), bytes.fromhex(sha256), "sha256").hex()


def is_kept(work: Work, sealed: Sealed) -> bool:
    """Whether a transaction has claimed what was sealed."""
    return queries.blob(work, sealed.blob_id) is not None


def discard(runtime: Runtime, sealed: Sealed) -> None:
    """Remove sealed bytes that nobody will claim."""
    runtime.blobs.delete(sealed.blob_id)


def open(work: Work, grant: Grant, blob_id: str) -> Reader:  # noqa: A001 the sentence reads itself: vault.open
    """Return the clear bytes of a blob as a seekable file that reads and authenticates as it goes.

    Raises `DeniedError` where the grant is not for the blob's owner, `NotFoundError` where the key is gone.
    """
    blob = queries.blob(work, blob_id)
    key = queries.key_of(work, blob_id)
    if blob is None or key is None:
        raise NotFoundError("the bytes are not there")
    _check(work, grant, blob.owner)
    return _reader(
        work.runtime, blob_id, work.keys.unwrap(key.kek_id, key.wrapped, _context(work.tenant, blob_id))
    )


def shred(work: Work, grant: Grant, blob_id: str) -> None:
    """Delete the blob's key row in the Work's transaction. From its commit on nobody can read the bytes.

    Their digest goes with it: whoever has the masked text finds the three digits behind the mask by trying them all.
    If we crash after the commit the ciphertext still lies in the store, as noise: `sweep` removes it.
    Shredding what is shredded changes nothing.
    """
    blob = queries.blob(work, blob_id)
    if blob is None:
        raise NotFoundError("the bytes are not there")
    _check(work, grant, blob.owner)
    key = queries.key_of(work, blob_id)
    if key is not None:
        work.session.delete(key)
    if blob.shredded_at is None:
        blob.shredded_at, blob.sha256 = work.now, ""
        work.session.add(blob)
    work.session.flush()


def shred_all(work: Work, grants: Sequence[Grant], blobs: Mapping[str, str] | None = None) -> dict[str, int]:
    """Shred every blob of the grants' recordings, or those of them in `blobs` (whose each is); return how many of each.

    As `shred` does for one. Raises `DeniedError` where a grant is for something else.
    """
    owners = [grant.resource_id or "" for grant in grants]
    for grant in grants:
        _check(work, grant, grant.resource_id or "")
    counts = queries.owned(work, owners, blobs)
    connection = work.session.connection()
    which = [is_one_of(col(Blob.owner), owners), *([] if blobs is None else [is_one_of(col(Blob.id), blobs)])]
    gone = queries.ids_where(work, *which)
    connection.execute(
        sa.delete(BlobKey).where(col(BlobKey.tenant) == work.tenant, col(BlobKey.blob_id).in_(gone))
    )
    connection.execute(
        sa.update(Blob)
        .where(col(Blob.tenant) == work.tenant, col(Blob.shredded_at).is_(None), *which)
        .values(shredded_at=work.now, sha256="")
    )
    return counts


def sweep(runtime: Runtime, actor: Actor, *, owners: Collection[str] | None = None, limit: int = 2000) -> int:
    """Remove from the store the ciphertext of shredded blobs, and from the database's log their keys; return how many went.

    At most `limit` a call; of `owners` only, where they are given.
    """
    with runtime.work(actor, write=False) as work:
        gone = queries.shredded(work, owners, limit)
    runtime.blobs.delete(*gone)  # deleting twice is no error: a crash here only repeats it
    if gone:
        with runtime.work(actor) as work:
            swept = sa.update(Blob).where(col(Blob.tenant) == work.tenant, is_one_of(col(Blob.id), gone))
            work.session.connection().execute(swept.values(swept_at=work.now))
        forget_deleted(runtime.engine)
    return len(gone)


def sweep_unclaimed(runtime: Runtime, actor: Actor) -> int:
    """Remove ciphertext that no row of any tenant claims a day after it was begun, finished or not; return how many went."""
    with runtime.unscoped(actor) as work:
        known = queries.known_ids(work)
        names = queries.unclaimed_before(list(runtime.blobs.names()), known, work.now - UNCLAIMED_AFTER)
        now = work.now.timestamp()
    runtime.blobs.delete(*names)
    return len(names) + runtime.blobs.sweep_partials(UNCLAIMED_AFTER.total_seconds(), now)


def rotate(runtime: Runtime, actor: Actor, *, retire: bool = False, batch: int = 500) -> int:
    """Make a new KEK for the actor's tenant, wrap every key of it anew, and return how many keys moved.

    Blobs are not touched (PCI DSS 3.7.4). The old KEKs stay, since older backups hold keys that they wrap;
    `retire` destroys them, and with them the keys in those backups. If we crash half-way all KEKs still unwrap:
    running it again finishes, with one KEK more.
    """
    kek_id = runtime.keys.rotate(actor.tenant)
    moved = 0
    while True:
        with runtime.work(actor) as work:
            work.hold_back_wrapping()
            count = _rewrap(work, kek_id, batch)
            if count == 0:
                why = {"code": "keys_retired" if retire else "keys_kept"}
                audit.record(work, "key.rotated", res=[("kek", kek_id)], det={"keys": moved}, why=why)
                break
        moved += count
    if retire:
        for old in runtime.keys.keks(actor.tenant):
            if old != kek_id:
                runtime.keys.retire(old)
    return moved


def _rewrap(work: Work, kek_id: str, batch: int) -> int:
    count = 0
    for tenant_key in queries.tenant_keys_under_other_keks(work, kek_id):
        context = f"tenant_key/{work.tenant}/{tenant_key.purpose}".encode()
        clear = work.keys.unwrap(tenant_key.kek_id, tenant_key.wrapped, context)
        tenant_key.kek_id, tenant_key.wrapped = kek_id, work.keys.wrap(kek_id, clear, context)
        work.session.add(tenant_key)
        count += 1
    for row in queries.under_other_keks(work, kek_id, batch):
        context = _context(work.tenant, row.blob_id)
        clear = work.keys.unwrap(row.kek_id, row.wrapped, context)
        row.kek_id, row.wrapped = kek_id, work.keys.wrap(kek_id, clear, context)
        work.session.add(row)
        count += 1
    return count


def _check(work: Work, grant: Grant, owner: str) -> None:
    if (
        grant.tenant != work.tenant
        or not owner
        or grant.resource_id != owner
        or grant.actor_id != work.actor.id
    ):
        raise DeniedError("grant_mismatch", "The grant is for something else.")


def _context(tenant: str, blob_id: str) -> bytes:
    return f"blob/{tenant}/{blob_id}".encode()


def _reader(runtime: Runtime, blob_id: str, key: bytes) -> Reader:
    def read(start: int, end: int) -> bytes:
        return runtime.blobs.read(blob_id, start, end)

    return Reader(read, runtime.blobs.size(blob_id), key, blob_id)
