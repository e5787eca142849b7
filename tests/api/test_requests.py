"""Requests through the door: every step, who may take it, and nothing echoed that names anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import ON_SQLITE, Door
from tests.oracle import check_everything

JANE = {
    "kind": "access",
    "channel": "by_hand",
    "name": "Jane Roe",
    "email": "jane@example.com",
    "identifiers": [{"kind": "tel", "value": "07700 900123"}],
}
BECAUSE = {"because": "it is written in the letter"}


def post(door: Door, path: str, body: Any, who: str = "dpo", code: int = 200) -> Any:
    answer = door.client.post(f"/v1/requests{path}", json=body, headers=door.as_(who))
    assert answer.status_code == code, answer.text
    return answer.json()


def get(door: Door, path: str, who: str = "dpo", code: int = 200) -> Any:
    answer = door.client.get(f"/v1/requests{path}", headers=door.as_(who))
    assert answer.status_code == code, answer.text
    return answer.json()


def test_a_request_goes_through_every_step(door: Door) -> None:
    hers = door.ingest("call-1").json()["id"]
    strangers = door.ingest(
        "call-2", parties=[{"role": "customer", "tel": "+447700900123", "name": "Max"}]
    ).json()["id"]
    opened = post(door, "", JANE, code=201)
    at = f"/{opened['id']}"
    assert opened["number"] == "2026-0001"
    assert opened["due_on"]
    post(door, f"{at}/acknowledgement", {})
    refused = post(door, f"{at}/identity-codes", {}, code=409)
    assert "12(6)" in refused["detail"]
    assert post(door, f"{at}/doubt", {**BECAUSE, "asked_for_proof": True})["paused_for"] == "identity"
    post(door, f"{at}/identity-codes", {}, code=409)  # no address on file
    wrong = post(door, f"{at}/identity-codes/check", {"code": "12345678"}, code=422)
    assert wrong["field"] == "code"
    assert post(door, f"{at}/evidence", {**BECAUSE, "has_passed": True})["identity"] == "proven"
    assert post(door, f"{at}/search", {})["found"] == 2
    page = get(door, f"{at}/candidates?limit=1")
    found = page["items"] + get(door, f"{at}/candidates?after={page['next']}")["items"]
    by_recording = {one["recording_id"]: one for one in found}
    assert by_recording[strangers]["hint"] == "differs"
    assert by_recording[strangers]["parties"][0]["name"] == "M•••"
    assert by_recording[hers]["hint"] == "agrees"
    assert post(door, f"{at}/decision", {**BECAUSE, "outcome": "granted"}, code=409)
    one, other = by_recording[hers]["candidate_id"], by_recording[strangers]["candidate_id"]
    post(door, f"{at}/candidates/decisions", {**BECAUSE, "candidate_ids": [one], "decision": "confirmed"})
    post(door, f"{at}/candidates/decisions", {**BECAUSE, "candidate_ids": [other], "decision": "excluded"})
    post(door, f"{at}/extension", BECAUSE)
    assert post(door, f"{at}/extension/told", {})["due_on"] > opened["due_on"]
    assert post(door, f"{at}/decision", {**BECAUSE, "outcome": "refused", "refusal": "excessive"})["refusal"]
    post(door, f"{at}/reconsideration", BECAUSE)
    post(door, f"{at}/decision", {**BECAUSE, "outcome": "refused", "refusal": "rights_of_others"})
    post(door, f"{at}/answer", {"told": "letter"}, code=409)
    post(door, f"{at}/answer", {"told": "by_hand", "note": "told on the telephone"})
    assert post(door, f"{at}/closing", {})["state"] == "closed"
    post(door, f"{at}/withdrawal", BECAUSE, code=409)
    detail = get(door, at)
    assert detail["person"]["identifiers"] == [["tel", "+44••••••••23"]]
    assert [line["act"] for line in detail["history"]][:2] == ["request.received", "request.acknowledged"]
    assert detail["steps"]["close"]
    whole = json.dumps([detail, found])
    for clear in ("Jane", "jane@", "900123", "Max"):
        assert clear not in whole
    check_everything(door.runtime, "default")


@ON_SQLITE
def test_an_objection_goes_through_its_steps(door: Door) -> None:
    recording = door.ingest("call-1").json()["id"]
    opened = post(door, "", {**JANE, "kind": "objection", "purposes": ["training"]}, who="recorder", code=201)
    at = f"/{opened['id']}"
    assert opened["grounds"] == "undecided"
    entry = door.client.get(f"/v1/recordings/{recording}", headers=door.as_("dpo")).json()
    assert [one["purpose"] for one in entry["restrictions"]] == ["training"]
    post(door, f"{at}/identifiers", {"identifiers": [{"kind": "email", "value": "jane@example.com"}]})
    drop = {**BECAUSE, "identifier": {"kind": "email", "value": "Jane@Example.com"}}
    post(door, f"{at}/identifiers/drop", drop)
    assert post(door, f"{at}/grounds", {**BECAUSE, "verdict": "objection_upheld"})["state"] == "decided"
    post(door, f"{at}/answer", {"told": "by_hand", "note": "told on the telephone"})
    post(door, f"{at}/closing", {})
    post(door, f"{at}/objection/withdrawal", BECAUSE)
    entry = door.client.get(f"/v1/recordings/{recording}", headers=door.as_("dpo")).json()
    assert entry["restrictions"] == []
    british = post(door, "", {**JANE, "regime": "uk_gdpr"}, code=201)
    post(door, f"/{british['id']}/pause", {**BECAUSE, "reason": "clarification"})
    assert post(door, f"/{british['id']}/resumption", {})["paused_for"] is None


@ON_SQLITE
def test_lists_show_requests_by_clock_and_nobody_in_them(door: Door) -> None:
    later = post(door, "", {**JANE, "regime": "ccpa"}, code=201)["id"]
    first = post(door, "", JANE, code=201)["id"]
    listed = get(door, "?is_open=true&limit=1")
    assert [one["id"] for one in listed["items"]] == [first]
    rest = get(door, f"?is_open=true&limit=1&after={listed['next']}")
    assert [one["id"] for one in rest["items"]] == [later]
    assert get(door, "?regime=ccpa&kind=access&requester=customer&is_paused=false")["items"][0]["id"] == later
    assert "Jane" not in json.dumps(listed)
    assert get(door, "?due_befor=2026-01-01T00:00:00Z", code=422)["field"] == "query.due_befor"


@ON_SQLITE
@pytest.mark.parametrize("who", ["agent", "supervisor", "qa", "ciso", "admin", "recorder"])
def test_only_who_answers_requests_reads_and_manages_them(door: Door, who: str) -> None:
    opened = post(door, "", JANE, code=201)
    at = f"/{opened['id']}"
    for path in ("", at, f"{at}/candidates"):
        get(door, path, who=who, code=403)
    for path in ("acknowledgement", "search", "closing", "resumption", "extension/told"):
        post(door, f"{at}/{path}", {}, who=who, code=403)
    post(door, f"{at}/doubt", BECAUSE, who=who, code=403)
    post(door, f"{at}/decision", {**BECAUSE, "outcome": "granted"}, who=who, code=403)
    if who != "recorder":
        post(door, "", JANE, who=who, code=403)


@ON_SQLITE
def test_a_key_that_may_hand_requests_in_may_do_nothing_else_with_them(door: Door) -> None:
    """Scope escalation (CVE-2025-57817): what a key was made for is all that it may do, whatever its account may."""
    made = door.client.post(
        "/v1/api-keys",
        headers=door.as_("recorder"),
        json={"title": "the web form", "scopes": ["request:open"]},
    )
    assert made.status_code == 201, made.text
    key = {"Authorization": f"Bearer {made.json()['token']}"}
    opened = door.client.post("/v1/requests", json=JANE, headers=key)
    assert opened.status_code == 201
    at = f"/v1/requests/{opened.json()['id']}"
    assert door.client.get(at, headers=key).status_code == 403
    assert door.client.post(f"{at}/acknowledgement", headers=key, json={}).status_code == 403
    assert not door.client.get("/v1/recordings", headers=key).json().get("items")
    wider = door.client.post(
        "/v1/api-keys", headers=door.as_("recorder"), json={"title": "more", "scopes": ["request:manage"]}
    )
    assert wider.status_code in (403, 422)


@ON_SQLITE
def test_a_candidate_of_another_request_is_not_there(door: Door) -> None:
    door.ingest("call-1")
    first, second = (post(door, "", JANE, code=201)["id"] for _ in range(2))
    for one in (first, second):
        post(door, f"/{one}/search", {})
    [candidate] = get(door, f"/{first}/candidates")["items"]
    asked = {**BECAUSE, "candidate_ids": [candidate["candidate_id"]], "decision": "confirmed"}
    post(door, f"/{second}/candidates/decisions", asked, code=404)
    assert get(door, f"/{first}/candidates")["items"][0]["decision"] == "undecided"


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({**JANE, "identifiers": [{"kind": "tel", "value": "12"}]}, "tel"),
        ({**JANE, "identifiers": [{"kind": "iban", "value": "12"}]}, "body.identifiers.0.kind"),
        ({**JANE, "text": "my card is 4111 1111 1111 1111"}, "body.text"),
        ({**JANE, "purposes": ["training"]}, "purposes"),
        ({**JANE, "regime": "lgpd"}, "regime"),
        ({**JANE, "kind": "erasure"}, "body.kind"),
        ({**JANE, "channel": "portal"}, "body.channel"),
        ({**JANE, "received_at": "2030-01-01T00:00:00Z"}, "received_at"),
    ],
)
def test_a_wrong_request_is_refused_where_it_is_wrong_and_never_repeated(
    door: Door, body: dict[str, Any], place: str
) -> None:
    refused = post(door, "", body, code=422)
    assert refused["field"] == place
    for clear in ("4111", "Jane", "jane@"):
        assert clear not in json.dumps(refused)
