"""Security codes, expiry dates, PINs and track data: short numbers that only the talk around them tells apart.

Three digits mean nothing by themselves, so what was asked decides: in the same breath, in the question before, or by
standing right behind a card number. Where the shape does not fit the question the number is still taken, by suspicion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from governance.redaction.cards import Found
from governance.redaction.digits import Chunk
from governance.redaction.spans import Entity, Span
from governance.redaction.talk import Asked, Talk

SURE, LIKELY, BEHIND_A_CARD, UNSHAPED = 0.95, 0.9, 0.8, 0.5

_TRACK = re.compile(r"%?[Bb]\d{12,19}\^[^^\n]{2,40}\^\d{4}[^?\s]{0,60}\??|;?(?<!\d)\d{12,19}[=D]\d{7,40}\??")
_LATEST_YEAR, _EARLIEST_YEAR = 49, 10
_PIN_DIGITS = range(3, 13)
_WORDS_TO_CUE = 14
_SHORT_TURN_WORDS, _SHORT_GAP_WORDS = 10, 4
_REPEATED_WITHIN = 600
_DATE_AND_CODE_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class _Segment:
    """Chunks of one group that belong to no card number."""

    group: int
    chunks: tuple[Chunk, ...]
    behind_card: bool

    @property
    def digits(self) -> str:
        return "".join(chunk.digits for chunk in self.chunks)

    @property
    def start(self) -> int:
        return self.chunks[0].start

    @property
    def end(self) -> int:
        return self.chunks[-1].end

    def span(self, entity: Entity, score: float, because: str) -> Span:
        return Span(self.start, self.end, entity, score, because)


def find(talk: Talk, cards: Sequence[Found]) -> list[Span]:
    """Return security codes, expiry dates and PINs of a conversation in which the card numbers are known already."""
    found: list[Span] = []
    answered: dict[int, str] = {}
    for segment in _segments(talk, cards):
        spans = (
            list(_behind_card(talk, segment))
            if segment.behind_card
            else list(_classified(talk, segment, answered))
        )
        found.extend(_with_month(talk, span) for span in spans)
    found.extend(_fragments(talk, cards))
    found.extend(_written_dates(talk))
    found.extend(_repeated(talk, found))
    return found


def tracks(text: str) -> list[Span]:
    """Return the magnetic stripe data in a text: track 1 and track 2 (ISO/IEC 7813)."""
    return [
        Span(match.start(), match.end(), Entity.TRACK, SURE, "laid out like the magnetic stripe of a card")
        for match in _TRACK.finditer(text)
    ]


def is_month_and_year(digits: str) -> bool:
    """Return whether digits read as an expiry date: MYY, MMYY, MYYYY or MMYYYY."""
    month, year = {3: (1, 2), 4: (2, 2), 5: (1, 4), 6: (2, 4)}.get(len(digits), (0, 0))
    if not month or not 1 <= int(digits[:month]) <= 12:
        return False
    return (year == 2 or digits[month:-2] == "20") and _EARLIEST_YEAR <= int(digits[-2:]) <= _LATEST_YEAR


def _segments(talk: Talk, cards: Sequence[Found]) -> Iterator[_Segment]:
    by_group: dict[int, list[Found]] = {}
    for card in cards:
        by_group.setdefault(card.group, []).append(card)
    for index, group in enumerate(talk.groups):
        taken = by_group.get(index, [])
        run: list[Chunk] = []
        behind = False
        for at, chunk in enumerate(group.chunks):
            if any(card.first <= at <= card.last for card in taken):
                if run:
                    yield _Segment(index, tuple(run), behind)
                run, behind = [], True
            else:
                run.append(chunk)
        if run:
            yield _Segment(index, tuple(run), behind)


def _behind_card(talk: Talk, segment: _Segment) -> Iterator[Span]:
    """What follows a card number without a word between: expiry date, security code, or both."""
    count = len(segment.digits)
    if count == 3:
        yield segment.span(Entity.CVV, BEHIND_A_CARD, "three digits right behind a card number")
    elif is_month_and_year(segment.digits):
        yield segment.span(Entity.EXPIRY, BEHIND_A_CARD, "a month and a year right behind a card number")
    elif count == 4:
        yield segment.span(Entity.CVV, UNSHAPED, "four digits right behind a card number")
    elif parts := _date_and_code(segment):
        yield from parts
    elif talk.is_card_talk(segment.start):
        yield segment.span(
            Entity.PAN, UNSHAPED, "more digits right behind a card number, in talk about a card"
        )


def _date_and_code(segment: _Segment) -> list[Span]:
    """Split digits that are an expiry date and then a security code."""
    if len(segment.chunks) > _DATE_AND_CODE_AT_MOST:
        return []
    for cut in range(1, len(segment.chunks)):
        date = _Segment(segment.group, segment.chunks[:cut], behind_card=False)
        code = _Segment(segment.group, segment.chunks[cut:], behind_card=False)
        if is_month_and_year(date.digits) and len(code.digits) in (3, 4):
            return [
                date.span(Entity.EXPIRY, BEHIND_A_CARD, "a month and a year before a security code"),
                code.span(Entity.CVV, BEHIND_A_CARD, "three or four digits after an expiry date"),
            ]
    return []


def _classified(talk: Talk, segment: _Segment, answered: dict[int, str]) -> Iterator[Span]:
    asked = talk.asked(segment.group)
    if asked.here and _words_apart(talk, asked, segment) > _WORDS_TO_CUE:
        return
    for cue in asked.cues:
        if cue.kind == "other" or (cue.kind == "last_four" and len(segment.digits) <= 5):
            return
        if cue.kind == "card":
            continue
        if cue.start in answered and not _answers_again(talk, segment, answered[cue.start]):
            continue
        if spans := list(_fitting(segment, cue.kind, asked)):
            answered[cue.start] = segment.digits
            yield from spans
            return
    if (
        len(segment.digits) in (3, 4)
        and talk.is_called_code(segment.group)
        and talk.is_card_talk(segment.start)
    ):
        yield segment.span(Entity.CVV, LIKELY, "three or four digits called a code, in talk about a card")
        return
    yield from _unshaped(talk, segment, asked)


def _words_apart(talk: Talk, asked: Asked, segment: _Segment) -> int:
    cue = asked.cues[0]
    start, end = (cue.end, segment.start) if cue.end <= segment.start else (segment.end, cue.start)
    return sum(token.kind == "word" for token in talk.words_between(start, end))


def _fitting(segment: _Segment, kind: str, asked: Asked) -> Iterator[Span]:
    """Yield what a number is if its shape fits what was asked."""
    digits = segment.digits
    if kind == "cvv" and len(digits) in (3, 4):
        if "expiry" in asked.kinds and len(digits) == 4 and is_month_and_year(digits):
            yield segment.span(
                Entity.EXPIRY, LIKELY, "a month and a year where an expiry date was asked for too"
            )
        else:
            yield segment.span(Entity.CVV, SURE, "three or four digits where the security code was asked for")
    elif kind in {"expiry", "cvv"} and (parts := _date_and_code(segment)):
        yield from parts
    elif kind == "expiry" and is_month_and_year(digits):
        yield segment.span(Entity.EXPIRY, SURE, "a month and a year where the expiry date was asked for")
    elif kind == "expiry" and len(digits) == 4 and digits.startswith("20"):
        yield segment.span(Entity.EXPIRY, LIKELY, "a year where the expiry date was asked for")
    elif kind == "pin" and len(digits) in _PIN_DIGITS:
        yield segment.span(Entity.PIN, SURE, "digits where the PIN was asked for")


def _answers_again(talk: Talk, segment: _Segment, before: str) -> bool:
    """Whether a second number still answers a question: a correction, a repetition, or a short turn of its own."""
    if segment.digits == before:
        return True
    turn = talk.turns[talk.groups[segment.group].turn]
    previous = talk.groups[segment.group - 1]
    if previous.turn == talk.groups[segment.group].turn:
        gap = talk.words_between(previous.end, segment.start)
        return sum(token.kind == "word" for token in gap) <= _SHORT_GAP_WORDS
    return len(talk.words_between(turn.start, turn.end)) <= _SHORT_TURN_WORDS


def _unshaped(talk: Talk, segment: _Segment, asked: Asked) -> Iterator[Span]:
    """Yield what a number may be though its shape does not fit: masked, and left for a person to decide."""
    count = len(segment.digits)
    kind = next((kind for kind in asked.kinds if kind in {"cvv", "expiry", "pin"}), "")
    if kind == "cvv" and 5 <= count <= 11:
        yield segment.span(Entity.CVV, UNSHAPED, "asked for as a security code, but of another length")
    elif kind == "expiry" and 2 <= count <= 8 and (count > 2 or not asked.here):
        yield segment.span(Entity.EXPIRY, UNSHAPED, "asked for as an expiry date, but not a month and a year")
    elif not kind and count in (3, 4) and talk.is_card_talk(segment.start):
        written = talk.text[segment.start : segment.end]
        if is_month_and_year(segment.digits) and re.fullmatch(r"\d\d?\s?/\s?\d\d", written):
            yield segment.span(Entity.EXPIRY, UNSHAPED, "written like an expiry date in talk about a card")


def _fragments(talk: Talk, cards: Sequence[Found]) -> Iterator[Span]:
    """Yield a security code said in pieces: `one, let me turn it over, two three`."""
    taken = {card.group for card in cards}
    run: list[int] = []

    def flush() -> Iterator[Span]:
        total = sum(len(talk.groups[index].digits) for index in run)
        if len(run) > 1 and total in (3, 4):
            for index in run:
                group = talk.groups[index]
                yield Span(
                    group.start, group.end, Entity.CVV, 0.7, "a piece of a security code that was asked for"
                )

    for index, group in enumerate(talk.groups):
        asked = talk.asked(index)
        fits = index not in taken and len(group.digits) <= 2 and "cvv" in asked.kinds and asked.names("cvv")
        if fits and (not run or group.turn - talk.groups[run[-1]].turn <= 2):
            run.append(index)
            continue
        yield from flush()
        run = [index] if fits else []
    yield from flush()


def _with_month(talk: Talk, span: Span) -> Span:
    """Take the name of the month into an expiry date: `March twenty twenty-seven`."""
    if span.entity is not Entity.EXPIRY:
        return span
    before = talk.words_between(max(0, span.start - 24), span.start)
    if before and before[-1].text in talk.language.months:
        return Span(before[-1].start, span.end, span.entity, max(span.score, LIKELY), span.because)
    return span


def _written_dates(talk: Talk) -> Iterator[Span]:
    """Yield dates and times (a recogniser writes 12:27 for twelve twenty-seven) where an expiry date was asked for."""
    starts = [turn.start for turn in talk.turns]
    for token in talk.tokens:
        if token.kind in {"date", "time"}:
            turn = max(0, bisect_right(starts, token.start) - 1)
            asked = talk.asked_at(token.start, turn)
            if asked.first == "expiry" or (asked.names("expiry") and not asked.here):
                because = "a date where the expiry date was asked for"
                yield Span(token.start, token.end, Entity.EXPIRY, LIKELY, because)


def _repeated(talk: Talk, found: Iterable[Span]) -> Iterator[Span]:
    """Yield codes said again soon after: an agent's `one two three, thank you` keeps the code in the recording."""
    latest: dict[str, Span] = {}
    codes = sorted(
        (span for span in found if span.entity in {Entity.CVV, Entity.PIN}), key=lambda span: span.start
    )
    taken = {(span.start, span.end) for span in codes}
    waiting = deque(codes)
    for index, group in enumerate(talk.groups):
        while waiting and waiting[0].end <= group.start:
            code = waiting.popleft()
            latest[talk.digits_between(code.start, code.end)] = code
        before = latest.get(group.digits)
        if before is None or (group.start, group.end) in taken or group.start - before.end > _REPEATED_WITHIN:
            continue
        asked = talk.asked(index)
        if not (asked.here and asked.first == "other"):
            yield Span(group.start, group.end, before.entity, before.score, "repeats a code found before")
