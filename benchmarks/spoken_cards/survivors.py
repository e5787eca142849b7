"""What is left of a call in a redactor's answer: word by word, over every copy, and digit by digit where a word is half masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from benchmarks.spoken_cards.formats.rendering import Ids, Path, Rendering, Said
from benchmarks.spoken_cards.truth import CARD, Call

_MISSING = object()
_Piece = tuple[str, int | None]
_Region = tuple[
    bool, tuple[int, int], tuple[int, int]
]  # is it equal, from where to where, in the file and in the answer


@dataclass
class Survivors:
    """The words that can still be read somewhere, and of others the digits that can (counted within the word)."""

    words: set[int] = field(default_factory=set)
    digits: dict[int, set[int]] = field(default_factory=dict)
    # Masked in one copy at least: what harm is measured by.
    gone_somewhere: set[int] = field(default_factory=set)
    # The places of the file in which a word survives.
    where: dict[int, set[str]] = field(default_factory=dict)

    def note(self, indices: Iterable[int], place: str) -> None:
        """Note that words survive in a place."""
        for index in indices:
            self.words.add(index)
            self.where.setdefault(index, set()).add(place)


def survivors(call: Call, rendering: Rendering, answer: bytes) -> Survivors:
    """Return what of `call` survives in `answer`, the redacted file.

    The answer is expected to have the structure of the file. Where it has not, all its text is compared with all the text
    of the file, so that words that were moved are found all the same; so is an answer that is no such file at all.
    """
    found = Survivors()
    try:
        tree = rendering.parse(answer)
    except ValueError:
        tree = None
    values = [(leaf, _at(tree, path), _named(path)) for path, leaf in rendering.leaves]
    if any(value is _MISSING for _, value, _ in values):
        everything = [piece for leaf, _, _ in values if isinstance(leaf, Said) for piece in _pieces(leaf)]
        said = answer.decode(errors="replace") if tree is None else " ".join(_strings(tree))
        _compare(everything, _parted(said), found, "somewhere")
        return found
    for leaf, value, place in values:
        if isinstance(leaf, Ids):
            if value == leaf:
                found.note(
                    (index for _, _, index in leaf.marks if call.words[index].token.kind in CARD), place
                )
        elif value == leaf:
            found.note((index for _, _, index in leaf.marks), place)
        else:
            _compare(_pieces(leaf), _parted(value) if isinstance(value, str) else [], found, place)
    return found


def from_masked(call: Call, masked: set[int]) -> Survivors:
    """Return the survivors where only a list of masked words is known."""
    return Survivors(set(range(len(call.words))) - masked, {}, masked)


def digits_left(before: str, after: str) -> set[int]:
    """Return which digits of `before`, counted, can be read in `after`, which stands in its place.

    A mask of the same length is read place by place; of any other, from both ends, and what is left in the middle counts
    wherever the same digits stand.
    """
    signs = re.sub(r"\D", "", before)
    rest = re.sub(r"[\s.,/()-]", "", after)
    if len(rest) == len(signs):
        return {at for at, sign in enumerate(signs) if rest[at] == sign}
    runs = list(re.finditer(r"\d+", rest))
    left: set[int] = set()
    for run in runs:
        if run.start() == 0 and signs.startswith(run.group()):
            left.update(range(len(run.group())))
        elif run.end() == len(rest) and signs.endswith(run.group()):
            left.update(range(len(signs) - len(run.group()), len(signs)))
        else:
            at = signs.find(run.group())
            left.update(range(at, at + len(run.group())) if at >= 0 else ())
    return left


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return tree


def _named(path: Path) -> str:
    return ".".join("*" if isinstance(step, int) else step for step in path)


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from _strings(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _strings(item)


def _parted(text: str) -> list[str]:
    """Return the words of a text; a tag of a subtitle is none of the word behind it."""
    return re.sub(r"(<[^<>]*>)", r" \1 ", text).split()


def _pieces(leaf: Said) -> list[_Piece]:
    pieces: list[_Piece] = []
    at = 0
    for start, end, index in leaf.marks:
        pieces.extend((stretch, None) for stretch in leaf[at:start].split())
        # A word with white space in it stays one word here: it is compared by its first part.
        pieces.extend((part, index) for part in leaf[start:end].split())
        at = end
    pieces.extend((stretch, None) for stretch in leaf[at:].split())
    return pieces


def _compare(before: list[_Piece], after: list[str], found: Survivors, place: str) -> None:
    for is_equal, (a1, a2), (b1, b2) in _aligned([text for text, _ in before], after):
        indices = [index for _, index in before[a1:a2] if index is not None]
        if is_equal:
            found.note(indices, place)
            continue
        found.gone_somewhere.update(indices)
        if b2 > b1:
            _half_masked(before[a1:a2], " ".join(after[b1:b2]), found, place)


def _aligned(before: list[str], after: list[str]) -> Iterator[_Region]:
    """Yield what of two texts is equal and what is not, in order.

    Said twice and masked once, a word could be matched with either; difflib takes the longest stretch first and may
    choose the wrong one. Read from both ends, the reading that keeps more words, with fewer cuts, is the right one.
    """
    forwards = _stretches(before, after)
    backwards = [
        (len(before) - a - size, len(after) - b - size, size)
        for a, b, size in reversed(_stretches(before[::-1], after[::-1]))
    ]
    readings = [list(_regions(one, len(before), len(after))) for one in (forwards, backwards)]
    kept = [sum(a2 - a1 for is_equal, (a1, a2), _ in one if is_equal) for one in readings]
    yield from readings[min((0, 1), key=lambda at: (-kept[at], len(readings[at])))]


def _regions(stretches: list[tuple[int, int, int]], before: int, after: int) -> Iterator[_Region]:
    a1 = b1 = 0
    for a2, b2, size in [*stretches, (before, after, 0)]:
        if a2 > a1 or b2 > b1:
            yield False, (a1, a2), (b1, b2)
        if size:
            yield True, (a2, a2 + size), (b2, b2 + size)
        a1, b1 = a2 + size, b2 + size


def _stretches(before: list[str], after: list[str]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(one.a, one.b, one.size) for one in matcher.get_matching_blocks() if one.size]


def _half_masked(before: list[_Piece], after: str, found: Survivors, place: str) -> None:
    """Note digits that a mask leaves, and words whose mark was taken with a neighbour's mask but whose text stands there still."""
    left = digits_left(" ".join(text for text, _ in before), after)
    at = 0
    for text, index in before:
        count = sum(sign.isdigit() for sign in text)
        own = {sign - at for sign in left if at <= sign < at + count}
        at += count
        if index is None:
            continue
        if count and len(own) == count:
            found.note([index], place)
        elif own:
            found.digits.setdefault(index, set()).update(own)
        bare = text.strip(".,;:?!").lower()
        if not count and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", after.lower()) and bare:
            found.note([index], place)
            found.gone_somewhere.discard(index)
