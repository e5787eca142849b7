"""What is known of candidates: recordings that may be the requester's, found by blind tokens across all identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.recordings.models import ERASED, Party, PartyIndex, Recording
from governance.runtime import Work
from governance.subjects.models import Candidate, RequestIdentifier


@dataclass(frozen=True)
class Match:
    """That a party of a recording carries one of the request's identifiers."""

    recording_id: str
    party_id: str
    token: bytes


@dataclass(frozen=True)
class Usage:
    """How an identifier is used together with another one: which party stands for that pair, how often, from when to when."""

    party_id: str
    recordings: int
    first_at: datetime
    last_at: datetime


def candidates(
    work: Work, request_id: str, decision: str | None = None, after: str = "", limit: int | None = None
) -> Sequence[Candidate]:
    """Return the request's candidates in the order they were found, with ids greater than `after`."""
    asked = select(Candidate).where(Candidate.request_id == request_id, col(Candidate.id) > after)
    if decision is not None:
        asked = asked.where(Candidate.decision == decision)
    return work.session.exec(asked.order_by(col(Candidate.id)).limit(limit)).all()


def candidate(work: Work, candidate_id: str, *, is_fresh: bool = False) -> Candidate | None:
    """Return the candidate, or None; as it is now where `is_fresh`, whatever this Work has read before."""
    asked = select(Candidate).where(Candidate.id == candidate_id)
    return work.session.exec(asked.execution_options(populate_existing=is_fresh)).first()


def unlisted(work: Work, request_id: str, limit: int) -> Sequence[str]:
    """Return ids of recordings that carry one of the request's identifiers and are no candidates yet."""
    asked = (
        select(PartyIndex.recording_id)
        .join(RequestIdentifier, col(RequestIdentifier.token) == col(PartyIndex.token))
        .join(Recording, col(Recording.id) == col(PartyIndex.recording_id))
        .where(
            RequestIdentifier.request_id == request_id,
            Recording.state != ERASED,
            _not_listed(col(PartyIndex.recording_id), request_id),
        )
        .distinct()
    )
    return work.session.exec(asked.limit(limit)).all()


def unlisted_of_agent(work: Work, request_id: str, agent_id: str, limit: int) -> Sequence[str]:
    """Return ids of recordings of a member of staff that are no candidates yet."""
    asked = select(Recording.id).where(
        Recording.agent_id == agent_id,
        Recording.state != ERASED,
        _not_listed(col(Recording.id), request_id),
    )
    return work.session.exec(asked.limit(limit)).all()


def _not_listed(recording_id: Any, request_id: str) -> sa.ColumnElement[bool]:
    listed = sa.exists().where(
        col(Candidate.request_id) == request_id, col(Candidate.recording_id) == recording_id
    )
    return ~listed


def matches(work: Work, request_id: str, recording_ids: Sequence[str]) -> Sequence[Match]:
    """Return which parties of these recordings carry which of the request's identifiers."""
    asked = (
        select(PartyIndex.recording_id, PartyIndex.party_id, PartyIndex.token)
        .join(RequestIdentifier, col(RequestIdentifier.token) == col(PartyIndex.token))
        .where(
            RequestIdentifier.request_id == request_id, col(PartyIndex.recording_id).in_(list(recording_ids))
        )
        .order_by(col(PartyIndex.recording_id), col(PartyIndex.party_id), col(PartyIndex.token))
    )
    return [Match(*row) for row in work.session.exec(asked).all()]


def agents_parties(work: Work, recording_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return, of each recording, the parties that are staff."""
    asked = select(Party).where(col(Party.recording_id).in_(list(recording_ids)), Party.role == "agent")
    found: dict[str, list[str]] = {}
    for party in work.session.exec(asked.order_by(col(Party.position))).all():
        found.setdefault(party.recording_id, []).append(party.id)
    return found


def recordings(work: Work, recording_ids: Sequence[str]) -> dict[str, Recording]:
    """Return the recordings by id."""
    asked = select(Recording).where(col(Recording.id).in_(list(recording_ids)))
    return {row.id: row for row in work.session.exec(asked).all()}


def parties(work: Work, recording_ids: Sequence[str]) -> dict[str, list[Party]]:
    """Return who took part in each recording, sealed, in their order."""
    asked = select(Party).where(col(Party.recording_id).in_(list(recording_ids)))
    found: dict[str, list[Party]] = {}
    for party in work.session.exec(asked.order_by(col(Party.position))).all():
        found.setdefault(party.recording_id, []).append(party)
    return found


def parties_named(work: Work, party_ids: Sequence[str]) -> dict[str, Party]:
    """Return the parties by id."""
    asked = select(Party).where(col(Party.id).in_(list(party_ids)))
    return {party.id: party for party in work.session.exec(asked).all()}


def is_on_file(work: Work, token: bytes) -> bool:
    """Return whether some party of a recording that has not been erased carries the identifier."""
    asked = (
        select(PartyIndex.party_id)
        .join(Recording, col(Recording.id) == col(PartyIndex.recording_id))
        .where(PartyIndex.token == token, Recording.state != ERASED)
    )
    return work.session.exec(asked.limit(1)).first() is not None


def used_with(work: Work, token: bytes, since: datetime, until: datetime, limit: int) -> list[Usage]:
    """Return with which other identifiers `token` stands on one party, in recordings of the period, the most used first."""
    beside = select(PartyIndex.party_id).where(PartyIndex.token == token)
    times = func.count(sa.distinct(col(Recording.id)))
    asked = (
        select(
            func.min(PartyIndex.party_id),
            times,
            func.min(Recording.started_at),
            func.max(Recording.started_at),
        )
        .join(Recording, col(Recording.id) == col(PartyIndex.recording_id))
        .where(
            col(PartyIndex.party_id).in_(beside),
            PartyIndex.token != token,
            Recording.state != ERASED,
            col(Recording.started_at) >= since,
            col(Recording.started_at) <= until,
        )
        .group_by(col(PartyIndex.token))
        .order_by(times.desc(), func.min(PartyIndex.party_id))
        .limit(limit)
    )
    return [Usage(*row) for row in work.session.exec(asked).all()]


def period(work: Work, request_id: str) -> tuple[datetime, datetime] | None:
    """Return when the first and the last of the request's candidates began, or None where there are none."""
    asked = (
        select(func.min(Recording.started_at), func.max(Recording.started_at))
        .join(Candidate, col(Candidate.recording_id) == col(Recording.id))
        .where(Candidate.request_id == request_id)
    )
    found: tuple[datetime | None, datetime | None] = work.session.exec(asked).one()
    first, last = found
    return (first, last) if first is not None and last is not None else None
