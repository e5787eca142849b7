"""What speaks for and against a candidate, side by side: for the person who confirms or excludes it, and for nobody else.

Identifiers are shown masked, those of others too: enough to compare, not enough to name anybody. A hint is a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from governance.recordings import people
from governance.recordings.models import Party, Recording
from governance.runtime import Work
from governance.subjects import candidate_queries, person, queries
from governance.subjects.models import Candidate, SubjectRequest
from governance.subjects.person import Identifier, Person

MOST_USERS = 50
"""How many pairs of identifiers are looked at to say who else uses one: beyond that it is a switchboard."""

Hint = Literal["differs", "shared", "unproven", "agrees", "thin"]
"""`differs`: the party goes by another name or number than the requester. `shared`: others used the identifier in the
same period. `unproven`: the proof that was given does not reach it. `agrees`: two things agree. `thin`: one does."""


@dataclass(frozen=True)
class Matched:
    """An identifier that led here. `is_proven` is None where no code was asked for."""

    kind: str
    shown: str
    is_proven: bool | None


@dataclass(frozen=True)
class PartyShown:
    """Somebody who takes part, masked; `agreeing` and `differing` compare them with what the request names."""

    id: str
    role: str
    channel: int | None
    is_match: bool
    name: str | None
    identifiers: tuple[tuple[str, str], ...]
    agreeing: tuple[str, ...]
    differing: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """One candidate with the call it is about and everybody in it."""

    candidate_id: str
    recording_id: str
    decision: str
    has_arrived: bool
    started_at: datetime
    duration_ms: int | None
    state: str
    agent_id: str | None
    team: str | None
    site: str | None
    line_of_business: str | None
    direction: str | None
    language: str | None
    matched: tuple[Matched, ...]
    parties: tuple[PartyShown, ...]
    shared_with: int
    hint: Hint


@dataclass(frozen=True)
class User:
    """Somebody who used an identifier together with another one: how often, from when to when."""

    shown: str
    is_requesters: bool
    recordings: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Sharing:
    """Who used one of the request's identifiers in the period of its candidates. `others` are not the requester."""

    kind: str
    shown: str
    others: int
    users: tuple[User, ...]


def sharing(work: Work, request: SubjectRequest) -> dict[str, Sharing]:
    """Return, of each of the request's identifiers by its token in hexadecimal, who used it.

    Where nothing but the identifier itself is known of the requester, one of its users is taken to be them.
    """
    period = candidate_queries.period(work, request.id)
    who = person.of(work, request)
    found: dict[str, Sharing] = {}
    for token, one in person.tokens(work, who.identifiers).items():
        users = _users(work, token, who, period) if period else ()
        others = sum(not user.is_requesters for user in users)
        if users and others == len(users) and len(who.identifiers) == 1:
            others -= 1
        found[token.hex()] = Sharing(one.kind, person.masked(one.kind, one.value), others, users)
    return found


def _users(work: Work, token: bytes, who: Person, period: tuple[datetime, datetime]) -> tuple[User, ...]:
    usages = candidate_queries.used_with(work, token, *period, limit=MOST_USERS)
    parties = candidate_queries.parties_named(work, [usage.party_id for usage in usages])
    others = [one for key, one in person.tokens(work, who.identifiers).items() if key != token]
    users: dict[str, User] = {}
    for usage in usages:
        facts = people.unseal(work, parties[usage.party_id])
        kind = next((one for one in ("customer_number", "email", "tel") if one in facts), "name")
        key = facts.get(kind, "")
        before = users.get(key)
        users[key] = User(
            shown=person.masked(kind, key),
            is_requesters=any(facts.get(one.kind) == one.value for one in others),
            recordings=max(usage.recordings, before.recordings if before else 0),
            first_at=min(usage.first_at, before.first_at if before else usage.first_at),
            last_at=max(usage.last_at, before.last_at if before else usage.last_at),
        )
    return tuple(sorted(users.values(), key=lambda user: -user.recordings))


