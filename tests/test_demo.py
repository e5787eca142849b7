"""The demo tells its story through the real verbs, can be told again, and keeps away from real data."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from governance.demo import calls
from governance.demo import journey as demo
from governance.errors import ConflictError
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def told(runtime: Runtime) -> str:
    heard = io.StringIO()
    assert demo.run(runtime, "default", Console(file=heard, width=150))
    return heard.getvalue()


def test_the_demo_comes_out_as_a_service_must_and_can_be_told_again(runtime: Runtime) -> None:
    first = told(runtime)
    assert "31 taken in" in first
    assert "break_glass_same_person" in first
    assert "are what was logged, signed as the trust file demands" in " ".join(first.split())
    again = told(runtime)
    assert "0 taken in" in again
    assert "not-found" in again.split("plays the call erased before")[1].splitlines()[0]
    check_everything(runtime, "default")


def test_the_demo_keeps_away_from_recordings_that_are_not_samples(runtime: Runtime) -> None:
    call = sidecar.read(calls.SAMPLES / "plain-outage.json")
    house = Actor(kind="admin", id="cli", tenant="default", role="administrator")
    intake.ingest(runtime, house, replace(call, source="recorder-1"))
    with pytest.raises(ConflictError):
        told(runtime)
