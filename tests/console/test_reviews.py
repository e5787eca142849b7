"""The review list at a browser: nothing of a call stands in it, its passage is read for a purpose, and then decided."""

from __future__ import annotations

import re

import pytest

from governance.access import service as access
from governance.recordings import erasure
from tests import peers
from tests.console.browser import LIGHT, chromium, complaints, fits, violations
from tests.console.conftest import RELEASED, House, doubt
from tests.console.test_browser import SMALL_AND_DARK, served, session

PURPOSE = "redaction_review"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def doubted(house: House) -> House:
    """The house with a released call, every finding of which is for review."""
    doubt(house.runtime)
    house.take_in(RELEASED)
    return house


def of(page: str, kind: str) -> str:
    """Return the address of the first finding of a kind on a list."""
    found = re.search(rf'href="(/reviews/rvw_[0-9a-f]{{32}})">{kind}<', page)
    assert found, page
    return found.group(1)


def test_a_finding_is_read_widened_and_gone_from_the_transcript(doubted: House) -> None:
    dpo = doubted.person("dpo")
    assert "Review what redaction is not sure of" in dpo.get("/")
    dpo.get("/reviews")
    assert "four one one one" not in dpo.text.lower()
    at = of(dpo.page.text, "Card number")
    assert "Card number?" in dpo.get(at)
    assert "Behind the mask" not in dpo.text
    assert 'name="decision"' not in dpo.page.text
    dpo.get(f"{at}?purpose={PURPOSE}&level=master")
    assert "Behind the mask" in dpo.text
    assert '<mark class="found">four' in dpo.page.text.lower()
    first = re.search(r'<select name="first_word">(.*?)</select>', dpo.page.text, re.DOTALL)
    last = re.search(r'<select name="last_word">(.*?)</select>', dpo.page.text, re.DOTALL)
    assert first is not None
    assert last is not None
    offered = re.findall(r'value="(\d+)"', first.group(1))
    until = re.findall(r'value="(\d+)"', last.group(1))
    assert offered == sorted(offered, key=int)
    dpo.post(f"{at}/decision", decision="widen", first_word=offered[-2], last_word=until[0], entity="")
    assert "redacted again" in dpo.text
    assert "Widened" in dpo.get(at)
    assert 'name="decision"' not in dpo.page.text
    assert "Widened" in dpo.get("/reviews?state=decided")
    assert "threshold" in dpo.get("/reviews/thresholds")


@ON_SQLITE
def test_a_refused_decision_says_why_and_changes_nothing(doubted: House) -> None:
    dpo = doubted.person("dpo")
    dpo.get("/reviews")
    at = of(dpo.page.text, "Card number")
    assert "Not for you." in dpo.get(f"{at}?purpose=training")
    dpo.get("/account")
    assert "read the passage first" in dpo.post(f"{at}/decision", 409, decision="accept").lower()
    dpo.get(f"{at}?purpose={PURPOSE}")
    assert "accept it, widen it or reject it" in dpo.post(f"{at}/decision", 422, decision="maybe").lower()
    dpo.get(f"{at}?purpose={PURPOSE}")
    dpo.post(f"{at}/decision", 422, decision="widen", first_word="x", last_word="1")
    dpo.get(f"{at}?purpose={PURPOSE}")
    dpo.post(f"{at}/decision", 422, decision="accept", entity="EMAIL")
    dpo.get(f"{at}?purpose={PURPOSE}")
    dpo.post(f"{at}/decision", decision="reject")
    assert "What is masked stays masked" in dpo.text
    dpo.get("/reviews?state=maybe", 422)
    dpo.get("/reviews?entity=EVERYTHING", 422)
    dpo.get("/reviews/rvw_1", 404)
    assert "No finding is like this." in dpo.get("/reviews?entity=PHONE")


@ON_SQLITE
def test_reviews_are_shown_to_whoever_may_decide_and_to_nobody_else(doubted: House) -> None:
    dpo = doubted.person("dpo")
    dpo.get("/reviews")
    at = of(dpo.page.text, "Card number")
    for login in ("agent", "supervisor", "ciso", "admin"):
        person = doubted.person(login)
        assert 'href="/reviews"' not in person.get("/") + person.page.text
        person.get("/reviews", 403)
        person.get(at, 403)
        person.get("/reviews/thresholds", 403)
    dora = access.authenticate(doubted.runtime, access.redeem_link(doubted.runtime, doubted.link("dpo")))
    erasure.erase(doubted.runtime, dora, doubted.calls[RELEASED], "recorded_in_error")
    assert "Nothing waits for a review." in dpo.get("/reviews")
    dpo.get(at, 404)


@ON_SQLITE
@pytest.mark.peer("chromium")
def test_the_passage_and_its_decision_have_no_barrier_and_fit_the_window(doubted: House) -> None:
    peers.require("chromium")
    dpo = doubted.person("dpo")
    dpo.get("/reviews")
    at = of(dpo.page.text, "Card number")
    with served(doubted) as url, chromium() as browser:
        cookie = session(doubted, url, "dpo")
        for look in (LIGHT, SMALL_AND_DARK):
            context = look.context(browser)
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            heard = complaints(page)
            answer = page.goto(f"{url}{at}?purpose={PURPOSE}")
            assert answer is not None
            assert answer.ok
            assert page.get_by_text("Behind the mask").count() >= 1
            assert violations(page) == []
            assert heard == []
            assert fits(page)
            if look is SMALL_AND_DARK:
                page.get_by_label("Reject.").check()
                page.get_by_role("button", name="Decide").click()
                assert "What is masked stays masked" in page.inner_text("main")
                assert violations(page) == []
                page.goto(f"{url}/reviews/thresholds")
                assert violations(page) == []
                assert fits(page)
            context.close()
