"""Finding a call and looking at it: exactly what was asked for, nobody named in an address, its sound as a picture that says why."""

from __future__ import annotations

import html
import re

from governance.audit import service as audit
from governance.findings import service as findings
from governance.recordings import queries
from governance.runtime import Actor
from tests.console.conftest import ELSEWHERE, RELEASED, SUSPECTED, House, Person

HANNAH = "+447700900101"


def found(person: Person) -> set[str]:
    return set(re.findall(r'href="/recordings/(rec_[0-9a-f]{32})"', person.page.text))


def test_a_call_is_found_by_name_id_line_and_person(house: House) -> None:
    house.take_in(RELEASED, ELSEWHERE, is_redacted=False)
    dpo, here, there = house.person("dpo"), house.calls[RELEASED], house.calls[ELSEWHERE]
    dpo.get("/recordings?external=call-0001")
    assert found(dpo) == {here}
    assert "Nothing fits." in dpo.get("/recordings?external=call-00")  # compared whole
    assert str(dpo.client.get(f"/recordings?external={there}").url.path) == f"/recordings/{there}"
    dpo.get("/recordings?line=insurance&team=payments&state=quarantined&since=2026-10-26&until=2026-10-26")
    assert found(dpo) == {here}
    dpo.get("/recordings?purpose=nothing", 422)

    dpo.get("/recordings?team=payments")
    dpo.post("/recordings/person", person="07700 900101", team="payments")  # in any spelling
    assert found(dpo) == {here}
    address = str(dpo.page.url)
    assert "900101" not in address
    assert "team=payments" in address
    assert re.search(r"person=[0-9a-f]{32}", address)
    dpo.get("/recordings")
    assert "This is no telephone number" in dpo.post("/recordings/person", 422, person="   ")
    # The tokens are no way in: who may not name people finds nobody by them.
    where = address.removeprefix("http://testserver")
    for login in ("supervisor", "ciso"):
        other = house.person(login)
        assert "A person’s calls" not in other.get("/recordings")
        other.get(where, 403)
        other.get("/")
        other.post("/recordings/person", 403, person=HANNAH)


def pictures(person: Person) -> list[str]:
    """Return the drawings that the page refers to, one for each channel."""
    return [html.unescape(one) for one in re.findall(r'<use href="(/recordings/[^"]*)"', person.page.text)]


def test_the_picture_is_for_whoever_may_hear_and_its_blocks_say_why(calls: House) -> None:
    person, recording = calls.person("supervisor"), calls.calls[RELEASED]
    before = person.get(f"/recordings/{recording}")
    assert pictures(person) == []
    blocks = re.findall(
        r'<a href="#(cut-\d+-\d+)" class="block [a-z-]+" aria-label="([^"]*)"', person.page.text
    )
    assert blocks
    for target, told in blocks:
        assert f'<tr id="{target}"' in person.page.text  # without a script it leads to its line
        assert re.match(r"[A-Z][a-z ]+, 0:\d\d\.\d to 0:\d\d\.\d, .+, channel 1\. \w+", html.unescape(told))
    assert "Nothing is in quarantine" not in before
    person.get(f"/recordings/{recording}?purpose=quality")
    assert person.page.text.count('class="tape"') == 1
    first, second = pictures(person)
    address, _, name = first.partition("#")
    assert second == first[:-1] + "1"
    assert "level=rendition" in address
    assert "purpose=quality" in address
    person.get(address)
    assert person.page.headers["content-type"] == "image/svg+xml"
    assert person.page.headers["cache-control"] == "no-store"
    waves = re.findall(r'<path id="([^"]+)" d="(M[MVHz\d. ]+z)"', person.page.text)
    assert [one for one, _ in waves] == [name, name[:-1] + "1"]
    # Who may not hear it sees no picture, neither on the page nor at its address.
    person.get(f"/recordings/{recording}?purpose=legal_claim", 403)
    assert pictures(person) == []
    for refused in ("purpose=legal_claim", "purpose=", "purpose=quality&level=master"):
        person.get(f"/recordings/{recording}/waveform?{refused}", 403)
        assert "<path" not in person.page.text
    person.get(f"/recordings/{recording}/waveform", 422)
    calls.person("dpo").get(f"/recordings/{calls.calls[SUSPECTED]}/waveform?purpose=quality", 403)
    calls.person("outsider").get(address, 404)
    assert calls.stranger().client.get(address, follow_redirects=False).status_code == 303
    hears_no_masters = calls.person("ciso")
    hears_no_masters.get(f"/recordings/{recording}?purpose=quality&level=master", 403)
    assert pictures(hears_no_masters) == []


