"""A bundle of several shards: none is left out or put back to an older copy, and what the log declares lost is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from governance.audit.checkpoint import Checkpoint
from governance.audit.note import ED25519, VerifierKey
from governance.audit.policyfile import TrustPolicy
from governance.audit.verify import Verdict, verify_bundle
from tests.audit.test_verify import HOUSE, KEY, ORIGIN, TRUSTED, entry, write

SECOND, THIRD = f"{ORIGIN}-2", f"{ORIGIN}-3"


def key(origin: str) -> VerifierKey:
    return VerifierKey(origin, ED25519, HOUSE.public_key().public_bytes_raw())


# The same private key under two names is no use to anybody but a test.
BOTH = TrustPolicy((KEY, key(SECOND)))


def first_shard(folder: Path, size: int) -> Checkpoint:
    return write(folder / "shards/0001", [entry(number) for number in range(size)], proofs=False)


def statement(old: Checkpoint, anchored: Checkpoint, signed: Checkpoint) -> dict[str, object]:
    det: dict[str, object] = {"vkey": str(key(SECOND)), "signed_origin": signed.origin}
    for name, known in (("old", old), ("anchor", anchored), ("signed", signed)):
        det |= {f"{name}_size": known.size, f"{name}_root": known.root.hex()}
    return det | {"old_origin": old.origin}


def newest_shard(folder: Path, det: dict[str, object], origin: str = SECOND) -> None:
    why = {"code": "restored_backup"}
    write(folder, [entry(0, log=origin, det=det, why=why)], origin=origin, proofs=False)


def refused(folder: Path, policy: TrustPolicy | None = BOTH) -> Verdict:
    verdict = verify_bundle(folder, policy)
    assert verdict.exit_code == 1, verdict.because
    return verdict


def test_a_shard_must_continue_the_one_before(tmp_path: Path) -> None:
    signed = first_shard(tmp_path, 2)
    det = statement(signed, signed, signed)
    newest_shard(tmp_path, det)
    assert verify_bundle(tmp_path, BOTH).exit_code == 0
    assert "new trust file" in refused(tmp_path, TRUSTED).because
    for wrong in (
        {"signed_root": "00" * 32},
        {"old_root": "00" * 32, "anchor_root": "00" * 32},
        {"signed_origin": "example/other", "old_origin": "example/other"},
        {"old_size": "two"},
        {"old_root": "short"},
        {"signed_root": 7},
    ):
        newest_shard(tmp_path, det | wrong)
        refused(tmp_path)


@pytest.mark.parametrize("says_what_was_signed", [True, False])
def test_an_older_copy_of_a_shard_is_refused_though_it_was_signed_once(
    tmp_path: Path, says_what_was_signed: bool
) -> None:
    whole = first_shard(tmp_path / "elsewhere", 9)
    det = statement(whole, whole, whole)
    if not says_what_was_signed:
        det = {name: value for name, value in det.items() if not name.startswith("signed_")}
    newest_shard(tmp_path, det)
    older = first_shard(tmp_path, 5)
    verdict = refused(tmp_path)
    assert verdict.entry == 0
    assert f"older copy with {older.size}" in verdict.because
    assert refused(tmp_path, None).entry == 0


def test_a_shard_that_goes_on_behind_what_was_continued_must_have_had_its_root(tmp_path: Path) -> None:
    early = first_shard(tmp_path / "elsewhere", 5)
    first_shard(tmp_path, 300)
    newest_shard(tmp_path, statement(early, early, early))
    assert verify_bundle(tmp_path, BOTH).exit_code == 0
    other = Checkpoint(ORIGIN, 5, bytes(32))
    newest_shard(tmp_path, statement(other, other, other))
    assert "as it was signed" in refused(tmp_path).because


def test_no_log_of_the_chain_that_the_trust_file_names_is_left_out(tmp_path: Path) -> None:
    signed = first_shard(tmp_path, 2)
    newest_shard(tmp_path, statement(signed, signed, signed))
    shutil.copytree(tmp_path / "shards/0001", tmp_path / "only the old")
    assert f"names {SECOND}" in refused(tmp_path / "only the old").because
    shutil.rmtree(tmp_path / "shards")
    assert "not in the bundle" in refused(tmp_path).because
    assert "not in the bundle" in refused(tmp_path, None).because


def test_a_trust_file_may_name_the_logs_of_others(tmp_path: Path) -> None:
    signed = first_shard(tmp_path, 2)
    newest_shard(tmp_path, statement(signed, signed, signed))
    policy = TrustPolicy((*BOTH.logs, key("example/audit/other/2026")))
    assert verify_bundle(tmp_path, policy).exit_code == 0


def test_what_the_log_declares_lost_is_said_with_every_shard_and_its_size(tmp_path: Path) -> None:
    signed = first_shard(tmp_path, 6)
    old, anchored = Checkpoint(ORIGIN, 7, b"o" * 32), Checkpoint(ORIGIN, 10, b"a" * 32)
    newest_shard(tmp_path, statement(old, anchored, signed))
    verdict = verify_bundle(tmp_path, BOTH)
    assert verdict.exit_code == 0, verdict.because
    assert "declares a loss" in verdict.because
    assert [(shard.origin, shard.size) for shard in verdict.shards] == [(ORIGIN, 6), (SECOND, 1)]
    assert verdict.losses == (
        f"entries 6 to 9 of {ORIGIN} were lost: restored_backup",
        f"entry 6 of {ORIGIN}, as its database had it when it ended, was never signed: restored_backup",
    )


def test_a_log_that_was_lost_whole_is_declared_and_need_not_be_in_the_bundle(tmp_path: Path) -> None:
    nothing = Checkpoint(ORIGIN, 0, bytes(32))
    newest_shard(tmp_path, statement(nothing, Checkpoint(ORIGIN, 4, b"a" * 32), nothing))
    verdict = verify_bundle(tmp_path, BOTH)
    assert verdict.exit_code == 0, verdict.because
    assert verdict.losses == (f"entries 0 to 3 of {ORIGIN} were lost: restored_backup",)


def test_a_log_that_nobody_ever_signed_may_lie_between_two_shards(tmp_path: Path) -> None:
    signed = first_shard(tmp_path, 3)
    between = Checkpoint(SECOND, 2, b"o" * 32)
    det = statement(between, between, signed) | {"vkey": str(key(THIRD))}
    newest_shard(tmp_path, {name: value for name, value in det.items() if "anchor" not in name}, THIRD)
    verdict = verify_bundle(tmp_path, TrustPolicy((*BOTH.logs, key(THIRD))))
    assert verdict.exit_code == 0, verdict.because
    assert "never signed" in verdict.losses[0]
