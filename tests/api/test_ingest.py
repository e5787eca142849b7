"""Recordings come in whole or not at all, once, and by nobody who may not bring them."""

from __future__ import annotations

from tests.api.conftest import Door


def test_a_recording_comes_in_and_is_in_quarantine(door: Door) -> None:
    answer = door.ingest()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/recordings/{answer.json()['id']}"
    assert answer.json()["state"] == "quarantined"
    seen = door.client.get(answer.headers["location"], headers=door.as_("supervisor"))
    assert seen.status_code == 200, seen.text
    assert seen.json()["state"] == "quarantined"
    assert [one["reason"] for one in seen.json()["quarantines"]] == ["awaiting_redaction"]
    assert seen.json()["media"][0]["rate"] == 8000


def test_the_same_again_is_the_same_recording(door: Door) -> None:
    first, again = door.ingest(), door.ingest()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["state"] == "known"


def test_another_recording_under_the_same_id_is_a_conflict(door: Door) -> None:
    door.ingest()
    answer = door.ingest(team="claims")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:recording-governance:problem:conflict"
    assert len(list(door.runtime.blobs.names())) == 1
