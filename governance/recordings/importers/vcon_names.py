"""The names of vCon as they are now (0.4.0 / -04), given to documents of every earlier shape and of the next.

| from → to | change |
| --- | --- |
| 0.0.1 → 0.0.2 | `mimetype` → `mediatype`; `alg` + `signature` → `content_hash` |
| 0.0.2 → 0.3.0 | `transfer-target` → `transfer_target`; `target-dialog` → `target_dialog` |
| 0.3.0 → 0.4.0 | `appended` → `amended`; `must_support` → `critical`; `dtmfdown`/`dtmf` → `keydown`/`button` |
| 0.4.0 → 0.5.0 | `redacted` → `redacted_from`; `amended` → `amended_from`: read under their older names |

Documents in the wild mix shapes, so the names decide and not the version number. Two names for one thing with
different values are refused: the reader behind us might believe the other one.
"""

from __future__ import annotations

from typing import Any

from governance.errors import InvalidError, UnsupportedFormatError

_TOP = {
    "appended": "amended",
    "amended_from": "amended",
    "redacted_from": "redacted",
    "must_support": "critical",
}
_CONTENT = {"mimetype": "mediatype", "transfer-target": "transfer_target", "target-dialog": "target_dialog"}
_PARTY = {"email": "mailto"}
_EVENT = {"dtmf": "button"}
_EVENTS = {"dtmfdown": "keydown", "dtmfup": "keyup"}
_ALGORITHMS = {"sha-512": "sha512", "sha512": "sha512", "sha-256": "sha256", "sha256": "sha256"}

MOST_PARTIES = 200
MOST_DIALOGS = 500


def current(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` under the names of today; values are the same objects, only containers are new.

    Raises `InvalidError` where parties, dialog, analysis or attachments are no lists of objects or too many, or where
    old and new name disagree.
    """
    renamed = _renamed(document, _TOP)
    renamed["parties"] = [_party(one) for one in _objects(renamed, "parties", MOST_PARTIES)]
    renamed["dialog"] = [_content(one) for one in _objects(renamed, "dialog", MOST_DIALOGS)]
    renamed["analysis"] = [_content(one) for one in _objects(renamed, "analysis", MOST_DIALOGS)]
    renamed["attachments"] = [_content(one) for one in _objects(renamed, "attachments", MOST_DIALOGS)]
    return renamed


def _renamed(holder: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    result = {name: value for name, value in holder.items() if name not in names}
    for old, new in names.items():
        if old not in holder:
            continue
        if new in result and result[new] != holder[old]:
            raise InvalidError("a field and its older name disagree", new)
        result[new] = holder[old]
    return result


def _objects(holder: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidError("must be a list of objects", name)
    if len(found) > most:
        raise InvalidError("has more entries than what is taken in", name)
    return found


def _party(party: dict[str, Any]) -> dict[str, Any]:
    """Older documents keep role and customer number in `meta`, and some have `email` beside `mailto`."""
    meta = party.get("meta")
    extra = {k: meta[k] for k in ("role", "customer_number") if k in meta} if isinstance(meta, dict) else {}
    return {**extra, **_renamed(party, _PARTY)}


def _content(holder: dict[str, Any]) -> dict[str, Any]:
    result = _renamed(holder, _CONTENT)
    if "alg" in result or ("signature" in result and "content_hash" not in result):
        algorithm, digest = result.pop("alg", None), result.pop("signature", None)
        known = _ALGORITHMS.get(algorithm.lower()) if isinstance(algorithm, str) else None
        if known is None or not isinstance(digest, str):
            raise UnsupportedFormatError("a content hash of a kind that is not known", "content_hash")
        result.setdefault("content_hash", f"{known}-{digest}")
    if "party_history" in result:
        result["party_history"] = [_event(one) for one in _objects(result, "party_history", 100_000)]
    return result


def _event(event: dict[str, Any]) -> dict[str, Any]:
    renamed = _renamed(event, _EVENT)
    kind = renamed.get("event")
    if isinstance(kind, str):
        renamed["event"] = _EVENTS.get(kind, kind)
    return renamed
