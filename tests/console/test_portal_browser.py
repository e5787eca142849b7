"""The public pages in a real browser: by keyboard, in light, dark and small, without complaints, down to the file."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.console.browser import LOOKS, chromium, complaints, fits, violations, walk_to
from tests.console.conftest import House
from tests.console.test_browser import served
from tests.subjects.packed import ready

pytestmark = pytest.mark.peer("chromium")


# Once: what the browser adds to the other tests has nothing to do with the database.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_asks_and_fetches_by_keyboard_however_they_look_at_it(house: House, tmp_path: Path) -> None:
    package, code = ready(house.runtime)
    with served(house) as url, chromium() as browser:
        for look in LOOKS:
            page = look.context(browser, accept_downloads=True).new_page()
            heard = complaints(page)
            page.goto(f"{url}/portal?language=de")
            for place in ("ask", "fetch"):
                assert not violations(page), (look.name, place)
                assert fits(page), (look.name, place)
                assert not heard
                page.goto(f"{url}/fetch/{package.id}")
            page.close()
        page = LOOKS[0].context(browser, accept_downloads=True).new_page()
        page.goto(f"{url}/portal")
        for field, typed in (
            ("input[name=kind]", None),
            ("#email", "jane@example.com"),
            ("#tel", "+44 7700 900123"),
        ):
            walk_to(page, field)
            if typed is None:
                page.keyboard.press("Space")
            else:
                page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.wait_for_selector(".portal-facts")
        assert re.search(r"2026-\d{4}", page.inner_text("main"))
        assert not violations(page)
        page.goto(f"{url}/fetch/{package.id}")
        walk_to(page, "#code")
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.wait_for_selector(".portal-act")
        assert not violations(page)
        with page.expect_download() as waited:
            walk_to(page, ".portal-act")
            page.keyboard.press("Enter")
        target = tmp_path / waited.value.suggested_filename
        waited.value.save_as(target)
    assert target.name == "recordings.zip"
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert "letter.html" in archive.namelist()
