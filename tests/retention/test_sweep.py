"""The schedule and the sweep, on both databases: what is due goes by the policy now in force, whole batches at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from governance.audit import queries as log
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import erasure, standing
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, MASTER, Erasure, Recording
from governance.recordings.selection import Selection
from governance.retention import fact_queries, queries, schedule, sweep
from governance.retention import service as retention
from governance.retention.models import RetentionEvent, RetentionReview, RetentionSchedule
from governance.runtime import Actor, Runtime
from tests.faults.failpoints import Failpoints
from tests.retention.conftest import HOUSE, POLICY, TENANT, Make, day, obey, row_of

DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
People = dict[str, Actor]


def planned(runtime: Runtime, recording_id: str) -> RetentionSchedule | None:
    with runtime.work(HOUSE, write=False) as work:
        return queries.schedule_of(work, recording_id)


def sweep_now(runtime: Runtime, **asked: Any) -> retention.SweepReport:
    retention.schedule(runtime, HOUSE)
    return retention.sweep(runtime, HOUSE, **asked)


def done(report: retention.SweepReport) -> dict[str, int]:
    return {f"{line.rule} {line.action}": line.count for line in report.done}


def erasures(runtime: Runtime, recording_id: str) -> Sequence[Erasure]:
    with runtime.work(HOUSE, write=False) as work:
        return work.session.exec(select(Erasure).where(Erasure.recording_id == recording_id)).all()


def is_erased(runtime: Runtime, recording_id: str) -> bool:
    return row_of(runtime, recording_id).state == ERASED


def count(runtime: Runtime, table: str) -> int:
    with runtime.engine.connect() as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


def test_every_recording_gets_a_deadline_once_and_anew_where_it_or_the_policy_has_changed(
    house: Runtime, make: Make
) -> None:
    plain, card = make(10), make(10, {"PAN": 1})
    assert retention.schedule(house, HOUSE) == 2
    assert retention.schedule(house, HOUSE) == 0
    found = planned(house, card)
    assert found is not None
    assert (found.rule, found.action, found.due_month) == ("cards", "erase_master", "2026-03")
    with house.work(DPO) as work:
        recordings.hold(work, plain, "a matter")  # raises the revision
    assert retention.schedule(house, HOUSE) == 1
    obey(house, rules=[])
    assert retention.schedule(house, HOUSE) == 2
    again = planned(house, card)
    assert again is not None
    assert (again.rule, again.action) == ("default", "erase")


def test_the_round_of_the_job_reaches_what_is_new_at_once_and_what_has_changed_in_time(
    house: Runtime, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "WINDOW", 3)
    old = [make(10) for _ in range(8)]
    for _ in range(3):
        retention.schedule_next(house, HOUSE)
    assert count(house, "retention_schedule") == 8
    new = make(1)
    assert retention.schedule_next(house, HOUSE) == 1
    assert planned(house, new) is not None
    with house.work(DPO) as work:
        recordings.hold(work, old[-1], "a matter")
    assert sum(retention.schedule_next(house, HOUSE) for _ in range(4)) == 1


def test_a_sweep_erases_what_is_due_and_leaves_the_rest(house: Runtime, make: Make) -> None:
    due, early, master = make(200), make(20), make(40, {"CVV": 2})
    report = sweep_now(house)
    assert done(report) == {"default erase": 1, "cards erase_master": 1}
    assert (is_erased(house, due), is_erased(house, early), is_erased(house, master)) == (True, False, False)
    assert planned(house, due) is None
    (gone,) = erasures(house, due)
    assert (gone.reason, gone.rule, gone.because) == (
        "retention", "default", "Nobody needs a call after half a year.",
    )  # fmt: skip
    with house.work(HOUSE, write=False) as work:
        assert MASTER not in {one.level for one in catalog.renditions(work, master)}
    following = planned(house, master)
    assert following is not None
    assert following.action == "erase"
    assert done(sweep_now(house)) == {}


def test_what_a_sweep_did_stands_in_the_log(house: Runtime, make: Make) -> None:
    make(200)
    sweep_now(house)
    audit.sequence(house, TENANT)
    with house.work(HOUSE, write=False) as work:
        (entry,) = log.search(work, act="retention.swept", limit=9).entries
    assert entry.members["det"]["done"] == {"default.erase": 1}
    retention.sweep(house, HOUSE)
    with house.work(HOUSE, write=False) as work:
        assert len(log.search(work, act="retention.swept", limit=9).entries) == 1


def test_a_hold_and_a_request_outrank_what_is_due_and_its_time_comes_when_they_end(
    house: Runtime, make: Make, people: People
) -> None:
    held, asked = make(200), make(200)
    with house.work(people["ciso"]) as work:
        placed = recordings.hold(work, held, "2026-17")
        order = standing.place(
            work, kind="suspension", selection=Selection(recording_ids=(asked,)), reference="req_1",
            because="An open request.",
        )  # fmt: skip
    assert done(sweep_now(house)) == {}
    with house.work(people["dpo"]) as work:
        recordings.release_hold(work, placed.id)
        standing.end(work, order.id, "Answered.")
    standing.carry_out_all(house, HOUSE)
    assert done(sweep_now(house)) == {"default erase": 2}


def test_what_comes_under_a_hold_between_two_looks_is_left(
    house: Runtime, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = make(200)
    retention.schedule(house, HOUSE)
    erase_batch = erasure.erase_batch

    def after_a_hold(*asked: Any) -> erasure.BatchResult:
        with house.work(DPO) as work:
            standing.place(
                work,
                kind="hold",
                selection=Selection(everything=True),
                reference="mat_1",
                because="All of it.",
            )
        return erase_batch(*asked)

    monkeypatch.setattr(erasure, "erase_batch", after_a_hold)
    report = retention.sweep(house, HOUSE)
    assert (done(report), report.left) == ({}, {"legal_hold": 1})
    assert not is_erased(house, recording_id)


def test_what_a_person_decides_between_two_looks_is_heeded(
    house: Runtime, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = make(1200, line_of_business="cases")
    with house.work(HOUSE) as work:
        retention.note_event(work, recording_id, "case_closed", work.now - timedelta(days=1190))
    retention.schedule(house, HOUSE)
    erase_batch = erasure.erase_batch

    def after_a_correction(*asked: Any) -> erasure.BatchResult:
        with house.work(HOUSE) as work:
            retention.note_event(work, recording_id, "case_closed", work.now)
        return erase_batch(*asked)

    monkeypatch.setattr(erasure, "erase_batch", after_a_correction)
    report = retention.sweep(house, HOUSE)
    assert (done(report), report.left) == ({}, {"changed": 1})
    monkeypatch.undo()
    assert done(sweep_now(house)) == {}
    assert not is_erased(house, recording_id)


def test_nothing_is_erased_by_a_schedule_that_is_older_than_the_policy(house: Runtime, make: Make) -> None:
    kept, sooner = make(200), make(40)
    retention.schedule(house, HOUSE)
    a_year = {"because": "A year is needed now.", "stages": [{"action": "erase", "period": {"years": 1}}]}
    obey(house, default=a_year)
    report = retention.sweep(house, HOUSE)
    assert (done(report), report.later) == ({}, 1)
    assert not is_erased(house, kept)
    a_month = {"because": "A month is enough.", "stages": [{"action": "erase", "period": {"months": 1}}]}
    obey(house, default=a_month)
    assert done(sweep_now(house)) == {"default erase": 2}
    assert is_erased(house, sooner)


def test_a_dry_run_says_what_would_go_and_what_comes_and_writes_nothing(house: Runtime, make: Make) -> None:
    due, held, coming = make(200), make(200), make(10)
    with house.work(DPO) as work:
        recordings.hold(work, held, "2026-17")
    report = retention.sweep(house, HOUSE, dry_run=True)
    assert report.is_dry_run
    assert done(report) == {"default erase": 1}
    assert report.left == {"legal_hold": 1}
    assert [(line.month, line.rule, line.count) for line in report.months] == [("2026-08", "default", 1)]
    (sample, other) = report.samples["default erase"]
    assert {sample.recording_id, other.recording_id} == {due, coming}
    assert sample.external_id == row_of(house, sample.recording_id).external_id
    assert not is_erased(house, due)
    assert count(house, "retention_schedule") == 0


def test_one_that_cannot_be_erased_does_not_keep_the_others(
    house: Runtime, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, due = make(201), make(200)
    erase_batch = erasure.erase_batch

    def failing(runtime: Runtime, actor: Actor, asked: Sequence[erasure.Due]) -> erasure.BatchResult:
        if broken in {one.recording_id for one in asked}:
            raise OSError("the disk said no")
        return erase_batch(runtime, actor, asked)

    monkeypatch.setattr(erasure, "erase_batch", failing)
    report = sweep_now(house)
    assert (done(report), report.left) == ({"default erase": 1}, {"failed": 1})
    assert (is_erased(house, due), is_erased(house, broken)) == (True, False)


@pytest.mark.parametrize("stored", [False, True], ids=["and was not stored", "but was stored"])
def test_whatever_write_of_a_sweep_fails_batches_stay_whole_and_the_next_sweep_ends_it(
    house: Runtime, make: Make, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    every, number = {"sqlite": 5, "postgresql": 9}[house.engine.dialect.name], 1
    while True:
        made = [make(300 - older) for older in range(3)]
        retention.schedule(house, HOUSE)
        points = Failpoints(number, stored=stored)
        with points.installed(house):
            try:
                retention.sweep(house, HOUSE)
            except Exception:  # noqa: BLE001 - whatever the database or the disk said
                assert points.failed
        assert is_erased(house, made[0]) == is_erased(house, made[1])
        assert sweep_now(house).left == {}
        assert all(is_erased(house, one) for one in made)
        if points.failed is None:
            break
        number += every
    assert number > 12
    assert count(house, "retention_schedule") == 0
    erasure.finish_all(house, Actor.system(TENANT, "svc_erasure"))
    with house.work(HOUSE, write=False) as work:
        assert not catalog.unfinished_erasures(work)


def test_a_call_that_ended_after_it_was_taken_in_is_not_kept_for_the_sake_of_a_wrong_clock(
    house: Runtime, make: Make
) -> None:
    wrong = make(-30_000)
    retention.schedule(house, HOUSE)
    found = planned(house, wrong)
    assert found is not None
    assert (found.starts_at, found.due_month) == (row_of(house, wrong).created_at, "2026-09")


def test_a_sweep_ends_where_it_was_told_to(house: Runtime, make: Make) -> None:
    for _ in range(5):
        make(200)
    assert sweep_now(house, limit=3).total == 3
    assert sweep_now(house, limit=3).total == 2


def test_who_may_not_run_retention_sweeps_nothing(house: Runtime, people: People) -> None:
    for name in ("agent", "ciso"):
        with pytest.raises(DeniedError):
            retention.sweep(house, people[name])
    retention.sweep(house, people["admin"], dry_run=True)


def test_what_retention_knew_of_an_erased_recording_goes_with_it(
    house: Runtime, make: Make, people: People, clock: FakeClock
) -> None:
    recording_id = make(70, line_of_business="sales")
    assert done(sweep_now(house)) == {"contracts review": 1}
    with house.work(people["dpo"]) as work:
        retention.note_event(work, recording_id, "contract_ended", work.now)
        retention.decide_review(
            work, recording_id, "keep_until", "A claim is to be expected.", day("2027-01-01")
        )
    erasure.erase(house, DPO, recording_id, "subject_request")
    retention.schedule(house, HOUSE)
    assert [
        count(house, one.__tablename__) for one in (RetentionSchedule, RetentionEvent, RetentionReview)
    ] == [0, 0, 0]


def test_an_event_starts_the_period_for_one_recording_or_a_selection(
    house: Runtime, make: Make, people: People
) -> None:
    ids = [make(30, line_of_business="cases") for _ in range(3)]
    retention.schedule(house, HOUSE)
    waiting = planned(house, ids[0])
    assert waiting is not None
    assert (waiting.waits_for, waiting.starts_at) == ("case_closed", None)
    with house.work(people["admin"]) as work:
        selection = Selection(lines_of_business=("cases",))
        assert retention.note_event(work, selection, "case_closed", day("2026-03-01")) == 3
        assert retention.note_event(work, ids[1], "case_closed", day("2026-03-02")) == 1
    assert retention.schedule(house, HOUSE) == 3
    found = [planned(house, one) for one in ids]
    assert [one.due_at for one in found if one] == [day("2029-03-01"), day("2029-03-02"), day("2029-03-01")]


def test_an_event_that_cannot_be_noted_is_refused(house: Runtime, make: Make, people: People) -> None:
    recording_id = make(30)
    with house.work(people["admin"]) as work:
        with pytest.raises(InvalidError):
            retention.note_event(work, recording_id, "full_moon", work.now)
        with pytest.raises(InvalidError):
            retention.note_event(work, recording_id, "case_closed", day("1815-06-18"))
        with pytest.raises(NotFoundError):
            retention.note_event(work, "rec_" + "0" * 32, "case_closed", work.now)
    with pytest.raises(DeniedError), house.work(people["agent"]) as work:
        retention.note_event(work, recording_id, "case_closed", work.now)


def test_a_review_asks_a_person_who_keeps_it_until_a_day_and_is_asked_again(
    house: Runtime, make: Make, people: People, clock: FakeClock
) -> None:
    recording_id = make(70, line_of_business="sales")
    assert done(sweep_now(house)) == {"contracts review": 1}
    assert done(sweep_now(house)) == {}
    with house.work(people["dpo"]) as work:
        assert queries.reviews_waiting(work) == 1
        made = retention.decide_review(
            work, recording_id, "keep_until", "A claim is to be expected.", day("2026-04-01")
        )
        assert b"claim" not in made.because_sealed
        assert retention.reasons_of(work, made) == "A claim is to be expected."
        assert queries.reviews_waiting(work) == 0
    assert done(sweep_now(house)) == {}
    clock.advance(timedelta(days=31))
    assert done(sweep_now(house)) == {"contracts review": 1}
    with house.work(people["dpo"]) as work:
        retention.decide_review(work, recording_id, "erase", "Nobody has claimed anything.")
    assert done(sweep_now(house)) == {"contracts erase": 1}
    assert is_erased(house, recording_id)


def test_only_a_person_who_may_erase_decides_a_review_and_only_one_that_is_asked(
    house: Runtime, make: Make, people: People
) -> None:
    waiting, other = make(70, line_of_business="sales"), make(1)
    sweep_now(house)
    said = "There is no reason to keep it."
    for actor in (people["admin"], people["ciso"], DPO):
        with pytest.raises(DeniedError), house.work(actor) as work:
            retention.decide_review(work, waiting, "erase", said)
    for asked, error in (
        ((other, "erase", said), ConflictError),
        ((waiting, "keep_until", said), InvalidError),
        ((waiting, "keep_until", said, day("2026-03-01")), InvalidError),
        ((waiting, "keep_until", said, day("2037-03-01")), InvalidError),
        ((waiting, "erase", said, day("2026-09-01")), InvalidError),
        ((waiting, "keep", said), InvalidError),
        ((waiting, "erase", "because"), InvalidError),
    ):
        with pytest.raises(error), house.work(people["dpo"]) as work:
            retention.decide_review(work, *asked)


def test_facts_tell_what_was_ever_found_and_what_never_passed(house: Runtime, make: Make) -> None:
    made = {
        make(): {"nothing"},
        make(0, {"PAN": 1, "CVV": 0}): {"PAN"},
        make(examined=False): {"not_examined"},
    }
    with house.work(HOUSE, write=False) as work:
        found = {one.recording_id: one for one in fact_queries.facts(work, list(made))}
    assert {one: set(facts.found) for one, facts in found.items()} == made
    assert all(facts.has_master and facts.media == {"voice"} for facts in found.values())


def test_a_change_of_policy_is_told_before_it_erases_anything(house: Runtime, make: Make) -> None:
    at_once, later = make(100), make(10, {"PAN": 1})
    make(10)
    old = house.policies.default.retention
    shorter = obey(
        house,
        rules=[],
        default={"because": "A quarter is enough.", "stages": [{"action": "erase", "period": {"days": 90}}]},
    )
    found = retention.compare(house, HOUSE, old, shorter)
    assert (found.recordings, found.unchanged) == (3, 0)
    (now,) = found.at_once
    assert (now.old_rule, now.new_rule, now.action, now.direction, now.count) == (
        "default", "default", "erase", "sooner", 1,
    )  # fmt: skip
    assert [one.recording_id for one in now.samples] == [at_once]
    assert {(one.old_rule, one.action, one.direction): one.count for one in found.moves} == {
        ("cards", "erase", "sooner"): 1,
        ("cards", "erase_master", "dropped"): 1,
        ("default", "erase", "sooner"): 1,
    }
    assert {one.recording_id for move in found.moves if move.old_rule == "cards" for one in move.samples} == {
        later
    }
    assert retention.compare(house, HOUSE, old, old).unchanged == 3


def test_a_change_of_what_comes_after_the_master_is_a_change(house: Runtime, make: Make) -> None:
    """What is next is the master, before and after: the rest of the call is what would be gone sooner, or at once."""
    old = house.policies.default.retention
    for days in (10, 250):
        make(days, {"PAN": 1})

    def moved(stages: list[dict[str, Any]]) -> dict[tuple[bool, str, str], int]:
        new = obey(house, rules=[{**POLICY["rules"][0], "stages": stages}, *POLICY["rules"][1:]])
        found = retention.compare(house, HOUSE, old, new)
        assert (found.recordings, found.unchanged) == (2, 0)
        assert {one.action for one in found.old} == {"erase", "erase_master"}
        told = [*((True, one) for one in found.at_once), *((False, one) for one in found.moves)]
        return {(at_once, one.action, one.direction): one.count for at_once, one in told}

    master = {"action": "erase_master", "period": {"days": 30}}
    assert moved([master, {"action": "erase", "period": {"years": 5}}]) == {(False, "erase", "later"): 2}
    assert moved([master, {"action": "erase", "period": {"days": 200}}]) == {
        (False, "erase", "sooner"): 1,
        (True, "erase", "sooner"): 1,
        (False, "erase_master", "dropped"): 1,
    }
    assert moved([{"action": "erase", "period": {"years": 1}}]) == {(False, "erase_master", "dropped"): 2}
    assert moved([master, {"action": "review", "period": {"years": 1}}]) == {
        (False, "review", "otherwise"): 2
    }


def test_pages_are_told_what_falls_due_when(house: Runtime, make: Make) -> None:
    ids = [make(days) for days in (100, 50, 20)] + [make(20, line_of_business="cases")]
    retention.schedule(house, HOUSE)
    with house.work(HOUSE, write=False) as work:
        found = retention.preview(work)
        assert {(line.month, line.rule): line.count for line in found.lines} == {
            ("2026-05", "default"): 1, ("2026-07", "default"): 1, ("2026-08", "default"): 1, ("2031-02", "cases"): 1,
        }  # fmt: skip
        assert [one.recording_id for one in found.samples["default erase"]] == ids[:1]
        page, following = queries.falling_due(work, queries.Filters(rule="default"), None, 2)
        rest, end = queries.falling_due(work, queries.Filters(rule="default"), following, 2)
        assert [one.recording_id for one in (*page, *rest)] == ids[:3]
        assert end is None
        (waiting,), _ = queries.falling_due(work, queries.Filters(waits_for="case_closed"), None, 2)
        assert waiting.recording_id == ids[3]
        with pytest.raises(InvalidError):
            queries.falling_due(work, queries.Filters(), "no cursor of ours", 2)


def test_what_was_counted_is_remembered_until_it_changes_and_not_for_long(
    house: Runtime, make: Make, clock: FakeClock
) -> None:
    def counted() -> int:
        with house.work(HOUSE, write=False) as work:
            return sum(count for *_, count in queries.counts_by_month(work))

    make(20)
    assert counted() == 0
    retention.schedule(house, HOUSE)
    assert counted() == 1
    with house.engine.begin() as connection:  # as another process does
        connection.execute(sa.text("DELETE FROM retention_schedule"))
    assert counted() == 1
    clock.advance(timedelta(minutes=1))
    assert counted() == 0


def test_a_tenant_sees_and_sweeps_its_own_alone(house: Runtime, make: Make) -> None:
    recording_id = make(200)
    other = Actor.system("acme", retention.SERVICE)
    from governance import tenancy

    with house.work(other) as work:
        tenancy.ensure(work, "Acme")
    assert retention.schedule(house, other) == 0
    retention.schedule(house, HOUSE)
    assert retention.sweep(house, other).total == 0
    assert retention.sweep(house, other, dry_run=True).total == 0
    with house.work(other, write=False) as work:
        assert retention.preview(work).recordings == 0
    assert not is_erased(house, recording_id)
    assert isinstance(row_of(house, recording_id), Recording)
    assert POLICY["version"] == house.policies.for_tenant("acme").retention.version
