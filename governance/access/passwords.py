"""Passwords: argon2id with the parameters of RFC 9106 §4 (second choice: 64 MiB, three passes)."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from governance.errors import InvalidError

_HASHER = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
_LONGEST = 1024
# Each comparison takes 64 MiB: strangers who sign in all at once wait for one another, and do not fill the memory.
_AT_ONCE = BoundedSemaphore(4)


def digest(password: str, minimum: int) -> str:
    """Return the argon2id hash of `password`, salted.

    Raises `InvalidError` for one shorter than `minimum` characters (PCI DSS 8.3.6), or of one character only.
    """
    password = _normal(password)
    if len(password) < minimum:
        raise InvalidError(f"a password has at least {minimum} characters", "password")
    if len(password) > _LONGEST or len(set(password)) < 5:
        raise InvalidError("a password has at least five different characters, and 1024 at most", "password")
    return _HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Return whether `password` is the one behind `stored`; without one it takes the same time to say no.

    The time must not tell whether a login exists.
    """
    nobody = _nobody()
    try:
        with _AT_ONCE:
            _HASHER.verify(stored or nobody, _normal(password[:_LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    # The same key presses give different code points on different machines.
    return unicodedata.normalize("NFKC", password)
