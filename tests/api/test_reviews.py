"""Reviews over the API: listed, read for a purpose, decided; never the data outside the passage, never without reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from governance import policy
from governance.audit import service as audit
from tests.api.conftest import ON_SQLITE, Door

SAID = "thanks my card number is 4111111111111111 and that is all"
NOWHERE = "rvw_" + "0" * 32
PURPOSE = {"purpose": "redaction_review"}


@pytest.fixture
def review(door: Door) -> dict[str, Any]:
    """A released call with a card number for review, as the API lists it."""
    before = door.runtime.policies.default
    doubtful = before.redaction.model_copy(update={"review_below": 1.0})
    door.runtime.policies = policy.PolicySet(replace(before, redaction=doubtful), {})
    made = door.ingest(said=SAID).json()["id"]
    done = door.client.post(f"/v1/recordings/{made}/redaction", headers=door.as_("dpo")).json()
    assert done["state"] == "released", done
    [item] = door.client.get("/v1/reviews?state=open", headers=door.as_("dpo")).json()["items"]
    return dict(item)


def test_a_finding_is_read_widened_and_masked_in_one_answer(door: Door, review: dict[str, Any]) -> None:
    at = f"/v1/reviews/{review['id']}"
    assert review["entity"] == "PAN"
    assert review["recording_id"].startswith("rec_")
    assert "4111" not in str(review)
    assert door.client.get(at, headers=door.as_("dpo")).json() == review
    early = door.client.post(f"{at}/decision", json={"decision": "accept"}, headers=door.as_("dpo"))
    assert early.status_code == 409
    seen = door.client.get(f"{at}/passage", params=PURPOSE, headers=door.as_("dpo")).json()
    assert seen["level"] == "master"
    assert [word["text"] for turn in seen["behind"] for word in turn["words"] if word["is_found"]] == [
        "4111111111111111"
    ]
    shown = [word for turn in seen["shown"] for word in turn["words"]]
    assert [word["text"] for word in shown if word["is_found"]] == ["[PAN]"]
    more = next(word["at"] for word in shown if word["text"] == "number")
    asked = {"decision": "widen", "first_word": more, "last_word": review["last_word"]}
    done = door.client.post(f"{at}/decision", json=asked, headers=door.as_("dpo"))
    assert done.status_code == 200, done.text
    assert done.json()["redacted"]["state"] == "released"
    assert done.json()["item"]["decided_first"] == more
    text = door.client.get(
        f"/v1/recordings/{review['recording_id']}/transcript",
        params={"purpose": "complaint"},
        headers=door.as_("dpo"),
    ).text
    assert "number" not in text
    assert "4111" not in text
    audit.sequence(door.runtime, "default")
    entries = door.client.get("/v1/audit/entries", headers=door.as_("ciso")).json()["items"]
    acts = [one["act"] for one in entries if one["act"].startswith("review.")]
    assert sorted(acts) == ["review.decided", "review.opened", "review.read"]


@ON_SQLITE
def test_whoever_hears_no_masters_reads_the_mask_and_may_still_decide(
    door: Door, review: dict[str, Any]
) -> None:
    at = f"/v1/reviews/{review['id']}"
    seen = door.client.get(f"{at}/passage", params=PURPOSE, headers=door.as_("qa"))
    assert (seen.json()["level"], seen.json()["behind"]) == ("rendition", [])
    assert "4111" not in seen.text
    denied = door.client.get(f"{at}/passage", params={**PURPOSE, "level": "master"}, headers=door.as_("qa"))
    assert denied.status_code == 403
    done = door.client.post(f"{at}/decision", json={"decision": "reject"}, headers=door.as_("qa"))
    assert (done.status_code, done.json()["redacted"]) == (200, None)
    again = door.client.post(f"{at}/decision", json={"decision": "accept"}, headers=door.as_("qa"))
    assert again.status_code == 409
    [listed] = door.client.get("/v1/reviews?decision=reject", headers=door.as_("qa")).json()["items"]
    assert listed["id"] == review["id"]


@ON_SQLITE
def test_reviews_are_not_for_everybody(door: Door, review: dict[str, Any]) -> None:
    at = f"/v1/reviews/{review['id']}"
    for login, status in (("agent", 403), ("supervisor", 403), ("admin", 403), ("ciso", 403)):
        assert door.client.get("/v1/reviews", headers=door.as_(login)).status_code == status
        assert door.client.get(f"{at}/passage", params=PURPOSE, headers=door.as_(login)).status_code == status
        assert door.client.get("/v1/reviews/thresholds", headers=door.as_(login)).status_code == status
    assert door.client.get("/v1/reviews/thresholds", headers=door.as_("qa")).status_code == 403
    assert door.client.get("/v1/reviews/thresholds", headers=door.as_("dpo")).json() == []
    assert door.client.get(f"/v1/reviews/{NOWHERE}", headers=door.as_("dpo")).status_code == 404
    assert door.client.get("/v1/reviews/rvw_1", headers=door.as_("dpo")).status_code == 422


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    [
        {"decision": "maybe"},
        {"decision": "widen"},
        {"decision": "widen", "first_word": 0},
        {"decision": "widen", "first_word": 0, "last_word": 9999},
        {"decision": "accept", "entity": "EMAIL"},
        {"decision": "accept", "note": "4111111111111111"},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_not_repeated(
    door: Door, review: dict[str, Any], asked: dict[str, Any]
) -> None:
    at = f"/v1/reviews/{review['id']}"
    door.client.get(f"{at}/passage", params=PURPOSE, headers=door.as_("dpo"))
    refused = door.client.post(f"{at}/decision", json=asked, headers=door.as_("dpo"))
    assert refused.status_code == 422, refused.text
    assert "4111" not in refused.text
    assert door.client.get(at, headers=door.as_("dpo")).json()["state"] == "open"


@ON_SQLITE
def test_pages_of_the_list_meet_without_a_gap(door: Door, review: dict[str, Any]) -> None:
    for at in range(4):
        made = door.ingest(f"call-{at + 2}", said=SAID).json()["id"]
        door.client.post(f"/v1/recordings/{made}/redaction", headers=door.as_("dpo"))
    seen: list[str] = []
    after = None
    while True:
        params = {"limit": 2, **({"after": after} if after else {})}
        page = door.client.get("/v1/reviews", params=params, headers=door.as_("dpo")).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 5
    assert door.client.get("/v1/reviews?after=bogus", headers=door.as_("dpo")).status_code == 422


@ON_SQLITE
def test_a_decision_is_handed_out_as_a_case_without_its_data(door: Door, review: dict[str, Any]) -> None:
    at = f"/v1/reviews/{review['id']}"
    door.client.get(f"{at}/passage", params=PURPOSE, headers=door.as_("dpo"))
    door.client.post(f"{at}/decision", json={"decision": "accept"}, headers=door.as_("dpo"))
    made = door.client.post("/v1/reviews/export", json=PURPOSE, headers=door.as_("dpo"))
    assert made.status_code == 200, made.text
    [case] = made.json()["cases"]
    assert (case["expected"]["entity"], case["language"]) == ("PAN", "en")
    assert "4111" not in made.text
    assert review["recording_id"] not in made.text
    assert made.json()["left_out"] == []
    for login, status in (("qa", 403), ("agent", 403)):
        assert (
            door.client.post("/v1/reviews/export", json=PURPOSE, headers=door.as_(login)).status_code
            == status
        )
    wrong = door.client.post("/v1/reviews/export", json={"purpose": "4111 1111"}, headers=door.as_("dpo"))
    assert wrong.status_code == 422
    assert "4111" not in wrong.text
