"""Plain text: a turn for each line that begins with a name and a colon; nothing has a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from governance.redaction.spans import Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import FEWEST_DIGITS_OF_A_CARD, words_of
from governance.redaction.turns import turns_of

NAME = "plain-text"


def recognises(lines: Sequence[str]) -> bool:
    """Whether the lines are text for people: no markup, nothing unprintable."""
    text = "".join(lines)
    return not text.lstrip().startswith("<") and all(
        sign.isprintable() or sign.isspace() for sign in text[:20_000]
    )


def read(lines: Sequence[str]) -> list[BoundWord]:
    """Return the words of all lines, with the speakers the lines name.

    A name that heads several lines is nobody's word. What heads one line only may be the field of a form: `CVV: 123`.
    """
    turns = turns_of("".join(lines))
    starts = [turn.start for turn in turns]
    named = Counter(turn.speaker for turn in turns)
    bound: list[BoundWord] = []
    at = 0
    for number, line in enumerate(lines):
        place = max(0, bisect_right(starts, at) - 1)
        turn = turns[place]
        words = words_of(line, (number,), Word("", speaker=turn.speaker, turn=place))
        label = line[: turn.said - at] if turn.start == at and named[turn.speaker] > 1 else ""
        if sum(map(str.isdigit, label)) < FEWEST_DIGITS_OF_A_CARD:
            words = (word for word in words if word.end > len(label))
        bound.extend(words)
        at += len(line)
    return bound


def silent(_lines: Sequence[str]) -> frozenset[Path]:
    """Return which lines are no text: none."""
    return frozenset()
