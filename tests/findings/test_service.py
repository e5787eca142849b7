"""Findings open, close and open again by what their check says and by nothing else; a crash repeats nothing wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.findings import lifecycle, queries, rounds, service
from governance.findings.checks.house import CheckFailing
from governance.runtime import Runtime
from tests.findings.pretended import (
    AGENT,
    DPO,
    HOUSE,
    Pretended,
    acts,
    enrol,
    letters,
    logged,
    one,
    rows,
)

REC, OTHER = "rec_" + "1" * 32, "rec_" + "2" * 32


@pytest.fixture
def check() -> Pretended:
    return Pretended()


def test_a_finding_opens_closes_and_opens_again_as_its_check_says(
    runtime: Runtime, clock: FakeClock, check: Pretended
) -> None:
    check.fail(REC)
    assert service.check_all(runtime, HOUSE, [check]).opened == 1
    row = one(runtime)
    assert (row.state, row.owner, row.severity, row.because) == ("open", "dpo", "high", "It is wrong.")
    assert row.due_at == clock.now() + timedelta(days=2)
    clock.advance(timedelta(days=1))
    assert service.check_all(runtime, HOUSE, [check]).opened == 0
    check.wrong.clear()
    assert service.check_all(runtime, HOUSE, [check]).closed == 1
    closed = one(runtime, "closed")
    assert (closed.id, closed.closed_at) == (row.id, clock.now())
    clock.advance(timedelta(days=1))
    check.fail(REC, "It is wrong again.")
    assert service.check_all(runtime, HOUSE, [check]).reopened == 1
    again = one(runtime, "open")
    assert (again.id, again.times_reopened, again.because) == (row.id, 1, "It is wrong again.")
    assert (again.opened_at, again.first_opened_at) == (clock.now(), row.opened_at)
    assert again.closed_at is None
    assert acts(runtime, row.id) == ["opened", "closed", "reopened"]
    for act in ("finding.opened", "finding.closed", "finding.reopened"):
        (entry,) = logged(runtime, act)
        assert {"kind": "recording", "id": REC} in entry.members["res"]


def test_what_a_check_says_of_an_open_finding_is_kept_up_to_date_and_its_deadline_is_not_put_off(
    runtime: Runtime, clock: FakeClock, check: Pretended
) -> None:
    check.fail(REC, "One of them.")
    service.check_all(runtime, HOUSE, [check])
    due = one(runtime).due_at
    clock.advance(timedelta(hours=3))
    check.fail(REC, "Two of them.")
    service.check_all(runtime, HOUSE, [check])
    assert (one(runtime).because, one(runtime).due_at) == ("Two of them.", due)
    check.fail(REC, "It ends soon.", ends_at=clock.now() + timedelta(hours=1))
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime)
    assert row.due_at == clock.now() + timedelta(hours=1) == row.escalate_at
    assert acts(runtime, row.id) == ["opened"]


def test_a_check_that_raises_is_a_finding_of_its_own_and_stops_no_other(
    runtime: Runtime, check: Pretended
) -> None:
    broken = Pretended("log_not_signed")
    broken.broken = ZeroDivisionError
    check.fail(REC)
    checks = [broken, check, CheckFailing()]
    report = service.check_all(runtime, HOUSE, checks)
    assert (report.broken, report.opened) == (("log_not_signed",), 2)
    row = one(runtime, "open", "check_failing")
    assert (row.subject_id, "ZeroDivisionError" in row.because, "4111" in row.because) == (
        "log_not_signed",
        True,
        False,
    )
    broken.broken = None
    assert service.check(runtime, DPO, row.id, checks).state == "closed"


def test_what_a_broken_check_had_opened_stays_open(runtime: Runtime, check: Pretended) -> None:
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    check.wrong.clear()
    check.broken = RuntimeError
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime, "open")
    with pytest.raises(ConflictError, match="cannot be made"):
        service.check(runtime, DPO, row.id, [check])
    assert one(runtime, "open").id == row.id
    with runtime.work(HOUSE, write=False) as work:
        run = queries.check_run(work, check.kind)
        assert run is not None
        assert run.error == "RuntimeError"


def test_a_person_can_have_it_checked_and_cannot_close_it(runtime: Runtime, check: Pretended) -> None:
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime)
    assert service.check(runtime, DPO, row.id, [check]).state == "open"
    check.wrong.clear()
    assert service.check(runtime, DPO, row.id, [check]).state == "closed"
    check.fail(REC)
    assert service.check(runtime, DPO, row.id, [check]).state == "open"
    assert acts(runtime, row.id) == ["opened", "checked", "checked", "closed", "checked", "reopened"]
    assert [entry.outcome for entry in logged(runtime, "finding.checked")] == [
        "failure",
        "success",
        "failure",
    ]
    assert not [name for name in dir(service) if "close" in name.casefold() and name != "CLOSED"]


def test_only_who_works_on_findings_does(runtime: Runtime, check: Pretended) -> None:
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime)
    for deed in (
        lambda: service.check_all(runtime, AGENT, [check]),
        lambda: service.check(runtime, AGENT, row.id, [check]),
        lambda: service.escalate_late(runtime, AGENT),
    ):
        with pytest.raises(DeniedError):
            deed()
    for verb in (service.assign, service.note):
        with pytest.raises(DeniedError), runtime.work(AGENT) as work:
            verb(work, row.id, "acc_1 said so")
    with pytest.raises(DeniedError), runtime.work(AGENT) as work:
        service.read(work, row.id)
    with pytest.raises(NotFoundError):
        service.check(runtime, DPO, "fnd_" + "0" * 32, [check])


def test_a_finding_is_given_to_somebody_who_can_work_on_it_and_they_are_told(
    runtime: Runtime, check: Pretended
) -> None:
    dora, abe = enrol(runtime, "dora", "dpo"), enrol(runtime, "abe", "agent")
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime)
    before = len(letters(runtime))
    with runtime.work(DPO) as work:
        assert service.assign(work, row.id, dora.id).assignee == dora.id
        service.assign(work, row.id, dora.id)
    (letter,) = letters(runtime)[before:]
    assert letter.to == "dora@example.org"
    assert f"/findings/{row.id}" in letter.body
    with pytest.raises(InvalidError), runtime.work(DPO) as work:
        service.assign(work, row.id, abe.id)
    with runtime.work(HOUSE) as work:
        access.disable(work, dora.id)
    check.wrong.clear()
    service.check_all(runtime, HOUSE, [check])
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        service.assign(work, row.id, None)
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    assert one(runtime).assignee is None
    with pytest.raises(InvalidError), runtime.work(DPO) as work:
        service.assign(work, row.id, dora.id)


def test_notes_are_sealed_and_read_back_and_hold_no_card_data(runtime: Runtime, check: Pretended) -> None:
    check.fail(REC)
    service.check_all(runtime, HOUSE, [check])
    row = one(runtime)
    with runtime.work(DPO) as work:
        event = service.note(work, row.id, "  Jane Roe called about it.  ")
    assert b"Jane" not in (event.text_sealed or b"")
    with runtime.work(DPO) as work:
        detail = service.read(work, row.id)
        assert list(detail.notes.values()) == ["Jane Roe called about it."]
        assert detail.checked_at == work.now
        assert detail.path.owner == "dpo"
    for wrong in ("no", "x" * 4001, "her card is 4111 1111 1111 1111"):
        with pytest.raises(InvalidError), runtime.work(DPO) as work:
            service.note(work, row.id, wrong)
    assert len(logged(runtime, "finding.read")) == 1
    assert "Jane" not in str([entry.members for entry in logged(runtime, "finding.noted")])


def test_a_crash_between_two_steps_leaves_each_finding_whole_and_the_next_round_goes_on(
    runtime: Runtime, check: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_WRITE", 2)
    for number in range(5):
        check.fail(f"rec_{number}")
    opened, whole = 0, lifecycle.hold_against

    def dying(*given: object) -> str:
        nonlocal opened
        opened += 1
        if opened == 4:
            raise KeyboardInterrupt
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "hold_against", dying)
    with pytest.raises(KeyboardInterrupt):
        service.check_all(runtime, HOUSE, [check])
    assert len(rows(runtime)) == len(logged(runtime, "finding.opened")) == 2
    report = service.check_all(runtime, HOUSE, [check])
    assert (report.opened, report.failing) == (3, {"sad_suspected": 5})
    assert len(rows(runtime)) == len(logged(runtime, "finding.opened")) == 5


def test_a_round_is_bounded_and_what_is_left_waits_for_the_next(
    runtime: Runtime, check: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_READ", 3)
    for number in range(7):
        check.fail(f"rec_{number}")
    opened = [rounds.make(runtime, HOUSE, check, most=3)["opened"] for _ in range(4)]
    assert opened == [3, 3, 1, 0]
    check.wrong.clear()
    closed = [rounds.make(runtime, HOUSE, check, most=3)["closed"] for _ in range(4)]
    assert (sum(closed), closed[-1]) == (7, 0)


def test_two_rounds_at_once_open_a_finding_once(runtime: Runtime, check: Pretended) -> None:
    check.fail(REC)
    failing = next(check.failing(None))  # type: ignore[arg-type]
    with runtime.work(HOUSE) as work:
        assert lifecycle.hold_against(work, check.kind, failing) == "opened"
        # As the other process sees it: the row is not there yet when it looks.
        path = work.policies.interventions.path(check.kind)
        assert lifecycle._open(work, check.kind, path, failing) == "known"
    assert len(rows(runtime)) == len(logged(runtime, "finding.opened")) == 1


def test_findings_of_another_tenant_are_neither_seen_nor_closed(runtime: Runtime, check: Pretended) -> None:
    from governance import tenancy
    from governance.runtime import Actor

    acme = Actor.system("acme", "svc_test")
    with runtime.work(acme) as work:
        tenancy.ensure(work, "Acme")
    check.fail(REC)
    service.check_all(runtime, acme, [check])
    service.check_all(runtime, HOUSE, [check])
    mine = one(runtime)
    check.wrong.clear()
    service.check_all(runtime, acme, [check])
    assert one(runtime).state == "open"
    with pytest.raises(NotFoundError):
        service.check(runtime, acme, mine.id, [check])


def test_a_list_is_paged_by_deadline_and_the_summary_counts_it(runtime: Runtime, clock: FakeClock) -> None:
    urgent, slow = Pretended("log_not_verified"), Pretended("account_unused")
    slow.fail("acc_1")
    for number in range(3):
        urgent.fail(f"log_{number}")
    service.check_all(runtime, HOUSE, [slow, urgent])
    clock.advance(timedelta(days=2))
    seen: list[str] = []
    after: str | None = None
    with runtime.work(HOUSE, write=False) as work:
        while True:
            page, after = queries.findings(work, queries.Filters(), after, 2)
            seen += [row.kind for row in page]
            if after is None:
                break
        late, _ = queries.findings(work, queries.Filters(late=True), None, 10)
        tallies = queries.summary(work)
        with pytest.raises(InvalidError):
            queries.findings(work, queries.Filters(), "nonsense", 2)
    assert seen == ["log_not_verified"] * 3 + ["account_unused"]
    assert len(late) == 3
    assert [(t.kind, t.owner, t.open, t.late) for t in tallies] == [
        ("log_not_verified", "ciso", 3, 3),
        ("account_unused", "administrator", 1, 0),
    ]
