"""Webhooks and the dead-letter list over HTTP: for the people who manage them, and without a word of what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from governance.clock import FakeClock
from governance.messages import service as messages
from tests.api.conftest import ON_SQLITE, PEOPLE, Door
from tests.messages.conftest import MailSink, mail_server, receiving

URL = "https://hooks.example.com/in?key=canary"


def add(door: Door, url: str = URL, **changes: object) -> dict[str, str]:
    asked = {"url": url, "events": ["finding.opened"], "title": "Security desk", **changes}
    answer = door.client.post("/v1/webhooks", json=asked, headers=door.as_("admin"))
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told


@ON_SQLITE
def test_a_webhook_from_its_making_to_its_end(door: Door, clock: FakeClock) -> None:
    admin = door.as_("admin")
    door.runtime.settings = replace(door.runtime.settings, webhook_hosts=frozenset({"127.0.0.1"}))
    with receiving() as receiver:
        made = add(door, receiver.url)
        (listed,) = door.client.get("/v1/webhooks", headers=admin).json()
        assert (listed["id"], listed["url"], listed["disabled_at"]) == (made["id"], receiver.url, None)
        assert "secret" not in listed
        told = door.client.post(f"/v1/webhooks/{made['id']}/test", headers=admin)
        assert told.status_code == 202
        rotated = door.client.post(f"/v1/webhooks/{made['id']}/secret", headers=admin)
        assert rotated.status_code == 201
        assert messages.deliver_due(door.runtime, door.house) == 1
        ((_, headers, body),) = receiver.asked
    assert headers["webhook-id"] == told.json()["message_id"]
    for secret in (made["secret"], rotated.json()["secret"]):
        signature = Webhook(secret).sign(headers["webhook-id"], clock.now(), body.decode())
        assert signature in headers["webhook-signature"]
    assert door.client.delete(f"/v1/webhooks/{made['id']}", headers=admin).status_code == 204
    assert door.client.get("/v1/webhooks", headers=admin).json() == []
    assert door.client.delete(f"/v1/webhooks/{made['id']}", headers=admin).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"url": "http://hooks.example.com/canary"}, "url"),
        ({"url": "https://169.254.169.254/latest/canary"}, "url"),
        ({"url": "https://canary:canary@hooks.example.com/"}, "url"),
        ({"url": "https://hooks.example.com/4111111111111111"}, "body.url"),
        ({"events": ["canary.opened"]}, "events"),
        ({"events": []}, "body.events"),
        ({"secret": "whsec_canary"}, "body"),
    ],
)
def test_what_is_no_webhook_is_refused_without_being_repeated(
    door: Door, asked: dict[str, object], field: str
) -> None:
    whole = {"url": URL, "events": ["finding.opened"], "title": "x", **asked}
    answer = door.client.post("/v1/webhooks", json=whole, headers=door.as_("admin"))
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert "canary" not in answer.text


@ON_SQLITE
def test_the_dead_letter_list_says_why_and_about_what_and_nothing_else(door: Door) -> None:
    admin = door.as_("admin")
    sink = MailSink(to_recipient="550 no such user")
    with sink.running():
        door.runtime.settings = replace(door.runtime.settings, mail=mail_server(sink.port))
        with door.runtime.work(door.house) as work:
            ids = [
                messages.mail(
                    work,
                    to=f"canary{number}@example.test",
                    subject="canary",
                    body="canary",
                    about=[("request", "req_1")],
                )
                for number in range(3)
            ]
        messages.deliver_due(door.runtime, door.house)
        page = door.client.get("/v1/messages/dead?limit=2", headers=admin)
        rest = door.client.get(f"/v1/messages/dead?limit=2&after={page.json()['next']}", headers=admin)
        assert "canary" not in page.text
        found = [*page.json()["items"], *rest.json()["items"]]
        assert [one["id"] for one in found] == ids[::-1]
        assert rest.json()["next"] is None
        assert found[0]["error"] == "refused_550"
        assert found[0]["about"] == [{"kind": "request", "id": "req_1"}]
        assert (found[0]["tries"], found[0]["forgotten"]) == (1, False)
        sink.to_recipient = "250 OK"
        assert door.client.post(f"/v1/messages/{ids[0]}/retry", headers=admin).status_code == 202
        assert door.client.post(f"/v1/messages/{ids[0]}/retry", headers=admin).status_code == 409
        messages.deliver_due(door.runtime, door.house)
        assert len(sink.mails) == 1
        stands = door.client.get("/v1/messages", headers=admin).json()
    assert stands == {"mail": "set_up", "waiting": 0, "waiting_mail": 0, "oldest_s": 0.0, "dead": 2}


@ON_SQLITE
def test_messages_are_for_the_people_who_manage_them(door: Door) -> None:
    made = add(door)
    asked = [
        ("GET", "/v1/messages"),
        ("GET", "/v1/messages/dead"),
        ("POST", f"/v1/messages/msg_{0:032x}/retry"),
        ("GET", "/v1/webhooks"),
        ("POST", "/v1/webhooks"),
        ("POST", f"/v1/webhooks/{made['id']}/secret"),
        ("POST", f"/v1/webhooks/{made['id']}/test"),
        ("DELETE", f"/v1/webhooks/{made['id']}"),
    ]
    whole = {"url": URL, "events": ["finding.opened"], "title": "x"}
    for login in set(PEOPLE) - {"admin"}:
        for method, path in asked:
            body = whole if path == "/v1/webhooks" and method == "POST" else None
            answer = door.client.request(method, path, json=body, headers=door.as_(login))
            assert answer.status_code == 403, (login, method, path)
    key = {"title": "x", "scopes": ["message:manage"], "days": 1}
    refused = door.client.post("/v1/api-keys", json=key, headers=door.as_("admin"))
    assert (refused.status_code, refused.json()["field"]) == (422, "scopes")


@ON_SQLITE
def test_the_service_says_how_delivery_stands_and_stays_ready(door: Door, clock: FakeClock) -> None:
    def said() -> str:
        answer = door.client.get("/readyz")
        told: str = answer.json()["delivery"]
        return told

    assert said() == "ok"
    with door.runtime.work(door.house) as work:
        messages.mail(work, to="jane@example.test", subject="x", body="x")
    assert said() == "mail is not set up"
    assert door.client.get("/readyz").status_code == 200
    door.runtime.settings = replace(door.runtime.settings, mail=mail_server(1))
    assert said() == "ok"
    clock.advance(timedelta(minutes=15, seconds=1))
    assert said() == "behind"
    numbers = door.client.get("/metrics").text
    assert 'governance_messages{state="waiting"} 1.0' in numbers
    assert "governance_messages_lag_seconds 901.0" in numbers
