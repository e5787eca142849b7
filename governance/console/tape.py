"""The tape: where in a recording something was silenced and who spoke when, as places on a line. Pure; it draws nothing.

A line is 1000 units long whatever the recording lasts; the template makes SVG of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.console.wording import channel
from governance.redaction.spans import Certainty, Word, certainty_of

LENGTH = 1000
_TICKS = 5
_MASK = re.compile(r"\[([A-Z][A-Z_]+)(?: ([^\]\s]{1,40}))?\]")
_NARROWEST = 3.0  # what is shorter than a hair is still there to be seen


@dataclass(frozen=True)
class Bar:
    """One stretch of a lane."""

    start_ms: int
    end_ms: int
    x: float
    width: float
    entity: str = ""
    is_suspected: bool = False


@dataclass(frozen=True)
class Lane:
    """One channel: who is on it, what was silenced there, and who spoke there when."""

    name: str
    cuts: tuple[Bar, ...]
    turns: tuple[Bar, ...]


@dataclass(frozen=True)
class Piece:
    """Some words of a turn, or the mask that stands for what was said there (`entity` says what it was)."""

    text: str
    entity: str = ""


@dataclass(frozen=True)
class Turn:
    """What one speaker said in one go, masked."""

    speaker: str
    channel: int | None
    start_ms: int | None
    end_ms: int | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Tape:
    """The lanes of one stream, and the marks under them."""

    duration_ms: int
    lanes: tuple[Lane, ...]
    ticks: tuple[int, ...]


def draw(
    duration_ms: int | None,
    names: Mapping[int, str],
    channels: int,
    spans: Sequence[Mapping[str, Any]],
    turns: Sequence[Turn] = (),
) -> Tape:
    """Return the tape of one stream: a span without a channel lies on every lane."""
    last = max([duration_ms or 0, 1, *(int(span["end_ms"]) for span in spans)])
    known = [span["channel"] for span in spans if span["channel"] is not None]
    count = max([channels, 1, *(int(channel) + 1 for channel in known)])
    lanes = []
    for at in range(min(count, 8)):
        cuts = strip(last, [span for span in spans if span["channel"] in (None, at)], _NARROWEST)
        spoken = [
            _bar(turn.start_ms, turn.end_ms, last, _NARROWEST)
            for turn in turns
            if turn.channel == at and turn.start_ms is not None and turn.end_ms is not None
        ]
        lanes.append(Lane(channel(names, at), cuts, tuple(spoken)))
    return Tape(last, tuple(lanes), tuple(last * at // (_TICKS - 1) for at in range(_TICKS)))


def strip(
    duration_ms: int | None, spans: Sequence[Mapping[str, Any]], narrowest: float = 12.0
) -> tuple[Bar, ...]:
    """Return the findings of a recording on one short line, whatever channel they are on."""
    last = max([duration_ms or 0, 1, *(int(span["end_ms"]) for span in spans)])
    return tuple(_cut(span, last, narrowest) for span in spans)


def _cut(span: Mapping[str, Any], last: int, narrowest: float) -> Bar:
    is_suspected = certainty_of(float(span["score"])) is Certainty.SUSPECTED
    return _bar(
        int(span["start_ms"]), int(span["end_ms"]), last, narrowest, str(span["entity"]), is_suspected
    )


def _bar(
    start_ms: int,
    end_ms: int,
    last: int,
    narrowest: float,
    entity: str = "",
    is_suspected: bool = False,
) -> Bar:
    width = max((min(end_ms, last) - min(start_ms, last)) / last * LENGTH, narrowest)
    x = min(min(start_ms, last) / last * LENGTH, LENGTH - width)
    return Bar(start_ms, end_ms, round(x, 2), round(width, 2), entity, is_suspected)


def turns(words: Iterable[Word], names: Mapping[int, str]) -> list[Turn]:
    """Return a masked transcript as turns; masks that stand side by side for one thing become one."""
    grouped: dict[int, list[Word]] = {}
    for word in words:
        grouped.setdefault(word.turn, []).append(word)
    return [_turn(said, names) for said in grouped.values()]


def _turn(said: Sequence[Word], names: Mapping[int, str]) -> Turn:
    first = said[0]
    starts = [word.start_ms for word in said if word.start_ms is not None]
    ends = [word.end_ms for word in said if word.end_ms is not None]
    by_channel = names.get(first.channel, f"Channel {first.channel}") if first.channel is not None else None
    speaker = (first.speaker or "").capitalize() or by_channel or "Speaker"
    text = " ".join(word.text for word in said if word.text)
    return Turn(
        speaker, first.channel, min(starts, default=None), max(ends, default=None), tuple(_pieces(text))
    )


def _pieces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for mask in _MASK.finditer(text):
        between = text[at : mask.start()]
        entity, shown = mask.group(1), mask.group(2) or ""
        at = mask.end()
        if pieces and pieces[-1].entity == entity and not between.strip(" ,.-") and not shown:
            continue
        if between:
            pieces.append(Piece(between))
        pieces.append(Piece(shown, entity))
    if text[at:]:
        pieces.append(Piece(text[at:]))
    return pieces
