"""Redaction without a catalog: what comes back is redacted, explained, and nothing of it stays."""

from __future__ import annotations

import base64
import json
import wave
from collections.abc import Callable, Iterator
from email import message_from_bytes
from io import BytesIO

from governance.api.rates import Rates
from tests.api.conftest import ON_SQLITE, Door, tone, transcript

PAN = "4111 1111 1111 1111"


@ON_SQLITE
def test_a_text_comes_back_without_the_card(door: Door) -> None:
    answer = door.client.post(
        "/v1/redactions/text", json={"text": f"my card is {PAN}, thanks"}, headers=door.as_("recorder")
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert "4111" not in told["text"]
    assert "thanks" in told["text"]
    assert [(span["start"], span["end"], span["entity"]) for span in told["spans"]] == [(11, 30, "PAN")]
    assert told["policy"]["version"]
    assert len(told["policy"]["digest"]) == 32
    assert told["detectors"]["text"]


@ON_SQLITE
def test_a_wrong_body_is_told_by_place_and_not_repeated(door: Door) -> None:
    answer = door.client.post(
        "/v1/redactions/text", json={"text": 4111111111111111, PAN: 1}, headers=door.as_("recorder")
    )
    assert answer.status_code == 422
    assert "4111" not in answer.text
    assert answer.json()["errors"][0]["place"] == "body.text"


@ON_SQLITE
def test_a_language_nobody_examines_is_refused(door: Door) -> None:
    answer = door.client.post(
        "/v1/redactions/text", json={"text": "hei", "language": "fi"}, headers=door.as_("recorder")
    )
    assert answer.status_code == 422
    assert answer.json()["type"].endswith(":unsupported-language")


@ON_SQLITE
def test_what_the_second_look_finds_is_not_given_away(door: Door) -> None:
    # Not a card number by its check digit, and long enough to be one that was misheard.
    answer = door.client.post(
        "/v1/redactions/text", json={"text": "so 4111 1111 1111 1112 then"}, headers=door.as_("recorder")
    )
    if answer.status_code == 200:
        assert "1112" not in answer.text  # the first look took it already
    else:
        assert answer.json()["type"].endswith(":residue")
        assert "4111" not in answer.text


@ON_SQLITE
def test_a_transcript_comes_back_in_its_own_structure(door: Door) -> None:
    sent = transcript(
        "my card number is four one one one one one one one one one one one one one one one thanks"
    )
    answer = door.client.post("/v1/redactions/transcript", json=sent, headers=door.as_("recorder"))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["transcript"].keys() == sent.keys()
    assert "one one one one" not in answer.text
    assert told["report"]["spans"][0]["entity"] == "PAN"
    assert told["report"]["spans"][0]["start_ms"] is not None


@ON_SQLITE
def test_a_sound_file_comes_back_as_long_as_it_was(door: Door) -> None:
    sound = tone(seconds=3.0)
    said = transcript(
        "my card number is four one one one one one one one one one one one one one one one thanks"
    )
    files = {"audio": ("a.wav", sound), "transcript": ("t.json", json.dumps(said))}
    answer = door.client.post("/v1/redactions/audio", files=files, headers=door.as_("recorder"))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    back = base64.b64decode(told["audio"])
    with wave.open(BytesIO(back)) as redacted, wave.open(BytesIO(sound)) as original:
        assert redacted.getparams() == original.getparams()
        assert redacted.readframes(24000) != original.readframes(24000)
    assert [span["entity"] for span in told["report"]["spans"]] == ["PAN"]


@ON_SQLITE
def test_report_and_sound_can_come_as_two_parts(door: Door) -> None:
    answer = door.client.post(
        "/v1/redactions/audio",
        files={"audio": ("a.wav", tone())},
        headers=door.as_("recorder") | {"Accept": "multipart/mixed"},
    )
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].encode()
    whole = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + answer.content)
    report, sound = (part.get_payload(decode=True) for part in list(whole.walk())[1:])
    assert isinstance(report, bytes)
    assert isinstance(sound, bytes)
    assert json.loads(report)["audio"]["rate"] == 8000
    assert sound[:4] == b"RIFF"


@ON_SQLITE
def test_the_report_alone_holds_no_sound(door: Door) -> None:
    answer = door.client.post(
        "/v1/redactions/audio?report=only", files={"audio": ("a.wav", tone())}, headers=door.as_("recorder")
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["audio"] is None


@ON_SQLITE
def test_nothing_of_it_is_stored(door: Door) -> None:
    door.client.post("/v1/redactions/audio", files={"audio": ("a.wav", tone())}, headers=door.as_("recorder"))
    assert list(door.runtime.blobs.names()) == []


@ON_SQLITE
def test_who_asks_too_often_is_told_when_to_come_back(door_with: Callable[[Rates], Iterator[Door]]) -> None:
    for door in door_with(Rates(redaction_per_key="2/minute")):
        codes = [
            door.client.post("/v1/redactions/text", json={"text": "hello"}, headers=door.as_("recorder"))
            for _ in range(3)
        ]
        assert [answer.status_code for answer in codes] == [200, 200, 429]
        assert int(codes[2].headers["retry-after"]) >= 1
        # Another key has its own count.
        answer = door.client.post("/v1/redactions/text", json={"text": "hello"}, headers=door.as_("qa"))
        assert answer.status_code == 200
