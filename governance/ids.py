"""Opaque identifiers: UUIDv7 (RFC 9562 §5.7), so that they sort by time and say nothing else."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7: 48 bits of milliseconds, 74 random bits."""
    ms = time.time_ns() // 1_000_000
    value = (ms & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return uuid.UUID(int=value)


def new(prefix: str) -> str:
    """Return `prefix_` and the 32 hexadecimal digits of a new UUIDv7."""
    return f"{prefix}_{uuid7().hex}"
