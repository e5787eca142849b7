"""A call written as a file, with every copy of every word marked, so that what survives in an answer can be seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.spoken_cards.truth import Call, Spoken

Path = tuple[str | int, ...]


class Said(str):
    """A string of a file that repeats words of the call: characters `start` to `end` are word number `index`."""

    __slots__ = ("marks",)
    marks: tuple[tuple[int, int, int], ...]


class Ids(list[int]):
    """Numbers of a file from which words of the call can be decoded again (Whisper's `tokens`)."""

    marks: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Numbered:
    """A word of the call with its number, its turn's number and the turn's speaker."""

    index: int
    word: Spoken
    turn: int
    speaker: str

    @property
    def text(self) -> str:
        """The word as written."""
        return self.word.token.text

    @property
    def channel(self) -> int:
        """The caller is on channel 0, the house on channel 1."""
        return 0 if self.speaker in "CO" else 1


@dataclass(frozen=True)
class Rendering:
    """A file, and where in it words of the call stand. `parse` reads a file of the same format into the same tree."""

    format: str
    data: bytes
    leaves: tuple[tuple[Path, Said | Ids], ...]
    parse: Callable[[bytes], Any]


def numbered(call: Call) -> list[list[Numbered]]:
    """Return the turns of a call with its words numbered from 0 over the whole call."""
    turns, index = [], 0
    for number, turn in enumerate(call.turns):
        turns.append([Numbered(index + at, word, number, turn.speaker) for at, word in enumerate(turn.words)])
        index += len(turn.words)
    return turns


def said(words: Iterable[Numbered], head: str = "", space: str | None = None) -> Said:
    """Return words as one string behind `head`, marked."""
    text, marks = head, []
    for at, one in enumerate(words):
        text += (one.word.token.before if space is None else space) if at else ""
        marks.append((len(text), len(text) + len(one.text), one.index))
        text += one.text
    return marked(text, marks)


def marked(text: str, marks: Iterable[tuple[int, int, int]]) -> Said:
    """Return a string with its marks."""
    result = Said(text)
    result.marks = tuple(marks)
    return result


def one(word: Numbered, text: str | None = None, head: str = "") -> Said:
    """Return one word in another spelling, or behind a space."""
    spelt = word.text if text is None else text
    return marked(head + spelt, [(len(head), len(head) + len(spelt), word.index)])


def json_rendering(name: str, tree: Any) -> Rendering:
    """Return a JSON document as a rendering."""
    data = json.dumps(tree, ensure_ascii=False).encode()
    return Rendering(name, data, tuple(_leaves(tree, ())), json.loads)


def text_rendering(name: str, lines: list[str]) -> Rendering:
    """Return lines of text as a rendering."""
    data = "".join(f"{line}\n" for line in lines).encode()
    return Rendering(name, data, tuple(_leaves(lines, ())), lambda out: out.decode().splitlines())


def _leaves(tree: Any, path: Path) -> Iterator[tuple[Path, Said | Ids]]:
    if isinstance(tree, Said | Ids):
        yield path, tree
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _leaves(item, (*path, index))
