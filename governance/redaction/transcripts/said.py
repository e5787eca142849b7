"""What was said, and what of it is masked: the words of a transcript in pieces, in every order a copy may tell them in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from governance.redaction import digits
from governance.redaction.cutting import Tokens
from governance.redaction.languages import Language
from governance.redaction.lexicon import compiled
from governance.redaction.spans import Word
from governance.redaction.transcripts.alignment import Lines, orders


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


class Said:
    """The words of a transcript with their masks. A *piece* is what a detector takes for a word: letters, or digits."""

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
        return offsets_of([word.text for word in self._words])

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
        offsets = offsets_of(texts)
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


def offsets_of(texts: Sequence[str]) -> list[int]:
    """Return where each text begins where they are joined by one character."""
    found, at = [], 0
    for text in texts:
        found.append(at)
        at += len(text) + 1
    return found
