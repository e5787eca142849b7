"""The console in a real browser: what a person does with the link that `make demo` prints, by keyboard, in light, dark and small."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from governance.access import service as access
from governance.app import build
from governance.demo import journey as demo
from tests import peers
from tests.console.browser import Page, chromium
from tests.console.conftest import ELSEWHERE, RELEASED, SUSPECTED, House

pytestmark = pytest.mark.peer("chromium")
SIZES = ((1280, 900, True), (390, 844, False))


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


def fits(page: Page) -> bool:
    """Whether nothing hangs out of the window to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def walk_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what `selector` names has the focus, which must be seen wherever it is."""
    for _ in range(most):
        page.press("Tab")
        seen = "parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
        on_body = "document.activeElement === document.body"
        assert page.evaluate(f"{on_body} || {seen}"), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"no way by keyboard to {selector}")


# Once: what the browser adds to the other tests has nothing to do with the database.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_signs_in_finds_a_call_and_hears_it(house: House, tmp_path: Path) -> None:
    peers.require("chromium")
    house.take_in(RELEASED, ELSEWHERE, SUSPECTED)
    with house.runtime.work(house.house) as work:
        access.create_account(work, "dora.dpo", "dpo", name="Dora")
    with served(house) as url, chromium() as page:
        page.look()
        link = demo.sign_in_link(house.runtime, "default")
        assert link.startswith(f"{url}/sign-in#gl_")
        page.open(link)
        page.wait("!document.getElementById('link-form').hidden")
        assert page.evaluate("location.hash") == ""  # nothing of the link stays where the next person sees it
        assert page.evaluate("document.cookie") == ""
        page.press("Enter")
        page.wait("location.pathname === '/' && document.querySelector('table')")
        assert page.evaluate("document.cookie") == ""

        walk_to(page, f"a[href='/recordings/{house.calls[RELEASED]}']")
        page.press("Enter")
        page.wait("document.querySelector('.listen-form select')")
        walk_to(page, ".listen-form select")
        page.evaluate("document.querySelector('.listen-form select').value = 'complaint'")
        walk_to(page, ".listen-form button")
        page.press("Enter")
        page.wait("document.querySelector('audio') && document.querySelector('audio').duration > 0")
        assert 21 < page.evaluate("document.querySelector('audio').duration") < 22
        page.evaluate("document.querySelectorAll('.turn .seek')[2].click()")
        page.wait("document.querySelector('audio').currentTime > 11")
        page.wait("document.querySelectorAll('.turn.now').length === 1")
        assert "PAN" in page.evaluate("document.querySelector('mark').textContent")

        where = page.evaluate("location.pathname + location.search")
        for place in (
            "/",
            where,
            f"/recordings/{house.calls[SUSPECTED]}",
            "/break-glass",
            "/log",
            "/sign-in",
        ):
            for width, height, dark in SIZES:
                page.look(dark=dark, width=width, height=height)
                page.open(f"{url}{place}")
                assert fits(page), (place, width)
        page.look(dark=True)
        background = "getComputedStyle(document.documentElement).backgroundColor"
        assert page.evaluate(background) == "rgb(14, 20, 19)"
        assert page.picture(tmp_path / "page.png").stat().st_size > 5000
        assert page.complaints == []
