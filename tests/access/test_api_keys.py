"""API keys: narrower than the role, ending, revocable, shown once."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from governance.access import queries
from governance.access import service as access
from governance.access.models import Account
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, UnauthenticatedError
from governance.runtime import Actor, Runtime
from tests.access.people import acting, logged

Enrol = Callable[..., Account]


def make(runtime: Runtime, account: Account, *scopes: str, days: int = 90) -> access.NewKey:
    with runtime.work(acting(account)) as work:
        return access.create_api_key(work, account.id, "recorder", list(scopes), days=days)


def test_a_key_acts_as_its_account_within_its_scopes(runtime: Runtime, enrol: Enrol) -> None:
    key = make(runtime, enrol("rec", "integration"), "recording:ingest")
    robot = access.authenticate(runtime, key.token)
    assert (robot.kind, robot.session_id, robot.key_scopes) == (
        "service",
        key.id,
        frozenset({"recording:ingest"}),
    )
    with runtime.work(robot) as work:
        access.require(work, "recording:ingest")
    with pytest.raises(DeniedError) as refused, runtime.work(robot) as work:
        access.require(work, "redaction:use")
    assert refused.value.reason == "not_in_key_scopes"


def test_a_key_is_shown_once_and_known_by_its_beginning(runtime: Runtime, enrol: Enrol) -> None:
    account = enrol("rec", "integration")
    key = make(runtime, account, "recording:ingest")
    assert key.token not in repr(key)
    assert key.token.startswith(key.prefix)
    assert len(key.prefix) == 11
    with runtime.work(acting(account), write=False) as work:
        stored = queries.api_keys(work, account.id)
    assert key.token not in repr(stored)


@pytest.mark.parametrize(
    "scopes", [[], ["audit:read"], ["recording:ingest", "recording:fly"], ["api_key:own"]]
)
def test_a_key_carries_only_what_its_role_has_and_a_key_may(
    runtime: Runtime, enrol: Enrol, scopes: list[str]
) -> None:
    with pytest.raises(InvalidError):
        make(runtime, enrol("rec", "integration"), *scopes)


def test_a_key_weakens_with_its_account(runtime: Runtime, enrol: Enrol) -> None:
    account, root = enrol("rec", "integration"), enrol("root", "administrator")
    key = make(runtime, account, "recording:ingest")
    with runtime.work(acting(root)) as work:
        access.change_role(work, account.id, "agent")
    with pytest.raises(DeniedError) as refused, runtime.work(access.authenticate(runtime, key.token)) as work:
        access.require(work, "recording:ingest")
    assert refused.value.reason == "permission_missing"


def test_an_ended_key_is_nobody_and_its_use_is_logged(
    runtime: Runtime, enrol: Enrol, clock: FakeClock
) -> None:
    account = enrol("rec", "integration")
    revoked, brief = (
        make(runtime, account, "recording:ingest"),
        make(runtime, account, "recording:ingest", days=1),
    )
    lasting = make(runtime, account, "recording:ingest")
    with runtime.work(acting(account)) as work:
        access.revoke_api_key(work, revoked.id)
    clock.advance(timedelta(days=1))
    for key in (revoked, brief):
        with pytest.raises(UnauthenticatedError):
            access.authenticate(runtime, key.token)
    with runtime.work(Actor.system("default", "svc_test")) as work:
        access.disable(work, account.id)
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, lasting.token)
    codes = [json.loads(leaf)["why"]["code"] for leaf in logged(runtime, "auth.login")]
    assert codes == ["key_revoked", "key_expired", "account_disabled"]


def test_a_key_does_not_live_longer_than_policy_says(runtime: Runtime, enrol: Enrol) -> None:
    with pytest.raises(InvalidError, match="365"):
        make(runtime, enrol("rec", "integration"), "recording:ingest", days=366)


def test_keys_of_others_are_for_those_who_manage_keys(runtime: Runtime, enrol: Enrol) -> None:
    rec, other, root = (
        enrol("rec", "integration"),
        enrol("rec2", "integration"),
        enrol("root", "administrator"),
    )
    with pytest.raises(DeniedError), runtime.work(acting(other)) as work:
        access.create_api_key(work, rec.id, "theirs", ["recording:ingest"])
    with runtime.work(acting(root)) as work:
        access.create_api_key(work, rec.id, "theirs", ["recording:ingest"])


def test_a_disabled_account_gets_no_key(runtime: Runtime, enrol: Enrol) -> None:
    rec, root = enrol("rec", "integration"), enrol("root", "administrator")
    with runtime.work(acting(root)) as work:
        access.disable(work, rec.id)
    with pytest.raises(ConflictError), runtime.work(acting(root)) as work:
        access.create_api_key(work, rec.id, "late", ["recording:ingest"])


def test_that_a_key_was_used_is_remembered(runtime: Runtime, enrol: Enrol, clock: FakeClock) -> None:
    account = enrol("rec", "integration")
    key = make(runtime, account, "recording:ingest")
    access.authenticate(runtime, key.token)
    with runtime.work(acting(account), write=False) as work:
        assert queries.api_key(work, key.id).last_used_at == clock.now()
