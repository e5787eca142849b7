"""Standing orders on both databases: in force from their commit, for what is there and what comes, until they are ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.audit import queries as log
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import erasure, intake, people, playback, standing, standing_queries
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.ledger import Ledger
from governance.recordings.models import Hold, Recording, StandingOrder
from governance.recordings.selection import Selection
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.faults.calls import called
from tests.faults.failpoints import Failpoints
from tests.oracle import check_everything

TENANT = "default"
HOUSE = Actor.system(TENANT, "svc_test")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
EVERYTHING = Selection(everything=True)
TakeIn = Callable[..., str]


def bare(runtime: Runtime, count: int) -> list[str]:
    """Recordings of which there is nothing but the entry: as many as one likes, at once."""
    with runtime.work(HOUSE) as work:
        rows = [
            Recording(
                id=f"rec_{number:032x}", tenant=TENANT, source="bare", external_id=str(number), content_sha256="0" * 64,
                state="quarantined", started_at=work.now, created_at=work.now,
            )
            for number in range(count)
        ]  # fmt: skip
        work.session.add_all(rows)
        return [row.id for row in rows]


def place(runtime: Runtime, kind: str = "hold", selection: Selection = EVERYTHING, **more: Any) -> str:
    reference = str(more.pop("reference", "mat_1"))
    with runtime.work(DPO) as work:
        return standing.place(
            work,
            kind=kind,
            selection=selection,
            reference=reference,
            because="The court asks for it.",
            **more,
        ).id


def end(runtime: Runtime, order_id: str) -> None:
    with runtime.work(DPO) as work:
        standing.end(work, order_id, "It is over.")


def standing_for(runtime: Runtime, recording_id: str) -> tuple[int, int, int]:
    with runtime.work(HOUSE, write=False) as work:
        return (
            len(catalog.holds(work, recording_id)),
            len(catalog.suspensions(work, recording_id)),
            len(catalog.restrictions(work, recording_id)),
        )


def order(runtime: Runtime, order_id: str) -> StandingOrder:
    with runtime.work(HOUSE, write=False) as work:
        found = catalog.order(work, order_id)
        assert found is not None
        return found


def rows(runtime: Runtime, table: str, where: str = "1 = 1") -> int:
    with runtime.engine.connect() as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0)


def tel(runtime: Runtime, recording_id: str) -> str:
    """The blind token of the customer's number."""
    with runtime.work(HOUSE, write=False) as work:
        (customer,) = (one for one in catalog.parties(work, recording_id) if one.role == "customer")
        return people.token(work, "tel", people.unseal(work, customer)["tel"]).hex()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "BATCH", 2)


def test_an_order_covers_what_is_there_and_what_comes_until_it_ends(
    runtime: Runtime, take_in: TakeIn, clock: FakeClock
) -> None:
    before = take_in("a")
    person = Selection(persons=(tel(runtime, before),))
    stranger = Selection(persons=("00" * 16,))
    orders = {
        place(runtime, "hold", person),
        place(runtime, "suspension", person, reference="req_1"),
        place(runtime, "restriction", person, reference="req_1", purpose="quality"),
    }
    place(runtime, "hold", stranger)
    clock.advance(timedelta(days=1))
    after = take_in("b")
    for one in (before, after):
        assert standing_for(runtime, one) == (1, 1, 1)
        with pytest.raises(ConflictError, match="legal hold"):
            erasure.erase(runtime, DPO, one, "subject_request")
        with runtime.work(HOUSE, write=False) as work:
            row = catalog.recording(work, one)
            assert row is not None
            assert catalog.facts(work, row).restricted_purposes == {"quality"}
            covering = catalog.standing_on(work, one)
            assert {known.id for known, _ in covering} == orders
            assert {since for _, since in covering} == {row.created_at}
    for one in orders:
        end(runtime, one)
    assert standing_for(runtime, before) == standing_for(runtime, after) == (0, 0, 0)
    assert (
        rows(runtime, "hold", "released_at IS NULL"),
        rows(runtime, "restriction", "lifted_at IS NULL"),
    ) == (0, 0)
    assert standing_for(runtime, take_in("c")) == (0, 0, 0)
    redaction.redact_pending(runtime, HOUSE)
    assert erasure.erase(runtime, DPO, before, "subject_request").state == erasure.COMPLETE
    check_everything(runtime, TENANT)


