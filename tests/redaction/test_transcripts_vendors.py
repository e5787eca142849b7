"""What is peculiar to each vendor's transcript: two spellings of a number, clocks, channels, missing times, keys, sound."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from governance.redaction import text, transcripts
from governance.redaction.spans import Timing
from governance.redaction.transcripts.document import TranscriptDocument
from tests.redaction import vendors, vendors_of_calls
from tests.redaction.conversation import CODE, PAN, timed, turns_said


def read(tree: Any) -> TranscriptDocument:
    return transcripts.read(json.dumps(tree).encode())


def redacted(tree: Any) -> Any:
    document = read(tree)
    found = text.detect_words(document.words, document.language or "en")
    return json.loads(document.redact(found).dumps())


@pytest.mark.parametrize("name", vendors.TIMED)
def test_words_have_the_times_and_the_turns_of_the_conversation(name: str) -> None:
    said = transcripts.read(vendors.ALL[name]()).words
    expected = timed()
    assert [word.text for word in said] == [row["text"] for row in expected]
    assert [word.start_ms for word in said] == [round(row["start"] * 1000) for row in expected]
    assert {word.timing for word in said} == {Timing.EXACT}
    if name not in {"whisper", "faster-whisper"}:  # nobody is named there
        assert turns_said(said) == turns_said(expected)


def test_a_clock_and_an_offset_are_the_same_moment() -> None:
    by_clock = transcripts.read(vendors_of_calls.genesys()).words
    by_offset = transcripts.read(vendors_of_calls.genesys(origin=0)).words
    assert by_clock == by_offset


def test_a_clock_nobody_explains_counts_from_the_first_phrase() -> None:
    tree = json.loads(vendors_of_calls.genesys())
    del tree["transcripts"][0]["startTime"]
    for phrase in tree["transcripts"][0]["phrases"]:
        del phrase["offset"]
    said = read(tree).words
    assert said[0].start_ms == 0
    assert said[-1].end_ms is not None
    assert said[-1].end_ms < 30_000


@pytest.mark.parametrize("origin", [0, vendors_of_calls.EPOCH_MS])
def test_a_number_written_twice_is_gone_in_both_spellings(origin: int) -> None:
    tree = json.loads(vendors_of_calls.genesys(origin))
    after = redacted(tree)
    for before, phrase in zip(
        tree["transcripts"][0]["phrases"], after["transcripts"][0]["phrases"], strict=True
    ):
        assert len(phrase["decoratedWords"]) == len(before["decoratedWords"])
        kept = [word for word in phrase["decoratedWords"] if not word["word"].startswith("[")]
        assert [word["word"] for word in kept] == [
            word["word"] for word in before["decoratedWords"] if not word["word"].isdigit()
        ]
        assert [word["startTimeMs"] for word in phrase["words"]] == [
            word["startTimeMs"] for word in before["words"]
        ]


def test_a_decorated_word_is_masked_by_its_moment_alone() -> None:
    tree = json.loads(vendors_of_calls.genesys())
    for phrase in tree["transcripts"][0]["phrases"]:
        for word in phrase["decoratedWords"]:
            if word["word"].isdigit():
                word["word"] = "xyz"  # whatever it says: it was said when the card was
    after = json.dumps(redacted(tree))
    assert "xyz" not in after


def test_only_decorated_words_are_read_where_there_are_no_others() -> None:
    tree = json.loads(vendors_of_calls.genesys())
    for phrase in tree["transcripts"][0]["phrases"]:
        del phrase["words"], phrase["text"]
    assert PAN in "".join(word.text for word in read(tree).words)
    assert PAN[:4] not in json.dumps(redacted(tree))


def test_a_draft_of_an_utterance_is_no_second_utterance_and_keeps_nothing() -> None:
    data = vendors_of_calls.genesys_topic()
    assert data.count(b'"isFinal": false') == 1
    document = transcripts.read(data)
    assert len(document.words) == len(timed())
    after = document.redact(text.detect_words(document.words)).dumps()
    assert after.count(b"\n") == data.count(b"\n")
    assert not any(f'"{word}"'.encode() in after for word in vendors.UNITS)


def test_older_peers_of_audiohook_are_understood() -> None:
    assert (
        transcripts.read(vendors_of_calls.audiohook(older=True)).words[0].start_ms
        == transcripts.read(vendors_of_calls.audiohook()).words[0].start_ms
        == 500
    )
    after = transcripts.read(vendors_of_calls.audiohook(older=True))
    left = after.redact(text.detect_words(after.words)).dumps()
    assert PAN[:4].encode() not in left
    assert CODE.encode() not in left


def test_audiohook_without_tokens_is_read_by_its_text() -> None:
    entity = {
        "id": "e", "channelId": 0, "isFinal": True, "offset": "PT1M2.5S", "duration": "PT4S",
        "alternatives": [{"confidence": 1, "interpretations": [{"type": "display", "transcript": f"it is {PAN}"}]}],
    }  # fmt: skip
    said = read(entity).words
    assert {(word.start_ms, word.end_ms, word.timing) for word in said} == {(62_500, 66_500, Timing.TURN)}
    assert redacted(entity)["alternatives"][0]["interpretations"][0]["transcript"] == "it is [PAN]"


def test_sentences_without_words_have_the_times_of_the_sentence() -> None:
    tree = json.loads(vendors_of_calls.twilio())
    for sentence in tree["sentences"]:
        sentence["words"] = None
    said = read(tree).words
    assert {word.timing for word in said} == {Timing.TURN}
    assert {word.channel for word in said} == {0, 1}
    assert PAN[:4] not in json.dumps(redacted(tree))


def test_a_recording_with_one_channel_is_cut_on_every_one() -> None:
    tree = json.loads(vendors_of_calls.twilio())
    for sentence in tree["sentences"]:
        sentence["media_channel"] = 1
    assert {word.channel for word in read(tree).words} == {None}


def test_turns_without_words_have_the_times_of_the_turn() -> None:
    said = transcripts.read(vendors_of_calls.contact_lens()).words
    assert {word.timing for word in said} == {Timing.TURN}
    assert len({word.turn for word in said}) == 4
    assert {word.speaker for word in said} == {"AGENT", "CUSTOMER"}


def test_a_chat_of_contact_lens_has_no_place_in_any_sound() -> None:
    turns = [
        {"Id": str(at), "ParticipantId": name, "AbsoluteTime": "2026-03-19T22:04:48Z", "Content": said, "Type": "MESSAGE"}
        for at, (name, said) in enumerate([("A", "the code on the back please"), ("C", "917")])
    ]  # fmt: skip
    tree = {"Version": "1.1.0", "Channel": "CHAT", "Transcript": turns}
    assert {word.timing for word in read(tree).words} == {Timing.NONE}
    assert redacted(tree)["Transcript"][1]["Content"] == "[CVV]"


def test_call_analytics_without_items_is_read_by_its_turns() -> None:
    tree = json.loads(vendors_of_calls.call_analytics())
    for turn in tree["Transcript"]:
        del turn["Items"]
    document = read(tree)
    assert document.format == "amazon-call-analytics"
    assert {word.timing for word in document.words} == {Timing.TURN}
    assert not any(f" {word} " in json.dumps(redacted(tree)) for word in vendors.SPOKEN_PAN)


def test_channels_of_transcribe_are_read_where_there_are_no_items() -> None:
    tree = json.loads(vendors.amazon())
    del tree["results"]["items"]
    said = read(tree).words
    assert [word.text for word in said] == [row["text"] for row in timed()]
    assert {word.channel for word in said} == {0}


def test_words_without_times_are_placed_between_those_of_the_same_speaker_or_in_their_segment() -> None:
    document = transcripts.read(vendors.whisperx())
    digits = [word for word in document.words if word.text in vendors.UNITS]
    assert {word.timing for word in digits} <= {Timing.INTERPOLATED, Timing.TURN}
    spoken = {row["text"]: row for row in timed() if row["turn"] in {1, 3} and row["text"] in vendors.UNITS}
    assert len(digits) == len(vendors.SPOKEN_PAN) + len(vendors.SPOKEN_CODE)
    first = min(row["start"] for row in spoken.values())
    assert all(word.start_ms is not None and word.end_ms is not None for word in digits)
    assert min(word.start_ms or 0 for word in digits) <= first * 1000


def test_one_segment_a_line_is_read_and_written_as_it_came() -> None:
    segments = json.loads(vendors.whisper())["segments"]
    data = "\r\n".join(json.dumps(segment) for segment in segments).encode()
    document = transcripts.read(data)
    assert document.format == "faster-whisper"
    assert document.dumps() == data
    after = document.redact(text.detect_words(document.words)).dumps()
    assert after.count(b"\r\n") == data.count(b"\r\n")
    assert b" four" not in after


def test_the_answer_of_the_api_with_words_beside_the_text_is_read() -> None:
    words = [{"word": row["text"], "start": row["start"], "end": row["end"]} for row in timed()]
    tree = {
        "task": "transcribe",
        "language": "english",
        "text": " ".join(w["word"] for w in words),
        "words": words,
    }
    document = read(tree)
    assert (document.format, document.language) == ("whisper", "en")
    after = document.redact(text.detect_words(document.words, "en")).dumps()
    assert b"four" not in after


def test_keys_pressed_are_cleared_and_that_they_were_is_not() -> None:
    before = json.loads(vendors.vcon())["dialog"][-1]["party_history"]
    after = redacted(json.loads(vendors.vcon()))["dialog"][-1]["party_history"]
    assert {event.get("button", event.get("dtmf")) for event in after} == {""}
    strip = ("button", "dtmf")
    assert [{k: v for k, v in event.items() if k not in strip} for event in after] == [
        {k: v for k, v in event.items() if k not in strip} for event in before
    ]


def test_keys_pressed_are_cleared_where_nothing_was_said() -> None:
    history = [{"party": 0, "time": "2026-03-19T22:10:00Z", "event": "keydown", "button": "4"}]
    tree = {"uuid": "u", "parties": [{}], "dialog": [{"type": "recording", "party_history": history}]}
    assert redacted(tree)["dialog"][0]["party_history"][0]["button"] == ""


def test_a_key_of_audiohook_is_cleared() -> None:
    document = transcripts.read(vendors_of_calls.audiohook())
    after = document.redact([]).dumps()
    assert b'"digit": ""' in after


@pytest.mark.parametrize("mediatype", ["audio/x-wav", None])
def test_sound_inside_a_vcon_does_not_leave_with_the_words(mediatype: str | None) -> None:
    body = base64.urlsafe_b64encode(b"RIFF" + bytes(range(256)) * 4).decode()
    dialog = {"type": "recording", "mediatype": mediatype, "encoding": "base64url", "body": body}
    after = redacted({"uuid": "u", "parties": [], "dialog": [dialog]})
    assert after["dialog"][0] == {**dialog, "body": ""}


def test_a_transcript_of_any_vendor_is_found_in_a_vcon_even_as_a_string() -> None:
    for name, sample in vendors.ALL.items():
        data = sample()
        if data[:1] not in b"{[" or b"\n" in data or name == "vcon":
            continue
        analysis = [{"type": "transcript", "vendor": "v", "body": data.decode()}]
        document = read({"uuid": "u", "parties": [], "analysis": analysis})
        assert [word.text for word in document.words] == [word.text for word in transcripts.read(data).words]
        after = json.loads(document.redact(text.detect_words(document.words, "en"), None, "en").dumps())
        body = after["analysis"][0]["body"]
        assert isinstance(body, str)
        assert PAN not in body.replace(" ", "")
        assert transcripts.read(body.encode()).format == name


def test_a_question_and_its_answer_are_two_texts_of_a_vcon() -> None:
    texts = [
        {"type": "text", "parties": [at, 1 - at], "body": said, "encoding": "none"}
        for at, said in enumerate(["What is the security code on the back?", "917"])
    ]
    document = read({"uuid": "u", "parties": [{}, {}], "dialog": texts})
    assert [word.speaker for word in document.words][-1] == "party 1"
    assert redacted({"uuid": "u", "parties": [{}, {}], "dialog": texts})["dialog"][1]["body"] == "[CVV]"


def test_other_hypotheses_of_a_phrase_hold_no_number_where_a_card_was_found() -> None:
    after = redacted(json.loads(vendors_of_calls.genesys()))
    for phrase in after["transcripts"][0]["phrases"]:
        said = phrase["alternatives"][0]["text"].split()
        assert not set(said) & set(vendors.UNITS)
    assert "sure it's" in after["transcripts"][0]["phrases"][1]["alternatives"][0]["text"]


def test_the_hypotheses_of_one_word_are_not_two_words() -> None:
    """A number of ten digits is none of a card; twice each of them would be twenty."""
    said = "my booking reference is"
    words = [*said.split(), *(["four", "one", "five", "five", "five", "five", "two", "six", "seven", "one"])]
    items = [
        {"type": "pronunciation", "start_time": str(at), "end_time": str(at + 0.5),
         "alternatives": [{"content": word, "confidence": "0.6"}, {"content": word, "confidence": "0.4"}]}
        for at, word in enumerate(words)
    ]  # fmt: skip
    tree = {"results": {"items": items, "transcripts": [{"transcript": " ".join(words)}]}}
    assert redacted(tree) == tree
