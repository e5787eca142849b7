"""One round of one check: what fails is opened, what passes is closed, and how the round ended is remembered.

Set-based and in batches: nothing is held in memory for a million subjects, and no transaction lasts. Every step is
asked again in the transaction that writes it, so that it is true when it is written; if we die between two of them the
next round goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from governance import log
from governance.findings import lifecycle, queries
from governance.findings.checks.contract import Check
from governance.findings.models import CLOSED, OPEN, CheckRun
from governance.runtime import Actor, Runtime, Work

_READ, _WRITE = 500, 50
MOST = 2_000
"""How many findings one round opens or closes at most: what is left waits for the next."""

_log = log.get("governance.findings")
_One = TypeVar("_One")


def make(runtime: Runtime, house: Actor, check: Check, most: int = MOST) -> Counter[str]:
    """Return what the round did: how many `failing`, `opened`, `reopened`, `closed`; `broken` is 1 where it broke.

    A check that raises is noted, and is a finding of its own (`check_failing`): it stops no other.
    """
    with runtime.work(house, write=False) as work:
        started_at = work.now
    done: Counter[str] = Counter()
    error: str | None = None
    try:
        _open(runtime, house, check, most, done)
        _close(runtime, house, check, most, done)
    except Exception as caught:  # noqa: BLE001 - whatever it is, the other checks are made
        _log.error("a check fails", check=check.kind, tenant=house.tenant, **log.nameless(caught))
        error, done["broken"] = type(caught).__name__, 1
    with runtime.work(house) as work:
        note(work, check.kind, started_at=started_at, failing=done["failing"], error=error)
    return done


def note(work: Work, kind: str, **facts: Any) -> None:
    """Remember how a round of the check ended."""
    row = queries.check_run(work, kind)
    if row is None:
        # Another process may make its first run in this moment.
        with suppress(IntegrityError), work.session.begin_nested():
            work.session.add(CheckRun(tenant=work.tenant, kind=kind, started_at=work.now, ended_at=work.now))
        row = queries.check_run(work, kind)
        assert row is not None
    row.ended_at = work.now
    for name, value in facts.items():
        setattr(row, name, value)
    work.session.add(row)


def _open(runtime: Runtime, house: Actor, check: Check, most: int, done: Counter[str]) -> None:
    changed: list[str] = []
    with runtime.work(house, write=False) as work:
        for batch in batches(check.failing(work), _READ):
            known = queries.of_subjects(work, check.kind, [one.subject_id for one in batch])
            for one in batch:
                done["failing"] += 1
                row = known.get(one.subject_id)
                is_news = row is None or row.state != OPEN or row.because != one.because
                if is_news and len(changed) < most:
                    changed.append(one.subject_id)
    for subjects in batches(changed, _WRITE):
        with runtime.work(house) as work:
            for one in check.failing(work, subjects):
                done[lifecycle.hold_against(work, check.kind, one)] += 1


def _close(runtime: Runtime, house: Actor, check: Check, most: int, done: Counter[str]) -> None:
    after = ""
    while done[CLOSED] < most:
        with runtime.work(house, write=False) as work:
            page = queries.open_ones(work, check.kind, after, _READ)
            failing = {one.subject_id for one in check.failing(work, [subject for _, subject in page])}
        if not page:
            return
        after = page[-1][0]
        for batch in batches((one for one in page if one[1] not in failing), _WRITE):
            with runtime.work(house) as work:
                rows = queries.locked(work, [finding_id for finding_id, _ in batch])
                still = {one.subject_id for one in check.failing(work, [row.subject_id for row in rows])}
                for row in rows:
                    if row.state == OPEN and row.subject_id not in still:
                        lifecycle.close(work, row)
                        done[CLOSED] += 1


def batches(many: Iterable[_One], size: int) -> Iterator[list[_One]]:
    """Yield what there is, `size` at a time."""
    rest = iter(many)
    while batch := list(islice(rest, size)):
        yield batch
