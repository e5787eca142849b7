"""How long recordings are kept, over HTTP: why one is here, what falls due, events, reviews, matters, proofs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.policy import PolicySet
from governance.policy.retention import RetentionPolicy
from governance.redaction import service as redaction
from governance.retention import service as retention
from governance.runtime import Runtime
from tests.api.conftest import ON_SQLITE, Door

POLICY = {
    "version": "test",
    "rules": [
        {
            "name": "contracts", "because": "A contract proves what was agreed.", "when": {"lines": ["contracts"]},
            "stages": [
                {
                    "action": "review", "starts": "contract_ended", "wait_at_most": {"years": 5},
                    "period": {"days": 30},
                }
            ],
        }
    ],
    "default": {
        "because": "Nobody needs a call after half a year.",
        "stages": [{"action": "erase", "period": {"months": 6}}],
    },
}  # fmt: skip
SAID = "The other side has announced a claim."


def obey(runtime: Runtime) -> None:
    policy = RetentionPolicy.model_validate(POLICY)
    runtime.policies = PolicySet(replace(runtime.policies.default, retention=policy), {})


def taken_in(door: Door, **told: Any) -> str:
    answer = door.ingest(said="thank you for calling how can I help you today", **told)
    assert answer.status_code == 201, answer.text
    redaction.redact_pending(door.runtime, door.house)
    return str(answer.json()["id"])


def get(door: Door, login: str, path: str) -> Any:
    answer = door.client.get(f"/v1{path}", headers=door.as_(login))
    return answer.json() if answer.status_code == 200 else answer.status_code


def post(door: Door, login: str, path: str, body: dict[str, Any]) -> Any:
    answer = door.client.post(f"/v1{path}", json=body, headers=door.as_(login))
    return answer.json() if answer.status_code in (200, 201) else answer.status_code


def test_a_recording_waits_for_an_event_is_reviewed_and_goes(door: Door, clock: FakeClock) -> None:
    obey(door.runtime)
    recording = taken_in(door, line_of_business="contracts")
    why = get(door, "dpo", f"/recordings/{recording}/explain")
    assert (why["code"], why["action"], why["waits_for"]) == ("not_due", "review", "contract_ended")
    assert [(one["name"], one["wins"]) for one in why["effects"]] == [("contracts", True), ("default", False)]

    event = {"event": "contract_ended", "at": "2026-03-02T09:00:00Z"}
    customer = {"persons": [{"kind": "tel", "value": "07700 900123"}]}
    assert post(door, "agent", "/retention/events", event | {"recordings": customer}) == 403
    noted = post(door, "admin", "/retention/events", event | {"recordings": customer})
    assert noted == {"recordings": 1}
    clock.advance(timedelta(days=31))
    # A session ends when it is idle; whoever comes back signs in again.
    door.tokens |= {login: _again(door, login) for login in ("dpo", "admin", "ciso")}
    retention.schedule(door.runtime, door.house)
    retention.sweep(door.runtime, door.house)
    (waiting,) = get(door, "dpo", "/retention/schedule?in_review=true")["items"]
    assert (waiting["recording_id"], waiting["rule"]) == (recording, "contracts")

    verdict = {"decision": "erase", "because": "Nobody has claimed anything since."}
    assert post(door, "admin", f"/recordings/{recording}/review", verdict) == 403
    made = post(door, "dpo", f"/recordings/{recording}/review", verdict)
    assert made["decision"] == "erase"
    assert "Nobody" not in str(made)
    retention.sweep(door.runtime, door.house)
    assert get(door, "dpo", f"/recordings/{recording}/explain") == 404
    proof = retention.prove(door.runtime, door.house)
    (shown,) = get(door, "ciso", "/retention/proofs")
    assert (shown["id"], shown["holds"], shown["counts"]["recordings"]) == (proof.id, True, 0)


def _again(door: Door, login: str) -> str:
    with door.runtime.work(door.house) as work:
        link = access.issue_link(work, door.accounts[login])
    return access.redeem_link(door.runtime, link)


def test_a_matter_is_opened_reviewed_and_released_by_two(door: Door) -> None:
    obey(door.runtime)
    recording = taken_in(door)
    jane = {"persons": [{"kind": "tel", "value": "+44 7700 900123"}]}
    assert post(door, "dpo", "/matters/coverage", {"recordings": jane}) == {"recordings": 1}
    asked = {"title": "Roe v. Example", "because": SAID, "recordings": jane, "review_by": "2026-04-01"}
    assert post(door, "admin", "/matters", asked) == 403
    matter = post(door, "dpo", "/matters", asked)
    assert (matter["title"], matter["state"], matter["reasons"]) == (
        "Roe v. Example",
        "open",
        {"because": SAID},
    )
    assert "7700" not in str(matter["selection"])
    (listed,) = get(door, "ciso", "/matters")
    assert listed["id"] == matter["id"]
    why = get(door, "ciso", f"/recordings/{recording}/explain")
    assert (why["code"], why["effects"][0]["reference"]) == ("legal_hold", matter["id"])
    assert "Roe" not in str(get(door, "agent", f"/recordings/{recording}/explain"))

    path = f"/matters/{matter['id']}"
    confirmed = post(door, "ciso", f"{path}/review", {"because": SAID, "review_by": "2026-05-01"})
    assert confirmed["review_by"] == "2026-05-01"
    assert post(door, "dpo", f"{path}/release/approval", {"approve": True}) == 409
    assert (
        post(door, "dpo", f"{path}/release", {"because": "It was settled."})["state"] == "release_requested"
    )
    refused = door.client.post(f"/v1{path}/release/approval", json={"approve": True}, headers=door.as_("dpo"))
    assert (refused.status_code, refused.json()["reason"]) == (403, "same_person")
    assert post(door, "ciso", f"{path}/release/approval", {"approve": True})["state"] == "released"
    assert get(door, "dpo", "/matters") == []
    assert [one["state"] for one in get(door, "dpo", "/matters?released=true")] == ["released"]
    assert get(door, "dpo", f"/recordings/{recording}/explain")["code"] == "not_due"


@ON_SQLITE
def test_what_falls_due_is_listed_counted_and_paged(door: Door) -> None:
    obey(door.runtime)
    made = [taken_in(door, external_id=f"call-{number}") for number in range(3)]
    retention.schedule(door.runtime, door.house)
    preview = get(door, "ciso", "/retention/preview")
    assert preview["lines"] == [{"month": "2026-09", "rule": "default", "action": "erase", "count": 3}]
    assert {one["external_id"] for one in preview["samples"]["default erase"]} == {
        "call-0",
        "call-1",
        "call-2",
    }
    first = get(door, "admin", "/retention/schedule?limit=2&rule=default")
    rest = get(door, "admin", f"/retention/schedule?limit=2&rule=default&after={first['next']}")
    assert [one["recording_id"] for one in (*first["items"], *rest["items"])] == made
    assert rest["next"] is None
    assert get(door, "admin", "/retention/schedule?after=nonsense") == 422
    for path in ("/retention/preview", "/retention/schedule", "/retention/proofs"):
        assert get(door, "supervisor", path) == 403
    audit.sequence(door.runtime, "default")
    with door.runtime.work(door.house, write=False) as work:
        read = log.search(work, act="retention.read", limit=50).entries
    assert sorted(entry.outcome for entry in read) == ["denied"] * 3 + ["success"] * 3


@ON_SQLITE
def test_a_selection_that_means_nothing_or_holds_a_card_is_refused(door: Door) -> None:
    asked = {"title": "Roe v. Example", "because": SAID, "review_by": "2026-04-01"}
    for recordings in (
        {},
        {"everything": True, "sites": ["leeds"]},
        {"sites": ["4111 1111 1111 1111"]},
        {"persons": [{"kind": "name", "value": "Jane Roe"}]},
        {"persons": [{"kind": "tel", "value": "4111 1111 1111 1111"}]},
        {"site": ["leeds"]},
    ):
        answer = door.client.post(
            "/v1/matters", json=asked | {"recordings": recordings}, headers=door.as_("dpo")
        )
        assert answer.status_code == 422, recordings
        assert "4111" not in answer.text
    card = asked | {"title": "card 4111 1111 1111 1111", "recordings": {"everything": True}}
    assert post(door, "dpo", "/matters", card) == 422
    assert get(door, "dpo", "/matters") == []
