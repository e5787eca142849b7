"""The tape: where in a recording something was silenced, who spoke when and how loud, as places on a line. Pure.

Places along the line are in hundredths of its length, whatever the recording lasts; the template makes SVG of them. The
waveform is a drawing of its own (`wave`), `WIDTH` by `HEIGHT` units, which the tape stretches into its lanes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from governance.console import wording
from governance.recordings.waveform import Waveform
from governance.redaction.spans import CARD_DATA, SAD, Certainty, Word, certainty_of

WIDTH, HEIGHT = 1000, 100
_TICKS = 5
_MASK = re.compile(r"\[([A-Z][A-Z_]+)(?: ([^\]\s]{1,40}))?\]")
_NARROWEST = 0.3  # what is shorter than a hair is still there to be seen
_IN_A_LIST = 1.2
_LETTER = 0.9  # as wide as a letter of a name is on a large page
_ON_A_PHONE = 2.6


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

    @property
    def tone(self) -> str:
        """What kind of thing it is, as the page colours it: `code`, `card` or `person`."""
        return "code" if self.entity in SAD else "card" if self.entity in CARD_DATA else "person"


@dataclass(frozen=True)
class Tag:
    """What a finding is, written above it where there is room; only where there is much of it on a phone."""

    x: float
    text: str
    is_at_end: bool
    is_roomy: bool


@dataclass(frozen=True)
class Lane:
    """One channel: who is on it, what was silenced there, its names, and who spoke there when."""

    name: str
    cuts: tuple[Bar, ...]
    tags: tuple[Tag, ...]
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
    """The lanes of one stream, the marks under them, and its findings in the order of time.

    `picture` is where the drawing of its sound is fetched from, or nothing; `sounding` the part of the line it takes.
    """

    duration_ms: int
    lanes: tuple[Lane, ...]
    ticks: tuple[int, ...]
    found: tuple[Bar, ...] = ()
    media_id: str = ""
    picture: str = ""
    sounding: float = 100.0

    @property
    def tones(self) -> list[str]:
        """The kinds of things that were found in it, for the legend."""
        return [tone for tone in ("card", "code", "person") if any(bar.tone == tone for bar in self.found)]


def draw(
    duration_ms: int | None,
    names: Mapping[int, str],
    channels: int,
    spans: Sequence[Mapping[str, Any]],
    turns: Sequence[Turn] = (),
    media_id: str = "",
    picture: str = "",
) -> Tape:
    """Return the tape of one stream: a span without a channel lies on every lane."""
    last = max([duration_ms or 0, 1, *(int(span["end_ms"]) for span in spans)])
    found = strip(last, sorted(spans, key=lambda span: int(span["start_ms"])), _NARROWEST)
    known = [bar.channel for bar in found if bar.channel is not None]
    count = max([channels, 1, *(channel + 1 for channel in known)])
    lanes = []
    for at in range(min(count, 8)):
        cuts = tuple(bar for bar in found if bar.channel in (None, at))
        spoken = [
            _bar(turn.start_ms, turn.end_ms, last, _NARROWEST)
            for turn in turns
            if turn.channel == at and turn.start_ms is not None and turn.end_ms is not None
        ]
        lanes.append(Lane(wording.channel(names, at), cuts, tuple(_tags(cuts)), tuple(spoken)))
    ticks = tuple(last * at // (_TICKS - 1) for at in range(_TICKS))
    sounding = round((duration_ms or last) / last * 100, 2)
    return Tape(last, tuple(lanes), ticks, found, media_id, picture, sounding)


def _tags(cuts: Sequence[Bar]) -> Iterable[Tag]:
    """Yield the names that have room above their findings. The others are told by pointer, focus and table."""
    free = free_on_a_phone = 0.0
    for cut in cuts:
        text = wording.entity(cut.entity)
        length = len(text) * _LETTER
        if cut.x < free:
            continue
        x, is_at_end = (cut.x, False) if cut.x + length <= 100 else (cut.x + cut.width, True)
        if is_at_end and x - length < free:
            continue
        free = x + (0 if is_at_end else length)
        long = length * _ON_A_PHONE
        is_roomy = (x - long if is_at_end else x) >= free_on_a_phone and (is_at_end or x + long <= 100)
        if is_roomy:
            free_on_a_phone = x + (0 if is_at_end else long)
        yield Tag(round(x, 2), text, is_at_end, is_roomy)


def wave(drawn: Waveform) -> tuple[str, ...]:
    """Return the waveform as the path of an SVG for each channel: an outline where there is sound, nothing where not.

    What is quiet is drawn larger than it is, as ears have it, and the loudest sample of the stream reaches the edges.
    However quiet it is, sound is never drawn as silence.
    """
    loudest = max((abs(edge) for one in drawn.channels for column in one for edge in column), default=0)

    def y(swing: int) -> int:
        half = HEIGHT // 2
        off = round(half * math.sqrt(abs(swing) / loudest))
        return half - off if swing > 0 else half + off

    def x(column: int) -> str:
        return f"{min(column * drawn.column_ms / drawn.duration_ms, 1) * WIDTH:.5g}"

    paths = []
    for columns in drawn.channels:
        path, at = [], 0
        while at < len(columns):
            if columns[at] == (0, 0):
                at += 1
                continue
            end = at
            while end < len(columns) and columns[end] != (0, 0):
                end += 1
            over = "".join(f"V{y(columns[one][1])}H{x(one + 1)}" for one in range(at, end))
            under = "".join(f"V{y(columns[one][0])}H{x(one)}" for one in range(end - 1, at - 1, -1))
            path.append(f"M{x(at)} {y(columns[at][0])}{over}{under}z")
            at = end
        paths.append("".join(path))
    return tuple(paths)


def strip(
    duration_ms: int | None, spans: Sequence[Mapping[str, Any]], narrowest: float = _IN_A_LIST
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
    width = max((min(end_ms, last) - min(start_ms, last)) / last * 100, narrowest)
    x = min(min(start_ms, last) / last * 100, 100 - width)
    return Bar(start_ms, end_ms, round(x, 3), round(width, 3))


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
