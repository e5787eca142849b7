"""The rows of the review list, as runs and erasures write them. What people do with them is in `reviews`."""

from __future__ import annotations

from datetime import time

from governance import ids
from governance.audit import service as audit
from governance.recordings.models import Recording
from governance.redaction import detectors, review_queries
from governance.redaction.models import DECIDED, ReviewItem
from governance.redaction.uncertain import Uncertainty
from governance.runtime import Work


def replace(work: Work, row: Recording, run_id: str, left: Uncertainty) -> None:
    """Write what a run was not sure of beside what waits and what people decided, all at the places of what is stored now.

    What waits and was not moved was found in words that are not there any more, and what a person has ordered since
    covers what waited inside it: both go. In the transaction that stores the versions: the places are true of these.
    """
    decided = review_queries.decided_items(work, row.id)
    for item in decided:
        moved = left.moved.get(item.id)
        if moved is not None:
            item.decided_first, item.decided_last = moved.places
            item.master_first, item.master_last = moved.master_places or (None, None)
            item.applied_at = item.applied_at or work.now
            work.session.add(item)
    ordered = [
        (one.position, moved.places)
        for one in decided
        if review_queries.is_ordered(one) and (moved := left.moved.get(one.id)) is not None
    ]
    for item in review_queries.open_items(work, row.id):
        moved = left.moved.get(item.id)
        if moved is None or any(
            position == item.position
            and places.first <= moved.places.last
            and moved.places.first <= places.last
            for position, places in ordered
        ):
            work.session.delete(item)
            continue
        item.first_word, item.last_word = moved.places
        item.master_first, item.master_last = moved.master_places or (None, None)
        item.words = moved.words
        work.session.add(item)
    versions = detectors.versions() if left.found else {}
    for one in left.found:
        work.session.add(
            ReviewItem(
                id=ids.new("rvw"), tenant=work.tenant, recording_id=row.id, run_id=run_id, position=one.position,
                words=one.words, first_word=one.places.first, last_word=one.places.last,
                master_first=one.master_places.first if one.master_places else None,
                master_last=one.master_places.last if one.master_places else None,
                start_ms=one.start_ms, end_ms=one.end_ms, channel=one.channel, entity=one.entity.value,
                score=one.score, because=one.because, detectors=versions, language=one.language,
                format=one.format, state="open", created_at=work.now,
            )
        )  # fmt: skip
    work.session.flush()
    if left.found:
        audit.record(work, "review.opened", res=[("recording", row.id)], det={"findings": len(left.found)})


def forget_erased(work: Work, limit: int = 500) -> int:
    """Take away what points into erased recordings and return how many findings that were.

    Of a decision its evidence stays: kind, score, language, format and verdict, under a new id and the day alone, so
    that nothing leads from it to the recording, to the person, or to the log's entry about either.
    """
    gone = review_queries.of_erased(work, limit)
    for item in gone:
        if item.state == DECIDED and item.decided_at is not None:
            day = item.decided_at.combine(item.decided_at.date(), time(), item.decided_at.tzinfo)
            work.session.add(
                ReviewItem(
                    id=ids.new("rvw"), tenant=work.tenant, entity=item.entity, score=item.score, because="",
                    language=item.language, format=item.format, state=DECIDED, created_at=day, decided_at=day,
                    decision=item.decision, decided_entity=item.decided_entity, read_level=item.read_level,
                )
            )  # fmt: skip
        work.session.delete(item)
    work.session.flush()
    return len(gone)
