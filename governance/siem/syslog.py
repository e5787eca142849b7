"""An entry as a syslog message (RFC 5424), and as the frame in which it crosses TLS (RFC 5425).

Facility 13 is the log audit. The structured data alone says which entry it is and by which hash it stands in the tree,
so that a message which is too long for its receiver can leave its text behind and be no gap.
"""

from __future__ import annotations

import re
from typing import Final

from governance.siem.cef import CONTROLS
from governance.siem.event import PRODUCT, Event

FACILITY: Final = 13
BOM: Final = "\ufeff"
_NOT_PRINTABLE: Final = re.compile(r"[^\x21-\x7e]")
_LOUDNESS: Final = {1: 6, 2: 5, 3: 4, 4: 3, 5: 2}
"""OCSF's severity as syslog's: 6 informational to 2 critical."""


def message(event: Event, text: str, enterprise: int) -> bytes:
    """Return `event` with `text` as a message of RFC 5424; `enterprise` is the number under which its data has a name.

    MSGID is the act, and `tlog@…` holds origin, index, leaf hash and id. `text` is one line: syslog over TLS frames by
    length, but what a receiver writes to a file is a line again.
    """
    data = {"origin": event.origin, "index": event.index, "leaf": event.leaf_hash, "id": event.id}
    head = " ".join((
        f"<{FACILITY * 8 + _LOUDNESS[event.severity]}>1",
        event.entry["at"],
        _name(event.source.get("node", ""), 255),
        _name(event.source.get("svc", PRODUCT), 48),
        "-",
        _name(event.act, 32),
        element(f"tlog@{enterprise}", data),
    ))  # fmt: skip
    return (f"{head} {BOM}{text}" if text else head).encode()


def fitted(event: Event, texts: tuple[str, ...], enterprise: int, most: int) -> bytes:
    """Return the message with the first of `texts` that leaves it within `most` bytes, or without any.

    A receiver would cut what is longer, in the middle of an entry and without a word.
    """
    for text in texts:
        whole = message(event, text, enterprise)
        if len(whole) <= most:
            return whole
    return message(event, "", enterprise)


def frame(whole: bytes) -> bytes:
    """Return `whole` with its length before it (RFC 5425 §4.3)."""
    return str(len(whole)).encode("ascii") + b" " + whole


def element(name: str, values: dict[str, object]) -> str:
    """Return an element of structured data: quote, backslash and closing bracket escaped (RFC 5424 §6.3.3), one line."""
    given = "".join(f' {key}="{_escaped(str(value))}"' for key, value in values.items())
    return f"[{name}{given}]"


def _escaped(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    return CONTROLS.sub(" ", quoted)


def _name(text: str, most: int) -> str:
    return _NOT_PRINTABLE.sub("_", text)[:most] or "-"
