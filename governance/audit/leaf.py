"""The leaf: the exact bytes of one audit entry, and the only JSON that may become one.

A leaf is the RFC 8785 form of one JSON object in a restricted subset (ASCII names, strings, integers within
±(2^53−1), booleans, arrays, objects, depth 16; no floats, no null). Within that subset sorting by code point equals
sorting by UTF-16 unit and the ordinary encoder yields the RFC's bytes, so anybody can reproduce them with any library.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from governance.errors import IntegrityError, InvalidError

VERSION = 1
MAX_LEAF = 32 * 1024
MAX_DEPTH = 16
MAX_RESOURCES = 64
MAX_INTEGER = 2**53 - 1

OUTCOMES = ("success", "failure", "denied")
REASONS = ("code", "policy", "rule", "ticket")

_ACT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_REASON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,127}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_REQUIRED = ("act", "actor", "at", "id", "log", "out", "pn", "src", "v")
_TEXT = frozenset({str})
_MEMBERS = frozenset((*_REQUIRED, "det", "pd", "req", "res", "why"))


def canonical(value: object) -> bytes:
    """Return `value` as RFC 8785 bytes.

    Raises `InvalidError` for anything outside the restricted subset: a float or a null would be written differently
    by different libraries, and a proof must not depend on whose library checks it.
    """
    _check(value, 0)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):
        raise InvalidError("an audit entry holds text that is not valid Unicode") from None


def moment(at: datetime) -> str:
    """Return `at` as leaves write it: UTC, always 27 characters with six decimals.

    Raises `InvalidError` for a naive moment.
    """
    if at.tzinfo is None:
        raise InvalidError("the time of an audit entry needs a zone", "at")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compose(members: Mapping[str, Any]) -> bytes:
    """Return the leaf of an entry with `members`; those that are empty are left out.

    Raises `InvalidError` if a member is missing, unknown or malformed, or if the leaf would exceed 32 KiB: what is
    larger belongs in the vault, with its SHA-256 in `det`.
    """
    entry = {name: value for name, value in members.items() if value not in (None, "", {}, [], ())}
    entry["v"] = VERSION
    if because := _malformed(entry):
        raise InvalidError(because)
    leaf = canonical(entry)
    if len(leaf) > MAX_LEAF:
        raise InvalidError("an audit entry may hold 32 KiB at most")
    return leaf


def read(leaf: bytes) -> dict[str, Any]:
    """Return the entry that `leaf` is.

    Raises `IntegrityError` unless `leaf` is exactly what `compose` would have written: a second spelling of one entry
    would be a second truth.
    """
    try:
        entry = orjson.loads(leaf)
        exact = (
            len(leaf) <= MAX_LEAF
            and isinstance(entry, dict)
            and all(entry.values())  # what is empty was left out
            and orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) == leaf
        )
        if exact and not leaf.isascii():  # a name is ASCII if all is; text need not be
            _check(entry, 0)
    except (orjson.JSONDecodeError, InvalidError):
        exact = False
    if not exact:
        raise IntegrityError("not the canonical form of an audit entry")
    if because := _malformed(entry):
        raise IntegrityError(because)
    try:
        _check(entry.get("det", {}), 1)  # the one member that can hold anything: the others are told above
    except InvalidError as error:
        raise IntegrityError(str(error)) from None
    return dict(entry)


def resource_keys(entry: Mapping[str, Any]) -> list[str]:
    """Return the resources of an entry as they are searched for: `kind:id`."""
    return [f"{resource['kind']}:{resource['id']}" for resource in entry.get("res", ())]


def search_keys(entry: Mapping[str, Any]) -> list[str]:
    """Return everything an entry is listed under, each once: its resources, and its purposes as `purpose:name`.

    A purpose stands in `det`, or, where somebody went beyond their role, as the reason for it. What is not spelled as
    policy spells purposes is none: `det` can hold anything.
    """
    det = entry.get("det", {})
    named = [det.get("purpose"), *(det["purposes"] if isinstance(det.get("purposes"), list | tuple) else ())]
    if entry["act"].startswith("break_glass.") and entry["out"] == OUTCOMES[0]:
        named.append(entry.get("why", {}).get("code"))
    purposes = (one for one in named if isinstance(one, str) and is_purpose(one))
    return sorted({*resource_keys(entry), *map(purpose_key, purposes)})


def is_purpose(text: str) -> bool:
    """Return whether `text` is spelled as policy spells purposes."""
    return _PURPOSE.fullmatch(text) is not None


def purpose_key(purpose: str) -> str:
    """Return what entries of `purpose` are listed under, beside the resources that they name."""
    return f"purpose:{purpose}"


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidError("an audit entry is nested too deep")
    kind = type(value)
    if kind is str or kind is bool:
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise InvalidError("an integer of an audit entry lies outside ±(2^53−1)")
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part, depth + 1)
    elif isinstance(value, dict):
        for name, part in value.items():
            if type(name) is not str or not name.isascii():
                raise InvalidError("the names in an audit entry are ASCII")
            _check(part, depth + 1)
    else:
        raise InvalidError(f"an audit entry cannot hold a value of type {kind.__name__}")


def _malformed(entry: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the members of `entry`, or None."""
    if missing := [name for name in _REQUIRED if name not in entry]:
        return f"an audit entry needs {missing[0]}"
    if unknown := sorted(entry.keys() - _MEMBERS):
        return f"an audit entry has no member {unknown[0]}"
    for member, is_right, because in _RULES:
        if member in entry and not is_right(entry[member]):
            return because
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_act(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 32 and _ACT.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # the thirteenth month
        return False
    return True


def _is_object(value: object, *names: str) -> bool:
    return (
        isinstance(value, dict)
        and _TEXT.issuperset(map(type, value.values()))
        and all(map(value.__contains__, names))
    )


def _is_numbered(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("inst"), str) or not _is_count(value.get("n")):
        return False
    void = value.get("void")
    return len(value) == 2 or (len(value) == 3 and isinstance(void, list) and all(map(_is_count, void)))


def _is_count(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_INTEGER


def _are_resources(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) <= MAX_RESOURCES
        and all(_is_object(resource, "kind", "id") and len(resource) == 2 for resource in value)
    )


def _are_reasons(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= set(REASONS)
        and _TEXT.issuperset(map(type, value.values()))
        and all(map(_REASON.fullmatch, value.values()))
    )


_RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("v", lambda value: type(value) is int and value == VERSION, "an audit entry of another version"),
    ("log", _is_text, "the log and the id of an audit entry are text"),
    ("id", _is_text, "the log and the id of an audit entry are text"),
    ("at", _is_moment, "the time of an audit entry is UTC with six decimals"),
    ("act", _is_act, "the act of an audit entry is dotted, 32 at most"),
    ("out", OUTCOMES.__contains__, "the outcome of an audit entry is success, failure or denied"),
    (
        "actor",
        lambda value: _is_object(value, "kind", "id"),
        "the actor of an audit entry has a kind and an id",
    ),
    ("src", _is_object, "the source of an audit entry is an object of texts"),
    ("pn", _is_numbered, "the producer's number is an instance, a count from 1 and what was void"),
    ("res", _are_resources, "resources are up to 64 of kind and id"),
    ("why", _are_reasons, "reasons are codes: code, policy, rule, ticket; never free text"),
    ("pd", _is_object, "personal data enters a leaf as commitments only"),
    ("req", _is_text, "malformed request or details"),
    ("det", lambda value: isinstance(value, dict), "malformed request or details"),
)
"""What each member must be, in the order in which a wrong one is named."""
