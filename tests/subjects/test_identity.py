"""Who asks: proof is asked for where a doubt is recorded, by a code to an address on file, or by what a person saw."""

from __future__ import annotations

import hmac
import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError, InvalidError, LimitError
from governance.messages import envelope
from governance.messages.models import Message
from governance.recordings.interaction import PartyFacts, Role
from governance.runtime import Runtime
from governance.subjects import identity, queries
from governance.subjects import service as requests
from governance.subjects.models import IdentityCheck, SubjectRequest
from tests.access.people import logged
from tests.subjects.conftest import AGENT_PARTY, DPO, EMAIL, HOUSE, STRANGER, TEL, Call, Opened

WRONG = "0" * 8
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mails(runtime: Runtime) -> list[tuple[str, str]]:
    """Return what waits to be sent: to whom, and the text."""
    with runtime.work(HOUSE, write=False) as work:
        rows = work.session.exec(
            select(Message).where(Message.kind == "mail").order_by(col(Message.id))
        ).all()
        opened = [envelope.unseal(work, row.id, "content", row.content_sealed or b"") for row in rows]
    return [(letter.to, letter.body) for letter in map(envelope.Letter.from_bytes, opened)]


def code_of(text: str) -> str:
    [code] = re.findall(r"^\s+(\d{8})$", text, re.MULTILINE)
    return str(code)


def doubted(runtime: Runtime, request: SubjectRequest) -> None:
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "the handwriting differs from the contract's")


def as_it_is(runtime: Runtime, request_id: str) -> SubjectRequest:
    with runtime.work(DPO, write=False) as work:
        found = queries.request(work, request_id)
        assert found is not None
        return found


def checks(runtime: Runtime, request_id: str) -> list[IdentityCheck]:
    with runtime.work(DPO, write=False) as work:
        return list(queries.identity_checks(work, request_id))


@ON_SQLITE
def test_without_a_recorded_doubt_nobody_is_asked_for_proof(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    with pytest.raises(ConflictError, match=r"12\(6\)"), runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    with pytest.raises(ConflictError, match=r"12\(6\)"), runtime.work(DPO) as work:
        requests.check_evidence(work, request.id, True, "saw her card")
    with pytest.raises(InvalidError), runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, " ")


