"""One pass over a document that notes everything in it which could hold a copy of a finding, and where it is written back.

A *column* is all strings whose places differ in list positions only (`segments[*].text`). Read in order a column is a text
of its own, so that a number split over its rows is one number. Alternatives are columns of their own by their number: two
hypotheses of one word are not two words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from governance.redaction.transcripts.knowledge import Knowledge
from governance.redaction.transcripts.moments import Clock

_ALTERNATIVES = re.compile(r"alternatives?$|hypothes[ie]s$|n_?best$", re.IGNORECASE)
_SPELLINGS = re.compile(r"interpretations$", re.IGNORECASE)  # one hypothesis, written in several ways
_SPOKEN = re.compile(
    r"word|text|content|value|token|transcript|char|message|lexical|display|sentence|paragraph|utterance|phrase|snippet|caption",
    re.IGNORECASE,
)
_SMALLEST_CODE = 100  # a code has three digits at least
_LARGEST_WHOLE = 1e20
_NAMED_OTHERWISE = re.compile(r"type$|format$|encoding$|language$|id$", re.IGNORECASE)


@dataclass(slots=True)
class Column:
    """Strings that differ in list positions only, with the name of the field they stand in."""

    name: str
    is_spoken: bool
    is_named_otherwise: bool = (
        False  # a kind, a format, a language, an identifier: whatever it says, nobody said it
    )
    leaves: list[Leaf] = field(default_factory=list)
    inner: dict[str | int | None, Column] = field(default_factory=dict)

    def at(self, key: str | int | None) -> Column:
        """Return the column one step further down: a field by its name, a list as a whole (None), or an alternative."""
        found = self.inner.get(key)
        if found is None:
            name = key if isinstance(key, str) else self.name
            otherwise = bool(_NAMED_OTHERWISE.search(name))
            spoken = bool(_SPOKEN.search(name)) and not otherwise
            found = self.inner[key] = Column(name, spoken, otherwise)
        return found


@dataclass(slots=True)
class Holder:
    """An object or a list of the document, and what is known of it."""

    value: Any
    above: Holder | None
    covering: str = ""  # the finding within whose time it was spoken
    mostly: str = ""  # the finding that fills most of its time
    is_near: bool = False  # it overlaps a finding in time
    has_change: bool = False  # something in it was masked
    hypothesis: Holder | None = None  # the alternative it is part of
    has_words: bool = False  # words were read from it

    def is_other_hypothesis(self) -> bool:
        """Return whether this is part of an alternative nobody read, to words in which something was masked."""
        one = self.hypothesis
        if one is None or one.has_words or one.above is None:
            return False
        beside = one.above.above or one.above
        return beside.has_change or beside.is_near


@dataclass(slots=True)
class Leaf:
    """A string, and how it is replaced."""

    holder: Holder
    key: str | int
    text: str
    is_settled: bool = False  # all of it repeats the words, and was masked where they are

    def put(self, text: str) -> None:
        """Write another text in its place, and note the change on everything around it."""
        self.text = text
        self.holder.value[self.key] = text
        above: Holder | None = self.holder
        while above is not None and not above.has_change:
            above.has_change = True
            above = above.above


@dataclass(slots=True)
class Survey:
    """Everything in a document that could hold a copy. `bound` are strings whose words have their own way of being masked."""

    columns: list[Column] = field(default_factory=list)
    lists: list[tuple[str, Holder]] = field(default_factory=list)  # lists of numbers by their name
    objects: list[Holder] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    bound: list[Leaf] = field(default_factory=list)
    timed: list[Leaf] = field(default_factory=list)


class Attendant(Protocol):
    """Whoever is called for what can be judged where it stands, before the rest is known."""

    def take_object(self, item: dict[str, Any]) -> None:
        """Look at an object before what is in it is noted; values may be replaced, not added or removed."""

    def take_number(self, held: Any, key: str | int, number: int) -> None:
        """Look at a whole number that stands in an object or a list, and replace it there if need be."""


def survey(
    tree: Any,
    knowledge: Knowledge,
    clock: Clock,
    attendant: Attendant,
    bound: frozenset[tuple[int, str | int]] = frozenset(),
) -> Survey:
    """Return what stands in a document. `bound` names strings by the identity of their holder and their key."""
    found = Survey()
    root = Holder([tree], None)
    _Surveyor(found, knowledge, clock, attendant, bound).note(root, ((0, tree),), Column("", False).at)
    return found


@dataclass(slots=True)
class _Surveyor:
    found: Survey
    knowledge: Knowledge
    clock: Clock
    attendant: Attendant
    bound: frozenset[tuple[int, str | int]]

    def note(
        self, holder: Holder, items: Iterable[tuple[Any, Any]], column_at: Callable[[Any], Column]
    ) -> None:
        """Note the values of an object or a list, and what is below them, in the order of the document."""
        for key, value in items:
            kind = type(value)
            if kind is str:
                self._string(holder, key, value, column_at(key))
            elif kind is dict:
                self._object(_inside(value, holder), column_at(key))
            elif kind is list:
                self._list(_inside(value, holder), column_at(key))
            elif (kind is int or kind is float) and _may_be_digits(value):
                self.attendant.take_number(holder.value, key, int(value))

    def _string(self, holder: Holder, key: str | int, value: str, column: Column) -> None:
        if not value or value.isspace():
            return
        leaf = Leaf(holder, key, value)
        if (id(holder.value), key) in self.bound:
            self.found.bound.append(leaf)
            if holder.hypothesis is not None:
                holder.hypothesis.has_words = True
            return
        if not column.leaves:
            self.found.columns.append(column)
        column.leaves.append(leaf)
        if column.is_spoken and (holder.covering or holder.mostly):
            self.found.timed.append(leaf)

    def _object(self, holder: Holder, column: Column) -> None:
        self.attendant.take_object(holder.value)
        self.found.objects.append(holder)
        self.found.names.update(holder.value)
        if self.knowledge.moments:
            self._place(holder, self.clock.interval(holder.value))
        self.note(holder, holder.value.items(), column.at)

    def _list(self, holder: Holder, column: Column) -> None:
        rows = holder.value
        if self.knowledge.moments and (interval := self.clock.interval_of_row(rows)):
            self._place(holder, interval)
        if are_numbers(rows):
            self.found.lists.append((column.name, holder))
        if _ALTERNATIVES.search(column.name):
            for index, value in enumerate(rows):
                one = _inside(value, holder)
                one.hypothesis = one
                if isinstance(value, dict):
                    self._object(one, column.at(index))
                else:
                    self.note(holder, ((index, value),), column.at)
        elif _SPELLINGS.search(column.name):
            self.note(holder, enumerate(rows), column.at)
        else:
            below = column.at(None)
            self.note(holder, enumerate(rows), lambda _index: below)

    def _place(self, holder: Holder, interval: tuple[int, int] | None) -> None:
        """Note what was found when an object was spoken; one that does not say when belongs to what holds it."""
        if interval is not None:
            moments = self.knowledge.moments
            holder.is_near = moments.touches(interval)
            holder.covering = moments.covering(interval) if holder.is_near else ""
            holder.mostly = moments.mostly(interval) if holder.is_near else ""


def _may_be_digits(value: float) -> bool:
    if -_SMALLEST_CODE < value < _SMALLEST_CODE:
        return False
    return isinstance(value, int) or (value.is_integer() and abs(value) < _LARGEST_WHOLE)


def _inside(value: Any, holder: Holder) -> Holder:
    return Holder(value, holder, holder.covering, holder.mostly, hypothesis=holder.hypothesis)


def are_numbers(rows: list[Any]) -> bool:
    """Return whether a list holds whole numbers and nothing else."""
    return bool(rows) and all(type(row) is int for row in rows)
