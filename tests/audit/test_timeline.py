"""A search by time alone goes by moment, page by page, whatever the order of places; and the plot sees what the search sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.audit import queries, timeline_queries
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.runtime import Actor, Runtime

HOUSE = Actor.system("default", "svc_test")


@pytest.fixture
def unruly(runtime: Runtime, clock: FakeClock) -> Runtime:
    """A log whose clock was set back once: places and moments are not in step, and two share a moment."""
    for hours, acts in ((0, 2), (5, 1), (-4, 2), (1, 1)):
        clock.advance(timedelta(hours=hours))
        for number in range(acts):
            with runtime.work(HOUSE) as work:
                audit.record(work, "audit.heartbeat", out="denied" if number else "success")
    audit.sequence(runtime, "default")
    return runtime


def test_by_time_alone_every_entry_is_found_once_in_the_order_of_moments(
    unruly: Runtime, clock: FakeClock
) -> None:
    with unruly.work(HOUSE, write=False) as work:
        until = clock.now() + timedelta(days=1)
        everything = queries.search(work, until=until, limit=50).entries
        paged: list[queries.Entry] = []
        before: str | None = None
        while True:
            page = queries.search(work, until=until, before=before, limit=1)
            paged += page.entries
            before = page.next
            if before is None:
                break
        by_place = queries.search(work, limit=50).entries
    assert [one.id for one in paged] == [one.id for one in everything]
    assert sorted(one.id for one in paged) == sorted(one.id for one in by_place)
    assert [(one.at, one.idx) for one in paged] == sorted(((one.at, one.idx) for one in paged), reverse=True)
    assert [one.idx for one in by_place] == sorted((one.idx for one in by_place), reverse=True)
    assert [one.id for one in paged] != [one.id for one in by_place], (
        "the clock was set back, and nobody saw it"
    )


def test_the_plot_holds_what_the_search_finds(unruly: Runtime, clock: FakeClock) -> None:
    since = clock.now() - timedelta(minutes=30)
    ways: list[dict[str, object]] = [
        {},
        {"since": since},
        {"until": since},
        {"outcome": "denied"},
        {"outcome": "denied", "act": "audit.heartbeat", "actor": "svc_test", "until": since},
        {"act": "audit.heartbeat"},
    ]
    with unruly.work(HOUSE, write=False) as work:
        for way in ways:
            found = queries.search(work, **way, limit=100).entries  # type: ignore[arg-type]
            seen = timeline_queries.moments(work, **way)  # type: ignore[arg-type]
            assert list(seen) == [(one.at, one.outcome) for one in found], way
            assert len(found) > 0, way
            fewer = timeline_queries.moments(work, **way, most=2)  # type: ignore[arg-type]
            assert list(fewer) == list(seen)[:2]
