"""The log over HTTP: asked for a person by what they are called, and honest about what there is to ask for."""

from __future__ import annotations

import json
from typing import Any

from governance.audit import service as audit
from tests.api.conftest import ON_SQLITE, Door

pytestmark = ON_SQLITE


def asked(door: Door, **what: Any) -> Any:
    audit.sequence(door.runtime, "default")
    return door.client.post("/v1/audit/entries/search", json=what, headers=door.as_("ciso"))


def test_a_persons_number_finds_what_was_done_with_their_calls_and_a_login_what_its_owner_did(
    door: Door,
) -> None:
    made = door.ingest().json()["id"]
    door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo"))
    about_jane = asked(door, person="07700 900123").json()["items"]
    assert {entry["act"] for entry in about_jane} >= {"recording.ingested", "recording.read"}
    by_dpo = asked(door, person="dpo", act="recording.read").json()["items"]
    assert [entry["actor"] for entry in by_dpo] == [door.accounts["dpo"]]
    assert asked(door, person="+44 7700 900124").json()["items"] == []


def test_an_act_that_there_is_not_is_refused_by_naming_those_there_are(door: Door) -> None:
    answer = asked(door, act="nope")
    assert answer.status_code == 422, answer.text
    assert "recording.playback" in answer.text


def test_entries_are_found_by_purpose_and_by_the_address_somebody_acted_from(door: Door) -> None:
    made = door.ingest().json()["id"]
    door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo"))
    refused = door.client.post(
        f"/v1/recordings/{made}/restrictions",
        json={"purpose": "quality", "reason": "objection"},
        headers=door.as_("dpo"),
    )
    assert refused.status_code < 400, refused.text
    by_purpose = asked(door, purpose="quality").json()["items"]
    assert [entry["act"] for entry in by_purpose] == ["recording.restricted"]
    address = door.client.get("/v1/audit/entries?purpose=quality", headers=door.as_("ciso")).json()["items"]
    assert address == by_purpose
    here = asked(door, source="testclient", act="recording.read").json()["items"]
    assert [entry["actor"] for entry in here] == [door.accounts["dpo"]]
    assert asked(door, source="192.0.2.1").json()["items"] == []
    assert asked(door, purpose="Quality!").status_code == 422
    # What is personal is never asked for in an address, where it would be logged by everything in between.
    for name in ("person", "source"):
        answer = door.client.get(f"/v1/audit/entries?{name}=testclient", headers=door.as_("ciso"))
        assert answer.status_code == 422


def test_a_search_is_taken_out_as_a_file_by_whoever_may_take_the_log_out(door: Door) -> None:
    made = door.ingest().json()["id"]
    door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo"))
    audit.sequence(door.runtime, "default")
    url = "/v1/audit/entries/export"
    answer = door.client.post(url, json={"recording_id": made}, headers=door.as_("ciso"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="log.csv"'
    assert len(answer.text.splitlines()) > 2
    lines = door.client.post(url, json={"recording_id": made, "format": "jsonl"}, headers=door.as_("ciso"))
    assert [json.loads(line)["idx"] for line in lines.text.splitlines()]
    assert door.client.post(url, json={"format": "xls"}, headers=door.as_("ciso")).status_code == 422
    assert door.client.post(url, json={"act": "nope"}, headers=door.as_("ciso")).status_code == 422
    assert door.client.post(url, json={}, headers=door.as_("agent")).status_code == 403
    told = asked(door, act="audit.exported").json()["items"]
    assert [entry["outcome"] for entry in told] == ["denied", "success", "success"]
