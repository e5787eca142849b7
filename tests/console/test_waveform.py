"""The waveform: it shows the rendition and nothing above it, to whoever may hear that, and goes where the recording goes."""

from __future__ import annotations

import io
from io import BufferedReader

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.errors import DeniedError, QuarantinedError
from governance.recordings import erasure, queries, waveform
from governance.recordings.models import MASTER, WAVEFORM
from governance.redaction import queries as redaction
from governance.redaction import service as redact
from governance.runtime import Actor
from governance.vault import service as vault
from tests.console.conftest import ELSEWHERE, RELEASED, SUSPECTED, House

SUPERVISOR = Actor(
    kind="user",
    id="acc_s",
    tenant="default",
    account_id=None,
    role="supervisor",
    team="payments",
    site="leeds",
)


@given(frames=st.integers(1, 90_000), channels=st.integers(1, 3), loud_at=st.floats(0, 0.999))
def test_one_loud_sample_is_seen_at_its_place(frames: int, channels: int, loud_at: float) -> None:
    samples = np.zeros((frames, channels), dtype=np.int16)
    at = int(frames * loud_at)
    samples[at, channels - 1] = 16_384
    source = io.BytesIO()
    soundfile.write(source, samples, 8000, format="WAV", subtype="PCM_16")
    source.seek(0)
    drawn = waveform.measure(source)
    assert drawn.duration_ms == -(-frames * 1000 // 8000)
    assert len(drawn.channels) == channels
    assert all(1 <= len(one) <= waveform.STEPS for one in drawn.channels)
    for channel, steps in enumerate(drawn.channels):
        peaks = [step for step, height in enumerate(steps) if height]
        assert len(peaks) == (1 if channel == channels - 1 else 0)
        if peaks:
            assert steps[peaks[0]] == 128
            # A step is as long as the others, but for the last, which may end early.
            assert abs(peaks[0] / len(steps) - loud_at) <= 1.5 / len(steps) + 400 / frames


def test_it_is_silent_where_the_rendition_is_and_the_master_is_not(calls: House) -> None:
    recording = calls.calls[RELEASED]
    with calls.runtime.work(calls.house, write=False) as work:
        found = redaction.runs(work, recording)[0].spans
        span = max(found, key=lambda one: int(one["end_ms"]) - int(one["start_ms"]))
        grant = access.house_grant(work, "recording:redact", recording, because="A test looks.")
        master = queries.rendition(work, recording, MASTER)
        assert master is not None
        reader = vault.open(work, grant, master.blob_id)
    with BufferedReader(reader) as sound:
        above = waveform.measure(sound)
    (shown,) = waveform.waveforms(calls.runtime, SUPERVISOR, recording, purpose="quality").values()
    steps = len(shown.channels[0])

    def at(ms: int) -> int:
        return ms * steps // shown.duration_ms

    inside = slice(at(span["start_ms"]) + 1, at(span["end_ms"]) - 1)
    assert max(shown.channels[span["channel"]][inside]) == 0
    assert max(above.channels[span["channel"]][inside]) > 20
    assert max(shown.channels[span["channel"]]) > 20


def test_it_is_for_whoever_may_hear_and_the_log_says_so_first(calls: House) -> None:
    with pytest.raises(DeniedError):
        waveform.waveforms(calls.runtime, SUPERVISOR, calls.calls[RELEASED], purpose="legal_claim")
    with pytest.raises((DeniedError, QuarantinedError)):
        waveform.waveforms(calls.runtime, SUPERVISOR, calls.calls[SUSPECTED], purpose="quality")
    waveform.waveforms(calls.runtime, SUPERVISOR, calls.calls[RELEASED], purpose="quality")
    audit.sequence(calls.runtime, "default")
    with calls.runtime.work(calls.house, write=False) as work:
        found = log.search(work, act="recording.waveform.read").entries
    assert [(one.actor, one.members["det"]["purpose"]) for one in found] == [("acc_s", "quality")]


def test_it_is_kept_once_and_goes_with_the_rendition_and_with_the_recording(calls: House) -> None:
    recording = calls.calls[ELSEWHERE]
    dpo = Actor(kind="user", id="acc_d", tenant="default", role="dpo")

    def kept() -> list[str]:
        with calls.runtime.work(calls.house, write=False) as work:
            return [one.blob_id for one in queries.derived(work, recording) if one.kind == WAVEFORM]

    assert kept() == []
    first = waveform.waveforms(calls.runtime, dpo, recording, purpose="quality")
    (blob,) = kept()
    assert waveform.waveforms(calls.runtime, dpo, recording, purpose="quality") == first
    assert kept() == [blob]
    redact.redact(calls.runtime, calls.house, recording)
    assert kept() == []
    waveform.waveforms(calls.runtime, dpo, recording, purpose="quality")
    (blob,) = kept()
    erasure.erase(calls.runtime, dpo, recording, "test")
    assert kept() == []
    assert blob not in set(calls.runtime.blobs.names())
