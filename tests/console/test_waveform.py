"""The waveform: it shows the rendition and nothing above it, to whoever may hear that, and goes where the recording goes."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.errors import DeniedError, LimitError, QuarantinedError
from governance.recordings import erasure, queries, waveform
from governance.recordings.models import MASTER, RENDITION, WAVEFORM
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


def wav(samples: np.ndarray, rate: int = 8000) -> io.BytesIO:
    source = io.BytesIO()
    soundfile.write(source, samples, rate, format="WAV", subtype="PCM_16")
    source.seek(0)
    return source


@given(
    frames=st.integers(1, 90_000),
    channels=st.integers(1, 3),
    loud_at=st.floats(0, 0.999),
    swing=st.integers(-32_768, 32_767).filter(bool),
)
def test_one_sample_that_is_not_silent_is_seen_at_its_place_however_quiet(
    frames: int, channels: int, loud_at: float, swing: int
) -> None:
    samples = np.zeros((frames, channels), dtype=np.int16)
    at = int(frames * loud_at)
    samples[at, channels - 1] = swing
    drawn = waveform.measure(wav(samples))
    assert drawn.duration_ms == -(-frames * 1000 // 8000)
    assert len(drawn.channels) == channels
    assert 1 <= sum(len(one) for one in drawn.channels) <= waveform.COLUMNS
    for channel, columns in enumerate(drawn.channels):
        here = (
            {int(at / 8 // drawn.column_ms): (min(swing, 0), max(swing, 0))}
            if channel == channels - 1
            else {}
        )
        if frames == 1 or drawn.column_ms == 1 / 8:  # the sample is alone in its column
            here = dict.fromkeys(here, (swing, swing))
        assert {at: column for at, column in enumerate(columns) if column != (0, 0)} == here


@given(
    blocks=st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    hop=st.integers(1, 60),
    channels=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_columns_hold_the_extremes_of_their_samples_however_the_sound_arrives(
    blocks: list[int], hop: int, channels: int, seed: int
) -> None:
    swings = np.random.default_rng(seed).integers(-32_768, 32_768, (sum(blocks), channels))
    envelope = waveform.Envelope(channels, hop)
    for block in np.split(swings / 32_768, np.cumsum(blocks)[:-1]):
        envelope.add(block.astype(np.float32))
    columns = envelope.columns()
    assert envelope.hop % hop == 0  # where there are too many, neighbours became one: nothing was left out
    assert sum(len(one) for one in columns) <= waveform.COLUMNS
    for channel in range(channels):
        assert columns[channel] == tuple(
            (int(part.min()), int(part.max()))
            for part in (
                swings[at : at + envelope.hop, channel] for at in range(0, len(swings), envelope.hop)
            )
        )


def test_a_peak_in_two_hours_of_silence_is_seen(tmp_path: Path) -> None:
    long = tmp_path / "long.wav"
    minute = np.zeros((60 * 8000, 2), dtype=np.int16)
    with soundfile.SoundFile(long, "w", 8000, 2, subtype="ULAW") as sound:
        for at in range(120):
            minute[4321, 1] = 2000 if at == 77 else 0
            sound.write(minute)
    with long.open("rb") as source:
        drawn = waveform.measure(source)
    assert drawn.duration_ms == 120 * 60_000
    silent, heard = drawn.channels
    assert {*silent} == {(0, 0)}
    (at,) = [at for at, column in enumerate(heard) if column != (0, 0)]
    assert at == int((77 * 60_000 + 540) // drawn.column_ms)


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
    assert above.column_ms == shown.column_ms
    inside = slice(int(span["start_ms"] // shown.column_ms) + 1, int(span["end_ms"] // shown.column_ms))
    assert {*shown.channels[span["channel"]][inside]} == {(0, 0)}
    assert max(high for _, high in above.channels[span["channel"]][inside]) > 3000
    assert max(high for _, high in shown.channels[span["channel"]]) > 3000


def test_at_the_level_of_the_master_it_is_the_masters_and_for_whoever_hears_that(calls: House) -> None:
    recording = calls.calls[RELEASED]
    dpo = Actor(kind="user", id="acc_d", tenant="default", role="dpo")
    with pytest.raises(DeniedError):
        waveform.waveforms(calls.runtime, SUPERVISOR, recording, purpose="legal_claim", level=MASTER)
    with pytest.raises(DeniedError):
        waveform.waveforms(calls.runtime, dpo, recording, purpose="quality", level=MASTER)
    for _ in range(2):  # measured, then kept
        above, shown = (
            waveform.waveforms(calls.runtime, dpo, recording, purpose="legal_claim", level=level)
            for level in (MASTER, RENDITION)
        )
        assert above.keys() == shown.keys()
        assert above != shown
    with calls.runtime.work(calls.house, write=False) as work:
        kept = [one.level for one in queries.derived(work, recording) if one.kind == WAVEFORM]
    assert sorted(kept) == [MASTER, RENDITION]


def test_who_waits_too_long_for_others_is_told_and_nobody_is_measured_twice(
    calls: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waveform, "_PATIENCE_S", 0.01)
    with waveform._MEASURING, pytest.raises(LimitError):
        waveform.waveforms(calls.runtime, SUPERVISOR, calls.calls[RELEASED], purpose="quality")
    monkeypatch.undo()
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(
                waveform.waveforms, calls.runtime, SUPERVISOR, calls.calls[RELEASED], purpose="quality"
            )
            for _ in range(4)
        ]
        assert len({str(one.result()) for one in asked}) == 1
    with calls.runtime.work(calls.house, write=False) as work:
        kept = queries.derived(work, calls.calls[RELEASED])
    assert [one.kind for one in kept].count(WAVEFORM) == 1


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
