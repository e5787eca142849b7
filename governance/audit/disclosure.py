"""Salted commitments to personal values (RFC 9901 §4.2.1), so that a person can be erased and every proof still holds.

The leaf carries the commitment; the disclosure (salt, path and value) is kept aside and can be destroyed. Names,
numbers and addresses are guessable, so a bare hash would reveal them; with a secret 128-bit salt the commitment says
nothing, and once the salt is gone nobody can test a guess. The path is inside the hash: a value cannot be moved to
another field.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from governance.audit.leaf import canonical
from governance.errors import IntegrityError, InvalidError

SALT_SIZE = 16

_PATH = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Commitment:
    """What enters the leaf (`digest`), and what is held aside to open it (`disclosure`)."""

    digest: str
    disclosure: str = field(repr=False)


def commit(path: str, value: str, salt: bytes | None = None) -> Commitment:
    """Return the commitment to `value` at `path`, under a fresh salt unless a test brings its own.

    Raises `InvalidError` if the path is not dotted lower case, or the salt is shorter than 128 bits.
    """
    if not _PATH.fullmatch(path):
        raise InvalidError("the path of a personal value is dotted lower case", "personal")
    salt = secrets.token_bytes(SALT_SIZE) if salt is None else salt
    if len(salt) < SALT_SIZE:
        raise InvalidError("the salt of a commitment has 16 bytes at least")
    disclosure = _encode(canonical([_encode(salt), path, value]))
    return Commitment(digest(disclosure), disclosure)


def digest(disclosure: str) -> str:
    """Return the commitment to `disclosure`: SHA-256 over the text itself, which must therefore never be re-encoded."""
    return _encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def reveal(disclosure: str, commitments: Mapping[str, str]) -> tuple[str, str]:
    """Return path and value of `disclosure`, once it matches the commitment at its path.

    Raises `IntegrityError` if it does not: a value nobody committed to is a claim, not evidence.
    """
    try:
        padded = disclosure + "=" * (-len(disclosure) % 4)
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        _salt, path, value = parts
        expected = digest(disclosure)
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        raise IntegrityError("not a disclosure") from None
    if not isinstance(path, str) or not isinstance(value, str):
        raise IntegrityError("not a disclosure")
    if not hmac.compare_digest(commitments.get(path, ""), expected):
        raise IntegrityError("the disclosure does not match what the entry committed to")
    return path, value


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
