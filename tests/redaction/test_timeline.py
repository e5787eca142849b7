"""Pauses of recorders move the times of transcripts, are marked in the recording, and are never guessed."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.recordings.interaction import Interaction, MediaFacts, PauseFacts, PauseKind
from governance.redaction import queries, service, timeline
from governance.redaction.spans import Entity, Timing, Word
from governance.redaction.timeline import Pause
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.redaction.engine import SAMPLES

HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
ABSENT, MASKED, UNSURE = PauseKind.ABSENT, PauseKind.MASKED, PauseKind.UNSURE
CARD = "card-visa-single-digits"
RATE = 8000


def word(start_ms: int | None, end_ms: int | None) -> Word:
    return Word("word", start_ms, end_ms, 0, None, Timing.EXACT)


def at(start_ms: int, end_ms: int, pauses: Sequence[Pause]) -> tuple[int | None, int | None]:
    [one] = timeline.moved([word(start_ms, end_ms)], pauses, 0)
    return one.start_ms, one.end_ms


TWO = [Pause(ABSENT, 10_000, 5_000), Pause(ABSENT, 20_000, 3_000)]


@pytest.mark.parametrize(
    ("said", "lies"),
    [
        ((1_000, 1_500), (1_000, 1_500)),
        ((9_000, 10_000), (9_000, 10_000)),
        ((15_000, 15_500), (10_000, 10_500)),
        ((24_999, 25_000), (19_999, 20_000)),
        ((28_000, 29_000), (20_000, 21_000)),
        ((11_000, 12_000), (10_000, 10_001)),
        ((9_500, 12_000), (9_500, 10_000)),
        ((14_000, 16_000), (10_000, 11_000)),
        ((9_000, 30_000), (9_000, 22_000)),
    ],
)
def test_times_behind_what_is_absent_move_to_where_the_file_has_them(
    said: tuple[int, int], lies: tuple[int, int]
) -> None:
    assert at(*said, TWO) == lies
    assert at(*said, TWO[::-1]) == lies


def test_times_that_count_no_pause_and_pauses_of_other_kinds_and_streams_move_nothing() -> None:
    for pause in (
        replace(TWO[0], is_counted=False),
        replace(TWO[0], kind=MASKED),
        replace(TWO[0], kind=UNSURE),
        replace(TWO[0], position=1),
    ):
        assert at(20_000, 20_500, [pause]) == (20_000, 20_500)
    assert timeline.moved([word(None, None)], TWO, 0) == [word(None, None)]


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 20_000)), max_size=6),
    st.lists(st.integers(0, 200_000), min_size=2, max_size=2),
)
def test_moving_keeps_the_order_and_never_goes_behind_its_time(
    told: list[tuple[int, int]], moments: list[int]
) -> None:
    pauses = [Pause(ABSENT, start, length) for start, length in told]
    early, late = sorted(moments)
    first, last = (at(one, one, pauses)[0] or 0 for one in (early, late))
    assert 0 <= first <= last <= late
    assert first <= early
    assert early - first <= sum(length for _, length in told)


def test_pauses_are_marked_with_what_is_known_of_them() -> None:
    masked, absent = timeline.marked([Pause(MASKED, 3_000, 99_000), TWO[0], Pause(UNSURE, 0, 1)], 0, 12_000)
    assert (masked.start_ms, masked.end_ms, masked.because) == (3_000, 12_000, "paused by the recorder")
    assert (absent.start_ms, absent.end_ms) == (10_000, 10_000)
    assert absent.because == "paused by the recorder: 5.0 s are not in the recording"
    assert not masked.is_data
    assert timeline.unsure_from([Pause(UNSURE, 700, 1), Pause(UNSURE, 900, 1, 1)], 0) == 700
    assert timeline.unsure_from([TWO[0], Pause(UNSURE, 900, 1, 1)], 0) is None


def sample() -> tuple[Interaction, np.ndarray, list[dict[str, int]]]:
    call = sidecar.read(SAMPLES / f"{CARD}.json")
    sound, _ = soundfile.read(SAMPLES / f"{CARD}.wav", dtype="float32")
    truth = next(
        one for one in json.loads((SAMPLES / "truth.json").read_bytes())["calls"] if one["name"] == CARD
    )
    return call, sound, truth["spans"]


def with_sound(call: Interaction, sound: np.ndarray, *pauses: PauseFacts) -> Interaction:
    sink = io.BytesIO()
    soundfile.write(sink, sound, RATE, format="WAV", subtype="ULAW")
    media = MediaFacts(call.media[0].kind, "audio/wav", body=sink.getvalue())
    return replace(call, media=(media,), pauses=pauses)


def told(runtime: Runtime, recording_id: str) -> list[dict[str, object]]:
    with runtime.work(HOUSE, write=False) as work:
        return list(queries.runs(work, recording_id)[0].spans)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_what_lies_behind_a_cut_of_the_recorder_is_silenced_where_the_file_has_it(runtime: Runtime) -> None:
    call, sound, truth = sample()
    # The recorder cut out two seconds before the number was read; the transcript went on counting.
    before = min(span["start_ms"] for span in truth) - 900
    cut = PauseFacts(None, ABSENT, before - 2_000, 2_000)
    shorter = np.concatenate([sound[: (before - 2_000) * 8], sound[before * 8 :]])
    wrong = with_sound(replace(call, external_id="untold"), shorter)
    recording_id = intake.ingest(runtime, HOUSE, with_sound(call, shorter, cut)).recording_id
    done = service.redact(runtime, HOUSE, recording_id)
    assert done.state == "released", done.because
    assert "RECORDER_PAUSE" not in done.counts
    spans = told(runtime, recording_id)
    for one in truth:
        assert any(
            span["entity"] == one["entity"]
            and int(str(span["start_ms"])) - 150 <= one["start_ms"] - 2_000
            and int(str(span["end_ms"])) + 150 >= one["end_ms"] - 2_000
            for span in spans
        ), one
    [mark] = [span for span in spans if span["entity"] == "RECORDER_PAUSE"]
    assert mark["because"] == "paused by the recorder: 2.0 s are not in the recording"
    # It is kept for the next run, over the rendition.
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    assert "RECORDER_PAUSE" in {span["entity"] for span in told(runtime, recording_id)}
    assert service.recheck(runtime, HOUSE) == []
    # Without what the recorder told the transcript does not fit, and nothing is released.
    untold = intake.ingest(runtime, HOUSE, wrong).recording_id
    assert service.redact(runtime, HOUSE, untold).state == "quarantined"
    check_everything(runtime, "default")


@on_sqlite
def test_what_the_recorder_masked_is_silenced_and_counts_as_examined(runtime: Runtime) -> None:
    call, sound, truth = sample()
    start, end = min(s["start_ms"] for s in truth), max(s["end_ms"] for s in truth)
    # Masked with a voice, which no recorder does: nobody wrote down what it says.
    masked = sound.copy()
    masked[start * 8 : end * 8] = sound[: (end - start) * 8]
    words = [
        one
        for one in json.loads(call.transcripts[0].body)["words"]
        if one["end_ms"] < start or one["start_ms"] > end
    ]
    body = json.dumps({"language": "en", "words": words}).encode()
    call = replace(call, transcripts=(replace(call.transcripts[0], body=body),))
    untold = intake.ingest(
        runtime, HOUSE, with_sound(replace(call, external_id="untold"), masked)
    ).recording_id
    assert service.redact(runtime, HOUSE, untold).state == "quarantined"
    pause = PauseFacts(None, MASKED, start, end - start)
    recording_id = intake.ingest(runtime, HOUSE, with_sound(call, masked, pause)).recording_id
    done = service.redact(runtime, HOUSE, recording_id)
    assert done.state == "released", done.because
    [span] = [one for one in told(runtime, recording_id) if one["entity"] == Entity.RECORDER_PAUSE]
    assert (span["start_ms"], span["end_ms"], span["because"]) == (start, end, "paused by the recorder")
    with runtime.work(HOUSE, write=False) as work:
        assert {one.kind for one in catalog.derived(work, recording_id)} == {"pauses"}
    check_everything(runtime, "default")


@on_sqlite
def test_where_only_is_known_that_there_were_pauses_what_was_found_has_no_place(runtime: Runtime) -> None:
    call, sound, truth = sample()
    unsure = PauseFacts(None, UNSURE, 0, 40_000)
    recording_id = intake.ingest(runtime, HOUSE, with_sound(call, sound, unsure)).recording_id
    done = service.redact(runtime, HOUSE, recording_id)
    assert "span_unlocated" in done.reasons
    assert "The recorder paused" in done.because
    behind = replace(unsure, start_ms=max(s["end_ms"] for s in truth))
    later = with_sound(replace(call, external_id="later"), sound, behind)
    assert (
        service.redact(runtime, HOUSE, intake.ingest(runtime, HOUSE, later).recording_id).state == "released"
    )
    check_everything(runtime, "default")
