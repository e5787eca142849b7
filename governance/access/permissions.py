"""The permissions, as the rest of the house speaks of them. They are defined below, where policy files are checked."""

from __future__ import annotations

from typing import Final

from governance.errors import InvalidError
from governance.policy.vocabulary import (
    LEVELS,
    PERMISSIONS,
    ROLES,
    SCOPES,
    UNGRANTABLE,
    Level,
    Meaning,
    Permission,
    Role,
    Scope,
)

__all__ = [
    "LEVELS",
    "PERMISSIONS",
    "PERSONS_ONLY",
    "PLAY",
    "ROLES",
    "SCOPES",
    "UNGRANTABLE",
    "Level",
    "Meaning",
    "Permission",
    "Role",
    "Scope",
    "known",
    "play",
    "role",
]

PLAY: Final[dict[Level, Permission]] = {
    "rendition": "recording:rendition:play",
    "master": "recording:master:play",
    "original": "recording:original:play",
}

PERSONS_ONLY: Final[frozenset[Permission]] = frozenset(
    {
        "account:manage",
        "api_key:own",
        "api_key:manage",
        "break_glass:request",
        "break_glass:approve",
        "break_glass:review",
        "message:manage",
        "redaction:sample",
        "request:manage",
        "tenant:manage",
    }
)
"""What no API key may carry: a key that makes keys outlives its end, as one does that sends the house's news elsewhere;
four eyes are those of people; whose recordings are handed to whom is judged by hand, and what machines missed by ear. A key that was made before
something came to stand here carries it no more."""


def play(level: str) -> Permission:
    """Return the permission that hearing `level` takes. Raises `InvalidError` for a level that does not exist."""
    for name, permission in PLAY.items():
        if name == level:
            return permission
    raise InvalidError("there is no such level", "level")


def known(name: str) -> Permission:
    """Return `name` as a permission. Raises `InvalidError` for one that does not exist."""
    for permission in PERMISSIONS:
        if permission == name:
            return permission
    raise InvalidError("there is no such permission", "permission")


def role(name: str) -> Role:
    """Return `name` as a role. Raises `InvalidError` for one that does not exist."""
    for candidate in ROLES:
        if candidate == name:
            return candidate
    raise InvalidError("there is no such role", "role")
