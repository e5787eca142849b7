"""Who comes in finds the house as it was, whatever a restore that was killed had begun."""

from __future__ import annotations

import pytest

from governance.config import Settings
from governance.continuity import occupancy


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_a_killed_restore_had_begun_to_make_is_gone_when_somebody_enters(
    settings: Settings,
) -> None:
    before = set(settings.home.iterdir())
    half_made = settings.home / "governance.db.restoring"
    for path in (half_made, half_made.with_name(half_made.name + "-wal")):
        path.write_bytes(b"the wrapped key of something erased")
    with occupancy.entered(settings):
        assert {path for path in settings.home.iterdir() if path.name != occupancy.LOCK} == before
