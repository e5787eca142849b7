"""Accounts: made, disabled, changed; by whom, and by nobody for themselves."""

from collections.abc import Callable

import pytest

from governance.access import queries
from governance.access import service as access
from governance.access.models import Account
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError, UnauthenticatedError
from governance.runtime import Actor, Runtime
from tests.access.people import PASSWORD, acting, logged

Enrol = Callable[..., Account]


def test_a_login_is_unique_within_a_tenant_and_only_there(
    runtime: Runtime, enrol: Enrol, actor: Actor
) -> None:
    enrol("ana", "agent")
    with pytest.raises(ConflictError):
        enrol("ana", "dpo")
    access.make_tenant(runtime, acting(enrol("root", "administrator")), "acme", "Acme")
    assert enrol("ana", "dpo", tenant="acme").tenant == "acme"


def test_an_account_of_another_tenant_is_not_there(runtime: Runtime, enrol: Enrol, actor: Actor) -> None:
    root = acting(enrol("root", "administrator"))
    access.make_tenant(runtime, root, "acme", "Acme")
    other = enrol("ana", "agent", tenant="acme")
    with pytest.raises(NotFoundError), runtime.work(root) as work:
        access.disable(work, other.id)


def test_a_short_password_is_refused_without_repeating_it(enrol: Enrol) -> None:
    with pytest.raises(InvalidError, match="12 characters") as refused:
        enrol("ana", "agent", password="Sommer2026!")
    assert "Sommer" not in str(refused.value)
    with pytest.raises(InvalidError):
        enrol("ben", "agent", password="aaaaaaaaaaaaaaaa")


def test_a_role_and_a_login_must_be_ones_that_exist(enrol: Enrol) -> None:
    with pytest.raises(InvalidError, match="role"):
        enrol("ana", "emperor")
    with pytest.raises(InvalidError, match="login"):
        enrol("Ana Müller", "agent")


def test_only_administrators_make_accounts(runtime: Runtime, enrol: Enrol) -> None:
    officer = acting(enrol("officer", "dpo"))
    with pytest.raises(DeniedError) as refused, runtime.work(officer) as work:
        access.create_account(work, "friend", "administrator")
    assert refused.value.reason == "permission_missing"
    assert logged(runtime, "account.changed")
    with runtime.work(officer, write=False) as work:
        assert queries.account_by_login(work, "friend") is None


def test_nobody_changes_what_they_themselves_may_do(runtime: Runtime, enrol: Enrol) -> None:
    root = enrol("root", "administrator")
    alias = enrol("root2", "agent", same_person_as=root.id)
    for target in (root, alias):
        with pytest.raises(DeniedError) as refused, runtime.work(acting(root)) as work:
            access.change_role(work, target.id, "dpo")
        assert refused.value.reason == "own_account"


def test_a_changed_role_is_logged_as_one_taken_and_one_given(runtime: Runtime, enrol: Enrol) -> None:
    root, ana = enrol("root", "administrator"), enrol("ana", "agent")
    with runtime.work(acting(root)) as work:
        access.change_role(work, ana.id, "supervisor")
    assert '"role":"agent"' in logged(runtime, "role.revoked")[0]
    assert '"role":"supervisor"' in logged(runtime, "role.granted")[0]


def test_a_disabled_account_is_out_at_once_and_its_sessions_do_not_come_back(
    runtime: Runtime, enrol: Enrol
) -> None:
    root, ana = enrol("root", "administrator"), enrol("ana", "agent", password=PASSWORD)
    token = access.sign_in(runtime, "default", "ana", PASSWORD)
    with runtime.work(acting(root)) as work:
        access.disable(work, ana.id)
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)
    with runtime.work(acting(root)) as work:
        access.enable(work, ana.id)
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, token)
    assert access.sign_in(runtime, "default", "ana", PASSWORD)


def test_a_new_password_ends_the_other_sessions(runtime: Runtime, enrol: Enrol) -> None:
    enrol("ana", "agent", password=PASSWORD)
    old, here = (access.sign_in(runtime, "default", "ana", PASSWORD) for _ in range(2))
    ana = access.authenticate(runtime, here)
    with runtime.work(ana) as work:
        access.set_password(work, ana.id, "another long passphrase")
    assert access.authenticate(runtime, here).id == ana.id
    with pytest.raises(UnauthenticatedError):
        access.authenticate(runtime, old)
    assert logged(runtime, "account.password.changed")


def test_nobody_sets_the_password_of_another_without_the_permission(runtime: Runtime, enrol: Enrol) -> None:
    boss, ana = enrol("boss", "supervisor"), enrol("ana", "agent")
    with pytest.raises(DeniedError), runtime.work(acting(boss)) as work:
        access.set_password(work, ana.id, "another long passphrase")


def test_names_of_others_are_read_by_who_may_read_accounts(runtime: Runtime, enrol: Enrol) -> None:
    ana, boss, officer = (
        enrol("ana", "agent", name="Ana"),
        enrol("boss", "supervisor"),
        enrol("officer", "dpo"),
    )
    for reader in (ana, officer):
        with runtime.work(acting(reader), write=False) as work:
            assert access.describe(work, ana).name == "Ana"
    with pytest.raises(DeniedError), runtime.work(acting(boss)) as work:
        access.describe(work, ana)


def test_tenants_are_made_once_and_by_the_house_alone(runtime: Runtime, enrol: Enrol) -> None:
    root = acting(enrol("root", "administrator"))
    access.make_tenant(runtime, root, "acme", "Acme")
    with pytest.raises(ConflictError):
        access.make_tenant(runtime, root, "acme", "Acme again")
    with pytest.raises(InvalidError):
        access.make_tenant(runtime, root, "Acme & Co", "Acme")
    with pytest.raises(DeniedError) as refused:
        access.make_tenant(runtime, acting(enrol("chief", "administrator", tenant="acme")), "beta", "Beta")
    assert refused.value.reason == "other_tenant"
    assert logged(runtime, "tenant.created", "acme")
