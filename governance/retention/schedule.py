"""The schedule: when each recording falls due, reckoned from its facts and the policy, and again when either changes.

It says what to look at, not what to erase: whoever erases asks the rules again (`sweep`). Jobs go round the archive in
windows, so that memory stays bounded and a million recordings that have not changed cost a few reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from governance.db import is_one_of
from governance.retention import fact_queries, queries, rules, schedule_queries
from governance.retention.models import RetentionEvent, RetentionReview, RetentionSchedule
from governance.retention.rules import Deadline, Facts
from governance.runtime import Actor, Runtime, Work

WINDOW = 20_000
_BATCH = 1_000
_ROUND = "retention.round"


def schedule(runtime: Runtime, actor: Actor, limit: int | None = None) -> int:
    """Reckon every deadline that is missing or outdated, and return how many were; with `limit`, stop after about so many.

    Rows of erased recordings go, and with them what retention knew of the recording. A crash leaves whole batches: the
    next call goes on.
    """
    after, count = "", 0
    while limit is None or count < limit:
        done, following = _window(runtime, actor, after)
        count += done
        if following is None:
            break
        after = following
    return count


def schedule_next(runtime: Runtime, actor: Actor) -> int:
    """Reckon what has come in since the last call, and the next window of the round; return how many were reckoned.

    Where the round stands is this process's own memory: a new process begins anew, and misses nothing.
    """
    known: dict[str, tuple[str, str]] = runtime.state.setdefault(_ROUND, {})
    with runtime.work(actor, write=False) as work:
        newest = fact_queries.newest(work)
    place, seen = known.get(actor.tenant, ("", newest))
    fresh, end = _window(runtime, actor, seen)
    done, following = _window(runtime, actor, place)
    known[actor.tenant] = (following or "", end or newest)
    return fresh + done


def _window(runtime: Runtime, actor: Actor, after: str) -> tuple[int, str | None]:
    """Reckon what is outdated in the window after `after`; return how many, and where the next one begins."""
    with runtime.work(actor, write=False) as work:
        end = fact_queries.edge(work, after, WINDOW)
        found = queries.outdated(work, after, end, work.policies.retention.digest)
    for start in range(0, len(found), _BATCH):
        part = found[start : start + _BATCH]
        with runtime.work(actor, write=False) as work:
            facts = fact_queries.facts(work, [one.recording_id for one in part if not one.is_erased])
        with runtime.work(actor) as work:
            forget(work, [one.recording_id for one in part if one.is_erased])
            keep(work, facts, {one.recording_id: one.review_asked_at for one in part})
    return len(found), end


def keep(
    work: Work, facts: Iterable[Facts], reviews: Mapping[str, datetime | None] | None = None
) -> list[tuple[Facts, Deadline]]:
    """Write the deadlines that follow from `facts` in the Work's transaction, and return them.

    `reviews` says since when a person has been asked about a recording: they stay asked while the review is due. If a
    recording has changed since its facts were read, its revision tells, and it is reckoned again.
    """
    policy = work.policies.retention
    found = [(one, rules.deadline(policy, one, work.now)) for one in facts]
    rows = [_row(work, one, deadline, (reviews or {}).get(one.recording_id)) for one, deadline in found]
    if rows:
        schedule_queries.forget_counts(work)
        insert = postgresql.insert if work.dialect == "postgresql" else sqlite.insert
        asked = insert(RetentionSchedule)
        kept = {name: asked.excluded[name] for name in rows[0] if name not in ("tenant", "recording_id")}
        work.session.connection().execute(
            asked.on_conflict_do_update(index_elements=["recording_id"], set_=kept), rows
        )
    return found


def _row(work: Work, facts: Facts, deadline: Deadline, review_asked_at: datetime | None) -> dict[str, Any]:
    is_in_review = deadline.action == "review" and deadline.due_at <= work.now
    return {
        "tenant": work.tenant,
        "recording_id": facts.recording_id,
        "rule": deadline.rule,
        "action": deadline.action,
        "starts_at": deadline.starts_at,
        "due_at": deadline.due_at,
        "due_month": deadline.month,
        "waits_for": deadline.waits_for,
        "policy_digest": work.policies.retention.digest,
        "revision": facts.revision,
        "review_asked_at": review_asked_at if is_in_review else None,
    }


def forget(work: Work, recording_ids: Sequence[str]) -> None:
    """Delete what retention knows of erased recordings: deadlines, events, and what people wrote of them in reviews."""
    if recording_ids:
        schedule_queries.forget_counts(work)
        for table in (RetentionSchedule, RetentionEvent, RetentionReview):
            work.session.execute(
                sa.delete(table).where(is_one_of(col(table.recording_id), recording_ids)),
                execution_options={"synchronize_session": False},
            )
