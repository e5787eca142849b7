"""Every check fails on a planted case, opens a finding about it, and passes once it is mended; and what is no finding."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from governance.access import service as access
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.findings import lifecycle, queries, service
from governance.findings.checks import CHECKS
from governance.findings.checks.contract import Check
from governance.messages import rules as messages_rules
from governance.messages.models import Message
from governance.policy import PolicySet
from governance.policy.interventions import KINDS, WITH_GRACE, Span
from governance.recordings import erasure
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import Suspension
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.findings import planted
from tests.findings.planted import DAY, PLANTED, House
from tests.findings.pretended import DPO, HOUSE, acting, enrol, logged, one, rows


@pytest.fixture
def house(runtime: Runtime, clock: FakeClock, take_in: Callable[..., str]) -> House:
    return House(runtime, clock, take_in)


def check_of(kind: str) -> Check:
    return next(check for check in CHECKS if check.kind == kind)


def failing(house: House, kind: str) -> list[str]:
    with house.runtime.work(HOUSE, write=False) as work:
        return [one.subject_id for one in check_of(kind).failing(work)]


def test_every_kind_has_one_check_a_planted_case_and_a_path() -> None:
    assert [check.kind for check in CHECKS] == list(KINDS) == list(PLANTED)
    assert CHECKS[-1].kind == "check_failing", "it looks at how the others ended"
    patient = {check.kind for check in CHECKS if "self.since(" in inspect.getsource(type(check))}
    assert patient == WITH_GRACE


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_fails_on_what_is_wrong_and_passes_once_it_is_mended(house: House, kind: str) -> None:
    check = check_of(kind)
    assert failing(house, kind) == []
    subject, mend = PLANTED[kind](house)
    assert failing(house, kind) == [subject]
    with house.runtime.work(HOUSE, write=False) as work:
        assert not check.passes(work, subject)
        assert check.passes(work, "another")
    assert service.check_all(house.runtime, HOUSE, [check]).opened == 1
    row = one(house.runtime, "open", kind)
    assert (row.subject_kind, row.subject_id) == (check.subject_kind, subject)
    mend()
    assert service.check(house.runtime, HOUSE, row.id).state == "closed"
    assert failing(house, kind) == []


def test_what_is_erased_is_no_finding_any_more_and_what_was_written_about_it_is_forgotten(
    house: House,
) -> None:
    recording_id, _ = planted.unexpected(house)
    service.check_all(house.runtime, HOUSE)
    row = one(house.runtime, "open", "card_data_unexpected")
    with house.runtime.work(DPO) as work:
        service.note(work, row.id, "Jane Roe was on the line.")
    erasure.erase(house.runtime, DPO, recording_id, "unlawful")
    service.check_all(house.runtime, HOUSE)
    with house.runtime.work(DPO) as work:
        detail = service.read(work, row.id)
    assert (detail.finding.state, dict(detail.notes)) == ("closed", {})
    assert {row.state for row in rows(house.runtime) if row.subject_id == recording_id} == {"closed"}


def test_nothing_is_a_finding_before_its_grace_is_over(house: House) -> None:
    house.take_in()
    planted.asked(house)
    house.clock.advance(timedelta(hours=23))
    assert service.check_all(house.runtime, HOUSE, CHECKS[:1]).failing == {"recording_not_examinable": 0}
    assert failing(house, "request_due") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", sorted(WITH_GRACE))
def test_a_kind_has_a_grace_where_the_policy_may_give_it_one_and_nowhere_else(
    house: House, kind: str
) -> None:
    PLANTED[kind](house)
    policies = house.runtime.policies.default
    paths = dict(policies.interventions.interventions)
    paths[kind] = paths[kind].model_copy(update={"grace": Span(hours=8760)})  # type: ignore[index]
    patient = policies.interventions.model_copy(update={"interventions": paths})
    house.runtime.policies = PolicySet(replace(policies, interventions=patient), {})
    assert failing(house, kind) == []


def test_a_house_with_nothing_wrong_has_no_findings(house: House) -> None:
    recording_id = house.take_in()
    redaction.redact(house.runtime, HOUSE, recording_id)
    for _ in range(2):
        house.clock.advance(DAY)
        audit.sequence(house.runtime, "default")
        audit.publish(house.runtime, "default")
        audit.self_audit(house.runtime, HOUSE)
        audit.sequence(house.runtime, "default")
        audit.publish(house.runtime, "default")
    report = service.check_all(house.runtime, HOUSE)
    assert (sum(report.failing.values()), report.broken, rows(house.runtime)) == (0, (), [])


@pytest.mark.parametrize("by", ["hold", "request"])
def test_what_a_hold_or_an_open_request_keeps_is_not_overdue(house: House, by: str) -> None:
    recording_id = house.take_in()
    planted.scheduled(house, recording_id)
    with house.runtime.work(DPO) as work:
        if by == "hold":
            recordings.hold(work, recording_id, "2026-4711")
        else:
            _suspend(work, recording_id)
    house.clock.advance(30 * DAY)
    assert failing(house, "erasure_overdue") == []


def _suspend(work: object, recording_id: str) -> None:
    from governance.recordings.models import StandingOrder
    from governance.runtime import Work

    assert isinstance(work, Work)
    order = StandingOrder(
        id="ord_1", tenant="default", kind="suspension", reference="req_1", because_sealed=b"", placed_by="acc_1",
        placed_at=work.now,
    )  # fmt: skip
    work.session.add(order)
    work.session.flush()
    work.session.add(
        Suspension(
            id="sus_1",
            tenant="default",
            order_id="ord_1",
            recording_id=recording_id,
            reference="req_1",
            placed_by="acc_1",
            placed_at=work.now,
        )
    )


def test_a_self_audit_that_fails_is_a_finding_until_one_holds(house: House) -> None:
    with house.runtime.work(HOUSE) as work:
        audit.record(work, "audit.integrity.failed", out="failure")
    audit.sequence(house.runtime, "default")
    assert failing(house, "log_not_verified") == ["log"]
    house.clock.advance(timedelta(seconds=1))
    audit.self_audit(house.runtime, HOUSE)
    audit.sequence(house.runtime, "default")
    assert failing(house, "log_not_verified") == []


def test_a_request_is_a_finding_by_its_nearest_clock_and_its_deadline_is_the_laws(house: House) -> None:
    now = house.clock.now()
    unacknowledged = planted.asked(house, serial=1, acknowledge_by=now + DAY)
    planted.asked(house, serial=2, paused_at=now, due_at=now + DAY)
    planted.asked(house, serial=3, state="closed", due_at=now - DAY)
    late = planted.asked(house, serial=4, due_at=now - DAY)
    service.check_all(house.runtime, HOUSE, [check_of("request_due")])
    found = {row.subject_id: row for row in rows(house.runtime)}
    assert set(found) == {unacknowledged, late}
    assert found[unacknowledged].due_at == now + DAY
    assert "2026-0001 is to be acknowledged" in found[unacknowledged].because
    assert found[late].due_at == now
    assert "2026-0004 was to be answered" in found[late].because
    planted.change(house, late, due_at=now + 3 * DAY)  # extended
    service.check_all(house.runtime, HOUSE, [check_of("request_due")])
    assert {row.due_at for row in rows(house.runtime)} == {now + DAY, now + 2 * DAY}


def test_denials_stay_a_finding_until_another_person_has_explained_them(house: House) -> None:
    abe = enrol(house.runtime, "abe", "dpo")
    same = enrol(house.runtime, "abe.second", "dpo", same_person_as=abe.id)
    cy = enrol(house.runtime, "cy", "ciso")
    planted.denied(house, abe.id, 9)
    assert failing(house, "repeated_denials") == []
    planted.denied(house, abe.id, 1)
    service.check_all(house.runtime, HOUSE, [check_of("repeated_denials")])
    row = one(house.runtime)

    def note(by: Actor) -> str:
        with house.runtime.work(by) as work:
            service.note(work, row.id, "It was nothing at all.")
        return service.check(house.runtime, HOUSE, row.id).state

    assert note(acting(cy)) == "open", "it goes on"
    house.clock.advance(timedelta(hours=2))
    assert service.check(house.runtime, HOUSE, row.id).state == "closed"
    house.clock.advance(DAY)
    planted.denied(house, abe.id, 10)
    service.check_all(house.runtime, HOUSE, [check_of("repeated_denials")])
    house.clock.advance(timedelta(hours=2))
    states = [note(by) for by in (acting(abe), acting(same), DPO, acting(cy))]
    assert states == ["open", "open", "open", "closed"], "the old explanation does not explain the new"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_passwords_that_are_guessed_are_repeated_denials(house: House) -> None:
    for _ in range(10):
        with pytest.raises(Exception, match="Sign in"):
            access.sign_in(house.runtime, "default", "nobody", "wrong")
    audit.sequence(house.runtime, "default")
    assert failing(house, "repeated_denials") == ["visitor"]


def test_an_account_that_is_used_by_key_or_session_is_used(house: House) -> None:
    by_key = enrol(house.runtime, "recorder", "integration")
    by_session = enrol(house.runtime, "dora", "dpo")
    enrol(house.runtime, "abe", "agent")
    with house.runtime.work(acting(by_key)) as work:
        key = access.create_api_key(work, by_key.id, "one", ["recording:ingest"], days=365)
    house.clock.advance(80 * DAY)
    access.authenticate(house.runtime, key.token)
    with house.runtime.work(HOUSE) as work:
        link = access.issue_link(work, by_session.id)
    access.redeem_link(house.runtime, link)
    house.clock.advance(20 * DAY)
    unused = failing(house, "account_unused")
    assert len(unused) == 1
    assert not {by_key.id, by_session.id} & set(unused)


def test_a_mail_server_that_is_down_makes_no_finding_of_mails_about_such_findings(house: House) -> None:
    enrol(house.runtime, "ada", "administrator")
    check = check_of("message_undeliverable")
    planted.undeliverable(house)
    house.clock.advance(2 * DAY)
    for _ in range(3):
        service.check_all(house.runtime, HOUSE, [check])
        service.escalate_late(house.runtime, HOUSE)
        house.clock.advance(2 * DAY)
        with house.runtime.work(HOUSE) as work:
            for row in work.session.exec(select(Message).where(Message.state == "waiting")).all():
                row.state = "dead"
                work.session.add(row)
    assert len(rows(house.runtime)) == 1


def test_a_recheck_that_finds_nothing_and_card_data_found_before_release_are_not_unexpected(
    house: House,
) -> None:
    recording_id, _ = planted.not_examinable(house)
    with house.runtime.work(HOUSE) as work:
        row = catalog.for_update(work, recording_id)
        assert row is not None
        recordings.quarantine(work, row, "residue", "Something is left.")
    assert failing(house, "card_data_unexpected") == []
    assert failing(house, "second_look_failed") == [recording_id]
    redaction.redact(house.runtime, HOUSE, recording_id)
    assert failing(house, "second_look_failed") == []
    assert redaction.recheck(house.runtime, HOUSE) == []
    assert failing(house, "card_data_unexpected") == []


def test_what_a_recheck_took_back_is_told_once_and_as_what_it_is(house: House) -> None:
    recording_id, _ = planted.unexpected(house)
    assert failing(house, "card_data_unexpected") == [recording_id]
    assert failing(house, "second_look_failed") == []


def test_what_a_finding_says_holds_ids_codes_and_moments_only(house: House) -> None:
    for plant in (
        planted.not_examinable,
        planted.erasure_overdue,
        planted.log_not_signed,
        planted.account_unused,
    ):
        plant(house)
    service.check_all(house.runtime, HOUSE)
    found = rows(house.runtime)
    assert len({row.kind for row in found}) >= 5
    for row in found:
        assert messages_rules.WITHHELD not in messages_rules.payload(lifecycle.shown(row)).values()
        assert not set(row.because.split()) & {"Jane", "Roe", "abe", "abe@example.org"}
    entries = logged(house.runtime, "finding.opened")
    assert len(entries) == len(found)
    with house.runtime.work(HOUSE, write=False) as work:
        assert {run.error for run in queries.check_runs(work)} <= {None}
