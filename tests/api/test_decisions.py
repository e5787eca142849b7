"""Holds, restrictions, redaction, verdicts and erasure, over HTTP."""

from __future__ import annotations

from tests.api.conftest import Door


def test_a_hold_outranks_an_erasure_until_it_is_released(door: Door) -> None:
    made = door.ingest().json()["id"]
    held = door.client.post(
        f"/v1/recordings/{made}/holds", json={"matter": "2026-17"}, headers=door.as_("dpo")
    )
    assert held.status_code == 201, held.text
    listed = door.client.get(f"/v1/recordings/{made}/holds", headers=door.as_("dpo")).json()
    assert [one["matter"] for one in listed] == ["2026-17"]
    erase = {"method": "DELETE", "url": f"/v1/recordings/{made}", "json": {"reason": "subject_request"}}
    assert door.client.request(**erase, headers=door.as_("dpo")).status_code == 409  # type: ignore[arg-type]
    freed = door.client.delete(f"/v1/holds/{held.json()['id']}", headers=door.as_("ciso"))
    assert freed.json()["released_at"] is not None
    gone = door.client.request(**erase, headers=door.as_("dpo"))  # type: ignore[arg-type]
    assert gone.status_code in (200, 202), gone.text
    assert gone.json()["state"] == ("complete" if gone.status_code == 200 else "incomplete")
    assert door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo")).status_code == 404
    again = door.client.request(**erase, headers=door.as_("dpo"))  # type: ignore[arg-type]
    assert (again.status_code, again.json()["state"]) == (200, "complete")


def test_a_matter_holds_no_card_number(door: Door) -> None:
    made = door.ingest().json()["id"]
    answer = door.client.post(
        f"/v1/recordings/{made}/holds", json={"matter": "card 4111 1111 1111 1111"}, headers=door.as_("dpo")
    )
    assert answer.status_code == 422
    assert "4111" not in answer.text


def test_a_restriction_stands_until_it_is_lifted(door: Door) -> None:
    made = door.ingest().json()["id"]
    asked = {"purpose": "training", "reason": "objection"}
    placed = door.client.post(f"/v1/recordings/{made}/restrictions", json=asked, headers=door.as_("dpo"))
    assert placed.status_code == 201, placed.text
    seen = door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo")).json()
    assert [one["purpose"] for one in seen["restrictions"]] == ["training"]
    url = f"/v1/restrictions/{placed.json()['id']}"
    assert door.client.delete(url, headers=door.as_("dpo")).status_code == 200
    assert door.client.delete(url, headers=door.as_("dpo")).status_code == 409


def test_redaction_can_be_asked_for_by_those_who_may(door: Door) -> None:
    made = door.ingest(said="thank you for calling how can I help you today").json()["id"]
    url = f"/v1/recordings/{made}/redaction"
    assert door.client.post(url, headers=door.as_("supervisor")).status_code == 403
    done = door.client.post(url, headers=door.as_("admin"))
    assert (done.status_code, done.json()["state"]) == (200, "released"), done.text


def test_a_verdict_needs_a_suspicion(door: Door) -> None:
    made = door.ingest().json()["id"]
    asked = {"verdict": "not_card_data"}
    answer = door.client.post(f"/v1/recordings/{made}/decision", json=asked, headers=door.as_("dpo"))
    assert answer.status_code == 409
