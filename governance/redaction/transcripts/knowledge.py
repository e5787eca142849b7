"""What is known to be a finding, and how its copies are recognised: by the same digits, or by the same moment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from governance.redaction.digits import Group, groups
from governance.redaction.languages import Language
from governance.redaction.shapes import TELLING
from governance.redaction.spans import Entity, Span
from governance.redaction.transcripts.moments import Moments

_NEARLY_ALONE = 4  # further digits a short value may stand among
_IN_NUMBERS = (
    7  # digits from which a value is recognised inside a JSON number, which may be a time or a count
)
_COPY = "a copy of what was found in the words"


class Knowledge:
    """What the words of a transcript gave away: digits and what they are, and when they were spoken."""

    def __init__(
        self,
        values: Mapping[str, str],
        moments: Moments | None = None,
        found_anything: bool = False,
        only: frozenset[Entity] | None = None,
    ) -> None:
        self.values = dict(values)
        self.moments = moments or Moments()
        self.found_anything = found_anything
        self.only = only
        # One look decides for almost every group that it holds nothing known: a call has thousands of them.
        self._any = _any_of(values)
        self._in_numbers = _any_of(digits for digits in values if len(digits) >= _IN_NUMBERS)
        self._telling = _any_of(digits for digits in values if len(digits) >= TELLING)
        self._joined = "|".join(digits for digits in values if len(digits) >= TELLING)

    def wants(self, entity: Entity) -> bool:
        """Return whether this kind of finding is to be masked."""
        return self.only is None or entity in self.only

    @property
    def kind(self) -> Entity:
        """What is masked where only the place tells that it must be: a card number, unless all findings are of one kind."""
        kinds = set(self.values.values())
        return Entity(next(iter(kinds))) if len(kinds) == 1 else Entity.PAN

    def is_in_number(self, digits: str) -> bool:
        """Return whether the digits of a JSON number hold a finding."""
        return bool(self._in_numbers and self._in_numbers.search(digits))

    def is_left_in(self, group: Group) -> bool:
        """Return whether a number still holds a finding that nobody could take for something else."""
        return bool(self._telling and self._telling.search(group.digits))

    def has_telling(self) -> bool:
        """Return whether a finding is long enough to be recognised wherever it stands."""
        return self._telling is not None

    def spans(self, text: str, language: Language) -> list[Span]:
        """Return where a text repeats digits that are known to be a finding."""
        if self._any is None:
            return []
        found: list[Span] = []
        for group in groups(text, language):
            whole = group.digits
            if not (self._any.search(whole) or (len(whole) >= TELLING and whole in self._joined)):
                continue
            for digits, entity in self.values.items():
                found.extend(
                    Span(group.chunks[first].start, group.chunks[last].end, Entity(entity), 0.9, _COPY)
                    for first, last in _matches(group, digits)
                )
        return found


def _any_of(values: Mapping[str, str] | Iterator[str]) -> re.Pattern[str] | None:
    pieces = sorted(values, key=len)
    return re.compile("|".join(map(re.escape, pieces))) if pieces else None


def _matches(group: Group, digits: str) -> Iterator[tuple[int, int]]:
    whole = group.digits
    if len(digits) >= TELLING:
        if TELLING <= len(whole) < len(digits) and whole in digits:
            yield 0, len(group.chunks) - 1
            return
    elif len(whole) > len(digits) + _NEARLY_ALONE:
        return
    at = whole.find(digits)
    while at >= 0:
        yield _chunk_at(group, at), _chunk_at(group, at + len(digits) - 1)
        at = whole.find(digits, at + 1)


def _chunk_at(group: Group, place: int) -> int:
    for index, chunk in enumerate(group.chunks):
        place -= len(chunk.digits)
        if place < 0:
            return index
    return len(group.chunks) - 1
