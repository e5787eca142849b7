"""Selections: a stored question about recordings, asked of those that are here and of each one that comes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlmodel import col

from governance.db import is_one_of
from governance.errors import InvalidError
from governance.recordings import person_queries
from governance.recordings.models import Recording

_TOKEN = re.compile(r"[0-9a-f]{32}")
_LONGEST = 200

# What a selection names, and the column that must have one of the values.
_COLUMNS = {
    "recording_ids": "id",
    "sources": "source",
    "sites": "site",
    "teams": "team",
    "agents": "agent_id",
    "lines_of_business": "line_of_business",
    "jurisdictions": "jurisdiction",
    "languages": "language",
}


@dataclass(frozen=True)
class Selection:
    """Which recordings: those that fit every field that is named, with any one of its values.

    `since` and `until` bound the beginning of the interaction, half-open. `persons` are the blind tokens of
    identifiers, in hexadecimal (`people.token`): a selection names nobody in clear. All recordings are meant only
    where `everything` says so.

    Raises `InvalidError` for a selection that names nothing, contradicts itself or holds what could never match.
    """

    recording_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    lines_of_business: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    persons: tuple[str, ...] = ()
    everything: bool = False

    def __post_init__(self) -> None:
        for name in (*_COLUMNS, "persons"):
            object.__setattr__(self, name, _values(name, getattr(self, name)))
        if any(_TOKEN.fullmatch(person) is None for person in self.persons):
            raise InvalidError("a person is selected by the blind token of an identifier", "persons")
        for name in ("since", "until"):
            object.__setattr__(self, name, _moment(name, getattr(self, name)))
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise InvalidError("a selection ends after it begins", "until")
        if type(self.everything) is not bool:
            raise InvalidError("everything is true or false", "everything")
        if self.everything == bool(self._named()):
            raise InvalidError("a selection names something, or says that it means everything", "everything")

    def _named(self) -> list[str]:
        return [
            field.name for field in fields(self) if field.name != "everything" and getattr(self, field.name)
        ]

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes: only what is named."""
        named: dict[str, Any] = {}
        for name in self._named():
            value = getattr(self, name)
            named[name] = value.isoformat() if isinstance(value, datetime) else list(value)
        return named or {"everything": True}

    @classmethod
    def from_json(cls, given: Any) -> Self:
        """Return the selection that `to_json` gave. Raises `InvalidError` for anything else: a typing error widens it."""
        if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
            raise InvalidError("a selection is an object", "selection")
        if unknown := sorted(given.keys() - {field.name for field in fields(cls)}):
            raise InvalidError(f"a selection knows no {unknown[0][:40]!r}", "selection")
        values = dict(given)
        for name in ("since", "until"):
            if values.get(name) is not None:
                values[name] = _read_moment(name, values[name])
        return cls(**values)

    def clause(self) -> sa.ColumnElement[bool]:
        """Return the selection as a condition over `Recording`: true for exactly the rows that `matches`."""
        wanted: list[sa.ColumnElement[bool]] = [
            is_one_of(col(getattr(Recording, column)), getattr(self, name))
            for name, column in _COLUMNS.items()
            if getattr(self, name)
        ]
        if self.since is not None:
            wanted.append(col(Recording.started_at) >= self.since)
        if self.until is not None:
            wanted.append(col(Recording.started_at) < self.until)
        if self.persons:
            tokens = [bytes.fromhex(person) for person in self.persons]
            wanted.append(col(Recording.id).in_(person_queries.recordings_of(tokens)))
        return sa.and_(sa.true(), *wanted)

    def matches(self, row: Recording, tokens: Collection[bytes]) -> bool:
        """Return whether the selection means this recording, in which the people with these blind tokens take part."""
        by_column = all(
            getattr(row, column) in getattr(self, name)
            for name, column in _COLUMNS.items()
            if getattr(self, name)
        )
        in_time = (self.since is None or row.started_at >= self.since) and (
            self.until is None or row.started_at < self.until
        )
        by_person = not self.persons or not {token.hex() for token in tokens}.isdisjoint(self.persons)
        return by_column and in_time and by_person


def _values(name: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, tuple | list) or not all(isinstance(value, str) for value in given):
        raise InvalidError(f"{name} is a list of texts", name)
    if not all(0 < len(value) <= _LONGEST and value.isprintable() for value in given):
        raise InvalidError(f"{name} holds an empty or overlong value, or one with control characters", name)
    return tuple(sorted(set(given)))


def _moment(name: str, given: Any) -> datetime | None:
    if given is None:
        return None
    if not isinstance(given, datetime) or given.tzinfo is None:
        raise InvalidError(f"{name} is a moment with its time zone", name)
    return given.astimezone(UTC)


def _read_moment(name: str, text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise InvalidError(f"{name} is a moment as 2026-03-31T09:00:00+00:00", name) from None
