"""The tape: every finding lies on the line where it belongs, however odd the recording is."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.console import tape
from governance.console.tape import HEIGHT, WIDTH, Piece
from governance.recordings.waveform import Waveform
from governance.redaction.spans import Word


def span(start_ms: int, end_ms: int, channel: int | None = 0, score: float = 0.9) -> dict[str, Any]:
    return {"start_ms": start_ms, "end_ms": end_ms, "channel": channel, "entity": "PAN", "score": score}


def test_a_finding_without_a_channel_lies_on_every_lane() -> None:
    drawn = tape.draw(10_000, {0: "Agent"}, 2, [span(1000, 2000, None), span(5000, 6000, 1)])
    assert [(lane.name, len(lane.cuts)) for lane in drawn.lanes] == [
        ("Agent, channel 0", 1),
        ("Channel 1", 2),
    ]
    assert (drawn.lanes[0].cuts[0].x, drawn.lanes[0].cuts[0].width) == (10, 10)
    assert drawn.ticks == (0, 2500, 5000, 7500, 10_000)


def test_a_finding_on_a_channel_that_was_not_announced_is_shown_all_the_same() -> None:
    assert len(tape.draw(1000, {}, 1, [span(0, 10, 2)]).lanes) == 3


def test_what_is_only_suspected_looks_different() -> None:
    assert [
        bar.is_suspected for bar in tape.strip(1000, [span(0, 9, score=0.74), span(0, 9, score=0.75)])
    ] == [True, False]


@given(
    st.none() | st.integers(0, 10**8),
    st.lists(
        st.tuples(st.integers(0, 10**8), st.integers(0, 10**8), st.none() | st.integers(0, 5)), max_size=8
    ),
)
def test_no_bar_leaves_the_tape_and_none_is_too_small_to_see(
    duration: int | None, found: list[tuple[int, int, int | None]]
) -> None:
    spans = [span(min(a, b), max(a, b), channel) for a, b, channel in found]
    for lane in tape.draw(duration, {}, 2, spans).lanes:
        for bar in lane.cuts:
            assert bar.x >= 0
            assert bar.width >= 0.3
            assert bar.x + bar.width <= 100.001
        # Names above the findings never lie on one another, and none hangs out.
        reach = 0.0
        for tag in lane.tags:
            length = len(tag.text) * 0.9
            start = tag.x - length if tag.is_at_end else tag.x
            assert reach - 0.01 <= start <= start + length <= 100.01
            reach = start + length


def test_what_kinds_of_things_were_found_is_told_apart() -> None:
    found = [span(0, 9) | {"entity": entity} for entity in ("CVV", "DTMF", "EMAIL", "EXPIRY", "NOT_KNOWN")]
    drawn = tape.draw(1000, {}, 1, found)
    assert [bar.tone for bar in drawn.found] == ["code", "card", "person", "card", "person"]
    assert drawn.tones == ["card", "code", "person"]


def test_sound_takes_its_part_of_a_line_that_findings_make_longer() -> None:
    assert tape.draw(1000, {}, 1, [span(900, 1250)]).sounding == 80
    assert tape.draw(None, {}, 1, []).sounding == 100


swings = st.lists(st.tuples(st.integers(-32_768, 0), st.integers(0, 32_768)), min_size=1, max_size=60)


@given(swings, st.floats(1, 5000))
def test_a_path_is_drawn_where_there_is_sound_and_nowhere_else(
    columns: list[tuple[int, int]], column_ms: float
) -> None:
    drawn = Waveform(int(len(columns) * column_ms), column_ms, (tuple(columns), ((0, 0),) * len(columns)))
    path, silent = tape.wave(drawn)
    assert silent == ""
    runs = [
        [at for at, _ in run]
        for is_heard, run in groupby(enumerate(columns), lambda one: one[1] != (0, 0))
        if is_heard
    ]
    drawn_runs = [one for one in path.split("z") if one]
    assert len(drawn_runs) == len(runs)
    wide = column_ms / drawn.duration_ms * WIDTH
    loudest = max(max(-low, high) for low, high in columns)
    for run, outline in zip(runs, drawn_runs, strict=True):
        xs = [float(one) for one in re.findall(r"[MH]([\d.e-]+)", outline)]
        assert min(xs) == pytest.approx(min(run[0] * wide, WIDTH), abs=0.1)
        assert max(xs) == pytest.approx(min((run[-1] + 1) * wide, WIDTH), abs=0.1)
        ys = [int(one) for one in re.findall(r"V(\d+)", outline)]
        assert 0 <= min(ys) <= 50 <= max(ys) <= HEIGHT
        if any(loudest in (-columns[at][0], columns[at][1]) for at in run):
            assert 0 in ys or HEIGHT in ys


def test_masks_side_by_side_become_one_and_words_stay() -> None:
    words = [
        Word(text, at * 10, at * 10 + 9, 1, None, turn=0)
        for at, text in enumerate(["it's", "[PAN]", "[PAN],", "[PAN]", "and", "[CVV]."])
    ]
    (turn,) = tape.turns(words, {1: "Customer"})
    assert turn.speaker == "Customer"
    assert turn.pieces == (Piece("it's "), Piece("", "PAN"), Piece(" and "), Piece("", "CVV"), Piece("."))
    assert (turn.start_ms, turn.end_ms) == (0, 59)


def test_a_mask_that_shows_its_last_digits_keeps_them() -> None:
    (turn,) = tape.turns([Word("[PAN", channel=None), Word("****1111]")], {})
    assert turn.pieces == (Piece("****1111", "PAN"),)
    assert (turn.speaker, turn.start_ms) == ("Speaker", None)
