"""Transcripts of every format: read by content, redacted in every copy, same structure afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from governance.errors import UnsupportedFormatError
from governance.redaction import looser, rules, text, transcripts
from governance.redaction.spans import SAD, Entity, Timing
from governance.redaction.transcripts import walk
from governance.redaction.transcripts.document import TranscriptDocument
from tests.redaction import sounds, vendors

CALLS = Path(__file__).resolve().parents[2] / "../shared/data/vcon/calls"


def redacted(data: bytes) -> TranscriptDocument:
    document = transcripts.read(data)
    return document.redact(text.detect_words(document.words, document.language or "en"))


def parsed(data: bytes) -> Any:
    """A document, or the list of those that stand one a line."""
    try:
        return json.loads(data)
    except json.JSONDecodeError:
        return [json.loads(line) for line in data.splitlines()]


def strings(tree: Any) -> list[str]:
    """Every leaf and every key of a document, as text; lists of numbers joined, as one could read them."""
    found = [str(leaf) for _, leaf in walk.leaves(tree)]
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            found += list(value)
            pending += list(value.values())
        elif isinstance(value, list):
            pending += value
            if all(isinstance(item, int) for item in value):
                found += [
                    "".join(map(str, value)),
                    "".join(chr(item) for item in value if 0 <= item < 0x110000),
                ]
    return found


def shape(tree: Any) -> Any:
    """The structure of a document without its words: names, types and the lengths of lists of objects."""
    if isinstance(tree, dict):
        return {
            ("?" if any(sign.isdigit() or sign == "[" for sign in key) else key): shape(value)
            for key, value in tree.items()
        }
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return [shape(item) for item in tree]
    return type(tree).__name__


@pytest.mark.parametrize("name", vendors.ALL)
def test_each_format_is_recognised_by_what_is_in_it(name: str) -> None:
    document = transcripts.read(vendors.ALL[name]())
    assert document.format == name
    assert " ".join(word.text for word in document.words if word.text in vendors.UNITS).startswith(
        "four zero two four"
    )


@pytest.mark.parametrize("name", vendors.ALL)
def test_no_copy_is_left_in_any_leaf_or_key(name: str) -> None:
    data = redacted(vendors.ALL[name]()).dumps()
    whole = strings(parsed(data)) if data[:1] in b"{[" else [data.decode()]
    assert not any(vendors.PAN in leaf.replace(" ", "").replace(".0", "") for leaf in whole)
    assert not any(
        piece in leaf.split() for leaf in whole for piece in (*vendors.SPOKEN_PAN, *vendors.SPOKEN_CODE)
    )
    assert vendors.CODE not in whole


@pytest.mark.parametrize("name", vendors.ALL)
def test_the_structure_and_the_harmless_stay(name: str) -> None:
    data = vendors.ALL[name]()
    after = redacted(data).dumps()
    if data[:1] not in b"{[":
        assert after.count(b"\n") == data.count(b"\n")
        return
    assert shape(parsed(after)) == shape(parsed(data))
    if b"harmless" in data:
        assert b"the parcel left on 2024-05-12" in after
        assert b'"count": 42' in after


@pytest.mark.parametrize("name", vendors.ALL)
def test_the_second_look_finds_nothing_in_what_is_redacted(name: str) -> None:
    again = transcripts.read(redacted(vendors.ALL[name]()).dumps())
    assert looser.examine(again.words) == []
    assert text.detect_words(again.words) == []


@pytest.mark.parametrize("name", vendors.TIMED)
def test_word_times_place_both_findings(name: str) -> None:
    document = transcripts.read(vendors.ALL[name]())
    spans, unlocated = rules.locate(document.words, text.detect_words(document.words, "en"))
    rows = vendors.timed()
    number = [row for row in rows if row["turn"] == 1][2:]
    code = [row for row in rows if row["turn"] == 3][:3]
    assert unlocated == []
    for entity, said in ((Entity.PAN, number), (Entity.CVV, code)):
        mine = [span for span in spans if span.entity is entity]
        assert min(span.start_ms for span in mine) == pytest.approx(said[0]["start"] * 1000, abs=1)
        assert max(span.end_ms for span in mine) == pytest.approx(said[-1]["end"] * 1000, abs=1)
        assert all(span.timing is Timing.EXACT for span in mine)


def test_words_without_times_are_placed_between_their_neighbours() -> None:
    tree = json.loads(vendors.whisper())
    for segment in tree["segments"]:
        for word in segment["words"]:
            if word["word"].strip() in vendors.UNITS:
                del word["start"], word["end"]
    document = transcripts.read(json.dumps(tree).encode())
    spans, unlocated = rules.locate(document.words, text.detect_words(document.words, "en"))
    assert unlocated == []
    assert all(span.timing in {Timing.INTERPOLATED, Timing.TURN} for span in spans)
    number = [row for row in vendors.timed() if row["turn"] == 1][2:]
    assert min(span.start_ms for span in spans) <= number[0]["start"] * 1000
    assert max(span.end_ms for span in spans if span.entity is Entity.PAN) >= number[-1]["end"] * 1000


def test_words_that_take_no_time_are_placed_between_their_neighbours() -> None:
    rows = [
        {"text": "it's", "start_ms": 0, "end_ms": 400},
        {"text": "4111", "start_ms": 900, "end_ms": 900},
        {"text": "1111", "start_ms": 1300, "end_ms": 1200},
        {"text": "thanks", "start_ms": 4000, "end_ms": 4400},
    ]
    said = transcripts.read(json.dumps({"words": rows}).encode()).words
    assert [(word.start_ms, word.end_ms) for word in said[1:3]] == [(400, 4000)] * 2
    assert {word.timing for word in said[1:3]} == {Timing.INTERPOLATED}


@pytest.mark.parametrize(
    "line",
    [
        "00:00:01.000 --> 00:00:02.000 4111111111111111",
        "00:00:01.000 --> 00:00:02.0004111111111111111",
        "4111111111111111:00:01.000 --> 00:00:02.000",
        "00:00:01.000 --> 00:00:02.000 position:4111 1111 1111 1111%",
    ],
)
def test_nothing_hides_beside_the_times_of_a_subtitle(line: str) -> None:
    with pytest.raises(UnsupportedFormatError):
        transcripts.read(f"WEBVTT\n\n{line}\nhello\n".encode())


def test_settings_of_a_cue_are_read_over_and_markup_with_a_card_number_is_no_markup() -> None:
    cue = "00:00:01.000 --> 00:00:02.000 align:start position:0% line:-1"
    said = transcripts.read(f"WEBVTT\n\n{cue}\n<c.4111111111111111>it</c> is\n".encode())
    assert [word.text for word in said.words] == ["c.4111111111111111", "it", "is"]
    left = said.redact(text.detect_words(said.words, "en"), None, "en").dumps()
    assert b"4111" not in left


def test_tokens_go_only_where_a_finding_was_spoken() -> None:
    before = json.loads(vendors.whisper())
    before["segments"].append(
        {"id": 99, "start": 90.0, "end": 92.0, "text": " good bye then", "tokens": [1, 2], "words": []}
    )
    after = json.loads(redacted(json.dumps(before).encode()).dumps())
    for was, segment in zip(before["segments"], after["segments"], strict=True):
        assert bool(segment["tokens"]) is not any(word in vendors.UNITS for word in was["text"].split())


def test_a_master_loses_sad_alone() -> None:
    document = transcripts.read(vendors.ours())
    found = [one for one in text.detect_words(document.words) if one.entity in SAD]
    kept = document.redact(found, only=SAD).dumps().decode()
    tree = json.loads(kept)
    assert [word["text"] for word in tree["words"]].count("[CVV]") == 3
    assert vendors.PAN in tree["extras"]
    assert tree["extras"]["cvv"] == 0


def test_a_channel_is_named_only_where_there_are_several() -> None:
    assert {word.channel for word in transcripts.read(vendors.deepgram()).words} == {None}
    assert {word.channel for word in transcripts.read(vendors.ours()).words} == {0, 1}


def test_base64_copies_are_masked() -> None:
    import base64

    tree = json.loads(vendors.turns())
    tree[0]["blob"] = base64.b64encode(f"card {vendors.PAN} ok".encode()).decode()
    after = json.loads(redacted(json.dumps(tree).encode()).dumps())
    assert after[0]["blob"] == "[PAN]"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfb\x90d" * 50,
        b'{"a": 1}',
        b"[1, 2]",
        b"{broken",
        b"<html></html>",
    ],
)
def test_what_is_not_known_is_refused_with_what_is(data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError, match="amazon-transcribe"):
        transcripts.read(data)


def test_metadata_given_for_a_transcript_is_called_what_it_is() -> None:
    with pytest.raises(UnsupportedFormatError, match="metadata of a recording"):
        transcripts.read((sounds.SAMPLES / "card-amex-correction.json").read_bytes())


def test_half_a_character_is_refused_and_a_whole_one_is_not() -> None:
    said = '{"words": [{"text": "TEXT", "start_ms": 0, "end_ms": 300}]}'
    assert transcripts.read(said.replace("TEXT", r"\ud83d\ude00").encode()).words[0].text == "\U0001f600"
    with pytest.raises(UnsupportedFormatError):
        transcripts.read(said.replace("TEXT", r"\ud83d").encode())


def test_a_document_nested_without_end_is_refused() -> None:
    with pytest.raises(UnsupportedFormatError, match="nested"):
        transcripts.read(b"[" * 100_000)
    nested = "[" * 200 + "]" * 200
    with pytest.raises(UnsupportedFormatError, match="nested"):
        transcripts.read(f'{{"words": [{{"text": "a"}}], "x": {nested}}}'.encode())


def test_a_file_that_breaks_its_own_rules_is_refused_without_quoting_it() -> None:
    data = b'{"words": [{"text": "4111111111111111", "start_ms": "soon", "end_ms": "later"}]}'
    with pytest.raises(UnsupportedFormatError) as caught:
        transcripts.read(data)
    assert "4111" not in str(caught.value)


@pytest.mark.skipif(not CALLS.is_dir(), reason="the shared test data is not beside the project")
def test_calls_made_by_others_are_read_and_come_back_unchanged() -> None:
    for path in sorted(CALLS.glob("*.json")):
        data = path.read_bytes()
        document = transcripts.read(data)
        assert document.format == "vcon"
        assert len(document.words) > 20
        assert json.loads(redacted(data).dumps()) == json.loads(data)
