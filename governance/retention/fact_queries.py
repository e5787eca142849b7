"""What the rules need to know of recordings, asked for many at a time: the facts that decide how long each is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from governance.db import is_one_of
from governance.recordings.models import ERASED, MASTER, RENDITION, Media, Recording, Rendition, Transcript
from governance.redaction.models import RedactionRun
from governance.retention.models import KEEP_UNTIL, RetentionEvent, RetentionReview
from governance.retention.rules import NOT_EXAMINED, NOTHING, Facts
from governance.runtime import Work

PAGE = 1_000


def edge(work: Work, after: str, size: int) -> str | None:
    """Return the id of the recording that ends a window of `size` after `after`; None where the archive ends in it."""
    asked = select(Recording.id).where(col(Recording.id) > after).order_by(col(Recording.id))
    return work.session.exec(asked.offset(size - 1).limit(1)).first()


def newest(work: Work) -> str:
    """Return the highest id there is: ids rise with time, so what comes in from now on lies behind it."""
    asked = select(Recording.id).order_by(col(Recording.id).desc()).limit(1)
    return work.session.exec(asked).first() or ""


def page(work: Work, after: str, size: int = PAGE) -> Sequence[str]:
    """Return the ids of the next recordings after `after`, in order, without the erased."""
    asked = select(Recording.id).where(col(Recording.id) > after, Recording.state != ERASED)
    return work.session.exec(asked.order_by(col(Recording.id)).limit(size)).all()


def everything(reader: Callable[[], Any], size: int = PAGE) -> Iterator[tuple[Work, list[Facts]]]:
    """Yield the facts of every recording that is not erased, a page at a time.

    `reader` opens a Work for each page: no transaction stays open over a whole archive.
    """
    after = ""
    while True:
        with reader() as work:
            found = page(work, after, size)
            if not found:
                return
            yield work, facts(work, found)
        after = found[-1]


def facts(work: Work, recording_ids: Sequence[str]) -> list[Facts]:
    """Return the facts of the recordings named, in the order of their ids; the erased are not among them."""
    mine = is_one_of(col(Recording.id), recording_ids)
    asked = sa.select(
        col(Recording.id), col(Recording.revision), col(Recording.started_at), col(Recording.ended_at),
        col(Recording.duration_ms), col(Recording.created_at), col(Recording.source), col(Recording.line_of_business),
        col(Recording.jurisdiction), col(Recording.language), col(Recording.site), col(Recording.direction),
    ).where(mine, col(Recording.state) != ERASED)  # fmt: skip
    rows = work.session.execute(asked.order_by(col(Recording.id))).all()
    media, found = _media(work, recording_ids), _found(work, recording_ids)
    masters, events = _masters(work, recording_ids), _events(work, recording_ids)
    reviews = last_reviews(work, recording_ids)
    return [
        Facts(
            recording_id=row.id,
            revision=row.revision,
            # No call ends after it was taken in: a clock that was wrong must not keep it for years.
            ended_at=min(_end(row), row.created_at),
            taken_in_at=row.created_at,
            source=row.source,
            line=row.line_of_business,
            jurisdiction=row.jurisdiction,
            language=row.language,
            site=row.site,
            direction=row.direction,
            media=frozenset(media.get(row.id, ())),
            found=found.get(row.id, frozenset({NOT_EXAMINED})),
            has_master=row.id in masters,
            events=events.get(row.id, {}),
            **_decided(reviews.get(row.id)),
        )
        for row in rows
    ]


def _end(row: Any) -> datetime:
    ended_at: datetime = row.ended_at or row.started_at + timedelta(milliseconds=row.duration_ms or 0)
    return ended_at


def _media(work: Work, ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    asked = select(Media.recording_id, Media.kind).where(is_one_of(col(Media.recording_id), ids))
    for recording_id, kind in work.session.exec(asked):
        found[recording_id].add(kind)
    return found


def _found(work: Work, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return what redaction ever found: a later run over the master alone does not see what an earlier one removed."""
    kinds: dict[str, set[str]] = defaultdict(set)
    clean: set[str] = set()
    asked = select(RedactionRun.recording_id, RedactionRun.outcome, RedactionRun.counts).where(
        is_one_of(col(RedactionRun.recording_id), ids), RedactionRun.kind == "redaction"
    )
    for recording_id, outcome, counts in work.session.exec(asked):
        kinds[recording_id].update(kind for kind, count in counts.items() if count)
        if outcome == "clean":
            clean.add(recording_id)
    return {
        one: frozenset(mine if one in clean else mine | {NOT_EXAMINED}) or frozenset({NOTHING})
        for one, mine in kinds.items()
    }


def _masters(work: Work, ids: Sequence[str]) -> set[str]:
    """Return which recordings have a master and a rendition: without the one there is nothing to erase, without the
    other nothing would be left.
    """
    found: dict[str, set[str]] = {MASTER: set(), RENDITION: set()}
    for table in (Rendition, Transcript):
        asked = select(table.recording_id, table.level).where(
            is_one_of(col(table.recording_id), ids), col(table.level).in_(sorted(found))
        )
        for recording_id, level in work.session.exec(asked):
            found[level].add(recording_id)
    return found[MASTER] & found[RENDITION]


def _events(work: Work, ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    asked = select(RetentionEvent.recording_id, RetentionEvent.event, RetentionEvent.at).where(
        is_one_of(col(RetentionEvent.recording_id), ids)
    )
    for recording_id, event, at in work.session.exec(asked):
        found[recording_id][event] = at
    return found


def last_reviews(work: Work, ids: Sequence[str]) -> dict[str, RetentionReview]:
    """Return what people decided last about the recordings, where they decided anything."""
    asked = select(RetentionReview).where(is_one_of(col(RetentionReview.recording_id), ids))
    rows = work.session.exec(asked.order_by(col(RetentionReview.decided_at), col(RetentionReview.id)))
    return {row.recording_id: row for row in rows}


def _decided(review: RetentionReview | None) -> dict[str, datetime | None]:
    if review is None:
        return {}
    if review.decision == KEEP_UNTIL:
        return {"keep_until": review.until}
    return {"erase_from": review.decided_at}
