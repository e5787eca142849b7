"""Certificates of erasures over HTTP: who may have them, what they say, and that they can be checked by anybody."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import orjson
import pytest

from governance.audit import policyfile, proof
from governance.audit import service as audit
from governance.errors import IntegrityError
from governance.recordings import erasure
from governance.redaction import service as redaction
from governance.runtime import Actor
from tests.api.conftest import ON_SQLITE, Door

HOUSE = Actor.system("default", "svc_retention")
DUE: dict[str, Any] = {
    "reason": "period_over",
    "because": "Calls are kept for six months.",
    "rule": "calls-six-months",
}


def erased(door: Door) -> tuple[str, str]:
    recording_id = door.ingest().json()["id"]
    result = erasure.erase_batch(door.runtime, HOUSE, [erasure.Due(recording_id, **DUE)])
    return recording_id, result.erased[recording_id]


def read(door: Door, erasure_id: str, login: str = "dpo") -> Any:
    return door.client.get(f"/v1/erasures/{erasure_id}/certificate", headers=door.as_(login))


def test_a_certificate_says_what_went_why_and_proves_it(door: Door) -> None:
    recording_id, erasure_id = erased(door)
    early = read(door, erasure_id).json()
    assert [entry["proof"] for entry in early["entries"]] == [None, None]
    audit.sequence(door.runtime, "default")
    audit.publish(door.runtime, "default")
    found = read(door, erasure_id).json()
    assert {name: found[name] for name in DUE} == DUE
    assert (found["recording_id"], found["scope"], found["state"]) == (recording_id, "recording", "complete")
    copies = {copy["kind"]: copy for copy in found["copies"]}
    assert set(copies) == {"keys", "parties", "log_entries", "ciphertext", "database_traces"}
    assert all(copy["state"] == "complete" and copy["answered_at"] for copy in copies.values())
    assert (copies["keys"]["count"], copies["parties"]["count"]) == (1, 2)
    with door.runtime.work(HOUSE, write=False) as work:
        trusted = policyfile.parse(audit.trust(work))
    acts = []
    for entry in found["entries"]:
        leaf = base64.b64decode(entry["leaf"])
        proven = proof.parse(entry["proof"])
        assert proven.verify(leaf, trusted).origin == entry["log"]
        with pytest.raises(IntegrityError):
            proven.verify(leaf.replace(b"recording", b"recordinG"), trusted)
        told = orjson.loads(leaf)
        assert {"kind": "erasure", "id": erasure_id} in told["res"]
        assert {"kind": "recording", "id": recording_id} in told["res"]
        acts.append(told["act"])
    assert acts == ["recording.erased", "recording.erasure.completed"]
    first = orjson.loads(base64.b64decode(found["entries"][0]["leaf"]))
    assert first["why"] == {
        "code": "period_over",
        "rule": "calls-six-months",
        "policy": found["policy_digest"],
    }


@ON_SQLITE
def test_certificates_are_for_those_who_must_account_for_them(door: Door) -> None:
    _, erasure_id = erased(door)
    assert {login: read(door, erasure_id, login).status_code for login in ("dpo", "ciso", "qa", "agent")} == {
        "dpo": 200, "ciso": 200, "qa": 403, "agent": 403,
    }  # fmt: skip
    assert read(door, "era_" + "0" * 32).status_code == 404
    audit.sequence(door.runtime, "default")
    told = door.client.get("/v1/audit/entries?act=erasure.certificate.read", headers=door.as_("ciso")).json()
    assert len(told["items"]) == 2


@ON_SQLITE
def test_erasures_are_listed_the_newest_first(door: Door) -> None:
    made = [door.ingest(f"call-{number}").json()["id"] for number in range(3)]
    for one in made:
        url, body = f"/v1/recordings/{one}", {"reason": "subject_request"}
        assert door.client.request("DELETE", url, json=body, headers=door.as_("dpo")).status_code == 200
    first = door.client.get("/v1/erasures?limit=2", headers=door.as_("dpo")).json()
    second = door.client.get(f"/v1/erasures?limit=2&after={first['next']}", headers=door.as_("dpo")).json()
    listed = [line["recording_id"] for line in (*first["items"], *second["items"])]
    assert (listed, second["next"]) == (made[::-1], None)
    one = door.client.get(f"/v1/erasures?recording_id={made[1]}", headers=door.as_("dpo")).json()
    assert [(line["recording_id"], line["scope"], line["state"]) for line in one["items"]] == [
        (made[1], "recording", "complete")
    ]
    assert door.client.get("/v1/erasures", headers=door.as_("qa")).status_code == 403


@ON_SQLITE
def test_the_certificate_of_a_release_is_handed_out_as_bytes_that_hash_to_what_it_says(door: Door) -> None:
    recording_id = door.ingest(said="thank you for calling how can I help").json()["id"]
    path = f"/v1/recordings/{recording_id}/redaction-certificate"
    assert door.client.get(path, headers=door.as_("dpo")).status_code == 404  # nothing was released yet
    redaction.redact_pending(door.runtime, HOUSE)
    answer = door.client.get(path, headers=door.as_("dpo"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    exact = orjson.dumps(told["certificate"], option=orjson.OPT_SORT_KEYS)
    assert exact in answer.content
    assert hashlib.sha256(exact).hexdigest() == told["sha256"]
    [logged] = door.logged("recording.redacted")
    assert logged["certificate"] == told["sha256"]
    named = f"{path}?certificate={told['certificate']['id']}"
    assert door.client.get(named, headers=door.as_("ciso")).json()["sha256"] == told["sha256"]
    unknown = f"{path}?certificate=cer_{'0' * 32}"
    assert door.client.get(unknown, headers=door.as_("dpo")).status_code == 404
    assert {login: door.client.get(path, headers=door.as_(login)).status_code for login in ("qa", "agent")} == {
        "qa": 403, "agent": 403,
    }  # fmt: skip
