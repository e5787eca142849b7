"""A hold on one recording takes two people to let go, as the hold of a matter does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.access import service as access
from governance.errors import DeniedError
from governance.recordings import queries
from governance.recordings import service as recordings
from governance.runtime import Actor, Runtime
from tests.access.people import acting
from tests.retention.conftest import make

__all__ = ["make"]


def test_whoever_placed_a_hold_does_not_release_it_under_any_account(
    runtime: Runtime, actor: Actor, make: object
) -> None:
    assert callable(make)
    recording_id = make()
    with runtime.work(actor) as work:
        ciso = access.create_account(work, "ciso", as_role="ciso")
        again = access.create_account(work, "ciso-2", as_role="dpo", same_person_as=ciso.id)
        other = access.create_account(work, "dpo", as_role="dpo")
    with runtime.work(acting(ciso)) as work:
        placed = recordings.hold(work, recording_id, "matter")
    for one in (ciso, again):
        with pytest.raises(DeniedError) as refused, runtime.work(acting(one)) as work:
            recordings.release_hold(work, placed.id)
        assert refused.value.reason == "same_person"
    by_key = replace(acting(other), key_scopes=frozenset({"recording:hold"}))
    with pytest.raises(DeniedError) as refused, runtime.work(by_key) as work:
        recordings.release_hold(work, placed.id)
    assert refused.value.reason == "not_a_person"
    with runtime.work(acting(other)) as work:
        recordings.release_hold(work, placed.id)
        assert not queries.holds(work, recording_id)
