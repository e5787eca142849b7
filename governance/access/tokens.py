"""Bearer tokens: 32 random bytes behind a prefix that says what they are. Only their SHA-256 is ever stored.

A fast hash is enough here: nobody guesses 256 random bits. Passwords are another matter (`passwords`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

SESSION: Final = "gs_"
API_KEY: Final = "gk_"
LINK: Final = "gl_"
_LENGTH: Final = 46


def make(prefix: str) -> str:
    """Return a new token: `prefix` and 43 characters of base64url."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of `token`: the hexadecimal SHA-256 of the whole of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def matches(token: str, stored: str) -> bool:
    """Return whether `token` is the one that was stored, in a time that does not tell how nearly."""
    return hmac.compare_digest(digest(token), stored)


def kind(token: str) -> str | None:
    """Return the prefix of `token` if it could be one of ours, so that nothing else ever reaches the database."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    return next((prefix for prefix in (SESSION, API_KEY, LINK) if token.startswith(prefix)), None)
