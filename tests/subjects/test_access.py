"""A request for access, from its receipt to its end: nothing leaves before every candidate was judged by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import standing_queries as catalog
from governance.recordings.interaction import PartyFacts, Role
from governance.runtime import Actor, Runtime
from governance.subjects import acts, candidate_queries, queries
from governance.subjects import service as requests
from governance.subjects.models import Candidate, SubjectRequest
from governance.subjects.service import Asked, Identifier
from tests.access.people import logged
from tests.subjects.conftest import (
    AGENT,
    AGENT_PARTY,
    DPO,
    EMAIL,
    HOUSE,
    JANE,
    NUMBER,
    RECORDER,
    SECOND,
    STRANGER,
    TEL,
    Call,
    Opened,
    who,
)

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def candidates(runtime: Runtime, request_id: str) -> dict[str, Candidate]:
    with runtime.work(DPO, write=False) as work:
        return {one.recording_id: one for one in candidate_queries.candidates(work, request_id)}


def suspended(runtime: Runtime, recording_id: str) -> bool:
    with runtime.work(DPO, write=False) as work:
        return bool(catalog.suspensions(work, recording_id))


def as_it_is(runtime: Runtime, request_id: str) -> SubjectRequest:
    with runtime.work(DPO, write=False) as work:
        found = queries.request(work, request_id)
        assert found is not None
        return found


def judge(runtime: Runtime, decision: str, *found: Candidate) -> None:
    with runtime.work(DPO) as work:
        requests.judge(work, [one.id for one in found], decision, "listened to it")  # type: ignore[arg-type]


def test_two_phones_one_of_them_shared_with_a_stranger(runtime: Runtime, call: Call, opened: Opened) -> None:
    own, second = call(), call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), AGENT_PARTY)
    strangers = call(STRANGER, AGENT_PARTY)
    unrelated = call(PartyFacts(role=Role.CUSTOMER, tel="+447700900999"), AGENT_PARTY)
    request = opened("access", ("tel", TEL), ("tel", SECOND))
    assert requests.search_candidates(runtime, DPO, request.id) == 3
    found = candidates(runtime, request.id)
    assert set(found) == {own, second, strangers}
    with pytest.raises(ConflictError, match="by hand: 3"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")
    judge(runtime, "confirmed", found[own], found[second])
    judge(runtime, "excluded", found[strangers])
    after = candidates(runtime, request.id)
    assert [after[one].decision for one in (own, second, strangers)] == ["confirmed", "confirmed", "excluded"]
    assert after[own].party_id == after[own].party_ids[0]
    assert after[strangers].party_id is None
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")
    assert as_it_is(runtime, request.id).state == "decided"
    assert not suspended(runtime, unrelated)


def test_erasure_is_suspended_from_the_first_commit_and_for_excluded_ones_no_longer(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own, strangers = call(), call(STRANGER, AGENT_PARTY)
    request = opened()
    assert suspended(runtime, own)
    assert suspended(runtime, strangers), "until somebody has looked, it may be hers"
    later = call()
    assert suspended(runtime, later)
    requests.search_candidates(runtime, DPO, request.id)
    found = candidates(runtime, request.id)
    judge(runtime, "excluded", found[strangers])
    assert not suspended(runtime, strangers)
    assert suspended(runtime, own)
    judge(runtime, "confirmed", found[strangers], found[own], found[later])
    assert suspended(runtime, strangers), "a mistake was mended"
    judge(runtime, "excluded", found[strangers])
    assert not suspended(runtime, strangers)
    with runtime.work(DPO) as work:
        requests.withdraw(work, request.id, "she wrote that it is settled")
    assert not any(suspended(runtime, one) for one in (own, strangers, later))


def test_a_recording_that_arrives_is_a_question_before_anything_is_decided(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    judge(runtime, "confirmed", *candidates(runtime, request.id).values())
    late = call()
    with pytest.raises(ConflictError, match="nobody has looked"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")
    assert requests.add_arrivals(runtime, HOUSE) == 1
    assert requests.add_arrivals(runtime, HOUSE) == 0
    found = candidates(runtime, request.id)[late]
    assert found.has_arrived
    assert found.decision == "undecided"
    with pytest.raises(ConflictError, match="by hand: 1"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")


@ON_SQLITE
def test_a_search_that_was_cut_short_is_taken_up_and_until_its_end_nobody_has_looked(
    runtime: Runtime, call: Call, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        call()
    request = opened()
    from governance.subjects import candidates as area

    listing, calls = area.list_unlisted, []

    def once(work: object, request: SubjectRequest, limit: int) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the machine stops here")
        return listing(work, request, limit)  # type: ignore[arg-type]

    monkeypatch.setattr(area, "BATCH", 2)
    monkeypatch.setattr(area, "list_unlisted", once)
    with pytest.raises(RuntimeError):
        requests.search_candidates(runtime, DPO, request.id)
    assert len(candidates(runtime, request.id)) == 2
    assert as_it_is(runtime, request.id).searched_at is None
    judge(runtime, "confirmed", *candidates(runtime, request.id).values())
    with pytest.raises(ConflictError, match="looked"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "these are hers")
    assert requests.search_candidates(runtime, DPO, request.id) == 3
    assert len(candidates(runtime, request.id)) == 5


@ON_SQLITE
def test_an_earlier_request_is_linked_and_spares_neither_identity_nor_confirmation(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    """GHSA-qx5f-ghc2-7g5c: what was classified as a duplicate was approved without proof of identity."""
    own = call()
    first = opened()
    requests.search_candidates(runtime, DPO, first.id)
    judge(runtime, "confirmed", candidates(runtime, first.id)[own])
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, first.id, "written from another address")
        requests.check_evidence(work, first.id, True, "saw her card")
        requests.decide(work, first.id, "granted", "these are hers")
    again = opened("access", ("email", EMAIL))
    assert again.earlier_id == first.id
    assert (again.state, again.identity, again.outcome) == ("received", "undoubted", None)
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.decide(work, again.id, "granted", "the same as before")
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, again.id, "the letter is unsigned")
    requests.search_candidates(runtime, DPO, again.id)
    assert candidates(runtime, again.id)[own].decision == "undecided"
    judge(runtime, "confirmed", candidates(runtime, again.id)[own])
    with pytest.raises(ConflictError, match="doubt"), runtime.work(DPO) as work:
        requests.decide(work, again.id, "granted", "the same as before")
    assert opened("access", ("tel", "+447700900777")).earlier_id is None


def test_numbers_are_counted_by_the_year_of_receipt(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    assert [opened().number for _ in range(2)] == ["2026-0001", "2026-0002"]
    late = opened(received_at=clock.now() - timedelta(days=70))
    assert late.number == "2025-0001"
    with runtime.work(DPO, write=False) as work:
        found = queries.by_number(work, "2025-0001")
        assert found is not None
        assert found.id == late.id
        assert queries.by_number(work, "2025-1; drop") is None


def test_requests_that_come_at_the_same_moment_get_numbers_of_their_own(
    runtime: Runtime, opened: Opened
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: opened().number, range(12)))
    assert sorted(made) == [f"2026-{serial:04d}" for serial in range(1, 13)]


def test_guesses_that_come_at_the_same_moment_are_all_counted(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "another address")
        requests.send_code(work, request.id)

    def guess(number: int) -> None:
        with pytest.raises((InvalidError, ConflictError)):
            requests.prove_identity(runtime, DPO, request.id, f"x{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(12)))
    with runtime.work(DPO, write=False) as work:
        [check] = queries.identity_checks(work, request.id)
    assert (check.tries, check.code_hash, check.has_passed) == (5, None, False)


@ON_SQLITE
def test_staff_ask_for_the_calls_they_made(runtime: Runtime, call: Call, opened: Opened) -> None:
    own, _other = call(agent_id="a-17"), call(agent_id="a-18")
    request = opened("access", ("agent_id", "a-17"), requester="staff")
    assert suspended(runtime, own)
    requests.search_candidates(runtime, DPO, request.id)
    found = candidates(runtime, request.id)
    assert set(found) == {own}
    judge(runtime, "confirmed", found[own])
    assert candidates(runtime, request.id)[own].party_id == found[own].party_ids[0]
    later = call(agent_id="a-17")
    assert suspended(runtime, later)
    with pytest.raises(InvalidError, match="customers never"):
        opened("access", ("agent_id", "a-17"))


@ON_SQLITE
def test_who_the_requester_is_must_be_said_where_several_match(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    both = call(JANE, PartyFacts(role=Role.THIRD_PARTY, name="John Roe", tel=TEL, channel=2))
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    found = candidates(runtime, request.id)[both]
    assert len(found.party_ids) == 2
    with pytest.raises(InvalidError, match="which of them"), runtime.work(DPO) as work:
        requests.confirm(work, found.id, "both on the line")
    with pytest.raises(InvalidError, match="carries none"), runtime.work(DPO) as work:
        requests.confirm(work, found.id, "both on the line", "par_somebody")
    with runtime.work(DPO) as work:
        requests.confirm(work, found.id, "both on the line", found.party_ids[1])
    assert candidates(runtime, request.id)[both].party_id == found.party_ids[1]


@ON_SQLITE
def test_an_identifier_remembered_later_is_looked_for_and_one_that_is_anothers_is_dropped(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    second = call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), AGENT_PARTY)
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        requests.add_identifiers(work, request.id, [Identifier("tel", SECOND)])
    assert suspended(runtime, second)
    assert requests.search_candidates(runtime, DPO, request.id) == 1
    with runtime.work(DPO) as work:
        requests.drop_identifier(
            work, request.id, Identifier("tel", SECOND), "given to somebody else in 2024"
        )
    assert not suspended(runtime, second)
    assert not suspended(runtime, call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), AGENT_PARTY))


def test_what_is_confirmed_is_suspended_though_its_identifier_was_dropped(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    """A number that is somebody else's today was hers when she called."""
    before, at_once = (call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), AGENT_PARTY) for _ in range(2))
    unsaid = call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), AGENT_PARTY)
    request = opened("access", ("tel", TEL), ("tel", SECOND))
    requests.search_candidates(runtime, DPO, request.id)
    found = candidates(runtime, request.id)
    judge(runtime, "confirmed", found[before])
    with runtime.work(DPO) as work:
        requests.drop_identifier(work, request.id, Identifier("tel", SECOND), "given to another in 2024")
    assert (suspended(runtime, before), suspended(runtime, unsaid)) == (True, False)
    judge(runtime, "confirmed", found[at_once])
    assert suspended(runtime, at_once)
    judge(runtime, "excluded", found[before], found[at_once], found[unsaid])
    assert not any(suspended(runtime, one) for one in (before, at_once, unsaid))


