"""A vCon to start a test from, and ways to change it."""

from __future__ import annotations

import base64
from typing import Any

ORIGINAL = "019f15a6-a752-826f-b9a2-279e0d16bc46"
SOUND = b"RIFF....WAVE"


def a_vcon(**changes: Any) -> dict[str, Any]:
    dialog = {
        "type": "recording",
        "start": "2026-10-01T10:00:00Z",
        "duration": 2.5,
        "parties": [0, 1],
        "mediatype": "audio/x-wav",
        "encoding": "base64url",
        "body": base64.urlsafe_b64encode(SOUND).decode().rstrip("="),
    }
    parties = [
        {"tel": "tel:+447700900101", "role": "customer"},
        {"mailto": "MAILTO:Ann@Example.com", "role": "agent", "dept": "payments", "uuid": "agt-101"},
    ]
    return {
        "uuid": ORIGINAL,
        "created_at": "2026-10-01T10:01:00Z",
        "parties": parties,
        "dialog": [dialog],
        **changes,
    }


def with_dialog(**changes: Any) -> dict[str, Any]:
    base = a_vcon()
    dialog = {**base["dialog"][0], **changes}
    return {**base, "dialog": [{name: value for name, value in dialog.items() if value is not None}]}
