"""Calls for the tests of findings; the actors and the check that fails on demand are in `pretended`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from governance.recordings import intake
from governance.runtime import Actor, Runtime
from tests.faults.calls import called

RECORDER = Actor(kind="admin", id="cli", tenant="default", role="administrator")


@pytest.fixture
def take_in(runtime: Runtime) -> Callable[..., str]:
    """Take a call in under an external id, and return its recording's id."""

    def take_in(external_id: str = "a") -> str:
        return intake.ingest(runtime, RECORDER, called(external_id)).recording_id

    return take_in
