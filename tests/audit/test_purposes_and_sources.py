"""Entries are found by the purpose they were for and by the address they came from, at any depth; what was logged before, too."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import leaf, queries
from governance.audit import service as audit
from governance.errors import InvalidError
from governance.runtime import Actor, Runtime

REC = ("recording", "rec_1")
MIGRATION = "2026-12-01-1100_purposes_of_entries.py"


def migration() -> Any:
    path = Path(__file__).resolve().parents[2] / "migrations" / "versions" / MIGRATION
    spec = importlib.util.spec_from_file_location("purposes_of_entries", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def acts(runtime: Runtime, actor: Actor, **asked: Any) -> list[str]:
    with runtime.work(actor, write=False) as work:
        return [one.act for one in queries.search(work, **asked).entries]


@pytest.fixture
def used(runtime: Runtime, actor: Actor) -> Runtime:
    """Recordings were used for several purposes, from several addresses."""
    with runtime.work(replace(actor, ip="203.0.113.7")) as work:
        audit.record(work, "recording.playback", res=[REC], det={"purpose": "quality"})
        audit.record(work, "recording.playback", res=[("recording", "rec_2")], det={"purpose": "quality"})
        audit.record(work, "recording.read", res=[REC], det={"purpose": "training"})
    with runtime.work(replace(actor, ip="2001:db8::1")) as work:
        audit.record(work, "objection.lifted", det={"purposes": ["quality", "training"]})
        audit.record(work, "break_glass.approved", res=[REC], why={"code": "complaint"})
        audit.record(work, "recording.restricted", det={"purpose": "No purpose: 4 words"})
        audit.record(work, "recording.read")
    audit.sequence(runtime, actor.tenant)
    return runtime


def test_entries_are_found_by_purpose_and_by_purpose_of_one_recording(used: Runtime, actor: Actor) -> None:
    assert acts(used, actor, purpose="quality") == [
        "objection.lifted",
        "recording.playback",
        "recording.playback",
    ]
    assert acts(used, actor, purpose="training") == ["objection.lifted", "recording.read"]
    assert acts(used, actor, purpose="complaint") == ["break_glass.approved"]
    assert acts(used, actor, purpose="quality", res=REC) == ["recording.playback"]
    assert acts(used, actor, purpose="training", act="recording.read", res=REC) == ["recording.read"]
    assert acts(used, actor, purpose="nothing_like_it") == []
    with pytest.raises(InvalidError, match="spelled"):
        acts(used, actor, purpose="No purpose: 4 words")


def test_entries_are_found_by_the_address_they_came_from_however_it_is_written(
    used: Runtime, actor: Actor
) -> None:
    # Within one transaction in no order: their ids have the moment of their transaction, and then chance.
    first = ["recording.playback", "recording.playback", "recording.read"]
    for spelled in ("203.0.113.7", " 203.0.113.7 ", "::ffff:203.0.113.7"):
        assert sorted(acts(used, actor, source=spelled)) == first
    second = ["break_glass.approved", "objection.lifted", "recording.read", "recording.restricted"]
    assert sorted(acts(used, actor, source="2001:0DB8:0:0::1")) == second
    assert acts(used, actor, source="203.0.113.7", purpose="training") == ["recording.read"]
    assert acts(used, actor, source="203.0.113.70") == []
    # By the address alone: what somebody is called is no address.
    assert acts(used, actor, source=actor.name or "Ana") == []


def test_pages_by_purpose_and_by_address_hold_each_entry_once(used: Runtime, actor: Actor) -> None:
    asked: tuple[dict[str, Any], ...] = ({"purpose": "quality"}, {"source": "203.0.113.7"})
    for way in asked:
        with used.work(actor, write=False) as work:
            whole = [one.id for one in queries.search(work, **way).entries]
            seen, before = [], None
            while True:
                page = queries.search(work, **way, before=before, limit=1)
                seen += [one.id for one in page.entries]
                before = page.next
                if before is None:
                    break
        assert seen == whole
        assert len(whole) >= 3


def test_pages_go_on_in_the_log_of_the_year_before(used: Runtime, actor: Actor) -> None:
    audit.publish(used, actor.tenant)
    used.clock.advance(timedelta(days=365))  # type: ignore[attr-defined]
    audit.freeze_and_reopen(used, actor.tenant, "new_year")
    with used.work(replace(actor, ip="203.0.113.7")) as work:
        for _ in range(3):
            audit.record(work, "recording.playback", res=[REC], det={"purpose": "quality"})
    audit.sequence(used, actor.tenant)
    asked: tuple[dict[str, Any], ...] = ({"purpose": "quality"}, {"source": "203.0.113.7"})
    for way in asked:
        years: list[str] = []
        seen, before = set(), None
        while True:
            with used.work(actor, write=False) as work:
                page = queries.search(work, **way, before=before, limit=2)
            years += [one.origin[-4:] for one in page.entries]
            seen |= {one.id for one in page.entries}
            before = page.next
            if before is None:
                break
        assert years == ["2027"] * 3 + ["2026"] * 3
        assert len(seen) == 6


def test_an_address_that_was_looked_for_stands_in_the_log_as_a_commitment_only(
    used: Runtime, actor: Actor
) -> None:
    with used.work(actor) as work:
        audit.search(work, source="203.0.113.7", purpose="quality")
    audit.sequence(used, actor.tenant)
    with used.work(actor, write=False) as work:
        (told,) = queries.search(work, act="audit.read").entries
        detail = queries.entry(work, told.id)
    assert told.members["det"]["by"] == ["purpose", "source"]
    assert "query.source" in told.members["pd"]
    assert b"203.0.113" not in detail.leaf
    assert "query.source" not in detail.personal


def test_a_self_audit_sees_a_purpose_that_was_taken_away_or_made_up(used: Runtime, actor: Actor) -> None:
    assert audit.self_audit(used, actor).holds
    for statement in (
        "DELETE FROM audit_entry_res WHERE res = 'purpose:complaint'",
        "UPDATE audit_entry_res SET res = 'purpose:telling' WHERE res = 'purpose:complaint'",
    ):
        with used.engine.connect() as connection:
            connection.execute(sa.text(statement))
            connection.commit()
        result = audit.self_audit(used, actor)
        assert "would not be found by what it says" in result.because
        put_back(used)
        assert audit.self_audit(used, actor).holds


def put_back(runtime: Runtime) -> None:
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_entry_res WHERE res LIKE 'purpose:%'"))
        with Operations.context(MigrationContext.configure(connection)):
            migration().upgrade()


def test_what_was_logged_before_is_listed_by_the_migration_and_what_waits_as_well(
    used: Runtime, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a version before this one left it: no entry is listed under a purpose, and one of them has no place yet."""
    with used.work(actor) as work:
        audit.record(work, "recording.playback", res=[REC], det={"purpose": "complaint"})
    purposes = ("quality", "training", "complaint")
    before = [acts(used, actor, purpose=one) for one in purposes]
    with used.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_entry_res WHERE res LIKE 'purpose:%'"))
        connection.execute(
            sa.text(
                """UPDATE audit_outbox SET res = '["recording:rec_1"]' WHERE act = 'recording.playback'"""
            )
        )
    assert acts(used, actor, purpose="quality") == []
    module = migration()
    monkeypatch.setattr(module, "_BATCH", 1)
    with used.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        module.upgrade()
    assert [acts(used, actor, purpose=one) for one in purposes] == before
    audit.sequence(used, actor.tenant)
    assert acts(used, actor, purpose="complaint") == ["recording.playback", "break_glass.approved"]
    assert audit.self_audit(used, actor).holds


@given(
    st.sampled_from(["recording.playback", "break_glass.approved"]),
    st.sampled_from(leaf.OUTCOMES),
    st.one_of(
        st.none(),
        st.integers(-9, 9),
        st.text(max_size=50),
        st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True),
    ),
    st.one_of(
        st.none(),
        st.text(),
        st.lists(st.one_of(st.integers(-9, 9), st.from_regex(r"[a-z_]{1,5}", fullmatch=True))),
    ),
)
def test_the_migration_and_the_log_agree_on_what_a_purpose_is(
    act: str, outcome: str, purpose: object, purposes: object
) -> None:
    det = {name: value for name, value in (("purpose", purpose), ("purposes", purposes)) if value is not None}
    entry: dict[str, Any] = {"act": act, "out": outcome, "det": det, "why": {"code": "complaint"}}
    assert migration().purpose_keys(leaf.canonical(entry)) == set(leaf.search_keys(entry))
