"""The random sample over HTTP: taken, heard and read blind, judged once, and what leaks stopped and told before the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from governance import policy
from governance.policy.redaction import Sampling
from governance.redaction import service as redaction
from governance.runtime import Actor
from tests.api.conftest import ON_SQLITE, Door
from tests.oracle import check_everything

PURPOSE = {"purpose": "redaction_review"}
SAID = "thank you for calling how can I help"


@pytest.fixture
def drawn(door: Door) -> str:
    """A released call, all of which are drawn."""
    before = door.runtime.policies.default
    everything = before.redaction.model_copy(update={"sampling": Sampling(share=1.0)})
    door.runtime.policies = policy.PolicySet(replace(before, redaction=everything), {})
    made = str(door.ingest(said=SAID).json()["id"])
    redaction.redact_pending(door.runtime, Actor.system("default", redaction.SERVICE))
    return made


def post(door: Door, login: str, path: str, body: Any = None, code: int = 200) -> Any:
    answer = door.client.post(path, json=body, headers=door.as_(login))
    assert answer.status_code == code, answer.text
    return answer.json()


def get(door: Door, login: str, path: str, code: int = 200) -> Any:
    answer = door.client.get(path, params=PURPOSE, headers=door.as_(login))
    assert answer.status_code == code, answer.text
    return answer


def waiting(door: Door) -> str:
    answer = door.client.get("/v1/samples", headers=door.as_("qa"))
    assert answer.status_code == 200, answer.text
    [one] = answer.json()["items"]
    return f"/v1/samples/{one['id']}"


def test_a_miss_is_in_quarantine_and_a_finding_before_the_answer(door: Door, drawn: str) -> None:
    at = waiting(door)
    get(door, "qa", f"{at}/audio", 409)  # nobody hears it by this way who has not taken it
    whole = post(door, "qa", f"{at}/claim")
    assert whole["is_mine"]
    assert drawn not in str(whole), "who examines it is not told which it is"
    post(door, "dpo", f"{at}/claim", code=409)
    post(door, "qa", f"{at}/judgement", {"missed": []}, 409)
    media = whole["streams"][0]["id"]
    part = door.client.get(
        f"{at}/audio", params=PURPOSE | {"media": media}, headers=door.as_("qa") | {"Range": "bytes=0-99"}
    )
    assert (part.status_code, len(part.content)) == (206, 100)
    assert get(door, "qa", f"{at}/transcript").json()["text"] == SAID
    post(door, "qa", f"{at}/judgement", {"missed": [{"entity": "PAN"}]}, 422)
    post(door, "qa", f"{at}/judgement", {"missed": [{"entity": "PAN", "text": "4111"}]}, 422)
    place = {"entity": "CVV", "position": 0, "first_word": 1, "last_word": 2}
    assert post(door, "qa", f"{at}/judgement", {"missed": [place]})["missed"] == 1
    post(door, "qa", f"{at}/judgement", {"missed": []}, 409)
    row = door.client.get(f"/v1/recordings/{drawn}", headers=door.as_("dpo")).json()
    assert (row["state"], [one["reason"] for one in row["quarantines"]]) == ("quarantined", ["missed"])
    found = door.client.get("/v1/findings", params={"state": "open"}, headers=door.as_("dpo")).json()["items"]
    assert [(one["kind"], one["subject_id"]) for one in found] == [("card_data_unexpected", drawn)]
    [judged] = door.logged("sample.judged")
    assert judged == {"kinds": ["CVV"], "missed": 1}
    redacted = door.client.post(f"/v1/recordings/{drawn}/redaction", headers=door.as_("dpo"))
    assert redacted.json()["state"] == "released", redacted.text
    listed = door.client.get("/v1/samples", params={"state": "judged"}, headers=door.as_("qa")).json()
    assert [one["missed"] for one in listed["items"]] == [1]
    rate = door.client.get("/v1/samples/rate", headers=door.as_("ciso")).json()
    assert (rate["overall"]["judged"], rate["overall"]["share"], rate["overall"]["leaks"]["high"]) == (
        1,
        1.0,
        1.0,
    )
    assert [(one["name"], one["leaks"]["right"]) for one in rate["by_language"]] == [("en", 1)]
    check_everything(door.runtime, "default")


@ON_SQLITE
def test_the_sample_is_for_people_who_judge_and_for_no_key(door: Door, drawn: str) -> None:
    at = waiting(door)
    for login in ("agent", "supervisor", "ciso", "admin", "recorder"):
        assert door.client.get("/v1/samples", headers=door.as_(login)).status_code == 403
        assert door.client.post(f"{at}/claim", headers=door.as_(login)).status_code in (403, 404)
    key = door.client.post(
        "/v1/api-keys",
        json={"title": "Judge", "scopes": ["redaction:sample"], "days": 1},
        headers=door.as_("admin"),
    )
    assert key.status_code in (403, 422), key.text
    rate = door.client.get("/v1/samples/rate", headers=door.as_("dpo")).json()["overall"]
    assert (rate["drawn"], rate["leaks"], rate["share"], rate["because"]) == (
        1,
        None,
        None,
        "Nothing measured yet.",
    )
    assert door.client.get("/v1/samples/rate", headers=door.as_("qa")).status_code == 403
    assert drawn
