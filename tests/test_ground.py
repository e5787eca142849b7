"""The ground under every test: a Work on both databases, tenants apart, and a schema that the models agree with."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import select

from governance.clock import FakeClock
from governance.errors import IntegrityError
from governance.runtime import Actor, Runtime, Work
from governance.tenancy import Tenant, TenantKey, data_key, ensure


def test_a_work_has_one_reading_of_the_clock(work: Work, clock: FakeClock) -> None:
    assert work.now == clock.now()


def test_what_a_work_wrote_is_there_for_the_next_and_a_failure_leaves_nothing(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(actor) as work:
        kept = data_key(work, "identifiers")
    with pytest.raises(ValueError, match="half-way"), runtime.work(actor) as work:
        data_key(work, "audit_search")
        raise ValueError("half-way")
    with runtime.work(actor, write=False) as work:
        assert data_key(work, "identifiers") == kept
        assert [row.purpose for row in work.session.exec(select(TenantKey))] == ["identifiers"]


def test_what_is_written_after_a_rollback_stays(runtime: Runtime, actor: Actor) -> None:
    def note(own: Work) -> None:
        data_key(own, "audit_search")

    done: list[str] = []
    with pytest.raises(ValueError, match="refused"), runtime.work(actor) as work:
        work.on_commit(lambda: done.append("committed"))
        work.on_rollback(lambda: done.append("rolled back"))
        work.after_rollback(note)
        raise ValueError("refused")
    assert done == ["rolled back"]
    with runtime.work(actor, write=False) as work:
        assert [row.purpose for row in work.session.exec(select(TenantKey))] == ["audit_search"]


def test_a_work_sees_and_writes_the_rows_of_its_own_tenant_only(runtime: Runtime) -> None:
    for tenant in ("one", "two"):
        with runtime.work(Actor.system(tenant, "svc_test")) as work:
            ensure(work, tenant)
            data_key(work, "identifiers")
    with runtime.work(Actor.system("one", "svc_test")) as work:
        assert [row.tenant for row in work.session.exec(select(TenantKey))] == ["one"]
    with (
        pytest.raises(IntegrityError, match="another tenant"),
        runtime.work(Actor.system("one", "svc_test")) as work,
    ):
        work.session.add(TenantKey(tenant="two", purpose="audit_search", kek_id="two.1", wrapped=b"x"))
        work.session.flush()
    with runtime.unscoped(Actor.system("house", "svc_test")) as work:
        assert {row.tenant for row in work.session.exec(select(TenantKey))} == {"one", "two"}
        assert work.session.get(Tenant, "two") is not None


def test_no_index_is_on_the_tenant_alone(runtime: Runtime) -> None:
    # SQLite takes the last of two indexes that look alike to it: one recording's media would be read out of everybody's.
    inspected = sa.inspect(runtime.engine)
    lame = [
        f"{table}.{index['name']}"
        for table in inspected.get_table_names()
        for index in inspected.get_indexes(table)
        if index["column_names"] == ["tenant"]
    ]
    assert not lame, lame


def test_all_that_a_reading_work_reads_is_of_one_moment(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor, write=False) as reading:
        before = len(reading.session.exec(select(Tenant)).all())
        with runtime.work(Actor.system("elsewhere", "svc_test")) as writing:
            ensure(writing, "elsewhere")
        assert len(reading.session.exec(select(Tenant)).all()) == before
    with runtime.work(actor, write=False) as reading:
        assert len(reading.session.exec(select(Tenant)).all()) == before + 1
