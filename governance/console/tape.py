"""The tape: where in a recording something was silenced, who spoke when and how loud, as places on a line. Pure.

A line is 1000 units long whatever the recording lasts, and `HEIGHT` high; the template makes SVG of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from governance.console.wording import channel
from governance.redaction.spans import Certainty, Word, certainty_of

LENGTH = 1000
HEIGHT = 40
_TICKS = 5
_MASK = re.compile(r"\[([A-Z][A-Z_]+)(?: ([^\]\s]{1,40}))?\]")
_NOISE = 0.03  # the hiss of a line is no sound worth drawing
_NARROWEST = 3.0  # what is shorter than a hair is still there to be seen


@dataclass(frozen=True)
class Bar:
    """One stretch of a lane. `number` is that of the finding among those of its stream, from 1."""

    start_ms: int
    end_ms: int
    x: float
    width: float
    entity: str = ""
    is_suspected: bool = False
    number: int = 0
    channel: int | None = None
    because: str = ""


@dataclass(frozen=True)
class Lane:
    """One channel: who is on it, what was silenced there, who spoke there when, and how loud (a path, or nothing)."""

    name: str
    cuts: tuple[Bar, ...]
    turns: tuple[Bar, ...]
    wave: str = ""


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
    """The lanes of one stream, the marks under them, and its findings in the order of time."""

    duration_ms: int
    lanes: tuple[Lane, ...]
    ticks: tuple[int, ...]
    found: tuple[Bar, ...] = ()
    media_id: str = ""


def draw(
    duration_ms: int | None,
    names: Mapping[int, str],
    channels: int,
    spans: Sequence[Mapping[str, Any]],
    turns: Sequence[Turn] = (),
    loudness: Sequence[Sequence[int]] = (),
    media_id: str = "",
) -> Tape:
    """Return the tape of one stream: a span without a channel lies on every lane. `loudness` is by channel, 0 to 255."""
    last = max([duration_ms or 0, 1, *(int(span["end_ms"]) for span in spans)])
    found = strip(last, sorted(spans, key=lambda span: int(span["start_ms"])), _NARROWEST)
    known = [bar.channel for bar in found if bar.channel is not None]
    count = max([channels, len(loudness), 1, *(channel + 1 for channel in known)])
    loudest = max((max(steps, default=0) for steps in loudness), default=0)
    lanes = []
    for at in range(min(count, 8)):
        cuts = tuple(bar for bar in found if bar.channel in (None, at))
        spoken = [
            _bar(turn.start_ms, turn.end_ms, last, _NARROWEST)
            for turn in turns
            if turn.channel == at and turn.start_ms is not None and turn.end_ms is not None
        ]
        drawn = wave(loudness[at], loudest) if at < len(loudness) else ""
        lanes.append(Lane(channel(names, at), cuts, tuple(spoken), drawn))
    ticks = tuple(last * at // (_TICKS - 1) for at in range(_TICKS))
    return Tape(last, tuple(lanes), ticks, found, media_id)


def wave(steps: Sequence[int], loudest: int) -> str:
    """Return the loudness as the path of an SVG: an upright line for each step, none where it is silent.

    What is quiet is drawn larger than it is, as ears have it, and the loudest step of the recording reaches the edges.
    """
    lines = []
    for at, step in enumerate(steps):
        half = round(HEIGHT / 2 * (step / loudest) ** 0.5) if step > loudest * _NOISE else 0
        if half:
            x = round((at + 0.5) / len(steps) * LENGTH, 1)
            lines.append(f"M{x:g} {HEIGHT // 2 - half}v{2 * half}")
    return "".join(lines)


def strip(
    duration_ms: int | None, spans: Sequence[Mapping[str, Any]], narrowest: float = 12.0
) -> tuple[Bar, ...]:
    """Return the findings of a recording on one short line, whatever channel they are on."""
    last = max([duration_ms or 0, 1, *(int(span["end_ms"]) for span in spans)])
    return tuple(_cut(span, last, narrowest, number) for number, span in enumerate(spans, 1))


def _cut(span: Mapping[str, Any], last: int, narrowest: float, number: int) -> Bar:
    on = span.get("channel")
    return replace(
        _bar(int(span["start_ms"]), int(span["end_ms"]), last, narrowest),
        entity=str(span["entity"]),
        is_suspected=certainty_of(float(span["score"])) is Certainty.SUSPECTED,
        number=number,
        channel=int(on) if on is not None else None,
        because=str(span.get("because", "")),
    )


def _bar(start_ms: int, end_ms: int, last: int, narrowest: float) -> Bar:
    width = max((min(end_ms, last) - min(start_ms, last)) / last * LENGTH, narrowest)
    x = min(min(start_ms, last) / last * LENGTH, LENGTH - width)
    return Bar(start_ms, end_ms, round(x, 2), round(width, 2))


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
