"""The clock of a request as it is lived: pauses, extensions, warnings, ends, and what is forgotten after them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError, IntegrityError, InvalidError
from governance.recordings import standing_queries
from governance.runtime import Runtime
from governance.subjects import candidate_queries, person, queries, sealing
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from tests.access.people import logged
from tests.subjects.conftest import DPO, EMAIL, HOUSE, TEL, Call, Opened
from tests.subjects.test_identity import mails

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def as_it_is(runtime: Runtime, request_id: str) -> SubjectRequest:
    with runtime.work(DPO, write=False) as work:
        found = queries.request(work, request_id)
        assert found is not None
        return found


def refused(runtime: Runtime, request: SubjectRequest) -> None:
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "refused", "the sixth time this month", "excessive")
        requests.answer(work, request.id, "by_hand", "told her on the telephone")


def test_the_clock_runs_from_receipt_at_the_place_of_the_law(runtime: Runtime, opened: Opened) -> None:
    """The test's clock stands at Monday 2 March 2026, 9:00 UTC."""
    request = opened()
    assert request.due_on == date(2026, 4, 2)
    assert request.due_at == datetime(2026, 4, 2, 22, 0, tzinfo=UTC)
    assert request.acknowledge_by == datetime(2026, 3, 5, 23, 0, tzinfo=UTC)
    late = opened(received_at=datetime(2026, 2, 27, 23, 30, tzinfo=UTC))
    assert late.due_on == date(2026, 3, 30), "it came on Saturday the 28th in Berlin"
    californian = opened(regime="ccpa")
    assert californian.due_on == date(2026, 4, 16)
    assert californian.acknowledge_by == datetime(2026, 3, 17, 7, 0, tzinfo=UTC)
    irish = opened(place="IE", received_at=datetime(2026, 2, 17, 9, 0, tzinfo=UTC))
    assert irish.due_on == date(2026, 3, 18)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"regime": "lgpd"}, "regime"),
        ({"regime": "ccpa", "kind": "objection"}, "kind"),
        ({"place": "XX"}, "place"),
        ({"received_at": datetime(2026, 3, 2, 9, 1, tzinfo=UTC)}, "received_at"),
        ({"received_at": datetime(2024, 3, 2, 9, 0, tzinfo=UTC)}, "received_at"),
        ({"purposes": ("training",)}, "purposes"),
        ({"requester": "staff"}, "identifiers"),
    ],
)
def test_what_no_law_knows_is_not_opened(
    runtime: Runtime, opened: Opened, more: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidError) as wrong:
        opened(**more)
    assert wrong.value.field == field