def test_what_cannot_be_drawn_is_said_and_not_shown_as_silence(calls: House) -> None:
    recording, person = calls.calls[RELEASED], calls.person("supervisor")
    with calls.runtime.work(calls.house) as work:
        (media,) = queries.media(work, recording)
        media.codec = "SILK"
        work.session.add(media)
    assert "No waveform: nothing of this stream that you hear can be drawn." in person.get(
        f"/recordings/{recording}?purpose=quality"
    )
    assert pictures(person) == []
    assert len(person.sources()) == 1


def test_a_recording_says_why_it_is_still_here_and_what_was_done_with_it(calls: House) -> None:
    recording = calls.calls[RELEASED]
    agent, dpo = calls.person("agent"), calls.person("dpo")
    agent.get(f"/recordings/{recording}/waveform?purpose=quality")
    agent.get(f"/recordings/{recording}?purpose=quality")
    assert "Why is it still here? It is kept until" in agent.text
    assert "Decides" in agent.text
    assert "Its history" not in agent.text
    assert agent.client.get(f"/recordings/{recording}?history=true").text.count('class="history"') == 0
    audit.sequence(calls.runtime, "default")
    assert "Show who did what, and why" in dpo.get(f"/recordings/{recording}")
    told = dpo.get(f"/recordings/{recording}?history=true")
    assert re.search(r"Transcript read by agent For quality", told)
    assert "Waveform seen by agent" in told
    assert "Log read" not in told.split("Its history")[1].split("The call")[0]


def test_today_says_what_needs_whom_and_leads_there(calls: House) -> None:
    agent, dpo, ciso = calls.person("agent"), calls.person("dpo"), calls.person("ciso")
    assert "Nothing needs you." in agent.get("/")
    assert "The log" not in agent.text
    assert f'href="/recordings/{calls.calls[SUSPECTED]}"' not in agent.page.text
    findings.check_all(calls.runtime, Actor.system("default", findings.SERVICE))
    assert "Decide about call-0029 Authentication data is suspected in it. in 2 days" in dpo.get("/")
    assert dpo.text.count("suspected in it") == 1  # the finding about it is not said apart
    assert "1 of the calls you see" in dpo.text
    assert "Decide about" not in ciso.get("/")
    for address in re.findall(r'href="(/[^"]*)"', dpo.page.text):
        assert dpo.client.get(html.unescape(address)).status_code == 200, address


def test_a_released_call_shows_the_hash_of_its_certificate_and_gives_it_to_whoever_accounts_for_it(
    calls: House,
) -> None:
    recording = calls.calls[RELEASED]
    dpo, supervisor = calls.person("dpo"), calls.person("supervisor")
    shown, file = dpo.get(f"/recordings/{recording}"), f"/v1/recordings/{recording}/redaction-certificate"
    told = dpo.client.get(file).json()
    assert told["sha256"] in shown
    assert file in dpo.page.text
    assert told["sha256"] in supervisor.get(f"/recordings/{recording}")
    assert file not in supervisor.page.text
    assert "with a certificate" not in dpo.get(f"/recordings/{calls.calls[SUSPECTED]}")
