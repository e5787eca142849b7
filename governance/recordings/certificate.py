"""The certificate of an erasure: what went, why, under which policy, which copies answered when, and the log's proof of it.

Whoever has it can check it without us: each entry stands in it with the exact bytes of its leaf and, once a signed
checkpoint covers it, with the proof file that places those bytes in the log (C2SP tlog-proof). What is stated outside
the leaves is what the leaves say, and what the database has noted since.
"""

from __future__ import annotations

import base64
from typing import Any

from governance.audit import queries as log
from governance.errors import NotFoundError
from governance.recordings import queries
from governance.recordings.models import Erasure
from governance.runtime import Work

FORMAT = "recording-governance/erasure-certificate/1"


def certificate(work: Work, erasure_id: str) -> dict[str, Any]:
    """Return the certificate of the erasure as it stands now; who it is for finds in it no name and no number.

    An entry that has no place in the log yet, or is not signed for, has no proof: ask again a minute later. Raises
    `NotFoundError`.
    """
    erasure = queries.erasure(work, erasure_id)
    if erasure is None:
        raise NotFoundError("there is no such erasure")
    return {
        "format": FORMAT,
        "tenant": work.tenant,
        "erasure_id": erasure.id,
        "recording_id": erasure.recording_id,
        "scope": erasure.scope,
        "reason": erasure.reason,
        "because": erasure.because,
        "rule": erasure.rule,
        "policy_digest": erasure.policy_digest or None,
        "asked_by": erasure.asked_by,
        "asked_at": erasure.asked_at.isoformat(),
        "state": erasure.state,
        "completed_at": erasure.completed_at.isoformat() if erasure.completed_at else None,
        "copies": _copies(erasure),
        "entries": [entry(work, entry_id) for entry_id in _entry_ids(work, erasure)],
        "issued_at": work.now.isoformat(),
    }


def _copies(erasure: Erasure) -> list[dict[str, Any]]:
    """Return each kind of copy: how many of it there were where they were counted, and when it answered."""
    answered = erasure.copies.get("answered_at", {})
    found = []
    for kind, known in erasure.copies.items():
        if kind == "answered_at":
            continue
        count, state = (known, "complete") if isinstance(known, int) else (None, known)
        # What was counted went in the transaction of the erasure; before version 2 that moment was not written apart.
        at = answered.get(kind) or (erasure.asked_at.isoformat() if count is not None else None)
        found.append({"kind": kind, "count": count, "state": state, "answered_at": at})
    return found


def _entry_ids(work: Work, erasure: Erasure) -> list[str]:
    if erasure.entry_id:
        return [entry_id for entry_id in (erasure.entry_id, erasure.completed_entry_id) if entry_id]
    page = log.search(work, res=("erasure", erasure.id), outcome="success", limit=10)
    return [entry.id for entry in reversed(page.entries) if entry.act.startswith("recording.")]


def entry(work: Work, entry_id: str) -> dict[str, Any]:
    """Return an entry of the log as certificates have it; None for what is not known before it has its place or a signature."""
    try:
        known = log.entry(work, entry_id)
    except NotFoundError:
        return {"id": entry_id, "act": None, "log": None, "index": None, "leaf": None, "proof": None}
    return {
        "id": entry_id,
        "act": known.entry.act,
        "log": known.entry.origin,
        "index": known.entry.idx,
        "leaf": base64.b64encode(known.leaf).decode(),
        "proof": str(known.proof) if known.proof is not None else None,
    }
