"""The log is time-stamped by an authority: tokens are verified, stored, pegged back, given out and checked offline."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.audit import policyfile, queries, timestamp
from governance.audit import service as audit
from governance.audit.verify import Verdict, verify_bundle
from governance.clock import FakeClock
from governance.config import Settings, TimeAuthority
from governance.errors import ConfigurationError, IncompleteError, IntegrityError, InvalidError
from governance.runtime import Actor, Runtime
from tests import peers
from tests.audit.authority import Authority, served

TENANT = "default"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.peer("openssl")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    peers.require("openssl")
    if not timestamp.is_available():
        peers.absent("rfc3161-client", "the package rfc3161-client is not installed")
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture(scope="module")
def stranger(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "stranger")


def grow(runtime: Runtime, actor: Actor, count: int = 3) -> None:
    with runtime.work(actor) as work:
        for _ in range(count):
            audit.record(work, "recording.read")
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)


def name_authority(runtime: Runtime, url: str, authority: Authority) -> None:
    runtime.settings = dataclasses.replace(runtime.settings, tsa=TimeAuthority(url, authority.root, HOUR))


def bundled(runtime: Runtime, actor: Actor, folder: Path, *trusted: Authority) -> Verdict:
    audit.bundle(runtime, actor, folder)
    return checked(runtime, actor, folder, *trusted)


def checked(runtime: Runtime, actor: Actor, folder: Path, *trusted: Authority) -> Verdict:
    with runtime.work(actor) as work:
        policy = policyfile.parse(audit.trust(work))
    roots = [root for one in trusted for root in timestamp.authorities(one.root.read_bytes())]
    return verify_bundle(folder, policy, roots)


def test_a_log_is_stamped_when_it_is_due_and_the_stamp_stands_in_the_log(
    runtime: Runtime, actor: Actor, authority: Authority, clock: FakeClock, tmp_path: Path
) -> None:
    clock.advance(datetime.now(UTC) - clock.now())  # openssl goes by the machine's own
    grow(runtime, actor)
    with served(authority) as url:
        name_authority(runtime, url, authority)
        assert audit.stamp(runtime, TENANT) == 1
        grow(runtime, actor)
        assert audit.stamp(runtime, TENANT) == 0  # not yet
        clock.advance(2 * HOUR)
        assert audit.stamp(runtime, TENANT) == 1
    audit.sequence(runtime, TENANT)
    with runtime.work(actor) as work:
        later, first = [
            entry.members["det"] for entry in queries.search(work, act="audit.timestamped").entries
        ]
    assert (first["size"], later["size"]) == (4, 8)
    folder = tmp_path / "bundle"
    verdict = bundled(runtime, actor, folder, authority)
    assert verdict.exit_code == 0, verdict.because
    assert [one.size for one in verdict.stamped] == [4, 8]
    for one, det in zip(verdict.stamped, (first, later), strict=True):
        assert one.at is not None
        assert (abs(one.at - datetime.now(UTC)) < HOUR, one.at) == (True, datetime.fromisoformat(det["time"]))
        token = (folder / f"timestamps/{one.size}.tsr").read_bytes()
        assert det["token"] == hashlib.sha256(token).hexdigest()
    # Somebody else's program comes to the same answer.
    words = ["-in", "timestamps/8.tsr", "-data", "timestamps/8.checkpoint", "-CAfile", str(authority.root)]
    subprocess.run(["openssl", "ts", "-verify", *words], cwd=folder, check=True, capture_output=True)
    assert audit.self_audit(runtime, actor).holds


def test_a_stamp_is_believed_of_the_authority_that_was_named_and_of_no_other(
    runtime: Runtime, actor: Actor, authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    grow(runtime, actor)
    with served(authority) as url:
        name_authority(runtime, url, authority)
        audit.stamp(runtime, TENANT)
    folder = tmp_path / "bundle"
    unchecked = bundled(runtime, actor, folder)
    assert (unchecked.exit_code, [one.at for one in unchecked.stamped]) == (0, [None])
    refused = checked(runtime, actor, folder, stranger)
    assert (refused.exit_code, "4.tsr" in refused.because) == (1, True)


@pytest.mark.parametrize("damage", ["token", "checkpoint", "other", "missing", "nonsense"])
def test_a_damaged_stamp_is_found(
    runtime: Runtime, actor: Actor, authority: Authority, tmp_path: Path, damage: str
) -> None:
    grow(runtime, actor)
    with served(authority) as url:
        name_authority(runtime, url, authority)
        audit.stamp(runtime, TENANT)
    folder = tmp_path / "bundle"
    assert bundled(runtime, actor, folder, authority).exit_code == 0
    token, stated = folder / "timestamps/4.tsr", folder / "timestamps/4.checkpoint"
    if damage == "token":
        raw = bytearray(token.read_bytes())
        raw[-5] ^= 1
        token.write_bytes(raw)
    elif damage == "checkpoint":
        stated.write_text(stated.read_text().replace("\n4\n", "\n3\n"))
    elif damage == "other":
        stated.write_bytes((folder / "checkpoint").read_bytes())  # as signed, and not what was stamped
    elif damage == "missing":
        stated.unlink()
    else:
        token.write_bytes(b"nonsense")
    verdict = checked(runtime, actor, folder, authority)
    assert (verdict.exit_code, "timestamps/4" in verdict.because) == (1, True)


def test_what_does_not_verify_is_never_stored_and_stops_nothing(
    runtime: Runtime, actor: Actor, authority: Authority, stranger: Authority
) -> None:
    grow(runtime, actor)
    old = authority.reply(timestamp.query(b"something else").body)
    for spoil, status in ((b"nonsense", 200), (b"", 200), (old, 200)):
        with served(authority, status, spoil) as url:
            name_authority(runtime, url, authority)
            with pytest.raises(IntegrityError):
                audit.stamp(runtime, TENANT)
    with served(authority, 500) as url:
        name_authority(runtime, url, authority)
        with pytest.raises(IncompleteError):
            audit.stamp(runtime, TENANT)
    name_authority(runtime, "http://127.0.0.1:1", authority)
    with pytest.raises(IncompleteError):
        audit.stamp(runtime, TENANT)
    with served(stranger) as url:
        name_authority(runtime, url, authority)
        with pytest.raises(IntegrityError):
            audit.stamp(runtime, TENANT)
    grow(runtime, actor)
    with runtime.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit_timestamp")) == 0
    with runtime.work(actor) as work:
        assert queries.search(work, act="audit.timestamped").entries == ()


def test_a_token_that_repeats_another_nonce_is_refused(authority: Authority) -> None:
    asked, again = timestamp.query(b"data"), timestamp.query(b"data")
    roots = timestamp.authorities(authority.root.read_bytes())
    reply = authority.reply(asked.body)
    assert timestamp.verified(reply, b"data", roots, asked.nonce).tzinfo is not None
    with pytest.raises(IntegrityError):
        timestamp.verified(reply, b"data", roots, again.nonce)
    with pytest.raises(IntegrityError):
        timestamp.verified(reply, b"date", roots, asked.nonce)


def test_a_log_that_was_closed_gets_a_stamp_over_its_last_checkpoint(
    runtime: Runtime, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    grow(runtime, actor)
    audit.freeze_and_reopen(runtime, TENANT, "key_compromised")
    grow(runtime, actor)
    with served(authority) as url:
        name_authority(runtime, url, authority)
        assert audit.stamp(runtime, TENANT) == 2
    verdict = bundled(runtime, actor, tmp_path / "bundle", authority)
    assert (verdict.exit_code, len(verdict.stamped)) == (0, 2), verdict.because


def test_an_authority_that_cannot_be_asked_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    pem = tmp_path / "pem"
    named = dataclasses.replace(settings, tsa=TimeAuthority("https://user:secret@tsa.example", pem, HOUR))
    with pytest.raises(ConfigurationError):
        audit.check_authority(named)
    pem.write_text("nonsense")
    with pytest.raises(ConfigurationError) as told:
        audit.check_authority(named)
    assert "secret" not in str(told.value)
    with pytest.raises(InvalidError):
        timestamp.authorities(b"")
    for env in ({"GOVERNANCE_TSA_URL": "https://tsa.example"}, {"GOVERNANCE_TSA_CERTIFICATES": str(pem)}):
        with pytest.raises(ConfigurationError):
            Settings.from_env(env)
