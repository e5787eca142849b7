"""Live words in the shapes of recognisers: what is read of them, and what is refused without being repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import InvalidError
from governance.redaction.stream_words import FORMATS, WORDS_AT_MOST, read

PAN = "4111 1111 1111 1111"
DEEPGRAM = {
    "type": "Results",
    "channel_index": [1, 2],
    "is_final": True,
    "channel": {"alternatives": [{"transcript": "Hello.", "words": [{"word": "hello", "punctuated_word": "Hello.", "start": 1.25, "end": 1.5, "speaker": 3}]}]},
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(PAN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["words", "text", "type", "final", "channel", "alternatives", "Transcript", "Results", "IsPartial", "entities",
                         "data", "transcript", "isFinal", "interpretations", "tokens", "value", "offset", "Items", "Content"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def test_deepgram_says_channel_speaker_and_seconds() -> None:
    (said,) = read("deepgram", DEEPGRAM)
    (word,) = said.words
    assert said.is_final
    assert (word.text, word.start_ms, word.end_ms, word.channel, word.speaker) == (
        "Hello.",
        1250,
        1500,
        1,
        "3",
    )


def test_one_channel_is_everybodys() -> None:
    (said,) = read("deepgram", DEEPGRAM | {"channel_index": [0, 1]})
    assert said.words[0].channel is None


@pytest.mark.parametrize("kind", ["Metadata", "SpeechStarted", "UtteranceEnd"])
def test_messages_without_words_are_passed_over(kind: str) -> None:
    assert read("deepgram", {"type": kind, "channel": [0, 2], "last_word_end": 2.1}) == []


def test_punctuation_of_transcribe_goes_to_the_word_before_it() -> None:
    items = [{"Content": "one", "Type": "pronunciation"}, {"Content": ",", "Type": "punctuation"}]
    (said,) = read(
        "amazon-transcribe",
        {"Transcript": {"Results": [{"IsPartial": True, "Alternatives": [{"Items": items}]}]}},
    )
    assert [word.text for word in said.words] == ["one,"]
    assert not said.is_final


def test_a_sentence_without_words_is_cut_into_them() -> None:
    entity = {
        "isFinal": True,
        "channelId": "INTERNAL",
        "alternatives": [{"interpretations": [{"type": "display", "transcript": "good day"}]}],
    }
    (said,) = read("audiohook", entity)
    assert [(word.text, word.speaker) for word in said.words] == [("good", "INTERNAL"), ("day", "INTERNAL")]


def test_too_many_words_are_refused() -> None:
    with pytest.raises(InvalidError):
        read("governance/words@1", {"final": True, "words": [{"text": "so"}] * (WORDS_AT_MOST + 1)})


def test_a_field_that_is_not_known_is_refused_in_our_own_format_and_not_repeated() -> None:
    with pytest.raises(InvalidError) as refused:
        read("governance/words@1", {"final": True, "words": [], PAN: 1})
    assert "4111" not in str(refused.value)


@given(st.sampled_from(sorted(FORMATS)), JSON)
def test_whatever_comes_is_read_or_refused_by_place(form: str, message: Any) -> None:
    told = ""
    try:
        read(form, message)
    except InvalidError as error:
        told = f"{error} {error.field}"
    assert "4111" not in told, json.dumps(message)
