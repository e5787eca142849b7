"""The log in the console: found by what one knows, drawn as it happened, proven by anybody, examined by who may."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import merkle
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.console import log as log_page
from governance.console import log_entry, log_health
from governance.console.log import Asked, plot
from tests.console.conftest import RELEASED, House, Person

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def busy(house: House) -> House:
    """The house after somebody was refused something and somebody heard something, all of it signed for."""
    house.take_in(RELEASED)
    recording = house.calls[RELEASED]
    house.person("agent").get(f"/recordings/{recording}?purpose=training")
    house.person("admin").get("/log", 403)
    settle(house)
    return house


def settle(house: House) -> None:
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")


def listed(person: Person) -> list[str]:
    return re.findall(r'<a href="/log/[0-9a-f-]{36}">([^<]+)</a>', person.page.text)


def test_every_filter_narrows_and_the_plot_and_its_table_say_when(busy: House) -> None:
    ciso = busy.person("ciso")
    ciso.get("/log?outcome=denied")
    assert listed(ciso) == ["Log read"]
    assert "permission missing" in ciso.text
    assert re.search(r"When: 1 entry .*? 1 denied", ciso.text)
    ciso.get("/log?act=recording.redacted")
    assert listed(ciso) == ["Redaction"]
    ciso.get("/log?actor=agent")
    assert "Sign-in" in listed(ciso)
    assert "Log read" not in listed(ciso)
    recording = busy.calls[RELEASED]
    ciso.get(f"/log?recording={recording}")
    assert "Recording taken in" in listed(ciso)
    # A row of the plot's table leads to the entries behind it.
    span = re.search(r'href="(/log\?[^"]*since=[^"]*)"', ciso.page.text)
    assert span
    before = listed(ciso)
    ciso.get(span.group(1).replace("&amp;", "&"))
    assert listed(ciso) == before
    ciso.get("/log?since=2031-01-01")
    assert "No entry here." in ciso.text
    for wrong in ("?since=yesterday", "?outcome=perhaps", "?act=what.ever", "?before=nonsense"):
        ciso.get(f"/log{wrong}", 422)


def test_a_person_is_looked_for_in_no_address_and_named_in_no_entry(
    busy: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_page, "PAGE", 1)
    ciso = busy.person("ciso")
    ciso.get("/log")
    text = ciso.post("/log", person="agent")
    assert "concern the person" in text
    first = listed(ciso)
    position = re.search(r'name="before" value="([^"]+)"', ciso.page.text)
    assert position
    assert "agent" not in str(ciso.page.url)
    ciso.post("/log", person="agent", before=position.group(1))
    assert listed(ciso) != first
    ciso.post("/log", person="+44 20 7946 0000")
    assert "No entry here." in ciso.text
    settle(busy)
    assert "7946" not in ciso.get("/log?act=audit.read")


def test_the_page_of_an_entry_holds_all_it_takes_to_recompute_it(busy: House) -> None:
    ciso = busy.person("ciso")
    ciso.get("/log?act=recording.redacted")
    place = re.search(r"/log/([0-9a-f-]{36})", ciso.page.text)
    assert place
    ciso.get(f"/log/{place.group(1)}")
    page = ciso.page.text
    leaf = base64.b64decode(re.search(r'data-leaf="([^"]+)"', page)[1])  # type: ignore[index]
    here = hashlib.sha256(b"\x00" + leaf).digest()
    for side, sibling, makes in re.findall(
        r'data-side="(\w+)" data-sibling="(\w+)" data-expected="(\w+)"', page
    ):
        other = bytes.fromhex(sibling)
        here = hashlib.sha256(b"\x01" + (other + here if side == "left" else here + other)).digest()
        assert here.hex() == makes
    assert here.hex() == re.search(r'path-root" data-expected="(\w+)"', page)[1]  # type: ignore[index]
    exact = ciso.client.get(f"/log/{place.group(1)}/leaf")
    assert exact.content == leaf
    assert "attachment" in exact.headers["content-disposition"]
    proof = ciso.client.get(f"/log/{place.group(1)}/proof")
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\n")
    busy.person("admin").get(f"/log/{place.group(1)}/proof", 403)


@given(st.integers(1, 600), st.data())
def test_the_sides_of_a_path_are_those_that_lead_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = [merkle.leaf_hash(str(at).encode()) for at in range(size)]
    path = merkle.inclusion(
        index, size, lambda height, at: merkle.root_of(hashes[at << height : (at + 1) << height])
    )
    sides = log_entry.sides(index, size)
    assert len(sides) == len(path)
    here = hashes[index]
    for is_left, sibling in zip(sides, path, strict=True):
        here = merkle.node_hash(sibling, here) if is_left else merkle.node_hash(here, sibling)
    assert here == merkle.root_of(hashes)


@given(
    st.lists(
        st.tuples(st.timedeltas(timedelta(0), timedelta(days=4000)), st.sampled_from(log_page.OUTCOMES)),
        min_size=1,
    )
)
def test_the_plot_counts_every_entry_that_it_has_room_for(ages: list[tuple[timedelta, str]]) -> None:
    chart = plot([(NOON - age, outcome) for age, outcome in ages], Asked())
    assert chart is not None
    assert 12 <= len(chart.columns) <= 120
    shown = sum(column.total for column in chart.columns)
    assert shown == len(ages) or max(ages)[0] > timedelta(days=3500)


def test_health_says_what_the_last_self_audit_found_and_begins_one(busy: House, clock: FakeClock) -> None:
    ciso = busy.person("ciso")
    assert "None yet" in ciso.get("/log/health")
    ciso.post("/log/health/audit")
    assert "Every entry is what was logged." in ciso.text
    settle(busy)
    assert "Holds" in ciso.get("/log/health")
    ciso.get("/log")
    clock.advance(timedelta(minutes=2))
    audit.sequence(busy.runtime, "default")
    assert re.search(r"Not signed yet \d+ the oldest for 1[12]\d s", ciso.get("/log/health"))
    log_health._RUNNING.acquire()
    try:
        assert "already" in ciso.post("/log/health/audit", 409)
    finally:
        log_health._RUNNING.release()
    busy.person("admin").get("/log/health", 403)


def test_a_log_that_nothing_happened_in_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ciso = house.person("ciso")
    assert "What happens takes its place here" in ciso.get("/log")
    assert "Nothing has been signed yet." in ciso.get("/log/health")


def test_the_log_is_narrowed_to_a_purpose_and_an_address_stands_in_no_address(
    busy: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    dpo = busy.person("dpo")
    dpo.get(f"/recordings/{busy.calls[RELEASED]}?purpose=quality")
    settle(busy)
    ciso = busy.person("ciso")
    ciso.get("/log?purpose=quality")
    assert listed(ciso)
    assert ciso.text.count("for quality") == len(listed(ciso))
    assert '<option value="quality" selected>' in ciso.page.text
    ciso.get("/log?purpose=No+such", 422)
    monkeypatch.setattr(log_page, "PAGE", 1)
    ciso.get("/log")
    assert "came from the address" in ciso.post("/log", source="testclient")
    first = listed(ciso)
    assert len(first) == 1
    assert "testclient" not in str(ciso.page.url)
    assert "source=" not in "".join(re.findall(r'href="([^"]*)"', ciso.page.text))
    position = re.search(r'name="before" value="([^"]+)"', ciso.page.text)
    assert position
    ciso.post("/log", source="testclient", before=position.group(1))
    assert listed(ciso) != first
    ciso.post("/log", source="192.0.2.1")
    assert "No entry here." in ciso.text


def test_what_the_log_is_narrowed_to_is_taken_out_as_a_file(busy: House) -> None:
    ciso = busy.person("ciso")
    ciso.get("/log?act=recording.redacted")
    assert "All of these as CSV" in ciso.text
    body = ciso.post("/log/export", act="recording.redacted", format="csv") and ciso.page.text
    assert ciso.page.headers["content-disposition"] == 'attachment; filename="log.csv"'
    assert len(body.splitlines()) == 2
    assert ",recording.redacted," in body
    ciso.get("/log")
    ciso.post("/log/export", 422, format="exe")
    ciso.get("/log")
    ciso.post("/log/export", 422, format="csv", since="yesterday")
    agent = busy.person("agent")
    agent.get("/account")
    agent.post("/log/export", 403, format="csv")
