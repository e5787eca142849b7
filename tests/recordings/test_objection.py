"""A purpose that a person objected to is stopped in lists and searches too, by the definition that decides everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from governance.access import service as access
from governance.errors import NotFoundError
from governance.policy import Policies
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings import standing
from governance.recordings.selection import Selection
from governance.runtime import Actor, Runtime
from tests.faults.calls import spoken_pin

TENANT = "default"
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
QA = Actor(
    kind="user", id="acc_qa", tenant=TENANT, role="qa_analyst", team=spoken_pin().team, site=spoken_pin().site
)
TakeIn = Callable[..., str]


def found(runtime: Runtime, who: Actor, purpose: str | None = None) -> set[str]:
    with runtime.work(who, write=False) as work:
        permission = "recording:metadata:read"
        visible = access.visible(work, permission, catalog.Columns(work), purpose=purpose)  # type: ignore[arg-type]
        rows, _ = catalog.listing(work, visible, catalog.Filters(), None, 50)
        return {row.id for row in rows}


def looked_up(runtime: Runtime, who: Actor, recording_id: str) -> bool:
    with runtime.work(who, write=False) as work:
        row = catalog.recording(work, recording_id)
        assert row is not None
        facts = catalog.facts(work, row)
    try:
        with runtime.work(who) as work:
            access.require(work, "recording:metadata:read", facts)
    except NotFoundError:
        return False
    return True


def purposes(runtime: Runtime) -> list[str]:
    policies: Policies = runtime.policies.for_tenant(TENANT)
    return policies.purposes.of_role("qa_analyst")


@pytest.mark.parametrize("written", [True, False], ids=["rows are written", "no row is written yet"])
def test_who_looks_for_a_purpose_finds_nothing_that_is_restricted_for_it(
    runtime: Runtime, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    objected, free = take_in("a"), take_in("b")
    one = Selection(recording_ids=(objected,))
    if not written:
        monkeypatch.setattr(standing, "BATCH", 0)
    with runtime.work(DPO) as work:
        order = standing.place(
            work,
            kind="restriction",
            selection=one,
            reference="req_1",
            because="An objection.",
            purpose="quality",
        )
    assert found(runtime, QA, "quality") == {free}
    assert found(runtime, QA, "complaint") == found(runtime, QA) == {objected, free}
    with runtime.work(DPO) as work:
        standing.end(work, order.id, "Compelling grounds.")
    assert found(runtime, QA, "quality") == {objected, free}


def test_a_role_that_may_use_a_recording_for_nothing_does_not_find_it(
    runtime: Runtime, take_in: TakeIn
) -> None:
    objected, free = take_in("a"), take_in("b")
    assert len(purposes(runtime)) >= 2
    for purpose in purposes(runtime)[:-1]:
        with runtime.work(DPO) as work:
            recordings.restrict(work, objected, purpose, "objection")
    assert found(runtime, QA) == {objected, free}
    assert looked_up(runtime, QA, objected)
    with runtime.work(DPO) as work:
        last = recordings.restrict(work, objected, purposes(runtime)[-1], "objection")
    assert found(runtime, QA) == {free}
    assert not looked_up(runtime, QA, objected)
    for manages in ("dpo", "administrator"):
        who = Actor(kind="user", id="acc_1", tenant=TENANT, role=manages)
        assert found(runtime, who) == {objected, free}
        assert looked_up(runtime, who, objected)
    with runtime.work(DPO) as work:
        recordings.lift_restriction(work, last.id)
    assert found(runtime, QA) == {objected, free}
