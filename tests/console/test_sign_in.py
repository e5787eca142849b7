"""The way in and out: a link that nobody burns by looking, forms that nobody else makes, cookies that stay where they are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from sqlmodel import select

from governance.access import queries
from governance.access import service as access
from governance.access.models import SignInLink
from governance.app import build
from governance.clock import FakeClock
from governance.console.pages import OPEN_TO_EVERYBODY, ROUTERS
from tests.console.conftest import House

WRONG = "Login and password do not fit"


def link_rows(house: House) -> list[bool]:
    with house.runtime.work(house.house, write=False) as work:
        return [row.used_at is not None for row in work.session.exec(select(SignInLink)).all()]


def test_opening_a_link_does_not_use_it_up(house: House) -> None:
    token, scanner = house.link("dpo"), house.stranger()
    for address in (
        "/sign-in",
        f"/sign-in?link={token}",
        f"/sign-in#{token}",
        f"/sign-in/link?token={token}",
    ):
        scanner.client.get(address)
        scanner.client.head(address)
    assert link_rows(house) == [False]
    person = house.stranger()
    person.get("/sign-in")
    assert "Data protection officer" in person.post("/sign-in/link", token=token, next="/")


def test_a_link_signs_in_once_and_its_whole_address_may_be_pasted(house: House) -> None:
    token, person, second = house.link("agent"), house.stranger(), house.stranger()
    person.get("/sign-in")
    assert "your own calls" in person.post(
        "/sign-in/link", token=f" http://testserver/sign-in#{token} ", next="/"
    )
    second.get("/sign-in")
    assert "This link has been used" in second.post("/sign-in/link", 401, token=token, next="/")
    assert "governance_session" not in second.client.cookies


def test_a_form_that_no_page_of_ours_made_changes_nothing(house: House) -> None:
    person = house.person("dpo")
    for fields in ({"x": "1"}, {"proof": ""}, {"proof": "0" * 64}):
        assert person.client.post("/sign-out", data=fields).status_code == 403
    page = person.client.get("/").text
    proof = page.split('name="proof" value="')[1][:64]
    from_afar = {"Sec-Fetch-Site": "cross-site"}
    assert person.client.post("/sign-out", data={"proof": proof}, headers=from_afar).status_code == 403
    as_json = person.client.post("/sign-out", json={"proof": proof})
    assert as_json.status_code == 422
    assert "Recordings" in person.get("/")
    other = house.person("ciso")
    assert other.client.post("/sign-out", data={"proof": proof}).status_code == 403
    stranger = house.stranger()
    token = house.link("agent")
    assert stranger.client.post("/sign-in/link", data={"token": token}).status_code == 403
    assert stranger.client.post("/sign-out", data={"proof": proof}, follow_redirects=False).status_code == 303


def test_a_password_signs_in_and_nothing_that_was_typed_is_shown_again(house: House) -> None:
    with house.runtime.work(house.house) as work:
        access.set_password(work, house.accounts["supervisor"], "correct horse battery")
    person = house.stranger()
    person.get("/sign-in")
    for login, password in (
        ("supervisor", "typed-password-1"),
        ("typed-password-2", "x"),
        ("ghost", "x" * 3000),
    ):
        assert WRONG in person.post("/sign-in", 401, login=login, password=password, tenant="default")
        assert "typed-password" not in person.page.text
    fields = {
        "login": "supervisor",
        "password": "correct horse battery",
        "tenant": "default",
        "next": "/break-glass",
    }
    assert "Break-glass" in person.post("/sign-in", **fields)


def test_signing_out_ends_the_session_itself(house: House) -> None:
    person = house.person("dpo")
    kept = person.client.cookies["governance_session"]
    assert "You have signed out." in person.post("/sign-out")
    assert "governance_session" not in person.client.cookies
    person.client.cookies.set("governance_session", kept)
    assert "Password" in person.get("/")
    with house.runtime.work(house.house, write=False) as work:
        assert not queries.live_sessions(work, house.accounts["dpo"])


def test_a_session_that_was_left_alone_leads_back_to_the_way_in(house: House, clock: FakeClock) -> None:
    person = house.person("dpo")
    clock.advance(timedelta(minutes=14))
    person.get("/")
    clock.advance(timedelta(minutes=15))
    answer = person.client.get("/log", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Flog")
    assert "governance_session" not in person.client.cookies


@pytest.mark.parametrize("url", ["http://testserver", "https://governance.example"])
def test_no_script_reads_the_session_and_no_other_site_sends_it(house: House, url: str) -> None:
    house.runtime.settings = replace(house.runtime.settings, public_url=url)
    house.app = build(house.runtime)
    person = house.stranger()
    person.client.base_url = url
    person.get("/sign-in")
    first = person.page.headers["set-cookie"]
    proof = person.page.text.split('name="proof" value="')[1][:64]
    fields = {"proof": proof, "token": house.link("dpo"), "next": "/"}
    answer = person.client.post("/sign-in/link", data=fields, follow_redirects=False)
    assert answer.status_code == 303
    session = next(
        one for one in answer.headers.get_list("set-cookie") if one.startswith("governance_session=gs_")
    )
    for cookie in (first, session):
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert ("Secure" in cookie) == url.startswith("https")


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/sign-out",
        "javascript:alert(1)",
        "/log\r\nx: y",
    ],
)
def test_signing_in_ends_on_a_page_of_ours(house: House, place: str) -> None:
    person = house.stranger()
    person.get("/sign-in")
    proof = person.page.text.split('name="proof" value="')[1][:64]
    fields = {"proof": proof, "token": house.link("dpo"), "next": place}
    answer = person.client.post("/sign-in/link", data=fields, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_every_other_page_is_for_those_who_have_signed_in(house: House) -> None:
    seen = set()
    for path, methods in routes():
        if path in OPEN_TO_EVERYBODY:
            seen.add(path)
            continue
        for method in methods:
            answer = house.stranger().client.request(
                method, re.sub(r"{[a-z_]+}", "x", path), follow_redirects=False
            )
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/sign-in"), (method, path)
    assert seen == set(OPEN_TO_EVERYBODY)


def routes() -> list[tuple[str, set[str]]]:
    found = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    assert len(found) >= 12
    return [(one.path, set(one.methods or ())) for one in found]
