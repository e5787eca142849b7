"""The console in a real browser: by keyboard, in light, dark and small, with nothing that axe or the browser complains about."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn
from fastapi.routing import APIRoute

from governance.access import service as access
from governance.app import build
from governance.audit import service as audit
from governance.console.pages import ROUTERS
from governance.demo import journey as demo
from tests import peers
from tests.console import browser as browsers
from tests.console.browser import (
    DARK,
    LIGHT,
    PHONE,
    chromium,
    comes_true,
    complaints,
    fits,
    violations,
    walk_to,
)
from tests.console.conftest import ELSEWHERE, RELEASED, SUSPECTED, House

pytestmark = [
    pytest.mark.peer("chromium"),
    # Once: what the browser adds to the other tests has nothing to do with the database.
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

SMALL_AND_DARK = browsers.Look("small and dark", PHONE.width, PHONE.height, is_dark=True)
# What answers with a file or with nothing, and what is no page of its own.
NO_PAGES = {
    "/static/{name}",
    "/recordings/{recording_id}/waveform",
    "/log/{entry_id}/leaf",
    "/log/{entry_id}/proof",
    "/log/verifier",
    "/session",
}


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve the house on loopback, as `governance serve` does, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        house.runtime.settings = replace(house.runtime.settings, public_url=url)
        server = uvicorn.Server(
            uvicorn.Config(build(house.runtime), access_log=False, log_config=None, proxy_headers=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(20)


def session(house: House, url: str, login: str) -> dict[str, str]:
    """Return the cookie of somebody who has signed in."""
    token = access.redeem_link(house.runtime, house.link(login))
    return {"name": "governance_session", "value": token, "url": url}


def test_a_person_signs_in_by_keyboard_finds_a_call_and_hears_it(house: House) -> None:
    peers.require("chromium")
    house.take_in(RELEASED, ELSEWHERE, SUSPECTED)
    with house.runtime.work(house.house) as work:
        access.create_account(work, "dora.dpo", "dpo", name="Dora")
    with served(house) as url, chromium() as browser:
        page = LIGHT.context(browser).new_page()
        heard = complaints(page)
        link = demo.sign_in_link(house.runtime, "default")
        assert link.startswith(f"{url}/sign-in#gl_")
        page.goto(link)
        page.wait_for_selector("#link-form:not([hidden])")
        # Nothing of the link stays where the next person sees it.
        assert page.evaluate("location.hash + document.cookie") == ""
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/")
        assert page.evaluate("document.cookie") == ""
        walk_to(page, "a[href='/recordings']")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/recordings")

        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        walk_to(page, f"a[href='/recordings/{house.calls[RELEASED]}']")
        page.keyboard.press("Enter")
        page.wait_for_selector(".listen-form select")
        walk_to(page, ".listen-form select")
        page.locator(".listen-form select").first.select_option("complaint")
        walk_to(page, ".listen-form button")
        page.keyboard.press("Enter")
        comes_true(page, "document.querySelector('audio')?.duration > 0")
        assert 21 < page.evaluate("document.querySelector('audio').duration") < 22
        page.locator(".turn .seek").nth(2).click()
        comes_true(page, "document.querySelector('audio').currentTime > 11")
        comes_true(page, "document.querySelectorAll('.turn.now').length === 1")
        assert "PAN" in (page.locator("mark").first.text_content() or "")
        assert heard == []


def test_a_proof_is_recomputed_in_the_browser_and_a_changed_letter_is_seen(house: House) -> None:
    house.take_in(RELEASED)
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")
    with served(house) as url, chromium() as browser:
        context = DARK.context(browser)
        context.add_cookies([session(house, url, "ciso")])  # type: ignore[list-item]
        page = context.new_page()
        heard = complaints(page)
        page.goto(f"{url}/log?act=recording.redacted")
        page.locator(".entries a").first.click()
        page.locator("#verify-start").click()
        page.wait_for_selector("#verify-result.warn")
        assert page.locator(".path li").count() == page.locator(".path li.holds").count() > 2
        page.locator("#verify").evaluate(
            "shown => { shown.dataset.leaf = btoa(atob(shown.dataset.leaf).replace('svc_', 'svd_')) }"
        )
        page.locator("#verify-start").click()
        page.wait_for_selector("#verify-result.bad")
        assert page.locator(".path li.holds").count() == 0
        assert heard == []


def test_before_a_session_ends_the_page_says_so_and_once_it_has_nothing_stays_on_the_screen(
    house: House,
) -> None:
    with served(house) as url, chromium() as browser:
        context = PHONE.context(browser)
        context.add_cookies([session(house, url, "agent")])  # type: ignore[list-item]
        page = context.new_page()
        page.clock.install()
        page.goto(f"{url}/account")
        assert page.locator("#ending").is_hidden()
        page.clock.fast_forward(810_000)
        page.clock.run_for(2_000)
        assert "2 minutes" in page.locator("#ending").inner_text()
        page.locator("#ending-stay").click()
        page.wait_for_selector("#ending", state="hidden")
        page.clock.fast_forward(15 * 60_000)
        page.clock.run_for(2_000)
        page.wait_for_url(f"{url}/sign-in?ended=true")
        assert "has ended" in page.locator("main").inner_text()


def test_pages_work_without_a_script(house: House) -> None:
    with served(house) as url, chromium() as browser:
        page = LIGHT.context(browser, java_script_enabled=False).new_page()
        token = house.link("admin")
        page.goto(f"{url}/sign-in")
        page.locator("summary", has_text="one-time link").click()
        page.locator(".other-way input[name=token]").first.fill(f"{url}/sign-in#{token}")
        page.get_by_role("button", name="Sign in with the link").first.click()
        page.wait_for_url(f"{url}/")
        # A page left alone leaves by itself, a little after the session has ended.
        assert 'http-equiv="refresh" content="905; url=/sign-in?ended=true"' in page.content()
        page.goto(f"{url}/people/{house.accounts['agent']}")
        page.locator("summary", has_text="Disable").click()
        page.get_by_role("button", name="Disable agent").click()
        page.wait_for_url("**/people/acc_*?done=disabled")
        assert "Disabled" in page.locator("h1").inner_text()


def templates() -> dict[str, re.Pattern[str]]:
    """Return every page there is by its address, and what such an address looks like."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    paths = {route.path for route in routes if "GET" in (route.methods or set())} - NO_PAGES
    # Where the people recorded ask and fetch no link of the console leads: `test_portal_browser` looks at those pages.
    paths = {path for path in paths if not path.startswith(("/portal", "/fetch"))}
    # What is spelled out goes before what a parameter fits.
    return {
        path: re.compile(re.sub(r"{[a-z_]+}", "[^/?#]+", path) + r"(\?.*)?")
        for path in sorted(paths, key=lambda path: path.count("{"))
    }


