"""Keys pressed on a telephone, as documents tell of them: a card typed there stands in clear beside a silent sound.

vCon writes them into `party_history` (`keydown` and `keyup` with `button`, formerly `dtmfdown` and `dtmfup` with `dtmf`),
AudioHook as messages of the type `dtmf` with `digit`. Keys are card data until proven otherwise, so all of them go.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from governance.redaction.spans import SAD, Entity
from governance.redaction.transcripts.knowledge import Knowledge

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

_EVENT = re.compile(r"dtmf|(?:key|dtmf)[ _-]?(?:down|up|press(?:ed)?)", re.IGNORECASE)
_EVENT_NAMES = ("event", "type", "eventType", "event_type")
_KEY_NAMES = ("button", "dtmf", "digit", "digits", "key", "keys")


def are_wanted(knowledge: Knowledge, policy: RedactionPolicy | None) -> bool:
    """Return whether keys are cleared: unless the policy leaves them, or only kinds are asked for that no key can be.

    A key may be the digit of a security code or a PIN, so whoever asks for those alone asks for the keys as well.
    """
    if policy is not None and policy.treatment(Entity.DTMF.value) is None:
        return False
    return knowledge.only is None or bool(knowledge.only & (SAD | {Entity.DTMF}))


def is_concerned(names: Collection[str]) -> bool:
    """Return whether an object with these names can tell of a key."""
    return any(name in names for name in _EVENT_NAMES)


def clear(item: dict[str, Any]) -> None:
    """Take the key from an object that tells of one pressed or let go; that there was one, by whom and when, stays."""
    if not any(isinstance(item.get(name), str) and _EVENT.fullmatch(item[name]) for name in _EVENT_NAMES):
        return
    holders = [item, *(held for held in (item.get("parameters"), item.get("data")) if isinstance(held, dict))]
    for holder in holders:
        for name in _KEY_NAMES:
            if isinstance(holder.get(name), str):
                holder[name] = ""
            elif isinstance(holder.get(name), int) and not isinstance(holder[name], bool):
                holder[name] = 0
