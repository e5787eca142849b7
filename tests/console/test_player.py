"""The player in a real browser: blocks say why, keys move the sound, the words follow it; and a request without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.console.browser import LIGHT, PHONE, chromium, comes_true, complaints, walk_to
from tests.console.conftest import RELEASED, House
from tests.console.test_browser import served, session

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

pytestmark = [
    pytest.mark.peer("chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def test_blocks_say_why_and_keys_move_sound_and_words(house: House) -> None:
    house.take_in(RELEASED)
    with served(house) as url, chromium() as browser:
        context = LIGHT.context(browser)
        context.add_cookies([session(house, url, "supervisor")])  # type: ignore[list-item]
        page = context.new_page()
        heard = complaints(page)
        page.goto(f"{url}/recordings/{house.calls[RELEASED]}?purpose=quality#listen")
        comes_true(page, "document.querySelector('audio').readyState >= 2")

        walk_to(page, "a.block")
        told = page.locator(".told").first
        assert told.is_visible()
        assert "Card number" in told.inner_text()
        assert "Customer, channel 1" in told.inner_text()
        page.keyboard.press("Enter")  # with a script the reason is here already: nobody is taken away
        assert page.evaluate("location.hash") == "#listen"
        # and the sound waits a second before it.
        start = "Number(document.querySelector('a.block').dataset.start) / 1000 - 1"
        comes_true(page, f"Math.abs(document.querySelector('audio').currentTime - ({start})) < 0.01")
        assert page.evaluate("document.querySelector('audio').paused")
        page.locator("a.block").last.hover()
        assert told.inner_text() == page.locator("a.block").last.get_attribute("aria-label")

        page.keyboard.press("ArrowRight")
        comes_true(page, "document.querySelector('audio').currentTime >= 5")
        page.keyboard.press("k")
        comes_true(page, "!document.querySelector('audio').paused")
        assert page.locator("[data-act=play]").inner_text() == "Pause"
        page.keyboard.press("k")
        comes_true(page, "document.querySelector('audio').paused")
        page.evaluate("document.querySelector('audio').currentTime = 0")
        page.keyboard.press("n")  # to a second before what was silenced
        comes_true(page, f"Math.abs(document.querySelector('audio').currentTime - ({start})) < 3")
        page.locator(".turn p").nth(3).click()
        comes_true(page, "document.querySelectorAll('.turn')[3].classList.contains('now')")
        comes_true(page, "Number(document.querySelector('.playhead').getAttribute('x1').slice(0, -1)) > 10")
        # What is typed elsewhere is not taken for a key of the player.
        page.locator(".listen-form select").first.focus()
        before = page.evaluate("document.querySelector('audio').currentTime")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.querySelector('audio').currentTime") >= before
        assert heard == []


def page_requests(page: Page, part: str) -> list[str]:
    """Return the list that fills with the addresses the page asks for that hold `part`."""
    asked: list[str] = []

    def seen(request: Request) -> None:
        if part in request.url:
            asked.append(request.url)

    page.on("request", seen)
    return asked


def test_a_press_on_waveform_slider_or_finding_moves_the_sound_there(house: House) -> None:
    house.take_in(RELEASED)
    with served(house) as url, chromium() as browser:
        for look in (LIGHT, PHONE):
            context = look.context(browser)
            context.add_cookies([session(house, url, "supervisor")])  # type: ignore[list-item]
            page = context.new_page()
            heard = complaints(page)
            drawings = page_requests(page, "/waveform?")
            page.goto(f"{url}/recordings/{house.calls[RELEASED]}?purpose=quality#listen")
            comes_true(page, "document.querySelector('audio').readyState >= 2")
            # One drawing for both channels, fetched once, seen in both.
            comes_true(
                page, "[...document.querySelectorAll('.wave use')].every(one => one.getBBox().height > 50)"
            )
            assert len(drawings) == 1
            assert page.locator(".undrawn").is_hidden()
            page.evaluate("document.querySelector('audio').defaultPlaybackRate = 0.1")
            page.evaluate("document.querySelector('audio').playbackRate = 0.1")

            lane = page.locator(".sound").first
            box = lane.bounding_box()
            assert box is not None
            lane.click(position={"x": box["width"] * 0.5, "y": 30})
            comes_true(
                page,
                "Math.abs(document.querySelector('audio').currentTime / document.querySelector('audio').duration - 0.5) < 0.03",
            )
            comes_true(page, "!document.querySelector('audio').paused")
            page.locator("[data-act=play]").click()
            comes_true(page, "document.querySelector('audio').paused")
            comes_true(
                page, "Math.abs(parseFloat(document.querySelector('.playhead').getAttribute('x1')) - 50) < 3"
            )

            slider = page.locator(".seek-row input")
            slider.focus()
            page.keyboard.press("Home")
            comes_true(page, "document.querySelector('audio').currentTime === 0")
            for _ in range(7):
                page.keyboard.press("ArrowRight")
            comes_true(page, "document.querySelector('audio').currentTime === 7")
            comes_true(
                page,
                "document.querySelector('.seek-row input').ariaValueText === '0:07 of 0:21, marked: Card number'",
            )
            assert page.evaluate("document.querySelector('audio').paused")

            page.locator("summary", has_text="Every finding").click()
            row = page.locator("a.hear").last
            row.focus()
            page.keyboard.press("Enter")
            before = "Number([...document.querySelectorAll('a.hear')].at(-1).dataset.start) / 1000 - 1"
            comes_true(page, f"Math.abs(document.querySelector('audio').currentTime - ({before})) < 1")
            comes_true(page, "!document.querySelector('audio').paused")
            assert page.evaluate("location.hash") == "#listen"
            assert heard == []
            context.close()


def test_a_picture_that_does_not_come_is_said_to_be_missing(house: House) -> None:
    house.take_in(RELEASED)
    with served(house) as url, chromium() as browser:
        context = LIGHT.context(browser)
        context.add_cookies([session(house, url, "supervisor")])  # type: ignore[list-item]
        page = context.new_page()
        page.route("**/waveform?*", lambda route: route.fulfill(status=429, body=""))
        page.goto(f"{url}/recordings/{house.calls[RELEASED]}?purpose=quality#listen")
        page.wait_for_selector(".undrawn:not([hidden])")
        assert "No waveform" in page.locator(".undrawn").inner_text()
        comes_true(page, "document.querySelector('audio').readyState >= 2")


def test_a_request_is_taken_down_searched_and_decided_without_a_script_on_a_phone(house: House) -> None:
    house.take_in(RELEASED, is_redacted=False)
    with served(house) as url, chromium() as browser:
        context = PHONE.context(browser, java_script_enabled=False)
        context.add_cookies([session(house, url, "dpo")])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(f"{url}/requests/new")
        page.locator("[name=kind]").select_option("access")
        page.locator("[name=name]").fill("Hannah Cole")
        page.locator("[name=tel]").fill("+447700900101")
        page.get_by_role("button", name="Open the request").click()
        page.get_by_role("button", name="Search across all identifiers").click()
        page.locator(".candidate [name=because]").fill("She named the day.")
        page.get_by_role("button", name="It is theirs").click()
        page.get_by_role("link", name="Go on to the decision").click()
        page.locator("[name=outcome][value=granted]").check()
        page.locator("#decide [name=because]").fill("All of it is hers.")
        page.get_by_role("button", name="Decide", exact=True).click()
        assert "It is decided." in page.locator(".note").first.inner_text()
        assert "Granted" in page.locator("#decide").inner_text()
        page.locator("summary", has_text="Decide again").click()
        assert page.get_by_role("button", name="Take the decision back").is_visible()
