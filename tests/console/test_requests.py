"""Requests at a browser without a script: taken down by hand, looked at side by side, decided, written to, closed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from governance.clock import FakeClock
from governance.recordings import queries as catalog
from governance.runtime import Runtime
from governance.subjects import candidate_queries, package_queries, packages, queries
from governance.subjects.models import Candidate
from tests.console.conftest import ELSEWHERE, RELEASED, SUSPECTED, House, Person
from tests.messages.conftest import mail_server

HANNAH = "+447700900101"
CARD = "4111 1111 1111 1111"


@pytest.fixture(autouse=True)
def _mail_server(runtime: Runtime) -> None:
    """A mail server is set up; what goes waits for it."""
    runtime.settings = replace(runtime.settings, mail=mail_server(9))


def take_down(person: Person, **more: str) -> str:
    """Open a request by hand and return the address of its page."""
    person.get("/requests/new")
    given = {"kind": "access", "regime": "gdpr", "requester": "customer", "language": "en", "tel": HANNAH}
    person.post("/requests", **{**given, "name": "Hannah Cole", "email": "hannah@example.org", **more})
    return str(person.page.url.path)


def the_request(address: str) -> str:
    return address.rpartition("/")[2]


def candidates(house: House, address: str) -> list[Candidate]:
    with house.runtime.work(house.house, write=False) as work:
        return list(candidate_queries.candidates(work, the_request(address)))


def test_an_access_request_is_answered_step_by_step(calls: House) -> None:
    dpo = calls.person("dpo")
    address = take_down(dpo)
    assert "The request is open, and its clock runs." in dpo.text
    assert "Nobody has looked for the person's recordings yet." in dpo.text
    # A step that cannot be taken says what it lacks, and taking it by force changes nothing.
    assert "Only where" not in dpo.text
    said = dpo.post(address, 409, act="decide", outcome="granted", because="They asked for it.")
    assert "Nobody has looked for the person" in said
    assert "They asked for it." in dpo.page.text

    dpo.get(address)
    dpo.post(address, act="letter", kind="acknowledgement")
    letter = str(dpo.page.url.path)
    assert "Read it before it goes." in dpo.text
    assert "Dear Hannah Cole" in dpo.text
    dpo.post(letter, act="send", revision="0")
    assert "The letter is on its way." in dpo.text
    dpo.get(address)
    assert "Not acknowledged" not in dpo.text

    dpo.post(address, act="search")
    assert "Is it them?" in dpo.text
    (found,) = candidates(calls, address)
    assert found.recording_id == calls.calls[RELEASED]
    assert f"/recordings/{found.recording_id}?purpose=subject_request#listen" in dpo.page.text
    refused = dpo.post(f"{address}/candidates/{found.id}", 422, verdict="confirmed", because="ok")
    assert "a reason has 3 to" in refused.lower()
    dpo.get(f"{address}/candidates")
    dpo.post(
        f"{address}/candidates/{found.id}", verdict="confirmed", because="She named the day of the call."
    )
    assert "Every candidate is decided." in dpo.text

    dpo.get(address)
    dpo.post(address, act="decide", outcome="granted", because="All of it is hers.")
    assert "All of it is hers." in dpo.text
    dpo.post(address, act="package")
    assert "Being made" in dpo.text
    packages.make_pending(calls.runtime, calls.house)
    assert "1 of 1 recordings" in dpo.get(address)
    with calls.runtime.work(calls.house, write=False) as work:
        letters = {one.kind: one for one in package_queries.letters(work, the_request(address))}
    assert f'{address}/letters/{letters["package_ready"].id}"' in dpo.page.text
    assert "what tells of them waits below" in dpo.text
    assert "In the package" in dpo.text

    code = dpo.get(f"{address}/letters/{letters['package_code'].id}")
    assert "⟦code⟧" in code
    dpo.post(f"{address}/letters/{letters['package_code'].id}", act="post", revision="0")
    assert "the only time it is shown" in dpo.text
    assert re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){4}", dpo.text)
    assert not re.search(
        r"[2-9A-Z]{4}(-[2-9A-Z]{4}){4}", dpo.get(f"{address}/letters/{letters['package_code'].id}")
    )
    dpo.get(f"{address}/letters/{letters['package_ready'].id}")
    dpo.post(f"{address}/letters/{letters['package_ready'].id}", act="send", revision="0")
    dpo.get(address)
    assert "Answered" in dpo.text
    assert "waits below" not in dpo.text
    dpo.post(address, act="close")
    assert "It is closed." in dpo.text
    assert "Close it" not in dpo.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_mail_server_a_letter_is_printed_and_nothing_is_said_to_have_gone(house: House) -> None:
    house.runtime.settings = replace(house.runtime.settings, mail=None)
    dpo = house.person("dpo")
    address = take_down(dpo)
    dpo.post(address, act="letter", kind="acknowledgement")
    letter = str(dpo.page.url.path)
    assert "No mail server is set up" in dpo.text
    assert "Send it by mail" not in dpo.text
    dpo.post(letter, 409, act="send", revision="0")
    assert "Not acknowledged" in dpo.get(address)
    dpo.get(letter)
    dpo.post(letter, act="post", revision="0")
    assert "Not acknowledged" not in dpo.get(address)


def test_the_stranger_on_a_shared_telephone_is_excluded_by_hand(calls: House) -> None:
    dpo = calls.person("dpo")
    address = take_down(dpo, name="Hannah Cole", tel=f"{HANNAH}\n+447700900199")
    dpo.post(address, act="search")
    (found,) = candidates(calls, address)
    assert "H••• C•••" in dpo.text  # those in the call are shown masked, those who ask are not
    assert HANNAH in dpo.text
    # Somebody else's browser may neither see nor decide.
    for login in ("agent", "supervisor", "ciso", "admin"):
        other = calls.person(login)
        other.get(address, 403)
        other.get(f"{address}/candidates", 403)
        other.get("/requests", 403)
        other.get("/")
        other.post(f"{address}/candidates/{found.id}", 403, verdict="confirmed", because="I say so.")
    dpo.get(f"{address}/candidates")
    pick = {f"pick_{found.id}": "yes"}
    assert "Confirm or exclude" in dpo.post(f"{address}/candidates", 422, because="A wrong number.", **pick)
    assert "A wrong number." in dpo.page.text
    dpo.get(f"{address}/candidates")
    dpo.post(f"{address}/candidates", verdict="excluded", because="Her neighbour uses the telephone.", **pick)
    assert "1 excluded" in dpo.get(address)
    assert [one.decision for one in candidates(calls, address)] == ["excluded"]
    dpo.post(address, act="decide", outcome="granted", because="Nothing is hers.")
    assert "Answer: nothing is held" in dpo.text


def test_an_objection_stops_at_once_and_is_weighed_by_a_person(calls: House) -> None:
    dpo, supervisor, recording = calls.person("dpo"), calls.person("supervisor"), calls.calls[RELEASED]
    supervisor.get(f"/recordings/{recording}?purpose=quality")
    assert supervisor.sources()
    address = take_down(dpo, kind="objection", stop_quality="yes")
    assert "Stopped on every recording it covers, present and to come: Quality assurance." in dpo.text
    refused = supervisor.get(f"/recordings/{recording}?purpose=quality", 403)
    assert not supervisor.sources()
    assert "Quality assurance (restricted)" in refused
    supervisor.get("/recordings?purpose=quality")
    assert recording not in supervisor.page.text  # nor is it found for that
    assert recording in supervisor.client.get("/recordings?purpose=complaint").text
    dpo.get(address)
    dpo.post(
        address, act="grounds", verdict="grounds_outweigh", because="A fraud on her account is looked into."
    )
    assert "Compelling grounds outweigh it" in dpo.text
    supervisor.get(f"/recordings/{recording}?purpose=quality", 403)  # she has not been told yet
    dpo.get(address)
    dpo.post(address, act="letter", kind="objection_grounds")
    dpo.post(str(dpo.page.url.path), act="send", revision="0")
    supervisor.get(f"/recordings/{recording}?purpose=quality", 403)
    dpo.get(address)
    dpo.post(address, act="answer", told="letter")
    supervisor.get(f"/recordings/{recording}?purpose=quality")
    assert supervisor.sources()


def test_a_doubt_stands_in_the_way_until_somebody_has_settled_it(calls: House) -> None:
    dpo = calls.person("dpo")
    address = take_down(dpo, emails="hannah.cole@example.com")
    dpo.post(address, act="doubt", because="The voice is a man's.", asked_for_proof="yes")
    assert "Clock paused: identity is in doubt" in dpo.text
    assert "h•••@e•••.com" in dpo.text
    dpo.post(address, act="code", position="0")
    said = dpo.post(address, 422, act="prove", code="000000")
    assert "wrong or no longer valid" in said
    dpo.post(address, 409, act="decide", outcome="granted", because="I believe her.")
    dpo.get(address)
    dpo.post(address, act="evidence", passed="yes", because="Her letter has the number of the contract.")
    assert "Identity Proven" in dpo.text
    assert "Clock paused" not in dpo.text


def test_what_was_typed_stays_and_card_data_does_not(house: House) -> None:
    dpo = house.person("dpo")
    dpo.get("/requests/new")
    said = dpo.post("/requests", 422, kind="access", name="Ann Other", tel="not a number", text="Please.")
    assert "Ann Other" in dpo.page.text
    assert "Please." in dpo.page.text
    assert "Traceback" not in said
    dpo.get("/requests/new")
    dpo.post("/requests", 422, kind="access", name="Ann Other", tel=HANNAH, text=f"My card is {CARD}.")
    assert CARD not in dpo.page.text
    assert "Ann Other" in dpo.page.text
    dpo.get("/requests/new")
    dpo.post("/requests", 422, kind="nothing", name="Ann Other")
    with house.runtime.work(house.house, write=False) as work:
        assert queries.count(work, queries.Filters()) == 0


def test_a_letter_is_changed_by_hand_and_what_was_read_is_what_goes(calls: House) -> None:
    dpo = calls.person("dpo")
    address = take_down(dpo)
    dpo.post(address, act="letter", kind="acknowledgement")
    letter = str(dpo.page.url.path)
    body = "Dear Ms Cole,\n\nit is here. $due {{7*7}} <b>soon</b>"
    dpo.post(letter, act="save", revision="0", subject="Received", body=body)
    assert "$due {{7*7}} <b>soon</b>" in dpo.text
    assert "Somebody has changed the letter" in dpo.post(letter, 409, act="send", revision="0")
    dpo.get(letter)
    assert (
        "card data"
        in dpo.post(letter, 422, act="save", revision="1", subject="x", body=f"Card {CARD}").lower()
    )
    assert CARD not in dpo.page.text
    dpo.get(letter)
    dpo.post(letter, act="send", revision="1")
    assert "Let it go" not in dpo.get(letter)
    other = take_down(dpo, tel="+447700900102")
    dpo.get(letter.replace(address, other), 404)


def test_the_board_and_the_list_go_by_the_clock(calls: House, clock: FakeClock) -> None:
    dpo = calls.person("dpo")
    assert "Nobody asks for anything." in dpo.get("/requests")
    first = take_down(dpo)
    take_down(dpo, kind="marketing_objection", tel="+447700900102")
    board = dpo.get("/requests")
    assert "Not acknowledged" in board
    number = re.search(r"\d{4}-\d{4}", board)
    assert number is not None
    assert str(dpo.client.get(f"/requests/list?number={number.group()}").url.path).startswith(
        "/requests/srq_"
    )
    assert "No request is like this." in dpo.get("/requests/list?number=1999-0001")
    assert "Objection to marketing" in dpo.get("/requests/list?kind=marketing_objection")
    assert "Access request" not in dpo.page.text.split("<tbody>")[1].split("</tbody>")[0]
    dpo.get("/requests/list?state=nothing", 422)
    today = dpo.get("/")
    assert "is not acknowledged Tell the person that it has come in. in 3 days" in today
    clock.advance(timedelta(days=40))
    late = calls.person("dpo")
    assert re.search(
        r"is not acknowledged Tell the person that it has come in\. \d+ days late", late.get("/")
    )
    assert "days late" in late.get("/requests")
    assert first in late.page.text


@pytest.mark.parametrize("path", ["/requests", "/requests/new", "/requests/list"])
def test_nobody_else_sees_requests(house: House, path: str) -> None:
    for login in ("agent", "supervisor", "ciso", "admin"):
        house.person(login).get(path, 403)


def test_calls_of_others_are_untouched(calls: House) -> None:
    """An objection covers the calls of whoever objects, and no other."""
    dpo = calls.person("dpo")
    take_down(dpo, kind="objection", stop_quality="yes")
    with calls.runtime.work(calls.house, write=False) as work:
        stopped = {name: bool(catalog.restrictions(work, one)) for name, one in calls.calls.items()}
    assert stopped == {RELEASED: True, ELSEWHERE: False, SUSPECTED: False}
