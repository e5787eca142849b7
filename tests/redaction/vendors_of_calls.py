"""The same conversation as platforms of contact centres write it: with turns, two spellings of every number, and clocks."""

from __future__ import annotations

import json
from typing import Any

from tests.redaction.conversation import CODE, PAN, TURNS, extras, flat, timed

EPOCH_MS = 1_773_957_594_383  # when the call began


def turns_of_words() -> list[tuple[str, list[dict[str, Any]]]]:
    """The turns, each with its words and their times."""
    rows = timed()
    return [
        (speaker, [row for row in rows if row["turn"] == turn]) for turn, (speaker, _) in enumerate(TURNS)
    ]


def decorated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The words of a turn with digits for number words: a card in groups of four, a code in one."""
    said = [row["text"] for row in rows]
    if said[2:3] == ["four"]:
        groups = [rows[at : at + 4] for at in range(2, 18, 4)]
        spelled = [PAN[at : at + 4] for at in range(0, 16, 4)]
        return [*rows[:2], *(_joined(group, text) for group, text in zip(groups, spelled, strict=True))]
    if said[:1] == ["nine"]:
        return [_joined(rows[:3], CODE), *rows[3:]]
    return rows


def _joined(rows: list[dict[str, Any]], text: str) -> dict[str, Any]:
    return {**rows[0], "text": text, "end": rows[-1]["end"]}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def call_analytics() -> bytes:
    turns = []
    for at, (speaker, rows) in enumerate(turns_of_words()):
        items = [
            {"BeginOffsetMillis": _ms(row["start"]), "EndOffsetMillis": _ms(row["end"]), "Content": row["text"],
             "Confidence": "0.98", "Type": "pronunciation"}
            for row in rows
        ]  # fmt: skip
        items.append({"Content": ".", "Confidence": "0.0", "Type": "punctuation"})
        turns.append({
            "Id": f"turn-{at}", "ParticipantRole": speaker.upper(), "Content": " ".join(row["text"] for row in rows) + ".",
            "BeginOffsetMillis": _ms(rows[0]["start"]), "EndOffsetMillis": _ms(rows[-1]["end"]), "LoudnessScores": [70.1, None, 71.25],
            "Sentiment": "NEUTRAL", "Items": items,
            "IssuesDetected": [{"CharacterOffsets": {"Begin": 0, "End": 4}, "Text": " ".join(row["text"] for row in rows)}],
        })  # fmt: skip
    summary = {"Overview": {"Content": flat()}, "Categories": {"MatchedDetails": {}}}
    return json.dumps({
        "JobName": "call", "AccountId": "1", "LanguageCode": "en-US", "Transcript": turns, "ContactSummary": summary, "extras": extras(),
    }).encode()  # fmt: skip


def contact_lens() -> bytes:
    turns = [
        {"Id": f"turn-{at}", "ParticipantId": speaker.upper(), "Content": " ".join(row["text"] for row in rows),
         "BeginOffsetMillis": _ms(rows[0]["start"]), "EndOffsetMillis": _ms(rows[-1]["end"]), "LoudnessScore": [79.34, None],
         "Redaction": {"RedactedTimestamps": []}, "Sentiment": "NEUTRAL"}
        for at, (speaker, rows) in enumerate(turns_of_words())
    ]  # fmt: skip
    participants = [
        {"ParticipantId": name.upper(), "ParticipantRole": name.upper()} for name in ("agent", "customer")
    ]
    return json.dumps({
        "Version": "1.1.0", "AccountId": "1", "Channel": "VOICE", "ContentMetadata": {"Output": "Raw"}, "LanguageCode": "en-GB",
        "Participants": participants, "Categories": {"MatchedCategories": []}, "ConversationCharacteristics": {"TotalConversationDurationMillis": 30_000},
        "Transcript": turns, "extras": extras(),
    }).encode()  # fmt: skip


def genesys(origin: int = EPOCH_MS) -> bytes:
    """The transcript of a communication; with an `origin` of 0 its times count from the start."""

    def word(row: dict[str, Any]) -> dict[str, Any]:
        return {"word": row["text"], "confidence": 0.93, "startTimeMs": origin + _ms(row["start"]),
                "offset": {"milliseconds": _ms(row["start"])}, "duration": {"milliseconds": _ms(row["end"] - row["start"])}}  # fmt: skip

    phrases = []
    for at, (speaker, rows) in enumerate(turns_of_words()):
        text = " ".join(row["text"] for row in rows)
        spelled = " ".join(row["text"] for row in decorated(rows))
        phrases.append({
            "text": text, "decoratedText": spelled, "stability": 1.0, "confidence": 0.9, "phraseIndex": at,
            "startTimeMs": origin + _ms(rows[0]["start"]), "offset": {"milliseconds": _ms(rows[0]["start"])},
            "duration": {"milliseconds": _ms(rows[-1]["end"] - rows[0]["start"])},
            "participantPurpose": "internal" if speaker == "agent" else "external",
            "words": [word(row) for row in rows], "decoratedWords": [word(row) for row in decorated(rows)],
            "alternatives": [{"text": text.replace("nine", "mine"), "confidence": 0.4, "words": [word(row) for row in rows]}],
        })  # fmt: skip
    script = {
        "transcriptId": "t", "language": "en-us", "startTime": origin or None, "duration": {"milliseconds": 30_000}, "phrases": phrases,
        "analytics": {"sentiment": [{"phrase": spelled, "phraseIndex": 3, "sentiment": 0.1}], "topics": [{"transcriptPhrase": flat()}]},
    }  # fmt: skip
    return json.dumps({
        "organizationId": "o", "conversationId": "c", "mediaType": "call", "transcripts": [script],
        "participants": [{"participantPurpose": "external", "ani": "tel:+441632960961"}], "extras": extras(),
    }).encode()  # fmt: skip


def genesys_topic() -> bytes:
    """Notifications as EventBridge brings them, one a line, the second of them told twice."""

    def word(row: dict[str, Any]) -> dict[str, Any]:
        return {"word": row["text"], "confidence": 0.9, "startTimeMs": EPOCH_MS + _ms(row["start"]),
                "offsetMs": _ms(row["start"]), "durationMs": _ms(row["end"] - row["start"])}  # fmt: skip

    lines = []
    for at, (speaker, rows) in enumerate(turns_of_words()):
        alternative = {
            "confidence": 0.9, "offsetMs": _ms(rows[0]["start"]), "durationMs": _ms(rows[-1]["end"] - rows[0]["start"]),
            "transcript": " ".join(row["text"] for row in rows), "words": [word(row) for row in rows],
            "decoratedTranscript": " ".join(row["text"] for row in decorated(rows)),
            "decoratedWords": [word(row) for row in decorated(rows)],
        }  # fmt: skip
        body = {
            "eventTime": "2026-03-19T22:04:48.128Z",
            "conversationId": "c",
            "transcriptionStartTimeMs": EPOCH_MS,
        }
        for final in [False, True] if at == 1 else [True]:
            utterance = {
                "utteranceId": f"u{at}", "isFinal": final, "channel": "INTERNAL" if speaker == "agent" else "EXTERNAL",
                "alternatives": [alternative], "engineProvider": "GENESYS", "dialect": "en-US",
            }  # fmt: skip
            lines.append({"detail": {"eventBody": {**body, "transcripts": [utterance]}}, "id": at})
    return (
        "\n".join(
            json.dumps(line) for line in [*lines, {"detail": {"eventBody": body}, "extras": extras()}]
        ).encode()
        + b"\n"
    )


def audiohook(*, older: bool = False) -> bytes:
    """Event messages, one a line; `older` peers say `position` and have the display text in pieces."""

    def token(row: dict[str, Any]) -> dict[str, Any]:
        duration = round(row["end"] - row["start"], 2)
        return {"type": "word", "value": row["text"], "confidence": 0.95,
                "position" if older else "offset": f"PT{row['start']}S", "duration": f"PT{duration}S"}  # fmt: skip

    lines: list[dict[str, Any]] = [
        {"version": "2", "id": "0", "type": "open", "parameters": {"conversationId": "c"}}
    ]
    for at, (speaker, rows) in enumerate(turns_of_words()):
        spelled = decorated(rows)
        shown = " ".join(row["text"] for row in spelled)
        display: dict[str, Any] = {
            "type": "normalized" if older else "display",
            "tokens": [token(row) for row in spelled],
        }
        display |= {"display": [{"transform": "none", "text": shown}]} if older else {"transcript": shown}
        lexical = {
            "type": "lexical",
            "transcript": " ".join(row["text"] for row in rows),
            "tokens": [token(row) for row in rows],
        }
        channel = "internal" if speaker == "agent" else "external"
        data = {
            "id": f"e{at}", "channel" if older else "channelId": channel if older else int(speaker == "agent"), "isFinal": True,
            "position" if older else "offset": f"PT{rows[0]['start']}S", "duration": "PT4S",
            "alternatives": [{"confidence": 0.9, "languages": ["en-US"], "interpretations": [display, lexical]}],
        }  # fmt: skip
        lines.append(
            {
                "version": "2",
                "type": "event",
                "parameters": {"entities": [{"type": "transcript", "data": data}]},
            }
        )
    lines.append({"version": "2", "type": "dtmf", "parameters": {"digit": "4"}, "extras": extras()})
    return "\n".join(json.dumps(line) for line in lines).encode()


def twilio() -> bytes:
    sentences = [
        {"media_channel": 1 if speaker == "customer" else 2, "sentence_index": at, "start_time": str(rows[0]["start"]),
         "end_time": str(rows[-1]["end"]), "transcript": " ".join(row["text"] for row in decorated(rows)), "sid": f"GX{at:032x}",
         "confidence": "0.91",
         "words": [{"word": row["text"], "start_time": str(row["start"]), "end_time": str(row["end"]), "confidence": 0.9} for row in rows]}
        for at, (speaker, rows) in enumerate(turns_of_words())
    ]  # fmt: skip
    meta = {
        "page": 0,
        "page_size": 50,
        "key": "sentences",
        "url": "https://intelligence.example/v2/Transcripts/GT1/Sentences",
    }
    return json.dumps({"sentences": sentences, "meta": meta, "extras": extras()}).encode()
