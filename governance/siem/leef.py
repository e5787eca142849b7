"""An entry as a line of LEEF 2.0 (IBM QRadar), its attributes parted by tabs.

LEEF has no escapes: what would part or end something inside a value is a space there.
"""

from __future__ import annotations

from governance.siem.cef import CONTROLS
from governance.siem.event import PRODUCT, VENDOR, Event


def line(event: Event) -> str:
    """Return `event` as one line of LEEF 2.0; `tlogIndex` is the index, `tlogLeafHash` the leaf hash."""
    values: dict[str, object] = {
        "devTime": event.milliseconds,
        "usrName": event.actor["id"],
        "sev": event.ten,
        "cat": event.act.partition(".")[0],
        "outcome": event.outcome,
        "reason": event.because,
        "externalId": event.id,
        "devName": event.source.get("node", ""),
        "tlogOrigin": event.origin,
        "tlogIndex": event.index,
        "tlogLeafHash": event.leaf_hash,
    }
    if event.resources:
        values |= {"resource": event.resources[0]["id"], "resourceType": event.resources[0]["kind"]}
    for path, key in (("actor.name", "accountName"), ("actor.email", "actorEmail"), ("src.ip", "src")):
        if path in event.opened:
            values[key] = event.opened[path]
    head = (VENDOR, PRODUCT, event.source.get("ver", ""), event.act)
    return f"LEEF:2.0|{'|'.join(header(one) for one in head)}|x09|{attributes(values)}"


def header(text: str) -> str:
    """Return `text` as a field of the header: without what parts fields, on one line."""
    return CONTROLS.sub(" ", text).replace("|", " ")


def attributes(values: dict[str, object]) -> str:
    """Return `values` as attributes: `key=value`, parted by tabs; what is empty is left out."""
    return "\t".join(f"{key}={CONTROLS.sub(' ', str(value))}" for key, value in values.items() if value != "")
