"""The sample calls as the demo takes them in: moved to the days before it is told, so that a sweep finds them as young as they were made.

Two of them are moved half a year further back: their time is over, one of them is held, the other one falls to the sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from governance.recordings.importers import folder as importers
from governance.recordings.interaction import Interaction

SAMPLES = Path(__file__).parent.parent / "samples"
LAST_DAY = date(2026, 11, 20)
"""The day of the newest sample call."""
LONG_AGO = {"call-0027": timedelta(days=200), "call-0028": timedelta(days=200)}
"""Calls whose half year is over, under the shipped policy."""


def paths() -> list[Path]:
    """Return where the sample calls are."""
    return list(importers.find([SAMPLES]))


def read(path: Path, today: date) -> Interaction:
    """Return the call at `path` as if the newest sample had been made yesterday. Raises what `importers.read` does."""
    call = importers.read(path)
    age = LONG_AGO.get(call.external_id, timedelta())
    by = timedelta(days=(today - LAST_DAY).days - 1) - age
    return replace(
        call,
        started_at=call.started_at + by,
        ended_at=call.ended_at + by if call.ended_at is not None else None,
        media=tuple(
            replace(one, started_at=one.started_at + by) if one.started_at is not None else one
            for one in call.media
        ),
        notice=dict(_notice(call, by)),
    )


def _notice(call: Interaction, by: timedelta) -> Iterator[tuple[str, bool | str]]:
    for name, value in call.notice.items():
        if name == "at" and isinstance(value, str):
            yield name, (datetime.fromisoformat(value) + by).isoformat()
        else:
            yield name, value
