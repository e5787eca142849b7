"""How a request comes in: under which law and clock, who asks, and what is stopped or suspended from that commit on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance import ids
from governance.errors import InvalidError
from governance.runtime import Work
from governance.subjects import acts, clocks, objections, person, queries
from governance.subjects.acts import record, take
from governance.subjects.models import RequestIdentifier, SubjectRequest
from governance.subjects.person import Identifier, Person
from governance.subjects.words import OBJECTIONS, PUBLIC, Channel, Kind, Requester

OLDEST = timedelta(days=366)


@dataclass(frozen=True)
class Asked:
    """What one person asks, as it came in. `purposes` is for objections: which to stop; none named is all of them."""

    kind: Kind
    channel: Channel
    who: Person = field(repr=False)
    requester: Requester = "customer"
    regime: str | None = None
    place: str | None = None
    language: str = "en"
    received_at: datetime | None = None
    purposes: tuple[str, ...] = ()


def open_request(work: Work, asked: Asked) -> SubjectRequest:
    """Return the new request. Its clock runs from its receipt; what it stops or suspends is in force from this commit on.

    An earlier request of the same person is linked, and spares this one no step: neither identity nor confirmation
    (GHSA-qx5f-ghc2-7g5c).

    Raises `DeniedError`; `InvalidError` for a law, place, purpose, moment or identifier that there is not.
    """
    _may_open(work, asked.channel)
    regime, place = _law(work, asked)
    request_id, received_at = ids.new("srq"), _received(work, asked)
    known_as = person.tokens(work, _identifiers(asked))
    request = SubjectRequest(
        id=request_id,
        tenant=work.tenant,
        year=0,
        serial=0,
        regime=regime,
        kind=asked.kind,
        channel=asked.channel,
        requester=asked.requester,
        place=place,
        language=asked.language,
        box=person.seal(work, request_id, asked.who),
        state="received",
        opened_by=work.actor.id,
        opened_at=work.now,
        received_at=received_at,
        due_on=received_at.date(),
        due_at=received_at,
        identity="undoubted",
    )
    at, holds = acts.calendar(work, request), acts.terms(work, request)
    request.year = at.day_of(received_at).year
    request.serial = queries.next_serial(work, request.year)
    acts.set_clock(work, request)
    if holds.acknowledge_within is not None:
        day = clocks.last_day(at.day_of(received_at), holds.acknowledge_within, at, working_day_rule=False)
        request.acknowledge_by = at.end_of(day)
    if asked.kind in OBJECTIONS:
        request.purposes = objections.purposes_of(work, request, asked.purposes)
        request.grounds = "undecided" if asked.kind == "objection" else None
    elif asked.purposes:
        raise InvalidError("only an objection stops purposes", "purposes")
    since = work.now - timedelta(days=work.policies.subjects.same_within_days)
    before = queries.earlier(work, request_id, list(known_as), since) if known_as else None
    request.earlier_id = before.id if before is not None else None
    work.session.add(request)
    work.session.flush()
    _name(work, request, known_as)
    det = {"kind": request.kind, "regime": request.regime, "channel": request.channel}
    record(work, "request.received", request, det=det)
    objections.announce(work, request)
    return request


def _may_open(work: Work, channel: Channel) -> None:
    if not (channel == "portal" and work.actor.kind == PUBLIC):
        acts.allow(work, "request:open")


def _law(work: Work, asked: Asked) -> tuple[str, str]:
    subjects = work.policies.subjects
    regime = asked.regime or subjects.regime
    if regime not in subjects.regimes:
        raise InvalidError(f"the policy knows no such law; there are {', '.join(subjects.regimes)}", "regime")
    if subjects.terms(regime, asked.kind) is None:
        known = ", ".join(subjects.regimes[regime].requests)
        raise InvalidError(f"this law knows no such request; it knows {known}", "kind")
    place = asked.place or subjects.regimes[regime].place
    if place not in subjects.places:
        raise InvalidError(f"the policy knows no such place; there are {', '.join(subjects.places)}", "place")
    return regime, place


def _received(work: Work, asked: Asked) -> datetime:
    received_at = asked.received_at or work.now
    if not work.now - OLDEST <= received_at <= work.now:
        raise InvalidError(
            "a request was received within the last year, and not in the future", "received_at"
        )
    return received_at


def _identifiers(asked: Asked) -> tuple[Identifier, ...]:
    known_as = asked.who.identifiers
    if len(known_as) > person.MOST_IDENTIFIERS:
        raise InvalidError(f"at most {person.MOST_IDENTIFIERS} identifiers", "identifiers")
    is_staff = asked.requester == "staff"
    if is_staff != any(one.kind == "agent_id" for one in known_as):
        raise InvalidError(
            "staff are known by the id that recordings name them by, customers never", "identifiers"
        )
    if asked.kind in OBJECTIONS and not known_as:
        raise InvalidError("without an identifier nobody knows whose recordings to stop", "identifiers")
    return known_as


def _name(work: Work, request: SubjectRequest, known_as: dict[bytes, Identifier]) -> None:
    """Note the identifiers blind, and place the request's standing orders over them."""
    for token, one in known_as.items():
        row = RequestIdentifier(request_id=request.id, token=token, kind=one.kind, tenant=work.tenant)
        work.session.add(row)
    work.session.flush()
    objections.place(work, request, known_as)


