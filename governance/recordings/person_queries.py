"""What is known of people by the blind tokens of their identifiers: nobody is named in a question or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from governance.recordings.models import ERASED, Party, PartyIndex, Recording
from governance.runtime import Work

MOST = 10_000
"""Candidates of one search: nobody could look through more by hand, and a token that finds them is no person's."""


@dataclass(frozen=True)
class Candidate:
    """A recording in which somebody may be the one who is looked for, and by which of the tokens they were found.

    `party_id` and `role` are None where they were found as the agent.
    """

    recording_id: str
    party_id: str | None
    role: str | None
    matched: frozenset[bytes]
    started_at: datetime
    duration_ms: int | None
    source: str
    direction: str | None
    language: str | None
    agent_id: str | None
    team: str | None
    site: str | None
    line_of_business: str | None
    jurisdiction: str | None
    state: str


_SHOWN = (
    "started_at", "duration_ms", "source", "direction", "language", "agent_id", "team", "site",
    "line_of_business", "jurisdiction", "state",
)  # fmt: skip


def by_tokens(work: Work, tokens: Sequence[bytes], limit: int = MOST) -> list[Candidate]:
    """Return everybody who has one of the blind `tokens`, a row for each recording they are in, the newest first.

    Whose token was which kind of identifier is known to whoever made it. Erased recordings have no people any more.
    """
    asked = (
        sa.select(
            col(PartyIndex.token),
            col(PartyIndex.party_id),
            col(PartyIndex.recording_id),
            col(Party.role),
            *(col(getattr(Recording, name)) for name in _SHOWN),
        )
        .join(Party, col(Party.id) == col(PartyIndex.party_id))
        .join(Recording, col(Recording.id) == col(PartyIndex.recording_id))
        .where(col(PartyIndex.token).in_(list(tokens)), col(Recording.state) != ERASED)
        .limit(limit)
    )
    matched: dict[str, set[bytes]] = {}
    rows: dict[str, Any] = {}
    for row in work.session.execute(asked):
        matched.setdefault(row.party_id, set()).add(bytes(row.token))
        rows[row.party_id] = row
    found = [
        _candidate(row, party_id, row.role, frozenset(matched[party_id])) for party_id, row in rows.items()
    ]
    return sorted(found, key=lambda one: (one.started_at, one.recording_id), reverse=True)


def by_agent(work: Work, agent_id: str, limit: int = MOST) -> list[Candidate]:
    """Return the recordings that name `agent_id` as the agent, the newest first: the candidates of a member of staff."""
    asked = (
        sa.select(
            col(Recording.id).label("recording_id"), *(col(getattr(Recording, name)) for name in _SHOWN)
        )
        .where(col(Recording.agent_id) == agent_id, col(Recording.state) != ERASED)
        .order_by(col(Recording.started_at).desc(), col(Recording.id).desc())
        .limit(limit)
    )
    return [_candidate(row, None, None, frozenset()) for row in work.session.execute(asked)]


def _candidate(row: Any, party_id: str | None, role: str | None, matched: frozenset[bytes]) -> Candidate:
    shown = {name: getattr(row, name) for name in _SHOWN}
    return Candidate(row.recording_id, party_id, role, matched, **shown)


def recordings_of(tokens: Sequence[bytes]) -> Any:
    """Return the question for the ids of all recordings in which somebody with one of `tokens` takes part."""
    return sa.select(col(PartyIndex.recording_id)).where(col(PartyIndex.token).in_(list(tokens)))
