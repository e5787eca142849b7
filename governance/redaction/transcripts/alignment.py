"""Which stretches of a text repeat the words of a transcript: word for word, in any of the orders a vendor may tell them in.

Words stand in several *lines*: as they were spoken, as the file lists them, each channel and each voice by itself. A copy is
read from its beginning and follows a line as long as both say the same. Where they part, it is looked for behind the last word
that was told, behind the last word of each voice, and wherever three words in a row say the same; the longest stretch wins. The
work grows with the length of the text, whatever is in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

_SEED = 3
"""Words in a row by which a stretch is found wherever it stands."""

STEPS_OVER = 40
"""Words a copy may leave out, or spell otherwise, before it goes on."""

_NEAREST = 12  # of more places that say the same three words
_STEP = 64  # words compared at once
_LOOKED_BACK = 64  # words of a stretch that are searched for the last of each voice
_GIVEN_UP_AFTER = 400  # words of a text of which none was told
_VOICES_AT_MOST = 16


class Stretch(NamedTuple):
    """Words `at` to `at + length` of a text say what the words from `place` of the lines say."""

    at: int
    place: int
    length: int


@dataclass(frozen=True)
class Lines:
    """The words of a transcript, each a folded string, in several orders laid one behind the other.

    `voices` says who says each word; `weights` how many words of a finding each is part of: of two stretches that fit as
    well the heavier is taken, so that in doubt more is masked.
    """

    words: Sequence[str]
    orders: Sequence[Sequence[int]]
    voices: Sequence[object]
    weights: Sequence[int]

    @cached_property
    def numbers(self) -> list[int]:
        """Which word stands at each place of the lines; -1 between two of them."""
        found: list[int] = []
        for order in self.orders:
            found.extend(order)
            found.append(-1)
        return found

    @cached_property
    def said(self) -> list[str]:
        """What is said at each place of the lines."""
        words = self.words
        return [words[number] if number >= 0 else "" for number in self.numbers]

    @cached_property
    def places(self) -> list[list[int]]:
        """Return where in the lines each word stands."""
        found: list[list[int]] = [[] for _ in self.words]
        for place, number in enumerate(self.numbers):
            if number >= 0:
                found[number].append(place)
        return found

    @cached_property
    def _seeds(self) -> dict[tuple[str, ...], list[int]]:
        said = self.said
        found: dict[tuple[str, ...], list[int]] = {}
        for place, seed in enumerate(zip(said, said[1:], said[2:], strict=False)):
            if seed in found:
                found[seed].append(place)
            else:
                found[seed] = [place]
        return found

    @cached_property
    def _heavy_pairs(self) -> dict[tuple[str, ...], list[int]]:
        """Where two words in a row that are both part of a finding stand: few do, and of a short text they may be all."""
        said, numbers, weights = self.said, self.numbers, self.weights
        found: dict[tuple[str, ...], list[int]] = {}
        for place, (one, other) in enumerate(pairwise(numbers)):
            if one >= 0 and other >= 0 and weights[one] and weights[other]:
                found.setdefault((said[place], said[place + 1]), []).append(place)
        return found

    @cached_property
    def _heavy(self) -> list[int]:
        weights = self.weights
        return list(accumulate((weights[n] if n >= 0 else 0 for n in self.numbers), initial=0))

    def told_in(self, text: Sequence[str], rows: Sequence[int] = (0,)) -> list[Stretch]:
        """Return the stretches of `text` that repeat the words, in order. `rows` says where each row of it begins."""
        return list(_Reader(self, text, rows).stretches())

    def seeds_at(self, text: Sequence[str], at: int, near: int) -> Sequence[int]:
        """Return where the words say the next three words of a text, or two of a finding: the places nearest to `near`."""
        found = self._seeds.get(tuple(text[at : at + _SEED]), [])
        if not found:
            found = self._heavy_pairs.get(tuple(text[at : at + 2]), [])
        if len(found) > _NEAREST:
            middle = bisect_left(found, near)
            first = max(0, min(middle - _NEAREST // 2, len(found) - _NEAREST))
            return found[first : first + _NEAREST]
        return found

    def length(self, text: Sequence[str], at: int, place: int) -> int:
        """Return how many words from `at` of a text say the same as the words from `place`."""
        said, begun = self.said, at
        while text[at : at + _STEP] == said[place : place + _STEP] and at + _STEP <= len(text):
            at, place = at + _STEP, place + _STEP
        last = min(len(text), at + len(said) - place)
        while at < last and text[at] == said[place]:
            at, place = at + 1, place + 1
        return at - begun

    def weight(self, place: int, length: int) -> int:
        """Return how much of findings lies in a stretch of the lines."""
        return self._heavy[place + length] - self._heavy[place]


class _Reader:
    """Reads one text along the lines."""

    def __init__(self, lines: Lines, text: Sequence[str], rows: Sequence[int]) -> None:
        self._lines, self._text = lines, text
        # Where a row of several words ends: a row of one is no context.
        self._ends = {end for begin, end in pairwise((*rows, len(text))) if end > begin + 1}
        self._next = 0  # the place behind the last word that was told
        self._behind: dict[object, int] = {}  # and behind the last of each voice

    def stretches(self) -> Iterator[Stretch]:
        at = told = 0
        while at < len(self._text):
            found = self._best(at)
            if found is None:
                at += 1
                if not told and at > _GIVEN_UP_AFTER:
                    return
                continue
            told += 1
            yield found
            at += found.length
            self._go_behind(found)

    def _best(self, at: int) -> Stretch | None:
        lines, text = self._lines, self._text
        best, rank = None, (0, 0)
        for is_followed, place in self._candidates(at):
            length = lines.length(text, at, place)
            if not length:
                continue
            # What goes on is preferred to what stands elsewhere and says as much; of the others the heavier.
            mine = (length, 1 << 30 if is_followed else lines.weight(place, length))
            if mine > rank:
                best, rank = Stretch(at, place, length), mine
        return self._kept_in_line(best) if best else None

    def _kept_in_line(self, found: Stretch) -> Stretch:
        """Return the same words at their place in the line that was followed so far, where they come soon in it."""
        numbers = self._lines.numbers
        words = numbers[found.place : found.place + found.length]
        for place in self._lines.places[words[0]]:
            if (
                self._next <= place <= self._next + STEPS_OVER
                and numbers[place : place + len(words)] == words
            ):
                return Stretch(found.at, place, found.length)
        return found

    def _candidates(self, at: int) -> Iterator[tuple[bool, int]]:
        lines, text, said = self._lines, self._text, self._lines.said
        word = text[at]
        followed = list(dict.fromkeys(self._followed()))
        for place in followed:
            if said[place] == word:
                yield True, place
        for place in lines.seeds_at(text, at, self._next):
            yield False, place
        is_last = at + 1 in self._ends
        for begun in followed:
            # One word says little; two in a row, or the last of its piece, tell that the copy goes on here.
            for place in range(begun + 1, min(begun + STEPS_OVER, len(said) - 1)):
                if said[place] == word and (is_last or said[place + 1 : place + 2] == text[at + 1 : at + 2]):
                    yield False, place
                    break

    def _followed(self) -> Iterable[int]:
        yield self._next
        yield from self._behind.values()
        last = self._lines.numbers[self._next - 1] if self._next else -1
        if last >= 0:
            yield from (place + 1 for place in self._lines.places[last])

    def _go_behind(self, found: Stretch) -> None:
        lines = self._lines
        self._next = found.place + found.length
        seen: set[object] = set()
        for place in range(self._next - 1, max(found.place, self._next - _LOOKED_BACK) - 1, -1):
            number = lines.numbers[place]
            voice = lines.voices[number]
            if voice not in seen and len(seen) < _VOICES_AT_MOST:
                seen.add(voice)
                # The last order is the one in which each voice stands by itself.
                self._behind[voice] = lines.places[number][-1] + 1


def orders(
    count: int, keys: Iterable[Sequence[object]], paths: Sequence[tuple[str | int, ...]]
) -> list[list[int]]:
    """Return the orders in which words may be told again: as given, by path, and by each key. Equal ones stand once.

    The last key's order is the last, and there even if it equals another.
    """
    spoken = list(range(count))
    found = [spoken]
    with suppress(TypeError):  # places of different kinds have no order
        found.append(sorted(spoken, key=paths.__getitem__))
    for key in keys:
        rank: Mapping[object, int] = {one: at for at, one in enumerate(dict.fromkeys(key))}
        found.append(sorted(spoken, key=lambda number, key=key, rank=rank: rank[key[number]]))  # type: ignore[misc]
    unique = {tuple(order): order for order in found[:-1]}
    unique.pop(tuple(found[-1]), None)
    return [*unique.values(), found[-1]]