def add_identifiers(work: Work, request_id: str, more: Sequence[Identifier]) -> SubjectRequest:
    """Return the request, which now names these identifiers too: the second telephone that somebody remembers.

    Whoever has proven who they are has not proven that these are theirs: the evidence of each candidate says so.
    """
    request = take(work, request_id, "amend")
    who = person.of(work, request)
    added = tuple(one for one in dict.fromkeys(more) if one not in who.identifiers)
    if not added or len(who.identifiers) + len(added) > person.MOST_IDENTIFIERS:
        raise InvalidError(
            f"1 to {person.MOST_IDENTIFIERS} identifiers that are not named yet", "identifiers"
        )
    if request.requester != "staff" and any(one.kind == "agent_id" for one in added):
        raise InvalidError("only staff are known by the id of an agent", "identifiers")
    _rewrite(work, request, who, (*who.identifiers, *added))
    _name(work, request, person.tokens(work, added))
    record(work, "request.amended", request, code="added", det={"kinds": sorted({one.kind for one in added})})
    return request


def drop_identifier(work: Work, request_id: str, dropped: Identifier, because: str) -> SubjectRequest:
    """Return the request without an identifier that turned out to be somebody else's: nothing is stopped by it any more.

    Candidates found by it stay listed, and what was decided about them stands. Raises `InvalidError` where it is not
    named, or is the last of an objection.
    """
    text = acts.reason(because)
    request = take(work, request_id, "amend")
    who = person.of(work, request)
    rest = tuple(one for one in who.identifiers if one != dropped)
    if len(rest) == len(who.identifiers):
        raise InvalidError("the request does not name this identifier", "identifier")
    if not rest and request.kind in OBJECTIONS:
        raise InvalidError("an objection without an identifier stops nothing", "identifier")
    _rewrite(work, request, who, rest)
    for token in person.tokens(work, [dropped]):
        for row in queries.identifiers(work, request.id):
            if row.token == token:
                work.session.delete(row)
        objections.drop(work, request, token, f"request {request.number}: an identifier was dropped")
    record(work, "request.amended", request, code="dropped", det={"kinds": [dropped.kind]}, text=text)
    return request


def _rewrite(work: Work, request: SubjectRequest, who: Person, known_as: tuple[Identifier, ...]) -> None:
    request.box = person.seal(work, request.id, Person(who.name, who.email, who.address, known_as, who.text))
    work.session.add(request)
