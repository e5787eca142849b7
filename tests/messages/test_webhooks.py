"""Endpoints of webhooks: who makes them, their secrets, and what remains of one that was removed."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.messages import queries, webhooks
from governance.messages import service as messages
from governance.runtime import Actor, Runtime, Work
from tests.access.people import logged
from tests.messages.conftest import Receiver

URL = "https://hooks.example.com/in?key=canary-in-the-path"


def add(work: Work, url: str = URL, *events: str) -> messages.NewSecret:
    return messages.add_endpoint(work, url, events or ("finding.opened",), "Security desk")


def test_a_secret_is_shown_once_and_neither_it_nor_the_url_is_stored_in_clear(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(actor) as work:
        made = add(work)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made.secret)
    assert len(b64decode(made.secret.removeprefix("whsec_"))) == 32
    assert made.secret not in repr(made)
    with runtime.work(actor, write=False) as work:
        (row,) = queries.endpoints(work)
        stored = repr(row).encode() + (row.url_sealed or b"") + (row.secret_sealed or b"")
        assert messages.url_of(work, row) == URL
    assert b"canary" not in stored
    assert made.secret.removeprefix("whsec_").encode() not in stored
    assert not any("canary" in entry or made.secret in entry for entry in logged(runtime, "webhook.created"))


@pytest.mark.parametrize(
    ("url", "events", "title"),
    [
        ("http://hooks.example.com/", ("finding.opened",), "x"),
        ("https://127.0.0.1/", ("finding.opened",), "x"),
        (URL, ("finding.opend",), "x"),
        (URL, (), "x"),
        (URL, ("finding.opened",), ""),
        (URL, ("finding.opened",), "a\nb"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(
    work: Work, url: str, events: tuple[str, ...], title: str
) -> None:
    with pytest.raises(InvalidError):
        messages.add_endpoint(work, url, events, title)


def test_there_is_an_end_to_how_many_there_are(work: Work) -> None:
    for _ in range(webhooks.MOST_ENDPOINTS):
        add(work)
    with pytest.raises(ConflictError):
        add(work)


def test_after_a_rotation_both_secrets_verify_for_a_day_and_then_the_new_one_alone(
    runtime: Runtime, actor: Actor, receiver: Receiver, clock: FakeClock
) -> None:
    runtime.settings = replace(runtime.settings, webhook_hosts=frozenset({"127.0.0.1"}))
    with runtime.work(actor) as work:
        first = add(work, receiver.url)
    with runtime.work(actor) as work:
        second = messages.rotate_secret(work, first.id)
    assert second.secret != first.secret

    def verifying() -> set[str]:
        with runtime.work(actor) as work:
            messages.webhook(work, "finding.opened", {"id": "fnd_1"})
        assert messages.deliver_due(runtime, actor) == 1
        _, headers, body = receiver.asked.pop()
        signatures = headers["webhook-signature"].split()
        return {
            one
            for one in (first.secret, second.secret)
            if Webhook(one).sign(headers["webhook-id"], clock.now(), body.decode()) in signatures
        }

    assert verifying() == {first.secret, second.secret}
    clock.advance(webhooks.OVERLAP - timedelta(seconds=1))
    assert verifying() == {first.secret, second.secret}
    clock.advance(timedelta(seconds=1))
    assert verifying() == {second.secret}


def test_what_a_receiver_gets_is_what_the_standard_says(
    runtime: Runtime, actor: Actor, receiver: Receiver, clock: FakeClock
) -> None:
    clock.advance(datetime.now(UTC) - clock.now())
    runtime.settings = replace(runtime.settings, webhook_hosts=frozenset({"127.0.0.1"}))
    with runtime.work(actor) as work:
        made = add(work, receiver.url, "*")
    with runtime.work(actor) as work:
        test = messages.test_endpoint(work, made.id)
        (told,) = messages.webhook(work, "finding.opened", {"id": "fnd_1", "late": False})
    messages.deliver_due(runtime, actor)
    read = {
        headers["webhook-id"]: Webhook(made.secret).verify(body, headers)
        for _, headers, body in receiver.asked
    }
    assert read[test]["type"] == "webhook.test"
    assert read[told]["data"] == {"id": "fnd_1", "late": False}
    assert set(read[told]) == {"type", "timestamp", "data"}
    at = datetime.fromisoformat(read[told]["timestamp"])
    assert abs(at - clock.now()) < timedelta(seconds=1)
    _, headers, body = receiver.asked[0]
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(made.secret).verify(body, {**headers, "webhook-timestamp": str(int(at.timestamp()) - 600)})


def test_one_that_was_removed_takes_what_waits_for_it_along(
    runtime: Runtime, actor: Actor, receiver: Receiver
) -> None:
    with runtime.work(actor) as work:
        made = add(work, URL)
        (waiting,) = messages.webhook(work, "finding.opened", {"id": "fnd_1"})
    with runtime.work(actor) as work:
        messages.remove_endpoint(work, made.id)
    assert messages.deliver_due(runtime, actor) == 0
    with runtime.work(actor, write=False) as work:
        assert not queries.endpoints(work)
        assert not queries.dead(work)
        row = queries.message(work, waiting)
        assert (row.state, row.content_sealed) == ("dropped", None)
    for verb in (messages.remove_endpoint, messages.rotate_secret, messages.test_endpoint):
        with pytest.raises(NotFoundError), runtime.work(actor) as work:
            verb(work, made.id)


@pytest.mark.parametrize("role", ["agent", "supervisor", "dpo", "ciso", "integration"])
def test_who_may_not_manage_messages_makes_and_changes_no_webhook(
    runtime: Runtime, actor: Actor, role: str
) -> None:
    with runtime.work(actor) as work:
        made = add(work)
    person = replace(actor, kind="user", id="acc_1", role=role)
    for act in (
        add,
        lambda work: messages.remove_endpoint(work, made.id),
        lambda work: messages.rotate_secret(work, made.id),
        lambda work: messages.test_endpoint(work, made.id),
        lambda work: messages.url_of(work, queries.endpoint(work, made.id)),
    ):
        with pytest.raises(DeniedError), runtime.work(person) as work:
            act(work)
