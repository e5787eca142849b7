"""The player in a real browser: blocks say why, keys move the sound, the words follow it; and a request without any script."""

from __future__ import annotations

import pytest

from tests.console.browser import LIGHT, PHONE, chromium, comes_true, complaints, walk_to
from tests.console.conftest import RELEASED, House
from tests.console.test_browser import served, session

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
        start = "Number(document.querySelector('a.block').dataset.start) / 1000 - 1"
        comes_true(page, f"Math.abs(document.querySelector('audio').currentTime - ({start})) < 3")
        page.locator(".turn p").nth(3).click()
        comes_true(page, "document.querySelectorAll('.turn')[3].classList.contains('now')")
        comes_true(page, "Number(document.querySelector('.playhead').getAttribute('x1')) > 100")
        # What is typed elsewhere is not taken for a key of the player.
        page.locator(".listen-form select").first.focus()
        before = page.evaluate("document.querySelector('audio').currentTime")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.querySelector('audio').currentTime") >= before
        assert heard == []


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
