"""Real calls, taken in by who may: two seconds of speech with a PIN in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.models import Recording
from governance.runtime import Actor, Runtime
from tests.faults.calls import called


def operator(tenant: str = "default") -> Actor:
    return Actor(kind="admin", id="cli", tenant=tenant, role="administrator")


def dpo(tenant: str = "default") -> Actor:
    return Actor(kind="admin", id="cli", tenant=tenant, role="dpo")


@pytest.fixture
def take_in(runtime: Runtime) -> Callable[..., str]:
    """Take a call in under an external id, and return its recording's id."""

    def take_in(external_id: str = "a", tenant: str = "default") -> str:
        return intake.ingest(runtime, operator(tenant), called(external_id)).recording_id

    return take_in


@pytest.fixture
def row(runtime: Runtime) -> Callable[..., Recording]:
    """Return a recording as the catalog has it now."""

    def row(recording_id: str, tenant: str = "default") -> Recording:
        with runtime.work(Actor.system(tenant, "svc_test"), write=False) as work:
            found = catalog.recording(work, recording_id)
            assert found is not None
            return found

    return row