def test_an_order_that_cannot_be_carried_out_keeps_no_other_waiting(
    runtime: Runtime, small_batches: None
) -> None:
    bare(runtime, 5)
    broken, sound = place(runtime), place(runtime, reference="mat_2")
    with runtime.work(HOUSE) as work:
        damaged = sa.update(StandingOrder).where(StandingOrder.__table__.c.id == broken)  # type: ignore[attr-defined]
        work.session.execute(damaged.values(selection={"no such thing": True}))
    with pytest.raises(InvalidError):
        standing.carry_out_all(runtime, HOUSE)
    assert order(runtime, sound).carried_out_at is not None


def test_an_order_counts_for_what_it_has_not_reached(runtime: Runtime, small_batches: None) -> None:
    covered = bare(runtime, 5)
    order_id = place(runtime)
    assert order(runtime, order_id).carried_out_at is None
    assert rows(runtime, "hold") == 2
    for one in covered:
        assert standing_for(runtime, one) == (1, 0, 0)
        with pytest.raises(ConflictError, match="legal hold"):
            erasure.erase(runtime, DPO, one, "subject_request")
    result = erasure.erase_batch(
        runtime, HOUSE, [erasure.Due(one, "period_over", "Its time is over.") for one in covered]
    )
    assert (result.erased, set(result.left.values())) == ({}, {"legal_hold"})
    assert standing.carry_out_all(runtime, HOUSE) == 1
    assert (rows(runtime, "hold"), standing.carry_out(runtime, HOUSE, order_id)) == (5, 0)
    assert {standing_for(runtime, one) for one in covered} == {(1, 0, 0)}
    end(runtime, order_id)
    assert rows(runtime, "hold", "released_at IS NULL") == 3
    assert {standing_for(runtime, one) for one in covered} == {(0, 0, 0)}
    assert standing.carry_out_all(runtime, HOUSE) == 1
    assert rows(runtime, "hold", "released_at IS NULL") == 0
    audit.sequence(runtime, TENANT)
    with runtime.work(HOUSE, write=False) as work:
        told = [entry.members for entry in log.search(work, act="recording.order.carried_out").entries]
    assert [(one["why"]["code"], one["det"]["recordings"]) for one in told] == [("ended", 5), ("placed", 5)]


