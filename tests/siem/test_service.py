"""A sink is told every entry, in order, at least once; what stops that is on record, and stops nobody else."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit import merkle
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.errors import DeniedError, InvalidError, NotFoundError
from governance.messages.rules import Outcome
from governance.runtime import Actor, Runtime
from governance.siem import destinations, files, queries, rules, service
from tests.siem.conftest import ANA, HOUSE, TENANT, Sinks
from tests.siem.entries import entry

AUDITOR = Actor(kind="user", id="usr_eve", tenant=TENANT, role="ciso")


def indexes(lines: list[str]) -> list[int]:
    return [json.loads(line)["metadata"]["sequence"] for line in lines]


def deliver(sinks: Sinks) -> int:
    return service.deliver_due(sinks.runtime, HOUSE)


def row(sinks: Sinks, name: str = "shelf") -> Any:
    with sinks.runtime.work(HOUSE, write=False) as work:
        return queries.sink(work, name)


def test_a_sink_is_told_every_entry_in_order_and_each_leads_into_the_tree(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(700)
    deliver(sinks)
    sinks.write(3)
    deliver(sinks)
    told = [json.loads(line) for line in sinks.lines("shelf")]
    assert indexes(sinks.lines("shelf")) == list(range(len(told)))
    assert len(told) >= 704
    for one in told:
        assert merkle.leaf_hash(one["raw_data"].encode()).hex() == one["unmapped"]["tlog_leaf_hash"]
    assert deliver(sinks) == 0


def test_nothing_personal_is_told_unless_policy_says_so(sinks: Sinks) -> None:
    sinks.set(plain={"kind": "file"}, told={"kind": "file", "disclose": ["actor.name", "src.ip"]})
    sinks.write()
    deliver(sinks)
    plain, told = "".join(sinks.lines("plain")), "".join(sinks.lines("told"))
    assert not {"Ana", "192.0.2.7", "ana@"} & {word for word in ("Ana", "192.0.2.7", "ana@") if word in plain}
    assert json.loads(sinks.lines("told")[-1])["actor"]["user"]["name"] == "Ana Müller"
    assert "192.0.2.7" in told
    assert "ana@example.com" not in told
    (enabled,) = [one for one in sinks.entries("audit.sink.enabled") if one.members["res"][0]["id"] == "told"]
    assert enabled.members["det"]["disclose"] == ["actor.name", "src.ip"]


def test_whoever_was_erased_is_not_disclosed_any_more(sinks: Sinks) -> None:
    sinks.set(told={"kind": "file", "disclose": ["actor.name"]})
    sinks.write()
    with sinks.runtime.work(HOUSE) as work:
        audit.erase_person(work, ANA.id)
    sinks.sequence()
    deliver(sinks)
    assert sinks.lines("told")
    assert "Ana" not in "".join(sinks.lines("told"))


def test_switching_a_sink_on_and_off_are_entries_and_it_goes_on_where_it_ended(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(2)
    deliver(sinks)
    sinks.set(shelf={"kind": "file", "enabled": False})
    sinks.write(2)
    assert deliver(sinks) == 0
    sinks.set(shelf={"kind": "file"})
    sinks.write(2)
    deliver(sinks)
    sinks.sequence()
    deliver(sinks)
    told = sinks.lines("shelf")
    assert indexes(told) == list(range(len(told)))
    acts = [json.loads(line)["message"] for line in told if "audit.sink" in line]
    assert acts == ["audit.sink.enabled", "audit.sink.disabled", "audit.sink.enabled"]


def test_a_sink_may_begin_with_what_comes_from_now_on(sinks: Sinks) -> None:
    sinks.write(5)
    sinks.set(shelf={"kind": "file", "start": "now"})
    deliver(sinks)
    sinks.write(2)
    deliver(sinks)
    told = indexes(sinks.lines("shelf"))
    assert told == list(range(told[0], told[0] + len(told)))
    assert told[0] == 6


def test_a_crash_between_delivery_and_cursor_tells_it_again_and_loses_nothing(
    sinks: Sinks, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(4)

    class Killed(BaseException):
        pass

    real = destinations.deliver

    def and_die(*given: Any) -> Outcome:
        assert real(*given).end == "sent"
        raise Killed

    # As if the process were gone: nobody settles, the claim stays.
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(destinations, "deliver", and_die)
        dying.setattr(service, "_settle", lambda *_: True)
        deliver(sinks)
    before = indexes(sinks.lines("shelf"))
    assert before == [0, 1, 2, 3, 4]
    assert deliver(sinks) == 0, "still somebody's"
    clock.advance(service.LEASE + timedelta(seconds=1))
    deliver(sinks)
    told = indexes(sinks.lines("shelf"))
    assert told[: len(before)] == before
    rest = told[len(before) :]
    assert rest == list(range(len(rest)))
    assert set(before) <= set(rest)


def test_a_sink_that_fails_is_left_alone_for_longer_each_time_and_start_and_end_are_entries(
    sinks: Sinks, clock: FakeClock
) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write()
    sinks.runtime.settings.sink_files.mkdir(parents=True)
    blocked = sinks.runtime.settings.sink_files / TENANT
    blocked.write_text("in the way")
    began = clock.now()
    assert deliver(sinks) == 0
    assert deliver(sinks) == 0
    assert (row(sinks).attempts, row(sinks).error) == (1, "unwritable")
    for _ in range(12):
        clock.advance(timedelta(minutes=5))
        deliver(sinks)
    assert row(sinks).attempts == 13
    assert row(sinks).next_at <= clock.now() + timedelta(minutes=5)
    (failed,) = sinks.entries("audit.sink.failed")
    assert (failed.outcome, failed.members["why"]["code"]) == ("failure", "unwritable")
    blocked.unlink()
    clock.advance(timedelta(minutes=5))
    deliver(sinks)
    (recovered,) = sinks.entries("audit.sink.recovered")
    assert recovered.members["det"]["since"] == began.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert recovered.members["det"]["tries"] == 13
    assert row(sinks).failing_since is None
    deliver(sinks)
    told = indexes(sinks.lines("shelf"))
    assert told == list(range(len(told)))


def test_one_sink_that_hangs_holds_up_no_other(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    sinks.set(hangs={"kind": "file"}, works={"kind": "file"})
    sinks.write(3)
    done, real = threading.Event(), files.append

    def append(folder: Path, *given: Any, **named: Any) -> Outcome:
        if folder.name == "hangs":
            assert done.wait(20), "the other waited for it"
            return Outcome("later", "timed_out")
        outcome = real(folder, *given, **named)
        done.set()
        return outcome

    monkeypatch.setattr(files, "append", append)
    assert deliver(sinks) >= 4
    assert row(sinks, "hangs").error == "timed_out"


def test_two_processes_never_tell_one_sink_at_once(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(3)
    inside: list[int] = []
    real = destinations.deliver

    def twice(*given: Any) -> Outcome:
        if not inside:
            inside.append(1)
            assert deliver(sinks) == 0
        return real(*given)

    monkeypatch.setattr(destinations, "deliver", twice)
    assert deliver(sinks) >= 4
    told = indexes(sinks.lines("shelf"))
    assert told == list(range(len(told)))


def test_an_entry_that_was_changed_in_the_database_is_told_to_nobody(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(3)
    with sinks.runtime.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        forged = entry("recording.read").leaf
        connection.execute(sa.text("UPDATE audit_entry SET leaf = :leaf WHERE idx = 2"), {"leaf": forged})
    assert deliver(sinks) == 0
    assert row(sinks).error == "log_damaged"
    assert not sinks.folder("shelf").exists()
    assert sinks.entries("audit.sink.failed")[0].members["why"]["code"] == "log_damaged"


def test_a_reset_tells_it_again_and_is_an_entry(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(4)
    deliver(sinks)
    sinks.sequence()
    deliver(sinks)
    before = indexes(sinks.lines("shelf"))
    with sinks.runtime.work(AUDITOR) as work:
        assert service.reset(work, "shelf", 2) == len(before)
    sinks.sequence()
    deliver(sinks)
    assert indexes(sinks.lines("shelf"))[len(before) :][:3] == [2, 3, 4]
    (made,) = sinks.entries("audit.sink.reset")
    assert (made.members["det"]["from"], made.members["det"]["was"], made.actor) == (
        2,
        len(before),
        "usr_eve",
    )


def test_a_reset_leaves_no_gap_and_is_not_for_everybody(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write()
    deliver(sinks)
    for index, who, error in (
        (99, AUDITOR, InvalidError),
        (-1, AUDITOR, InvalidError),
        (0, ANA, DeniedError),
    ):
        with pytest.raises(error), sinks.runtime.work(who) as work:
            service.reset(work, "shelf", index)
    for name, origin in (("nobody", None), ("shelf", "another/log")):
        with pytest.raises(NotFoundError), sinks.runtime.work(AUDITOR) as work:
            service.reset(work, name, 0, origin)


def test_what_is_being_delivered_while_it_is_reset_moves_nothing(
    sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(4)
    real = destinations.deliver

    def meanwhile(*given: Any) -> Outcome:
        with sinks.runtime.work(AUDITOR) as work:
            service.reset(work, "shelf", 0)
        return real(*given)

    with monkeypatch.context() as racing:
        racing.setattr(destinations, "deliver", meanwhile)
        assert deliver(sinks) == 0
    with sinks.runtime.work(HOUSE, write=False) as work:
        assert queries.places(work, "shelf")[0].next_idx == 0


def test_every_shard_is_told_from_its_beginning(sinks: Sinks) -> None:
    sinks.set(shelf={"kind": "file"})
    sinks.write(2)
    deliver(sinks)
    audit.publish(sinks.runtime, TENANT)
    origin = audit.freeze_and_reopen(sinks.runtime, TENANT, "new_year")
    sinks.write(2)
    while deliver(sinks):
        sinks.sequence()
    told = [json.loads(line)["metadata"] for line in sinks.lines("shelf")]
    names = list(dict.fromkeys(one["log_name"] for one in told))
    assert names[-1] == origin
    for name in names:
        found = [one["sequence"] for one in told if one["log_name"] == name]
        assert found == list(range(len(found)))


def test_health_says_how_far_behind_and_since_when(sinks: Sinks, clock: FakeClock, runtime: Runtime) -> None:
    sinks.set(shelf={"kind": "file"})
    deliver(sinks)
    sinks.write(3)
    clock.advance(timedelta(minutes=20))
    with runtime.work(HOUSE, write=False) as work:
        state = queries.health(work)
    assert (state.sinks, state.failing) == (1, 0)
    assert state.behind >= 4
    assert state.lag == timedelta(minutes=20)


def test_the_pause_grows_up_to_five_minutes_whatever_the_receiver_asks_for() -> None:
    pauses = [rules.PATIENCE.after(attempt, 0).total_seconds() for attempt in (1, 2, 3, 4, 9, 10, 50)]
    assert pauses == [1, 2, 4, 8, 256, 300, 300]
    assert rules.PATIENCE.after(1, 0.999) > timedelta(milliseconds=500)
    assert rules.PATIENCE.after(1, 0, timedelta(days=9)) == timedelta(minutes=5)


def test_a_delivery_is_bounded_and_nothing_is_left_out() -> None:
    events = [entry(index=number) for number in range(5)]
    pieces = [b"x" * 600_000, b"x" * 600_000, b"x" * 2_000_000, b"x", b"x"]
    parts = [[event.index for event in some] for some, _ in rules.portions(events, pieces)]
    assert parts == [[0], [1], [2], [3, 4]]
    assert list(rules.portions([], [])) == []
