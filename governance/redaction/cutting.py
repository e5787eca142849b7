"""A text cut into words and numbers, each with its place: what every detector of the first look reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from governance.redaction.lexicon import PIECES, Lexicon, fold

_ASCII_PIECES = re.compile(r"([a-z]+|[0-9]+)")
_DIGIT = re.compile(r"[0-9]")
_LABEL = re.compile(r"\[[A-Z][A-Z_]+(?: [^\]\s]{1,48})?\]")
_ESCAPE = re.compile(r"%(?:20|2[BDEF]|0[9AD]|C2%A0|E2%80%[0-9A-F]{2})|\\u[0-9a-fA-F]{4}|\\[nrt]|&\#?\w{2,7};")
MASKED = "\x00"
"""What stands in folded text for each character of a mask that an earlier pass left."""
_TIGHT = frozenset({" ", "-", "\u00a0", "\u2011", "\u202f", "\u2013", "  "})


class Label(NamedTuple):
    """A mask that an earlier pass left: `[PAN]`."""

    start: int
    end: int
    name: str


class Tokens:
    """A text cut into words and numbers: `words` folded, `starts` their places, `gap(i)` what stands before word i."""

    __slots__ = ("_parts", "folded", "labels", "starts", "text", "typed", "words")

    def __init__(self, text: str) -> None:
        """Cut `text`. Masks of an earlier pass are no words, and neither are escapes of URLs and JSON."""
        folded = fold(text)
        self.labels: tuple[Label, ...] = ()
        if "[" in text:
            self.labels = tuple(
                Label(match.start(), match.end(), match.group()[1:-1].split(" ")[0])
                for match in _LABEL.finditer(text)
            )
            folded = _LABEL.sub(_blank, folded) if text is folded else _blanked(folded, self.labels)
        if "%" in text or "\\" in text or "&" in text:
            folded = _ESCAPE.sub(_spaces, folded)
        pattern = _ASCII_PIECES if folded.isascii() else PIECES
        self.text = text
        self.folded = folded
        self._parts = pattern.split(folded)
        self.words: list[str] = self._parts[1::2]
        self.starts: list[int] = list(accumulate(map(len, self._parts)))[::2]
        self.typed: list[int] = []
        """Which words are typed digits."""
        if _DIGIT.search(folded):
            self.typed = [at for at, word in enumerate(self.words) if "0" <= word[0] <= "9"]

    def __len__(self) -> int:
        return len(self.words)

    def gap(self, index: int) -> str:
        """Return what stands between the word before and the word at `index`."""
        return self._parts[2 * index]

    def end(self, index: int) -> int:
        """Return where the word at `index` ends."""
        return self.starts[index] + len(self.words[index])

    def is_tight(self, index: int) -> bool:
        """Whether the word at `index` follows the one before as the parts of one number do."""
        return 0 < index < len(self.words) and self._parts[2 * index] in _TIGHT


def _blank(match: re.Match[str]) -> str:
    return MASKED * len(match.group())


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blanked(folded: str, labels: Sequence[Label]) -> str:
    for label in labels:
        folded = folded[: label.start] + MASKED * (label.end - label.start) + folded[label.end :]
    return folded


def is_numeric(word: str, lexicon: Lexicon) -> bool:
    """Return whether a folded word may be part of a number."""
    return word in lexicon.numeric or "0" <= word[0] <= "9"
