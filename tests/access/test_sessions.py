"""Signing in: locks, idle ends, one-time links, API keys, and one answer for every kind of nobody."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from governance.access import queries, tokens
from governance.access import service as access
from governance.access.models import Account
from governance.clock import FakeClock
from governance.errors import DeniedError, UnauthenticatedError
from governance.runtime import Actor, Runtime
from tests.access.people import PASSWORD, acting, logged

Enrol = Callable[..., Account]


def fails(runtime: Runtime, login: str, password: str = "wrong wrong wrong") -> str:
    with pytest.raises(UnauthenticatedError) as refused:
        access.sign_in(runtime, "default", login, password, "203.0.113.7")
    return str(refused.value)


def codes(runtime: Runtime) -> list[str]:
    return [json.loads(leaf).get("why", {}).get("code", "in") for leaf in logged(runtime, "auth.login")]


def test_whoever_signs_in_is_the_account_as_it_is_now(runtime: Runtime, enrol: Enrol) -> None:
    enrol("ana", "supervisor", password=PASSWORD, name="Ana", team="blue", site="north", agent_id="a1")
    token = access.sign_in(runtime, "default", "ana", PASSWORD, "203.0.113.7")
    ana = access.authenticate(runtime, token, "203.0.113.8")
    assert token.startswith("gs_")
    assert (ana.kind, ana.role, ana.team, ana.site, ana.agent_id) == (
        "user",
        "supervisor",
        "blue",
        "north",
        "a1",
    )
    assert (ana.name, ana.ip, ana.key_scopes) == ("Ana", "203.0.113.8", None)
    assert codes(runtime) == ["in"]


def test_every_failure_gives_the_same_answer_and_its_own_reason_in_the_log(
    runtime: Runtime, enrol: Enrol
) -> None:
    enrol("ana", "agent", password=PASSWORD)
    enrol("link-only", "agent")
    gone = enrol("gone", "agent", password=PASSWORD)
    with runtime.work(Actor.system("default", "svc_test")) as work:
        access.disable(work, gone.id)
    answers = {
        fails(runtime, "ana"),
        fails(runtime, "nobody"),
        fails(runtime, "link-only"),
        fails(runtime, "gone", PASSWORD),
    }
    assert len(answers) == 1
    assert codes(runtime) == ["wrong_password", "unknown_login", "wrong_password", "account_disabled"]


def test_what_was_typed_is_never_logged(runtime: Runtime, enrol: Enrol) -> None:
    enrol("ana", "agent", password=PASSWORD)
    fails(runtime, "canary-typed-as-login", "canary-typed-as-password")
    assert not any("canary" in leaf for leaf in logged(runtime, "auth.login"))


@pytest.mark.parametrize(
    ("tenant", "login"), [("nowhere", "ana"), ("default", "\x00"), ("de\x00", "a"), ("default", "ä" * 999)]
)
def test_what_cannot_be_a_login_is_nobody(runtime: Runtime, tenant: str, login: str) -> None:
    with pytest.raises(UnauthenticatedError):
        access.sign_in(runtime, tenant, login, PASSWORD)


def test_ten_tries_lock_the_account_for_thirty_minutes(
    runtime: Runtime, enrol: Enrol, clock: FakeClock
) -> None:
    ana = enrol("ana", "agent", password=PASSWORD)
    for _ in range(9):
        fails(runtime, "ana")
    assert not logged(runtime, "account.locked")
    fails(runtime, "ana")
    assert len(logged(runtime, "account.locked")) == 1
    clock.advance(timedelta(minutes=29, seconds=59))
    fails(runtime, "ana", PASSWORD)
    assert codes(runtime)[-1] == "locked"
    clock.advance(timedelta(seconds=1))
    assert access.sign_in(runtime, "default", "ana", PASSWORD)
    with runtime.work(acting(ana), write=False) as work:
        assert queries.account(work, ana.id).failed_tries == 0


def test_an_administrator_unlocks_before_the_time(runtime: Runtime, enrol: Enrol, clock: FakeClock) -> None:
    ana, root = enrol("ana", "agent", password=PASSWORD), enrol("root", "administrator")
    with runtime.work(Actor.system("default", "svc_test")) as work:
        row = queries.account(work, ana.id)
        row.locked_until = clock.now() + timedelta(minutes=30)
        work.session.add(row)
    fails(runtime, "ana", PASSWORD)
    with runtime.work(acting(root)) as work:
        access.unlock(work, ana.id)
    assert access.sign_in(runtime, "default", "ana", PASSWORD)


def test_fifteen_idle_minutes_end_a_session(runtime: Runtime, enrol: Enrol, clock: FakeClock) -> None:
    enrol("ana", "agent", password=PASSWORD)
    token = access.sign_in(runtime, "default", "ana", PASSWORD)
    for _ in range(3):
        clock.advance(timedelta(minutes=14))
        access.authenticate(runtime, token)
    clock.advance(timedelta(minutes=15))
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)


def test_a_session_ends_although_it_is_used(runtime: Runtime, enrol: Enrol, clock: FakeClock) -> None:
    enrol("ana", "agent", password=PASSWORD)
    token = access.sign_in(runtime, "default", "ana", PASSWORD)
    for _ in range(12 * 6 - 1):
        clock.advance(timedelta(minutes=10))
        access.authenticate(runtime, token)
    clock.advance(timedelta(minutes=10))
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)


def test_that_a_session_was_used_is_written_every_thirty_seconds_at_most(
    runtime: Runtime, enrol: Enrol, clock: FakeClock
) -> None:
    enrol("ana", "agent", password=PASSWORD)
    token = access.sign_in(runtime, "default", "ana", PASSWORD)
    begun = clock.now()

    def seen() -> timedelta:
        with runtime.unscoped(Actor.system("default", "svc_test")) as work:
            row = queries.session_anywhere(work, tokens.digest(token))
            assert row is not None
            last: datetime = row.last_seen_at
            return last - begun

    clock.advance(timedelta(seconds=29))
    access.authenticate(runtime, token)
    assert seen() == timedelta(0)
    clock.advance(timedelta(seconds=1))
    access.authenticate(runtime, token)
    assert seen() == timedelta(seconds=30)


def test_signing_out_ends_the_session(runtime: Runtime, enrol: Enrol) -> None:
    enrol("ana", "agent", password=PASSWORD)
    token = access.sign_in(runtime, "default", "ana", PASSWORD)
    with runtime.work(access.authenticate(runtime, token)) as work:
        access.sign_out(work)
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)
    assert logged(runtime, "auth.logout")


@pytest.mark.parametrize(
    "token", ["", "gs_", "gs_" + "a" * 43, "gk_" + "a" * 43, "gl_" + "a" * 43, "gs_" + "ä" * 43, "x" * 46]
)
def test_a_token_nobody_was_given_is_nobody(runtime: Runtime, token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)
    with pytest.raises(UnauthenticatedError):
        access.redeem_link(runtime, token)


def test_a_link_signs_in_once(runtime: Runtime, enrol: Enrol) -> None:
    ana, root = enrol("ana", "agent"), enrol("root", "administrator")
    with runtime.work(acting(root)) as work:
        link = access.issue_link(work, ana.id)
    assert access.authenticate(runtime, access.redeem_link(runtime, link)).id == ana.id
    with pytest.raises(UnauthenticatedError):
        access.redeem_link(runtime, link)
    assert codes(runtime) == ["in", "link_used"]


def test_a_link_that_waited_too_long_signs_nobody_in(
    runtime: Runtime, enrol: Enrol, clock: FakeClock
) -> None:
    ana = enrol("ana", "agent")
    with runtime.work(Actor.system("default", "svc_test")) as work:
        link = access.issue_link(work, ana.id)
    clock.advance(timedelta(minutes=15))
    with pytest.raises(UnauthenticatedError):
        access.redeem_link(runtime, link)


def test_only_administrators_issue_links(runtime: Runtime, enrol: Enrol) -> None:
    ana, officer = enrol("ana", "agent"), enrol("officer", "dpo")
    with pytest.raises(DeniedError), runtime.work(acting(officer)) as work:
        access.issue_link(work, ana.id)


def test_a_session_of_one_tenant_is_an_actor_of_that_tenant_alone(runtime: Runtime, enrol: Enrol) -> None:
    access.make_tenant(runtime, acting(enrol("root", "administrator")), "acme", "Acme")
    enrol("ana", "dpo", password=PASSWORD, name="Ana of Acme", tenant="acme")
    enrol("ana", "agent", password="another long passphrase", name="Ana")
    fails(runtime, "ana", PASSWORD)
    ana = access.authenticate(runtime, access.sign_in(runtime, "acme", "ana", PASSWORD))
    assert (ana.tenant, ana.role, ana.name) == ("acme", "dpo", "Ana of Acme")


def test_no_token_and_no_password_is_stored_in_clear(runtime: Runtime, enrol: Enrol, tmp_path: Path) -> None:
    ana = enrol("ana", "administrator", password=PASSWORD)
    secrets = [PASSWORD, access.sign_in(runtime, "default", "ana", PASSWORD)]
    with runtime.work(Actor.system("default", "svc_test")) as work:
        secrets.append(access.issue_link(work, ana.id))
        secrets.append(access.create_api_key(work, ana.id, "robot", ["recording:ingest"]).token)
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(secret.encode() in content for secret in secrets for content in files)


def test_tries_at_the_same_time_are_all_counted(runtime: Runtime, enrol: Enrol) -> None:
    enrol("ana", "agent", password=PASSWORD)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fails(runtime, "ana"), range(10)))
    assert len(logged(runtime, "account.locked")) == 1
    fails(runtime, "ana", PASSWORD)


def test_a_link_redeemed_twice_at_the_same_time_signs_in_once(runtime: Runtime, enrol: Enrol) -> None:
    ana = enrol("ana", "agent")
    with runtime.work(Actor.system("default", "svc_test")) as work:
        link = access.issue_link(work, ana.id)

    def redeem(_: int) -> bool:
        try:
            return bool(access.redeem_link(runtime, link))
        except UnauthenticatedError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(redeem, range(4))) == 1
