"""A real browser for the tests and the pictures: Debian's Chromium, headless, told what to do by Playwright."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import peers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# What it would look up by itself at every start is answered here: nothing beyond loopback.
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=en-GB",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


@dataclass(frozen=True)
class Look:
    """How pages are looked at."""

    name: str
    width: int
    height: int
    is_dark: bool = False

    def context(self, browser: Browser, **more: Any) -> BrowserContext:
        """Return a profile of its own that looks so; whatever moves is stilled, so that pictures are repeatable."""
        return browser.new_context(
            viewport={"width": self.width, "height": self.height},
            color_scheme="dark" if self.is_dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
            **more,
        )


LIGHT = Look("light", 1280, 900)
DARK = Look("dark", 1280, 900, is_dark=True)
PHONE = Look("phone", 390, 844)
LOOKS = (LIGHT, DARK, PHONE)


@contextlib.contextmanager
def chromium(program: Path | None = None) -> Iterator[Browser]:
    """Run a Chromium of its own. Without a `program` it is Debian's, and a test skips by name where there is none."""
    found = program or peers.require("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), headless=True, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def complaints(page: Page) -> list[str]:
    """Return the list that fills with what goes wrong on `page`: errors of scripts, and what the policy refuses."""
    heard: list[str] = []

    def told(message: Any) -> None:
        if message.type == "error":
            heard.append(message.text)

    page.on("console", told)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def fits(page: Page) -> bool:
    """Whether nothing hangs out of the window to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def comes_true(page: Page, expression: str, within_s: float = 30) -> None:
    """Wait until the script's `expression` is true. Playwright's own way would need `eval`, which our pages refuse."""
    from playwright.sync_api import Error

    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with contextlib.suppress(Error):  # between two pages there is no place to ask in
            if page.evaluate(f"Boolean({expression})"):
                return
        page.wait_for_timeout(30)
    raise AssertionError(f"never came true: {expression}")


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA and its own best practices, each with where and why."""
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{one['id']}: {node['html'][:160]} | {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def walk_to(page: Page, selector: str, most: int = 90) -> None:
    """Press Tab until what `selector` names has the focus, which must be seen wherever it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        seen = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")
        assert seen, page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by keyboard to {selector}")