def of(work: Work, request: SubjectRequest, page: Sequence[Candidate]) -> list[Evidence]:
    """Return the evidence of these candidates of the request, in their order."""
    recording_ids = [one.recording_id for one in page]
    recordings = candidate_queries.recordings(work, recording_ids)
    parties = candidate_queries.parties(work, recording_ids)
    who = person.of(work, request)
    named = {token.hex(): one for token, one in person.tokens(work, who.identifiers).items()}
    proven = _proven(work, request)
    shared = sharing(work, request)
    return [
        _one(
            work,
            row,
            recordings[row.recording_id],
            parties.get(row.recording_id, []),
            who,
            named,
            proven,
            shared,
        )
        for row in page
    ]


def _proven(work: Work, request: SubjectRequest) -> bytes | None:
    passed = [
        one.token
        for one in queries.identity_checks(work, request.id)
        if one.way == "code" and one.has_passed and one.token is not None
    ]
    return passed[-1] if passed else None


def _one(
    work: Work,
    row: Candidate,
    recording: Recording,
    parties: Sequence[Party],
    who: Person,
    named: dict[str, Identifier],
    proven: bytes | None,
    shared: dict[str, Sharing],
) -> Evidence:
    facts = {party.id: people.unseal(work, party) for party in parties}
    reached = {
        value
        for party_id in row.party_ids
        for own in [facts.get(party_id, {})]
        if proven is not None and "email" in own and people.token(work, "email", own["email"]) == proven
        for value in own.values()
    }
    matched = tuple(
        Matched(one.kind, person.masked(one.kind, one.value), one.value in reached if proven else None)
        for token in row.matched
        if (one := named.get(token)) is not None
    )
    shown = tuple(_shown(party, facts[party.id], party.id in row.party_ids, who) for party in parties)
    shared_with = max((shared[token].others for token in row.matched if token in shared), default=0)
    return Evidence(
        candidate_id=row.id,
        recording_id=row.recording_id,
        decision=row.decision,
        has_arrived=row.has_arrived,
        started_at=recording.started_at,
        duration_ms=recording.duration_ms,
        state=recording.state,
        agent_id=recording.agent_id,
        team=recording.team,
        site=recording.site,
        line_of_business=recording.line_of_business,
        direction=recording.direction,
        language=recording.language,
        matched=matched,
        parties=shown,
        shared_with=shared_with,
        hint=_hint(matched, [one for one in shown if one.is_match], shared_with),
    )


def _shown(party: Party, facts: dict[str, str], is_match: bool, who: Person) -> PartyShown:
    agreeing: list[str] = []
    differing: list[str] = []
    for kind in people.SEARCHABLE:
        asked = {one.value for one in who.identifiers if one.kind == kind}
        if kind in facts and asked:
            (agreeing if facts[kind] in asked else differing).append(kind)
    name = _same_name(facts.get("name"), who.name)
    if name is not None:
        (agreeing if name else differing).append("name")
    return PartyShown(
        id=party.id,
        role=party.role,
        channel=party.channel,
        is_match=is_match,
        name=person.masked("name", facts["name"]) if "name" in facts else None,
        identifiers=tuple(
            (kind, person.masked(kind, facts[kind])) for kind in people.SEARCHABLE if kind in facts
        ),
        agreeing=tuple(agreeing),
        differing=tuple(differing) if is_match else (),
    )


def _same_name(first: str | None, second: str | None) -> bool | None:
    """Return whether two names are the same, or None where nobody can say: one is missing, or they share a part."""
    one, other = (set((name or "").casefold().replace(",", " ").split()) for name in (first, second))
    if not one or not other or (one != other and one & other):
        return None
    return one == other


def _hint(matched: Sequence[Matched], parties: Sequence[PartyShown], shared_with: int) -> Hint:
    if any(party.differing for party in parties):
        return "differs"
    if shared_with and not any(set(party.agreeing) - {"tel"} for party in parties):
        return "shared"
    if matched and all(one.is_proven is False for one in matched):
        return "unproven"
    return "agrees" if any(len(party.agreeing) > 1 for party in parties) else "thin"
