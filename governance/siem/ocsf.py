"""An entry as an OCSF 1.8.0 event. `raw_data` is the leaf itself: its hash leads into the tree, whoever kept the copy.

What a class requires and the entry does not disclose says `undisclosed`, so that nobody takes it for empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from governance.siem import ocsf_table as table
from governance.siem.event import PRODUCT, VENDOR, Event

VERSION: Final = "1.8.0"
UNDISCLOSED: Final = "undisclosed"
_SHA_256: Final = 3
_USERS: Final[Mapping[str, int]] = {"user": 1, "admin": 2, "system": 3, "service": 4}
_ALLOWED, _DENIED, _OBSERVED, _LOGGED = 1, 2, 3, 17
_NEW, _IN_PROGRESS, _RESOLVED = 1, 2, 4

Members = dict[str, Any]


def as_object(event: Event) -> Members:
    """Return `event` as an OCSF object that the schema of its class admits (OCSF 1.8.0, profile security_control).

    `metadata.sequence` is the index: one log's events without a gap are 0, 1, 2 … (docs/siem.md).
    """
    what, is_done, is_denied = event.mapped, event.outcome == "success", event.outcome == "denied"
    made: Members = {
        "class_uid": what.class_uid,
        "category_uid": what.class_uid // 1000,
        "activity_id": what.activity,
        "type_uid": what.class_uid * 100 + what.activity,
        "severity_id": event.severity,
        "time": event.milliseconds,
        "message": event.act,
        "metadata": _metadata(event),
        "action_id": _DENIED if is_denied else _ALLOWED if is_done else _OBSERVED,
        "disposition_id": _DENIED if is_denied else _LOGGED,
        "raw_data": event.leaf.decode(),
        "raw_data_size": len(event.leaf),
        "raw_data_hash": {"algorithm_id": _SHA_256, "value": hashlib.sha256(event.leaf).hexdigest()},
        "unmapped": {
            "tlog_origin": event.origin,
            "tlog_index": event.index,
            "tlog_leaf_hash": event.leaf_hash,
        },
    }
    if what.activity == table.OTHER:
        made["activity_name"] = event.act
    if what.class_uid // 1000 != table.COMPLIANCE // 1000:
        made["status_id"] = 1 if is_done else 2
        if not is_done:
            made["status_detail"] = event.because
    return made | _CLASSES[what.class_uid](event)


def line(event: Event) -> str:
    """Return `event` as one line of JSON in ASCII: no reader, however it cuts lines, finds two in it."""
    return json.dumps(as_object(event), ensure_ascii=True, separators=(",", ":"))


def _metadata(event: Event) -> Members:
    return {
        "version": VERSION,
        "uid": event.id,
        "original_event_uid": event.id,
        "event_code": event.act,
        "sequence": event.index,
        "log_name": event.origin,
        "log_version": str(event.entry["v"]),
        "product": {"name": PRODUCT, "vendor_name": VENDOR, "version": event.source.get("ver", "")},
        "profiles": ["security_control"],
    } | ({"correlation_uid": event.entry["req"]} if event.entry.get("req") else {})


def _user(event: Event) -> Members:
    user: Members = {"uid": event.actor["id"], "type_id": _USERS.get(event.actor["kind"], 99)}
    if user["type_id"] == 99:
        user["type"] = event.actor["kind"]
    for path, name in (("actor.name", "name"), ("actor.email", "email_addr")):
        if path in event.opened:
            user[name] = event.opened[path]
    return user


def _actor(event: Event) -> Members:
    session = {"session": {"uid": event.actor["sid"]}} if "sid" in event.actor else {}
    return {"actor": {"user": _user(event), **session}}


def _from(event: Event) -> Members:
    ip = event.opened.get("src.ip")
    return {"src_endpoint": {"ip": ip} if ip else {"name": UNDISCLOSED}}


def _device(event: Event) -> Members:
    return {"device": {"type_id": 1, "hostname": event.source.get("node") or UNDISCLOSED}}


def _resources(event: Event) -> Members:
    found = _named(event)
    return {"resources": found} if found else {}


def _named(event: Event) -> list[Members]:
    return [{"uid": one["id"], "type": one["kind"]} for one in event.resources]


def _first(event: Event) -> tuple[str, str]:
    """Return kind and id of what the entry is about: its first resource, or the log."""
    for one in event.resources:
        return one["kind"], one["id"]
    return "audit_log", event.origin


def _account(event: Event) -> Members:
    """Return whose account or rights are changed: the one the entry names, or the actor's own."""
    named = next((one["id"] for one in event.resources if one["kind"] == "account"), None)
    return {"user": {"uid": named, "type_id": 1} if named else _user(event)}


