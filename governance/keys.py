"""Wrapping and signing keys behind one contract that a key file, a KMS and an HSM can all keep.

A key-encryption key (KEK) never leaves its provider: it wraps and unwraps data keys (DEK), bound to a context that
is authenticated but not stored. The local provider keeps one owner-only file a key (PCI DSS 3.6.1.2).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import ConfigurationError, IntegrityError

_VERSION = b"\x01"


class KeyProvider(Protocol):
    """Wraps and unwraps data keys, and signs. What it protects never reaches it; what it holds never leaves it."""

    def active(self, tenant: str) -> str:
        """Return the id of the KEK that new data keys of `tenant` are wrapped with, making the first at need."""

    def wrap(self, kek_id: str, key: bytes, context: bytes) -> bytes:
        """Return `key` wrapped under `kek_id` and bound to `context`."""

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises `IntegrityError` where KEK, context or bytes are not the ones it was wrapped with."""

    def rotate(self, tenant: str) -> str:
        """Make a new active KEK for `tenant` and return its id; the old ones still unwrap."""

    def retire(self, kek_id: str) -> None:
        """Destroy a KEK that wraps nothing any more. Raises `ConfigurationError` for an active one."""

    def keks(self, tenant: str) -> list[str]:
        """Return the ids of the tenant's KEKs, oldest first."""

    def sign(self, name: str, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message` by the key called `name`, making it at first use."""

    def public_key(self, name: str) -> bytes:
        """Return the 32 bytes of the public key called `name`, making it at first use."""


class LocalKeys:
    """Keys in files of `folder`, one each, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for part in ("kek", "active", "signing"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._cache: dict[str, AESGCM] = {}

    def __repr__(self) -> str:
        return "LocalKeys(…)"

    def active(self, tenant: str) -> str:
        """Return the id of the KEK that new data keys of `tenant` are wrapped with, making the first at need."""
        try:
            return (self._folder / "active" / _plain(tenant)).read_text().strip()
        except FileNotFoundError:
            return self.rotate(tenant)

    def rotate(self, tenant: str) -> str:
        """Make a new active KEK for `tenant` and return its id; the old ones still unwrap."""
        number = max((int(kek.rsplit(".", 1)[1]) for kek in self.keks(tenant)), default=0) + 1
        kek_id = f"{_plain(tenant)}.{number}"
        # The key file is durable before anything names it; a crash in between leaves a KEK that wraps nothing.
        # If another process was first, its key stands and is the one that is named.
        _write_once(self._folder / "kek" / kek_id, secrets.token_bytes(32))
        _replace(self._folder / "active" / _plain(tenant), kek_id.encode())
        return kek_id

    def retire(self, kek_id: str) -> None:
        """Destroy a KEK that wraps nothing any more. Raises `ConfigurationError` for an active one."""
        tenant = kek_id.rsplit(".", 1)[0]
        if self.active(tenant) == kek_id:
            raise ConfigurationError("the active wrapping key cannot be retired: rotate first")
        path = self._folder / "kek" / _plain(kek_id)
        if path.exists():
            path.write_bytes(b"\0" * 32)
            path.unlink()
        self._cache.pop(kek_id, None)

    def keks(self, tenant: str) -> list[str]:
        """Return the ids of the tenant's KEKs, oldest first."""
        found = [p.name for p in (self._folder / "kek").iterdir() if p.name.rsplit(".", 1)[0] == tenant]
        return sorted(found, key=lambda kek: int(kek.rsplit(".", 1)[1]))

    def wrap(self, kek_id: str, key: bytes, context: bytes) -> bytes:
        """Return `key` wrapped under `kek_id` and bound to `context`: version, nonce, AES-256-GCM box."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._kek(kek_id).encrypt(nonce, key, _bind(kek_id, context))

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises `IntegrityError` where KEK, context or bytes are not the ones it was wrapped with."""
        if wrapped[:1] != _VERSION or len(wrapped) < 30:
            raise IntegrityError("not a wrapped key")
        try:
            return self._kek(kek_id).decrypt(wrapped[1:13], wrapped[13:], _bind(kek_id, context))
        except InvalidTag:
            raise IntegrityError("the wrapped key does not belong here, or was changed") from None

    def _kek(self, kek_id: str) -> AESGCM:
        if kek_id not in self._cache:
            try:
                self._cache[kek_id] = AESGCM((self._folder / "kek" / _plain(kek_id)).read_bytes())
            except (FileNotFoundError, ValueError):
                raise IntegrityError("the wrapping key is not there") from None
        return self._cache[kek_id]

    def _signing(self, name: str) -> Ed25519PrivateKey:
        path = self._folder / "signing" / hashlib.sha256(name.encode()).hexdigest()[:32]
        if not path.exists():
            _write_once(path, Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())

    def sign(self, name: str, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message` by the key called `name`, making it at first use."""
        return self._signing(name).sign(message)

    def public_key(self, name: str) -> bytes:
        """Return the 32 bytes of the public key called `name`, making it at first use."""
        return self._signing(name).public_key().public_bytes_raw()


def _plain(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,60}", name):
        raise ConfigurationError("not a name of a key")
    return name


def _bind(kek_id: str, context: bytes) -> bytes:
    return b"governance/kek/v1\0" + kek_id.encode() + b"\0" + context


def _write_once(path: Path, content: bytes) -> None:
    """Make `path` hold `content`, unless it is there already; whole or not at all, whoever races or crashes."""
    partial = path.with_name(f".{secrets.token_hex(6)}")
    _write(partial, content)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{secrets.token_hex(6)}")
    _write(partial, content)
    partial.rename(path)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
