"""Reviews: a period that ends in a question. A person says, with reasons, until when a recording is kept, or that it goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from governance import ids
from governance.access import sealing
from governance.access import service as access
from governance.access.reasons import SENTENCES
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED
from governance.retention import fact_queries, queries, schedule
from governance.retention.models import ERASE, KEEP_UNTIL, RetentionReview
from governance.runtime import Work

LONGEST = timedelta(days=3_653)


def decide_review(
    work: Work, recording_id: str, decision: str, because: str, until: datetime | None = None
) -> RetentionReview:
    """Return what a person has decided about a recording whose period ended in a review; the reasons are sealed.

    `keep_until` a moment within ten years: it is asked about again then. `erase`: the next sweep erases it, unless a
    hold or an open request stands on it.

    Raises `NotFoundError`; `DeniedError` for whoever may not erase it, and for a key or a machine; `ConflictError` where
    nobody has been asked; `InvalidError` for a decision, moment or reason that is none.
    """
    row = catalog.for_update(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    access.require(work, "recording:erase", catalog.facts(work, row))
    if work.actor.person is None or work.actor.key_scopes is not None:
        res = [("recording", recording_id)]
        audit.record_denied(work, "retention.reviewed", res=res, why={"code": "not_a_person"})
        raise DeniedError("not_a_person", SENTENCES["not_a_person"])
    _check(work, decision, because, until)
    asked = queries.schedule_of(work, recording_id)
    if asked is None or asked.review_asked_at is None:
        raise ConflictError("nobody has been asked to decide about this recording")
    review_id = ids.new("rrv")
    review = RetentionReview(
        id=review_id, tenant=work.tenant, recording_id=recording_id, decision=decision, until=until,
        because_sealed=sealing.seal(work, review_id, "because", because.strip()), decided_by=work.actor.id,
        decided_at=work.now,
    )  # fmt: skip
    work.session.add(review)
    row.revision += 1
    work.session.add(row)
    work.session.flush()
    schedule.keep(work, fact_queries.facts(work, [recording_id]))
    det = {"until": f"{until:%Y-%m-%d}"} if until else {}
    audit.record(
        work, "retention.reviewed", res=[("recording", recording_id)], det=det, why={"code": decision},
        personal={"why.text": Personal(because.strip())},
    )  # fmt: skip
    return review


def reasons_of(work: Work, review: RetentionReview) -> str:
    """Return why a person decided so, in clear."""
    return sealing.unseal(work, review.id, "because", review.because_sealed)


def _check(work: Work, decision: str, because: str, until: datetime | None) -> None:
    if decision not in (KEEP_UNTIL, ERASE):
        raise InvalidError(f"a decision is {KEEP_UNTIL} or {ERASE}", "decision")
    if (decision == KEEP_UNTIL) != (until is not None):
        raise InvalidError("a recording is kept until a moment, and erased without one", "until")
    if until is not None and (until.tzinfo is None or not work.now < until <= work.now + LONGEST):
        raise InvalidError("a recording is kept until a moment to come, within ten years", "until")
    if not 10 <= len(because.strip()) <= 2000:
        raise InvalidError("a reason has 10 to 2000 characters", "because")
