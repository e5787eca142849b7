"""`governance requests`: by clock, with every step that is possible, and nobody named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from governance.runtime import Runtime
from governance.subjects import service as requests
from governance.subjects.service import Asked, Identifier, Person
from tests.cli.conftest import Told
from tests.recordings.conftest import dpo


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_requests_are_listed_by_clock_and_shown_without_who_asks(
    runtime: Runtime, several: Callable[..., list[Told]]
) -> None:
    who = Person(name="Jane Roe", identifiers=(Identifier("tel", "+447700900123"),), text="all my calls")
    with runtime.work(dpo()) as work:
        later = requests.open_request(work, Asked(kind="access", channel="by_hand", who=who, regime="ccpa"))
        first = requests.open_request(work, Asked(kind="objection", channel="by_hand", who=who))
        requests.doubt_identity(work, first.id, "Jane Roe writes otherwise", asked_for_proof=True)
    listed, lines, only, shown, nobody = several(
        ["requests", "list"],
        ["requests", "list", "--json"],
        ["requests", "list", "--regime", "ccpa", "--limit", "1"],
        ["requests", "show", first.number],
        ["requests", "show", "2026-9999"],
    )
    assert [line.split()[0] for line in listed.out.splitlines()] == [first.number, later.number]
    assert "stands still (identity)" in listed.out
    assert [json.loads(line)["id"] for line in lines.out.splitlines()] == [first.id, later.id]
    assert only.out.startswith(later.number)
    told = json.loads(shown.out)
    assert told["steps"]["check_identity"] is None
    assert "doubt" in told["steps"]["decide_grounds"]
    assert [one["act"] for one in told["history"]][:2] == ["request.received", "objection.applied"]
    assert nobody.code == 1
    for clear in ("Jane", "7700", "all my calls"):
        assert clear not in listed.out + lines.out + shown.out
