"""Break-glass: asked for, approved by another person, used, reviewed; and everything it does not open."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.access import queries
from governance.access import service as access
from governance.access.break_glass import reason_of
from governance.access.models import Account, BreakGlass
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.recordings import queries as catalog
from governance.runtime import Runtime
from tests.access.people import acting, logged, released

Enrol = Callable[..., Account]
FAR = released(team="red")
REASON = "The customer of call 4711 says we threatened him"


def request(runtime: Runtime, who: Account, facts: Any = FAR, **more: Any) -> BreakGlass:
    asked: dict[str, Any] = {
        "level": "rendition",
        "purpose": "complaint",
        "reason": REASON,
        "minutes": 30,
    } | more
    with runtime.work(acting(who)) as work:
        return access.request_break_glass(work, facts, **asked)


def approve(runtime: Runtime, who: Account, row: BreakGlass) -> None:
    with runtime.work(acting(who)) as work:
        access.approve_break_glass(work, row.id)


def play(runtime: Runtime, who: Account, facts: Any = FAR, purpose: str = "complaint") -> access.Grant:
    with runtime.work(acting(who)) as work:
        return access.require(work, "recording:rendition:play", facts, purpose=purpose)


@pytest.fixture
def boss(enrol: Enrol) -> Account:
    return enrol("boss", "supervisor", team="blue", site="north")


@pytest.fixture
def officer(enrol: Enrol) -> Account:
    return enrol("officer", "dpo")


def test_an_approved_break_glass_opens_and_every_use_is_counted_and_logged(
    runtime: Runtime, boss: Account, officer: Account
) -> None:
    row = request(runtime, boss)
    with pytest.raises(NotFoundError):
        play(runtime, boss)
    approve(runtime, officer, row)
    for _ in range(2):
        assert play(runtime, boss).break_glass_id == row.id
    with runtime.work(acting(officer), write=False) as work:
        assert [(due.id, due.used_count) for due in queries.to_review(work)] == [(row.id, 2)]
    assert len(logged(runtime, "break_glass.activated")) == 2


def test_it_ends_when_it_expires(runtime: Runtime, boss: Account, officer: Account, clock: FakeClock) -> None:
    approve(runtime, officer, request(runtime, boss))
    clock.advance(timedelta(minutes=30))
    with pytest.raises(NotFoundError):
        play(runtime, boss)
    assert json.loads(logged(runtime, "recording.playback")[-1])["why"]["code"] == "break_glass_expired"


def test_nobody_approves_their_own_by_whichever_account(runtime: Runtime, enrol: Enrol) -> None:
    chief = enrol("chief", "ciso")
    second = enrol("chief2", "dpo", same_person_as=chief.id)
    row = request(runtime, chief, purpose="security_investigation")
    for account in (chief, second):
        with pytest.raises(DeniedError) as refused:
            approve(runtime, account, row)
        assert refused.value.reason == "break_glass_same_person"
    approve(runtime, enrol("officer", "dpo"), row)


def test_it_opens_one_recording_for_one_purpose_to_one_person(
    runtime: Runtime, boss: Account, officer: Account, enrol: Enrol
) -> None:
    approve(runtime, officer, request(runtime, boss))
    with pytest.raises(NotFoundError):
        play(runtime, boss, released(id="rec_2", team="red"))
    with pytest.raises(DeniedError):
        play(runtime, boss, purpose="quality")
    with pytest.raises(NotFoundError):
        play(runtime, enrol("peer", "supervisor", team="blue"))


def test_a_recording_put_back_into_quarantine_is_closed_to_it_too(
    runtime: Runtime, boss: Account, officer: Account
) -> None:
    approve(runtime, officer, request(runtime, boss))
    for shut, code in (
        (released(team="red", state="quarantined"), "quarantined"),
        (released(team="red", suspected_sad=True), "suspected_sad"),
        (released(team="red", restricted_purposes=frozenset({"complaint"})), "purpose_restricted"),
    ):
        with pytest.raises(DeniedError) as refused:
            play(runtime, boss, shut)
        assert refused.value.reason == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (released(suspected_sad=True), "suspected_sad"),
        (released(state="quarantined"), "quarantined"),
        (released(restricted_purposes=frozenset({"complaint"})), "purpose_restricted"),
    ],
)
def test_it_cannot_even_be_asked_for_where_nobody_plays(
    runtime: Runtime, boss: Account, facts: Any, code: str
) -> None:
    with pytest.raises(DeniedError) as refused:
        request(runtime, boss, facts)
    assert refused.value.reason == code
    assert logged(runtime, "break_glass.requested")


@pytest.mark.parametrize(
    "more",
    [
        {"purpose": "legal_claim"},
        {"purpose": "nonsense"},
        {"level": "master"},
        {"level": "original"},
        {"reason": "because"},
        {"minutes": 0},
        {"minutes": 241},
    ],
)
def test_what_could_never_be_used_is_not_asked_for(
    runtime: Runtime, boss: Account, more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidError):
        request(runtime, boss, **more)


def test_a_recording_of_another_tenant_is_not_there(runtime: Runtime, boss: Account) -> None:
    with pytest.raises(NotFoundError):
        request(runtime, boss, released(tenant="other"))


def test_it_is_decided_once_and_in_time(
    runtime: Runtime, boss: Account, officer: Account, clock: FakeClock
) -> None:
    row, late = request(runtime, boss), request(runtime, boss)
    with runtime.work(acting(officer)) as work:
        access.refuse_break_glass(work, row.id)
    with pytest.raises(ConflictError):
        approve(runtime, officer, row)
    clock.advance(timedelta(hours=24))
    with pytest.raises(ConflictError):
        approve(runtime, officer, late)


def test_a_review_is_by_another_person_and_closes_it(
    runtime: Runtime, boss: Account, officer: Account, enrol: Enrol
) -> None:
    row = request(runtime, boss)
    approve(runtime, officer, row)
    play(runtime, boss)
    with runtime.work(acting(enrol("chief", "ciso"))) as work:
        access.review_break_glass(work, row.id, "Heard once, as asked for")
        assert queries.to_review(work) == []
    with pytest.raises(NotFoundError):
        play(runtime, boss)
    with pytest.raises(DeniedError), runtime.work(acting(boss)) as work:
        access.review_break_glass(work, row.id, "All was well")


def test_the_reason_is_sealed_and_read_by_who_must_judge_it(
    runtime: Runtime, boss: Account, officer: Account, enrol: Enrol
) -> None:
    row = request(runtime, boss)
    assert b"4711" not in row.reason_sealed
    assert not any("4711" in leaf for leaf in logged(runtime, "break_glass.requested"))
    for reader in (boss, officer):
        with runtime.work(acting(reader), write=False) as work:
            assert reason_of(work, row) == REASON
    with pytest.raises(DeniedError), runtime.work(acting(enrol("ana", "agent"))) as work:
        reason_of(work, row)


def test_a_key_neither_asks_nor_approves(runtime: Runtime, boss: Account) -> None:
    key = acting(boss, key_scopes=frozenset({"break_glass:request"}))
    with pytest.raises(DeniedError) as refused, runtime.work(key) as work:
        access.request_break_glass(
            work, FAR, level="rendition", purpose="complaint", reason=REASON, minutes=5
        )
    assert refused.value.reason == "not_a_person"


def test_a_list_shows_what_it_opens_and_reading_the_entry_is_no_use(
    runtime: Runtime, boss: Account, officer: Account
) -> None:
    approve(runtime, officer, request(runtime, boss))
    with runtime.work(acting(boss)) as work:
        clause = access.visible(work, "recording:metadata:read", catalog.Columns(work))
        access.require(work, "recording:metadata:read", FAR)
    assert "rec_1" in str(clause.compile(compile_kwargs={"literal_binds": True}))
    assert not logged(runtime, "break_glass.activated")
