"""An entry as a line of CEF (ArcSight Common Event Format, version 1), with the escapes that its standard names.

CEF knows line feed and carriage return and no other control; whatever else some reader could cut a line at is a space.
"""

from __future__ import annotations

import re
from typing import Final

from governance.siem.event import PRODUCT, VENDOR, Event

CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Controls, and the separators of lines and paragraphs that Unicode has beside them."""
_ESCAPED: Final = {"\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r"}
_VALUE: Final = re.compile(r"[\\=\n\r]")


def line(event: Event) -> str:
    """Return `event` as one line of CEF; `cn1` is the index, `cs1` the leaf hash, `cs2` the origin of the log."""
    values: dict[str, object] = {
        "rt": event.milliseconds,
        "externalId": event.id,
        "suid": event.actor["id"],
        "outcome": event.outcome,
        "act": event.act,
        "reason": event.because,
        "dvchost": event.source.get("node", ""),
        "cn1": event.index,
        "cn1Label": "tlogIndex",
        "cs1": event.leaf_hash,
        "cs1Label": "tlogLeafHash",
        "cs2": event.origin,
        "cs2Label": "tlogOrigin",
    }
    if event.resources:
        values |= {"fileId": event.resources[0]["id"], "fileType": event.resources[0]["kind"]}
    for path, key in (("actor.name", "suser"), ("src.ip", "src")):
        if path in event.opened:
            values[key] = event.opened[path]
    if "actor.email" in event.opened:
        values |= {"cs3": event.opened["actor.email"], "cs3Label": "actorEmail"}
    head = (VENDOR, PRODUCT, event.source.get("ver", ""), event.act, event.act, event.ten)
    return f"CEF:1|{'|'.join(header(str(one)) for one in head)}|{extension(values)}"


def header(text: str) -> str:
    """Return `text` as a field of the header: backslash and pipe escaped, one line."""
    return CONTROLS.sub(" ", text).replace("\\", "\\\\").replace("|", "\\|")


def extension(values: dict[str, object]) -> str:
    """Return `values` as the extension: `key=value`, parted by spaces; what is empty is left out."""
    return " ".join(f"{key}={_escaped(str(value))}" for key, value in values.items() if value != "")


def _escaped(text: str) -> str:
    return CONTROLS.sub(" ", _VALUE.sub(lambda found: _ESCAPED[found[0]], text))
