"""Owners are told once, in one mail; what is late is reported further up, again and again, until it is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from governance.access import service as access
from governance.clock import FakeClock
from governance.findings import queries, service, telling
from governance.messages.models import Message
from governance.runtime import Runtime
from tests.findings.pretended import HOUSE, Pretended, enrol, letters, logged, one, rows


def test_a_role_gets_one_mail_for_a_run_that_names_no_more_than_ids_and_kinds(runtime: Runtime) -> None:
    enrol(runtime, "dora", "dpo")
    enrol(runtime, "cy", "ciso")
    check = Pretended()
    for number in range(30):
        check.fail(f"rec_{number:032x}", "Jane Roe, +44 7700 900123")
    service.check_all(runtime, HOUSE, [check])
    service.check_all(runtime, HOUSE, [check])
    (letter,) = letters(runtime)
    assert (letter.to, "30 findings" in letter.subject) == ("dora@example.org", True)
    assert "And 10 more." in letter.body
    assert letter.body.count(f"{runtime.settings.public_url}/findings/fnd_") == 20
    assert "Jane" not in letter.body
    assert "7700" not in letter.body


def test_an_address_that_no_mail_can_be_sent_to_keeps_nobody_else_from_being_told(
    runtime: Runtime, clock: FakeClock
) -> None:
    enrol(runtime, "cy", "ciso")
    enrol(runtime, "dora", "dpo")
    with runtime.work(HOUSE) as work:
        wrong = access.create_account(work, "dan", as_role="dpo", email="Dan <dan at example.org>")
        access.create_account(work, "cleo", as_role="ciso", email="cleo")
    check = Pretended()
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    assert [letter.to for letter in letters(runtime)] == ["dora@example.org"]
    with runtime.work(HOUSE) as work:
        assert service.assign(work, one(runtime).id, wrong.id).assignee == wrong.id
    clock.advance(timedelta(days=30))
    assert service.escalate_late(runtime, HOUSE) == 1
    assert {letter.to for letter in letters(runtime)} == {"dora@example.org", "cy@example.org"}


def test_what_is_not_urgent_is_gathered_for_an_hour(runtime: Runtime, clock: FakeClock) -> None:
    enrol(runtime, "ada", "administrator")
    check = Pretended("account_unused")
    check.fail("acc_1")
    service.check_all(runtime, HOUSE, [check])
    assert not letters(runtime)
    clock.advance(timedelta(minutes=59))
    check.fail("acc_2")
    service.check_all(runtime, HOUSE, [check])
    assert not letters(runtime)
    clock.advance(timedelta(minutes=1))
    service.check_all(runtime, HOUSE, [check])
    assert [letter.subject for letter in letters(runtime)] == ["Recordings: 2 findings to look at"]


def test_what_closes_before_anybody_was_told_is_not_told_of(runtime: Runtime, clock: FakeClock) -> None:
    enrol(runtime, "ada", "administrator")
    check = Pretended("account_unused")
    check.fail("acc_1")
    service.check_all(runtime, HOUSE, [check])
    check.wrong.clear()
    clock.advance(timedelta(hours=2))
    service.check_all(runtime, HOUSE, [check])
    assert not letters(runtime)


def test_a_late_finding_is_escalated_and_again_until_it_closes(runtime: Runtime, clock: FakeClock) -> None:
    enrol(runtime, "cy", "ciso")
    check = Pretended()
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    clock.advance(timedelta(days=2) - timedelta(seconds=1))
    assert service.escalate_late(runtime, HOUSE) == 0
    clock.advance(timedelta(seconds=1))
    assert service.escalate_late(runtime, HOUSE) == 1
    assert service.escalate_late(runtime, HOUSE) == 0
    row = one(runtime)
    assert (row.escalation_level, row.escalated_at) == (1, clock.now())
    (letter,) = letters(runtime)
    assert (letter.to, letter.subject) == ("cy@example.org", "Recordings: 1 finding late")
    clock.advance(timedelta(days=30))  # nobody was here: it is reported once and not thirty times
    assert service.escalate_late(runtime, HOUSE) == 1
    assert one(runtime).escalation_level == 2
    check.wrong.clear()
    service.check_all(runtime, HOUSE, [check])
    clock.advance(timedelta(days=30))
    assert service.escalate_late(runtime, HOUSE) == 0
    assert [entry.members["det"]["level"] for entry in logged(runtime, "finding.escalated")] == [2, 1]
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    assert (one(runtime).escalation_level, one(runtime).escalated_at) == (0, None)


def test_that_nobody_of_a_role_can_be_reached_stands_in_the_history(
    runtime: Runtime, clock: FakeClock
) -> None:
    check = Pretended("card_data_unexpected")
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    enrol(runtime, "dora", "dpo")
    clock.advance(timedelta(days=3))
    service.escalate_late(runtime, HOUSE)
    with runtime.work(HOUSE, write=False) as work:
        last = queries.history(work, one(runtime).id)[-1]
    assert last.det == {"level": 1, "reached": {"administrator": 0, "dpo": 1}}


def test_a_crash_while_writing_neither_forgets_nor_repeats_a_mail(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(runtime, "dora", "dpo")
    enrol(runtime, "cy", "ciso")
    check = Pretended()
    check.fail("rec_1")
    with monkeypatch.context() as patched:
        patched.setattr(telling, "link", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            service.check_all(runtime, HOUSE, [check])
        assert (len(rows(runtime)), letters(runtime)) == (1, [])
        clock.advance(timedelta(days=3))
        with pytest.raises(ZeroDivisionError):
            service.escalate_late(runtime, HOUSE)
        assert one(runtime).escalation_level == 0
    service.check_all(runtime, HOUSE, [check])
    service.escalate_late(runtime, HOUSE)
    assert sorted(letter.to for letter in letters(runtime)) == ["cy@example.org", "dora@example.org"]


def test_every_step_is_told_to_the_webhooks_that_want_it(runtime: Runtime, clock: FakeClock) -> None:
    from governance.messages.models import WebhookEndpoint

    with runtime.work(HOUSE) as work:
        endpoint = WebhookEndpoint(
            id="whk_1", tenant="default", title="Desk", events=["*"], created_at=work.now
        )
        work.session.add(endpoint)
    check = Pretended()
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    clock.advance(timedelta(days=3))
    service.escalate_late(runtime, HOUSE)
    check.wrong.clear()
    service.check_all(runtime, HOUSE, [check])
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    with runtime.work(HOUSE, write=False) as work:
        told = [row.event for row in work.session.exec(select(Message).where(Message.kind == "webhook"))]
    assert sorted(filter(None, told)) == [
        "finding.closed",
        "finding.escalated",
        "finding.opened",
        "finding.reopened",
    ]


def test_who_gets_an_address_later_is_told_of_what_is_still_open(runtime: Runtime, clock: FakeClock) -> None:
    check = Pretended()
    check.fail("rec_1")
    service.check_all(runtime, HOUSE, [check])
    assert one(runtime).told_at is None
    enrol(runtime, "dora", "dpo")
    clock.advance(timedelta(minutes=5))
    service.check_all(runtime, HOUSE, [check])
    assert [letter.to for letter in letters(runtime)] == ["dora@example.org"]
    assert one(runtime).told_at == clock.now()
