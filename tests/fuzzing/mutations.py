"""Mutants of transcripts: of their bytes, and of their structure, so that most of them are still transcripts."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from tests.redaction.conversation import PAN

LARGEST = 200_000
_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**63, 1e300, "", " ", "[PAN]", "\x00", "\ud83d\ude00", [], {}, [[]], [None], {"": ""}, "NaN", "PT1H", "P",
    1_773_957_594_383, "{", "[1,", '{"a": 1}', "-->", "WEBVTT", "one", "4", "oh", "double", "ten", int(PAN), PAN, f"card {PAN}",
    " ".join(PAN), "-".join(PAN[at : at + 4] for at in range(0, 16, 4)), [int(digit) for digit in PAN], {PAN: PAN},
)  # fmt: skip
_NAMES = (
    "words", "decoratedWords", "word", "text", "transcript", "transcripts", "phrases", "alternatives", "interpretations", "tokens",
    "items", "Items", "Content", "Transcript", "segments", "word_segments", "channels", "results", "sentences", "party_history", "event",
    "button", "dtmf", "start", "end", "start_time", "startTimeMs", "duration", "offset", "offsetMs", "speaker", "channel", "language",
    "type", "body", "encoding", "mediatype", "analysis", "dialog", "parties", "uuid", "entities", "data", "info", "format", "turns", "isFinal",
)  # fmt: skip
_BYTES = (b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\\ud83d", b"1e999", b"NaN", b"\n", b"\r\n", b" --> ", PAN.encode())  # fmt: skip


def mutant(data: bytes, chance: random.Random) -> bytes:
    """Return a file made of `data` by one to five changes; the same for the same state of `chance`."""
    for _ in range(chance.randint(1, 5)):
        tree = _parsed(data) if chance.random() < 0.8 else None
        data = _bytes_changed(data, chance) if tree is None else _structure_changed(tree, chance)
    return data[:LARGEST]


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _structure_changed(tree: Any, chance: random.Random) -> bytes:
    places = list(_places(tree))
    if not places:
        return json.dumps(tree).encode()
    holder, key = chance.choice(places)
    other, elsewhere = chance.choice(places)
    change = chance.randrange(8)
    if change == 0:
        holder[key] = copy.deepcopy(chance.choice(_ODD))
    elif change == 1:
        del holder[key]
    elif change == 2:
        holder[key] = copy.deepcopy(other[elsewhere])
    elif change == 3 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif change == 4 and isinstance(holder, dict):
        holder[chance.choice(_NAMES)] = holder.pop(key)
    elif change == 5 and isinstance(holder[key], str):
        at = chance.randint(0, len(holder[key]))
        holder[key] = f"{holder[key][:at]} {PAN} {holder[key][at:]}"
    elif change == 6:
        holder[key] = json.dumps(holder[key])
    else:
        holder[key] = [holder[key]]
    text = json.dumps(tree, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    pending = [tree]
    while pending:
        value = pending.pop()
        items = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        for key, item in items:
            yield value, key
            pending.append(item)


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    to = min(len(data), at + chance.choice((0, 1, 2, 8, 64)))
    change = chance.randrange(4)
    if change == 0:
        return data[:at] + data[to:]
    if change == 1:
        return data[:at] + chance.choice(_BYTES) + data[to:]
    if change == 2:
        return data[:to] + data[at:to] + data[to:]
    return data[:at] + bytes([chance.randrange(256)]) + data[to:]
