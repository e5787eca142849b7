"""Signing in, accounts and keys, break-glass and the log, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from governance.api.deps import CSRF_HEADER, SESSION_COOKIE, csrf_token
from governance.api.rates import Rates
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.console import deps as console
from governance.redaction import service as redaction
from tests.api.conftest import Door

PASSWORD = "correct horse battery staple"


def test_a_person_signs_in_and_out(door: Door) -> None:
    made = door.client.post(
        "/v1/accounts",
        json={"login": "maria", "role": "agent", "password": PASSWORD},
        headers=door.as_("admin"),
    )
    assert made.status_code == 201, made.text
    entered = door.client.post("/v1/sessions", json={"login": "maria", "password": PASSWORD})
    assert entered.status_code == 201, entered.text
    headers = {"Authorization": f"Bearer {entered.json()['token']}"}
    me = door.client.get("/v1/me", headers=headers).json()
    assert (me["id"], me["login"], me["role"]) == (made.json()["id"], "maria", "agent")
    assert me["permissions"]["recording:rendition:play"] == "own"
    assert door.client.delete("/v1/sessions/current", headers=headers).status_code == 204
    assert door.client.get("/v1/me", headers=headers).status_code == 401


def test_a_link_signs_in_once(door: Door) -> None:
    made = door.client.post(
        f"/v1/accounts/{door.accounts['qa']}/sign-in-links", headers=door.as_("admin")
    ).json()
    token = {"token": made["url"].rpartition("#")[2]}
    assert door.client.post("/v1/sign-in-links/redeem", json=token).status_code == 201
    assert door.client.post("/v1/sign-in-links/redeem", json=token).status_code == 401


def test_guessing_is_slowed_whether_or_not_there_is_such_a_login(
    door_with: Callable[[Rates], Iterator[Door]],
) -> None:
    for door in door_with(Rates(sign_in_per_login="2/minute")):
        for login in ("dpo", "nobody"):
            tries = [
                door.client.post("/v1/sessions", json={"login": login, "password": "x"}) for _ in range(3)
            ]
            assert [answer.status_code for answer in tries] == [401, 401, 429]
            assert tries[2].headers["retry-after"]


def test_a_cookie_reads_and_changes_only_with_its_proof(door: Door) -> None:

    assert SESSION_COOKIE == console.SESSION_COOKIE
    token = door.tokens["dpo"]
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}
    assert door.client.get("/v1/me", headers=cookie).status_code == 200
    refused = door.client.delete("/v1/sessions/current", headers=cookie)
    assert (refused.status_code, refused.json()["reason"]) == (403, "csrf")
    wrong = door.client.delete("/v1/sessions/current", headers=cookie | {CSRF_HEADER: "x"})
    assert wrong.status_code == 403
    proven = cookie | {CSRF_HEADER: csrf_token(token)}
    assert door.client.delete("/v1/sessions/current", headers=proven).status_code == 204


def test_a_key_does_what_it_was_made_for_and_nothing_else(door: Door) -> None:
    asked = {"title": "recorder in Leeds", "scopes": ["recording:ingest"], "days": 30}
    made = door.client.post("/v1/api-keys", json=asked, headers=door.as_("recorder"))
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    answer = door.client.post("/v1/redactions/text", json={"text": "hello"}, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "not_in_key_scopes")
    assert door.client.get("/v1/recordings", headers=headers).json()["items"] == []
    listed = door.client.get("/v1/api-keys", headers=door.as_("recorder"))
    assert [one["id"] for one in listed.json()] == [made.json()["id"]]
    assert made.json()["token"] not in listed.text
    assert (
        door.client.delete(f"/v1/api-keys/{made.json()['id']}", headers=door.as_("recorder")).status_code
        == 204
    )
    assert door.client.get("/v1/me", headers=headers).status_code == 401


def test_an_account_is_changed_by_others_only(door: Door) -> None:
    url = f"/v1/accounts/{door.accounts['qa']}"
    changed = door.client.patch(url, json={"role": "dpo", "disabled": True}, headers=door.as_("admin"))
    assert changed.status_code == 200, changed.text
    assert changed.json()["role"] == "dpo"
    assert changed.json()["disabled_at"] is not None
    own = door.client.patch(
        f"/v1/accounts/{door.accounts['admin']}", json={"role": "dpo"}, headers=door.as_("admin")
    )
    assert (own.status_code, own.json()["reason"]) == (403, "own_account")
    assert door.client.get("/v1/accounts", headers=door.as_("agent")).status_code == 403
    assert len(door.client.get("/v1/accounts", headers=door.as_("ciso")).json()) == len(door.accounts)


def test_break_glass_opens_one_recording_to_one_person_once_another_agrees(door: Door) -> None:
    made = door.ingest(said="thank you for calling how can I help you today").json()["id"]
    redaction.redact(door.runtime, door.house, made)
    url = f"/v1/recordings/{made}/audio?purpose=complaint"
    assert door.client.get(url, headers=door.as_("outsider")).status_code == 404
    asked = {
        "recording_id": made,
        "purpose": "complaint",
        "reason": "A complaint names this call.",
        "minutes": 30,
    }
    glass = door.client.post("/v1/break-glass", json=asked, headers=door.as_("outsider"))
    assert glass.status_code == 201, glass.text
    assert door.client.get(url, headers=door.as_("outsider")).status_code in (403, 404)
    place = f"/v1/break-glass/{glass.json()['id']}"
    assert door.client.get(place, headers=door.as_("dpo")).json()["reason"] == asked["reason"]
    approved = door.client.post(f"{place}/approval", json={"approve": True}, headers=door.as_("dpo"))
    assert (approved.status_code, approved.json()["state"]) == (200, "approved"), approved.text
    assert door.client.get(url, headers=door.as_("outsider")).status_code == 200
    found = {"finding": "Heard once, for the complaint."}
    reviewed = door.client.post(f"{place}/review", json=found, headers=door.as_("ciso"))
    assert (reviewed.status_code, reviewed.json()["used_count"]) == (200, 1), reviewed.text
    assert door.client.get(url, headers=door.as_("outsider")).status_code == 404
    assert len(door.client.get("/v1/break-glass", headers=door.as_("dpo")).json()) == 1


def test_the_log_is_searched_read_and_proven(door: Door) -> None:
    made = door.ingest().json()["id"]
    door.client.get(f"/v1/recordings/{made}/audio?purpose=quality", headers=door.as_("dpo"))
    audit.sequence(door.runtime, "default")
    audit.publish(door.runtime, "default")
    page = door.client.get(f"/v1/audit/entries?recording_id={made}", headers=door.as_("ciso"))
    assert page.status_code == 200, page.text
    kinds = {(entry["act"], entry["outcome"]) for entry in page.json()["items"]}
    assert ("recording.ingested", "success") in kinds
    assert ("recording.playback", "denied") in kinds
    traced = {"X-Request-ID": "0199d5f2c7a07b1e8c55c3d1f0a9b2e4"}
    door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo") | traced)
    audit.sequence(door.runtime, "default")
    newest = door.client.get("/v1/audit/entries?act=recording.read", headers=door.as_("ciso")).json()[
        "items"
    ][0]
    assert newest["members"]["req"] == traced["X-Request-ID"]
    entry = page.json()["items"][-1]["id"]
    detail = door.client.get(f"/v1/audit/entries/{entry}", headers=door.as_("ciso")).json()
    assert detail["is_proven"] is True
    proof = door.client.get(f"/v1/audit/entries/{entry}/proof", headers=door.as_("ciso"))
    assert proof.text.startswith("c2sp.org/tlog-proof")
    assert door.client.get("/v1/audit/checkpoint", headers=door.as_("ciso")).text.count("\n") >= 3
    by_person = door.client.post(
        "/v1/audit/entries/search", json={"person": "nobody"}, headers=door.as_("ciso")
    )
    assert by_person.json()["items"] == []
    assert door.client.get("/v1/audit/entries", headers=door.as_("dpo")).status_code == 200


def test_the_service_says_how_it_is(door: Door) -> None:
    assert door.client.get("/healthz").json() == {"status": "alive"}
    ready = door.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready"), ready.text
    door.client.get("/v1/recordings/rec_" + "0" * 32, headers=door.as_("dpo"))
    numbers = door.client.get("/metrics").text
    assert 'route="/v1/recordings/{recording_id}"' in numbers
    assert "rec_" not in numbers
    assert "governance_log_lag_seconds" in numbers
    assert "governance_sinks_lag_seconds 0.0" in numbers
    assert ready.json()["sinks"] == "ok"
    door.runtime.settings.keys.rename(door.runtime.settings.keys.with_name("elsewhere"))
    unready = door.client.get("/readyz")
    assert (unready.status_code, unready.json()["keys"]) == (503, "unusable")


def test_a_log_that_nobody_signs_makes_the_service_unready(door: Door, clock: FakeClock) -> None:
    audit.sequence(door.runtime, "default")
    clock.advance(timedelta(seconds=59))
    assert door.client.get("/readyz").json()["log"] == "ok"
    clock.advance(timedelta(seconds=2))
    unsigned = door.client.get("/readyz")
    assert (unsigned.status_code, unsigned.json()["log"]) == (503, "unsigned")
    audit.publish(door.runtime, "default")
    assert door.client.get("/readyz").json()["log"] == "ok"
