"""Grants: who gets one, who is refused with which answer, and that every refusal stands in the log."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from governance.access import service as access
from governance.access.models import Account
from governance.errors import DeniedError, NotFoundError
from governance.runtime import Actor, Runtime, Work
from tests.access.people import acting, logged, released

Enrol = Callable[..., Account]


def test_a_grant_says_who_what_and_why(runtime: Runtime, enrol: Enrol) -> None:
    boss = enrol("boss", "supervisor", team="blue")
    with runtime.work(acting(boss)) as work:
        grant = access.require(work, "recording:rendition:play", released(), purpose="quality")
    assert (grant.actor_id, grant.resource_id, grant.level) == (boss.id, "rec_1", "rendition")
    assert "supervisor" in grant.because


def test_a_denial_is_logged_with_its_reason_after_the_rollback(runtime: Runtime, enrol: Enrol) -> None:
    boss = enrol("boss", "supervisor", team="blue")
    with pytest.raises(DeniedError) as refused, runtime.work(acting(boss)) as work:
        access.require(work, "recording:rendition:play", released(state="quarantined"), purpose="quality")
    assert refused.value.reason == "quarantined"
    leaf = json.loads(logged(runtime, "recording.playback")[-1])
    assert (leaf["out"], leaf["why"]["code"]) == ("denied", "quarantined")
    assert leaf["res"] == [{"kind": "recording", "id": "rec_1"}]
    assert leaf["actor"]["id"] == boss.id


@pytest.mark.parametrize("facts", [released(team="red"), released(tenant="other")])
def test_not_yours_and_not_there_are_the_same_answer(runtime: Runtime, enrol: Enrol, facts: Any) -> None:
    boss = enrol("boss", "supervisor", team="blue")
    with pytest.raises(NotFoundError), runtime.work(acting(boss)) as work:
        access.require(work, "recording:rendition:play", facts, purpose="quality")
    code = json.loads(logged(runtime, "recording.playback")[-1])["why"]["code"]
    assert code in ("out_of_scope", "other_tenant")


def test_what_a_client_sent_as_a_purpose_is_not_logged(runtime: Runtime, enrol: Enrol) -> None:
    boss = enrol("boss", "supervisor", team="blue")
    with pytest.raises(DeniedError) as refused, runtime.work(acting(boss)) as work:
        access.require(work, "recording:rendition:play", released(), purpose="4111111111111111", level="5555")
    assert "4111" not in str(refused.value)
    leaf = logged(runtime, "recording.playback")[-1]
    assert "4111" not in leaf
    assert "5555" not in leaf


def test_an_account_disabled_since_the_request_began_gets_nothing_more(
    runtime: Runtime, enrol: Enrol
) -> None:
    officer = enrol("officer", "dpo")
    with runtime.work(Actor.system("default", "svc_test")) as work:
        access.disable(work, officer.id)
    with pytest.raises(DeniedError) as refused, runtime.work(acting(officer)) as work:
        access.require(work, "audit:read")
    assert refused.value.reason == "account_disabled"


def test_an_account_that_was_never_made_gets_nothing(runtime: Runtime) -> None:
    ghost = Actor(kind="user", id="acc_x", tenant="default", account_id="acc_x", role="dpo", person="per_x")
    with pytest.raises(DeniedError), runtime.work(ghost) as work:
        access.require(work, "audit:read")


def test_the_house_acts_on_a_grant_of_its_own(work: Work) -> None:
    grant = access.house_grant(work, "recording:redact", "rec_1", because="a recording arrived")
    assert grant.because == "a recording arrived"


def test_nobody_else_acts_as_the_house(runtime: Runtime, enrol: Enrol) -> None:
    root = enrol("root", "administrator")
    with pytest.raises(DeniedError) as refused, runtime.work(acting(root)) as work:
        access.house_grant(work, "recording:redact", "rec_1", because="I say so")
    assert refused.value.reason == "not_the_house"
    assert logged(runtime, "recording.redacted")


def test_the_house_has_no_role_and_must_say_that_it_is_the_house(runtime: Runtime, actor: Actor) -> None:
    with pytest.raises(NotFoundError), runtime.work(actor) as work:
        access.require(work, "recording:rendition:play", released(), purpose="quality")


def test_a_name_is_stored_sealed_and_nowhere_in_clear(runtime: Runtime, enrol: Enrol, tmp_path: Path) -> None:
    account = enrol("jd", "agent", name="Josephine Canary", email="canary@example.org")
    with runtime.work(Actor.system("default", "svc_test"), write=False) as work:
        person = access.describe(work, account)
    assert (person.name, person.email) == ("Josephine Canary", "canary@example.org")
    assert "Canary" not in repr(person)
    assert "Canary" not in repr(account)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"Canary" not in file.read_bytes()
