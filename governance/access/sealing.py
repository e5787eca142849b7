"""People's names, addresses and free text, sealed under a data key of the tenant (AES-256-GCM, bound to row and field)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import IntegrityError
from governance.runtime import Work
from governance.tenancy import data_key

_VERSION = b"\x01"


def seal(work: Work, row: str, field: str, text: str) -> bytes:
    """Return `text` sealed for this field of this row: in another place it does not open."""
    nonce = os.urandom(12)
    return _VERSION + nonce + _box(work).encrypt(nonce, text.encode(), _place(work, row, field))


def unseal(work: Work, row: str, field: str, sealed: bytes) -> str:
    """Return the text. Raises `IntegrityError` where it was changed or belongs to another place."""
    if sealed[:1] != _VERSION or len(sealed) < 29:
        raise IntegrityError("not a sealed text")
    try:
        return _box(work).decrypt(sealed[1:13], sealed[13:], _place(work, row, field)).decode()
    except InvalidTag:
        raise IntegrityError("a sealed text was changed, or belongs to another place") from None


def _box(work: Work) -> AESGCM:
    return AESGCM(data_key(work, "accounts"))


def _place(work: Work, row: str, field: str) -> bytes:
    return f"governance/accounts/v1\0{work.tenant}\0{row}\0{field}".encode()
