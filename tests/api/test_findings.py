"""Findings over the API: listed, read, assigned, noted and checked; nobody closes one, and only who may sees any."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.findings import service as findings
from governance.findings.models import JobRun
from tests.api.conftest import ON_SQLITE, Door
from tests.findings.pretended import Pretended

NOWHERE = "fnd_" + "0" * 32


@pytest.fixture
def finding(door: Door) -> str:
    """A job that fails: one finding, opened by the round that the jobs make."""
    with door.runtime.work(door.house) as work:
        since = work.now - timedelta(hours=2)
        work.session.add(
            JobRun(
                tenant=work.tenant, name="erase_what_is_due", failing_since=since, error="OperationalError"
            )
        )
    findings.check_all(door.runtime, door.house)
    listed = door.client.get("/v1/findings?kind=job_failing", headers=door.as_("admin")).json()
    (item,) = listed["items"]
    return str(item["id"])


def test_a_finding_is_worked_on_and_closes_once_it_is_mended(door: Door, finding: str) -> None:
    at = f"/v1/findings/{finding}"
    shown = door.client.get(at, headers=door.as_("ciso")).json()
    assert (shown["state"], shown["owner"], shown["subject_id"]) == (
        "open",
        "administrator",
        "erase_what_is_due",
    )
    assert shown["path"]["good"] == "The job has run to its end."
    assert (shown["path"]["deadline"], shown["path"]["escalated_to"]) == ("24 hours", ["ciso"])
    given = door.client.post(
        f"{at}/assignee", json={"account_id": door.accounts["admin"]}, headers=door.as_("ciso")
    )
    assert given.json()["assignee"] == door.accounts["admin"]
    noted = door.client.post(f"{at}/notes", json={"text": "The disk was full."}, headers=door.as_("admin"))
    assert (noted.status_code, noted.json()["text"]) == (201, "The disk was full.")
    assert door.client.post(f"{at}/check", headers=door.as_("admin")).json()["state"] == "open"
    with door.runtime.work(door.house) as work:
        findings.note_job(work, "erase_what_is_due", None)
    assert door.client.post(f"{at}/check", headers=door.as_("admin")).json()["state"] == "closed"
    shown = door.client.get(at, headers=door.as_("dpo")).json()
    assert [event["act"] for event in shown["history"]] == [
        "opened", "assigned", "noted", "checked", "checked", "closed",
    ]  # fmt: skip
    assert shown["history"][2]["text"] == "The disk was full."
    closed = door.client.post(f"{at}/assignee", json={"account_id": None}, headers=door.as_("admin"))
    assert closed.status_code == 409


@ON_SQLITE
def test_the_list_is_narrowed_and_counted(door: Door, finding: str) -> None:
    def ids(query: str) -> list[str]:
        answer = door.client.get(f"/v1/findings?{query}", headers=door.as_("dpo"))
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    narrow = "kind=job_failing"
    for more in ("owner=administrator", "state=open", "severity=high", "late=false", "subject_kind=job&subject_id=erase_what_is_due"):  # fmt: skip
        assert ids(f"{narrow}&{more}") == [finding]
    for more in ("owner=dpo", "state=closed", "late=true", "subject_id=another", f"assignee={door.accounts['dpo']}"):  # fmt: skip
        assert ids(f"{narrow}&{more}") == []
    another = Pretended("account_unused")
    another.fail("acc_1")
    findings.check_all(door.runtime, door.house, [another])
    page = door.client.get("/v1/findings?limit=1", headers=door.as_("dpo")).json()
    assert [item["id"] for item in page["items"]] == [finding]
    assert len(ids(f"limit=1&after={page['next']}")) == 1
    tallies = door.client.get("/v1/findings/summary", headers=door.as_("dpo")).json()
    assert {one["kind"]: one["open"] for one in tallies} == {"job_failing": 1, "account_unused": 1}
    metrics = door.client.get("/metrics").text
    assert 'governance_findings{kind="job_failing",late="false"} 1.0' in metrics
    assert "governance_findings_checked_seconds 0.0" in metrics
    for wrong in ("kind=nothing", "owner=boss", "state=gone", "after=x", "subject_id=a%20b", "stat=open"):
        assert door.client.get(f"/v1/findings?{wrong}", headers=door.as_("dpo")).status_code == 422


@ON_SQLITE
def test_who_may_not_sees_no_finding_and_what_is_not_there_is_not_found(door: Door, finding: str) -> None:
    routes = [
        ("GET", "/v1/findings", None),
        ("GET", "/v1/findings/summary", None),
        ("GET", f"/v1/findings/{finding}", None),
        ("POST", f"/v1/findings/{finding}/assignee", {"account_id": None}),
        ("POST", f"/v1/findings/{finding}/notes", {"text": "Never mind."}),
        ("POST", f"/v1/findings/{finding}/check", None),
    ]
    for login in ("agent", "supervisor", "qa", "recorder"):
        for method, path, body in routes:
            assert door.client.request(method, path, json=body, headers=door.as_(login)).status_code == 403
    for method, path, body in routes[2:]:
        gone = path.replace(finding, NOWHERE)
        assert door.client.request(method, gone, json=body, headers=door.as_("dpo")).status_code == 404
    at = f"/v1/findings/{finding}"
    agent = {"account_id": door.accounts["agent"]}
    assert door.client.post(f"{at}/assignee", json=agent, headers=door.as_("dpo")).status_code == 422
    card = {"text": "It was 4111 1111 1111 1111."}
    assert door.client.post(f"{at}/notes", json=card, headers=door.as_("dpo")).status_code == 422
    for method in ("DELETE", "PUT", "PATCH"):
        assert door.client.request(method, at, headers=door.as_("dpo")).status_code == 405
    assert door.client.post(f"{at}/close", headers=door.as_("dpo")).status_code == 404
