"""Copies of what was said: a text that repeats the words of a transcript is masked where they are, and nowhere else.

A copy judged by itself comes to another verdict than the words: it stands without the question before it, without the other
speaker, without turns. So it is laid along the words, and their masks are carried over word by word. Where it spells a number
otherwise (`4402` for "four four oh two"), digit is laid on digit. What repeats nothing is left *open*: the walk judges it as text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from governance.redaction import digits
from governance.redaction.cutting import Tokens
from governance.redaction.languages import Language
from governance.redaction.lexicon import compiled
from governance.redaction.spans import Word
from governance.redaction.transcripts.alignment import STEPS_OVER, Lines, Stretch, orders

_CERTAIN, _PLAIN_WORDS, _CERTAIN_NUMBERS = 4, 2, 6
"""Words in a row, and among them words that are no numbers, or numbers alone, which nobody says by chance as the call did."""

_HEADING = 3  # words before a quotation: "Summary:", "the caller said"
_CARRIED_FROM = 2  # words in a row that lose what the words lose, even if it is chance
_MOSTLY, _FEW = 3 / 4, 6
"""Of a text's words that are no numbers so many go along with the call, and so many in all: then what says little does, too."""


class Cut(NamedTuple):
    """Characters `start` to `end` of a text, and what stands there afterwards."""

    start: int
    end: int
    shown: str


class Mask(NamedTuple):
    """Characters `start` to `end` of word `word`, which finding they are part of, and what stands there afterwards.

    `rest` is what stands for the other words of the same finding, where they are masked apart from its first.
    """

    word: int
    start: int
    end: int
    finding: int
    shown: str
    rest: str


_PROBED = 400
"""Rows by which a long column is tried: kinds, letters and other hypotheses repeat nothing from the first to the last."""


@dataclass(slots=True)
class Row:
    """What is known of one text: what is cut as it was in the words, and what repeats none of them (`open`)."""

    cuts: list[Cut] = field(default_factory=list)
    open: list[tuple[int, int]] = field(default_factory=list)


class Copies:
    """Knows the words of a transcript and their masks, and finds both again in other texts."""

    def __init__(
        self,
        words: Sequence[Word],
        paths: Sequence[tuple[str | int, ...]],
        masks: Sequence[Mask],
        language: Language,
    ) -> None:
        self._words, self._paths, self._masks, self._language = words, paths, masks, language
        self._numeric = compiled(language.code).numeric

    @cached_property
    def _pieces(self) -> Tokens:
        return Tokens("\n".join(word.text for word in self._words))

    @cached_property
    def _offsets(self) -> list[int]:
        return _offsets([word.text for word in self._words])

    @cached_property
    def _word_of(self) -> list[int]:
        """To which word each piece belongs."""
        found, at, offsets = [], 0, self._offsets
        for start in self._pieces.starts[: len(self._pieces)]:
            while at + 1 < len(offsets) and offsets[at + 1] <= start:
                at += 1
            found.append(at)
        return found

    @cached_property
    def _mask_of(self) -> list[Mask | None]:
        """Which mask lies on each piece."""
        found: list[Mask | None] = [None] * len(self._pieces)
        starts = self._pieces.starts
        for mask in self._masks:
            begin, end = self._offsets[mask.word] + mask.start, self._offsets[mask.word] + mask.end
            at = max(0, bisect_right(starts, begin, 0, len(found)) - 1)
            while at < len(found) and starts[at] < end:
                if found[at] is None and self._pieces.end(at) > begin:
                    found[at] = mask
                at += 1
        return found

    @cached_property
    def lines(self) -> Lines:
        """The pieces of the words in every order a copy may tell them in."""
        words = [self._words[at] for at in self._word_of]
        voices = [(word.channel, word.speaker) for word in words]
        told = orders(
            len(words), ([word.channel for word in words], voices), [self._paths[at] for at in self._word_of]
        )
        return Lines(self._pieces.words, told, voices, [mask is not None for mask in self._mask_of])

    def rows(self, texts: Sequence[str]) -> dict[int, Row] | None:
        """Return what is to be done with each of the texts, which are read one behind the other; None if they repeat nothing.

        A text that is not in the answer repeats what was said, and nothing in it is masked.
        """
        if len(texts) > _PROBED and not _Reading(self, texts[:_PROBED]).repeats_anything:
            return None
        reading = _Reading(self, texts)
        return reading.rows() if reading.repeats_anything else None

    def repeats(self, text: str, share: float) -> bool:
        """Return whether so much of a text repeats the words."""
        reading = _Reading(self, [text])
        told = sum(number >= 0 for number in reading.told)
        return bool(reading.pieces.words) and told >= share * len(reading.pieces)

    def mask_of(self, number: int) -> Mask | None:
        """Return the mask that lies on a piece of the words."""
        return self._mask_of[number]

    @cached_property
    def _secret(self) -> dict[str, Mask]:
        """Numbers of two digits or more that were said nowhere but in a finding: who says one of them has it from there."""
        said = self._pieces.words
        masked = {piece: mask for piece, mask in zip(said, self._mask_of, strict=True) if mask is not None}
        for piece, mask in zip(said, self._mask_of, strict=True):
            if mask is None:
                masked.pop(piece, None)
        return {
            piece: mask
            for piece, mask in masked.items()
            if self.is_number(piece) and sum(len(spelled) for spelled, _, _ in self.digits_of(piece)) > 1
        }

    def secret(self, piece: str) -> Mask | None:
        """Return the mask of a number that was said nowhere but in a finding; None for every other piece."""
        return self._secret.get(piece)

    def is_number(self, said: str) -> bool:
        """Return whether a piece is, or may be part of, a number."""
        return said[0] <= "9" or said in self._numeric

    def digits_of(self, text: str) -> list[tuple[str, int, int]]:
        """Return the numbers in a text: their digits, where they begin and where they end."""
        return [
            (chunk.digits, chunk.start, chunk.end)
            for group in digits.groups(text, self._language)
            for chunk in group.chunks
        ]

    def between(self, first: int, last: int) -> tuple[list[tuple[str, Mask | None]], list[Mask | None]]:
        """Return what places `first` to `last` of the lines say in digits, each with its mask, and the masks of all pieces."""
        numbers = [number for number in self.lines.numbers[first:last] if number >= 0]
        masks = [self._mask_of[number] for number in numbers]
        words = list(dict.fromkeys(self._word_of[number] for number in numbers))
        texts = [self._words[at].text for at in words]
        offsets = _offsets(texts)
        by_word: dict[int, list[Mask]] = {}
        for mask in masks:
            if mask is not None and mask not in by_word.setdefault(mask.word, []):
                by_word[mask.word].append(mask)
        said: list[tuple[str, Mask | None]] = []
        for spelled, start, end in self.digits_of(" ".join(texts)):
            mine: Mask | None = None
            for at in range(bisect_right(offsets, start) - 1, bisect_left(offsets, end)):
                for mask in by_word.get(words[at], ()):
                    if mine is None and offsets[at] + mask.start < end and offsets[at] + mask.end > start:
                        mine = mask
            said += [(sign, mine) for sign in spelled]
        return said, masks


