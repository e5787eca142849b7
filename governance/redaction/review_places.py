"""Where a finding lies in what was made of a transcript: masks are shorter than what they hide, so that words are counted anew.

Pure. A string of the redacted document is its source with each cut replaced by a label, and nothing else: what stands
between the labels says where everything is. Where that cannot be told, a place is widened and never narrowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from governance.redaction.transcripts import walk

if TYPE_CHECKING:
    from governance.redaction.spans import Word
    from governance.redaction.text import WordSpan
    from governance.redaction.transcripts.document import Path, TranscriptDocument

_LABEL = r"((?:\[[A-Z][A-Z_]*(?: [^\]\s]{1,64})?\])?)"
MASK = re.compile(r"\W*\[[A-Z][A-Z_]*(?: [^\]\s]{1,64})?\]\W*|")
"""A word that is nothing but a mask; an empty one where policy removes what it finds."""


class Places(NamedTuple):
    """Words `first` to `last` of a transcript, both included."""

    first: int
    last: int


class Alignment:
    """How the words of a transcript and those of what was made of it by `cut` correspond."""

    def __init__(self, source: TranscriptDocument, cut: Sequence[WordSpan], made: TranscriptDocument) -> None:
        self._source = source
        self._made = made
        self._cuts = _cuts(source, cut)
        self._words: dict[Path, list[int]] = {}
        for at, bound in enumerate(made.bound):
            self._words.setdefault(bound.path, []).append(at)
        self._pieces: dict[Path, list[tuple[int, int]] | None] = {}

    def of(self, first: int, last: int) -> Places | None:
        """Return where words `first` to `last` of the source stand in what was made; None where none of them is left."""
        found = [at for word in range(first, last + 1) for at in self._of_word(word)]
        return Places(min(found), max(found)) if found else None

    def _of_word(self, word: int) -> list[int]:
        bound = self._source.bound[word]
        here = self._words.get(bound.path, [])
        if len(here) < 2:
            return here
        pieces = self._shifts(bound.path)
        if pieces is None:
            return here  # told apart by nothing: all of the string
        start, end = _moved(pieces, bound.start, bound.end)
        words = [at for at in here if self._made.bound[at].start < end and self._made.bound[at].end > start]
        if words:
            return words
        # It was removed and left no label: the words on both sides of where it stood.
        return sorted(here, key=lambda at: abs(self._made.bound[at].start - start))[:2]

    def _shifts(self, path: Path) -> list[tuple[int, int]] | None:
        """Return corresponding ends of pieces, in both strings, in order: kept, cut, kept, cut, …, kept."""
        if path not in self._pieces:
            self._pieces[path] = _pieces(
                walk.get(self._source.tree, path), walk.get(self._made.tree, path), self._cuts.get(path, [])
            )
        return self._pieces[path]


def _pieces(source: str, made: str, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int]] | None:
    ends = [0, *(moment for cut in cuts for moment in cut), len(source)]
    kept = [source[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)]
    match = re.fullmatch(_LABEL.join(f"(?:{re.escape(piece)})" for piece in kept), made)
    if match is None:
        return None
    shifts = [(0, 0)]
    for number, (start, end) in enumerate(cuts, 1):
        shifts += [(start, match.start(number)), (end, match.end(number))]
    return [*shifts, (len(source), len(made))]


def _moved(shifts: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return which characters of the made string characters `start` to `end` of the source have become."""
    places: list[int] = []
    for number, ((source, made), (until, made_until)) in enumerate(pairwise(shifts)):
        if source < end and start < until:
            is_kept = number % 2 == 0
            places.append(made + max(start - source, 0) if is_kept else made)
            places.append(made + min(end, until) - source if is_kept else made_until)
    return (min(places), max(places)) if places else (0, 0)


def _cuts(document: TranscriptDocument, cut: Sequence[WordSpan]) -> Mapping[Path, list[tuple[int, int]]]:
    """Return the characters that were replaced, by the string they stand in, in order."""
    cuts: dict[Path, list[tuple[int, int]]] = {}
    for one in sorted(cut, key=lambda span: (span.first, span.start)):
        for at in range(one.first, one.last + 1):
            bound = document.bound[at]
            start = bound.start + (one.start if at == one.first else 0)
            end = bound.start + one.end if at == one.last else bound.end
            here = cuts.setdefault(bound.path, [])
            if at > one.first and here and document.bound[at - 1].path == bound.path:
                start = here.pop()[0]
            here.append((start, end))
    return cuts


def by_turns(
    words: Sequence[Word], others: Sequence[Word], first: int, last: int
) -> tuple[Places, bool] | None:
    """Return where words of one version of a transcript stand in another, and whether that is exact.

    Versions have the same turns. In a turn with as many words in both it is the same words; otherwise it is the whole
    turn. None where the other has no such turn.
    """
    exact, found = True, []
    for turn in dict.fromkeys(word.turn for word in words[first : last + 1]):
        mine = [at for at, word in enumerate(words) if word.turn == turn]
        theirs = [at for at, word in enumerate(others) if word.turn == turn]
        if len(mine) == len(theirs):
            found += [their for my, their in zip(mine, theirs, strict=True) if first <= my <= last]
        else:
            exact = False
            found += theirs
    return (Places(min(found), max(found)), exact) if found else None
