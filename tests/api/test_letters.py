"""An access request over the API, to its end: ordered, made, told by letters, and fetched through the page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from governance.messages import queries as outgoing
from governance.messages.envelope import Letter as Mail
from governance.messages.envelope import unseal
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from governance.subjects import packages
from tests.api.conftest import ON_SQLITE, Door
from tests.messages.conftest import mail_server
from tests.oracle import check_everything

TEL = "+44 7700 900123"


def asked(door: Door, method: str, path: str, status: int = 200, body: Any = None, login: str = "dpo") -> Any:
    answer = door.client.request(method, f"/v1{path}", json=body, headers=door.as_(login))
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def opened(door: Door) -> str:
    body = {
        "kind": "access", "name": "Jane {{7*7}} Roe", "email": "jane@example.com", "language": "en",
        "identifiers": [{"kind": "tel", "value": TEL}],
    }  # fmt: skip
    return str(asked(door, "POST", "/requests", 201, body)["id"])


def granted(door: Door) -> str:
    door.ingest(said="thank you for calling how can I help")
    assert redaction.redact_pending(door.runtime, door.house)
    request = opened(door)
    asked(door, "POST", f"/requests/{request}/search")
    found = asked(door, "GET", f"/requests/{request}/candidates")
    ids = [one["candidate_id"] for one in found["items"]]
    judged = {"candidate_ids": ids, "decision": "confirmed", "because": "Her voice."}
    asked(door, "POST", f"/requests/{request}/candidates/decisions", body=judged)
    asked(door, "POST", f"/requests/{request}/decision", body={"outcome": "granted", "because": "Hers."})
    return request


def mails(door: Door, request: str) -> list[Mail]:
    with door.runtime.work(door.house, write=False) as work:
        rows = outgoing.messages_about(work, "request", request)
        return [
            Mail.from_bytes(unseal(work, one.id, "content", one.content_sealed))
            for one in sorted(rows, key=lambda one: one.id)
            if one.content_sealed is not None
        ]


@pytest.fixture(autouse=True)
def _mail_server(runtime: Runtime) -> None:
    """A mail server is set up; what goes waits for it."""
    runtime.settings = replace(runtime.settings, mail=mail_server(9))


@ON_SQLITE
def test_without_a_mail_server_nobody_is_told_and_no_step_is_taken(door: Door) -> None:
    door.runtime.settings = replace(door.runtime.settings, mail=None)
    request = opened(door)
    made = asked(door, "POST", f"/requests/{request}/letters", 201, {"kind": "acknowledgement"})
    asked(door, "POST", f"/letters/{made['id']}/mail", 409, {"revision": 0})
    assert asked(door, "GET", f"/requests/{request}")["acknowledged_at"] is None
    asked(door, "POST", f"/letters/{made['id']}/post", body={"revision": 0})
    assert asked(door, "GET", f"/requests/{request}")["acknowledged_at"]


def test_an_access_request_ends_with_the_person_having_their_recordings(door: Door) -> None:
    request = granted(door)
    ordered = asked(door, "POST", f"/requests/{request}/packages", 202)
    assert ordered["state"] == "making"
    packages.make_pending(door.runtime, Actor.system("default", packages.SERVICE))
    (made,) = asked(door, "GET", f"/requests/{request}/packages")["packages"]
    assert made["state"] == "ready"
    letters = {
        one["kind"]: asked(door, "GET", f"/letters/{one['id']}")
        for one in asked(door, "GET", f"/requests/{request}/letters")["letters"]
    }
    assert set(letters) == {"access_answer", "package_ready", "package_code"}
    assert "Dear Jane {{7*7}} Roe," in letters["access_answer"]["body"]
    assert made["manifest_sha256"] in letters["package_ready"]["body"]
    assert "⟦code⟧" in letters["package_code"]["body"]
    assert made["id"] not in letters["package_code"]["body"], "link and code go apart"
    for kind in ("access_answer", "package_ready", "package_code"):
        asked(door, "POST", f"/letters/{letters[kind]['id']}/mail", body={"revision": 0})
    assert asked(door, "GET", f"/requests/{request}")["state"] == "answered"
    _, ready, code = (mail.body for mail in mails(door, request)[-3:])
    link = re.search(r"/fetch/(pkg_[0-9a-f]{32})", ready)
    spelled = re.search(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})\b", code)
    assert link is not None
    assert spelled is not None
    assert spelled.group(1) not in ready
    page = door.client.get(link.group(0)).text
    proof = re.search(r'name="proof" value="([0-9a-f]{64})"', page)
    assert proof is not None
    sent = {"proof": proof.group(1), "code": spelled.group(1)}
    assert door.client.post(link.group(0), data=sent, follow_redirects=False).status_code == 303
    body = door.client.get(f"{link.group(0)}/package.zip")
    assert body.headers["content-type"] == "application/zip"
    assert body.content[:4] == b"PK\x03\x04"
    assert len(body.content) == made["size"]
    check_everything(door.runtime, "default")


@ON_SQLITE
def test_a_letter_is_changed_by_its_revision_and_a_code_is_printed_once(door: Door) -> None:
    request = granted(door)
    asked(door, "POST", f"/requests/{request}/packages", 202)
    packages.make_pending(door.runtime, Actor.system("default", packages.SERVICE))
    code = next(
        one
        for one in asked(door, "GET", f"/requests/{request}/letters")["letters"]
        if one["kind"] == "package_code"
    )
    text = asked(door, "GET", f"/letters/{code['id']}")
    changed = {"revision": 0, "subject": text["subject"], "body": "Dear Jane,\n\n    ⟦code⟧\n"}
    assert asked(door, "PUT", f"/letters/{code['id']}", body=changed)["revision"] == 1
    asked(door, "PUT", f"/letters/{code['id']}", 409, body=changed)
    card = {**changed, "revision": 1, "body": "4111 1111 1111 1111 ⟦code⟧"}
    asked(door, "PUT", f"/letters/{code['id']}", 422, body=card)
    printed = asked(door, "POST", f"/letters/{code['id']}/post", body={"revision": 1})
    assert "⟦code⟧" not in printed["body"]
    assert "⟦code⟧" in asked(door, "GET", f"/letters/{code['id']}")["body"]
    asked(door, "POST", f"/letters/{code['id']}/post", 409, body={"revision": 1})


@ON_SQLITE
def test_only_letters_that_a_request_needs_are_prepared_and_only_by_who_answers(door: Door) -> None:
    request = opened(door)
    made = asked(
        door, "POST", f"/requests/{request}/letters", 201, {"kind": "acknowledgement", "language": "de"}
    )
    assert made["language"] == "de"
    asked(door, "POST", f"/requests/{request}/letters", 422, {"kind": "package_code"})
    asked(door, "POST", f"/requests/{request}/packages", 409)
    asked(door, "POST", f"/letters/{made['id']}/mail", body={"revision": 0})
    assert asked(door, "GET", f"/requests/{request}")["acknowledged_at"]
    asked(door, "DELETE", f"/letters/{made['id']}", 409)
    for login in ("agent", "supervisor", "qa", "ciso", "admin", "recorder"):
        asked(door, "GET", f"/letters/{made['id']}", 403, login=login)
        asked(door, "POST", f"/requests/{request}/letters", 403, {"kind": "acknowledgement"}, login=login)
