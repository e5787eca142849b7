"""Which pieces of a text repeat which of the words of a transcript, and how certain that is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from governance.redaction.cutting import Tokens
from governance.redaction.transcripts.alignment import Stretch
from governance.redaction.transcripts.said import Mask, Said, offsets_of

_CERTAIN, _PLAIN_WORDS, _CERTAIN_NUMBERS = 4, 2, 6
"""Words in a row, and among them words that are no numbers, or numbers alone, which nobody says by chance as the call did."""

GAP_AT_MOST = 200
"""Words between two stretches that may be the same words, spelled otherwise: a number, its corrections and its repetition."""

_HEADING = 3  # words before a quotation: "Summary:", "the caller said"
_CARRIED_FROM = 2  # words in a row that lose what the words lose, even if it is chance
_MOSTLY, _FEW = 3 / 4, 6
"""Of a text's words that are no numbers so many go along with the call, and so many in all: then what says little does, too."""


class Retold:
    """One text, or the rows of a column read as one: which of its pieces repeat which of the words."""

    def __init__(self, said: Said, texts: Sequence[str]) -> None:
        """Lay `texts`, read one behind the other, along what was `said`."""
        self._said, self._texts = said, texts
        self._offsets = offsets_of(texts)
        self._text = "\n".join(texts)
        self.pieces = Tokens(self._text)
        starts = self.pieces.starts[: len(self.pieces)]
        # The first piece of each row, and one behind the last.
        self._firsts = [*(bisect_left(starts, offset) for offset in self._offsets), len(starts)]
        self._cuts: list[tuple[int, int, Mask]] = []  # pieces, both included
        self._settled = bytearray(len(starts))  # pieces that are judged by the words
        self.told = self._told()

    def _told(self) -> list[int]:
        """Return which piece of the words each piece repeats, -1 where it is none of which that is certain."""
        told = [-1] * len(self.pieces)
        stretches = self._said.lines.told_in(self.pieces.words, self._firsts[:-1])
        certain = [self._is_certain(one) for one in stretches]
        is_copy = not all(certain) and self._is_copy(stretches, certain)
        numbers = self._said.lines.numbers
        self._stretches: list[Stretch] = []
        for one, is_certain in zip(stretches, certain, strict=True):
            words = numbers[one.place : one.place + one.length]
            if is_certain or (is_copy and self._goes_on(one)):
                self._stretches.append(one)
                self._settled[one.at : one.at + one.length] = b"\x01" * one.length
                told[one.at : one.at + one.length] = words
            elif not is_copy and one.length >= _CARRIED_FROM:
                # Said by chance, perhaps; what is masked in the words is masked here as well, and the rest is judged.
                self._carry(one.at, words)
        for one in self._stretches:
            self._carry(one.at, told[one.at : one.at + one.length])
        return told

    def _is_copy(self, stretches: Sequence[Stretch], certain: Sequence[bool]) -> bool:
        """Whether the text as a whole is told as the words are: one stretch goes on where the one before it ended, or soon after."""
        is_plain = [not self._said.is_number(piece) for piece in self.pieces.words]
        told = end = 0
        for one, is_certain in zip(stretches, certain, strict=True):
            if is_certain or end <= one.place <= end + GAP_AT_MOST:
                told += sum(is_plain[one.at : one.at + one.length])
            end = one.place + one.length
        return told >= _FEW and told >= _MOSTLY * sum(is_plain)

    def _is_certain(self, one: Stretch) -> bool:
        if one.length < _CERTAIN:
            return False
        if one.length >= _CERTAIN_NUMBERS:
            return True
        row = bisect_right(self._firsts, one.at) - 1
        if one.at - self._firsts[row] <= _HEADING and self._firsts[row + 1] == one.at + one.length:
            return True  # all that is said there
        said = self.pieces.words[one.at : one.at + one.length]
        return sum(not self._said.is_number(piece) for piece in said) >= _PLAIN_WORDS

    def _goes_on(self, one: Stretch) -> bool:
        """Whether a stretch that says little is where the copy had come to: numbers are said again and again."""
        if any(not self._said.is_number(piece) for piece in self.pieces.words[one.at : one.at + one.length]):
            return True
        last = self._stretches[-1] if self._stretches else Stretch(0, 0, 0)
        if last.at + last.length != one.at:
            return False
        lines = self._said.lines
        if last.place + last.length == one.place:
            return True
        return one.place - 1 in lines.places[lines.numbers[last.place + last.length - 1]]

    def _carry(self, at: int, numbers: Sequence[int]) -> None:
        """Mask the pieces from `at` that repeat these pieces of the words, where they are masked."""
        last = None
        for piece, number in enumerate(numbers, at):
            mask = self._said.mask_of(number)
            if mask is None:
                last = None
                continue
            if last is not None and self._cuts[-1][2].finding == mask.finding:
                first, _, shown = self._cuts.pop()
                self._cuts.append((first, piece, shown))
            else:
                self._cuts.append((piece, piece, mask))
            last = piece
