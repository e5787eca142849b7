"""Live text over a web socket: who may, what comes back, and what ends a stream without repeating anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from governance.api import stream
from governance.api.stream_shapes import in_one
from governance.redaction.stream_heard import Released
from tests.api.conftest import ON_SQLITE, Door

PATH = "/v1/redactions/stream"
PAN = "4111 1111 1111 1111"


@contextmanager
def opened(
    door: Door, form: str = "governance/words@1", language: str = "en", **more: Any
) -> Iterator[WebSocketTestSession]:
    with door.client.websocket_connect(PATH, headers=door.as_("recorder")) as socket:
        socket.send_json({"type": "start", "format": form, "language": language, **more})
        ready = socket.receive_json()
        assert ready["type"] == "ready", ready
        yield socket


def words(line: str, speaker: str = "C", final: bool = True) -> dict[str, Any]:
    return {
        "type": "words",
        "final": final,
        "words": [{"text": word, "speaker": speaker} for word in line.split()],
    }


def text_until_the_end(socket: WebSocketTestSession) -> str:
    socket.send_json({"type": "end"})
    said = []
    while (told := socket.receive_json())["type"] != "end":
        said.append(told["text"])
    return " ".join(said)


def problem(socket: WebSocketTestSession) -> tuple[dict[str, Any], int]:
    """The problem that ends a stream, and the code it is closed with."""
    while (told := socket.receive_json())["type"] != "problem":
        pass
    with pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    return told["problem"], closed.value.code


@ON_SQLITE
def test_words_come_back_in_order_and_card_data_as_labels(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words("what is your card number please", "A"))
        assert socket.receive_json()["text"] == "what is your card number please"
        socket.send_json(words(f"sure it is {PAN}"))
        socket.send_json(words("have you got that"))
        assert text_until_the_end(socket) == "sure it is [PAN] have you got that"


@ON_SQLITE
def test_spans_say_what_was_there_and_why(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words(f"my card number is {PAN} and then nothing more comes"))
        told = socket.receive_json()
    masked = [word for word in told["words"] if "entity" in word]
    assert [word["entity"] for word in masked] == ["PAN"] * 4
    assert "4111" not in json.dumps(told)
    assert told["held"] == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("form", "message"),
    [
        (
            "deepgram",
            {"type": "Results", "channel_index": [0, 2], "is_final": True, "speech_final": True, "start": 0.0,
             "channel": {"alternatives": [{"transcript": "hello there", "confidence": 0.9, "words": [
                 {"word": "hello", "punctuated_word": "hello", "start": 0.1, "end": 0.4, "confidence": 0.9},
                 {"word": "there", "punctuated_word": "there", "start": 0.4, "end": 0.8, "confidence": 0.9}]}]}},
        ),
        (
            "amazon-transcribe",
            {"Transcript": {"Results": [{"ResultId": "r", "IsPartial": False, "ChannelId": "ch_0", "Alternatives": [
                {"Transcript": "hello there", "Items": [
                    {"Content": "hello", "Type": "pronunciation", "StartTime": 0.1, "EndTime": 0.4, "Stable": True},
                    {"Content": "there", "Type": "pronunciation", "StartTime": 0.4, "EndTime": 0.8, "Stable": True}]}]}]}},
        ),
        (
            "audiohook",
            {"type": "event", "parameters": {"entities": [{"type": "transcript", "data": {
                "id": "u", "channelId": 0, "isFinal": True, "alternatives": [{"confidence": 0.9, "interpretations": [
                    {"type": "lexical", "transcript": "hello there", "tokens": [
                        {"type": "word", "value": "hello", "offset": "PT0.1S", "duration": "PT0.3S"},
                        {"type": "word", "value": "there", "offset": "PT0.4S", "duration": "PT0.4S"}]}]}]}}]}},
        ),
        (
            "governance/words@1",
            {"type": "words", "final": True, "words": [
                {"text": "hello", "start_ms": 100, "end_ms": 400, "channel": 0},
                {"text": "there", "start_ms": 400, "end_ms": 800, "channel": 0}]},
        ),
    ],
)  # fmt: skip
def test_recognisers_are_understood(door: Door, form: str, message: dict[str, Any]) -> None:
    with opened(door, form) as socket:
        socket.send_json(message)
        told = socket.receive_json()
    assert told["text"] == "hello there"
    assert [(word["start_ms"], word["end_ms"]) for word in told["words"]] == [(100, 400), (400, 800)]


@ON_SQLITE
def test_what_is_held_is_masked_after_its_time_without_another_word(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words("it is four one one one"))
        assert socket.receive_json()["text"] == "it is"
        assert socket.receive_json()["text"] == "[NUMBER]"


@ON_SQLITE
def test_two_channels_come_back_each_in_its_order(door: Door) -> None:
    with opened(door) as socket:
        for agent, customer in (
            ("could you", "four one"),
            ("say that", "one one"),
            ("once more", "four two"),
        ):
            socket.send_json(words(agent, "A"))
            socket.send_json(words(customer, "C"))
        socket.send_json({"type": "end"})
        heard: dict[str, list[str]] = {"A": [], "C": []}
        while (told := socket.receive_json())["type"] == "words":
            for word in told["words"]:
                heard[word["speaker"]].append(word["text"])
    assert " ".join(heard["A"]) == "could you say that once more"
    assert set(heard["C"]) == {"[NUMBER]"}


@ON_SQLITE
def test_a_dropped_connection_releases_nothing_and_is_logged(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words("it is four one one one"))
        assert socket.receive_json()["text"] == "it is"
    assert door.logged("redaction.used") == [
        {"kind": "stream", "requests": 1, "bytes": door.logged("redaction.used")[0]["bytes"], "spans": 0}
    ]


@ON_SQLITE
def test_a_stream_is_one_entry_in_the_log_and_its_words_are_counted(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words(f"my card number is {PAN}"))
        text_until_the_end(socket)
    (entry,) = door.logged("redaction.used")
    assert (entry["kind"], entry["spans"]) == ("stream", 4)
    metrics = door.client.get("/metrics").text
    assert 'governance_stream_words_total{masked="true"} 4.0' in metrics
    assert "governance_streams 0.0" in metrics


@ON_SQLITE
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer gk_nobody"}, {"Cookie": "governance_session=x"}]
)
def test_nobody_we_know_is_refused_before_there_is_a_connection(door: Door, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        door.client.websocket_connect(PATH, headers=headers),
    ):
        pass
    assert refused.value.status_code == 401


@ON_SQLITE
def test_who_may_not_is_refused(door: Door) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        door.client.websocket_connect(PATH, headers=door.as_("agent")),
    ):
        pass
    assert refused.value.status_code == 403
    assert refused.value.json()["type"].endswith(":denied")


@ON_SQLITE
@pytest.mark.parametrize(
    ("first", "field"),
    [
        ({"format": "whisper", "language": "en"}, "format"),
        ({"format": "deepgram", "language": PAN}, "language"),
        ({PAN: 1}, "message"),
        ([PAN], "message"),
    ],
)
def test_a_wrong_first_message_is_told_by_place(door: Door, first: Any, field: str | None) -> None:
    with door.client.websocket_connect(PATH, headers=door.as_("recorder")) as socket:
        socket.send_json(first)
        told, code = problem(socket)
    assert code == 1007
    assert told.get("field") == field
    assert "4111" not in json.dumps(told)


@ON_SQLITE
def test_a_language_nobody_examines_is_refused(door: Door) -> None:
    with door.client.websocket_connect(PATH, headers=door.as_("recorder")) as socket:
        socket.send_json({"language": "fi"})
        assert problem(socket)[0]["type"].endswith(":unsupported-language")


@ON_SQLITE
@pytest.mark.parametrize(
    "message",
    [
        f'{{"type": "words", "final": true, "words": [{{"text": "{PAN}"',
        "[" * 5_000 + "]" * 5_000,
        json.dumps({"type": "words", "final": True, "words": [{"text": {"deep": PAN}}]}),
        json.dumps({"type": "words", "final": True, "words": [{"text": PAN, "start_ms": -1}]}),
        json.dumps({"type": "words", "final": True, "words": [{"text": "4" * 10_000}]}),
        '{"type": "words", "final": true, "words": [{"text": "\\ud800 4111"}]}',
        '{"type": "words", "final": true, "words": [{"text": "x", "end_ms": 1e999}]}',
    ],
)
def test_what_cannot_be_read_ends_the_stream_and_is_not_repeated(door: Door, message: str) -> None:
    with opened(door) as socket:
        socket.send_text(message)
        told, code = problem(socket)
    assert code == 1007
    assert told["status"] == 422
    assert "4111" not in json.dumps(told)
    assert "44444" not in json.dumps(told)


@ON_SQLITE
def test_a_message_that_is_no_utf_8_is_refused(door: Door) -> None:
    with opened(door) as socket:
        socket.send_bytes(b'{"type": "words", "final": true, "words": [{"text": "\xff\xfe"}]}')
        assert problem(socket)[1] == 1007


@ON_SQLITE
def test_a_message_of_ten_megabytes_is_refused(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json({"type": "words", "final": True, "words": [{"text": "4" * 10_000_000}]})
        told, code = problem(socket)
    assert (told["status"], code) == (413, 1009)


@ON_SQLITE
def test_more_words_than_anybody_speaks_are_refused(door: Door) -> None:
    with opened(door) as socket:
        for _ in range(4):
            socket.send_json(words("so " * 1_500))
        told, code = problem(socket)
    assert (told["status"], code) == (429, 1008)


@ON_SQLITE
def test_a_silent_stream_ends(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 0.2)
    with opened(door) as socket:
        socket.send_json(words("four one one one"))
        told, code = problem(socket)
    assert (told["status"], code) == (429, 1008)


@ON_SQLITE
def test_a_stream_does_not_last_for_ever(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_S", 0.3)
    with opened(door) as socket:
        assert problem(socket)[0]["status"] == 429


@ON_SQLITE
def test_a_tenant_has_so_many_streams_and_no_more(door: Door) -> None:
    door.client.app.state.door.streams.most = 1  # type: ignore[attr-defined]
    with opened(door):
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            door.client.websocket_connect(PATH, headers=door.as_("recorder")),
        ):
            pass
        assert refused.value.status_code == 429
    with opened(door) as socket:
        assert text_until_the_end(socket) == ""


@ON_SQLITE
def test_partial_words_release_nothing(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words(f"my card number is {PAN}", final=False))
        socket.send_json(words("my card number is"))
        assert socket.receive_json()["text"] == "my card number is"


@ON_SQLITE
def test_other_personal_data_goes_too(door: Door) -> None:
    with opened(door) as socket:
        socket.send_json(words("write to jane.roe@example.org and tell her about it"))
        assert "jane" not in text_until_the_end(socket)


def test_a_label_that_follows_itself_stands_once() -> None:
    words = [
        Released(at, text, None, None, None, None, entity)
        for at, (text, entity) in enumerate(
            [("so", None), ("[PAN]", "PAN"), ("[PAN]", "PAN"), ("[CVV]", "CVV"), ("bye", None)]
        )
    ]
    assert in_one(words) == "so [PAN] [CVV] bye"
