"""The pages for the people recorded: asked without an account, nothing used up by looking, and nobody's text becomes more."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from governance.console.portal.words import WORDS
from governance.subjects import person, queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from tests.console.conftest import House

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASKED = {
    "tenant": "default", "language": "en", "kind": "access", "name": "Jane Roe", "email": "jane@example.com",
    "tel": "+44 7700 900123", "tel2": "+44 7700 900456", "customer_number": "", "address": "", "text": "In May.", "law": "",
}  # fmt: skip


def opened(house: House) -> list[SubjectRequest]:
    with house.runtime.work(house.house, write=False) as work:
        return list(queries.requests(work, queries.Filters(), limit=50)[0])


def who(house: House, request: SubjectRequest) -> person.Person:
    with house.runtime.work(house.house, write=False) as work:
        return person.of(work, request)


def test_words_are_the_same_in_every_language() -> None:
    assert set(WORDS["en"]) == set(WORDS["de"])


def test_a_stranger_asks_and_is_told_number_and_day(house: House) -> None:
    stranger = house.stranger()
    stranger.get("/portal")
    assert "governance_form" in stranger.page.headers["set-cookie"]
    assert "Path=/portal" in stranger.page.headers["set-cookie"]
    text = stranger.post("/portal", 201, **ASKED)
    (request,) = opened(house)
    assert request.number in text
    assert str(request.due_on.year) in text
    asked = who(house, request)
    assert (asked.name, asked.email, request.channel) == ("Jane Roe", "jane@example.com", "portal")
    assert {one.value for one in asked.identifiers} == {"+447700900123", "+447700900456", "jane@example.com"}
    assert "default-src 'none'" in stranger.page.headers["content-security-policy"]
    assert stranger.page.headers["cache-control"] == "no-store"


@ON_SQLITE
def test_what_was_sent_once_cannot_be_sent_again_by_reloading(house: House) -> None:
    stranger = house.stranger()
    stranger.get("/portal")
    proof = re.search(r'name="proof" value="([0-9a-f]{64})"', stranger.page.text)
    assert proof is not None
    body = {"proof": proof.group(1), **ASKED}
    assert stranger.client.post("/portal", data=body).status_code == 201
    assert stranger.client.post("/portal", data=body).status_code == 403
    assert house.stranger().client.post("/portal", data=body).status_code == 403
    other = stranger.client.post("/portal", data=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert other.status_code == 403
    assert len(opened(house)) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "erasure", "wrong_choice"),
        ("tel", "abc", "wrong_field"),
        ("text", "my card is 4111 1111 1111 1111", "wrong_card"),
        ("email", "", "wrong_contact"),
        ("law", "hammurabi", "wrong_law"),
        ("customer_number", "4111 1111 1111 1111", "wrong_card"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_opened(
    house: House, field: str, value: str, words: str
) -> None:
    stranger = house.stranger()
    stranger.get("/portal?language=de")
    text = stranger.post("/portal", 422, **{**ASKED, "language": "de", field: value})
    assert WORDS["de"][words] in text
    assert WORDS["de"]["wrong"] in text
    assert 'value="Jane Roe"' in stranger.page.text, "nobody types it all again"
    assert "4111" not in stranger.page.text, "a card number comes back to nobody's screen"
    assert not opened(house)


@ON_SQLITE
@pytest.mark.parametrize("address", ["/fetch/pkg_0199d5f2", "/fetch/pkg_0199d5f2/package.zip"])
def test_a_link_that_was_cut_off_is_said_to_be_and_speaks_of_no_pattern(house: House, address: str) -> None:
    stranger = house.stranger()
    assert "copy the whole of it" in stranger.get(address, 404)
    assert "pattern" not in stranger.text
    assert stranger.client.get(address, headers={"accept": "application/json"}).status_code == 422


@ON_SQLITE
def test_nobody_writes_a_page_through_their_name(house: House) -> None:
    stranger = house.stranger()
    stranger.get("/portal")
    evil = '{{7*7}}<script>alert(1)</script>"'
    stranger.post("/portal", 422, **{**ASKED, "name": evil, "tel": "x"})
    assert "<script>alert" not in stranger.page.text
    assert "{{7*7}}&lt;script&gt;" in stranger.page.text


@ON_SQLITE
@pytest.mark.parametrize(("header", "noted"), [("1", True), ("0", False), ("true", False), (None, False)])
def test_the_global_privacy_control_is_evidence_of_an_objection_where_it_says_exactly_1(
    house: House, header: str | None, noted: bool
) -> None:
    stranger = house.stranger()
    if header is not None:
        stranger.client.headers["Sec-GPC"] = header
    stranger.get("/portal")
    assert (WORDS["en"]["gpc"] in stranger.text) == noted
    stranger.post("/portal", 201, **{**ASKED, "kind": "marketing_objection"})
    stranger.get("/portal")
    stranger.post("/portal", 201, **ASKED)
    texts = {one.kind: who(house, one).text or "" for one in opened(house)}
    assert ("Global Privacy Control" in texts["marketing_objection"]) == noted
    assert "Global Privacy Control" not in texts["access"], "it says nothing about access"


@ON_SQLITE
def test_a_tenant_that_there_is_not_has_no_page(house: House) -> None:
    for tenant in ("nobody", "..", "x" * 40):
        house.stranger().get(f"/portal?tenant={tenant}", 404)


@ON_SQLITE
def test_the_language_is_the_one_asked_for_or_the_browsers(house: House) -> None:
    stranger = house.stranger()
    assert WORDS["de"]["ask_title"] in stranger.get("/portal?language=de")
    stranger.client.headers["Accept-Language"] = "fr, de-AT;q=0.8"
    assert WORDS["de"]["ask_title"] in stranger.get("/portal")
    assert 'lang="de"' in stranger.page.text
    assert "language=en" in stranger.page.text


def test_a_code_for_an_identity_is_taken_here_and_every_refusal_is_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = house.stranger()
    stranger.get("/portal")
    stranger.post("/portal", 201, **ASKED)
    (request,) = opened(house)
    calls: list[tuple[str, str]] = []

    def prove(_runtime: object, _actor: object, request_id: str, code: str) -> None:
        from governance.errors import InvalidError

        calls.append((request_id, code))
        if code != "12345678":
            raise InvalidError("wrong", "code")

    monkeypatch.setattr(requests, "prove_identity", prove)
    stranger.get("/portal/code")
    same = {
        stranger.post("/portal/code", 422, number=number, code=code).replace(number, "")
        for number, code in (
            (request.number, "1"),
            ("2026-9999", "12345678"),
            ("x", "1"),
            ("2026-99999999999", "1"),
            ("99999999999-1", "1"),
        )
    }
    assert len(same) == 1
    assert WORDS["en"]["code_done"] in stranger.post("/portal/code", number=request.number, code="12345678")
    assert calls == [(request.id, "1"), (request.id, "12345678")]


def test_the_portal_is_rate_limited(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = house.stranger()
    stranger.get("/portal")
    monkeypatch.setattr(house.app.state.front.rates, "portal_per_address", "2/minute")
    assert [
        stranger.post("/portal", status, **{**ASKED, "kind": "x"}) and status for status in (422, 422, 429)
    ]


@ON_SQLITE
def test_no_file_is_taken_and_no_large_form_so_that_nothing_is_ever_unpacked(house: House) -> None:
    """CVE-2023-37480: an archive that a stranger sends and somebody unpacks. Evidence is seen, and described in words."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("evidence", b"\0" * 5_000_000)
    stranger = house.stranger()
    stranger.get("/portal")
    proof = re.search(r'name="proof" value="([0-9a-f]{64})"', stranger.page.text)
    assert proof is not None
    sent = {"proof": proof.group(1), **ASKED}
    files = {"evidence": ("e.zip", bomb.getvalue(), "application/zip")}
    assert stranger.client.post("/portal", data=sent, files=files).status_code == 422
    assert stranger.client.post("/portal", data={**sent, "text": "x" * 70_000}).status_code == 413
    assert not opened(house)
