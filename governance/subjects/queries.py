"""What is known of requests: the only SELECTs of the area, but for those that look for recordings (`candidate_queries`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.keyset import Keyset
from governance.runtime import Work
from governance.subjects import package_queries
from governance.subjects.models import (
    Candidate,
    IdentityCheck,
    RequestEvent,
    RequestIdentifier,
    StandingFor,
    SubjectRequest,
)
from governance.subjects.package_models import POSTED, READY, SENT, Package
from governance.subjects.words import FINAL, OPEN
from governance.tenancy import Tenant

_BY_CLOCK = Keyset(col(SubjectRequest.due_at), col(SubjectRequest.id))
_NUMBER = re.compile(r"([0-9]{4})-([0-9]{1,9})")


@dataclass(frozen=True)
class Filters:
    """What a list of requests is narrowed to. `is_open` is true for those that nobody has answered yet."""

    state: str | None = None
    is_open: bool | None = None
    kind: str | None = None
    regime: str | None = None
    requester: str | None = None
    is_paused: bool | None = None
    due_before: datetime | None = None
    token: bytes | None = None
    number: tuple[int, int] | None = None


def request(work: Work, request_id: str) -> SubjectRequest | None:
    """Return the request, or None."""
    return work.session.exec(select(SubjectRequest).where(SubjectRequest.id == request_id)).first()


def for_update(work: Work, request_id: str) -> SubjectRequest | None:
    """Return the request, locked until the transaction ends, as it is now."""
    asked = (
        select(SubjectRequest)
        .where(SubjectRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return work.session.exec(asked).first()


def requests(
    work: Work, filters: Filters, after: str | None = None, limit: int = 50
) -> tuple[Sequence[SubjectRequest], str | None]:
    """Return one page by clock, what ends first standing first, and the cursor of the next page.

    Raises `InvalidError` for a cursor that is not one of ours.
    """
    asked = select(SubjectRequest).where(*_conditions(filters))
    if after is not None:
        asked = asked.where(_BY_CLOCK.after(after))
    rows = work.session.exec(asked.order_by(*_BY_CLOCK.order).limit(limit + 1)).all()
    return _BY_CLOCK.page(rows, limit)


def count(work: Work, filters: Filters) -> int:
    """Return how many requests meet the filters."""
    return work.session.exec(select(func.count(col(SubjectRequest.id))).where(*_conditions(filters))).one()


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (SubjectRequest.state, filters.state),
        (SubjectRequest.kind, filters.kind),
        (SubjectRequest.regime, filters.regime),
        (SubjectRequest.requester, filters.requester),
    ):
        if value is not None:
            wanted.append(col(column) == value)
    if filters.is_open is not None:
        is_open = col(SubjectRequest.state).in_(sorted(OPEN))
        wanted.append(is_open if filters.is_open else ~is_open)
    if filters.is_paused is not None:
        runs = col(SubjectRequest.paused_at).is_(None)
        wanted.append(~runs if filters.is_paused else runs)
    if filters.due_before is not None:
        wanted.append(col(SubjectRequest.due_at) < filters.due_before)
    if filters.number is not None:
        year, serial = filters.number
        wanted += [col(SubjectRequest.year) == year, col(SubjectRequest.serial) == serial]
    if filters.token is not None:
        named = select(RequestIdentifier.request_id).where(RequestIdentifier.token == filters.token)
        wanted.append(col(SubjectRequest.id).in_(named))
    return wanted


def by_number(work: Work, number: str) -> SubjectRequest | None:
    """Return the request that people call `2026-0007`, or None."""
    found = _NUMBER.fullmatch(number.strip())
    if found is None:
        return None
    year, serial = found.groups()
    return next(iter(requests(work, Filters(number=(int(year), int(serial))), limit=1)[0]), None)


def near_end(work: Work, within: timedelta) -> Sequence[SubjectRequest]:
    """Return the open requests whose clock runs and ends within so long, or has ended: for findings and for Today."""
    asked = select(SubjectRequest).where(
        col(SubjectRequest.state).in_(sorted(OPEN)),
        col(SubjectRequest.paused_at).is_(None),
        col(SubjectRequest.due_at) <= work.now + within,
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.due_at), col(SubjectRequest.id))).all()


def unacknowledged(work: Work) -> Sequence[SubjectRequest]:
    """Return the open requests whose time to be acknowledged is over."""
    asked = select(SubjectRequest).where(
        col(SubjectRequest.state).in_(sorted(OPEN)),
        col(SubjectRequest.acknowledged_at).is_(None),
        col(SubjectRequest.acknowledge_by) <= work.now,
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.acknowledge_by))).all()


def next_serial(work: Work, year: int) -> int:
    """Return the next number of the tenant's requests in `year`; who else opens one waits until this Work ends.

    The lock is one that the foreign keys of other inserts do not wait for.
    """
    lock = select(Tenant.id).where(Tenant.id == work.tenant).with_for_update(key_share=True)
    work.session.exec(lock).first()
    last = select(func.max(col(SubjectRequest.serial))).where(SubjectRequest.year == year)
    return (work.session.exec(last).one() or 0) + 1


def earlier(work: Work, request_id: str, tokens: Sequence[bytes], since: datetime) -> SubjectRequest | None:
    """Return the newest other request since then that names one of the same identifiers, or None."""
    named = select(RequestIdentifier.request_id).where(col(RequestIdentifier.token).in_(list(tokens)))
    asked = select(SubjectRequest).where(
        col(SubjectRequest.id).in_(named),
        SubjectRequest.id != request_id,
        col(SubjectRequest.received_at) >= since,
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.received_at).desc())).first()


def identifiers(work: Work, request_id: str) -> Sequence[RequestIdentifier]:
    """Return the blind identifiers the request names."""
    asked = select(RequestIdentifier).where(RequestIdentifier.request_id == request_id)
    return work.session.exec(asked.order_by(col(RequestIdentifier.token))).all()


def standing(work: Work, request_id: str, kind: str | None = None) -> Sequence[StandingFor]:
    """Return the request's standing orders that are in force."""
    asked = select(StandingFor).where(
        StandingFor.request_id == request_id, col(StandingFor.ended_at).is_(None)
    )
    if kind is not None:
        asked = asked.where(StandingFor.kind == kind)
    return work.session.exec(asked.order_by(col(StandingFor.order_id))).all()


