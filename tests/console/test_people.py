"""Accounts and keys in the console: what each role is offered, what is shown once, and what nobody does to themselves."""

from __future__ import annotations

import re
from datetime import timedelta

from governance.access import queries
from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.console import people as people_page
from tests.console.conftest import House, Person

LONG = "l" * 80


def found(person: Person, pattern: str) -> str:
    match = re.search(pattern, person.page.text)
    assert match, person.text
    return match.group(1)


def acts(house: House) -> list[str]:
    audit.sequence(house.runtime, "default")
    with house.runtime.work(house.house) as work:
        return [entry.act for entry in log.search(work, limit=8).entries]


def test_an_administrator_makes_an_account_whose_person_signs_in_by_the_link_shown_once(house: House) -> None:
    admin = house.person("admin")
    admin.get("/people")
    text = admin.post(
        "/people", login="nora", role="supervisor", name="Nora N.", team="payments", site="leeds"
    )
    assert "nora Open" in text
    account = found(admin, r'action="/people/(acc_[0-9a-f]{32})"')
    text = admin.post(f"/people/{account}", act="link")
    token = found(admin, r"#(gl_[A-Za-z0-9_-]+)</code>")
    assert "shown this once" in text
    assert token not in admin.get(f"/people/{account}")
    nora = house.stranger()
    nora.get("/sign-in")
    nora.post("/sign-in/link", token=token, next="/")
    assert "Nora N." in nora.text
    assert {"account.created", "auth.link.issued", "auth.login"} <= set(acts(house))


def test_what_was_refused_is_said_and_the_rest_of_the_form_stays(house: House) -> None:
    admin = house.person("admin")
    admin.get("/people")
    text = admin.post("/people", 422, login="dpo", role="dpo", name="Another")
    assert "The login is taken." in text
    assert 'value="Another"' in admin.page.text
    admin.post("/people", 422, login="No Login", role="dpo")
    assert "No Login" not in admin.page.text
    text = admin.post("/people", 422, login="x", role="dpo", name="4111 1111 1111 1111")
    assert "card data" in text
    assert "4111" not in admin.page.text
    assert "There is no such account." in admin.post(
        "/people", 422, login="y", role="dpo", same_person_as="z"
    )


def test_an_account_is_disabled_opened_given_a_role_and_freed_of_its_lock(
    house: House, clock: FakeClock
) -> None:
    admin, agent = house.person("admin"), house.accounts["agent"]
    person = house.person("agent")
    admin.get(f"/people/{agent}")
    assert "agent Disabled" in admin.post(f"/people/{agent}", act="disabled")
    assert "Sign in" in person.get("/account")
    assert "agent Open" in admin.post(f"/people/{agent}", act="enabled")
    assert "QA analyst" in admin.post(f"/people/{agent}", act="role", role="qa_analyst")
    with house.runtime.work(house.house) as work:
        access.set_password(work, agent, "a long enough password")
    for _ in range(10):
        stranger = house.stranger()
        stranger.get("/sign-in")
        stranger.post("/sign-in", 401, tenant="default", login="agent", password="wrong", next="/")
    assert "agent Locked" in admin.get(f"/people/{agent}")
    assert {"agent"} == set(re.findall(r'/people/acc_\w+">([a-z]+)</a>', admin_list(admin, "?state=locked")))
    assert "agent Open" in admin.post(f"/people/{agent}", act="unlocked")
    admin.post(f"/people/{agent}", 409, act="role", role="emperor")


def admin_list(admin: Person, query: str) -> str:
    admin.get(f"/people{query}")
    return admin.page.text


def test_nobody_changes_what_they_themselves_may_do(house: House) -> None:
    admin, own = house.person("admin"), house.accounts["admin"]
    text = admin.get(f"/people/{own}")
    assert "somebody else changes what it may do" in text
    assert "Disable" not in text
    admin.post(f"/people/{own}", 409, act="role", role="dpo")
    with house.runtime.work(house.house) as work:
        assert queries.account(work, own).role == "administrator"


def test_people_are_shown_to_who_may_see_them_and_the_others_are_told_who_could(house: House) -> None:
    for login, offered in (("dpo", False), ("ciso", False), ("admin", True)):
        text = house.person(login).get("/people")
        assert ("Make the account" in text) == offered
    for login in ("agent", "supervisor"):
        text = house.person(login).get("/people", 403)
        assert "Not for you" in text
        assert "Data protection officer" in text
        assert "CISO" in text
    dpo = house.person("dpo")
    dpo.get(f"/people/{house.accounts['agent']}")
    dpo.post(f"/people/{house.accounts['agent']}", 403, act="disabled")
    assert dpo.client.get(f"/people/acc_{0:032x}").status_code == 404


