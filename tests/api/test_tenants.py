"""Nothing crosses: whatever id of another tenant is put into whatever route, the answer is that there is no such thing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.findings.models import Finding
from governance.messages import service as messages
from governance.redaction.models import ReleaseSample, ReviewItem
from governance.runtime import Actor, Runtime
from tests.api.conftest import Door, tone

REASON = "There is a reason for this."
JANES = {"kind": "tel", "value": "+44 7700 900123"}
# What each route's body has to look like so that it is the id that is answered, not the body.
BODIES: dict[str, Any] = {
    "PATCH /v1/accounts/{account_id}": {"disabled": True},
    "PUT /v1/accounts/{account_id}/password": {"password": "a long enough passphrase"},
    "POST /v1/break-glass/{break_glass_id}/approval": {"approve": True},
    "POST /v1/break-glass/{break_glass_id}/review": {"finding": "looked at it"},
    "POST /v1/recordings/{recording_id}/decision": {"verdict": "card_data"},
    "POST /v1/recordings/{recording_id}/holds": {"matter": "2026-17"},
    "POST /v1/recordings/{recording_id}/restrictions": {"purpose": "quality", "reason": "objection"},
    "POST /v1/recordings/{recording_id}/transcript": {
        "language": "en",
        "words": [{"text": "hello", "start_ms": 0, "end_ms": 9}],
    },
    "DELETE /v1/recordings/{recording_id}": {"reason": "subject_request"},
    "POST /v1/recordings/{recording_id}/review": {"decision": "erase", "because": REASON},
    "POST /v1/matters/{matter_id}/review": {"because": REASON, "review_by": "2026-06-01"},
    "POST /v1/matters/{matter_id}/release": {"because": REASON},
    "POST /v1/matters/{matter_id}/release/approval": {"approve": True},
    "POST /v1/requests/{request_id}/doubt": {"because": REASON},
    "POST /v1/requests/{request_id}/identity-codes": {},
    "POST /v1/requests/{request_id}/identity-codes/check": {"code": "123456"},
    "POST /v1/requests/{request_id}/evidence": {"because": REASON, "has_passed": True},
    "POST /v1/requests/{request_id}/candidates/decisions": {
        "candidate_ids": ["can_" + "0" * 32],
        "decision": "confirmed",
        "because": REASON,
    },
    "POST /v1/requests/{request_id}/identifiers": {"identifiers": [JANES]},
    "POST /v1/requests/{request_id}/identifiers/drop": {"identifier": JANES, "because": REASON},
    "POST /v1/requests/{request_id}/pause": {"reason": "identity", "because": REASON},
    "POST /v1/requests/{request_id}/extension": {"because": REASON},
    "POST /v1/requests/{request_id}/decision": {"outcome": "granted", "because": REASON},
    "POST /v1/requests/{request_id}/grounds": {"verdict": "grounds_outweigh", "because": REASON},
    "POST /v1/requests/{request_id}/reconsideration": {"because": REASON},
    "POST /v1/requests/{request_id}/answer": {"told": "letter"},
    "POST /v1/requests/{request_id}/withdrawal": {"because": REASON},
    "POST /v1/requests/{request_id}/objection/withdrawal": {"because": REASON},
    "POST /v1/requests/{request_id}/letters": {"kind": "acknowledgement"},
    "PUT /v1/letters/{letter_id}": {"revision": 0, "subject": "Hello", "body": "Dear Jane Roe, hello."},
    "POST /v1/letters/{letter_id}/mail": {"revision": 0},
    "POST /v1/letters/{letter_id}/post": {"revision": 0},
    "POST /v1/findings/{finding_id}/assignee": {"account_id": None},
    "POST /v1/findings/{finding_id}/notes": {"text": REASON},
    "POST /v1/reviews/{review_id}/decision": {"decision": "accept"},
    "POST /v1/samples/{sample_id}/judgement": {"missed": []},
}
LISTS = (
    "/v1/recordings", "/v1/accounts", "/v1/api-keys", "/v1/break-glass", "/v1/audit/entries", "/v1/matters",
    "/v1/requests", "/v1/findings", "/v1/reviews", "/v1/samples", "/v1/webhooks", "/v1/messages", "/v1/erasures", "/v1/retention/schedule",
)  # fmt: skip


def test_no_route_answers_for_an_id_of_another_tenant(door: Door) -> None:
    known = _things_of_the_first(door)
    others = _people_of_another(door.runtime)
    asked = 0
    for path, operations in door.client.get("/openapi.json").json()["paths"].items():
        named = re.findall(r"{(\w+)}", path)
        for method in operations if named else ():
            route = f"{method.upper()} {path}"
            place = re.sub(r"{(\w+)}", lambda name: known[name[1]], path)
            for role, token in others.items():
                answer = door.client.request(
                    method, place, json=BODIES.get(route), params=_purpose(route),
                    headers={"Authorization": f"Bearer {token}"},
                )  # fmt: skip
                assert answer.status_code in (403, 404), (route, role, answer.status_code, answer.json())
                assert not any(one in answer.text for one in known.values()), route
                asked += 1
            assert any(
                door.client.request(
                    method, place, json=BODIES.get(route), params=_purpose(route),
                    headers={"Authorization": f"Bearer {token}"},
                ).status_code == 404
                for token in others.values()
            ), f"{route} was refused to every role: it was not the tenant that was tried"  # fmt: skip
    assert asked >= 60


def _purpose(route: str) -> dict[str, str] | None:
    opens = route.startswith("GET ") and route.endswith(("/audio", "/transcript", "/passage"))
    return {"purpose": "complaint"} if opens else None


def test_no_list_shows_what_is_another_tenants(door: Door) -> None:
    known = _things_of_the_first(door)
    for role, token in _people_of_another(door.runtime).items():
        for path in LISTS:
            answer = door.client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code in (200, 403), (path, role)
            assert not any(one in answer.text for one in known.values()), (path, role)


def _things_of_the_first(door: Door) -> dict[str, str]:
    recording_id = door.ingest("crossing").json()["id"]
    hold = door.client.post(
        f"/v1/recordings/{recording_id}/holds", json={"matter": "2026-17"}, headers=door.as_("dpo")
    )
    restriction = door.client.post(
        f"/v1/recordings/{recording_id}/restrictions",
        json={"purpose": "quality", "reason": "objection"},
        headers=door.as_("dpo"),
    )
    with door.runtime.work(door.house) as work:
        key = access.create_api_key(work, door.accounts["recorder"], "recorder", ["recording:ingest"])
    said = door.client.post(
        f"/v1/recordings/{recording_id}/transcript",
        json={"language": "en", "words": [{"text": "hello", "start_ms": 0, "end_ms": 900, "channel": 0}]},
        headers=door.as_("recorder"),
    )
    assert said.status_code == 201, said.text
    released = door.client.post(f"/v1/recordings/{recording_id}/redaction", headers=door.as_("dpo")).json()
    assert released["state"] == "released", released
    asked = door.client.post(
        "/v1/break-glass",
        json={
            "recording_id": recording_id, "purpose": "security_investigation", "minutes": 5,
            "reason": "Fraud is suspected in this call.",
        },
        headers=door.as_("ciso"),
    )  # fmt: skip
    assert asked.status_code == 201, asked.text
    work_of_the_first = _work_of_the_first(door, recording_id)
    audit.sequence(door.runtime, "default")
    audit.publish(door.runtime, "default")
    entries = door.client.get("/v1/audit/entries", headers=door.as_("ciso")).json()["items"]
    return {
        "recording_id": recording_id,
        "hold_id": hold.json()["id"],
        "restriction_id": restriction.json()["id"],
        "break_glass_id": asked.json()["id"],
        "account_id": door.accounts["agent"],
        "key_id": key.id,
        "entry_id": entries[0]["id"],
        "job_id": _job_of_the_first(door),
        **work_of_the_first,
    }


def _job_of_the_first(door: Door) -> str:
    """Sound that waits to be redacted."""
    answer = door.client.post(
        "/v1/redactions/audio",
        files={"audio": ("a.wav", tone())},
        headers=door.as_("recorder") | {"Prefer": "respond-async"},
    )
    return str(answer.json()["id"])


def _work_of_the_first(door: Door, recording_id: str) -> dict[str, str]:
    """A matter, a request with its letter and package, a finding, an erasure, a message and a webhook."""

    def made(login: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = door.client.post(f"/v1/{path}", json=body, headers=door.as_(login))
        assert answer.is_success, answer.text
        return answer.json()

    held = {"recording_ids": [recording_id]}
    matter = made(
        "dpo",
        "matters",
        {"title": "Doe v. Example", "because": REASON, "recordings": held, "review_by": "2026-06-01"},
    )
    request = made("dpo", "requests", {"kind": "access", "channel": "by_hand", "identifiers": [JANES]})["id"]
    letter = made("dpo", f"requests/{request}/letters", {"kind": "acknowledgement"})["id"]
    made("dpo", f"requests/{request}/search")
    found = door.client.get(f"/v1/requests/{request}/candidates", headers=door.as_("dpo")).json()["items"]
    made(
        "dpo",
        f"requests/{request}/candidates/decisions",
        {"candidate_ids": [one["candidate_id"] for one in found], "decision": "confirmed", "because": REASON},
    )
    made("dpo", f"requests/{request}/decision", {"outcome": "granted", "because": REASON})
    package = made("dpo", f"requests/{request}/packages")["id"]
    other = door.ingest("to be erased", parties=[]).json()["id"]
    erased = door.client.request(
        "DELETE", f"/v1/recordings/{other}", json={"reason": "no_longer_needed"}, headers=door.as_("dpo")
    )
    webhook = made(
        "admin", "webhooks", {"title": "Desk", "url": "https://hooks.example.com/in", "events": ["*"]}
    )
    with door.runtime.work(door.house) as work:
        message = messages.mail(work, to="dora@example.com", subject="Hello", body="Hello.")
        finding = Finding(
            id=ids.new("fnd"), tenant=work.tenant, kind="sad_suspected", subject_kind="recording", subject_id=recording_id,
            state="open", severity="high", owner="dpo", because="A test said so.", first_opened_at=work.now, opened_at=work.now, due_at=work.now, checked_at=work.now,
        )  # fmt: skip
        work.session.add(finding)
        review = ReviewItem(
            id=ids.new("rvw"), tenant=work.tenant, recording_id=recording_id, position=0, words=9, first_word=1, last_word=2,
            entity="PAN", score=0.5, because="A test said so.", language="en", format="whisper", state="open",
            created_at=work.now, detectors={"text": "2"},
        )  # fmt: skip
        work.session.add(review)
        sample = ReleaseSample(
            id=ids.new("smp"), tenant=work.tenant, recording_id=recording_id, run_id="run_1", state="waiting",
            drawn_by="share", drawn_at=work.now, month="2026-03", language="en", channels=2, codec="PCM_16",
            product="0", taken_by=door.accounts["qa"], taken_at=work.now,
        )  # fmt: skip
        work.session.add(sample)
    return {
        "matter_id": matter["id"],
        "request_id": request,
        "letter_id": letter,
        "package_id": package,
        "erasure_id": erased.json()["erasure_id"],
        "webhook_id": webhook["id"],
        "message_id": message,
        "finding_id": finding.id,
        "review_id": review.id,
        "sample_id": sample.id,
    }


def _people_of_another(runtime: Runtime) -> dict[str, str]:
    access.make_tenant(runtime, Actor.system("default", "svc_test"), "other", "Another controller")
    links = {}
    with runtime.work(Actor.system("other", "svc_test")) as work:
        for role in ("dpo", "ciso", "administrator", "integration"):
            links[role] = access.issue_link(work, access.create_account(work, role, role).id)
    return {role: access.redeem_link(runtime, link) for role, link in links.items()}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_token_of_one_tenant_is_no_token_of_another(door: Door) -> None:
    token = _people_of_another(door.runtime)["dpo"]
    assert door.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).json()["tenant"] == "other"