def _file(event: Event) -> Members:
    kind, name = _first(event)
    return _actor(event) | _from(event) | {"file": {"name": name, "uid": name, "type_id": 99, "type": kind}}


def _datastore(event: Event) -> Members:
    kind, name = _first(event)
    made = _actor(event) | _from(event) | {"type_id": 3, "table": {"name": kind, "uid": name}}
    if event.mapped.activity == 4:
        made["query_info"] = {"uid": event.id, "query_string": UNDISCLOSED}
    return made


def _web_resources(event: Event) -> Members:
    return _from(event) | {"web_resources": _named(event) or [{"uid": event.origin, "type": "audit_log"}]}


def _api(event: Event) -> Members:
    service = {"name": event.source.get("svc") or PRODUCT, "version": event.source.get("ver", "")}
    return (
        _actor(event)
        | _from(event)
        | _resources(event)
        | {"api": {"operation": event.act, "service": service}}
    )


def _account_change(event: Event) -> Members:
    return _actor(event) | _from(event) | _account(event)


def _authentication(event: Event) -> Members:
    made = _actor(event) | _from(event) | _account(event)
    made |= {"service": {"name": event.source.get("svc") or PRODUCT}, "is_remote": True}
    return made | ({"session": made["actor"]["session"]} if "session" in made["actor"] else {})


def _entity(event: Event) -> Members:
    kind, name = _first(event)
    return _actor(event) | _from(event) | {"entity": {"uid": name, "type": kind, "type_id": 99}}


def _access(event: Event) -> Members:
    privileges = event.entry.get("det", {}).get("role") or event.act.partition(".")[0]
    return (
        _actor(event) | _from(event) | _account(event) | {"privileges": [str(privileges)]} | _resources(event)
    )


def _job(event: Event) -> Members:
    return _actor(event) | _device(event) | {"job": {"name": event.act}}


def _log(event: Event) -> Members:
    found = {"log_name": event.origin, "log_provider": PRODUCT, "log_type_id": 2}
    return _actor(event) | _device(event) | found


def _finding(event: Event) -> Members:
    about = next((one["id"] for one in event.resources if one["kind"] == "finding"), event.id)
    status = {1: _NEW, 3: _RESOLVED}.get(event.mapped.activity, _IN_PROGRESS)
    info = {"uid": about, "title": event.act, "analytic": {"type_id": 1, "uid": event.act}}
    return {"status_id": status, "finding_info": info} | _resources(event)


def _compliance(event: Event) -> Members:
    holds = event.outcome == "success" and event.act not in (
        "finding.opened",
        "finding.escalated",
        "finding.reopened",
    )
    judged = {"standards": ["PCI DSS v4.0.1"], "control": event.act, "status_id": 1 if holds else 3}
    return _finding(event) | {"compliance": judged}


def _detection(event: Event) -> Members:
    return _finding(event) | {"is_alert": True}


_CLASSES: Final[Mapping[int, Callable[[Event], Members]]] = {
    table.JOB: _job,
    table.LOG: _log,
    table.COMPLIANCE: _compliance,
    table.DETECTION: _detection,
    table.ACCOUNT: _account_change,
    table.AUTHENTICATION: _authentication,
    table.ENTITY: _entity,
    table.ACCESS: _access,
    table.WEB_RESOURCES: _web_resources,
    table.API: _api,
    table.DATASTORE: _datastore,
    table.FILE: _file,
}
