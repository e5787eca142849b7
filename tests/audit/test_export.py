"""A search taken out: on record before its first byte, whole, every row provable, and no formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from governance.audit import export as exports
from governance.audit import leaf, merkle, outbox, proof, queries
from governance.audit import service as audit
from governance.errors import InvalidError
from governance.runtime import Actor, Runtime

REC = ("recording", "rec_1")


@pytest.fixture
def filled(runtime: Runtime, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """More entries than a page has, one of them with text that a spreadsheet would compute."""
    monkeypatch.setattr(queries, "MOST", 4)
    with runtime.work(actor) as work:
        for number in range(9):
            audit.record(work, "recording.playback", res=[REC], det={"purpose": "quality", "n": number})
        audit.record(work, "recording.read", res=[("=cmd|' /C calc'!A0", "1")], det={"note": 'a "b",\r\nc é'})
    settle(runtime, actor)
    return runtime


def settle(runtime: Runtime, actor: Actor) -> None:
    audit.sequence(runtime, actor.tenant)
    audit.publish(runtime, actor.tenant)


def taken(runtime: Runtime, actor: Actor, form: str, **wanted: Any) -> bytes:
    return b"".join(audit.export(runtime, actor, form, wanted))


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_every_row_of_either_form_is_proved_by_its_own_bytes(filled: Runtime, actor: Actor) -> None:
    from governance.audit import policyfile

    as_csv = rows(taken(filled, actor, "csv", res=REC))
    as_json = [json.loads(line) for line in taken(filled, actor, "jsonl", res=REC).splitlines()]
    assert len(as_csv) == len(as_json) == 9
    with filled.work(actor, write=False) as work:
        trust = policyfile.parse(audit.trust(work))
        for row, line in zip(as_csv, as_json, strict=True):
            held = proof.parse(queries.inclusion_proof(work, row["id"]))
            for text in (row["leaf"].encode(), leaf.canonical(line["entry"])):
                signed = held.verify(text, trust)
                assert merkle.leaf_hash(text).hex() == row["leaf_hash"] == line["leaf_hash"]
            assert (signed.origin, str(held.index)) == (row["origin"], row["idx"])
            assert (line["origin"], line["idx"]) == (signed.origin, held.index)
    assert [int(row["idx"]) for row in as_csv] == sorted((int(row["idx"]) for row in as_csv), reverse=True)
    assert {row["purposes"] for row in as_csv} == {"quality"}


def test_an_export_is_what_a_search_finds_at_every_page(filled: Runtime, actor: Actor) -> None:
    for wanted in (
        {},
        {"purpose": "quality"},
        {"act": "recording.read"},
        {"until": datetime(2100, 1, 1, tzinfo=UTC)},
    ):
        with filled.work(actor, write=False) as work:
            found: list[str] = []
            before = None
            while True:
                page = queries.search(work, **wanted, before=before, limit=3)
                found += [one.id for one in page.entries]
                before = page.next
                if before is None:
                    break
        assert [row["id"] for row in rows(taken(filled, actor, "csv", **wanted))] == found
        assert len(found) == len(set(found))


def test_the_log_has_the_export_before_its_first_byte_and_nobodys_data(filled: Runtime, actor: Actor) -> None:
    portions: Iterator[bytes] = audit.export(
        filled,
        actor,
        "csv",
        {"person": "+44 7700 900123", "source": "192.0.2.9", "actor": "4111 1111 1111 1111"},
    )
    settle(filled, actor)
    with filled.work(actor, write=False) as work:
        (entry,) = queries.search(work, act="audit.exported").entries
    assert next(portions).startswith(b"origin,idx,leaf_hash,")
    det = entry.members["det"]
    assert det == {"format": "csv", "by": ["actor", "person", "source"], "filter": {}}
    assert {"query", "query.source"} <= set(entry.members["pd"])
    for secret in (b"7700", b"192.0.2", b"4111"):
        assert secret not in entry.leaf


def test_the_log_names_the_filter_of_an_export_where_it_names_nobody(filled: Runtime, actor: Actor) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    taken(filled, actor, "jsonl", act="recording.playback", purpose="quality", since=when, res=REC)
    taken(filled, actor, "jsonl", purpose="jane_roe")
    settle(filled, actor)
    with filled.work(actor, write=False) as work:
        second, first = queries.search(work, act="audit.exported").entries
    assert first.members["res"] == [{"kind": "recording", "id": "rec_1"}]
    assert first.members["det"] == {
        "format": "jsonl",
        "by": ["act", "purpose", "res", "since"],
        "filter": {"act": "recording.playback", "purpose": "quality", "since": "2026-01-01T00:00:00.000000Z"},
    }
    assert second.members["det"]["filter"] == {}


def test_what_cannot_be_recorded_does_not_leave(
    filled: Runtime, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise InvalidError("no room")

    monkeypatch.setattr(outbox, "write", fails)
    with pytest.raises(InvalidError, match="no room"):
        audit.export(filled, actor, "csv", {})


@pytest.mark.parametrize(
    "wanted", [{"act": "nope"}, {"outcome": "perhaps"}, {"purpose": "No!"}], ids=lambda one: next(iter(one))
)
def test_a_filter_that_makes_no_sense_takes_nothing_out_and_leaves_no_entry(
    filled: Runtime, actor: Actor, wanted: dict[str, str]
) -> None:
    with pytest.raises(InvalidError):
        audit.export(filled, actor, "csv", wanted)
    with pytest.raises(InvalidError, match="csv, jsonl"):
        audit.export(filled, actor, "xls", {})
    settle(filled, actor)
    with filled.work(actor, write=False) as work:
        assert queries.search(work, act="audit.exported").entries == ()


def test_no_cell_is_a_formula_and_every_cell_is_read_back(filled: Runtime, actor: Actor) -> None:
    (row,) = rows(taken(filled, actor, "csv", act="recording.read"))
    assert row["resources"].startswith("'=cmd|")
    assert json.loads(row["leaf"])["det"]["note"] == 'a "b",\r\nc é'
    for form in ("=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\uff1d1"):
        assert exports._shown(form) == f"'{form}"
    everything = rows(taken(filled, actor, "csv"))
    assert len(everything) > 10
    assert not [cell for one in everything for cell in one.values() if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_keeps_no_more_in_memory_than_a_page(
    runtime: Runtime, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 20)
    with runtime.work(actor) as work:
        for number in range(1500):
            audit.record(
                work,
                "recording.playback",
                res=[REC],
                det={"purpose": "quality", "n": number, "x": "x" * 2000},
            )
    settle(runtime, actor)
    portions = audit.export(runtime, actor, "jsonl", {"act": "recording.playback"})
    size, _ = 0, [next(portions) for _ in range(3)]
    tracemalloc.start()
    for portion in portions:
        size += len(portion)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 3_500_000
    assert peak < 1_200_000, peak
