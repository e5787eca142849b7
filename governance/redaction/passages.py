"""The passages of a text in which a recogniser can find something: what is outside holds nothing that it must have.

Every match of a recogniser holds an anchor, a few signs it cannot do without, and is no longer than a bound or holds
no white space. So a recogniser that looks at the passages around the anchors finds what it finds in the whole text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

_JOINT = (
    "\n\ue000\n"  # no letter, no digit, no separator, nothing that any recogniser takes for part of a finding
)
_SPACE = regex.compile(r"[ \n]")
_DIGITS = regex.compile(r"\d+")
_TELEPHONE_MARGIN = 24
_TELEPHONE_SPACES = {ord(sign): None for sign in " \u00a0\t,-"}


@dataclass(frozen=True, slots=True)
class Reach:
    """What a recogniser's findings must hold, one of `anchors`, and how far they go from it.

    `margin` is the length of the longest finding and a little more; 0 says that a finding has no length but holds no
    white space, so that the passage is everything between two spaces.
    """

    anchors: tuple[regex.Pattern[str], ...]
    margin: int

    def passages(self, text: str) -> list[tuple[int, int]]:
        """Return the passages of the text, in order, none touching another."""
        places = (match.span() for anchor in self.anchors for match in anchor.finditer(text))
        if not self.margin:
            return _merged(_between_spaces(text, sorted(places)), len(text))
        return _merged(((start - self.margin, end + self.margin) for start, end in places), len(text))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Passages of a text written one behind the other, and where each of them came from."""

    text: str
    starts: tuple[int, ...]  # in the excerpt
    passages: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a finding in the excerpt stands in the text."""
        at = bisect_right(self.starts, start) - 1
        moved = self.passages[at][0] - self.starts[at]
        return start + moved, end + moved


def excerpt(text: str, passages: Iterable[tuple[int, int]]) -> Excerpt:
    """Return the passages of the text as a text of its own."""
    kept = tuple(passages)
    pieces = [text[start:end] for start, end in kept]
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece) + len(_JOINT)
    return Excerpt(_JOINT.join(pieces), tuple(starts), kept)


def with_numbers(text: str, fewest: int) -> list[tuple[int, int]]:
    """Return the passages that hold telephone numbers: rows of at least so many digits, whatever stands between them.

    Between two digits of a number stand at most four signs, or an extension's name among any number of spaces.
    """
    found: list[tuple[int, int]] = []
    count = first = last = 0
    for run in _DIGITS.finditer(text):
        if count and _is_apart(text[last : run.start()]):
            if count >= fewest:
                found.append((first - _TELEPHONE_MARGIN, last + _TELEPHONE_MARGIN))
            count = 0
        first, last, count = (first if count else run.start()), run.end(), count + run.end() - run.start()
    if count >= fewest:
        found.append((first - _TELEPHONE_MARGIN, last + _TELEPHONE_MARGIN))
    return _merged(found, len(text))


def _is_apart(gap: str) -> bool:
    return len(gap) > _TELEPHONE_MARGIN and len(gap.translate(_TELEPHONE_SPACES)) > _TELEPHONE_MARGIN


def _between_spaces(text: str, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield each place widened to the spaces around it, one passage only once, so that a long one costs no more."""
    done = 0
    for start, end in places:
        if end <= done:
            continue
        begun = max(text.rfind(" ", done, start), text.rfind("\n", done, start)) + 1
        space = _SPACE.search(text, end)
        stop = space.start() if space else len(text)
        yield max(begun, done), stop
        done = stop


def _merged(passages: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(passages):
        start, end = max(start, 0), min(end, length)
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
