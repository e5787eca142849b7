"""A link by mail and a key at the door: who gets in, who learns nothing, and what ends a session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from governance.access import queries
from governance.access import service as access
from governance.access.permissions import PERSONS_ONLY
from governance.api.rates import Rates
from governance.app import build
from governance.clock import FakeClock
from governance.errors import DeniedError, UnauthenticatedError
from governance.messages import queries as messages_queries
from governance.messages import service as messages
from governance.messages import sign_in_link
from governance.retention import service as retention
from tests.access.people import logged
from tests.console.conftest import BROWSER, House, Person
from tests.messages.conftest import MailSink, mail_server

PASSWORD = "a long enough passphrase"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANSWER = "If there is such an account and we know its e-mail address, a link is on its way."


@pytest.fixture
def post(house: House) -> Iterator[MailSink]:
    """A mail server, and e-mail addresses for some: `ada`, `shut` and, without one, everybody in PEOPLE."""
    with house.runtime.work(house.house) as work:
        for login in ("ada", "shut"):
            account = access.create_account(work, login, "dpo", email=f"{login}@example.test")
            house.accounts[login] = account.id
        access.disable(work, house.accounts["shut"])
    with MailSink().running() as sink:
        house.runtime.settings = replace(house.runtime.settings, mail=mail_server(sink.port))
        yield sink


def ask(house: House, login: str, tenant: str = "default") -> Person:
    person = house.stranger()
    person.get("/sign-in")
    person.post("/sign-in/mail", login=login, tenant=tenant)
    return person


def deliver(house: House) -> int:
    return messages.deliver_due(house.runtime, house.house)


def test_a_link_that_was_mailed_signs_in_once(house: House, post: MailSink) -> None:
    person = ask(house, "ada")
    assert ANSWER in person.text
    deliver(house)
    (mail,) = post.mails
    assert mail["To"] == "ada@example.test"
    found = re.search(r"http://\S+/sign-in#(gl_\S{43})\s", mail.get_content())
    assert found
    assert "Data protection officer" in person.post("/sign-in/link", token=found[1], next="/")
    again = house.stranger()
    again.get("/sign-in")
    again.post("/sign-in/link", 401, token=found[1], next="/")
    # As a word: the letters alone come up in hexadecimal ids.
    assert not re.search(r"\bada\b", "".join(logged(house.runtime, "auth.link.issued")))


def test_the_link_lies_nowhere_before_it_leaves(house: House, post: MailSink) -> None:
    post.to_data = "451 later"
    ask(house, "ada")
    with house.runtime.work(house.house, write=False) as work:
        assert queries.links_since(work, house.accounts["ada"], work.now - timedelta(hours=1)) == 0
    deliver(house)
    with house.runtime.work(house.house, write=False) as work:
        assert messages_queries.standing(work).waiting_mail == 1
        assert queries.links_since(work, house.accounts["ada"], work.now - timedelta(hours=1)) == 1


@pytest.mark.parametrize("login", ["ada", "shut", "ciso", "nobody-at-all", "\x00", "ä", "x" * 500, ""])
def test_the_answer_and_what_is_done_meanwhile_are_the_same_for_everybody(
    house: House, post: MailSink, login: str
) -> None:
    before = house.stranger()
    before.get("/sign-in?mailed=true")
    person = ask(house, login)
    strip = re.compile(r'name="proof" value="[0-9a-f]{64}"')
    assert strip.sub("", person.page.text) == strip.sub("", before.page.text)
    with house.runtime.work(house.house, write=False) as work:
        assert messages_queries.standing(work).waiting_mail == 1, "one row, whoever was named"
    deliver(house)
    assert len(post.mails) == (login == "ada")
    with house.runtime.work(house.house, write=False) as work:
        stands = messages_queries.standing(work)
    assert (stands.waiting, stands.dead) == (0, 0)
    if login and login != "ada":
        (entry,) = logged(house.runtime, "auth.link.issued")
        assert re.search(r'"code":"(account_disabled|no_address|unknown_login)"', entry)
        assert "nobody-at-all" not in entry


def test_a_tenant_that_is_not_there_gets_the_same_answer_and_leaves_nothing(
    house: House, post: MailSink
) -> None:
    for tenant in ("nowhere", "\x00", "x" * 300):
        assert ANSWER in ask(house, "ada", tenant).text
    assert deliver(house) == 0


@ON_SQLITE
def test_nobody_is_flooded_with_links(house: House, post: MailSink, clock: FakeClock) -> None:
    for _ in range(sign_in_link.MOST_AN_HOUR + 3):
        messages.ask_for_link(house.runtime, "default", "ada")
        deliver(house)
    assert len(post.mails) == sign_in_link.MOST_AN_HOUR
    clock.advance(timedelta(hours=1, seconds=1))
    messages.ask_for_link(house.runtime, "default", "ada")
    deliver(house)
    assert len(post.mails) == sign_in_link.MOST_AN_HOUR + 1


@ON_SQLITE
def test_asking_is_limited_at_the_door(house: House, post: MailSink) -> None:
    house.app = build(house.runtime, Rates(mailed_link_per_login="2/minute", sign_in_per_address="4/minute"))
    person = house.stranger()
    for login, status in (("nobody", 200), ("nobody", 200), ("nobody", 429), ("ada", 200), ("qa", 429)):
        person.client.get("/sign-in")
        person.get("/sign-in")
        person.post("/sign-in/mail", status, login=login, tenant="default")


@ON_SQLITE
def test_a_link_that_could_not_leave_in_time_is_not_sent_at_all(
    house: House, post: MailSink, clock: FakeClock
) -> None:
    ask(house, "ada")
    clock.advance(timedelta(minutes=15))
    assert deliver(house) == 0
    assert not post.mails
    assert '"code":"too_late"' in logged(house.runtime, "auth.link.issued")[0]


@ON_SQLITE
def test_without_mail_the_door_offers_none(house: House) -> None:
    person = house.stranger()
    assert "Mail me a link" not in person.get("/sign-in")
    person.post("/sign-in/mail", 404, login="ada", tenant="default")


def make_key(house: House, login: str, *scopes: str, days: int = 1) -> access.NewKey:
    with house.runtime.work(house.house) as work:
        return access.create_api_key(work, house.accounts[login], "a test", list(scopes), days=days)


def with_key(house: House, token: str, status: int = 200) -> Person:
    person = house.stranger()
    person.get("/sign-in")
    person.post("/sign-in/key", status, key=token, next="/")
    return person


def test_a_key_opens_the_console_as_far_as_its_scopes_reach(calls: House) -> None:
    key = make_key(calls, "dpo", "recording:metadata:read")
    person = with_key(calls, f" {key.token} ")
    cookie = person.client.cookies["governance_session"]
    assert cookie.startswith("gs_"), "the key itself stays out of the browser"
    person.get("/recordings")
    for path in ("/log", "/people", "/break-glass"):
        person.get(path, 403)
    answer = person.client.get("/v1/audit/entries", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "not_in_key_scopes")
    (entry,) = (one for one in logged(calls.runtime, "auth.login") if '"method":"api_key"' in one)
    assert key.id in entry
    assert key.token not in entry


def test_a_session_by_key_ends_with_the_key(house: House, clock: FakeClock) -> None:
    revoked, expiring = make_key(house, "dpo", "audit:read"), make_key(house, "ciso", "audit:read")
    first, second = with_key(house, revoked.token), with_key(house, expiring.token)
    assert first.client.get("/log", follow_redirects=False).status_code == 200
    with house.runtime.work(house.house) as work:
        access.revoke_api_key(work, revoked.id)
    assert first.client.get("/log", follow_redirects=False).status_code == 303
    with house.runtime.work(house.house, write=False) as work:
        (session,) = queries.live_sessions(work, house.accounts["ciso"])
        assert session.expires_at <= expiring.expires_at
    assert second.client.get("/log", follow_redirects=False).status_code == 200
    clock.advance(timedelta(minutes=15))
    assert second.client.get("/log", follow_redirects=False).status_code == 303
    with_key(house, revoked.token, 401)
    clock.advance(timedelta(days=1))
    with_key(house, expiring.token, 401)


@ON_SQLITE
def test_what_is_no_key_opens_nothing(house: House) -> None:
    session = house.person("dpo").client.cookies["governance_session"]
    for given in ("", "gk_" + "x" * 43, session, house.link("dpo"), "x" * 5000):
        assert "This is no key" in with_key(house, given, 401).text


def test_a_key_makes_no_key_sets_no_password_and_stands_for_no_second_person(house: House) -> None:
    with house.runtime.work(house.house) as work:
        role = queries.account(work, house.accounts["dpo"]).role
        scopes = sorted(work.policies.access.permissions(role) - PERSONS_ONLY)
    token = access.sign_in_with_key(house.runtime, make_key(house, "dpo", *scopes).token)
    actor = access.authenticate(house.runtime, token)
    assert actor.key_scopes == frozenset(scopes)
    assert actor.kind == "service"
    for act in (
        lambda work: access.set_password(work, house.accounts["dpo"], PASSWORD),
        lambda work: access.create_api_key(work, house.accounts["dpo"], "another", ["audit:read"]),
        lambda work: access.require(work, "break_glass:approve"),
        lambda work: access.require(work, "request:manage"),
        lambda work: retention.adopt(work, work.policies.retention.digest),
    ):
        with pytest.raises(DeniedError), house.runtime.work(actor) as work:
            act(work)


@ON_SQLITE
def test_a_key_that_was_made_for_what_takes_a_person_by_now_opens_it_no_more(house: House) -> None:
    """Whose recordings a request discloses was judged by keys once."""
    made = make_key(house, "dpo", "request:read")
    with house.runtime.work(house.house) as work:
        row = queries.api_key(work, made.id)
        row.scopes = ["request:manage", "request:read"]
        work.session.add(row)
    for token in (made.token, access.sign_in_with_key(house.runtime, made.token)):
        assert access.authenticate(house.runtime, token).key_scopes == frozenset({"request:read"})


@ON_SQLITE
@pytest.mark.parametrize("by", ["themselves", "an administrator"])
def test_a_password_that_changes_ends_every_other_session(house: House, by: str) -> None:
    """CVE-2025-57766: elsewhere whoever had stolen a session kept it."""
    with house.runtime.work(house.house) as work:
        access.set_password(work, house.accounts["dpo"], PASSWORD)
    mine = access.sign_in(house.runtime, "default", "dpo", PASSWORD)
    stolen = access.sign_in(house.runtime, "default", "dpo", PASSWORD)
    by_key = access.sign_in_with_key(house.runtime, make_key(house, "dpo", "audit:read").token)
    browser = house.person("dpo")
    actor = access.authenticate(house.runtime, mine) if by == "themselves" else house.house
    with house.runtime.work(actor) as work:
        access.set_password(work, house.accounts["dpo"], PASSWORD + " two")
    for token in (stolen, by_key):
        with pytest.raises(UnauthenticatedError):
            access.authenticate(house.runtime, token)
    assert browser.client.get("/log", follow_redirects=False).status_code == 303
    if by == "themselves":
        assert access.authenticate(house.runtime, mine).id == house.accounts["dpo"]
    else:
        with pytest.raises(UnauthenticatedError):
            access.authenticate(house.runtime, mine)


@ON_SQLITE
@pytest.mark.parametrize("way", ["password", "link", "key"])
def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(house: House, way: str) -> None:
    """Session fixation: the browser comes with a session of the intruder's choosing, and leaves with another."""
    with house.runtime.work(house.house) as work:
        access.set_password(work, house.accounts["dpo"], PASSWORD)
    planted = house.person("agent").client.cookies["governance_session"]
    person = house.stranger()
    person.client.headers.update(BROWSER)
    person.client.cookies.set("governance_session", planted, domain="testserver.local", path="/")
    person.get("/sign-in")
    if way == "password":
        person.post("/sign-in", login="dpo", password=PASSWORD, tenant="default")
    elif way == "link":
        person.post("/sign-in/link", token=house.link("dpo"))
    else:
        person.post("/sign-in/key", key=make_key(house, "dpo", "audit:read").token)
    found = {cookie.value for cookie in person.client.cookies.jar if cookie.name == "governance_session"}
    assert found
    assert planted not in found
    assert access.authenticate(house.runtime, planted).id == house.accounts["agent"]
    assert {access.authenticate(house.runtime, str(one)).id for one in found} == {house.accounts["dpo"]}
