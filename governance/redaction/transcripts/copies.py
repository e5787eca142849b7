"""Copies of what was said: a text that repeats the words of a transcript is masked where they are, and nowhere else.

A copy judged by itself comes to another verdict than the words: it stands without the question before it, without the other
speaker, without turns. So it is laid along the words, and their masks are carried over word by word. Where it spells a number
otherwise (`4402` for "four four oh two"), digit is laid on digit. What repeats nothing is left *open*: the walk judges it as text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from governance.redaction.transcripts.alignment import STEPS_OVER, Stretch
from governance.redaction.transcripts.retold import GAP_AT_MOST, Retold
from governance.redaction.transcripts.said import Mask, Said


class Cut(NamedTuple):
    """Characters `start` to `end` of a text, and what stands there afterwards."""

    start: int
    end: int
    shown: str


_PROBED = 400
"""Rows by which a long column is tried: kinds, letters and other hypotheses repeat nothing from the first to the last."""


@dataclass(slots=True)
class Row:
    """What is known of one text: what is cut as it was in the words, and what repeats none of them (`open`)."""

    cuts: list[Cut] = field(default_factory=list)
    open: list[tuple[int, int]] = field(default_factory=list)


def rows(said: Said, texts: Sequence[str]) -> dict[int, Row] | None:
    """Return what is to be done with each of the texts, which are read one behind the other; None if they repeat nothing.

    A text that is not in the answer repeats what was said, and nothing in it is masked.
    """
    if len(texts) > _PROBED and not _Reading(said, texts[:_PROBED]).repeats_anything:
        return None
    reading = _Reading(said, texts)
    return reading.rows() if reading.repeats_anything else None


def repeats(said: Said, text: str, share: float) -> bool:
    """Return whether so much of a text repeats the words."""
    reading = _Reading(said, [text])
    told = sum(number >= 0 for number in reading.told)
    return bool(reading.pieces.words) and told >= share * len(reading.pieces)


class _Reading(Retold):
    """Carries the masks of the words over to a text that repeats them."""

    def __init__(self, said: Said, texts: Sequence[str]) -> None:
        super().__init__(said, texts)
        self._close_gaps()
        self._mask_secrets()

    def _close_gaps(self) -> None:
        """Settle what stands between two stretches: the words between them, spelled otherwise."""
        lines = self._said.lines
        before: Stretch | None = None
        for after in [*self._stretches, None]:
            first = before.at + before.length if before else 0
            last = after.at if after else len(self.pieces)
            if last > first:
                begin = before.place + before.length if before else None
                end = after.place if after else None
                if begin is not None and after is not None:
                    end = next(
                        (
                            place
                            for place in lines.places[lines.numbers[after.place]]
                            if begin <= place <= begin + GAP_AT_MOST
                        ),
                        end,
                    )
                self._close(first, last, begin, end)
            before = after

    def _close(self, first: int, last: int, begin: int | None, end: int | None) -> None:
        """Settle pieces `first` to `last` by what the lines say from `begin` to `end`; None where one side is not known."""
        if last - first > GAP_AT_MOST:
            return
        start, stop = self.pieces.starts[first], self.pieces.end(last - 1)
        here = self._said.digits_of(self._text[start:stop])
        mine = "".join(spelled for spelled, _, _ in here)
        if begin is not None and end is not None and begin <= end <= begin + GAP_AT_MOST:
            said, masks = self._said.between(begin, end)
            if "".join(sign for sign, _ in said) == mine:
                self._lay(first, last, here, said, masks, start)
            elif masked := next((mask for mask in masks if mask is not None), None):
                # The same moment of the talk, in which something was masked: who knows what this says of it.
                self._cut_numbers(here, start, masked, otherwise=(first, last - 1))
                self._settle(first, last)
            return
        if not mine or last - first > STEPS_OVER:
            return
        # One side is known only: what follows it, or goes before, says the same digits or is judged anew.
        numbers = self._said.lines.numbers
        for is_behind, place in ((True, begin), (False, end)):
            if place is None:
                continue
            low, high = (
                (place, min(place + STEPS_OVER, len(numbers)))
                if is_behind
                else (max(0, place - STEPS_OVER), place)
            )
            said, _ = self._said.between(low, high)
            part = said[: len(mine)] if is_behind else said[-len(mine) :]
            if "".join(sign for sign, _ in part) == mine:
                self._lay(first, last, here, part, [], start)
                return
            _, masks = self._said.between(low, min(high, low + last - first)) if is_behind else ([], [])
            if masked := next((mask for mask in masks if mask is not None), None):
                self._cut_numbers(
                    here, start, masked
                )  # and it is judged: nobody knows how far the words went along

    def _cut_numbers(
        self,
        numbers: Sequence[tuple[str, int, int]],
        start: int,
        mask: Mask,
        otherwise: tuple[int, int] | None = None,
    ) -> None:
        """Mask the numbers of a text that begins at `start`; where it has none, the pieces that are named."""
        for _, begin, end in numbers:
            self._cuts.append((self._piece_at(start + begin), self._piece_at(start + end - 1), mask))
        if otherwise is not None and not numbers:
            self._cuts.append((*otherwise, mask))

    def _lay(
        self,
        first: int,
        last: int,
        here: Sequence[tuple[str, int, int]],
        said: Sequence[tuple[str, Mask | None]],
        masks: Sequence[Mask | None],
        start: int,
    ) -> None:
        """Mask the numbers of pieces `first` to `last` digit by digit; all of them where all of the words are masked."""
        whole = [mask for mask in masks if mask is not None]
        if whole and len(whole) == len(masks):
            self._cuts.append((first, last - 1, whole[0]))
        else:
            at, before = 0, None
            for spelled, begin, end in here:
                mask = next((mask for _, mask in said[at : at + len(spelled)] if mask is not None), None)
                at += len(spelled)
                if mask is not None:
                    piece, until = self._piece_at(start + begin), self._piece_at(start + end - 1)
                    if before is not None and before.finding == mask.finding:
                        # What stands between two numbers of a finding is part of it.
                        piece, _, shown = self._cuts.pop()
                        self._cuts.append((piece, until, shown))
                    else:
                        self._cuts.append((piece, until, mask))
                before = mask
            if any(mask is not None for mask in masks) and not here:
                self._cuts.append((first, last - 1, whole[0]))
        self._settle(first, last)

    def _mask_secrets(self) -> None:
        """Mask numbers that stand alone in what repeats nothing, where they were said in a finding only."""
        if self._stretches:
            return
        for at, piece in enumerate(self.pieces.words):
            if (mask := self._said.secret(piece)) is not None and self._is_in_a_sentence(at):
                self._cuts.append((at, at, mask._replace(shown=mask.rest)))

    def _is_in_a_sentence(self, at: int) -> bool:
        """Whether a piece stands by itself among words, and is no part of a date, a time or an identifier."""
        row = bisect_right(self._firsts, at) - 1
        words = self.pieces.words[self._firsts[row] : self._firsts[row + 1]]
        before = self._text[self.pieces.starts[at] - 1 : self.pieces.starts[at]]
        after = self._text[self.pieces.end(at) : self.pieces.end(at) + 1]
        is_alone = before in {"", " ", "\n"} and after in {"", " ", "\n", ".", ",", ";", "?", "!"}
        return is_alone and any(len(word) > 1 and not self._said.is_number(word) for word in words)

    def _piece_at(self, character: int) -> int:
        return bisect_right(self.pieces.starts, character, 0, len(self.pieces)) - 1

    def _settle(self, first: int, last: int) -> None:
        self._settled[first:last] = b"\x01" * (last - first)

    @property
    def repeats_anything(self) -> bool:
        """Whether a stretch of it at least repeats the words, or loses what they lose."""
        return bool(self._stretches or self._cuts)

    def rows(self) -> dict[int, Row]:
        """Return the rows in which something is masked or open."""
        found: dict[int, Row] = {}
        for first, last, mask in sorted(self._cuts, key=lambda cut: cut[:2]):
            self._cut(found, first, last, mask)
        is_settled = 0 not in self._settled
        for row, (first, last) in enumerate(pairwise(self._firsts)):
            if first == last:
                # Without a piece: a mask, a mark, or something no detector's words are made of.
                is_open = any(map(str.isalnum, self._texts[row]))
            else:
                is_open = not is_settled and 0 in self._settled[first:last]
            if is_open:
                found.setdefault(row, Row()).open = self._open(row, first, last)
        return found

    def _cut(self, found: dict[int, Row], first: int, last: int, mask: Mask) -> None:
        """Cut pieces `first` to `last`, in each row by itself: what stands around them stays."""
        shown = mask.shown
        row = bisect_right(self._firsts, first) - 1
        while first <= last:
            until = min(last, self._firsts[row + 1] - 1)
            if until >= first:
                offset = self._offsets[row]
                cut = Cut(self.pieces.starts[first] - offset, self.pieces.end(until) - offset, shown)
                found.setdefault(row, Row()).cuts.append(cut)
                first, shown = until + 1, mask.rest
            row += 1

    def _open(self, row: int, first: int, last: int) -> list[tuple[int, int]]:
        """Return the stretches of a row in which no piece is settled."""
        offset, length = self._offsets[row], len(self._texts[row])
        if not any(self._settled[first:last]):
            return [(0, length)]
        found: list[tuple[int, int]] = []
        begin = 0
        for piece in range(first, last):
            if self._settled[piece]:
                if piece > first and not self._settled[piece - 1]:
                    found.append((begin, self.pieces.starts[piece] - offset))
                begin = self.pieces.end(piece) - offset
        if not self._settled[last - 1]:
            found.append((begin, length))
        return found
