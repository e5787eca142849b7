"""Matters: legal holds over a selection of recordings, present and future, without a cap.

A hold is placed by one person and released by two: one asks, with reasons, and another approves. Title and reasons are
sealed, since they can name anybody; the selection names people by blind tokens only.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NoReturn

from governance import ids
from governance.access import sealing
from governance.access import service as access
from governance.access.reasons import SENTENCES, Reason
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, DeniedError, InvalidError
from governance.recordings import queries as catalog
from governance.recordings import standing
from governance.recordings.models import HOLD, StandingOrder
from governance.recordings.selection import Selection
from governance.retention import queries
from governance.retention.models import OPEN, RELEASE_REQUESTED, RELEASED, Matter
from governance.runtime import Actor, Runtime, Work

MOST_DAYS = 366
"""A hold is reviewed at least once a year: one that nobody looks at is for ever."""
_SOON = timedelta(days=14)
_LOST = "A matter whose title was lost"


def open_matter(work: Work, *, title: str, because: str, selection: Selection, review_by: date) -> Matter:
    """Return the matter: from this Work's commit on, nothing that its selection means is erased, now or to come.

    Raises `DeniedError`; `InvalidError` for a title or reason that is none, and a review later than in a year.
    """
    access.require(work, "recording:hold")
    _check_text(title, "title", 3, 200)
    _check_text(because, "because", 10, 2000)
    _check_review(work, review_by)
    matter_id = ids.new("mat")
    order = standing.place(work, kind=HOLD, selection=selection, reference=matter_id, because=because.strip())
    row = _made(work, order, matter_id, title, because, review_by)
    _record(work, "hold.matter.opened", row, because)
    return row


def coverage(work: Work, selection: Selection, most: int | None = None) -> int:
    """Return how many recordings a hold over the selection would cover now: asked before it is placed.

    With `most` nobody waits for a long count: one more than that means "more".

    Raises `DeniedError` for whoever may not place one.
    """
    access.require(work, "recording:hold")
    return catalog.count(work, selection, most)


def review_matter(work: Work, matter_id: str, *, because: str, review_by: date) -> Matter:
    """Return the matter, confirmed: somebody says why it is still needed, and by when that is asked again.

    Raises `NotFoundError`, `DeniedError`, `InvalidError` as `open_matter` does, `ConflictError` where it was released.
    """
    access.require(work, "recording:hold")
    _check_text(because, "because", 10, 2000)
    _check_review(work, review_by)
    row = _standing(work, matter_id)
    row.review_by, row.reviewed_by, row.reviewed_at = review_by, work.actor.id, work.now
    row.review_sealed = sealing.seal(work, row.id, "review", because.strip())
    work.session.add(row)
    _record(work, "hold.matter.reviewed", row, because)
    return row


def request_release(work: Work, matter_id: str, because: str) -> Matter:
    """Return the matter, whose release has been asked for: it holds until another person approves.

    Raises `NotFoundError`; `DeniedError` for a key or a machine; `ConflictError` where it was asked for before.
    """
    access.require(work, "recording:hold")
    _check_text(because, "because", 10, 2000)
    row = _standing(work, matter_id)
    person = _person(work, row, "hold.matter.release.requested")
    if row.state != OPEN:
        raise ConflictError("the release has been asked for already")
    row.state, row.requested_by, row.requested_person = RELEASE_REQUESTED, work.actor.id, person
    row.requested_at = work.now
    row.request_sealed = sealing.seal(work, row.id, "request", because.strip())
    work.session.add(row)
    _record(work, "hold.matter.release.requested", row, because)
    return row


def approve_release(work: Work, matter_id: str, *, approve: bool = True) -> Matter:
    """Return the matter, released by another person than the one who asked; refused or withdrawn, it goes on holding.

    From this Work's commit on it holds nothing. What other matters hold stays held.

    Raises `NotFoundError`; `DeniedError`, logged, where both are one person, by whichever account, or it is a key or a
    machine; `ConflictError` where nobody has asked.
    """
    access.require(work, "recording:hold")
    row = _standing(work, matter_id)
    person = _person(work, row, "hold.matter.released")
    if row.state != RELEASE_REQUESTED:
        raise ConflictError("nobody has asked for the release")
    if approve and person == row.requested_person:
        _refuse(work, row, "hold.matter.released", "same_person")
    if not approve:
        row.state, row.requested_by, row.requested_person = OPEN, None, None
        row.requested_at, row.request_sealed = None, None
        work.session.add(row)
        _record(work, "hold.matter.released", row, code="refused")
        return row
    standing.end(work, row.order_id, "Two persons released the matter.")
    row.state, row.released_by, row.released_at = RELEASED, work.actor.id, work.now
    work.session.add(row)
    _record(work, "hold.matter.released", row)
    return row


def recover(runtime: Runtime, tenant: str) -> int:
    """Bring the matters in line with the orders that the ledger brought back after a restore; return how many changed.

    A hold that the backup did not know stands again: it gets a matter anew, without its lost title, so that two persons
    can release it. A matter that was released after the backup was made is released again.
    """
    with runtime.work(Actor.system(tenant, "svc_retention")) as work:
        lost, released = queries.orders_without_matter(work), queries.matters_without_order(work)
        for order in lost:
            said = "Its matter was lost with the database; the ledger outside it knew that the hold stands."
            row = _made(work, order, order.reference, _LOST, said, work.now.date() + _SOON)
            _record(work, "hold.matter.opened", row, said)
        for row, order in released:
            row.state, row.released_by, row.released_at = RELEASED, order.ended_by, order.ended_at
            work.session.add(row)
            _record(work, "hold.matter.released", row)
        return len(lost) + len(released)


def _made(
    work: Work, order: StandingOrder, matter_id: str, title: str, because: str, review_by: date
) -> Matter:
    row = Matter(
        id=matter_id,
        tenant=work.tenant,
        title_sealed=sealing.seal(work, matter_id, "title", title.strip()),
        because_sealed=sealing.seal(work, matter_id, "because", because.strip()),
        selection=order.selection,
        order_id=order.id,
        state=OPEN,
        opened_by=order.placed_by,
        opened_at=order.placed_at,
        review_by=review_by,
    )
    work.session.add(row)
    return row


def title_of(work: Work, row: Matter) -> str:
    """Return the title in clear. Raises `DeniedError` for whoever may not hold."""
    access.require(work, "recording:hold")
    return sealing.unseal(work, row.id, "title", row.title_sealed)


def because_of(work: Work, row: Matter) -> dict[str, str]:
    """Return why it was opened, confirmed and asked to be released, in clear: `because`, `review`, `request`.

    Raises `DeniedError` for whoever may not hold.
    """
    access.require(work, "recording:hold")
    sealed = {"because": row.because_sealed, "review": row.review_sealed, "request": row.request_sealed}
    return {name: sealing.unseal(work, row.id, name, text) for name, text in sealed.items() if text}


def _standing(work: Work, matter_id: str) -> Matter:
    row = queries.matter(work, matter_id, lock=True)
    if row.state == RELEASED:
        raise ConflictError("the matter has been released")
    return row


def _person(work: Work, row: Matter, act: str) -> str:
    """Return the person who acts: four eyes are those of people, not of a key or a machine."""
    actor = work.actor
    if actor.account_id is None or actor.person is None or actor.key_scopes is not None:
        _refuse(work, row, act, "not_a_person")
    return actor.person


def _refuse(work: Work, row: Matter, act: str, code: Reason) -> NoReturn:
    audit.record_denied(work, act, res=[("matter", row.id)], why={"code": code})
    raise DeniedError(code, SENTENCES[code])


def _check_text(text: str, field: str, shortest: int, longest: int) -> None:
    if not shortest <= len(text.strip()) <= longest:
        raise InvalidError(f"{shortest} to {longest} characters", field)


def _check_review(work: Work, review_by: date) -> None:
    if not 0 < (review_by - work.now.date()).days <= MOST_DAYS:
        raise InvalidError("a hold is reviewed on a day to come, within a year", "review_by")


def _record(work: Work, act: str, row: Matter, because: str | None = None, code: str | None = None) -> None:
    work.session.flush()
    audit.record(
        work, act, res=[("matter", row.id), ("order", row.order_id)], why={"code": code} if code else {},
        det={"review_by": row.review_by.isoformat()}, out="denied" if code else "success",
        personal={"why.text": Personal(because.strip())} if because else {},
    )  # fmt: skip
