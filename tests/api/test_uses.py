"""The log of redactions without a catalog: written before the answer leaves, for all that wait at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from governance.api import uses
from governance.api.deps import Caller
from governance.api.deps import Door as ApiDoor
from governance.errors import IncompleteError
from tests.api.conftest import ON_SQLITE, Door


def caller(door: Door, session: str = "ses_1") -> Caller:
    opened: ApiDoor = door.client.app.state.door  # type: ignore[attr-defined]
    return Caller(opened, replace(door.house, session_id=session), "0" * 32)


@ON_SQLITE
def test_every_use_is_counted_however_many_come_at_once(door: Door) -> None:
    everybody = Barrier(16)

    def use(number: int) -> None:
        everybody.wait()
        for _ in range(4):
            uses.note(caller(door, f"ses_{number % 2}"), "text", 10, 1)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(use, range(16)))
    told = door.logged("redaction.used")
    assert sum(det["requests"] for det in told) == 64
    assert sum(det["bytes"] for det in told) == 640
    assert sum(det["spans"] for det in told) == 64
    assert len(told) < 64, "they were to share transactions"


@ON_SQLITE
def test_two_keys_and_two_kinds_never_share_an_entry(door: Door) -> None:
    one, two = caller(door, "ses_1"), caller(door, "ses_2")
    uses._write([uses._Use(one, "text", 1, 0), uses._Use(two, "text", 2, 0), uses._Use(one, "audio", 4, 0)])
    assert sorted(det["bytes"] for det in door.logged("redaction.used")) == [1, 2, 4]


@ON_SQLITE
def test_no_answer_leaves_that_the_log_does_not_count(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: Any, **_named: Any) -> str:
        raise OSError("disk full: 4111 1111 1111 1111")

    monkeypatch.setattr("governance.audit.service.record", full)
    answer = door.client.post(
        "/v1/redactions/text", json={"text": "my card is 4111 1111 1111 1111"}, headers=door.as_("recorder")
    )
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "[PAN]" not in answer.text
    assert "4111" not in answer.text


@ON_SQLITE
def test_one_key_that_cannot_be_logged_stops_no_other(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from governance.audit import service as audit

    record: Callable[..., str] = audit.record

    def some(work: Any, *words: Any, **named: Any) -> str:
        if work.actor.session_id == "ses_1":
            raise OSError
        return record(work, *words, **named)

    monkeypatch.setattr(audit, "record", some)
    waiting = [uses._Use(caller(door, f"ses_{number}"), "text", number, 0) for number in (1, 2)]
    uses._write(waiting)
    assert [use.is_written for use in waiting] == [False, True]
    with pytest.raises(IncompleteError):
        uses.note(caller(door, "ses_1"), "text", 1, 0)