def history(work: Work, request_id: str) -> Sequence[RequestEvent]:
    """Return the request's history, oldest first."""
    asked = select(RequestEvent).where(RequestEvent.request_id == request_id)
    return work.session.exec(asked.order_by(col(RequestEvent.at), col(RequestEvent.id))).all()


def identity_checks(work: Work, request_id: str) -> Sequence[IdentityCheck]:
    """Return every proof of identity that was asked for, oldest first."""
    asked = select(IdentityCheck).where(IdentityCheck.request_id == request_id)
    return work.session.exec(asked.order_by(col(IdentityCheck.made_at), col(IdentityCheck.id))).all()


def open_code(work: Work, request_id: str, *, lock: bool = False) -> IdentityCheck | None:
    """Return the code that was sent last and is not used up, locked if asked for; it may have expired."""
    asked = select(IdentityCheck).where(
        IdentityCheck.request_id == request_id,
        IdentityCheck.way == "code",
        col(IdentityCheck.ended_at).is_(None),
    )
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return work.session.exec(asked.order_by(col(IdentityCheck.made_at).desc())).first()


def codes_since(work: Work, request_id: str, since: datetime) -> int:
    """Return how many codes were sent for the request since then."""
    asked = select(func.count(col(IdentityCheck.id))).where(
        IdentityCheck.request_id == request_id,
        IdentityCheck.way == "code",
        col(IdentityCheck.made_at) > since,
    )
    return work.session.exec(asked).one()


def expired_codes(work: Work, limit: int) -> Sequence[IdentityCheck]:
    """Return codes whose time is over and that nobody has ended."""
    asked = select(IdentityCheck).where(
        col(IdentityCheck.ended_at).is_(None), col(IdentityCheck.expires_at) <= work.now
    )
    return work.session.exec(asked.limit(limit)).all()


def searched(work: Work) -> Sequence[SubjectRequest]:
    """Return the requests that are being examined and whose candidates were looked for, by clock."""
    asked = select(SubjectRequest).where(
        SubjectRequest.state == "examining", col(SubjectRequest.searched_at).is_not(None)
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.due_at), col(SubjectRequest.id))).all()


def answered_before(work: Work, moment: datetime) -> Sequence[str]:
    """Return the ids of requests that were answered before then and not closed yet."""
    asked = select(SubjectRequest.id).where(
        SubjectRequest.state == "answered", col(SubjectRequest.answered_at) <= moment
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.id))).all()


def ended_before(work: Work, regime: str, moment: datetime, limit: int) -> Sequence[str]:
    """Return the ids of requests of one law that ended before then and still know whose they were."""
    asked = select(SubjectRequest.id).where(
        col(SubjectRequest.state).in_(sorted(FINAL)),
        SubjectRequest.regime == regime,
        col(SubjectRequest.ended_at) <= moment,
        col(SubjectRequest.forgotten_at).is_(None),
    )
    return work.session.exec(asked.order_by(col(SubjectRequest.id)).limit(limit)).all()


def tally(work: Work, request_id: str) -> dict[str, int]:
    """Return how many candidates are undecided, confirmed and excluded."""
    asked = (
        select(Candidate.decision, func.count(col(Candidate.id)))
        .where(Candidate.request_id == request_id)
        .group_by(Candidate.decision)
    )
    return dict(work.session.exec(asked).all())


def has_package(work: Work, request_id: str) -> bool:
    """Return whether the package that answers the request is made and can be fetched."""
    asked = select(Package.id).where(Package.request_id == request_id, Package.state == READY)
    return work.session.exec(asked.limit(1)).first() is not None


ANSWERS = frozenset(
    {
        "access_answer", "access_none", "objection_upheld", "objection_grounds", "refusal", "restriction_ends",
        "package_ready", "ccpa_opt_out", "ccpa_refusal",
    }
)  # fmt: skip
"""The letters that tell a person what was decided."""


def has_answer_letter(work: Work, request: SubjectRequest) -> bool:
    """Return whether a letter that tells what was decided has gone since it was decided."""
    return any(
        letter.kind in ANSWERS
        and letter.state in (SENT, POSTED)
        and letter.ended_at is not None
        and request.decided_at is not None
        and letter.ended_at >= request.decided_at
        for letter in package_queries.letters(work, request.id)
    )
