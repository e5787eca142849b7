"""The oracle notices: each thing that must never be, planted in a house where all was well."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.audit import service as audit
from governance.recordings import erasure, intake, standing
from governance.recordings.selection import Selection
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.faults.calls import called
from tests.oracle import check_everything, check_nothing_is_heard

TENANT = "default"
HOUSE = Actor.system(TENANT, "svc_test")
OPERATOR = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")


@pytest.fixture
def lived_in(runtime: Runtime) -> Runtime:
    """A house with an erased recording, a released one and one that waits, where everything holds."""
    gone = intake.ingest(runtime, OPERATOR, called("gone")).recording_id
    intake.ingest(runtime, OPERATOR, called("released"))
    redaction.redact_pending(runtime, HOUSE)
    erasure.erase(runtime, DPO, gone, "request")
    intake.ingest(runtime, OPERATOR, called("waiting"))
    check_everything(runtime, TENANT)
    return runtime


def sql(*statements: str) -> Callable[[Runtime], None]:
    def plant(runtime: Runtime) -> None:
        with runtime.engine.begin() as connection:
            for statement in statements:
                assert connection.execute(sa.text(statement)).rowcount != 0, statement

    return plant


def stored(runtime: Runtime) -> list[Path]:
    with runtime.engine.connect() as connection:
        asked = "SELECT blob_id FROM rendition WHERE level = 'rendition'"
        names = set(connection.scalars(sa.text(asked)))
    return [path for path in runtime.settings.blobs.rglob("*") if path.name in names]


def change_a_blob(runtime: Runtime) -> None:
    path = stored(runtime)[0]
    raw = bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(raw)


def lose_a_blob(runtime: Runtime) -> None:
    stored(runtime)[0].unlink()


def take_for_swept(runtime: Runtime) -> None:
    sql("UPDATE blob SET swept_at = created_at WHERE id IN (SELECT blob_id FROM rendition)")(runtime)


def forget_the_ledger(runtime: Runtime) -> None:
    (runtime.settings.ledger / "erasures.jsonl").unlink()


def change_the_log(runtime: Runtime) -> None:
    drop = "DROP TRIGGER audit_entry_no_update" + (
        " ON audit_entry" if runtime.engine.dialect.name == "postgresql" else ""
    )
    with runtime.engine.begin() as connection:
        connection.execute(sa.text(drop))
        change = "UPDATE audit_entry SET actor = 'somebody-else' WHERE act = 'recording.erased'"
        connection.execute(sa.text(change))


def lose_a_waiting_entry(runtime: Runtime) -> None:
    with runtime.work(HOUSE) as work:
        audit.record(work, "recording.read")
    sql("DELETE FROM audit_outbox")(runtime)
    with runtime.work(HOUSE) as work:
        audit.record(work, "recording.read")
    runtime.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]  # the tests' own clock
    with runtime.work(HOUSE) as work:
        audit.record(work, "recording.read")


def erase_without_a_word(runtime: Runtime) -> None:
    sql(
        "UPDATE recording SET state = 'erased', erased_at = created_at WHERE external_id = 'waiting'",
        "UPDATE quarantine SET ended_at = since WHERE ended_at IS NULL",
    )(runtime)


def keep_bytes_of_nobody(runtime: Runtime) -> None:
    with vault.seal(runtime, TENANT) as writer:
        writer.write(b"whose are these?")
    with runtime.work(HOUSE) as work:
        vault.keep(work, writer.sealed, "rec_nobody")


def cross_a_tenant(runtime: Runtime) -> None:
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
    sql("UPDATE media SET tenant = 'other' WHERE id = (SELECT min(id) FROM media)")(runtime)


def hold_everything(runtime: Runtime) -> None:
    with runtime.work(DPO) as work:
        standing.place(
            work, kind="hold", selection=Selection(everything=True), reference="mat_1", because="Evidence."
        )
    check_everything(runtime, TENANT)


def pass_a_recording_by(runtime: Runtime) -> None:
    hold_everything(runtime)
    sql("DELETE FROM hold")(runtime)


def forget_an_order(runtime: Runtime) -> None:
    hold_everything(runtime)
    path = runtime.settings.ledger / "erasures.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


BREACHES: dict[str, tuple[Callable[[Runtime], None], str]] = {
    "a stored blob was changed": (change_a_blob, "cannot be read"),
    "a stored blob is gone": (lose_a_blob, "cannot be read"),
    "the digest is another": (sql("UPDATE blob SET sha256 = 'x' WHERE shredded_at IS NULL"), "digest"),
    "the key is gone": (
        sql("DELETE FROM blob_key WHERE blob_id IN (SELECT blob_id FROM rendition WHERE level = 'rendition')"),
        "bytes have no key",
    ),
    "the key came back": (
        sql("UPDATE blob SET shredded_at = created_at WHERE id IN (SELECT blob_id FROM rendition)"),
        "shredded: True",
    ),
    "a key of another": (
        sql("UPDATE blob_key SET wrapped = (SELECT wrapped FROM blob_key ORDER BY blob_id LIMIT 1)"),
        "cannot be read",
    ),
    "bytes that are needed pass for swept": (take_for_swept, "belong to nobody"),
    "bytes are kept that belong to nothing": (keep_bytes_of_nobody, "referred to 0 times"),
    "released while a quarantine is open": (
        sql("UPDATE recording SET state = 'released' WHERE external_id = 'waiting'"),
        "quarantines open: True",
    ),
    "released with its original": (
        sql(
            "UPDATE recording SET state = 'released' WHERE external_id = 'waiting'",
            "UPDATE quarantine SET ended_at = since WHERE ended_at IS NULL",
        ),
        "original is still there",
    ),
    "quarantined without a reason": (
        sql("UPDATE quarantine SET ended_at = since WHERE ended_at IS NULL"), "quarantines open: False",
    ),
    "the original is not there to be redacted": (
        sql("DELETE FROM rendition WHERE level = 'original'"), "referred to 0 times",
    ),
    "the original passes for the rendition": (
        sql(
            "UPDATE rendition SET level = 'rendition' WHERE level = 'original'",
            "UPDATE transcript SET level = 'rendition' WHERE level = 'original'",
            "UPDATE recording SET state = 'released' WHERE external_id = 'waiting'",
            "UPDATE quarantine SET ended_at = since WHERE ended_at IS NULL",
        ),
        "is released: ",
    ),
    "erased and nobody said so": (erase_without_a_word, "is erased and still has"),
    "erased, and the ledger does not know": (forget_the_ledger, "the ledger does not know"),
    "an order has passed a recording by": (pass_a_recording_by, "bears none of it"),
    "an order stands, and the ledger does not know": (forget_an_order, "a restore would not know"),
    "a certificate gives another reason": (
        sql("UPDATE erasure SET reason = 'another'"), "gives another reason than the log",
    ),
    "an erasure is complete, and the log does not say so": (
        sql("UPDATE erasure SET state = 'incomplete', completed_entry_id = NULL"), "is complete",
    ),
    "an entry of the log was changed": (change_the_log, "the log does not hold"),
    "an entry vanished before it was sequenced": (lose_a_waiting_entry, "the log does not hold"),
    "a row of another tenant": (cross_a_tenant, "another tenant"),
}  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_noticed(breach: str, lived_in: Runtime) -> None:
    plant, sentence = BREACHES[breach]
    plant(lived_in)
    with pytest.raises(AssertionError, match=re.escape(sentence)):
        check_everything(lived_in, TENANT)


def test_a_recording_that_is_heard_out_of_quarantine_is_noticed_at_once(lived_in: Runtime) -> None:
    check_nothing_is_heard(lived_in, TENANT)
    with lived_in.engine.begin() as connection:
        connection.execute(sa.text("UPDATE rendition SET sha256 = 'another' WHERE level = 'rendition'"))
    with pytest.raises(AssertionError, match="something else"):
        check_nothing_is_heard(lived_in, TENANT)
