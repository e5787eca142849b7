"""The sweep: what is due is decided anew and erased, in batches that a crash leaves whole.

The schedule says where to look. Each batch is read again with the policy now in force, and what is still due is handed
to `recordings.erasure`, which asks for holds and requests once more under lock and erases a batch in one transaction.
If we crash between that and the clearing up of the schedule, the next sweep finds rows of what is erased and drops them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from governance import log
from governance.access import service as access
from governance.audit import service as audit
from governance.recordings import erasure
from governance.recordings.erasure import BatchResult, Due
from governance.retention import fact_queries, preview, queries, rules, schedule
from governance.retention.models import RetentionSchedule
from governance.retention.preview import NOW, Line, Preview
from governance.retention.rules import Deadline, Facts
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_retention"
BATCH = 500
REASON = "retention"
GONE = ("erased", "not_found")
"""What an erasure calls recordings that are not there any more: somebody was first."""

_log = log.get("governance.retention")


@dataclass(frozen=True)
class SweepReport:
    """What a sweep did, or would do: counts by rule and action, what it left and why, and samples of a dry run.

    `left` counts by code: `legal_hold`, `open_request`, `changed` (while it was being erased), `failed`. `later` are
    those that the policy now in force lets fall due at another time. `months` is what a dry run sees coming.
    """

    is_dry_run: bool
    done: tuple[Line, ...]
    left: dict[str, int]
    later: int = 0
    months: tuple[Line, ...] = ()
    samples: dict[str, tuple[preview.Sample, ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many recordings were acted on, or would be."""
        return sum(line.count for line in self.done)


@dataclass
class _Tally:
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    later: int = 0
    handled: int = 0

    def report(self) -> SweepReport:
        lines = tuple(Line(NOW, rule, action, count) for (rule, action), count in sorted(self.done.items()))
        return SweepReport(False, lines, dict(self.left), self.later)


@dataclass(frozen=True)
class _Batch:
    """One batch, decided: what is due, what falls due later after all, and what is erased already."""

    due: list[tuple[Facts, Deadline]]
    later: list[Facts]
    gone: list[str]
    end: tuple[datetime, str]


def sweep(
    runtime: Runtime,
    actor: Actor,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    goes_on: Callable[[Work], bool] = lambda _: True,
) -> SweepReport:
    """Erase what is due, ask for a review where policy asks for one, and return what was done.

    `limit` ends the sweep after about so many recordings, and `goes_on`, asked before each batch, where it says no. A
    dry run decides anew for every recording and writes nothing. What cannot be erased for an error is left, counted and
    logged; it does not stop the rest.

    Raises `DeniedError` for whoever may not run retention.
    """
    if actor.kind != "system":
        with runtime.work(actor, write=False) as work:
            access.require(work, "retention:run")
    if dry_run:
        return _told(preview.survey(runtime, actor))
    house = Actor.system(actor.tenant, SERVICE)
    tally = _Tally()
    after: tuple[datetime, str] | None = None
    while limit is None or tally.handled < limit:
        size = BATCH if limit is None else min(BATCH, limit - tally.handled)
        batch = _next(runtime, house, after, size, goes_on)
        if batch is None:
            break
        _act(runtime, house, batch, tally)
        after = batch.end
    report = tally.report()
    if report.total or actor.kind != "system":  # the jobs look every minute, mostly for nothing
        with runtime.work(actor) as work:
            det = {
                "done": {f"{line.rule}.{line.action}": line.count for line in report.done},
                "left": report.left,
            }
            audit.record(work, "retention.swept", det=det)
    return report


def _told(found: Preview) -> SweepReport:
    now = tuple(line for line in found.lines if line.month == NOW)
    months = tuple(line for line in found.lines if line.month != NOW)
    return SweepReport(True, now, found.kept, 0, months, found.samples)


def _next(
    runtime: Runtime,
    house: Actor,
    after: tuple[datetime, str] | None,
    size: int,
    goes_on: Callable[[Work], bool],
) -> _Batch | None:
    with runtime.work(house, write=False) as work:
        rows: Sequence[RetentionSchedule] = queries.due(work, after, size) if goes_on(work) else ()
        if not rows:
            return None
        facts = fact_queries.facts(work, [row.recording_id for row in rows])
        policy, now = work.policies.retention, work.now
    decided = [(one, rules.deadline(policy, one, now)) for one in facts]
    alive = {one.recording_id for one in facts}
    return _Batch(
        due=[(one, found) for one, found in decided if found.due_at <= now],
        later=[one for one, found in decided if found.due_at > now],
        gone=[row.recording_id for row in rows if row.recording_id not in alive],
        end=(rows[-1].due_at, rows[-1].recording_id),
    )


def _act(runtime: Runtime, house: Actor, batch: _Batch, tally: _Tally) -> None:
    """Do what is due in the batch, then bring the schedule up to what has become of it."""
    erased = _erase(runtime, house, batch, "erase", tally)
    without_master = _erase(runtime, house, batch, "erase_master", tally)
    asked = [one for one, found in batch.due if found.action == "review"]
    tally.done.update((found.rule, "review") for one, found in batch.due if found.action == "review")
    tally.later += len(batch.later)
    tally.handled += len(batch.due) + len(batch.later) + len(batch.gone)
    with runtime.work(house) as work:
        schedule.forget(work, [*batch.gone, *erased])
        schedule.keep(work, [*batch.later, *fact_queries.facts(work, without_master)])
        schedule.keep(work, asked, {one.recording_id: work.now for one in asked})


def _erase(runtime: Runtime, house: Actor, batch: _Batch, action: str, tally: _Tally) -> list[str]:
    """Erase the recordings, or their masters, for which `action` is due; return the ids of those that are gone."""
    chosen = {one.recording_id: (one, found) for one, found in batch.due if found.action == action}
    asked = [
        Due(one.recording_id, REASON, found.because, found.rule, one.revision)
        for one, found in chosen.values()
    ]
    if not asked:
        return []
    erased: list[str] = []
    gone: list[str] = []
    for result in _in_parts(runtime, house, action, asked, tally):
        erased += result.erased
        gone += (one for one, why in result.left.items() if why in GONE)
        tally.left.update(why for why in result.left.values() if why not in GONE)
    tally.done.update((chosen[one][1].rule, action) for one in erased)
    return erased + gone


def _in_parts(
    runtime: Runtime, house: Actor, action: str, asked: Sequence[Due], tally: _Tally
) -> Iterator[BatchResult]:
    """Yield what came of the batch; where it fails as a whole, of each of its recordings alone.

    One that cannot be erased must not keep the others for ever: it is counted, and the quarterly proof names it.
    """
    verb = erasure.erase_batch if action == "erase" else erasure.erase_masters
    try:
        yield verb(runtime, house, asked)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again one by one
        _log.warning("a batch could not be erased as one", tenant=house.tenant, exc_info=error)
    else:
        return
    for one in asked:
        try:
            yield verb(runtime, house, [one])
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            tally.left["failed"] += 1
            _log.error("a recording could not be erased", recording=one.recording_id, exc_info=error)