def test_a_code_goes_to_an_address_on_file_and_proves_who_reads_there(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        sent = requests.send_code(work, request.id)
    [(to, text)] = mails(runtime)
    assert to == EMAIL
    code = code_of(text)
    assert code not in str(sent.model_dump())
    with pytest.raises(InvalidError, match="wrong or no longer valid"):
        requests.prove_identity(runtime, DPO, request.id, WRONG if code != WRONG else "1" * 8)
    assert requests.prove_identity(runtime, DPO, request.id, f" {code[:4]} {code[4:]} ").identity == "proven"
    assert as_it_is(runtime, request.id).identity == "proven"
    [used] = checks(runtime, request.id)
    assert (used.tries, used.has_passed, used.code_hash) == (2, True, None)
    with pytest.raises(ConflictError):
        requests.prove_identity(runtime, DPO, request.id, code)
    outcomes = logged(runtime, "request.identity.checked")
    assert ["failure" in leaf for leaf in outcomes] == [True, False]
    assert code not in "".join(outcomes)


@ON_SQLITE
def test_an_address_that_only_the_request_names_gets_no_code(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    """The trap: whoever writes in somebody's name also writes where the proof is to be sent."""
    call()
    request = opened("access", ("tel", TEL), ("email", "thief@example.net"))
    doubted(runtime, request)
    with pytest.raises(ConflictError, match="on file"), runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    assert mails(runtime) == []


@ON_SQLITE
def test_an_address_on_file_that_the_request_does_not_name_gets_none_either(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call(PartyFacts(role=Role.CUSTOMER, name="Max", tel=TEL, email="max@example.net"), AGENT_PARTY)
    request = opened("access", ("tel", TEL))
    doubted(runtime, request)
    with pytest.raises(ConflictError, match="on file"), runtime.work(DPO) as work:
        requests.send_code(work, request.id)


@ON_SQLITE
def test_staff_get_their_code_at_their_accounts_address(runtime: Runtime, call: Call, opened: Opened) -> None:
    with runtime.work(HOUSE) as work:
        access.create_account(work, "sam", "agent", agent_id="a-17", email="sam@example.com")
        access.create_account(work, "kim", "agent", agent_id="a-18", email="kim@example.com")
    request = opened("access", ("agent_id", "a-17"), requester="staff")
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    assert [to for to, _ in mails(runtime)] == ["sam@example.com"]


def test_tries_are_counted_and_used_up_whatever_comes_of_them(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    code = code_of(mails(runtime)[0][1])
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    for expected in range(1, 6):
        with pytest.raises(InvalidError):
            requests.prove_identity(runtime, DPO, request.id, wrong)
        assert checks(runtime, request.id)[0].tries == expected
    with pytest.raises(InvalidError):
        requests.prove_identity(runtime, DPO, request.id, code)
    assert as_it_is(runtime, request.id).identity == "doubted"


def test_a_code_expires_and_its_hash_goes(
    runtime: Runtime, clock: FakeClock, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    code = code_of(mails(runtime)[0][1])
    clock.advance(timedelta(minutes=15))
    assert requests.end_expired_codes(runtime, HOUSE) == 1
    assert checks(runtime, request.id)[0].code_hash is None
    with pytest.raises(InvalidError):
        requests.prove_identity(runtime, DPO, request.id, code)
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    clock.advance(timedelta(minutes=15))
    with pytest.raises(InvalidError):
        requests.prove_identity(runtime, DPO, request.id, code_of(mails(runtime)[1][1]))
    assert as_it_is(runtime, request.id).identity == "doubted"


def test_a_new_code_ends_the_one_before_and_there_are_few_in_a_day(
    runtime: Runtime, clock: FakeClock, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    doubted(runtime, request)
    for _ in range(3):
        with runtime.work(DPO) as work:
            requests.send_code(work, request.id)
    with pytest.raises(LimitError), runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    codes = [code_of(text) for _, text in mails(runtime)]
    if codes[0] != codes[-1]:
        with pytest.raises(InvalidError):
            requests.prove_identity(runtime, DPO, request.id, codes[0])
    clock.advance(timedelta(days=1, minutes=1))
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    requests.prove_identity(runtime, DPO, request.id, code_of(mails(runtime)[-1][1]))
    assert as_it_is(runtime, request.id).identity == "proven"


@ON_SQLITE
def test_codes_are_compared_in_constant_time_by_a_keyed_hash(
    runtime: Runtime, call: Call, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    call()
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        sent = requests.send_code(work, request.id)
        code = "12345678"
        assert identity._hash(work, sent.id, code) != identity._hash(work, "idc_other", code)
        assert len(identity._hash(work, sent.id, code)) == 32
    compared: list[tuple[int, int]] = []

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((len(a), len(b)))
        return hmac.compare_digest(a, b)

    class Watched:
        digest = staticmethod(hmac.digest)
        compare_digest = staticmethod(watched)

    monkeypatch.setattr(identity, "hmac", Watched)
    for given in ("", "1", "1" * 8, "x" * 5000):
        with pytest.raises(InvalidError):
            requests.prove_identity(runtime, DPO, request.id, given)
    assert compared == [(32, 32)] * 4, "every answer is compared whole, however it looks"


@ON_SQLITE
def test_evidence_that_does_not_convince_proves_nothing(runtime: Runtime, call: Call, opened: Opened) -> None:
    own = call()
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        requests.check_evidence(work, request.id, False, "the name on the card is another")
    assert as_it_is(runtime, request.id).identity == "doubted"
    requests.search_candidates(runtime, DPO, request.id)
    from governance.subjects import candidate_queries

    with runtime.work(DPO) as work:
        [found] = candidate_queries.candidates(work, request.id)
        assert found.recording_id == own
        requests.confirm(work, found.id, "it is Jane Roe's call, whoever asks")
    with pytest.raises(ConflictError, match="doubt"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "refused", "nobody proved who asks", "identity_not_proven")


def test_what_was_not_proven_is_shown_beside_what_was(runtime: Runtime, call: Call, opened: Opened) -> None:
    """An address proves the identifiers that stand on file beside it, and not every one that the request names."""
    from governance.subjects import candidate_queries, evidence

    own, strangers = call(), call(STRANGER, AGENT_PARTY)
    request = opened()
    doubted(runtime, request)
    with runtime.work(DPO) as work:
        requests.send_code(work, request.id)
    requests.prove_identity(runtime, DPO, request.id, code_of(mails(runtime)[0][1]))
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO, write=False) as work:
        found = candidate_queries.candidates(work, request.id)
        row = queries.request(work, request.id)
        assert row is not None
        shown = {one.recording_id: one for one in evidence.of(work, row, found)}
    assert {(one.kind, one.is_proven) for one in shown[own].matched} == {("tel", True), ("email", True)}
    assert {(one.kind, one.is_proven) for one in shown[strangers].matched} == {("tel", False)}
