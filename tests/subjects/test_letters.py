"""Letters: shown before they go, changed by whoever answers for them, and never a way for anybody's text to become more."""

from __future__ import annotations

import pytest

from governance.errors import ConflictError, DeniedError, InvalidError
from governance.messages import queries as outgoing
from governance.messages.envelope import Letter as Mail
from governance.messages.envelope import unseal
from governance.policy.letters import CODE_HERE
from governance.runtime import Runtime, Work
from governance.subjects import letters, package_queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import Letter
from governance.subjects.service import Asked, Identifier, Person
from tests.access.people import logged
from tests.subjects.conftest import AGENT, DPO, EMAIL, TEL, Opened

REASONS = {"reasons": "The call was never recorded."}


def mailed(work: Work, row: Letter) -> Mail:
    """Return what left for the mail server."""
    message = outgoing.message(work, row.message_id or "")
    assert message.content_sealed is not None
    return Mail.from_bytes(unseal(work, message.id, "content", message.content_sealed))


def prepared(runtime: Runtime, request: SubjectRequest, kind: str, **facts: str) -> Letter:
    with runtime.work(DPO) as work:
        return letters.prepare(work, request.id, kind, facts=facts)


def shown(runtime: Runtime, row: Letter) -> letters.Shown:
    with runtime.work(DPO, write=False) as work:
        return letters.show(work, package_queries.letter(work, row.id))


def test_a_refusal_is_shown_changed_and_sent_as_it_was_read(runtime: Runtime, opened: Opened) -> None:
    request = opened(language="de-AT")
    row = prepared(runtime, request, "refusal", **REASONS)
    text = shown(runtime, row)
    assert text.subject == f"Ihre Anfrage {request.number}: unsere Antwort"
    for owed in (REASONS["reasons"], "Aufsichtsbehörde", "vor Gericht", "Jane Roe"):
        assert owed in text.body
    assert TEL.encode() not in row.body_sealed
    with runtime.work(DPO) as work:
        letters.edit(work, row.id, 0, text.subject, text.body + "\nPS: Rufen Sie uns gern an.\n")
    with pytest.raises(ConflictError, match="changed"), runtime.work(DPO) as work:
        letters.edit(work, row.id, 0, "x", "y")
    with pytest.raises(ConflictError, match="changed"), runtime.work(DPO) as work:
        letters.send(work, row.id, 0)
    with runtime.work(DPO) as work:
        sent = letters.send(work, row.id, 1)
        mail = mailed(work, sent)
    assert (mail.to, mail.subject) == (EMAIL, text.subject)
    assert "PS: Rufen Sie uns gern an." in mail.body
    with pytest.raises(ConflictError, match="gone"), runtime.work(DPO) as work:
        letters.send(work, row.id)
    for act in ("prepared", "edited", "sent"):
        (leaf,) = logged(runtime, f"request.letter.{act}")
        assert row.id in leaf
        assert REASONS["reasons"] not in leaf


def test_a_requester_called_like_a_template_or_a_header_reads_their_own_name(runtime: Runtime) -> None:
    name = "{{7*7}} $due\r\nBcc: all@example.com"
    who = Person(name=name, email=EMAIL, identifiers=(Identifier("tel", TEL),))
    with runtime.work(DPO) as work:
        request = requests.open_request(work, Asked(kind="access", channel="by_hand", who=who))
        row = letters.prepare(work, request.id, "acknowledgement")
        mail = mailed(work, letters.send(work, row.id))
    assert "Dear {{7*7}} $due Bcc: all@example.com," in mail.body
    assert "\n" not in mail.subject
    assert mail.to == EMAIL
    assert str(request.due_on.year) in mail.body


def test_card_data_has_no_place_in_a_letter(runtime: Runtime, opened: Opened) -> None:
    card = "your card 4111 1111 1111 1111"
    request = opened()
    with pytest.raises(InvalidError, match="card data"):
        prepared(runtime, request, "refusal", reasons=card)
    row = prepared(runtime, request, "refusal", **REASONS)
    text = shown(runtime, row)
    for subject, body in ((card, text.body), (text.subject, f"{text.body}\n{card}")):
        with pytest.raises(InvalidError, match="card data"), runtime.work(DPO) as work:
            letters.edit(work, row.id, 0, subject, body)


def test_a_code_is_put_in_when_the_letter_goes_and_stands_nowhere_before_or_after(
    runtime: Runtime, opened: Opened
) -> None:
    request = opened()
    row = prepared(runtime, request, "identity_code", expires="in a while")
    text = shown(runtime, row)
    assert text.body.count(CODE_HERE) == 1
    for body in (text.body.replace(CODE_HERE, ""), text.body + CODE_HERE):
        with pytest.raises(InvalidError, match="place of the code"), runtime.work(DPO) as work:
            letters.edit(work, row.id, 0, text.subject, body)
    with pytest.raises(ConflictError, match="code"), runtime.work(DPO) as work:
        letters.send(work, row.id)
    with runtime.work(DPO) as work:
        letters.edit(work, row.id, 0, text.subject, "Hello\n" + text.body)
        sent = letters.send(work, row.id, to="file@example.com", code="12345678")
        mail = mailed(work, sent)
    assert mail.to == "file@example.com"
    assert "12345678" in mail.body
    assert "12345678" not in shown(runtime, row).body


def test_a_newer_letter_of_a_kind_takes_the_place_of_the_one_that_waits(
    runtime: Runtime, opened: Opened
) -> None:
    request = opened()
    first, second = (prepared(runtime, request, "refusal", reasons=why) for why in ("one reason", "another"))
    with runtime.work(DPO) as work:
        assert [one.state for one in package_queries.letters(work, request.id)] == ["discarded", "prepared"]
        assert "another" in letters.post(work, second.id).body
        assert package_queries.letter(work, second.id).state == "posted"
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        letters.discard(work, first.id)


def test_only_who_answers_requests_writes_letters_and_forgotten_ones_say_nothing(
    runtime: Runtime, opened: Opened
) -> None:
    request = opened()
    row = prepared(runtime, request, "refusal", **REASONS)
    for act in (
        lambda work: letters.prepare(work, request.id, "refusal", facts=REASONS),
        lambda work: letters.edit(work, row.id, 0, "x", "y"),
        lambda work: letters.send(work, row.id),
        lambda work: letters.post(work, row.id),
        lambda work: letters.discard(work, row.id),
    ):
        with pytest.raises(DeniedError), runtime.work(AGENT) as work:
            act(work)
    with pytest.raises(InvalidError, match="nothing to say for \\$ends"):
        prepared(runtime, request, "restriction_ends", **REASONS)
    with pytest.raises(InvalidError, match="a letter is one of"):
        prepared(runtime, request, "reply")
    with runtime.work(DPO) as work:
        assert letters.forget(work, request.id) == 1
    assert shown(runtime, row) == letters.Shown("", "")
