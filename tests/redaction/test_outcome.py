"""What a run keeps beside the rendition: under a hold everything but authentication data, whatever the policy says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BufferedReader
from pathlib import Path

import pytest

from governance import policy
from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError
from governance.recordings import additions, intake
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.importers import sidecar
from governance.recordings.interaction import MediaFacts, MediaKind
from governance.redaction import service
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.redaction import media_files

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
DPO = Actor(kind="admin", id="usr_dora", tenant="default", role="dpo")
SUSPECTED = (
    "Agent: Before I can continue I need your security code, please.\nCustomer: The code? "
    "It's three nine one, seven five.\nAgent: Thank you. Goodbye."
)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def levels(runtime: Runtime, recording_id: str) -> list[str]:
    with runtime.work(HOUSE, write=False) as work:
        sound = [one.level for one in catalog.renditions(work, recording_id)]
        return sorted([*sound, *(one.level for one in catalog.transcripts(work, recording_id))])


def chat(runtime: Runtime, said: str) -> str:
    media = MediaFacts(kind=MediaKind.CHAT, content_type="text/plain", body=said.encode())
    call = replace(sidecar.read(SAMPLES / "plain-outage.json"), media=(media,), transcripts=())
    return intake.ingest(runtime, HOUSE, call).recording_id


def read_master(runtime: Runtime, recording_id: str) -> str:
    house = Actor.system("default", "svc_test")
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, "recording:redact", recording_id, because="a test")
        [master] = [one for one in catalog.renditions(work, recording_id) if one.level == "master"]
        reader = vault.open(work, grant, master.blob_id)
        return (reader.read(reader.size) or b"").decode()


@pytest.mark.parametrize("is_held", [True, False])
def test_a_master_is_not_destroyed_by_a_new_policy_while_a_hold_stands(
    runtime: Runtime, is_held: bool
) -> None:
    call = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    if is_held:
        with runtime.work(DPO) as work:
            recordings.hold(work, recording_id, "2026-17")
    before = runtime.policies.default
    stricter = before.redaction.model_copy(update={"keep_master": False})
    runtime.policies = policy.PolicySet(replace(before, redaction=stricter), {})
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    masters = ["master"] * 2 if is_held else []
    assert levels(runtime, recording_id) == [*masters, "rendition", "rendition"]


def test_a_transcript_of_no_stream_in_particular_does_not_cover_the_speech_of_two(runtime: Runtime) -> None:
    call = sidecar.read(SAMPLES / "plain-outage.json")
    words = json.loads(call.transcripts[0].body)["words"]
    said = json.dumps({"words": [{"text": word["text"]} for word in words]}).encode()
    other = sidecar.read(SAMPLES / "card-visa-single-digits.json").media[0]
    call = replace(
        call,
        media=(*call.media, other),
        transcripts=(replace(call.transcripts[0], body=said, media_index=None),),
    )
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    done = service.redact(runtime, HOUSE, recording_id)
    assert done.reasons == ("not_examined",)
    assert done.counts["PAN"] == 1, (
        "what no word surely writes down is listened to: the card is heard, and would be cut"
    )


def test_the_master_of_a_chat_is_made_from_the_master_when_it_is_redacted_again(runtime: Runtime) -> None:
    recording_id = chat(runtime, "Customer: my card is 4111 1111 1111 1111 and the CVV is 923.")
    for _ in range(2):
        assert service.redact(runtime, HOUSE, recording_id).state == "released"
        kept = read_master(runtime, recording_id)
        assert "4111 1111 1111 1111" in kept
        assert "923" not in kept


def test_a_verdict_says_nothing_of_a_transcript_that_came_after_it(
    runtime: Runtime, clock: FakeClock
) -> None:
    recording_id = chat(runtime, SUSPECTED)
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)
    assert service.decide(runtime, DPO, recording_id, "not_card_data").state == "released"
    clock.advance(timedelta(minutes=1))
    words = json.loads((SAMPLES / "suspected-code.transcript.json").read_text())
    additions.write_down(runtime, HOUSE, recording_id, json.dumps(words).encode(), language="en")
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)


def test_nobody_decides_about_what_came_in_after_they_were_asked(runtime: Runtime) -> None:
    recording_id = chat(runtime, SUSPECTED)
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("sad_suspected",)
    words = json.dumps({"words": [{"text": "hello", "start_ms": 0, "end_ms": 300}]})
    additions.write_down(runtime, HOUSE, recording_id, words.encode(), language="en")
    with pytest.raises(ConflictError):
        service.decide(runtime, DPO, recording_id, "not_card_data")


def screen_of(name: str, folder: Path) -> MediaFacts:
    """Return a recorded screen with the sound of a sample call."""
    media_files.require()
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=5:d=60")
    coded = ("-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-shortest")
    body = media_files._written(folder, "screen.mp4", *picture, "-i", str(SAMPLES / f"{name}.wav"), *coded)
    return MediaFacts(kind=MediaKind.SCREEN, content_type="video/mp4", body=body)


def blanking(runtime: Runtime) -> None:
    before = runtime.policies.default
    opened = before.redaction.model_copy(update={"screens": "blank_with_sound"})
    runtime.policies = policy.PolicySet(replace(before, redaction=opened), {})


def test_a_recorded_screen_is_played_by_nobody_unless_the_policy_says_otherwise(
    runtime: Runtime, tmp_path: Path
) -> None:
    call = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    call = replace(call, media=(screen_of("card-visa-single-digits", tmp_path),))
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("not_examined",)
    blanking(runtime)
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    house = Actor.system("default", "svc_test")
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, "recording:redact", recording_id, because="a test")
        [shown] = [one for one in catalog.renditions(work, recording_id) if one.level == "rendition"]
        reader = vault.open(work, grant, shown.blob_id)
        with BufferedReader(reader) as clear:
            copy = clear.read()
    [pan] = [
        span
        for one in json.loads((SAMPLES / "truth.json").read_text())["calls"]
        if one["name"] == "card-visa-single-digits"
        for span in one["spans"]
        if span["entity"] == "PAN"
    ]
    lights = media_files.light(copy, tmp_path)
    under = range(pan["start_ms"] // 200, -(-pan["end_ms"] // 200))
    assert all(lights[at] < 24 for at in under)
    assert lights[0] > 100
    heard = media_files.heard(copy, tmp_path)
    settled = slice((pan["start_ms"] + 260) * 8, (pan["end_ms"] - 260) * 8)
    assert abs(heard[settled, pan["channel"]]).max() < 0.02


def test_a_screen_that_cannot_be_read_stays_in_quarantine_whatever_the_policy(
    runtime: Runtime, tmp_path: Path
) -> None:
    whole = screen_of("plain-outage", tmp_path)
    cut = replace(whole, body=(whole.body or b"")[:-2000])
    call = replace(sidecar.read(SAMPLES / "plain-outage.json"), media=(cut,))
    blanking(runtime)
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("not_examined",)


def test_a_picture_that_came_as_sound_stays_in_quarantine(runtime: Runtime, tmp_path: Path) -> None:
    screen = screen_of("plain-outage", tmp_path)
    call = replace(
        sidecar.read(SAMPLES / "plain-outage.json"),
        media=(replace(screen, kind=MediaKind.VOICE, content_type="audio/mp4"),),
    )
    recording_id = intake.ingest(runtime, HOUSE, call).recording_id
    assert service.redact(runtime, HOUSE, recording_id).reasons == ("not_examined",)
