"""The names of fields: a vendor may count words by what was said, and so write a card number as a name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from governance.redaction import rules
from governance.redaction.spans import Entity, Span
from governance.redaction.transcripts.survey import Survey

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

APART = " qqq "
"""What texts are joined by where no number may go on from one to the next: no number word, filler or separator anywhere."""

_SHORT_NAME = 5
Find = Callable[[str], list[Span]]


def mask(found: Survey, find: Find, language: str, policy: RedactionPolicy | None) -> None:
    """Mask findings in the names of an object's fields, keeping their order and keeping them apart."""
    renamed = {
        name: new for name, new in _masked(sorted(found.names), find, language, policy).items() if name != new
    }
    for holder in found.objects if renamed else ():
        if not renamed.keys().isdisjoint(holder.value):
            _rename(holder.value, renamed)


def _masked(
    names: Sequence[str], find: Find, language: str, policy: RedactionPolicy | None
) -> dict[str, str]:
    """Return the names that may have to change, and to what. All are looked at at once; those with a number also alone."""
    offsets, at = [], 0
    for name in names:
        offsets.append(at)
        at += len(name) + len(APART)
    suspects = {names[bisect_right(offsets, span.start) - 1] for span in find(APART.join(names))}
    suspects.update(name for name in names if any(map(str.isdigit, name)))
    masked = {}
    for name in suspects:
        spans = [
            span
            for span in find(name)
            if span.entity in {Entity.PAN, Entity.TRACK} or len(name) < _SHORT_NAME
        ]
        masked[name] = rules.masked(name, spans, language, policy)
    return masked


def _rename(value: dict[str, Any], renamed: dict[str, str]) -> None:
    items = list(value.items())
    value.clear()
    for key, item in items:
        new = renamed.get(key, key)
        count = 2
        while new in value:
            new = f"{renamed.get(key, key)} ({count})"
            count += 1
        value[new] = item
