"""From what somebody names at a door to a selection: people by their identifiers in clear, which end here.

What is stored and logged from here on are blind tokens, from which nobody is found without the tenant's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from governance.errors import InvalidError
from governance.recordings import identifiers, people
from governance.recordings.selection import Selection
from governance.runtime import Work

SPELLED: dict[str, Callable[[str], str]] = {
    "tel": identifiers.telephone,
    "email": identifiers.email,
    "customer_number": identifiers.customer_number,
}


def chosen(work: Work, persons: Iterable[tuple[str, str]] = (), **named: Any) -> Selection:
    """Return the selection of the recordings that fit all that is `named` and in which any one of `persons` takes part.

    A person is a kind (`tel`, `email`, `customer_number`) and an identifier in any spelling. The first selection of a
    tenant makes the key of its blind index: the Work must be one that writes.

    Raises `InvalidError` for an identifier that cannot be one, and as `Selection` does.
    """
    tokens = []
    for kind, value in persons:
        if kind not in SPELLED:
            raise InvalidError(f"an identifier is one of {', '.join(SPELLED)}", "persons")
        tokens.append(people.token(work, kind, SPELLED[kind](value)).hex())
    return Selection(persons=tuple(tokens), **named)
