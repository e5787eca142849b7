"""What is known of blobs and their keys."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, func, or_, select

from governance.db import is_one_of
from governance.runtime import Work
from governance.tenancy import TenantKey
from governance.vault.models import Blob, BlobKey

# Word for word what the index of the unswept is over.
_UNSWEPT = (col(Blob.shredded_at).is_not(None), col(Blob.swept_at).is_(None))


def blob(work: Work, blob_id: str) -> Blob | None:
    """Return the blob, or None."""
    return work.session.get(Blob, blob_id)


def key_of(work: Work, blob_id: str) -> BlobKey | None:
    """Return the blob's key row, or None where it has been shredded or never was."""
    return work.session.exec(select(BlobKey).where(BlobKey.blob_id == blob_id)).first()


def shredded(work: Work, owners: Collection[str] | None, limit: int) -> Sequence[str]:
    """Return the ids of blobs, of `owners` if they are given, whose key is gone and whose ciphertext lies in the store."""
    asked = select(Blob.id).where(*_UNSWEPT)
    if owners is not None:
        asked = asked.where(is_one_of(col(Blob.owner), owners))
    return work.session.exec(asked.limit(limit)).all()


def unswept_owners(work: Work, owners: Collection[str]) -> set[str]:
    """Return which of `owners` have shredded blobs whose ciphertext still lies in the store."""
    asked = select(Blob.owner).where(*_UNSWEPT, is_one_of(col(Blob.owner), owners))
    return set(work.session.exec(asked).all())


def owned(work: Work, owners: Collection[str], blob_ids: Collection[str] | None) -> dict[str, int]:
    """Return how many blobs, of `blob_ids` if they are given, each of `owners` has."""
    asked = select(Blob.owner, func.count(col(Blob.id))).where(is_one_of(col(Blob.owner), owners))
    if blob_ids is not None:
        asked = asked.where(is_one_of(col(Blob.id), blob_ids))
    return dict(work.session.exec(asked.group_by(Blob.owner)).all())


def ids_where(work: Work, *conditions: Any) -> Any:
    """Return the question for the ids of the tenant's blobs that meet `conditions`: to be part of a statement."""
    return select(Blob.id).where(Blob.tenant == work.tenant, *conditions)


def of_owner(work: Work, owner: str) -> Sequence[Blob]:
    """Return every blob that belongs to `owner`, shredded or not."""
    return work.session.exec(select(Blob).where(Blob.owner == owner)).all()


def under_other_keks(work: Work, kek_id: str, limit: int) -> Sequence[BlobKey]:
    """Return key rows that another KEK than `kek_id` wraps."""
    return work.session.exec(select(BlobKey).where(BlobKey.kek_id != kek_id).limit(limit)).all()


def tenant_keys_under_other_keks(work: Work, kek_id: str) -> Sequence[TenantKey]:
    """Return the tenant's own data keys that another KEK than `kek_id` wraps."""
    return work.session.exec(select(TenantKey).where(TenantKey.kek_id != kek_id)).all()


def known_ids(work: Work) -> set[str]:
    """Return the ids of all blobs that belong in the store: what was swept does not, also if a broken restore brought it."""
    keyed = col(Blob.id).in_(select(BlobKey.blob_id))
    return set(work.session.exec(select(Blob.id).where(or_(col(Blob.swept_at).is_(None), keyed))).all())


def counts(work: Work) -> tuple[int, int]:
    """Return how many blobs there are a row for, and how many of them have a key."""
    return work.session.exec(select(func.count(col(Blob.id)))).one(), work.session.exec(
        select(func.count(col(BlobKey.blob_id)))
    ).one()


def unclaimed_before(names: Sequence[str], known: set[str], moment: datetime) -> list[str]:
    """Return the names in the store that no row claims and whose UUIDv7 is older than `moment`.

    Younger ones may belong to an upload whose transaction has not committed yet.
    """
    bound = int(moment.timestamp() * 1000)
    return [n for n in names if n not in known and n.startswith("blob_") and int(n[5:17], 16) < bound]
