"""Every reason for quarantine is told to people in words, and what to do about it."""

from __future__ import annotations

from governance.console import wording
from governance.recordings import reasons

KNOWN = {value for name, value in vars(reasons).items() if name.isupper()}


def test_every_reason_has_a_name_of_its_own_on_the_pages() -> None:
    assert set(wording.REASONS) == KNOWN
    assert len(set(wording.REASONS.values())) == len(KNOWN)
    assert max(map(len, wording.REASONS.values())) <= 40, "a name, not the next step"
