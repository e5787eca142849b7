"""The vault on both databases: bytes are opened by who may, gone when their key is, and never touched by a rotation."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.access import service as access
from governance.access.service import Grant
from governance.clock import FakeClock
from governance.errors import ConfigurationError, DeniedError, IntegrityError, NotFoundError
from governance.runtime import Actor, Runtime, Work
from governance.storage.local import LocalBlobs
from governance.vault import queries
from governance.vault import service as vault
from governance.vault.service import Sealed
from tests.faults.failpoints import Failpoints

BODY = bytes(range(256)) * 600  # more than two chunks
Keep = Callable[..., str]


def seal(runtime: Runtime, body: bytes = BODY, tenant: str = "default") -> Sealed:
    with vault.seal(runtime, tenant) as writer:
        for start in range(0, len(body), 50_000):
            writer.write(body[start : start + 50_000])
    return writer.sealed


@pytest.fixture
def keep(runtime: Runtime) -> Keep:
    """Seal and keep bytes for an owner, and return the blob's id."""

    def keep(body: bytes = BODY, owner: str = "rec_1", tenant: str = "default") -> str:
        sealed = seal(runtime, body, tenant)
        with runtime.work(Actor.system(tenant, "svc_test")) as work:
            return vault.keep(work, sealed, owner).id

    return keep


def grant_for(work: Work, owner: str = "rec_1") -> Grant:
    return access.house_grant(work, "recording:redact", owner, because="A test reads.")


def read(runtime: Runtime, blob_id: str, owner: str = "rec_1", tenant: str = "default") -> bytes:
    with runtime.work(Actor.system(tenant, "svc_test")) as work:
        clear = vault.open(work, grant_for(work, owner), blob_id)
    with clear:
        return bytes(clear.read())


def files(runtime: Runtime) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in runtime.settings.blobs.rglob("*") if path.is_file()}


def test_what_is_kept_is_opened_and_read_back(runtime: Runtime, keep: Keep) -> None:
    blob_id = keep()
    assert read(runtime, blob_id) == BODY
    stored = files(runtime)[blob_id]
    assert BODY[:32] not in stored
    assert len(stored) > len(BODY)


def test_what_is_sealed_can_be_checked_before_it_is_kept(runtime: Runtime) -> None:
    sealed = seal(runtime)
    with vault.reopen(runtime, sealed) as clear:
        assert clear.read() == BODY
    with runtime.work(Actor.system("default", "svc_test")) as work:
        assert not vault.is_kept(work, sealed)
        with pytest.raises(NotFoundError):
            vault.open(work, grant_for(work), sealed.blob_id)


def test_an_upload_that_breaks_off_leaves_nothing(runtime: Runtime) -> None:
    with pytest.raises(ConnectionError), vault.seal(runtime, "default") as writer:
        writer.write(BODY)
        raise ConnectionError
    assert files(runtime) == {}


def test_two_blobs_of_the_same_bytes_have_nothing_in_common(runtime: Runtime, keep: Keep) -> None:
    one, other = keep(), keep()
    stored = files(runtime)
    overlap = {stored[one][i : i + 16] for i in range(200, 4000, 16)}
    assert not any(part in stored[other] for part in overlap)