def test_ten_thousand_accounts_are_pages_and_a_login_is_found_by_how_it_begins(house: House) -> None:
    with house.runtime.work(house.house) as work:
        for number in range(people_page.PAGE + 3):
            access.create_account(work, f"clone-{number:03}", "agent", name=LONG, team=LONG[:80])
        access.create_account(work, LONG, "agent")
    admin = house.person("admin")
    seen: list[str] = []
    address = "/people?role=agent"
    while address:
        text = admin_list(admin, address.removeprefix("/people"))
        seen += re.findall(r'/people/acc_\w+">([^<]+)</a>', text)
        following = re.search(r'href="(/people\?[^"]*after=[^"]*)"', text)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == people_page.PAGE + 5
    assert LONG in admin.get("/people?login=lll")
    assert "No account here." in admin.get("/people?login=%25")
    for wrong in ("?role=king", "?state=asleep"):
        admin.get(f"/people{wrong}", 422)


def test_a_key_is_shown_once_does_what_was_chosen_and_is_refused_once_revoked(
    house: House, clock: FakeClock
) -> None:
    admin = house.person("admin")
    admin.get("/people/keys")
    assert "at least one permission" in admin.post("/people/keys", 422, title="recorder", days="30")
    text = admin.post("/people/keys", title="recorder", days="30", **{"scope.recording:ingest": "yes"})
    assert "shown this once" in text
    token = found(admin, r'class="secret"[^>]*>([^<]+)</code>')
    actor = access.authenticate(house.runtime, token)
    assert actor.key_scopes == frozenset({"recording:ingest"})
    assert token not in admin.get("/people/keys")
    key = found(admin, r'action="/people/keys/(key_[0-9a-f]{32})/revocation"')
    assert "refused from now on" in admin.post(f"/people/keys/{key}/revocation")
    assert "Revoked" in admin.get("/people/keys")
    assert (
        house.stranger().client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    )
    # What takes a person fits in no key, whatever a form says.
    admin.post("/people/keys", 422, title="x", days="30", **{"scope.account:manage": "yes"})
    admin.post("/people/keys", 422, title="x", days="9999", **{"scope.recording:ingest": "yes"})


def test_a_key_for_somebody_else_takes_who_manages_keys(house: House) -> None:
    admin, agent = house.person("admin"), house.accounts["agent"]
    admin.get(f"/people/{agent}")
    field = {"scope.recording:metadata:read": "yes"}
    text = admin.post("/people/keys", account=agent, title="wallboard", days="7", **field)
    assert "wallboard" in text
    assert "What uses it" in text
    key = found(admin, r'action="/people/keys/(key_[0-9a-f]{32})/revocation"')
    dpo = house.person("dpo")
    assert "wallboard" in dpo.get(f"/people/{agent}")
    assert "What uses it" not in dpo.text
    dpo.post("/people/keys", 403, account=agent, title="x", days="7", **field)
    dpo.post(f"/people/keys/{key}/revocation", 403)
    dpo.get("/people/keys", 403)


def test_somebody_sets_their_own_password_and_their_other_sessions_end(house: House) -> None:
    here, there = house.person("agent"), house.person("agent")
    text = here.get("/account")
    assert "Hear the rendition your own calls" in text
    password = "a password of some length"
    assert "not the same" in here.post("/account/password", 422, password=password, again="another one here")
    assert password not in here.page.text
    assert "12" in here.post("/account/password", 422, password="short", again="short")
    here.post("/account/password", password=password, again=password)
    assert "The password is set" in here.text
    there.get("/account")
    assert there.page.url.path == "/sign-in"
    fresh = house.stranger()
    fresh.get("/sign-in")
    fresh.post("/sign-in", tenant="default", login="agent", password=password, next="/account")
    assert "Your session" in fresh.text


def test_a_session_is_asked_after_and_kept_or_gone(house: House, clock: FakeClock) -> None:
    person = house.person("agent")
    assert 'data-idle-s="900"' in person.client.get("/account").text
    for _ in range(3):
        clock.advance(timedelta(minutes=14))
        assert person.client.get("/session").status_code == 204
    clock.advance(timedelta(minutes=15))
    answer = person.client.get("/session", follow_redirects=False)
    assert answer.status_code == 303
    assert "your session has ended" in person.get("/sign-in?ended=true")
