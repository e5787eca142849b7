"""Recording, ordering, signing, reading and erasing, on both databases."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from governance.audit import leaf as leaves
from governance.audit import log_queries, policyfile, proof, queries
from governance.audit import service as audit
from governance.audit.service import Personal
from governance.db import forget_deleted
from governance.errors import DeniedError, IntegrityError, InvalidError, NotFoundError, RollbackError
from governance.runtime import Actor, Runtime

TENANT = "default"
ANA = Actor(
    kind="user",
    id="usr_ana",
    tenant=TENANT,
    session_id="ses_1",
    name="Ana Müller",
    email="ana@example.com",
    ip="203.0.113.7",
)
REC = ("recording", "rec_1")


def settle(runtime: Runtime) -> None:
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)


def test_an_entry_takes_its_actor_and_source_from_the_work(runtime: Runtime) -> None:
    with runtime.work(ANA, trace="4bf92f") as work:
        entry_id = audit.record(
            work, "recording.ingested", res=[REC], det={"bytes": 12}, why={"code": "import"}
        )
    settle(runtime)
    with runtime.work(ANA) as work:
        detail = queries.entry(work, entry_id)
    members = detail.entry.members
    assert members["actor"] == {"kind": "user", "id": "usr_ana", "sid": "ses_1"}
    assert members["req"] == "4bf92f"
    assert members["res"] == [{"kind": "recording", "id": "rec_1"}]
    assert members["why"]["code"] == "import"
    assert members["why"]["policy"] == runtime.policies.for_tenant(TENANT).digest
    assert members["pn"]["inst"] == runtime.instance
    assert set(members["pd"]) == {"actor.name", "actor.email", "src.ip"}
    assert b"Ana" not in detail.leaf
    assert b"203.0" not in detail.leaf
    assert detail.personal == {
        "actor.name": "Ana Müller",
        "actor.email": "ana@example.com",
        "src.ip": "203.0.113.7",
    }
    assert detail.proof is not None
    assert detail.proof.verify(detail.leaf, None).size == 2


def test_the_first_entry_names_the_key_of_the_log(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        audit.open_log(work)
    settle(runtime)
    with runtime.work(actor) as work:
        (first,) = queries.search(work).entries
        trusted = policyfile.parse(audit.trust(work))
    assert first.act == "audit.log.created"
    assert first.members["det"]["vkey"] == str(trusted.logs[0])


def test_no_entry_survives_a_rolled_back_act_and_its_number_is_declared_void(
    runtime: Runtime, actor: Actor
) -> None:
    with pytest.raises(ZeroDivisionError), runtime.work(actor) as work:
        audit.record(work, "recording.ingested")
        raise ZeroDivisionError
    with runtime.work(actor) as work:
        kept = audit.record(work, "recording.ingested")
    settle(runtime)
    with runtime.work(actor) as work:
        members = queries.entry(work, kept).entry.members
        assert [e.act for e in queries.search(work).entries] == ["recording.ingested", "audit.log.created"]
    # The first Work would have opened the log too: its two numbers are void, and the log's first entry says so.
    assert members["pn"]["n"] == 4


def test_a_denial_is_recorded_although_its_act_was_rolled_back(runtime: Runtime) -> None:
    with pytest.raises(DeniedError), runtime.work(ANA) as work:
        audit.record(work, "recording.playback", res=[REC])
        audit.record_denied(work, "recording.playback", res=[REC], why={"code": "out_of_scope"})
        raise DeniedError("out_of_scope")
    settle(runtime)
    with runtime.work(ANA) as work:
        (denied,) = queries.search(work, outcome="denied").entries
    assert denied.actor == "usr_ana"
    assert denied.members["why"]["code"] == "out_of_scope"


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("Recording.Played", {}),
        ("recording.played", {"why": {"code": "because I say so"}}),
        ("recording.played", {"why": {"text": "x"}}),
        ("recording.played", {"det": {"ratio": 0.5}}),
        ("recording.played", {"out": "maybe"}),
        ("recording.played", {"det": {"blob": "x" * 40_000}}),
        ("recording.played", {"res": [("recording", str(i)) for i in range(65)]}),
        ("recording.played", {"personal": {"Party Tel": Personal("+49", "par_1")}}),
    ],
)
def test_what_is_no_well_formed_entry_stops_the_act(
    runtime: Runtime, actor: Actor, act: str, given: dict[str, object]
) -> None:
    with pytest.raises((InvalidError, ValueError)), runtime.work(actor) as work:
        audit.record(work, act, **given)  # type: ignore[arg-type]


def test_entries_are_found_by_actor_act_resource_outcome_person_and_time(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(ANA) as work:
        played = audit.record(work, "recording.playback", res=[REC])
        started = work.now
    with runtime.work(actor) as work:
        ingested = audit.record(
            work,
            "recording.ingested",
            res=[REC, ("team", "north")],
            personal={"party.tel": Personal("+49 30  1234567", "par_1")},
        )
    settle(runtime)
    with runtime.work(actor) as work:

        def found(**by: object) -> list[str]:
            return [entry.id for entry in queries.search(work, **by).entries]  # type: ignore[arg-type]

        assert found(actor="usr_ana") == [played]
        assert found(act="recording.ingested") == [ingested]
        assert found(res=REC) == [ingested, played]
        assert found(res=("team", "north")) == [ingested]
        assert found(person="+49 30 1234567") == [ingested]
        assert found(person="par_1") == [ingested]
        assert found(person="203.0.113.7") == [played]
        assert found(person="+49 30 7654321") == []
        assert found(outcome="denied") == []
        assert found(since=started, act="recording.playback") == [played]
        assert found(until=started) == []


def test_pages_go_on_where_they_ended(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        written = [audit.record(work, "recording.read", det={"n": n}) for n in range(10)]
    settle(runtime)
    seen: list[str] = []
    before = None
    with runtime.work(actor) as work:
        while True:
            page = queries.search(work, act="recording.read", before=before, limit=4)
            seen += [entry.id for entry in page.entries]
            before = page.next
            if before is None:
                break
    assert seen == written[::-1]


def test_a_position_nobody_gave_is_refused(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work, pytest.raises(InvalidError):
        queries.search(work, before="1; drop")


def test_reading_the_log_is_recorded_once_a_call(runtime: Runtime) -> None:
    with runtime.work(ANA) as work:
        entry_id = audit.record(work, "recording.playback", res=[REC])
    settle(runtime)
    with runtime.work(ANA) as work:
        audit.search(work, person="par_77", res=REC)
    with runtime.work(ANA) as work:
        audit.read(work, entry_id)
    with runtime.work(ANA) as work:
        audit.prove(work, entry_id)
    settle(runtime)
    with runtime.work(ANA) as work:
        reads = queries.search(work, act="audit.read").entries
        exports = queries.search(work, act="audit.exported").entries
    assert [len(reads), len(exports)] == [2, 1]
    asked = reads[1].members
    assert asked["det"] == {"by": ["person", "res"], "found": 0}
    assert "query" in asked["pd"]
    assert "par_77" not in str(asked)
    assert reads[0].members["res"] == [{"kind": "audit_entry", "id": entry_id}]


def test_an_erased_person_is_unreadable_and_unfindable_and_every_proof_holds(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(ANA) as work:
        entry_id = audit.record(
            work,
            "recording.searched",
            res=[REC],
            personal={
                "party.tel": Personal("+4930555", "par_1"),
                "party.name": Personal("Bob", "par_2"),
                "why.text": Personal("Complaint of Carla"),
            },
        )
    settle(runtime)
    with runtime.work(actor) as work:
        text = queries.inclusion_proof(work, entry_id)
        before = queries.entry(work, entry_id)
        assert before.personal["why.text"] == "Complaint of Carla"
        assert audit.erase_person(work, "par_1") == 1
    settle(runtime)
    with runtime.work(actor) as work:
        after = queries.entry(work, entry_id)
        assert after.personal.keys() == {"party.name", "actor.name", "actor.email", "src.ip"}
        assert queries.search(work, person="+4930555").entries == ()
        assert queries.search(work, person="par_1").entries == ()
        assert len(queries.search(work, person="Bob").entries) == 1
        trusted = policyfile.parse(audit.trust(work))
        erased = queries.search(work, act="audit.person.erased").entries[0].members
    assert after.leaf == before.leaf
    assert proof.parse(text).verify(after.leaf, trusted).size == 2
    assert "subject.ref" in erased["pd"]
    assert "par_1" not in str(erased)
    with runtime.engine.connect() as connection:
        for table in ("audit_subject_key", "audit_private"):
            rows = connection.execute(sa.text(f"SELECT subject_ref FROM {table}")).scalars().all()
            assert "par_1" not in rows


def test_a_recording_is_erased_without_its_staff(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(ANA) as work:
        one = audit.record(
            work,
            "recording.playback",
            res=[REC],
            personal={"party.tel": Personal("+4930555", "par_1"), "why.text": Personal("about Bob")},
        )
        other = audit.record(
            work,
            "recording.playback",
            res=[("recording", "rec_2")],
            personal={"party.tel": Personal("+4930555", "par_1")},
        )
    settle(runtime)
    with runtime.work(actor) as work:
        assert audit.erase_recordings(work, ["rec_1"]) == {"rec_1": 1}
    with runtime.work(actor) as work:
        assert "party.tel" not in queries.entry(work, one).personal
        assert queries.entry(work, one).personal["actor.name"] == "Ana Müller"
        assert queries.entry(work, other).personal["party.tel"] == "+4930555"


def test_no_tenant_sees_another_tenants_log(runtime: Runtime) -> None:
    from governance import tenancy

    other = dataclasses.replace(ANA, tenant="other", id="usr_bob")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Another controller")
        theirs = audit.record(
            work, "recording.playback", res=[REC], personal={"party.tel": Personal("+4930555", "par_1")}
        )
    with runtime.work(ANA) as work:
        audit.record(work, "recording.playback", res=[REC])
    audit.sequence(runtime, "other")
    audit.publish(runtime, "other")
    settle(runtime)
    with runtime.work(ANA) as work:
        assert {entry.actor for entry in queries.search(work).entries} == {"svc_sequencer", "usr_ana"}
        assert queries.search(work, person="par_1").entries == ()
        assert queries.search(work, actor="usr_bob").entries == ()
        assert len(queries.search(work, res=REC).entries) == 1
        for ask in (queries.entry, queries.inclusion_proof):
            with pytest.raises(NotFoundError):
                ask(work, theirs)
        assert "/audit/other/" not in audit.trust(work)
        with pytest.raises(NotFoundError):
            audit.read(work, theirs)
        with pytest.raises(NotFoundError):
            log_queries.shard(work, 999)


def test_an_unchanged_log_keeps_its_checkpoint(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    audit.sequence(runtime, TENANT)
    assert audit.publish(runtime, TENANT) == audit.publish(runtime, TENANT)
    with runtime.work(actor) as work:
        checkpoint = queries.latest_checkpoint(work)
    assert checkpoint is not None
    assert checkpoint.size == 2


def test_nothing_is_signed_where_there_is_no_log(runtime: Runtime) -> None:
    assert audit.publish(runtime, TENANT) is None
    assert audit.sequence(runtime, TENANT) == 0


def test_health_tells_what_waits_and_what_is_unsigned(runtime: Runtime, actor: Actor) -> None:
    from datetime import timedelta

    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    runtime.clock.advance(timedelta(seconds=5))  # type: ignore[attr-defined]
    with runtime.work(actor) as work:
        state = queries.health(work)
    assert (state.waiting, state.lag, state.unsigned) == (2, timedelta(seconds=5), 0)
    audit.sequence(runtime, TENANT)
    with runtime.work(actor) as work:
        assert queries.health(work).unsigned == 2


def test_an_anchor_that_is_gone_stops_the_signer(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    settle(runtime)
    for path in runtime.settings.anchor.iterdir():
        path.unlink()
    with pytest.raises(RollbackError, match="anchor"):
        audit.publish(runtime, TENANT)


def test_a_leaf_is_found_by_what_it_says(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        entry_id = audit.record(work, "recording.read", res=[REC, REC])
    settle(runtime)
    with runtime.work(actor) as work:
        assert leaves.resource_keys(queries.entry(work, entry_id).entry.members) == ["recording:rec_1"] * 2


def test_an_erased_persons_key_is_in_no_file_of_the_database(runtime: Runtime, actor: Actor) -> None:
    if runtime.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are the server's: its own vacuum clears them")
    with runtime.work(actor) as work:
        audit.record(work, "recording.read", personal={"party.tel": Personal("+4930555", "par_1")})
    with runtime.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT wrapped FROM audit_subject_key"))
        wrapped = bytes(row.scalar_one())
        box = bytes(connection.execute(sa.text("SELECT box FROM audit_private")).scalar_one())
    files = list(runtime.settings.home.glob("governance.db*"))
    assert any(wrapped in path.read_bytes() for path in files)
    with runtime.work(actor) as work:
        audit.erase_person(work, "par_1")
    assert forget_deleted(runtime.engine)
    for path in runtime.settings.home.glob("governance.db*"):
        assert wrapped not in path.read_bytes()
        assert box not in path.read_bytes()


def test_a_box_that_was_changed_is_not_taken_for_erased(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        entry_id = audit.record(work, "recording.read", personal={"party.tel": Personal("+4930555", "par_1")})
    settle(runtime)
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit_private SET box = :box"), {"box": bytes(60)})
    with runtime.work(actor) as work, pytest.raises(IntegrityError):
        queries.entry(work, entry_id)


def test_an_act_in_the_work_of_an_erasure_is_sealed_under_a_new_key(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        audit.record(work, "recording.read", personal={"party.tel": Personal("+4930555", "par_1")})
        audit.erase_person(work, "par_1")
        later = audit.record(work, "recording.read", personal={"party.tel": Personal("+4930555", "par_1")})
    settle(runtime)
    with runtime.work(actor) as work:
        assert queries.entry(work, later).personal == {"party.tel": "+4930555"}
