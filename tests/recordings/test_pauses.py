"""What recorders tell of their pauses, each in its own words, and what of it is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from governance.errors import InvalidError
from governance.recordings.importers import metadata, pauses, sidecar
from governance.recordings.interaction import PauseFacts, PauseKind

STARTED = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
ABSENT, MASKED, UNSURE = PauseKind.ABSENT, PauseKind.MASKED, PauseKind.UNSURE


def told(found: list[PauseFacts]) -> list[tuple[PauseKind, int, int]]:
    return [(one.kind, one.start_ms, one.length_ms) for one in found]


def cut(at: int, length: int, reason: str = "SecurePause", **more: int) -> dict[str, Any]:
    return {"type": "Pause", "reason": reason, "recordingLocation": at, "durationMs": length} | more


@pytest.mark.parametrize("name", ["type", "reason"])
def test_genesys_cuts_out_what_it_pauses_for(name: str) -> None:
    one = {name: "SecurePause", "recordingLocation": 61_000, "durationMs": 42_000, "recordingDurationMs": 0}
    assert told(pauses.genesys([one, {"type": "Bookmark", "location": 3}])) == [(ABSENT, 61_000, 42_000)]


def test_genesys_places_count_the_cuts_before_them_and_are_held_against_the_places_before_all_cuts() -> None:
    first = cut(10_000, 5_000, realtimeLocation=10_000)
    second = cut(20_000, 7_000, realtimeLocation=25_000)
    assert told(pauses.genesys([second, first])) == [(ABSENT, 10_000, 5_000), (ABSENT, 20_000, 7_000)]
    odd = cut(20_000, 7_000, realtimeLocation=29_000)
    assert told(pauses.genesys([first, odd]))[-1] == (UNSURE, 10_000, 4_000)


def test_genesys_may_or_may_not_cut_out_a_hold() -> None:
    assert told(pauses.genesys([cut(10_000, 5_000, "Hold")])) == [(ABSENT, 10_000, 5_000)]
    hold = {"type": "Hold", "recordingLocation": 9_000, "durationMs": 30_000}
    assert told(pauses.genesys([hold])) == [(UNSURE, 9_000, 30_000)]
    assert told(pauses.genesys([hold | {"recordingDurationMs": 30_000}])) == []
    assert told(pauses.genesys([hold | {"recordingDurationMs": 10_000}])) == [(ABSENT, 9_000, 20_000)]


def test_audiohook_goes_on_counting_what_it_discards_and_tells_it_twice() -> None:
    messages: list[dict[str, Any]] = [
        {"type": "open", "parameters": {"conversationId": "c"}},
        {"type": "paused", "id": "s"},
        {"type": "discarded", "parameters": {"start": "PT61.25S", "discarded": "PT12.5S"}},
        {"type": "resumed", "parameters": {"start": "PT61.25S", "discarded": "PT12.5S"}},
        {"type": "resumed", "parameters": {"start": "PT1M40S", "discarded": "PT3S"}},
        {"type": "resumed", "parameters": {"start": "PT2M", "discarded": "PT0S"}},
    ]
    assert told(pauses.audiohook(messages)) == [(ABSENT, 61_250, 12_500), (ABSENT, 87_500, 3_000)]


def test_freeswitch_masks_until_it_is_told_to_stop() -> None:
    commands = [
        {"command": "mask", "at": "2026-10-01T09:01:00Z"},
        {"command": "mask", "at": "2026-10-01T09:01:05Z"},
        {"command": "unmask", "at": "2026-10-01T09:01:30.500Z"},
        {"command": "unmask", "at": "2026-10-01T09:02:00Z"},
        {"command": "mask", "at": "2026-10-01T09:03:00Z"},
    ]
    first, last = told(pauses.freeswitch(commands, STARTED))
    assert first == (MASKED, 60_000, 30_500)
    assert last[:2] == (MASKED, 180_000)
    assert last[2] > 24 * 3_600_000


def test_amazon_says_how_often_and_not_where() -> None:
    once = {
        "TotalPauseCount": 1,
        "TotalPauseDurationInSeconds": 40,
        "LastPausedTimestamp": "2026-10-01T09:02:00Z",
    }
    assert told(pauses.amazon(once, STARTED)) == [(UNSURE, 120_000, 40_000)]
    later = once | {"Recordings": [{"StartTimestamp": "2026-10-01T09:00:30Z"}]}
    assert told(pauses.amazon(later, STARTED)) == [(UNSURE, 90_000, 40_000)]
    assert told(pauses.amazon(once | {"TotalPauseCount": 2}, STARTED)) == [(UNSURE, 0, 40_000)]
    assert told(pauses.amazon({"TotalPauseCount": 0}, STARTED)) == []
    assert told(pauses.amazon({"Id": "c"}, STARTED)) == []


def facts(**more: Any) -> bytes:
    base = {"source": "recorder", "external_id": "1", "started_at": "2026-10-01T09:00:00Z"}
    return json.dumps(base | more).encode()


def test_metadata_carries_pauses_in_our_words_and_in_the_recorders() -> None:
    read = metadata.read(
        facts(
            pauses=[
                {"start_ms": 5, "length_ms": 7, "sound": "absent", "transcript_counts": False},
                {"start_ms": 90, "length_ms": 10, "sound": "masked"},
            ],
            recorder={"genesys_annotations": [cut(10_000, 5_000)], "amazon_contact": {"TotalPauseCount": 3}},
        )
    )
    call = sidecar.interaction(read, [])
    assert [(one.kind, one.start_ms, one.length_ms, one.is_counted) for one in call.pauses] == [
        (ABSENT, 5, 7, False),
        (MASKED, 90, 10, True),
        (ABSENT, 10_000, 5_000, True),
        (UNSURE, 0, 0, True),
    ]
    without = sidecar.interaction(metadata.read(facts()), [])
    assert without.fingerprint() != call.fingerprint()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"pauses": [{"start_ms": 5, "length_ms": 7, "sound": "absent"}]}, "pauses[0]"),
        (
            {"pauses": [{"start_ms": 5, "length_ms": 7, "sound": "masked", "transcript_counts": True}]},
            "pauses[0]",
        ),
        ({"pauses": [{"start_ms": -5, "length_ms": 7, "sound": "masked"}]}, "pauses[0].start_ms"),
        ({"recorder": {"genesys": []}}, "recorder"),
        (
            {"recorder": {"genesys_annotations": [{"type": "SecurePause"}]}},
            "genesys_annotations[0]",
        ),
        (
            {"recorder": {"genesys_annotations": [cut("4111111111111111", 5)]}},  # type: ignore[arg-type]
            "genesys_annotations[0].recordingLocation",
        ),
        (
            {"recorder": {"audiohook_messages": [{"type": "discarded", "parameters": {"start": "4111"}}]}},
            "audiohook_messages[0].start",
        ),
        (
            {"recorder": {"freeswitch_commands": [{"command": "stop", "at": "2026-10-01T09:01:00Z"}]}},
            "freeswitch_commands[0].command",
        ),
        ({"recorder": {"freeswitch_commands": [{"command": "mask"}]}}, "freeswitch_commands[0].at"),
        ({"recorder": {"amazon_contact": {"TotalPauseCount": "2"}}}, "amazon_contact.TotalPauseCount"),
        (
            {
                "recorder": {
                    "amazon_contact": {"TotalPauseCount": 1, "LastPausedTimestamp": "x", "Recordings": 1}
                }
            },
            "amazon_contact.LastPausedTimestamp",
        ),
    ],
)
def test_what_tells_of_no_pause_is_refused_by_the_name_of_its_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        sidecar.interaction(metadata.read(facts(**more)), [])
    assert refused.value.field == field
    assert "4111" not in str(refused.value)
