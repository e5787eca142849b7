"""Which releases people examine whole: drawn under a key, so that nobody steers or foresees it and an auditor can recompute it.

Pure. The number of a release is an HMAC of recording and run under a key of the tenant: even over its whole range, without
any relation to what is in the call, and known to nobody before the run is made.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from heapq import nsmallest

_RANGE, _BYTES = 1 << 64, 8
_MILLION = 1_000_000


def number(key: bytes, recording_id: str, run_id: str) -> int:
    """Return the number that is drawn for a release: of 64 bits, each as likely."""
    drawn = hmac.digest(key, f"{recording_id}\n{run_id}".encode(), "sha256")
    return int.from_bytes(drawn[:_BYTES], "big")


def is_drawn(number: int, parts_per_million: int) -> bool:
    """Return whether a number lies in the share: all do for a million, none for 0."""
    return number * _MILLION < parts_per_million * _RANGE


def lowest(key: bytes, releases: Iterable[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """Return so many of the releases (recording, run), those with the lowest numbers: the share they would need is theirs.

    Memory is that of `count`, however many releases there are.
    """
    return nsmallest(count, releases, key=lambda one: number(key, *one))
