"""The sample calls are what their truth says: G.711 that decodes, words where they are heard, test numbers only."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from governance.recordings.importers import folder, sidecar
from tools.sample_script import TEST_PANS

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
TRUTH: list[dict[str, Any]] = json.loads((SAMPLES / "truth.json").read_text())["calls"]
WHOLE = [call for call in TRUTH if call["expect"] != "refused"]
UNITS = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "oh"],
        "01234567890",
        strict=True,
    )
)
TEENS = {"ten": "10", "eleven": "11", "twelve": "12"}
TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        "23456789",
        strict=True,
    )
)


def named(calls: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=lambda call: call["name"])


def words_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    path = SAMPLES / f"{call['name']}.transcript.json"
    words: list[dict[str, Any]] = json.loads(path.read_text())["words"] if path.is_file() else []
    return words


def within(words: list[dict[str, Any]], span: dict[str, Any]) -> list[str]:
    return [
        word["text"].strip(".,?!").lower()
        for word in words
        if word["channel"] == span["channel"]
        and span["start_ms"] <= (word["start_ms"] + word["end_ms"]) / 2 < span["end_ms"]
    ]


def digits(words: list[str]) -> str:
    """Read digits the way the script writes them; apart from the product's own reader on purpose."""
    read, times = "", 1
    for word in words:
        if word in ("double", "triple"):
            times = {"double": 2, "triple": 3}[word]
            continue
        tens, _, unit = word.partition("-")
        if word.isdigit():
            said = word
        elif tens in TENS:
            said = TENS[tens] + UNITS.get(unit, "0")
        else:
            said = TEENS.get(word) or UNITS[word]
        read, times = read + said * times, 1
    return read


def luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def test_there_are_enough_calls_of_every_kind_and_they_are_small() -> None:
    assert len(TRUTH) >= 26
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 16_000_000
    assert {call["expect"] for call in TRUTH} == {
        "released",
        "quarantined:sad-suspected",
        "quarantined:not-examined",
        "refused",
    }
    assert sum(not call["spans"] for call in TRUTH) >= 10
    assert {span["how"] for call in TRUTH for span in call["spans"]} == {"spoken", "keyed"}


def test_every_call_has_its_files_and_no_file_has_no_call() -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.wav")) == sorted(call["name"] for call in TRUTH)
    assert [path.stem for path in folder.find([SAMPLES])] == sorted(call["name"] for call in TRUTH)


def test_agents_are_in_three_teams_on_two_sites_and_customers_call_again() -> None:
    found = [sidecar.read(SAMPLES / f"{call['name']}.json") for call in TRUTH]
    assert len({one.agent_id for one in found}) >= 6
    assert len({one.team for one in found}) == 3
    assert len({one.site for one in found}) == 2
    assert {one.jurisdiction for one in found} == {"GB", "DE", "US"}
    assert len({(one.source, one.external_id) for one in found}) == len(found)
    customers = [party.tel for one in found for party in one.parties if party.tel]
    assert len(customers) - len(set(customers)) >= 15


@named(WHOLE)
def test_a_whole_call_is_two_channels_of_g711_and_as_long_as_it_says(call: dict[str, Any]) -> None:
    path = SAMPLES / f"{call['name']}.wav"
    facts = soundfile.info(path)
    assert (facts.format, facts.channels, facts.samplerate) == ("WAV", 2, 8000)
    assert facts.subtype in ("ULAW", "ALAW")
    assert facts.frames * 1000 // 8000 == call["duration_ms"]
    times = [(word["start_ms"], word["end_ms"]) for word in words_of(call)]
    assert all(0 <= start < end <= call["duration_ms"] for start, end in times)
    assert all(before[0] <= after[0] for before, after in pairwise(times))


@named(WHOLE)
def test_words_and_keys_are_heard_where_they_are_said_to_be_and_nothing_between(call: dict[str, Any]) -> None:
    sound, _ = soundfile.read(SAMPLES / f"{call['name']}.wav")
    spoken = words_of(call)
    if not spoken:
        return
    covered = np.zeros(sound.shape, dtype=bool)
    for one in [*spoken, *call["spans"]]:
        part = slice(one["start_ms"] * 8, one["end_ms"] * 8)
        assert np.max(np.abs(sound[part, one["channel"]])) > 0.02
        covered[part, one["channel"]] = True
    # What is left is the noise of the line, the ends of words and at most the tone of a menu.
    left = np.abs(sound[~covered]) > 0.02
    assert left.sum() < (2000 if "menu" in call["name"] else 200)


def test_every_card_number_is_a_published_test_number() -> None:
    assert all(luhn(number) for number in TEST_PANS)
    assert {len(number) for number in TEST_PANS} == {12, 13, 14, 15, 16, 19}
    said = set()
    for call in TRUTH:
        words = words_of(call)
        spans = [span for span in call["spans"] if span["entity"] == "PAN" and span["how"] == "spoken"]
        numbers = [digits(within(words, span)) for span in spans]
        if call["name"] == "card-over-turns":
            numbers = ["".join(numbers)]
        for number in numbers:
            # One customer notices a slip of the tongue: six right digits and a wrong one, and starts again.
            assert number in TEST_PANS or (call["name"] == "card-amex-correction" and len(number) == 7)
            said |= {number} & TEST_PANS
    assert len(said) >= 11


def test_the_broken_call_promises_more_than_there_is() -> None:
    data = (SAMPLES / "broken-truncated.wav").read_bytes()
    assert int.from_bytes(data[4:8], "little") + 8 > len(data)


def test_what_is_suspected_or_unexamined_is_marked_for_a_person() -> None:
    expected = {call["name"]: call["expect"] for call in TRUTH}
    assert expected["suspected-code"] == "quarantined:sad-suspected"
    assert expected["no-transcript"] == "quarantined:not-examined"
    assert not (SAMPLES / "no-transcript.transcript.json").exists()
