"""Learnt weights: how likely a number is card data by what stands around it.

`weights.json` is made by `python -m training.talk` from the generated calls of `benchmarks/spoken_cards`, never by hand; its page
is `docs/models/talk.md`. It holds symmetric decision trees (every tree asks the same few questions of every number), which
NumPy goes through for all numbers at once, and what words near a number weigh, by language. A language without weighed words is
judged by all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from governance.errors import IntegrityError
from governance.redaction.digits import Group
from governance.redaction.surroundings import EARLY, LATE, early
from governance.redaction.topic import Asked

if TYPE_CHECKING:
    import numpy as np

_COUNTED = frozenset({"a quantity", "an ordinal", "an amount", "an amount of money", "an amount or a share"})
_SHORT = 2
_AT_ONCE = 256  # rows: a text of ten thousand numbers needs no more memory than one of a few hundred
_LEAF = 1000.0  # leaves are stored as whole thousandths


@dataclass(frozen=True)
class Trees:
    """Symmetric trees over a fixed row of figures: a leaf is numbered by the answers to its tree's questions, a bit each.

    Many trees ask the same question, so each is asked once (`figures` greater than `borders`) and `places` says which answer is
    which bit of which tree, all first bits first.
    """

    figures: np.ndarray  # (questions,)
    borders: np.ndarray  # (questions,)
    places: np.ndarray  # (depth × trees,)
    leaves: np.ndarray  # (trees × 2 ** depth,)
    begins: np.ndarray  # (trees,): where in `leaves` a tree begins
    depth: int
    bias: float

    @classmethod
    def of(cls, stored: Mapping[str, Any], names: Sequence[str]) -> Trees:
        """Return the trees of a stored model. Raises `IntegrityError` where they are made for other figures than these."""
        import numpy as np

        if stored["figures"] != list(names):
            raise IntegrityError("The learnt weights are made for other figures than this version reckons.")
        splits = np.array(stored["trees"])  # (trees, depth, 2)
        questions, places = np.unique(splits.reshape(-1, 2), axis=0, return_inverse=True)
        leaves = np.array(stored["leaves"]) / _LEAF
        return cls(
            questions[:, 0].astype(np.intp),
            questions[:, 1],
            places.reshape(splits.shape[:2]).T.ravel(),
            leaves.ravel(),
            np.arange(len(leaves)) * leaves.shape[1],
            splits.shape[1],
            stored["bias"] / _LEAF,
        )

    def chances(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return for each row of figures how likely it is that the number is card data, from 0 to 1."""
        return [
            chance
            for at in range(0, len(rows), _AT_ONCE)
            for chance in self._chances(rows[at : at + _AT_ONCE])
        ]

    def _chances(self, rows: Sequence[Sequence[float]]) -> list[float]:
        import numpy as np

        answers = (np.array(rows, dtype=float).take(self.figures, axis=1) > self.borders).view(np.uint8)
        bits = answers.take(self.places, axis=1).reshape(len(rows), self.depth, -1)
        leaf = bits[:, 0].copy()
        for bit in range(1, self.depth):
            leaf |= bits[:, bit] << bit
        odds = self.leaves.take(leaf + self.begins).sum(axis=1) + self.bias
        chances: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return chances


class Lines(NamedTuple):
    """Where lines are drawn, as chances: a number that no rule takes is taken from `takes` on; a finding that a rule is not sure of
    is given up below `gives_up`.
    """

    takes: float
    gives_up: float


@dataclass(frozen=True)
class Weights:
    """What was learnt: the trees over early and over late figures, the words, and where to draw the lines.

    `may_take` is the early chance from which the late one is asked at all, `may_take_short` that of one or two digits; `lines` are for
    conversations, `alone` for a text in which nobody speaks twice, `again` for what was masked before.
    """

    early: Trees
    late: Trees
    words: Mapping[str, Mapping[str, Mapping[str, float]]]
    may_take: float
    may_take_short: float
    lines: Lines
    alone: Lines
    again: Lines
    version: str

    def rules_out(self, group: Group, asked: Asked) -> bool:
        """Return whether a number is no card data whatever is said later, for all that is known by its end."""
        return is_counted(group) or _early_chance(tuple(early(group, asked))) < self._least(group)

    def may_be(self, numbers: Sequence[tuple[Group, Asked]]) -> list[bool]:
        """Return for each number whether what is said later may make it card data: the contrary of `rules_out`."""
        chances = self.early.chances([early(group, asked) for group, asked in numbers])
        return [
            chance >= self._least(group) and not is_counted(group)
            for (group, _), chance in zip(numbers, chances, strict=True)
        ]

    def _least(self, group: Group) -> float:
        return self.may_take_short if len(group.digits) <= _SHORT else self.may_take


def is_counted(group: Group) -> bool:
    """Return whether a number counts something by its own looks, whatever it was asked as: two hundred dollars, the third, 49.99."""
    return group.explained in _COUNTED


@lru_cache(maxsize=4096)
def _early_chance(row: tuple[float, ...]) -> float:
    # A live call asks the same of a number at every word behind it.
    return load().early.chances([row])[0]


@cache
def load() -> Weights:
    """Return the weights that this package carries. Raises `IntegrityError` where they do not fit the code."""
    stored = json.loads((files("governance.redaction") / "weights.json").read_bytes())
    words = {
        language: {
            place: {word: weight / _LEAF for word, weight in known.items()} for place, known in places.items()
        }
        for language, places in stored["words"].items()
    }
    return Weights(
        Trees.of(stored["early"], EARLY),
        Trees.of(stored["late"], LATE),
        words,
        stored["may_take"],
        stored["may_take_short"],
        Lines(**stored["lines"]),
        Lines(**stored["alone"]),
        Lines(**stored["again"]),
        stored["version"],
    )