class _Reading:
    """One text, or the rows of a column read as one."""

    def __init__(self, copies: Copies, texts: Sequence[str]) -> None:
        self._copies, self._texts = copies, texts
        self._offsets = _offsets(texts)
        self._text = "\n".join(texts)
        self.pieces = Tokens(self._text)
        starts = self.pieces.starts[: len(self.pieces)]
        # The first piece of each row, and one behind the last.
        self._firsts = [*(bisect_left(starts, offset) for offset in self._offsets), len(starts)]
        self._cuts: list[tuple[int, int, Mask]] = []  # pieces, both included
        self._settled = bytearray(len(starts))  # pieces that are judged by the words
        self.told = self._told()
        self._close_gaps()
        self._mask_secrets()

    def _told(self) -> list[int]:
        """Return which piece of the words each piece repeats, -1 where it is none of which that is certain."""
        told = [-1] * len(self.pieces)
        stretches = self._copies.lines.told_in(self.pieces.words, self._firsts[:-1])
        certain = [self._is_certain(one) for one in stretches]
        is_copy = not all(certain) and self._is_copy(stretches, certain)
        numbers = self._copies.lines.numbers
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
        is_plain = [not self._copies.is_number(piece) for piece in self.pieces.words]
        told = end = 0
        for one, is_certain in zip(stretches, certain, strict=True):
            if is_certain or end <= one.place <= end + STEPS_OVER:
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
        return sum(not self._copies.is_number(piece) for piece in said) >= _PLAIN_WORDS

    def _goes_on(self, one: Stretch) -> bool:
        """Whether a stretch that says little is where the copy had come to: numbers are said again and again."""
        if any(
            not self._copies.is_number(piece) for piece in self.pieces.words[one.at : one.at + one.length]
        ):
            return True
        last = self._stretches[-1] if self._stretches else Stretch(0, 0, 0)
        if last.at + last.length != one.at:
            return False
        lines = self._copies.lines
        if last.place + last.length == one.place:
            return True
        return one.place - 1 in lines.places[lines.numbers[last.place + last.length - 1]]

    def _carry(self, at: int, numbers: Sequence[int]) -> None:
        """Mask the pieces from `at` that repeat these pieces of the words, where they are masked."""
        last = None
        for piece, number in enumerate(numbers, at):
            mask = self._copies.mask_of(number)
            if mask is None:
                last = None
                continue
            if last is not None and self._cuts[-1][2].finding == mask.finding:
                first, _, shown = self._cuts.pop()
                self._cuts.append((first, piece, shown))
            else:
                self._cuts.append((piece, piece, mask))
            last = piece

    def _close_gaps(self) -> None:
        """Settle what stands between two stretches: the words between them, spelled otherwise."""
        lines = self._copies.lines
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
                            if begin <= place <= begin + STEPS_OVER
                        ),
                        end,
                    )
                self._close(first, last, begin, end)
            before = after

    def _close(self, first: int, last: int, begin: int | None, end: int | None) -> None:
        """Settle pieces `first` to `last` by what the lines say from `begin` to `end`; None where one side is not known."""
        if last - first > STEPS_OVER:
            return
        start, stop = self.pieces.starts[first], self.pieces.end(last - 1)
        here = self._copies.digits_of(self._text[start:stop])
        mine = "".join(spelled for spelled, _, _ in here)
        if begin is not None and end is not None and begin <= end <= begin + STEPS_OVER:
            said, masks = self._copies.between(begin, end)
            if "".join(sign for sign, _ in said) == mine:
                self._lay(first, last, here, said, masks, start)
            elif masked := next((mask for mask in masks if mask is not None), None):
                # The same moment of the talk, in which something was masked: who knows what this says of it.
                for begin_, end_ in [(start + one, start + other) for _, one, other in here] or [
                    (start, stop)
                ]:
                    self._cuts.append((self._piece_at(begin_), self._piece_at(end_ - 1), masked))
                self._settle(first, last)
            return
        if not mine:
            return
        # One side is known only: what follows it, or goes before, says the same digits or is judged anew.
        numbers = self._copies.lines.numbers
        for is_behind, place in ((True, begin), (False, end)):
            if place is None:
                continue
            low, high = (
                (place, min(place + STEPS_OVER, len(numbers)))
                if is_behind
                else (max(0, place - STEPS_OVER), place)
            )
            said, _ = self._copies.between(low, high)
            part = said[: len(mine)] if is_behind else said[-len(mine) :]
            if "".join(sign for sign, _ in part) == mine:
                self._lay(first, last, here, part, [], start)
                return

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
            at = 0
            for spelled, begin, end in here:
                mine = [mask for _, mask in said[at : at + len(spelled)] if mask is not None]
                at += len(spelled)
                if mine:
                    self._cuts.append(
                        (self._piece_at(start + begin), self._piece_at(start + end - 1), mine[0])
                    )
            if any(mask is not None for mask in masks) and not here:
                self._cuts.append((first, last - 1, whole[0]))
        self._settle(first, last)

    def _mask_secrets(self) -> None:
        """Mask numbers that stand alone in what repeats nothing, where they were said in a finding only."""
        if self._stretches:
            return
        for at, piece in enumerate(self.pieces.words):
            if (mask := self._copies.secret(piece)) is not None and self._is_in_a_sentence(at):
                self._cuts.append((at, at, mask._replace(shown=mask.rest)))

    def _is_in_a_sentence(self, at: int) -> bool:
        """Whether a piece stands by itself among words, and is no part of a date, a time or an identifier."""
        row = bisect_right(self._firsts, at) - 1
        words = self.pieces.words[self._firsts[row] : self._firsts[row + 1]]
        before = self._text[self.pieces.starts[at] - 1 : self.pieces.starts[at]]
        after = self._text[self.pieces.end(at) : self.pieces.end(at) + 1]
        is_alone = before in {"", " ", "\n"} and after in {"", " ", "\n", ".", ",", ";", "?", "!"}
        return is_alone and any(len(word) > 1 and not self._copies.is_number(word) for word in words)

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
        begin, end = self.pieces.starts[first], self.pieces.end(last)
        at = bisect_right(self._offsets, begin) - 1
        while at < len(self._texts) and self._offsets[at] < end:
            offset, length = self._offsets[at], len(self._texts[at])
            start, stop = max(0, begin - offset), min(length, end - offset)
            if stop > start:
                shown = mask.shown if offset + start == begin else mask.rest
                found.setdefault(at, Row()).cuts.append(Cut(start, stop, shown))
            at += 1

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


def _offsets(texts: Sequence[str]) -> list[int]:
    found, at = [], 0
    for text in texts:
        found.append(at)
        at += len(text) + 1
    return found