def test_a_grant_for_another_recording_opens_nothing(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    blob_id = keep()
    with runtime.work(actor) as work, pytest.raises(DeniedError) as refused:
        vault.open(work, grant_for(work, "rec_2"), blob_id)
    assert refused.value.reason == "grant_mismatch"
    with runtime.work(actor) as work, pytest.raises(DeniedError):
        vault.shred(work, grant_for(work, "rec_2"), blob_id)
    assert read(runtime, blob_id) == BODY


def test_a_grant_is_no_use_to_another_actor(runtime: Runtime, keep: Keep) -> None:
    blob_id = keep()
    with runtime.work(Actor.system("default", "svc_one")) as work:
        borrowed = grant_for(work)
    with runtime.work(Actor.system("default", "svc_two")) as work, pytest.raises(DeniedError):
        vault.open(work, borrowed, blob_id)


def test_another_tenant_has_no_such_blob_and_its_grants_open_none(runtime: Runtime, keep: Keep) -> None:
    other = Actor.system("other", "svc_test")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Another controller")
        foreign = grant_for(work)
    blob_id = keep()
    with runtime.work(other) as work, pytest.raises(NotFoundError):
        vault.open(work, grant_for(work), blob_id)
    with runtime.work(Actor.system("default", "svc_test")) as work, pytest.raises(DeniedError):
        vault.open(work, foreign, blob_id)


def test_bytes_sealed_for_one_tenant_are_not_kept_by_another(runtime: Runtime) -> None:
    sealed = seal(runtime)
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
        with pytest.raises(IntegrityError):
            vault.keep(work, sealed, "rec_1")


def test_a_key_row_moved_to_another_blob_does_not_unwrap(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    one, other = keep(), keep(b"somebody else's")
    with runtime.work(actor) as work:
        mine, theirs = queries.key_of(work, one), queries.key_of(work, other)
        assert mine is not None
        assert theirs is not None
        mine.wrapped = theirs.wrapped
        work.session.add(mine)
    with pytest.raises(IntegrityError):
        read(runtime, one)


def test_stored_bytes_that_were_changed_are_not_given_out(runtime: Runtime, keep: Keep) -> None:
    blob_id = keep()
    (path,) = runtime.settings.blobs.rglob(blob_id)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(IntegrityError):
        read(runtime, blob_id)


def test_what_is_shredded_is_gone_at_the_commit_and_swept_afterwards(
    runtime: Runtime, actor: Actor, keep: Keep
) -> None:
    blob_id, other = keep(), keep(owner="rec_2")
    with runtime.work(actor) as work:
        vault.shred(work, grant_for(work), blob_id)
    with pytest.raises(NotFoundError):
        read(runtime, blob_id)
    assert blob_id in files(runtime)
    assert vault.sweep(runtime, actor) == 1
    assert set(files(runtime)) == {other}
    assert vault.sweep(runtime, actor) == 0
    with runtime.work(actor) as work:
        vault.shred(work, grant_for(work), blob_id)  # twice is once
        blob = queries.blob(work, blob_id)
        assert blob is not None
        assert blob.swept_at is not None
        assert blob.sha256 == ""  # what is short could be guessed from it
    assert read(runtime, other, "rec_2") == BODY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_key_of_what_was_swept_is_in_no_raw_file(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    def raw() -> bytes:
        return b"".join(path.read_bytes() for path in runtime.settings.home.glob("governance.db*"))

    blob_id = keep()
    with runtime.work(actor) as work:
        key = queries.key_of(work, blob_id)
        assert key is not None
        wrapped = bytes(key.wrapped)
        vault.shred(work, grant_for(work), blob_id)
    assert wrapped in raw()  # in the write-ahead log
    vault.sweep(runtime, actor)
    assert wrapped not in raw()


def test_shredding_that_is_rolled_back_did_not_happen(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    blob_id = keep()
    with pytest.raises(ZeroDivisionError), runtime.work(actor) as work:
        vault.shred(work, grant_for(work), blob_id)
        raise ZeroDivisionError
    assert vault.sweep(runtime, actor) == 0
    assert read(runtime, blob_id) == BODY


def test_ciphertext_that_nobody_claims_goes_after_a_day_and_not_before(
    runtime: Runtime, actor: Actor, clock: FakeClock, keep: Keep
) -> None:
    kept, left_behind = keep(), seal(runtime).blob_id
    clock.advance(datetime.now(UTC) - clock.now())  # ids carry the machine's time
    unfinished = next(runtime.settings.blobs.rglob(left_behind)).with_name("blob_00.00000000.partial")
    unfinished.write_bytes(b"of a writer that died")
    assert vault.sweep_unclaimed(runtime, actor) == 0
    clock.advance(vault.UNCLAIMED_AFTER + timedelta(minutes=1))
    assert vault.sweep_unclaimed(runtime, actor) == 2
    assert set(files(runtime)) == {kept}
    assert read(runtime, kept) == BODY


def test_ciphertext_that_a_broken_restore_brought_back_goes_after_a_day(
    runtime: Runtime, actor: Actor, clock: FakeClock, keep: Keep
) -> None:
    blob_id = keep()
    (path,) = runtime.settings.blobs.rglob(blob_id)
    stored = path.read_bytes()
    with runtime.work(actor) as work:
        vault.shred(work, grant_for(work), blob_id)
    vault.sweep(runtime, actor)
    path.write_bytes(stored)
    clock.advance(datetime.now(UTC) - clock.now() + vault.UNCLAIMED_AFTER + timedelta(minutes=1))
    assert vault.sweep_unclaimed(runtime, actor) == 1
    assert files(runtime) == {}


def test_an_upload_under_way_survives_the_sweep(runtime: Runtime, actor: Actor, clock: FakeClock) -> None:
    clock.advance(datetime.now(UTC) - clock.now() + timedelta(hours=23))
    with vault.seal(runtime, "default") as writer:
        writer.write(BODY)
        assert vault.sweep_unclaimed(runtime, actor) == 0
    with runtime.work(actor) as work:
        vault.keep(work, writer.sealed, "rec_1")
    assert read(runtime, writer.sealed.blob_id) == BODY


def keks(runtime: Runtime) -> set[str]:
    with runtime.engine.connect() as connection:
        asked = sa.text("SELECT kek_id FROM blob_key UNION SELECT kek_id FROM tenant_key")
        return set(connection.scalars(asked))


def test_a_rotation_moves_every_key_and_touches_no_blob(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    blobs = [keep(body) for body in (b"one", b"two", b"")]
    with runtime.work(actor) as work:
        token = tenancy.data_key(work, "blind_index")
    before, old = files(runtime), runtime.keys.active("default")
    stamps = {path: path.stat().st_mtime_ns for path in runtime.settings.blobs.rglob("*") if path.is_file()}
    assert vault.rotate(runtime, actor, batch=2) >= 4
    assert files(runtime) == before
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert keks(runtime) == {runtime.keys.active("default")} != {old}
    assert [read(runtime, blob) for blob in blobs] == [b"one", b"two", b""]
    with runtime.work(actor) as work:
        assert tenancy.data_key(work, "blind_index") == token
    assert old in runtime.keys.keks("default")  # older backups hold keys that it wraps


def test_a_rotation_that_retires_destroys_the_old_key(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    blob_id = keep()
    old = runtime.keys.active("default")
    raw = (runtime.settings.keys / "kek" / old).read_bytes()
    vault.rotate(runtime, actor, retire=True)
    assert runtime.keys.keks("default") == [runtime.keys.active("default")] != [old]
    assert not [
        path for path in runtime.settings.keys.rglob("*") if path.is_file() and path.read_bytes() == raw
    ]
    assert read(runtime, blob_id) == BODY
    with pytest.raises(ConfigurationError):
        runtime.keys.retire(runtime.keys.active("default"))


def test_a_rotation_that_breaks_off_half_way_leaves_everything_open_and_is_finished_by_another(
    runtime: Runtime, actor: Actor, keep: Keep
) -> None:
    blobs = [keep(os.urandom(9)) for _ in range(5)]
    clear = [read(runtime, blob) for blob in blobs]
    points = Failpoints(4)  # the key file, which key is active, the first batch, and the second is lost
    with points.installed(runtime), pytest.raises(sa.exc.OperationalError):
        vault.rotate(runtime, actor, retire=True, batch=2)
    assert points.failed == "a commit"
    assert len(keks(runtime)) == 2
    assert [read(runtime, blob) for blob in blobs] == clear
    vault.rotate(runtime, actor, retire=True, batch=2)
    assert len(keks(runtime)) == len(runtime.keys.keks("default")) == 1
    assert [read(runtime, blob) for blob in blobs] == clear


def test_rotating_one_tenant_moves_no_key_of_another(runtime: Runtime, actor: Actor, keep: Keep) -> None:
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
    blob_id = keep(b"theirs", tenant="other")
    keep()
    vault.rotate(runtime, actor, retire=True)
    assert runtime.keys.keks("other") == ["other.1"]
    assert read(runtime, blob_id, tenant="other") == b"theirs"


def test_a_store_gives_no_name_a_path(tmp_path: Path) -> None:
    store = LocalBlobs(tmp_path / "blobs")
    for name in ("../escape", "a/b", "", "UPPER", "blob_\n", "x" * 81):
        with pytest.raises(Exception, match="not a name"):
            store.size(name)