def test_a_purpose_is_stopped_at_once_also_where_no_row_says_so_yet(
    runtime: Runtime, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = take_in("a")
    redaction.redact_pending(runtime, HOUSE)
    monkeypatch.setattr(standing, "BATCH", 0)
    order_id = place(runtime, "restriction", reference="req_1", purpose="quality")
    assert rows(runtime, "restriction") == 0
    for attempt in (playback.play, playback.read_transcript):
        with pytest.raises(DeniedError):
            attempt(runtime, DPO, one, purpose="quality")
        attempt(runtime, DPO, one, purpose="dispute").reader.close()
    end(runtime, order_id)
    playback.play(runtime, DPO, one, purpose="quality").reader.close()


@pytest.mark.parametrize("stored", [False, True], ids=["and was not stored", "but was stored"])
def test_carrying_out_goes_on_where_it_was_killed(
    runtime: Runtime, small_batches: None, stored: bool
) -> None:
    covered = bare(runtime, 9)
    order_id = place(runtime, "suspension", reference="req_1")
    for number in (1, 2):
        points = Failpoints(number, stored=stored)
        with points.installed(runtime), pytest.raises((sa.exc.OperationalError, OSError)):
            standing.carry_out(runtime, HOUSE, order_id, batch=2)
        assert {standing_for(runtime, one) for one in covered} == {(0, 1, 0)}
    standing.carry_out(runtime, HOUSE, order_id, batch=2)
    assert rows(runtime, "suspension") == 9
    assert order(runtime, order_id).carried_out_at is not None


def test_an_order_and_a_recording_that_come_at_once_meet(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, take_in: TakeIn
) -> None:
    take_in("a")  # makes the keys that a first recording makes
    has_asked, may_go_on = threading.Event(), threading.Event()
    asked = standing.apply

    def hesitating(*given: object) -> list[str]:
        found = asked(*given)  # type: ignore[arg-type]
        has_asked.set()
        assert may_go_on.wait(20)
        return found

    monkeypatch.setattr(standing, "apply", hesitating)
    with ThreadPoolExecutor(2) as threads:
        taking_in = threads.submit(take_in, "b")
        assert has_asked.wait(20)
        placing = threads.submit(place, runtime)
        assert not threading.Event().wait(0.4)
        assert not placing.done()  # the recording has asked, and is not there yet: the order waits for it
        may_go_on.set()
        one, order_id = taking_in.result(), placing.result()
    assert standing_for(runtime, one) == (1, 0, 0)
    assert order(runtime, order_id).carried_out_at is not None


def test_an_erasure_and_an_order_that_come_at_once_do_not_both_happen(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = bare(runtime, 1)
    has_asked, may_go_on = threading.Event(), threading.Event()
    asked = catalog.kept_from_erasure

    def hesitating(*given: object) -> dict[str, str]:
        found = asked(*given)  # type: ignore[arg-type]
        has_asked.set()
        assert may_go_on.wait(20)
        return found

    monkeypatch.setattr(catalog, "kept_from_erasure", hesitating)
    with ThreadPoolExecutor(2) as threads:
        erasing = threads.submit(erasure.erase, runtime, DPO, one, "subject_request")
        assert has_asked.wait(20)
        placing = threads.submit(place, runtime)
        assert not threading.Event().wait(0.4)
        assert not placing.done()
        may_go_on.set()
        assert (erasing.result().recording_id, order(runtime, placing.result()).kind) == (one, "hold")
    assert rows(runtime, "hold") == 0  # it was erased before the order: there is nothing to hold


def test_of_thousands_of_objections_a_recording_asks_for_its_own(
    runtime: Runtime, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = tel(runtime, take_in("a"))
    with runtime.work(HOUSE) as work:
        for number in range(300):
            others = Selection(persons=(f"{number:032x}",))
            standing.place(
                work,
                kind="restriction",
                selection=others,
                reference=f"req_{number}",
                because="-",
                purpose="quality",
            )
    place(runtime, "restriction", Selection(persons=(person,)), reference="req_own", purpose="quality")
    place(runtime, "hold", Selection(persons=(person,), teams=("another",)))
    looked_at: list[object] = []
    read = Selection.from_json

    def reading(given: object) -> Selection:
        looked_at.append(given)
        return read(given)

    monkeypatch.setattr(Selection, "from_json", reading)
    assert standing_for(runtime, take_in("b")) == (0, 0, 1)
    assert len(looked_at) == 2


def test_what_an_order_has_put_on_a_recording_ends_with_the_order_alone(runtime: Runtime) -> None:
    (one,) = bare(runtime, 1)
    place(runtime)
    place(runtime, "restriction", reference="req_1", purpose="quality")
    with runtime.work(DPO) as work:
        single = recordings.hold(work, one, "M-1")
        (ordered,) = (row for row in catalog.holds(work, one) if row.order_id)
        (restricted,) = catalog.restrictions(work, one)
    with runtime.work(DPO) as work, pytest.raises(ConflictError, match="matter"):
        recordings.release_hold(work, ordered.id)
    with runtime.work(DPO) as work, pytest.raises(ConflictError, match="request"):
        recordings.lift_restriction(work, restricted.id)
    end(runtime, ordered.order_id or "")
    with runtime.work(HOUSE, write=False) as work:
        assert [row.id for row in catalog.holds(work, one)] == [single.id]


def test_orders_are_of_one_tenant(runtime: Runtime, take_in: TakeIn) -> None:
    other = Actor.system("other", "svc_test")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Another controller")
    mine = take_in("a")
    with runtime.work(other) as work:
        theirs = standing.place(work, kind="hold", selection=EVERYTHING, reference="mat_1", because="-").id
    assert standing_for(runtime, mine) == standing_for(runtime, take_in("b")) == (0, 0, 0)
    with runtime.work(DPO) as work, pytest.raises(NotFoundError):
        standing.end(work, theirs, "-")
    with pytest.raises(NotFoundError):
        standing.carry_out(runtime, HOUSE, theirs)


def test_what_is_no_order_is_refused(runtime: Runtime) -> None:
    wrong: list[dict[str, object]] = [
        {"kind": "anything"},
        {"kind": "restriction"},
        {"kind": "restriction", "purpose": "unheard_of"},
        {"kind": "hold", "purpose": "quality"},
        {"kind": "hold", "reference": ""},
    ]
    for given in wrong:
        with pytest.raises(InvalidError):
            place(runtime, **given)  # type: ignore[arg-type]
    order_id = place(runtime)
    end(runtime, order_id)
    with pytest.raises(ConflictError):
        end(runtime, order_id)
    assert rows(runtime, "standing_order") == 1


def test_why_an_order_was_placed_is_sealed(runtime: Runtime) -> None:
    with runtime.work(DPO) as work:
        placed = standing.place(
            work, kind="hold", selection=EVERYTHING, reference="mat_1", because="Doe v. Example"
        )
        assert b"Doe" not in placed.because_sealed
        assert standing.because_of(work, placed) == "Doe v. Example"
    assert b"Doe" not in b"".join(path.read_bytes() for path in runtime.settings.ledger.iterdir())


def test_the_ledger_learns_at_the_start_what_a_crash_kept_from_it(runtime: Runtime) -> None:
    def told() -> list[tuple[str, bool]]:
        return [
            (line.order_id, line.ended_at is not None)
            for line in Ledger(runtime.settings.ledger).orders(TENANT)
        ]

    (one,) = bare(runtime, 1)
    end(
        runtime, place(runtime, selection=Selection(recording_ids=(one,)))
    )  # makes the keys that a first order makes
    earlier = told()
    with Failpoints(2).installed(runtime), pytest.raises(OSError, match="failpoint"):
        place(runtime)
    with runtime.work(HOUSE, write=False) as work:
        placed = standing_queries.all_orders(work)[-1]
    assert told() == earlier
    assert standing.recover(runtime, TENANT) == 0
    assert told() == [*earlier, (placed.id, False)]
    with Failpoints(2).installed(runtime), pytest.raises(OSError, match="failpoint"):
        end(runtime, placed.id)
    assert standing.recover(runtime, TENANT) == 0
    assert told() == [*earlier, (placed.id, True)]
    before = (runtime.settings.ledger / "erasures.jsonl").read_bytes()
    assert standing.recover(runtime, TENANT) == 0
    assert (runtime.settings.ledger / "erasures.jsonl").read_bytes() == before


def test_a_database_that_has_forgotten_an_order_gets_it_again(runtime: Runtime, take_in: TakeIn) -> None:
    one = take_in("a")
    person = Selection(persons=(tel(runtime, one),))
    forgotten, ended, undone = (place(runtime, "hold", person, reference=f"mat_{n}") for n in range(3))
    end(runtime, ended)
    end(runtime, undone)
    with runtime.work(
        HOUSE
    ) as work:  # as a restore leaves it: without the first two, with the third in force
        connection = work.session.connection()
        for table in ("hold", "standing_order_key"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
        connection.execute(sa.text("DELETE FROM standing_order WHERE id <> :kept"), {"kept": undone})
        connection.execute(sa.text("UPDATE standing_order SET ended_at = NULL, ended_by = NULL"))
        work.session.add(
            Hold(
                id="hld_1", tenant=TENANT, order_id=undone, recording_id=one, matter="mat_2", placed_by="cli",
                placed_at=work.now,
            )
        )  # fmt: skip
    assert standing.recover(runtime, TENANT) == 2
    with runtime.work(HOUSE, write=False) as work:
        assert [row.matter for row in catalog.holds(work, one)] == ["mat_0"]
    assert standing_for(runtime, intake.ingest(runtime, DPO_MAY_INGEST, called("b")).recording_id) == (
        1,
        0,
        0,
    )
    assert standing.recover(runtime, TENANT) == 0
    end(runtime, forgotten)
    assert standing_for(runtime, one) == (0, 0, 0)


DPO_MAY_INGEST = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
