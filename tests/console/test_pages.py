"""The pages: exactly what somebody may know, nothing of a card, and the same headers on every one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from governance.access import service as access
from governance.audit import policyfile, proof
from governance.audit import service as audit
from governance.console import recordings as list_page
from governance.console.acts import ACTS
from governance.recordings import overview_queries
from governance.redaction import service as redaction
from tests.console.conftest import ELSEWHERE, PEOPLE, RELEASED, SUSPECTED, House, Person

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "governance" / "console" / "templates"
# What is spoken in the sample, as a transcript writes it and as a listing of digits would.
CARD = ("4111111111111111", "four one one one", "4111 1111")


def listed(person: Person, query: str = "") -> set[str]:
    person.get(f"/recordings{query}")
    return set(re.findall(r'href="/recordings/(rec_[0-9a-f]{32})"', person.page.text))


def test_the_list_shows_exactly_what_reading_allows(calls: House) -> None:
    sizes = {}
    for login in PEOPLE:
        person = calls.person(login)
        shown = listed(person)
        sizes[login] = len(shown)
        for recording_id in calls.calls.values():
            status = 200 if recording_id in shown else 404
            assert person.client.get(f"/recordings/{recording_id}").status_code == status, login
        # The figures above the list count what is in the list, and no more.
        assert f"{len(shown & {calls.calls[SUSPECTED]})} in quarantine" in person.get("/recordings")
        narrowed = listed(person, "?state=quarantined") | listed(person, "?state=released")
        assert narrowed == shown
        assert listed(person, "?team=payments&agent=agt-101&since=2026-01-01&until=2026-12-31") <= shown
    assert sizes == {"agent": 2, "supervisor": 2, "outsider": 0, "dpo": 3, "ciso": 3, "admin": 3}


def test_pages_of_the_list_follow_one_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.take_in(RELEASED, ELSEWHERE, SUSPECTED, "plain-outage", is_redacted=False)
    monkeypatch.setattr(list_page, "PAGE", 1)
    person, seen = house.person("dpo"), []
    query = "?state=quarantined"
    while True:
        seen += sorted(listed(person, query))
        older = re.search(r'href="/recordings(\?[^"]*after=[^"]*)"', person.page.text)
        if older is None:
            break
        query = older.group(1).replace("&amp;", "&")
        assert "state=quarantined" in query
    assert sorted(seen) == sorted(house.calls.values())
    assert "4 Waiting for redaction" in person.text
    for wrong in ("?state=erased", "?since=yesterday", "?after=nonsense"):
        person.get(f"/recordings{wrong}", 422)


def test_nobody_plays_what_is_in_quarantine_and_its_page_says_why(calls: House) -> None:
    recording = calls.calls[SUSPECTED]
    for login in ("agent", "supervisor", "dpo", "ciso", "admin"):
        person = calls.person(login)
        text = person.get(f"/recordings/{recording}")
        assert "Nobody plays this recording" in text
        assert "is suspected and not certain; a person decides." in text
        assert ("Decide about the suspicion" in text) == (login == "dpo")
        assert ("Listen in the recorder the call came from (samples, " in text) == (login == "dpo")
        assert "For what purpose?" not in text
        for purpose in ("quality", "legal_obligation", "security_investigation"):
            for level in ("rendition", "master"):
                said = person.get(f"/recordings/{recording}?purpose={purpose}&level={level}", 403)
                assert not person.sources()
                assert "Transcript" not in said
                audio = person.client.get(f"/v1/recordings/{recording}/audio?purpose={purpose}&level={level}")
                assert audio.status_code in (403, 409)


def test_what_nobody_could_examine_is_not_called_clean_and_says_what_to_do(house: House) -> None:
    house.take_in("no-transcript", "plain-dates", is_redacted=False)
    strange = house.take_in_as("german-delivery", "ja")
    redaction.redact_pending(house.runtime, house.house)
    person = house.person("dpo")
    text = person.get(f"/recordings/{house.calls['no-transcript']}")
    assert "Not examined." in text
    assert "Nothing had to be silenced." not in text
    assert f"Add a transcript: POST /v1/recordings/{house.calls['no-transcript']}/transcript." in text
    text = person.get(f"/recordings/{strange}")
    assert "Not examined." in text
    assert "Add a transcript" not in text
    assert "Nothing had to be silenced." in person.get(f"/recordings/{house.calls['plain-dates']}")


def test_a_channel_is_named_by_who_is_on_it_and_counted_as_in_metadata(calls: House) -> None:
    text = calls.person("dpo").get(f"/recordings/{calls.calls[RELEASED]}")
    assert "Agent, channel 0" in text
    assert "Customer, channel 1" in text
    assert "Channel 2" not in text


def test_somebody_without_a_name_is_called_by_their_login(house: House) -> None:
    with house.runtime.work(house.house) as work:
        house.accounts["nameless"] = access.create_account(work, "nameless", "dpo").id
    person = house.person("nameless")
    person.get("/")
    assert ">nameless</a>" in person.page.text


def test_a_purpose_opens_sound_and_words_and_the_log_says_so(calls: House) -> None:
    person, recording = calls.person("supervisor"), calls.calls[RELEASED]
    before = person.get(f"/recordings/{recording}")
    assert "1 × Card number" in before
    assert not person.sources()
    assert "Thank you." not in before
    text = person.get(f"/recordings/{recording}?purpose=quality")
    assert "Thank you." in text
    assert re.search(r'<mark class="bar"[^>]*>PAN', person.page.text)
    (source,) = person.sources()
    part = person.client.get(source, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content), part.headers["content-type"]) == (206, 100, "audio/wav")
    refused = person.get(f"/recordings/{recording}?purpose=legal_claim", 403)
    assert "The role may not use recordings for this purpose." in refused
    assert not person.sources()
    assert "Traceback" not in refused
    assert "would have" not in refused
    audit.sequence(calls.runtime, "default")
    log = calls.person("dpo").get(f"/log?recording={recording}")
    assert "Transcript read by supervisor for quality" in log
    assert "Playback by supervisor for quality" in log
    assert "Playback by supervisor Denied purpose not for role for legal claim" in log


def test_who_took_part_is_named_to_whoever_may_know_and_asks(calls: House) -> None:
    recording = calls.calls[RELEASED]
    for login in ("agent", "ciso", "dpo"):
        person = calls.person(login)
        assert "sealed" in person.get(f"/recordings/{recording}")
        assert "Hannah Cole" not in person.text
    assert "Hannah Cole" in person.get(f"/recordings/{recording}?identifiers=true")
    assert "Hannah Cole" not in calls.person("ciso").get(f"/recordings/{recording}?identifiers=true", 403)
    audit.sequence(calls.runtime, "default")
    assert "Names and numbers of a call read by dpo" in person.get(f"/log?recording={recording}")


def test_a_person_decides_and_says_that_the_decision_is_theirs(calls: House) -> None:
    recording = calls.calls[SUSPECTED]
    person = calls.person("dpo")
    person.get(f"/recordings/{recording}")
    where = f"/recordings/{recording}/decision"
    assert "Confirm that the decision is yours" in person.post(where, 422, verdict="card_data")
    person.get(f"/recordings/{recording}")
    person.post(where, 422, verdict="maybe", confirmed="yes")
    other = calls.person("ciso")
    other.get("/")
    other.post(where, 403, verdict="card_data", confirmed="yes")
    person.get(f"/recordings/{recording}")
    assert "Your decision is written down." in person.post(where, verdict="card_data", confirmed="yes")
    assert "Nobody plays this recording" not in person.text


def test_the_glass_is_broken_by_three_and_only_for_what_was_asked(calls: House) -> None:
    recording, ciso, dpo = calls.calls[RELEASED], calls.person("ciso"), calls.person("dpo")
    ask = {"purpose": "security_investigation", "level": "rendition", "minutes": "30"}
    refused = ciso.get(f"/recordings/{recording}?purpose=security_investigation", 403)
    assert "Ask to break the glass" in refused
    ciso.get(f"/break-glass?recording={recording}")
    assert recording in ciso.page.text
    assert "a reason has 10" in ciso.post("/break-glass", 422, recording=recording, reason="short", **ask)
    typed = "The caller says 4111 1111 1111 1111 was charged twice."
    assert "card data" in ciso.post("/break-glass", 422, recording=recording, reason=typed, **ask)
    assert "4111" not in ciso.page.text
    ciso.post("/break-glass", 404, recording=f"rec_{7:032x}", reason="Fraud is suspected.", **ask)
    suspected = ciso.post(
        "/break-glass", 403, recording=calls.calls[SUSPECTED], reason="Fraud is suspected.", **ask
    )
    assert "Sensitive authentication data is suspected" in suspected
    address = f"http://testserver/recordings/{recording}"
    assert "waits for another person" in ciso.post(
        "/break-glass", recording=address, reason="Fraud <b>is</b> suspected.", **ask
    )
    assert "another person decides" in ciso.text
    approval = re.search(r"/break-glass/brk_[0-9a-f]{32}/approval", dpo.client.get("/break-glass").text)
    assert approval is not None
    assert "by the person who asked" in ciso.post(approval.group(), 409, decision="approve")
    assert "Fraud <b>is</b> suspected." in dpo.get("/break-glass")
    assert "Approved." in dpo.post(approval.group(), decision="approve")
    assert "decided before" in dpo.post(approval.group(), 409, decision="refuse")
    ciso.get(f"/recordings/{recording}?purpose=security_investigation")
    assert ciso.client.get(ciso.sources()[0]).status_code == 200
    ciso.get(f"/recordings/{recording}?purpose=legal_claim", 403)
    review = approval.group().replace("approval", "review")
    assert "Used" in dpo.get("/break-glass")
    assert "Your review is written down." in dpo.post(review, finding="It was as he said.")
    ciso.get(f"/recordings/{recording}?purpose=security_investigation", 403)
    assert "Break-glass" not in calls.person("agent").get("/")
    calls.person("agent").get("/break-glass", 403)


def test_the_log_shows_each_entry_with_a_proof_that_holds(house: House) -> None:
    house.take_in(RELEASED, is_redacted=False)
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")
    person = house.person("ciso")
    assert "Recording taken in" in person.get(f"/log?recording={house.calls[RELEASED]}")
    entry = re.search(r'href="(/log/[0-9a-f-]{36})"', person.page.text)
    assert entry is not None
    person.get(entry.group(1))
    shown = re.search(r'aria-label="Proof"><code>(.*?)</code>', person.page.text, re.DOTALL)
    assert shown is not None
    with house.runtime.work(house.house, write=False) as work:
        trust = policyfile.parse(audit.trust(work))
    from governance.audit import queries

    with house.runtime.work(house.house, write=False) as work:
        leaf = queries.entry(work, entry.group(1)[5:]).leaf
    assert proof.parse(shown.group(1)).verify(leaf, trust).size > 0
    for login in ("agent", "supervisor", "admin"):
        house.person(login).get("/log", 403)
        house.person(login).get(entry.group(1), 403)
    person.get("/log?outcome=maybe", 422)
    person.get(f"/log/{'0' * 36}", 404)


def crawl(person: Person) -> dict[str, str]:
    """Open everything that can be reached by a link, and every purpose of every recording; return page by page."""
    seen: dict[str, str] = {}
    waiting = ["/", "/recordings", "/break-glass", "/log"]
    while waiting and len(seen) < 150:
        path = waiting.pop()
        if path in seen:
            continue
        answer = person.client.get(path)
        seen[path] = answer.text
        if answer.headers["content-type"].startswith("text/html"):
            check_headers(dict(answer.headers))
            waiting += [one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"]*)"', answer.text)]
        if re.fullmatch(r"/recordings/rec_[0-9a-f]{32}", path):
            waiting += [f"{path}?purpose=legal_obligation&identifiers=true", f"{path}?purpose=quality"]
    return seen


def check_headers(headers: dict[str, str]) -> None:
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_no_page_holds_a_card_number_and_every_page_has_its_headers(house: House) -> None:
    house.take_in(RELEASED, SUSPECTED)
    audit.sequence(house.runtime, "default")
    for login in ("dpo", "agent"):
        pages = crawl(house.person(login))
        assert len(pages) > 8
        for path, body in pages.items():
            spoken = " ".join(re.sub(r"<[^>]*>", " ", body).lower().replace(",", "").split())
            assert not any(card in spoken for card in CARD), path
            assert "4111111111111111" not in re.sub(r"[^0-9]", "", spoken), path


def test_an_error_is_a_page_for_people_and_a_problem_for_programs(house: House) -> None:
    person = house.person("dpo")
    for path, status in (
        ("/nothing", 404),
        ("/recordings/rec_1", 404),
        (f"/recordings/rec_{1:032x}", 404),
        ("/static/none.css", 404),
    ):
        assert "<html" in person.client.get(path).text
        person.get(path, status)
        check_headers(dict(person.page.headers))
        problem = person.client.get(path, headers={"Accept": "application/json"})
        assert problem.headers["content-type"] == "application/problem+json"
    assert house.stranger().get("/nothing", 404)
    below = person.client.get("/v1/nothing")
    assert below.headers["content-type"] == "application/problem+json"
    assert person.client.delete("/").status_code == 405


def test_what_went_wrong_inside_is_told_to_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = house.person("dpo")

    def broken(*_: object) -> None:
        raise RuntimeError("secret 4111111111111111")

    monkeypatch.setattr(overview_queries, "counts", broken)
    text = person.get("/", 500)
    assert "Something went wrong" in text
    assert "secret" not in person.page.text
    check_headers(dict(person.page.headers))


def test_no_template_needs_what_the_policy_forbids() -> None:
    assert len(list(TEMPLATES.glob("*.html"))) > 7
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style|https?://|\|\s*safe", text), path.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path.name
        for form in re.findall(r'<form method="post".*?</form>', text, re.DOTALL):
            assert 'name="proof"' in form or "{{ parts.proof(visitor) }}" in form, path.name


def test_every_event_of_the_log_has_words() -> None:
    events = set(
        re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", (ROOT / "docs" / "events.md").read_text(encoding="utf-8"))
    )
    assert events - set(ACTS) - {"why.code"} == set()


def test_files_are_served_by_name_and_never_by_path(house: House) -> None:
    client = house.stranger().client
    page = client.get("/sign-in").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]*)"', page):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    for path in ("/static/../pages.py", "/static/..%2fpages.py", "/static/%2e%2e/deps.py"):
        assert client.get(path).status_code == 404
