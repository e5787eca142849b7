"""What names the person who asks, and what was written about them: sealed under a data key of the tenant, bound to its place."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import IntegrityError
from governance.runtime import Work
from governance.tenancy import data_key

KEY = "subjects"
_NONCE = 12


def seal(work: Work, row: str, field: str, text: str) -> bytes:
    """Return `text` sealed for this field of this row: in another place it does not open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(data_key(work, KEY)).encrypt(nonce, text.encode(), _place(work, row, field))


def unseal(work: Work, row: str, field: str, box: bytes | None) -> str | None:
    """Return the text; None where there is none, or where it was forgotten after its time.

    Raises `IntegrityError` where it was changed or belongs to another place.
    """
    if not box:
        return None
    try:
        clear = AESGCM(data_key(work, KEY)).decrypt(box[:_NONCE], box[_NONCE:], _place(work, row, field))
    except (InvalidTag, ValueError):
        raise IntegrityError("a sealed text was changed, or belongs to another place") from None
    return clear.decode()


def _place(work: Work, row: str, field: str) -> bytes:
    return f"governance/subjects/v1\0{work.tenant}\0{row}\0{field}".encode()
