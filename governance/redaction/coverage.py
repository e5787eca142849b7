"""Which speech a transcript writes down, and which it cannot have written down.

Words that say when they were spoken cover that moment. Words that do not (a subtitle, a turn, plain text) cover a
stretch of speech only as far as so few words can fill it: one "hello" is no transcript of a minute, and a minute that
nobody wrote down may hold a card number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from governance.redaction.spans import Place, Timing, Word
from governance.redaction.speech import Stretch

TOLERATED_MS = 800
_AROUND_WORDS_MS = 400
_BETWEEN_WORDS_MS = 1_200
_ROUNDS = 4
_LONGEST_WORD_MS = 10_000  # a number may be one word; what is longer says nothing about when it was spoken

# People speak a word in 250 to 550 ms and a digit in 250 to 400; slow and halting ones get twice that.
_A_WORD_MS, _A_DIGIT_MS, _BESIDES_MS = 1_000, 600, 2_000


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words that share one stretch of time and do not say when in it each was spoken; no stretch: anywhere."""

    start_ms: int | None
    end_ms: int | None
    channel: int | None
    fills_ms: int

    def lies_over(self, part: Stretch) -> bool:
        """Whether the part of speech is one that these words might write down."""
        if self.channel not in (None, part.channel):
            return False
        if self.start_ms is None or self.end_ms is None:
            return True
        return part.start_ms < self.end_ms and self.start_ms < part.end_ms

    def inside(self, part: Stretch) -> tuple[int, int]:
        """Return the time of the part that lies within the passage."""
        start = part.start_ms if self.start_ms is None else max(part.start_ms, self.start_ms)
        end = part.end_ms if self.end_ms is None else min(part.end_ms, self.end_ms)
        return start, end


def uncovered(
    stretches: Sequence[Stretch],
    words: Sequence[Word],
    silenced: Sequence[Place] = (),
    tolerated_ms: int = TOLERATED_MS,
) -> list[Stretch]:
    """Return the parts of speech longer than `tolerated_ms` that neither words nor a cut cover.

    A turn or a whole transcript without word times covers all the speech in it, or nothing, if there is more of that
    than its words can fill.
    """
    timed = [word for word in words if _says_when(word)]
    left: list[Stretch] = []
    for channel in sorted({stretch.channel for stretch in stretches}):
        covered = _coverage(timed, silenced, channel)
        for stretch in stretches:
            left += _left(stretch, covered, tolerated_ms) if stretch.channel == channel else []
    left.sort(key=_start)
    longest = max((part.end_ms - part.start_ms for part in left), default=0)  # parts become shorter only
    passages = _passages(word for word in words if not _says_when(word))
    for _ in range(_ROUNDS):
        # What one passage writes down is not held against the others, so each round may let more of them fit.
        passages, before = (
            [one for one in passages if not _fits(one, left, longest, tolerated_ms)],
            len(passages),
        )
        if len(passages) == before:
            break
    return sorted(left, key=lambda stretch: (stretch.start_ms, stretch.channel))


def _says_when(word: Word) -> bool:
    return (
        word.timing is Timing.EXACT
        and word.start_ms is not None
        and word.end_ms is not None
        and word.end_ms - word.start_ms <= _LONGEST_WORD_MS
    )


def _passages(words: Iterable[Word]) -> list[_Passage]:
    fills: dict[tuple[int | None, int | None, int | None], int] = {}
    for word in words:
        place: tuple[int | None, int | None, int | None] = (None, None, word.channel)
        if word.start_ms is not None and word.end_ms is not None and word.timing is not Timing.NONE:
            place = (word.start_ms - _AROUND_WORDS_MS, word.end_ms + _AROUND_WORDS_MS, word.channel)
        digits = sum(sign.isdecimal() for sign in word.text)
        fills[place] = fills.get(place, _BESIDES_MS) + _A_WORD_MS + digits * _A_DIGIT_MS
    # Those with a place first: what they cover is not left for those that lie anywhere.
    order = sorted(fills, key=lambda place: (place[0] is None, place[0] or 0))
    return [_Passage(*place, fills[place]) for place in order]


def _fits(passage: _Passage, left: list[Stretch], longest: int, tolerated_ms: int) -> bool:
    """Whether the words of the passage can fill what is left of the speech in it; if so it is taken out of `left`."""
    first, last = 0, len(left)
    if passage.start_ms is not None and passage.end_ms is not None:
        first = bisect_left(left, passage.start_ms - longest, key=_start)
        last = bisect_left(left, passage.end_ms, key=_start)
    near = [part for part in left[first:last] if passage.lies_over(part)]
    # Two who speak at once, or into both channels, count once.
    pieces = _merged([passage.inside(part) for part in near], 0)
    if sum(end - start for start, end in pieces) > passage.fills_ms:
        return False
    rest: list[Stretch] = []
    for part in left[first:last]:
        rest += _left(part, [passage.inside(part)], tolerated_ms) if passage.lies_over(part) else [part]
    left[first:last] = sorted(rest, key=_start)
    return True


def _start(part: Stretch) -> int:
    return part.start_ms


def _end(piece: tuple[int, int]) -> int:
    return piece[1]


def _coverage(words: Sequence[Word], silenced: Sequence[Place], channel: int) -> list[tuple[int, int]]:
    spoken = [
        (word.start_ms - _AROUND_WORDS_MS, word.end_ms + _AROUND_WORDS_MS)
        for word in words
        if word.start_ms is not None and word.end_ms is not None and word.channel in (None, channel)
    ]
    # Between words close to each other a recogniser heard nothing it could write: breath, "uhm", a laugh.
    bridged = _merged(spoken, _BETWEEN_WORDS_MS - 2 * _AROUND_WORDS_MS)
    cut = [(span.start_ms, span.end_ms) for span in silenced if span.channel in (None, channel)]
    return _merged([*bridged, *cut], 0)


def _left(stretch: Stretch, covered: Sequence[tuple[int, int]], tolerated_ms: int) -> list[Stretch]:
    """Return the parts of a stretch that nothing covers and that are longer than `tolerated_ms`.

    `covered` are pieces in order that do not overlap.
    """
    parts, at = [], stretch.start_ms
    for number in range(bisect_right(covered, at, key=_end), len(covered)):
        start, end = covered[number]
        if start >= stretch.end_ms:
            break
        if start > at:
            parts.append(Stretch(at, start, stretch.channel))
        at = max(at, end)
    if at < stretch.end_ms:
        parts.append(Stretch(at, stretch.end_ms, stretch.channel))
    return [part for part in parts if part.end_ms - part.start_ms > tolerated_ms]


def _merged(pieces: Iterable[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
