"""From the act to the other side: in its transaction, by one process at a time, at least once, and to an end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, IntegrityError, InvalidError, NotFoundError
from governance.messages import envelope, queries, rules, smtp
from governance.messages import service as messages
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from governance.runtime import Actor, Runtime, Work
from tests.access.people import logged
from tests.messages.conftest import MailSink, Receiver, mail_server

ABOUT = [("request", "req_1"), ("recording", "rec_1")]
Allow = Callable[..., None]


def write(runtime: Runtime, actor: Actor, to: str = "jane.roe@example.test", **more: object) -> str:
    with runtime.work(actor) as work:
        return messages.mail(work, to=to, subject="Your request", body="We have it.", about=ABOUT, **more)  # type: ignore[arg-type]


def state(runtime: Runtime, actor: Actor, message_id: str) -> tuple[str, str | None, int]:
    with runtime.work(actor, write=False) as work:
        row = queries.message(work, message_id)
        return row.state, row.error, row.attempts


def standing(runtime: Runtime, actor: Actor) -> queries.Standing:
    with runtime.work(actor, write=False) as work:
        return queries.standing(work)


def subscribe(runtime: Runtime, actor: Actor, url: str, *events: str) -> messages.NewSecret:
    with runtime.work(actor) as work:
        return messages.add_endpoint(work, url, events or ("*",), "test")


def tell(runtime: Runtime, actor: Actor, event: str = "finding.opened") -> list[str]:
    with runtime.work(actor) as work:
        return messages.webhook(work, event, {"id": "fnd_1"}, about=[("finding", "fnd_1")])


def test_a_mail_leaves_after_the_commit_of_its_act_and_is_in_the_log(
    runtime: Runtime, actor: Actor, sink: MailSink
) -> None:
    with pytest.raises(ZeroDivisionError), runtime.work(actor) as work:
        messages.mail(work, to="nobody@example.test", subject="x", body="x")
        raise ZeroDivisionError
    message_id = write(runtime, actor)
    assert not sink.mails
    assert messages.deliver_due(runtime, actor) == 1
    assert messages.deliver_due(runtime, actor) == 0
    assert [mail["To"] for mail in sink.mails] == ["jane.roe@example.test"]
    assert state(runtime, actor, message_id) == ("sent", None, 1)
    (entry,) = logged(runtime, "message.sent")
    assert all(named in entry for named in (message_id, "req_1", "rec_1"))
    assert "jane" not in entry
    with runtime.work(actor, write=False) as work:
        (found,) = queries.messages_about(work, "request", "req_1")
        assert found.id == message_id


def test_what_a_message_says_and_to_whom_is_sealed_to_its_row(runtime: Runtime, actor: Actor) -> None:
    first, second = write(runtime, actor), write(runtime, actor, to="john.doe@example.test")
    with runtime.work(actor) as work:
        rows = {one: queries.message(work, one).content_sealed or b"" for one in (first, second)}
        assert b"jane" not in rows[first]
        assert b"We have it" not in rows[first]
        with pytest.raises(IntegrityError):
            envelope.unseal(work, second, "content", rows[first])
        with pytest.raises(IntegrityError):
            envelope.unseal(work, first, "content", rows[first][:-1] + b"x")


def test_without_a_mail_server_mail_waits_and_it_can_be_seen(
    runtime: Runtime, actor: Actor, clock: FakeClock
) -> None:
    message_id = write(runtime, actor)
    clock.advance(timedelta(days=30))
    assert messages.deliver_due(runtime, actor) == 0
    assert state(runtime, actor, message_id) == ("waiting", None, 0)
    stands = standing(runtime, actor)
    assert (stands.waiting, stands.waiting_mail, stands.has_mail) == (1, 1, False)
    assert stands.oldest == timedelta(days=30)
    with MailSink().running() as sink:
        runtime.settings = replace(runtime.settings, mail=mail_server(sink.port))
        assert messages.deliver_due(runtime, actor) == 1
        assert sink.mails
    assert standing(runtime, actor) == queries.Standing(0, timedelta(0), 0, 0, True)


def test_a_recipient_who_does_not_exist_is_on_the_list_at_once_and_holds_up_nobody(
    runtime: Runtime, actor: Actor, sink: MailSink
) -> None:
    sink.to_recipient = "550 no such user"
    message_id = write(runtime, actor)
    messages.deliver_due(runtime, actor)
    sink.to_recipient = "250 OK"
    write(runtime, actor, to="john.doe@example.test")
    assert messages.deliver_due(runtime, actor) == 1
    assert state(runtime, actor, message_id) == ("dead", "refused_550", 1)
    with runtime.work(actor, write=False) as work:
        assert [row.id for row in queries.dead(work)] == [message_id]
    (entry,) = logged(runtime, "message.dead")
    assert '"code":"refused_550"' in entry
    with runtime.work(actor) as work:
        messages.retry(work, message_id)
    assert messages.deliver_due(runtime, actor) == 1
    assert state(runtime, actor, message_id)[0] == "sent"
    assert len(sink.mails) == 2
    with pytest.raises(ConflictError), runtime.work(actor) as work:
        messages.retry(work, message_id)
    with pytest.raises(NotFoundError), runtime.work(actor) as work:
        messages.retry(work, "msg_0")


def test_what_is_refused_for_now_comes_back_later_each_time_until_it_is_dead(
    runtime: Runtime, actor: Actor, sink: MailSink, clock: FakeClock
) -> None:
    sink.to_data, began = "451 greylisted", clock.now()
    message_id = write(runtime, actor)
    tries = 0
    while state(runtime, actor, message_id)[0] != "dead":
        tries += messages.deliver_due(runtime, actor)
        assert messages.deliver_due(runtime, actor) == 0, "not before its time"
        with runtime.work(actor, write=False) as work:
            due = queries.message(work, message_id).next_at
        clock.advance(max(due - clock.now(), timedelta(0)))
    assert tries == rules.MOST_TRIES
    assert timedelta(hours=24) < clock.now() - began < timedelta(hours=72)
    assert state(runtime, actor, message_id) == ("dead", "refused_451", rules.MOST_TRIES)
    assert standing(runtime, actor).dead == 1


def test_a_mail_server_that_fails_is_left_alone_for_a_moment_and_webhooks_go_on(
    runtime: Runtime, actor: Actor, receiver: Receiver, allow: Allow, clock: FakeClock, sink: MailSink
) -> None:
    runtime.settings = replace(runtime.settings, mail=mail_server(1))  # nothing listens there
    allow("127.0.0.1")
    subscribe(runtime, actor, receiver.url)
    first, second = write(runtime, actor), write(runtime, actor)
    tell(runtime, actor)
    assert messages.deliver_due(runtime, actor) == 2
    assert len(receiver.asked) == 1
    assert {state(runtime, actor, one)[2] for one in (first, second)} == {0, 1}
    runtime.settings = replace(runtime.settings, mail=mail_server(sink.port))
    assert messages.deliver_due(runtime, actor) == 0
    clock.advance(rules.REST)
    assert messages.deliver_due(runtime, actor) >= 1
    clock.advance(timedelta(minutes=1))
    messages.deliver_due(runtime, actor)
    assert len(sink.mails) == 2


def test_two_processes_never_send_at_once(
    runtime: Runtime, actor: Actor, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {write(runtime, actor, to=f"p{number}@example.test") for number in range(12)}
    sent: list[str] = []
    really = smtp.send

    def noting(server: object, letter: object, message_id: str, *rest: object) -> Outcome:
        sent.append(message_id)
        return really(server, letter, message_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(smtp, "send", noting)
    start = threading.Barrier(3)
    totals: list[int] = []

    def deliver() -> None:
        start.wait()
        totals.append(messages.deliver_due(runtime, actor))

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(ids)
    assert sum(totals) == len(sink.mails) == 12


class _KilledError(BaseException):
    """The process is gone."""


def test_a_process_that_dies_while_sending_loses_nothing_and_the_repetition_can_be_told(
    runtime: Runtime, actor: Actor, sink: MailSink, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write(runtime, actor)
    really = smtp.send

    def dying(*arguments: object) -> Outcome:
        really(*arguments)  # type: ignore[arg-type]
        raise _KilledError

    monkeypatch.setattr(smtp, "send", dying)
    with pytest.raises(_KilledError):
        messages.deliver_due(runtime, actor)
    monkeypatch.setattr(smtp, "send", really)
    assert state(runtime, actor, message_id)[0] == "sending"
    clock.advance(rules.LEASE - timedelta(seconds=1))
    assert messages.deliver_due(runtime, actor) == 0
    clock.advance(timedelta(seconds=1))
    assert messages.deliver_due(runtime, actor) == 1
    assert [mail["Message-ID"] for mail in sink.mails] == [f"<{message_id}@governance.example.test>"] * 2
    assert state(runtime, actor, message_id) == ("sent", None, 2)


def test_a_process_that_comes_back_after_its_lease_settles_nothing(
    runtime: Runtime, actor: Actor, sink: MailSink, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write(runtime, actor)
    really = smtp.send

    def slow(*arguments: object) -> Outcome:
        monkeypatch.setattr(smtp, "send", really)
        clock.advance(rules.LEASE)
        assert messages.deliver_due(runtime, actor) == 1  # somebody else, meanwhile
        return Outcome("later", "timed_out")

    monkeypatch.setattr(smtp, "send", slow)
    messages.deliver_due(runtime, actor)
    assert state(runtime, actor, message_id) == ("sent", None, 2)


def test_a_message_that_everybody_dies_of_is_dead_in_the_end(
    runtime: Runtime, actor: Actor, sink: MailSink, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write(runtime, actor)

    def dying(*arguments: object) -> Outcome:
        raise _KilledError

    monkeypatch.setattr(smtp, "send", dying)
    for _ in range(rules.MOST_TRIES):
        with pytest.raises(_KilledError):
            messages.deliver_due(runtime, actor)
        clock.advance(rules.LEASE)
    assert messages.deliver_due(runtime, actor) == 0
    assert state(runtime, actor, message_id)[:2] == ("dead", "interrupted")


def test_a_message_that_was_changed_in_the_database_is_not_sent_and_holds_up_nobody(
    runtime: Runtime, actor: Actor, sink: MailSink
) -> None:
    broken, whole = write(runtime, actor), write(runtime, actor, to="john.doe@example.test")
    with runtime.work(actor) as work:
        row = queries.message(work, broken)
        row.content_sealed = (row.content_sealed or b"")[:-1] + b"\0"
        work.session.add(row)
    messages.deliver_due(runtime, actor)
    assert state(runtime, actor, broken)[:2] == ("dead", "unreadable")
    assert state(runtime, actor, whole)[0] == "sent"


def test_a_role_is_written_to_where_it_can_be_reached_each_person_once(
    runtime: Runtime, actor: Actor, sink: MailSink
) -> None:
    with runtime.work(actor) as work:
        access.create_account(work, "d1", "dpo", email="d1@example.test")
        access.create_account(work, "d1-too", "dpo", email="d1@example.test")
        access.create_account(work, "d2", "dpo", email="d2@example.test")
        access.create_account(work, "silent", "dpo")
        gone = access.create_account(work, "gone", "dpo", email="gone@example.test")
        access.disable(work, gone.id)
        access.create_account(work, "c1", "ciso", email="c1@example.test")
        assert messages.mail_to_role(work, "dpo", subject="Late", body="It is late.", about=ABOUT) == 2
        assert messages.mail_to_role(work, "administrator", subject="Late", body="It is late.") == 0
    messages.deliver_due(runtime, actor)
    assert sorted(mail["To"] for mail in sink.mails) == ["d1@example.test", "d2@example.test"]


def test_what_messages_said_is_forgotten_after_its_time_and_not_before(
    runtime: Runtime, actor: Actor, sink: MailSink, clock: FakeClock
) -> None:
    sent = write(runtime, actor)
    messages.deliver_due(runtime, actor)
    sink.to_recipient = "550 no"
    dead = write(runtime, actor)
    messages.deliver_due(runtime, actor)
    runtime.settings = replace(runtime.settings, mail=None)
    waiting = write(runtime, actor)
    clock.advance(timedelta(days=30))
    assert messages.forget(runtime, actor) == 0
    clock.advance(timedelta(seconds=1))
    assert messages.forget(runtime, actor) == 2
    assert messages.forget(runtime, actor) == 0
    with runtime.work(actor, write=False) as work:
        kept = {one: queries.message(work, one).content_sealed is not None for one in (sent, dead, waiting)}
    assert kept == {sent: False, dead: False, waiting: True}
    with pytest.raises(ConflictError, match="forgotten"), runtime.work(actor) as work:
        messages.retry(work, dead)


def test_a_webhook_goes_to_those_who_want_the_event_and_nothing_of_another_tenant(
    runtime: Runtime, actor: Actor, receiver: Receiver, allow: Allow
) -> None:
    from governance import tenancy

    allow("127.0.0.1")
    subscribe(runtime, actor, receiver.url + "/all")
    subscribe(runtime, actor, receiver.url + "/requests", "request.received", "request.closed")
    other = Actor.system("acme", "svc_test")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Acme")
    subscribe(runtime, other, receiver.url + "/acme")
    assert len(tell(runtime, actor)) == 1
    assert len(tell(runtime, actor, "request.closed")) == 2
    assert messages.deliver_due(runtime, other) == 0
    assert messages.deliver_due(runtime, actor) == 3
    paths = sorted(path for path, _, _ in receiver.asked)
    assert paths == ["/hooks/all", "/hooks/all", "/hooks/requests"]
    with pytest.raises(InvalidError), runtime.work(actor) as work:
        messages.webhook(work, "finding.opend", {})


def test_a_receiver_that_is_gone_is_disabled_and_one_that_hangs_holds_up_no_other(
    runtime: Runtime, actor: Actor, receiver: Receiver, allow: Allow, clock: FakeClock
) -> None:
    allow("127.0.0.1", "nowhere.example.test")
    gone = subscribe(runtime, actor, receiver.url)
    receiver.answers = [(410, {})]
    (first,), (second,) = tell(runtime, actor), tell(runtime, actor)
    messages.deliver_due(runtime, actor)
    assert state(runtime, actor, first)[:2] == ("dead", "answered_410")
    assert state(runtime, actor, second)[:2] == ("dead", "webhook_disabled")
    assert (len(receiver.asked), tell(runtime, actor)) == (1, [])
    assert gone.id in logged(runtime, "webhook.disabled")[0]
    with pytest.raises(ConflictError), runtime.work(actor) as work:
        messages.retry(work, first)
    subscribe(runtime, actor, "http://nowhere.example.test/")
    subscribe(runtime, actor, receiver.url)
    for _ in range(3):
        tell(runtime, actor)

    def fails(host: str, port: int) -> list[str]:
        if host == "nowhere.example.test":
            raise OSError
        return [host]

    assert messages.deliver_due(runtime, actor, outside=Outside(resolve=fails)) == 4
    assert len(receiver.asked) == 4


def test_a_host_that_is_no_longer_allowed_is_not_reached(
    runtime: Runtime, actor: Actor, receiver: Receiver, allow: Allow
) -> None:
    allow("127.0.0.1")
    subscribe(runtime, actor, receiver.url)
    (message_id,) = tell(runtime, actor)
    allow()
    messages.deliver_due(runtime, actor)
    assert state(runtime, actor, message_id)[:2] == ("dead", "forbidden_url")
    assert not receiver.asked


def test_only_who_may_manage_messages_sends_again(runtime: Runtime, actor: Actor, work: Work) -> None:
    """On the act, not on the door: whichever door leads here."""
    person = replace(actor, kind="user", role="dpo", id="acc_1")
    runtime_work = Work(runtime, work.session, person, None)
    with pytest.raises(DeniedError):
        messages.retry(runtime_work, "msg_1")
