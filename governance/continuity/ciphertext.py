"""Ciphertext on its way into a backup and out of one: as it lies in the store, without a key, with its SHA-256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from governance.continuity.models import BLOBS, FileFacts
from governance.errors import IntegrityError, NotFoundError
from governance.storage import BlobStore

_PORTION = 1 << 20


def place(blob_id: str) -> str:
    """Return where in a backup the blob lies."""
    return f"{BLOBS}/{blob_id[-2:]}/{blob_id}"


def copy_out(store: BlobStore, blob_ids: Iterable[str], folder: Path, known: dict[str, FileFacts]) -> None:
    """Copy the blobs that are not in `known` yet into the backup at `folder`, and note them in `known`.

    Raises `NotFoundError` where one has gone from the store in the meantime.
    """
    for blob_id in blob_ids:
        name = place(blob_id)
        if name in known:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        size, digest = store.size(blob_id), hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for start in range(0, size, _PORTION):
                portion = store.read(blob_id, start, min(size, start + _PORTION))
                digest.update(portion)
                file.write(portion)
            file.flush()
            os.fsync(file.fileno())
        known[name] = FileFacts(bytes=size, sha256=digest.hexdigest())


def drop(folder: Path, names: Iterable[str], known: dict[str, FileFacts]) -> None:
    """Take the files `names` out of the backup at `folder` and out of `known`."""
    for name in list(names):
        (folder / name).unlink(missing_ok=True)
        del known[name]


def check(path: Path, facts: FileFacts) -> None:
    """Raise `IntegrityError` unless the file at `path` is a plain file with just the bytes that `facts` tell of."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        raise IntegrityError(f"the backup lacks {path.name}, or it cannot be read") from None
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size != facts.bytes:
            raise IntegrityError(f"{path.name} in the backup is not the file that was backed up")
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != facts.sha256:
        raise IntegrityError(f"{path.name} in the backup is not the file that was backed up")


def copy_in(store: BlobStore, folder: Path, blobs: dict[str, FileFacts]) -> None:
    """Put the blobs of the backup at `folder` into the store; those that lie there unchanged stay.

    Raises `IntegrityError` for one that is not what was backed up; the store does not have it then.
    """
    for blob_id, facts in blobs.items():
        if _lies_there(store, blob_id, facts):
            continue
        digest = hashlib.sha256()
        with (folder / place(blob_id)).open("rb") as file, store.writer(blob_id) as sink:
            while portion := file.read(_PORTION):
                digest.update(portion)
                sink.write(portion)
            if digest.hexdigest() != facts.sha256:
                raise IntegrityError(f"{blob_id} in the backup is not the file that was backed up")


def _lies_there(store: BlobStore, blob_id: str, facts: FileFacts) -> bool:
    try:
        size = store.size(blob_id)
    except NotFoundError:
        return False
    digest = hashlib.sha256()
    for start in range(0, size, _PORTION) if size == facts.bytes else ():
        digest.update(store.read(blob_id, start, min(size, start + _PORTION)))
    return digest.hexdigest() == facts.sha256
