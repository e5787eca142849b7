"""Every sample call comes to what its truth says: card data is silent where it truly is, and the rest can be heard."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from governance.errors import GovernanceError
from governance.recordings import intake, playback
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.scenarios.samples import SAMPLES, TRUTH

REASONS = {"sad-suspected": "sad_suspected", "not-examined": "not_examined"}
CHECKED = ("plain-order-number", "card-over-turns", "keyed-and-spoken")
DPO = Actor(kind="user", id="usr_dora", tenant="default", role="dpo")


@contextmanager
def taken_in(runtime: Runtime, name: str) -> Iterator[tuple[str, redaction.Redacted]]:
    house = Actor(kind="admin", id="cli", tenant="default", role="administrator")
    ingested = intake.ingest(runtime, house, sidecar.read(SAMPLES / f"{name}.json"))
    yield ingested.recording_id, redaction.redact(runtime, house, ingested.recording_id)


def sound(runtime: Runtime, recording_id: str, level: str = "rendition") -> tuple[NDArray[Any], int]:
    house = Actor.system("default", "svc_test")
    with runtime.work(house, write=False) as work:
        from governance.access import service as access
        from governance.vault import service as vault

        stored = catalog.rendition(work, recording_id, level)
        assert stored is not None
        grant = access.house_grant(work, "recording:redact", recording_id, because="The test listens.")
        with io.BufferedReader(vault.open(work, grant, stored.blob_id)) as clear:
            samples, rate = soundfile.read(io.BytesIO(clear.read()), always_2d=True)
    return samples, rate


@pytest.mark.parametrize("name", [name for name, call in TRUTH.items() if call["expect"] != "refused"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sample_comes_to_what_is_truly_in_it(runtime: Runtime, name: str) -> None:
    truth = TRUTH[name]
    with taken_in(runtime, name) as (recording_id, done):
        state, _, reason = truth["expect"].partition(":")
        assert done.state == state, done.because
        if reason:
            assert REASONS[reason] in done.reasons
            with runtime.work(DPO, write=False) as work:
                assert not [one for one in catalog.renditions(work, recording_id) if one.level != "original"]
            with pytest.raises(GovernanceError):
                playback.play(runtime, DPO, recording_id, purpose="complaint")
            return
        heard, rate = sound(runtime, recording_id)
        original, _ = soundfile.read(SAMPLES / f"{name}.wav", always_2d=True)
        assert heard.shape == original.shape
        for span in truth["spans"]:
            inside = heard[span["start_ms"] * rate // 1000 : span["end_ms"] * rate // 1000, span["channel"]]
            assert np.abs(inside).max() < 0.001, f"{span['entity']} at {span['start_ms']} ms can be heard"
        assert cut_too_much(heard, original, rate, truth) <= 0.10
        if name in CHECKED:
            check_everything(runtime, "default")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_master_lacks_the_code_and_keeps_the_number(runtime: Runtime) -> None:
    with taken_in(runtime, "card-visa-single-digits") as (recording_id, _done):
        heard, rate = sound(runtime, recording_id, "master")
        for span in TRUTH["card-visa-single-digits"]["spans"]:
            inside = heard[span["start_ms"] * rate // 1000 : span["end_ms"] * rate // 1000, span["channel"]]
            assert (np.abs(inside).max() < 0.001) == (span["entity"] == "CVV")


def cut_too_much(heard: NDArray[Any], original: NDArray[Any], rate: int, truth: dict[str, Any]) -> float:
    """The share of what sounded outside card data (half a second of margin) and was cut all the same."""
    outside = np.ones(original.shape, dtype=bool)
    for span in [*truth["spans"], *truth["personal"]]:
        start, end = span["start_ms"] - 500, span["end_ms"] + 500
        outside[max(0, start * rate // 1000) : end * rate // 1000, span["channel"]] = False
    loud = outside & (np.abs(original) > 0.02)
    return float((loud & (np.abs(heard) < 0.001)).sum() / max(1, loud.sum()))