@ON_SQLITE
def test_what_is_excluded_stays_free_though_an_identifier_is_added_that_it_carries_too(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    strangers = call(STRANGER, AGENT_PARTY)
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    judge(runtime, "excluded", candidates(runtime, request.id)[strangers])
    with runtime.work(DPO) as work:
        requests.add_identifiers(work, request.id, [Identifier("customer_number", "C-0815")])
    assert not suspended(runtime, strangers)
    assert suspended(runtime, call(STRANGER, AGENT_PARTY)), "what comes is a question again"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_judges_a_candidate_while_another_does_judges_it_as_it_is_then(
    runtime: Runtime, call: Call, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite nobody else can write between a read and what follows from it."""
    own = call()
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    candidate, real = candidates(runtime, request.id)[own], acts.take
    with ThreadPoolExecutor(1) as another, monkeypatch.context() as patched:

        def late(*words: Any) -> SubjectRequest:
            patched.setattr(acts, "take", real)
            another.submit(judge, runtime, "excluded", candidate).result(timeout=10)
            return real(*words)

        patched.setattr(acts, "take", late)
        judge(runtime, "confirmed", candidate)
    assert candidates(runtime, request.id)[own].decision == "confirmed"
    assert suspended(runtime, own)


@ON_SQLITE
def test_a_request_is_nobodys_but_whose_work_it_is(runtime: Runtime, opened: Opened) -> None:
    request = opened()
    public = Actor(kind=requests.PUBLIC, id="portal", tenant="default")
    asked = Asked(kind="access", channel="by_hand", who=who(("tel", TEL)))
    for actor in (AGENT, public):
        with pytest.raises(DeniedError), runtime.work(actor) as work:
            requests.open_request(work, asked)
    for actor in (AGENT, RECORDER, public):
        with pytest.raises(DeniedError), runtime.work(actor) as work:
            requests.acknowledge(work, request.id)
    with runtime.work(RECORDER) as work:
        requests.open_request(work, asked)
    with runtime.work(public) as work:
        requests.open_request(work, Asked(kind="access", channel="portal", who=who(("tel", TEL))))
    assert any('"denied"' in leaf for leaf in logged(runtime, "request.received"))


def test_another_tenants_request_is_not_there(runtime: Runtime, opened: Opened) -> None:
    from governance import tenancy

    request = opened()
    other = Actor.system("other", "svc_test")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Another")
    with pytest.raises(NotFoundError), runtime.work(other) as work:
        requests.acknowledge(work, request.id)
    with runtime.work(other) as work:
        assert queries.request(work, request.id) is None
        assert queries.requests(work, queries.Filters())[0] == []
        first = requests.open_request(work, Asked(kind="access", channel="api", who=who(("email", EMAIL))))
        assert first.number == "2026-0001"
        assert first.earlier_id is None, (
            "a person's requests to two controllers are none of each other's business"
        )


@ON_SQLITE
def test_neither_history_nor_log_holds_what_names_anybody(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened("access", ("tel", TEL), ("customer_number", NUMBER))
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "Jane Roe wrote from jane@example.com")
        for event in queries.history(work, request.id):
            assert "Jane" not in str(event.det)
            assert event.note_sealed is None or b"Jane" not in event.note_sealed
    acts = ("request.received", "request.identity.doubted", "request.candidates.searched")
    leaves = "".join(leaf for act in acts for leaf in logged(runtime, act))
    assert leaves
    for clear in ("Jane", TEL, TEL[1:], EMAIL, NUMBER):
        assert clear not in leaves
        assert clear not in str(as_it_is(runtime, request.id).model_dump(exclude={"box"}))
