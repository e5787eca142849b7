"""Plain text: a turn for each line that begins with a name and a colon; nothing has a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from governance.redaction.spans import Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import words_of
from governance.redaction.turns import turns_of

NAME = "plain-text"


def recognises(lines: Sequence[str]) -> bool:
    """Whether the lines are text for people: no markup, nothing unprintable."""
    text = "".join(lines)
    return not text.lstrip().startswith("<") and all(
        sign.isprintable() or sign.isspace() for sign in text[:20_000]
    )


def read(lines: Sequence[str]) -> list[BoundWord]:
    """Return the words of all lines, with the speakers the lines name."""
    turns = turns_of("".join(lines))
    starts = [turn.start for turn in turns]
    bound: list[BoundWord] = []
    at = 0
    for number, line in enumerate(lines):
        turn = max(0, bisect_right(starts, at) - 1)
        bound.extend(words_of(line, (number,), Word("", speaker=turns[turn].speaker, turn=turn)))
        at += len(line)
    return bound


def silent(_lines: Sequence[str]) -> frozenset[Path]:
    """Return which lines are no text: none."""
    return frozenset()
