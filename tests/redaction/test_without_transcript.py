"""A recording of which nothing is written down leaves quarantine only where the policy trusts the sound, and nobody has to guess."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from governance import policy
from governance.policy.redaction import SpokenDigits
from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.redaction import digitmodel, material, queries, service
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.redaction import sounds
from tests.redaction.test_spokendigits import CARD, aloud

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
DPO = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
TALK = "Of course, let me see. I have it right here in front of me, just a moment."


@pytest.fixture
def trusting(runtime: Runtime) -> Runtime:
    """Trust the sound alone in English."""
    before = runtime.policies.default
    trusted = before.redaction.model_copy(update={"spoken_digits": SpokenDigits(suffices_in=("en",))})
    runtime.policies = policy.PolicySet(replace(before, redaction=trusted), {})
    return runtime


def taken_in(runtime: Runtime, digits: str, language: str = "en") -> str:
    talk = sounds.spoken(TALK, "en-us")
    body = sounds.recording([talk, np.concatenate([sounds.silence(5), aloud(digits)] if digits else [talk])])
    call = sidecar.read(SAMPLES / "no-transcript.json")
    media = replace(call.media[0], body=body.getvalue(), path=None, hashes=())
    return intake.ingest(runtime, HOUSE, replace(call, media=(media,), language=language)).recording_id


def stored(runtime: Runtime, recording_id: str) -> np.ndarray:
    """Return the customer's channel of the rendition as it is stored."""
    with runtime.work(Actor.system("default", service.SERVICE), write=False) as work:
        (stream,) = material.gather(work, recording_id).streams
    with stream.open() as sound:
        return sounds.decoded(io.BytesIO(sound.read()))[:, 1]


def reasons(runtime: Runtime, recording_id: str) -> set[str]:
    with runtime.work(HOUSE, write=False) as work:
        return {one.reason for one in catalog.quarantines(work, recording_id)}


def test_what_is_said_without_a_transcript_stays_in_quarantine_unless_the_policy_trusts_the_sound(
    runtime: Runtime,
) -> None:
    assert "not_examined" in service.redact(runtime, HOUSE, taken_in(runtime, "")).reasons
    check_everything(runtime, "default")


def test_a_run_nobody_can_be_sure_of_does_not_hide_that_nothing_is_written_down(runtime: Runtime) -> None:
    done = service.redact(runtime, HOUSE, taken_in(runtime, "935714869352"))
    assert done.reasons == ("sad_suspected", "not_examined")


def test_a_call_without_a_card_is_released_when_both_looks_have_listened(trusting: Runtime) -> None:
    recording_id = taken_in(trusting, "")
    assert service.redact(trusting, HOUSE, recording_id).state == "released"
    with trusting.work(HOUSE, write=False) as work:
        assert {"digitmodel", "spokendigits"} <= set(queries.runs(work, recording_id)[0].detectors)
    check_everything(trusting, "default")


def test_a_card_number_is_silent_in_what_is_released(trusting: Runtime) -> None:
    recording_id = taken_in(trusting, CARD)
    done = service.redact(trusting, HOUSE, recording_id)
    assert (done.state, done.counts) == ("released", {"PAN": 1})
    assert not stored(trusting, recording_id)[5 * 8_000 : 5 * 8_000 + len(aloud(CARD)) - 2_000].any()
    check_everything(trusting, "default")


def test_a_language_the_model_does_not_know_is_released_by_no_trust_in_it(trusting: Runtime) -> None:
    assert service.redact(trusting, HOUSE, taken_in(trusting, "", "de")).reasons == ("not_examined",)


@pytest.mark.parametrize(("verdict", "is_silent"), [("card_data", True), ("not_card_data", False)])
def test_what_nobody_can_be_sure_of_waits_for_a_person_and_does_what_they_say(
    trusting: Runtime, verdict: str, is_silent: bool
) -> None:
    recording_id = taken_in(trusting, "935714869352")
    assert service.redact(trusting, HOUSE, recording_id).reasons == ("sad_suspected",)
    assert service.decide(trusting, DPO, recording_id, verdict).state == "released"
    assert (not stored(trusting, recording_id)[5 * 8_000 :].any()) == is_silent
    check_everything(trusting, "default")


def test_a_model_that_breaks_releases_nothing(trusting: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    recording_id = taken_in(trusting, CARD)

    def broken(_samples: object) -> object:
        raise RuntimeError("the model broke")

    monkeypatch.setattr(digitmodel, "_scores", broken)
    (done,) = service.redact_pending(trusting, HOUSE)
    assert (done.recording_id, done.reasons) == (recording_id, ("redaction_failed",))
    assert reasons(trusting, recording_id) == {"redaction_failed"}
