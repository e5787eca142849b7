"""One conversation in the shape of every vendor, with copies where vendors keep copies."""

from __future__ import annotations

import json
from typing import Any

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PAN = "4024007103939509"
CODE = "917"
SPOKEN_PAN = [UNITS[int(digit)] for digit in PAN]
SPOKEN_CODE = [UNITS[int(digit)] for digit in CODE]
TURNS = [
    ("agent", ["can", "I", "take", "the", "long", "card", "number", "please"]),
    ("customer", ["sure", "it's", *SPOKEN_PAN]),
    ("agent", ["thank", "you", "and", "the", "security", "code", "on", "the", "back"]),
    ("customer", [*SPOKEN_CODE, "thanks"]),
]


def timed() -> list[dict[str, Any]]:
    """Every word with speaker and times in seconds."""
    rows, at = [], 0.5
    for turn, (speaker, words) in enumerate(TURNS):
        for word in words:
            rows.append(
                {
                    "text": word,
                    "start": round(at, 2),
                    "end": round(at + 0.3, 2),
                    "speaker": speaker,
                    "turn": turn,
                }
            )
            at += 0.4
        at += 0.6
    return rows


def flat() -> str:
    return " ".join(row["text"] for row in timed())


def extras() -> dict[str, Any]:
    """Copies in places nobody promises to look."""
    return {
        "summary": f"Customer paid with {PAN[:4]} {PAN[4:8]} {PAN[8:12]} {PAN[12:]}.",
        PAN: "a key",
        "raw_number": int(PAN),
        "as_float": float(int(PAN)),
        "cvv": int(CODE),
        "digits": [int(digit) for digit in PAN],
        "codes": [ord(sign) for sign in PAN],
        "nested": json.dumps({"card": PAN, "deep": [{"cvv": CODE}]}),
        "harmless": "the parcel left on 2024-05-12",
        "count": 42,
    }


def ours() -> bytes:
    words = [
        {"text": r["text"], "start_ms": int(r["start"] * 1000), "end_ms": int(r["end"] * 1000),
         "channel": int(r["speaker"] == "agent"), "speaker": r["speaker"]}
        for r in timed()
    ]  # fmt: skip
    return json.dumps(
        {"format": "governance/words@1", "language": "en", "words": words, "extras": extras()}
    ).encode()


def amazon() -> bytes:
    items = [
        {"type": "pronunciation", "start_time": str(r["start"]), "end_time": str(r["end"]),
         "speaker_label": f"spk_{int(r['speaker'] == 'agent')}",
         "alternatives": [{"confidence": "0.99", "content": r["text"]}, {"confidence": "0.01", "content": "fore"}]}
        for r in timed()
    ]  # fmt: skip
    items.append({"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]})
    segment = {"items": [dict(item) for item in items], "transcript": flat()}
    results = {
        "transcripts": [{"transcript": flat()}],
        "items": items,
        "audio_segments": [segment],
        "language_code": "en-US",
    }
    return json.dumps(
        {"jobName": "j", "status": "COMPLETED", "results": results, "extras": extras()}
    ).encode()


def deepgram() -> bytes:
    words = [
        {"word": r["text"], "punctuated_word": r["text"].capitalize(), "start": r["start"], "end": r["end"],
         "confidence": 0.9, "speaker": int(r["speaker"] == "agent")}
        for r in timed()
    ]  # fmt: skip
    cut = len(words) // 2
    utterances = [
        {"start": part[0]["start"], "end": part[-1]["end"], "words": [dict(word) for word in part],
         "transcript": " ".join(word["word"] for word in part)}
        for part in (words[:cut], words[cut:])
    ]  # fmt: skip
    alternative = {
        "transcript": flat(),
        "confidence": 0.9,
        "words": words,
        "paragraphs": {"transcript": "\n\n" + flat()},
    }
    results = {
        "channels": [{"detected_language": "en", "alternatives": [alternative]}],
        "utterances": utterances,
    }
    return json.dumps({"metadata": {"duration": 30.0}, "results": results, "extras": extras()}).encode()


def whisper() -> bytes:
    rows = timed()
    segments = []
    for number in range(0, len(rows), 10):
        part = rows[number : number + 10]
        segments.append({
            "id": number, "start": part[0]["start"], "end": part[-1]["end"], "text": " " + " ".join(r["text"] for r in part),
            "tokens": list(range(50_000, 50_010)),
            "words": [{"word": " " + r["text"], "start": r["start"], "end": r["end"], "probability": 0.9} for r in part],
        })  # fmt: skip
    return json.dumps(
        {"language": "en", "text": " " + flat(), "segments": segments, "extras": extras()}
    ).encode()


def wtf() -> bytes:
    rows = timed()
    words = [
        {"id": at, "start": r["start"], "end": r["end"], "text": r["text"], "speaker": r["speaker"]}
        for at, r in enumerate(rows)
    ]
    segments = [
        {"id": turn, "start": 0.0, "end": 1.0, "text": " ".join(said), "speaker": speaker, "words": [0, 1]}
        for turn, (speaker, said) in enumerate(TURNS)
    ]
    body = {
        "transcript": {"text": flat(), "language": "en-US", "duration": 30.0, "confidence": 1.0},
        "segments": segments, "words": words, "metadata": {"provider": "p", "model": "m"}, "extensions": {"vendor": extras()},
    }  # fmt: skip
    return json.dumps(body).encode()


def turns() -> bytes:
    rows: list[dict[str, Any]] = [{"speaker": speaker, "message": " ".join(said)} for speaker, said in TURNS]
    rows[0]["extras"] = extras()
    return json.dumps(rows).encode()


def vcon() -> bytes:
    body = json.loads(turns())
    return json.dumps({
        "vcon": "0.0.1", "uuid": "u", "parties": [{"name": "A"}], "dialog": [],
        "analysis": [{"type": "transcript", "body": body}, {"type": "summary", "body": f"card {PAN}"}],
    }).encode()  # fmt: skip


def webvtt() -> bytes:
    cues = [
        f"00:00:0{at}.000 --> 00:00:0{at + 1}.500\n<v {speaker}>{' '.join(said)}"
        for at, (speaker, said) in enumerate(TURNS)
    ]
    return ("WEBVTT\n\nNOTE paid with " + PAN + "\n\n" + "\n\n".join(cues) + "\n").encode()


def srt() -> bytes:
    cues = [
        f"{at + 1}\n00:00:0{at},000 --> 00:00:0{at + 1},500\n{speaker}: {' '.join(said)}"
        for at, (speaker, said) in enumerate(TURNS)
    ]
    return ("\n\n".join(cues) + "\n").encode()


def plain() -> bytes:
    return (
        "\n".join(f"{speaker}: {' '.join(said)}" for speaker, said in TURNS) + f"\nNote: {PAN}\n"
    ).encode()


ALL = {
    "governance/words@1": ours, "amazon-transcribe": amazon, "deepgram": deepgram, "whisper": whisper, "wtf": wtf,
    "conversation-turns": turns, "vcon": vcon, "webvtt": webvtt, "srt": srt, "plain-text": plain,
}  # fmt: skip
