"""Matters on both databases: a hold over what is here and what comes, without a cap, released by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from governance.audit import queries as log
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import erasure, intake, standing
from governance.recordings import queries as catalog
from governance.recordings.selection import Selection
from governance.retention import matters, queries, selecting
from governance.retention import service as retention
from governance.retention.models import Matter
from governance.runtime import Actor, Runtime
from tests.faults.calls import called
from tests.retention.conftest import HOUSE, TENANT, Make, row_of

People = dict[str, Actor]
IN_A_MONTH = date(2026, 4, 1)
SAID = "The other side has announced a claim."


def opened(runtime: Runtime, actor: Actor, selection: Selection | None = None) -> Matter:
    with runtime.work(actor) as work:
        return matters.open_matter(
            work, title="2026-17 Doe v. Example", because=SAID, review_by=IN_A_MONTH,
            selection=selection or Selection(everything=True),
        )  # fmt: skip


def test_a_matter_holds_what_is_here_and_what_comes_tomorrow_past_every_deadline(
    house: Runtime, make: Make, people: People, clock: FakeClock
) -> None:
    here = make(200)
    opened(house, people["dpo"])
    operator = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
    comes = intake.ingest(house, operator, called("tomorrow")).recording_id
    clock.advance(timedelta(days=3000))
    retention.schedule(house, HOUSE)
    assert retention.sweep(house, HOUSE).total == 0
    dpo = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
    for recording_id in (here, comes):
        with pytest.raises(ConflictError):
            erasure.erase(house, dpo, recording_id, "subject_request")
        assert row_of(house, recording_id).state != "erased"


def test_a_person_is_held_by_a_blind_token_and_nobody_is_named(
    house: Runtime, make: Make, people: People
) -> None:
    with house.work(people["dpo"]) as work:
        selection = selecting.chosen(work, [("tel", "07700 900123")])
        made = matters.open_matter(
            work, title="Jane Roe", because="Jane Roe has announced a claim.", selection=selection,
            review_by=IN_A_MONTH,
        )  # fmt: skip
        assert matters.title_of(work, made) == "Jane Roe"
        assert matters.because_of(work, made) == {"because": "Jane Roe has announced a claim."}
        assert matters.coverage(work, selection) == 0
    stored = repr(made.model_dump()).encode()
    for name in (b"Roe", b"7700", b"900123"):
        assert name not in stored
    audit.sequence(house, TENANT)
    with house.work(HOUSE, write=False) as work:
        (entry,) = log.search(work, act="hold.matter.opened", limit=9).entries
    assert "Roe" not in str(entry.members)


def test_it_takes_another_person_to_release_and_another_account_is_not_one(
    house: Runtime, make: Make, people: People
) -> None:
    recording_id = make(200)
    matter_id = opened(house, people["dpo"]).id
    with house.work(people["dpo"]) as work:
        assert matters.request_release(work, matter_id, "The claim was settled.").state == "release_requested"
    for name in ("dpo", "dpo_again"):
        with pytest.raises(DeniedError) as refused, house.work(people[name]) as work:
            matters.approve_release(work, matter_id)
        assert refused.value.reason == "same_person"
    with house.work(HOUSE, write=False) as work:
        assert catalog.holds(work, recording_id)
    with house.work(people["other_dpo"]) as work:
        assert matters.approve_release(work, matter_id).state == "released"
    with house.work(HOUSE, write=False) as work:
        assert not catalog.holds(work, recording_id)
        assert not queries.matters(work)
        assert len(queries.matters(work, with_released=True)) == 1
    retention.schedule(house, HOUSE)
    standing.carry_out_all(house, HOUSE)
    assert retention.sweep(house, HOUSE).total == 1
    audit.sequence(house, TENANT)
    with house.work(HOUSE, write=False) as work:
        entries = log.search(work, act="hold.matter.released", limit=9).entries
    assert [entry.outcome for entry in entries] == ["success", "denied", "denied"]


def test_a_release_that_is_refused_or_withdrawn_goes_on_holding(
    house: Runtime, make: Make, people: People
) -> None:
    recording_id, matter_id = make(200), opened(house, people["dpo"]).id
    for refuser in ("ciso", "dpo"):
        with house.work(people["dpo"]) as work:
            matters.request_release(work, matter_id, "The claim was settled.")
        with pytest.raises(ConflictError), house.work(people["ciso"]) as work:
            matters.request_release(work, matter_id, "The claim was settled.")
        with house.work(people[refuser]) as work:
            assert matters.approve_release(work, matter_id, approve=False).state == "open"
    with pytest.raises(ConflictError), house.work(people["ciso"]) as work:
        matters.approve_release(work, matter_id)
    with house.work(HOUSE, write=False) as work:
        assert catalog.holds(work, recording_id)


def _by_key(actor: Actor) -> Actor:
    from dataclasses import replace

    return replace(actor, key_scopes=frozenset({"recording:hold"}))


@pytest.mark.parametrize("approve", [False, True])
def test_four_eyes_are_those_of_people(house: Runtime, people: People, approve: bool) -> None:
    matter_id = opened(house, _by_key(people["dpo"])).id
    if approve:
        with house.work(people["dpo"]) as work:
            matters.request_release(work, matter_id, "The claim was settled.")
    cli = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
    for actor in (_by_key(people["ciso"]), cli):
        with pytest.raises(DeniedError) as refused, house.work(actor) as work:
            if approve:
                matters.approve_release(work, matter_id)
            else:
                matters.request_release(work, matter_id, "The claim was settled.")
        assert refused.value.reason == "not_a_person"


def test_a_hold_that_nobody_confirms_in_time_is_seen(
    house: Runtime, people: People, clock: FakeClock
) -> None:
    matter_id = opened(house, people["dpo"]).id
    clock.advance(timedelta(days=31))  # 2 April
    with house.work(people["ciso"]) as work:
        assert [row.id for row in queries.unreviewed_matters(work, work.now.date())] == [matter_id]
        row = matters.review_matter(
            work, matter_id, because="It is still before the court.", review_by=date(2026, 7, 1)
        )
        assert not queries.unreviewed_matters(work, work.now.date())
        assert matters.because_of(work, row)["review"] == "It is still before the court."


def test_after_a_restore_every_hold_has_a_matter_that_can_be_released(
    house: Runtime, make: Make, people: People
) -> None:
    recording_id = make(200)
    lost, done = opened(house, people["dpo"]), opened(house, people["dpo"])
    with house.work(
        HOUSE
    ) as work:  # what a backup from before the one matter, and before the other's release, knows
        work.session.delete(queries.matter(work, lost.id))
        standing.end(work, done.order_id, "Two persons released the matter.")
    assert retention.recover_matters(house, TENANT) == 2
    assert retention.recover_matters(house, TENANT) == 0
    with house.work(people["dpo"]) as work:
        assert queries.matter(work, done.id).state == "released"
        again = queries.matter(work, lost.id)
        assert matters.title_of(work, again) == "A matter whose title was lost"
        matters.request_release(work, lost.id, "Nobody knows what it was for.")
    with house.work(people["ciso"]) as work:
        matters.approve_release(work, lost.id)
        assert not catalog.holds(work, recording_id)


BROKEN: list[Callable[..., object]] = [
    lambda work: matters.open_matter(
        work, title="x", because=SAID, selection=Selection(everything=True), review_by=IN_A_MONTH
    ),
    lambda work: matters.open_matter(
        work, title="A title", because="why", selection=Selection(everything=True), review_by=IN_A_MONTH
    ),
    lambda work: matters.open_matter(
        work, title="A title", because=SAID, selection=Selection(everything=True), review_by=date(2026, 3, 2)
    ),
    lambda work: matters.open_matter(
        work, title="A title", because=SAID, selection=Selection(everything=True), review_by=date(2027, 3, 4)
    ),
    selecting.chosen,
    lambda work: selecting.chosen(work, [("tel", "not a number")]),
    lambda work: selecting.chosen(work, [("name", "Jane Roe")]),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("act", BROKEN)
def test_a_matter_that_makes_no_sense_is_refused(
    house: Runtime, people: People, act: Callable[..., object]
) -> None:
    with pytest.raises(InvalidError), house.work(people["dpo"]) as work:
        act(work)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_not_hold_neither_opens_nor_reads_nor_releases(house: Runtime, people: People) -> None:
    row = opened(house, people["dpo"])
    for act in (
        lambda work: matters.coverage(work, Selection(everything=True)),
        lambda work: matters.title_of(work, row),
        lambda work: matters.because_of(work, row),
        lambda work: matters.review_matter(work, row.id, because=SAID, review_by=IN_A_MONTH),
        lambda work: matters.request_release(work, row.id, SAID),
        lambda work: matters.approve_release(work, row.id),
    ):
        with pytest.raises(DeniedError), house.work(people["admin"]) as work:
            act(work)
    with pytest.raises(NotFoundError), house.work(people["dpo"]) as work:
        matters.request_release(work, "mat_" + "0" * 32, SAID)
