"""Amazon: Transcribe standard, Transcribe Call Analytics and Contact Lens post-call, as their documents show them."""

from __future__ import annotations

from typing import Any

from benchmarks.spoken_cards.formats.rendering import (
    Numbered,
    Rendering,
    json_rendering,
    marked,
    numbered,
    said,
)
from benchmarks.spoken_cards.truth import Call

LOCALES = {
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "de": "de-DE",
    "it": "it-IT",
    "pt": "pt-BR",
    "nl": "nl-NL",
}
_ROLES = {"A": "AGENT", "C": "CUSTOMER", "I": "AGENT", "O": "CUSTOMER"}
_MARKS = ".,?!;:"


def transcribe(call: Call) -> Rendering:
    """Return a call as the standard job with channel identification writes it: every word stands in four places."""
    turns = numbered(call)
    items: list[dict[str, Any]] = [item for turn in turns for word in turn for item in _items(word)]
    channels = [
        {"channel_label": f"ch_{number}", "items": [dict(item) for turn in turns for word in turn if word.channel == number
                                                    for item in _items(word)]}
        for number in (0, 1)
    ]  # fmt: skip
    segments = [
        {"id": at, "transcript": said(turn), "start_time": _seconds(turn[0].word.start_ms), "end_time": _seconds(turn[-1].word.end_ms),
         "channel_label": f"ch_{turn[0].channel}"}
        for at, turn in enumerate(turns)
    ]  # fmt: skip
    everything = said([word for turn in turns for word in turn])
    results = {
        "language_code": LOCALES[call.language],
        "transcripts": [{"transcript": everything}],
        "items": items,
        "channel_labels": {"number_of_channels": 2, "channels": channels},
        "audio_segments": segments,
    }
    tree = {"jobName": "spoken-cards", "accountId": "000000000000", "status": "COMPLETED", "results": results}
    return json_rendering("amazon_transcribe", tree)


def call_analytics(call: Call) -> Rendering:
    """Return a call as Transcribe Call Analytics writes it: turns with items in milliseconds."""
    turns = [
        {"Id": f"turn-{at}", "ParticipantRole": _ROLES[turn[0].speaker], "Content": said(turn),
         "BeginOffsetMillis": turn[0].word.start_ms, "EndOffsetMillis": turn[-1].word.end_ms, "Sentiment": "NEUTRAL",
         "LoudnessScores": [70.1, 71.2], "Items": [item for word in turn for item in _offset_items(word)]}
        for at, turn in enumerate(numbered(call))
    ]  # fmt: skip
    tree = {"JobStatus": "COMPLETED", "JobName": "spoken-cards", "LanguageCode": LOCALES[call.language], "AccountId": "000000000000",
            "Channel": "VOICE", "Participants": [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}],
            "ConversationCharacteristics": {"TotalConversationDurationMillis": call.words[-1].end_ms}, "Transcript": turns}  # fmt: skip
    return json_rendering("call_analytics", tree)


def contact_lens(call: Call) -> Rendering:
    """Return a call as Contact Lens writes it after the call: turns, and no words."""
    turns = [
        {"Id": f"turn-{at}", "ParticipantId": _ROLES[turn[0].speaker], "Content": said(turn), "Sentiment": "NEUTRAL",
         "BeginOffsetMillis": turn[0].word.start_ms, "EndOffsetMillis": turn[-1].word.end_ms, "LoudnessScore": [70.1]}
        for at, turn in enumerate(numbered(call))
    ]  # fmt: skip
    tree = {"Version": "1.1.0", "AccountId": "000000000000", "Channel": "VOICE", "ContentMetadata": {"Output": "Raw"},
            "JobStatus": "COMPLETED", "LanguageCode": LOCALES[call.language], "CustomModels": [],
            "Participants": [{"ParticipantId": "AGENT", "ParticipantRole": "AGENT"},
                             {"ParticipantId": "CUSTOMER", "ParticipantRole": "CUSTOMER"}],
            "Categories": {"MatchedCategories": [], "MatchedDetails": {}}, "ConversationCharacteristics": {}, "Transcript": turns}  # fmt: skip
    return json_rendering("contact_lens", tree)


def _items(word: Numbered) -> list[dict[str, Any]]:
    """Return a word as an item, and the punctuation behind it as an item without times."""
    bare, mark = _parted(word.text)
    label = {"channel_label": f"ch_{word.channel}"}
    found: list[dict[str, Any]] = []
    if bare:
        content = marked(bare, [(0, len(bare), word.index)])
        found.append({"type": "pronunciation", "start_time": _seconds(word.word.start_ms), "end_time": _seconds(word.word.end_ms),
                      "alternatives": [{"confidence": "0.98", "content": content}], **label})  # fmt: skip
    if mark:
        found.append(
            {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": mark}], **label}
        )
    return found


def _offset_items(word: Numbered) -> list[dict[str, Any]]:
    bare, mark = _parted(word.text)
    found: list[dict[str, Any]] = []
    times = {"BeginOffsetMillis": word.word.start_ms, "EndOffsetMillis": word.word.end_ms}
    if bare:
        found.append(
            {
                "Type": "pronunciation",
                "Content": marked(bare, [(0, len(bare), word.index)]),
                "Confidence": "0.98",
                **times,
            }
        )
    if mark:
        found.append({"Type": "punctuation", "Content": mark, "Confidence": "0.0",
                      "BeginOffsetMillis": word.word.end_ms, "EndOffsetMillis": word.word.end_ms})  # fmt: skip
    return found


def _parted(text: str) -> tuple[str, str]:
    bare = text.rstrip(_MARKS)
    return bare, text[len(bare) : len(bare) + 1]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
