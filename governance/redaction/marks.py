"""What masks look like that say more than what was there, and where a text still has some that the policy does not give.

A policy changes, and what was masked under an earlier one is redacted again from its own rendition: a number's last four
digits that were shown on purpose then must go now, and so must tokens where parts of numbers are to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from governance.redaction.spans import Entity, Span
from governance.redaction.tokens import LENGTH, LETTERS

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

TOKEN, PART = "token", "part"
"""What a mask may say of a card number: which it was among others, or some of its digits. Never both in one tenant."""

_SURE = 0.99
_MARK = re.compile(rf"\[([A-Z][A-Z_]+) (?:(?P<part>\d*\*+\d*)|(?P<token>[{LETTERS}]{{{LENGTH}}}))\]")


def form(policy: RedactionPolicy, entity: str = Entity.PAN.value) -> str | None:
    """Return what masks of an entity say under a policy; None where they say nothing."""
    treatment = policy.treatment(entity)
    chosen = treatment.transcript if treatment is not None else "label"
    if chosen == "token":
        return TOKEN
    return PART if chosen in {"last_four", "bin_and_last_four"} else None


def without(text: str) -> str:
    """Return the text with plain labels for masks that say more of a value than what it was."""
    return _MARK.sub(r"[\1]", text)


def spans(text: str, policy: RedactionPolicy) -> Iterator[Span]:
    """Yield every mask in the text that says of an entity what the policy does not let it say."""
    if "[" not in text:
        return
    for mark in _MARK.finditer(text):
        name = mark.group(1)
        if name in Entity.__members__ and mark.lastgroup != form(policy, name):
            because = "an earlier policy showed more of it than this one"
            yield Span(mark.start(), mark.end(), Entity(name), _SURE, because)
