"""A few kills at random moments on both databases; `make kill-tests` has more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import killing
from tests.faults.houses import Databases, House


@pytest.mark.slow
def test_a_house_survives_being_killed_at_random_moments(databases: Databases, ground: Path) -> None:
    with databases.empty(ground / "home") as url:
        house = House(ground, url)
        times = 6 if url.startswith("sqlite") else 3
        done = killing.kill(house, times, seed=20260302)
        assert done.times == times