def test_no_page_has_a_barrier_and_every_page_fits_the_window(furnished: House) -> None:
    known, seen = templates(), set[str]()
    wrong: list[str] = []
    with served(furnished) as url, chromium() as browser:
        for login in ("dpo", "admin", "supervisor", None):
            contexts = [look.context(browser) for look in (LIGHT, SMALL_AND_DARK)]
            if login:
                cookie = session(furnished, url, login)
                for context in contexts:
                    context.add_cookies([cookie])  # type: ignore[list-item]
            pages = [context.new_page() for context in contexts]
            heard = [complaints(page) for page in pages]
            waiting, done = ["/", "/account", "/sign-in", "/nowhere"] if login else ["/sign-in"], set[str]()
            while waiting:
                address = waiting.pop(0)
                kind = next((path for path, like in known.items() if like.fullmatch(address)), address)
                if kind in done or (login == "supervisor" and kind in seen):
                    continue
                done.add(kind)
                for page, complained in zip(pages, heard, strict=True):
                    answer = page.goto(f"{url}{address}")
                    assert answer is not None
                    # The browser itself calls a page of an error an error.
                    said = [one for one in complained if f"status of {answer.status}" not in one]
                    complained.clear()
                    barriers = violations(page)
                    for look in said + barriers + ([] if fits(page) else ["hangs out to the right"]):
                        wrong.append(f"{login} {address} ({page.viewport_size}): {look}")  # noqa: PERF401
                    found = page.eval_on_selector_all(
                        "main a[href^='/'], nav a[href^='/']", "all => all.map(a => a.getAttribute('href'))"
                    )
                    waiting += [
                        one.partition("#")[0]
                        for one in found
                        if not re.search(r"^/v1/|/(proof|leaf|package|file|verifier)$", one)
                    ]
                if answer is not None and answer.ok:
                    seen.add(kind)
            for context in contexts:
                context.close()
    assert not wrong, "\n".join(wrong)
    assert set(known) <= seen, f"nobody found the way to {sorted(set(known) - seen)}"
