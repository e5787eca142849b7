"""Events that start a period: the case was closed, the contract ended. Noted for one recording or a whole selection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from governance.access import service as access
from governance.audit import service as audit
from governance.db import is_one_of
from governance.errors import InvalidError, NotFoundError
from governance.policy.retention import EVENTS
from governance.recordings import queries as catalog
from governance.recordings.models import Recording
from governance.recordings.selection import Selection
from governance.retention.models import RetentionEvent
from governance.runtime import Work

MOST_NAMED = 16
"""So many recordings stand by name in the log's entry; of more it tells how many."""
_BATCH = 1_000
_FURTHEST = timedelta(days=36_525)


def note_event(work: Work, about: Selection | str, event: str, at: datetime) -> int:
    """Note that `event` came `at` for a recording or every recording of a selection; return for how many.

    A later note takes the place of an earlier one. A moment still to come (a contract that has been cancelled for the
    end of the year) counts from then. The recordings' revision rises: their deadlines are reckoned again.

    Raises `DeniedError`; `InvalidError` for an event there is not or a moment out of reach; `NotFoundError` where there
    is no such recording.
    """
    if work.actor.kind != "system":
        access.require(work, "retention:run")
    if event not in EVENTS:
        raise InvalidError(f"an event is one of {', '.join(EVENTS)}", "event")
    if at.tzinfo is None or not work.now - _FURTHEST <= at <= work.now + _FURTHEST:
        raise InvalidError("an event has a moment with its time zone, within a hundred years", "at")
    selection = Selection(recording_ids=(about,)) if isinstance(about, str) else about
    count, after, named = 0, "", list[str]()
    while found := catalog.matching(work, selection, after, _BATCH):
        _note(work, found, event, at)
        count, after = count + len(found), found[-1]
        named += found[: MOST_NAMED + 1 - len(named)]
    if not count:
        raise NotFoundError("there is no such recording")
    res = [("recording", one) for one in named] if count <= MOST_NAMED else []
    audit.record(work, "retention.event.noted", res=res, det={"recordings": count}, why={"code": event})
    return count


def _note(work: Work, recording_ids: Sequence[str], event: str, at: datetime) -> None:
    known = is_one_of(col(RetentionEvent.recording_id), recording_ids)
    unseen = {"synchronize_session": False}
    work.session.execute(
        sa.delete(RetentionEvent).where(known, col(RetentionEvent.event) == event), execution_options=unseen
    )
    rows = [
        {
            "tenant": work.tenant, "recording_id": one, "event": event, "at": at, "noted_by": work.actor.id,
            "noted_at": work.now,
        }
        for one in recording_ids
    ]  # fmt: skip
    work.session.connection().execute(sa.insert(RetentionEvent), rows)
    touch(work, recording_ids)


def touch(work: Work, recording_ids: Sequence[str]) -> None:
    """Raise the revision of the recordings: whoever decided on what was known before decides again."""
    work.session.execute(
        sa.update(Recording)
        .where(is_one_of(col(Recording.id), recording_ids))
        .values(revision=col(Recording.revision) + 1),
        execution_options={"synchronize_session": False},
    )
