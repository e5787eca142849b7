"""The log is asked for a person by what they are called, and answers with everything that concerns them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.recordings import erasure, intake
from governance.recordings.identity_queries import known_as
from governance.recordings.interaction import PartyFacts, Role
from governance.runtime import Actor, Runtime
from tests.faults.calls import called
from tests.recordings.conftest import dpo, operator

TENANT = "default"
JANE = PartyFacts(
    role=Role.CUSTOMER, tel="+447700900123", email="jane@example.com", customer_number="KD-0042"
)


def found(runtime: Runtime, person: str, tenant: str = TENANT) -> list[log.Entry]:
    audit.sequence(runtime, tenant)
    with runtime.work(Actor.system(tenant, "svc_test"), write=False) as work:
        return list(log.search(work, person=person, known=known_as(work, person), limit=100).entries)


def recordings(entries: list[log.Entry]) -> set[str]:
    return {
        each["id"]
        for entry in entries
        for each in entry.members.get("res", [])
        if each["kind"] == "recording"
    }


@pytest.fixture
def call_of_jane(runtime: Runtime) -> str:
    call = replace(called("jane"), parties=(JANE, PartyFacts(role=Role.AGENT)))
    return intake.ingest(runtime, operator(), call).recording_id


@pytest.mark.parametrize(
    "person",
    [
        "+44 7700 900123",
        "07700 900123",
        "tel:+447700900123",
        "Jane@Example.com",
        "mailto:jane@example.com",
        "KD-0042",
    ],
)
def test_everything_about_a_persons_calls_is_found_by_number_and_address(
    runtime: Runtime, call_of_jane: str, person: str
) -> None:
    intake.ingest(runtime, operator(), called("of somebody else"))
    with runtime.work(dpo()) as work:
        audit.record(work, "recording.playback", res=[("recording", call_of_jane)])
    entries = found(runtime, person)
    assert {"recording.ingested", "recording.playback"} <= {entry.act for entry in entries}
    assert recordings(entries) == {call_of_jane}


@pytest.mark.parametrize("person", ["+447700900999", "jane@example.org", "kd-0042", "nobody", "%", ""])
def test_nobody_else_is_found(runtime: Runtime, call_of_jane: str, person: str) -> None:
    assert person == "" or not found(runtime, person)


def test_a_party_of_one_tenant_is_not_found_in_the_log_of_another(
    runtime: Runtime, call_of_jane: str
) -> None:
    access.make_tenant(runtime, operator(), "other", "Another")
    assert not found(runtime, "KD-0042", "other")


def test_an_account_is_found_by_its_login_in_what_it_did_and_what_was_done_to_it(runtime: Runtime) -> None:
    with runtime.work(operator()) as work:
        row = access.create_account(work, "jane@example.com", "ciso")
        account = row.id
    with runtime.work(Actor(kind="user", id=account, tenant=TENANT, role="ciso")) as work:
        audit.search(work)
    assert {entry.act for entry in found(runtime, "jane@example.com")} >= {"audit.read", "account.created"}


def test_the_people_of_an_erased_recording_are_found_no_more(runtime: Runtime, call_of_jane: str) -> None:
    erasure.erase(runtime, dpo(), call_of_jane, "subject_request")
    assert not found(runtime, "KD-0042")
