"""Why a recording is still here, told to whoever asks as far as they may know; and the proof that nothing is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from governance.clock import FakeClock
from governance.errors import DeniedError, NotFoundError
from governance.recordings import erasure, standing
from governance.recordings import service as recordings
from governance.recordings.selection import Selection
from governance.retention import matters, queries
from governance.retention import service as retention
from governance.retention.service import Explanation
from governance.runtime import Actor, Runtime
from tests.retention.conftest import HOUSE, TENANT, Make, day, obey

People = dict[str, Actor]
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")


def explained(runtime: Runtime, actor: Actor, recording_id: str) -> Explanation:
    with runtime.work(actor) as work:
        return retention.explain(work, recording_id)


def test_every_rule_that_matches_is_told_and_which_wins_and_why(
    house: Runtime, make: Make, people: People
) -> None:
    recording_id = make(10, {"PAN": 1}, line_of_business="sales")
    found = explained(house, people["dpo"], recording_id)
    assert [(one.kind, one.name, one.wins) for one in found.effects] == [
        ("rule", "cards", True), ("rule", "contracts", False), ("rule", "default", False),
    ]  # fmt: skip
    assert found.effects[1].outranked_by == "the rule cards, which stands before it in the policy"
    assert found.effects[1].until == day("2026-02-20") + timedelta(days=60, hours=9)
    assert "30 days after the end of the call its master is erased" in found.effects[0].because
    assert (found.code, found.action, found.until) == ("not_due", "erase_master", found.due_at)
    assert found.verdict == (
        "It is kept until 22 March 2026; then its master is erased and the rendition stays, by the rule cards. "
        "A payment can be disputed for a year."
    )


def test_holds_and_requests_are_told_by_name_to_those_who_may_know_it_and_without_to_others(
    house: Runtime, make: Make, people: People
) -> None:
    recording_id = make(200, agent_id="a-17")
    with house.work(people["dpo"]) as work:
        matter = matters.open_matter(
            work, title="Doe v. Example", because="A claim was announced.", review_by=date(2026, 4, 1),
            selection=Selection(everything=True),
        )  # fmt: skip
        recordings.hold(work, recording_id, "2025-03 Roe")
        standing.place(
            work, kind="suspension", selection=Selection(recording_ids=(recording_id,)), reference="req_7",
            because="An open request.",
        )  # fmt: skip
        standing.place(
            work, kind="restriction", selection=Selection(recording_ids=(recording_id,)), reference="req_8",
            because="An objection.", purpose="training",
        )  # fmt: skip
    found = explained(house, people["dpo"], recording_id)
    told = {(one.kind, one.name, one.reference) for one in found.effects}
    assert told == {
        ("hold", "Doe v. Example", matter.id), ("hold", "2025-03 Roe", "2025-03 Roe"), ("request", "req_7", "req_7"),
        ("rule", "default", None), ("restriction", "training", "req_8"),
    }  # fmt: skip
    assert (found.code, found.until) == ("legal_hold", None)
    assert [one.kind for one in found.effects if one.wins] == ["hold", "hold"]
    assert [one.outranked_by for one in found.effects if one.kind in ("request", "rule")] == [
        "a legal hold"
    ] * 2
    assert found.verdict.startswith(
        "It is kept. A legal hold stands on it, which outranks every deadline. Without that"
    )
    less = explained(house, people["agent"], recording_id)
    assert less.verdict == found.verdict
    assert {(one.kind, one.name, one.reference) for one in less.effects} == {
        ("hold", "a legal hold", None), ("request", "an open request", None), ("rule", "default", None),
        ("restriction", "training", None),
    }  # fmt: skip
    assert len(less.effects) == len(found.effects)
    for word in ("Doe", "Roe", "req_"):
        assert word not in repr(less)


def test_an_event_that_is_waited_for_and_a_decision_are_told(
    house: Runtime, make: Make, people: People
) -> None:
    waiting, decided = make(10, line_of_business="cases"), make(70, line_of_business="sales")
    found = explained(house, people["dpo"], waiting)
    assert found.waits_for == "case_closed"
    assert "The closing of the case has not been noted yet" in found.verdict
    retention.schedule(house, HOUSE)
    retention.sweep(house, HOUSE)
    asked = explained(house, people["dpo"], decided)
    assert (asked.code, asked.until) == ("in_review", None)
    assert "A person has been asked since 2 March 2026 to decide about it." in asked.verdict
    with house.work(people["dpo"]) as work:
        retention.decide_review(work, decided, "keep_until", "Mr Doe may claim.", day("2026-09-01"))
    kept = explained(house, people["dpo"], decided)
    assert [(one.kind, one.wins) for one in kept.effects] == [
        ("decision", True), ("rule", False), ("rule", False),
    ]  # fmt: skip
    assert "Mr Doe may claim." in kept.effects[0].because
    assert kept.until == day("2026-09-01")
    assert "Doe" not in repr(explained(house, people["ciso"], decided))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_due_erased_or_not_ones_own_is_told_so(house: Runtime, make: Make, people: People) -> None:
    due = make(200)
    found = explained(house, people["dpo"], due)
    assert (found.code, found.until) == ("due", None)
    assert "it is erased by the next sweep" in found.verdict
    with pytest.raises(NotFoundError):
        explained(house, people["agent"], due)
    erasure.erase(house, DPO, due, "subject_request")
    with pytest.raises(NotFoundError):
        explained(house, people["dpo"], due)


def test_the_proof_holds_while_nothing_is_late_and_says_what_is_not(
    house: Runtime, make: Make, people: People, clock: FakeClock
) -> None:
    late, held, review, unplanned = make(200), make(200), make(70, line_of_business="sales"), make(1)
    with house.work(DPO) as work:
        recordings.hold(work, held, "2026-17")
    retention.schedule(house, HOUSE)
    with house.engine.begin() as connection:
        connection.execute(
            sa.text("DELETE FROM retention_schedule WHERE recording_id = :it"), {"it": unplanned}
        )
    clock.advance(timedelta(days=2))
    failed = retention.prove(house, HOUSE)
    assert not failed.holds
    assert failed.counts == {
        "recordings": 4, "overdue": 2, "unscheduled": 1, "reviews_late": 0, "erasures_incomplete": 0, "legal_hold": 1,
    }  # fmt: skip
    assert failed.samples == {"overdue": sorted([late, review]), "unscheduled": [unplanned]}
    retention.schedule(house, HOUSE)
    retention.sweep(house, HOUSE)
    proof = retention.prove(house, people["admin"])
    assert proof.holds
    assert (proof.counts["legal_hold"], proof.counts["in_review"], proof.counts["overdue"]) == (1, 1, 0)
    assert proof.policy_digest == obey(house).digest
    clock.advance(timedelta(days=40))
    assert retention.prove(house, HOUSE).samples == {"reviews_late": [review]}
    with house.work(HOUSE, write=False) as work:
        assert [one.holds for one in queries.proofs(work)] == [False, True, False]
    with pytest.raises(DeniedError):
        retention.prove(house, people["ciso"])


def test_the_proof_does_not_believe_the_schedule(house: Runtime, make: Make, clock: FakeClock) -> None:
    late = make(200)
    retention.schedule(house, HOUSE)
    with house.engine.begin() as connection:
        connection.execute(sa.text("UPDATE retention_schedule SET due_at = '2099-01-01 00:00:00+00:00'"))
    assert retention.sweep(house, HOUSE).total == 0
    assert retention.prove(house, HOUSE).samples == {"overdue": [late]}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_proof_is_made_once_a_quarter_and_daily_until_it_holds(
    house: Runtime, make: Make, clock: FakeClock
) -> None:
    def due() -> bool:
        return retention.prove_quarterly(house, HOUSE) is not None

    assert due()
    assert not due()
    clock.advance(timedelta(days=30))  # 1 April
    make(400)
    assert due()
    clock.advance(timedelta(days=1))
    assert due()  # the last one did not hold
    retention.schedule(house, HOUSE)
    retention.sweep(house, HOUSE)
    assert due()
    assert not due()
