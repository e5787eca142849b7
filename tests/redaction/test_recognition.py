"""A recording that came without a transcript gets one from the engine that policy names, and fails closed without."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from governance import policy
from governance.access import service as access
from governance.policy.redaction import SpeechRecognition
from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.redaction import queries, service, standalone
from governance.redaction.recognisers import UnexaminedError
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.oracle import check_everything
from tests.redaction import engine

HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
CARD, PLAIN, SUSPECTED = "card-visa-single-digits", "plain-outage", "suspected-code"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def engines(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("installed")
    engine.install(folder)
    monkeypatch.syspath_prepend(folder)


def choose(runtime: Runtime, name: str = "known-calls", **more: object) -> None:
    asked = SpeechRecognition.model_validate(
        {"engine": name, "model": str(engine.SAMPLES), "seconds_per_minute": 600} | more
    )
    before = runtime.policies.default
    redaction = before.redaction.model_copy(update={"speech": asked})
    runtime.policies = policy.PolicySet(replace(before, redaction=redaction), {})


def taken_in(runtime: Runtime, name: str, **facts: object) -> str:
    call = replace(sidecar.read(engine.SAMPLES / f"{name}.json"), transcripts=(), **facts)  # type: ignore[arg-type]
    return intake.ingest(runtime, HOUSE, call).recording_id


def stored(runtime: Runtime, recording_id: str, level: str) -> list[tuple[str | None, bytes]]:
    house = Actor.system("default", "svc_test")
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, "recording:redact", recording_id, because="a test")
        found = []
        for one in catalog.transcripts(work, recording_id, level):
            reader = vault.open(work, grant, one.blob_id)
            found.append((one.origin, reader.read(reader.size) or b""))
        return found


def test_without_an_engine_speech_without_words_stays_in_quarantine(runtime: Runtime) -> None:
    recording_id = taken_in(runtime, CARD)
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("not_examined",)
    assert stored(runtime, recording_id, "original") == []


def test_what_the_engine_hears_goes_the_way_of_every_transcript(runtime: Runtime) -> None:
    choose(runtime)
    recording_id = taken_in(runtime, CARD)
    done = service.redact(runtime, HOUSE, recording_id)
    assert done.state == "released", done.because
    assert done.counts == {"PAN": 1, "CVV": 1, "EXPIRY": 1}
    [(origin, body)] = stored(runtime, recording_id, "rendition")
    assert origin == "engine known-calls 7"
    said = " ".join(word["text"] for word in orjson.loads(body)["words"])
    assert "[PAN]" in said
    assert "four one one one" not in said
    assert stored(runtime, recording_id, "original") == []
    with runtime.work(HOUSE, write=False) as work:
        [run] = queries.runs(work, recording_id)
        assert run.detectors["known-calls"] == "7"
    check_everything(runtime, "default")


def test_a_call_with_nothing_in_it_is_released(runtime: Runtime) -> None:
    choose(runtime)
    recording_id = taken_in(runtime, PLAIN, language=None)
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    check_everything(runtime, "default")


def test_what_was_heard_once_is_kept_for_whoever_decides(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(runtime)
    recording_id = taken_in(runtime, SUSPECTED)
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)
    [(origin, _)] = stored(runtime, recording_id, "original")
    assert origin == "engine known-calls 7"
    monkeypatch.setattr("governance.redaction.engines.process.transcribe", None)  # nobody asks a second time
    dpo = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
    assert service.decide(runtime, dpo, recording_id, "card_data").state == "released"
    check_everything(runtime, "default")


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("broken", "the engine broken failed (ValueError)"),
        ("dying", "the engine dying ended without an answer"),
        ("polish", "the engine polish heard a language that it is not used for"),
        ("absent", "no engine absent is installed"),
        ("gone", "the engine gone cannot be loaded"),
    ],
)
def test_an_engine_that_fails_leaves_the_recording_in_quarantine_and_says_why(
    runtime: Runtime, name: str, because: str
) -> None:
    choose(runtime, name)
    recording_id = taken_in(runtime, CARD)
    done = service.redact(runtime, HOUSE, recording_id)
    assert (done.state, done.reasons) == ("quarantined", ("not_examined",))
    assert because in done.because
    assert "4111" not in done.because
    assert stored(runtime, recording_id, "original") == []
    check_everything(runtime, "default")


def test_an_engine_that_takes_too_long_is_ended(runtime: Runtime) -> None:
    choose(runtime, "slow", seconds_per_minute=2)
    recording_id = taken_in(runtime, CARD)
    began = time.monotonic()
    done = service.redact(runtime, HOUSE, recording_id)
    assert "took longer than policy allows" in done.because
    assert time.monotonic() - began < 120
    assert done.reasons == ("not_examined",)


def test_a_model_that_has_gone_since_the_start_is_told(runtime: Runtime, tmp_path: Path) -> None:
    choose(runtime, model=str(tmp_path / "nowhere"))
    recording_id = taken_in(runtime, PLAIN)
    done = service.redact(runtime, HOUSE, recording_id)
    assert done.reasons == ("not_examined",)
    assert "nowhere is not there" in done.because


def test_a_failing_engine_holds_back_what_a_second_look_would_let_go(runtime: Runtime) -> None:
    quiet = engine.SAMPLES.parent / "samples" / f"{PLAIN}.json"
    call = sidecar.read(quiet)
    silence = replace(call.media[0], path=None, body=_silence())
    recording_id = intake.ingest(runtime, HOUSE, replace(call, media=(silence,), transcripts=())).recording_id
    choose(runtime, "broken")
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("not_examined",)


def _silence() -> bytes:
    from tests.redaction import sounds

    return sounds.recording([sounds.silence(3.0)]).read()


def test_a_transcript_that_came_with_the_recording_is_not_made_again(runtime: Runtime) -> None:
    choose(runtime, "broken")
    call = sidecar.read(engine.SAMPLES / f"{CARD}.json")
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    assert service.redact(runtime, HOUSE, recording_id).state == "released"


def test_an_engine_is_not_asked_for_a_language_it_is_not_used_for(runtime: Runtime) -> None:
    choose(runtime, "broken", languages=["de"])
    recording_id = taken_in(runtime, CARD, language="en-GB")
    done = service.redact(runtime, HOUSE, recording_id)
    assert "no transcript says what" in done.because
    assert "broken" not in done.because


def test_sound_without_a_catalog_is_written_down_as_well(runtime: Runtime) -> None:
    choose(runtime)
    sink = io.BytesIO()
    redaction = runtime.policies.default.redaction
    with (engine.SAMPLES / f"{CARD}.wav").open("rb") as source:
        done = standalone.redact(source, sink, redaction, language="en")
    done.refuse_unless_clean(must_be_examined=True)
    assert {span.entity.value for span in done.spans} == {"PAN", "CVV", "EXPIRY"}
    told = done.report()
    assert told["written_down_by"] == "known-calls 7"
    assert told["detectors"]["known-calls"] == "7"


def test_sound_that_the_engine_should_have_written_down_and_did_not_is_refused(runtime: Runtime) -> None:
    choose(runtime, "broken")
    sink = io.BytesIO()
    redaction = runtime.policies.default.redaction
    with (
        (engine.SAMPLES / f"{CARD}.wav").open("rb") as source,
        pytest.raises(UnexaminedError, match="broken failed"),
    ):
        standalone.redact(source, sink, redaction, language="en")
    assert not sink.getvalue()