def test_a_pause_is_lawful_only_where_the_law_knows_it_and_moves_the_end_by_its_days(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    request, british, californian = opened(), opened(regime="uk_gdpr"), opened(regime="ccpa")
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.pause(work, request.id, "clarification", "which calls does she mean?")
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.pause(work, request.id, "identity", "to be on the safe side")
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.pause(work, californian.id, "identity", "California waits for nothing")
    with runtime.work(DPO) as work:
        requests.pause(work, british.id, "clarification", "which calls does she mean?")
        requests.doubt_identity(work, request.id, "another address", asked_for_proof=True)
    clock.advance(timedelta(days=3))
    assert as_it_is(runtime, british.id).due_on == date(2026, 4, 2), "it stands still"
    with runtime.work(DPO) as work:
        requests.resume(work, british.id)
        requests.check_evidence(work, request.id, True, "saw her card")
    # 2 April and three days is Easter Sunday; Monday is a holiday in England and in Berlin.
    for one in (request, british):
        found = as_it_is(runtime, one.id)
        assert (found.paused_days, found.paused_at) == (3, None)
        assert found.due_on == date(2026, 4, 7)
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.resume(work, request.id)


def test_a_clock_that_has_run_out_stands_still_no_more(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    """A pause from Friday to Monday would move an end on Thursday to that Monday, by the working-day rule."""
    request = opened()  # due on Thursday, 2 April
    clock.advance(datetime(2026, 4, 3, 9, tzinfo=UTC) - clock.now())
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "another address", asked_for_proof=True)
    with pytest.raises(ConflictError, match="has run out"), runtime.work(DPO) as work:
        requests.pause(work, request.id, "identity", "she has been asked for proof")
    clock.advance(timedelta(days=3))
    with runtime.work(DPO) as work:
        requests.check_evidence(work, request.id, True, "saw her card")
    found = as_it_is(runtime, request.id)
    assert (found.due_on, found.paused_days, found.paused_at) == (date(2026, 4, 2), 0, None)
    with pytest.raises(ConflictError, match="too late"), runtime.work(DPO) as work:
        requests.extend(work, request.id, "four hundred calls in three languages")


def test_an_extension_counts_once_it_was_told_and_only_in_time(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    told, forgotten = opened(), opened()
    for request in (told, forgotten):
        with runtime.work(DPO) as work:
            requests.extend(work, request.id, "four hundred calls in three languages")
    assert as_it_is(runtime, told.id).due_on == date(2026, 4, 2)
    clock.advance(datetime(2026, 4, 2, 21, 59, tzinfo=UTC) - clock.now())
    with runtime.work(DPO) as work:
        requests.tell_extension(work, told.id)
    assert as_it_is(runtime, told.id).due_on == date(2026, 6, 2)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(ConflictError, match="too late"), runtime.work(DPO) as work:
        requests.tell_extension(work, forgotten.id)
    assert as_it_is(runtime, forgotten.id).due_on == date(2026, 4, 2)
    late = opened(received_at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    with pytest.raises(ConflictError, match="too late"), runtime.work(DPO) as work:
        requests.extend(work, late.id, "we forgot about it")


def test_whoever_answers_is_warned_once_before_each_nearness_of_the_end(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    with runtime.work(HOUSE) as work:
        access.create_account(work, "dora", "dpo", email="dora@example.com")
    request = opened()
    warned = []
    for today in range(40):
        given = requests.warn_near_end(runtime, HOUSE)
        assert given in (0, 1)
        if given:
            warned.append((request.due_on - (date(2026, 3, 2) + timedelta(days=today))).days)
        clock.advance(timedelta(days=1))
    assert warned == [10, 5, 2, -1]
    sent = mails(runtime)
    assert [to for to, _ in sent] == ["dora@example.com"] * 4
    assert request.number in sent[0][1]
    assert not any(clear in text for _, text in sent for clear in ("Jane", TEL, EMAIL))


def test_a_clock_that_stands_still_warns_of_nothing_and_is_near_no_end(
    runtime: Runtime, clock: FakeClock, opened: Opened
) -> None:
    request = opened()
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "another address", asked_for_proof=True)
    clock.advance(timedelta(days=40))
    assert requests.warn_near_end(runtime, HOUSE) == 0
    with runtime.work(DPO, write=False) as work:
        assert queries.near_end(work, timedelta(days=7)) == []
    with runtime.work(DPO) as work:
        requests.check_evidence(work, request.id, True, "saw her card")
    assert as_it_is(runtime, request.id).due_on == date(2026, 5, 12)
    clock.advance(timedelta(days=26))
    with runtime.work(DPO, write=False) as work:
        assert [one.id for one in queries.near_end(work, timedelta(days=7))] == [request.id]
        assert [one.id for one in queries.unacknowledged(work)] == [request.id]


def test_lists_go_by_the_clock_page_by_page(runtime: Runtime, clock: FakeClock, opened: Opened) -> None:
    later = opened(regime="ccpa")
    first = opened(received_at=clock.now() - timedelta(days=20))
    middle = opened("objection", ("tel", TEL))
    withdrawn = opened()
    with runtime.work(DPO) as work:
        requests.withdraw(work, withdrawn.id, "settled")
        seen, after = [], None
        while True:
            page, after = queries.requests(work, queries.Filters(is_open=True), after, 2)
            seen += [one.id for one in page]
            if after is None:
                break
        assert seen == [first.id, middle.id, later.id]
        assert queries.count(work, queries.Filters(kind="objection")) == 1
        token = next(iter(person.tokens(work, [requests.Identifier("tel", TEL)])))
        assert queries.count(work, queries.Filters(token=token)) == 4
        with pytest.raises(InvalidError):
            queries.requests(work, queries.Filters(), "rubbish!")


def test_what_was_answered_is_closed_in_the_end_and_its_suspension_with_it(
    runtime: Runtime, clock: FakeClock, call: Call, opened: Opened
) -> None:
    own = call()
    request = opened()
    refused(runtime, request)
    assert requests.close_answered(runtime, HOUSE) == 0
    clock.advance(timedelta(days=30))
    assert requests.close_answered(runtime, HOUSE) == 1
    assert as_it_is(runtime, request.id).state == "closed"
    with runtime.work(DPO, write=False) as work:
        assert standing_queries.suspensions(work, own) == []
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.withdraw(work, request.id, "after all")


def test_a_decision_can_be_reconsidered_until_it_was_answered(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    call()
    request = opened()
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "refused", "too many of them", "excessive")
        requests.reconsider(work, request.id, "it was only the second")
    found = as_it_is(runtime, request.id)
    assert (found.state, found.outcome, found.refusal, found.reasons_sealed) == (
        "examining",
        None,
        None,
        None,
    )
    refused(runtime, request)
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        requests.reconsider(work, request.id, "it was only the third")


def test_after_its_time_a_request_is_forgotten_but_for_its_numbers_and_what_it_stops(
    runtime: Runtime, clock: FakeClock, call: Call, opened: Opened
) -> None:
    own = call()
    request = opened("opt_out", ("tel", TEL), regime="ccpa")
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "Jane Roe may opt out")
        requests.answer(work, request.id, "by_hand", "told Jane Roe")
        requests.close(work, request.id)
    clock.advance(timedelta(days=731) - timedelta(days=2))
    assert requests.forget_old(runtime, HOUSE) == 0
    clock.advance(timedelta(days=2))
    assert requests.forget_old(runtime, HOUSE) == 1
    assert requests.forget_old(runtime, HOUSE) == 0
    with runtime.work(DPO) as work:
        found = queries.request(work, request.id)
        assert found is not None
        assert person.of(work, found) == person.Person()
        assert (found.number, found.outcome, found.box) == (request.number, "granted", b"")
        assert queries.identifiers(work, request.id) == []
        notes = [
            sealing.unseal(work, one.id, "note", one.note_sealed) for one in queries.history(work, request.id)
        ]
        assert notes
        assert not any(notes)
    after = call()
    with runtime.work(DPO, write=False) as work:
        for recording_id in (own, after):
            assert {one.purpose for one in standing_queries.restrictions(work, recording_id)} == {"marketing"}
    assert logged(runtime, "request.forgotten")


def test_a_sealed_text_opens_in_its_own_place_only(runtime: Runtime, opened: Opened) -> None:
    request, other = opened(), opened()
    with runtime.work(DPO) as work:
        assert person.of(work, request).name == "Jane Roe"
        request.box = other.box
        with pytest.raises(IntegrityError):
            person.of(work, request)
        assert candidate_queries.period(work, request.id) is None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("tel", "+447700900123", "+44••••••••23"),
        ("email", "jane.roe@mail.example.com", "j•••@m•••.com"),
        ("customer_number", "C-4711", "•••11"),
        ("customer_number", "4711", "•••"),
        ("name", "Jane van Roe", "J••• v••• R•••"),
        ("agent_id", "a-1734", "•••34"),
    ],
)
def test_what_is_shown_of_an_identifier_names_nobody(
    runtime: Runtime, kind: str, value: str, shown: str
) -> None:
    assert person.masked(kind, value) == shown
