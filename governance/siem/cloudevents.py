"""An entry as a CloudEvent (CNCF CloudEvents 1.0, JSON), its data the OCSF event."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from governance.siem import ocsf
from governance.siem.event import Event

BATCH: Final = "application/cloudevents-batch+json"


def as_object(event: Event) -> dict[str, Any]:
    """Return `event` as a CloudEvent; `tlogindex` and `tlogleafhash` say where it stands, whatever became of its data."""
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": "//" + quote(event.origin, safe="/:"),
        "type": f"org.governance.audit.{event.act}.v1",
        "subject": event.resources[0]["id"] if event.resources else event.origin,
        "time": event.entry["at"],
        "datacontenttype": "application/json",
        "tlogindex": str(event.index),
        "tlogleafhash": event.leaf_hash,
        "data": ocsf.as_object(event),
    }


def line(event: Event) -> str:
    """Return `event` as one line of JSON in ASCII."""
    return json.dumps(as_object(event), ensure_ascii=True, separators=(",", ":"))
