"""A bundle is verified offline: every damage is found, and a forger's own key helps nobody."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import leaf, merkle, note, tiles
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import ED25519, Note, VerifierKey
from governance.audit.policyfile import TrustPolicy
from governance.audit.proof import TlogProof
from governance.audit.verify import Verdict, verify_bundle

ORIGIN = "example/audit/acme/2026"
COUNT, VICTIM = 302, 41
HOUSE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(ORIGIN, ED25519, HOUSE.public_key().public_bytes_raw())
TRUSTED = TrustPolicy((KEY,))


def entry(number: int, **more: object) -> bytes:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(seconds=number)
    return leaf.compose(
        {
            "log": ORIGIN,
            "id": f"id-{number}",
            "at": leaf.moment(at),
            "act": "recording.read" if number else "audit.log.created",
            "out": "success",
            "actor": {"kind": "user", "id": "usr_1"},
            "src": {"svc": "s"},
            "det": {"n": number} if number else {"vkey": str(KEY)},
            "pn": {"inst": "n-1", "n": number + 1},
            **more,
        }
    )


def write(
    folder: Path,
    leaves: list[bytes],
    private: Ed25519PrivateKey = HOUSE,
    origin: str = ORIGIN,
    proofs: bool = True,
) -> Checkpoint:
    """Write a bundle without any of the database's help."""
    edge = tiles.Edge()
    full = {
        (tile.level, tile.index): tile.data
        for tile in edge.append([merkle.leaf_hash(each) for each in leaves])[0]
    }
    for level, index, width in tiles.shape(len(leaves)):
        put(folder, tiles.tile_path(level, index, width), full.get((level, index), edge.level(level)))
        if level == 0:
            part = leaves[index * 256 : index * 256 + width]
            put(folder, tiles.tile_path("entries", index, width), tiles.entry_bundle(part))
    body = Checkpoint(origin, len(leaves), edge.root())
    key = VerifierKey(origin, ED25519, private.public_key().public_bytes_raw())
    signed = str(Note(body.body, (note.signature(key, private.sign(body.body.encode())),)))
    put(folder, "checkpoint", signed.encode())
    if proofs:
        tree = tiles.TileReader(lambda level, index: full.get((level, index), edge.level(level)), len(leaves))
        proof = TlogProof(1, tuple(tree.inclusion(1)), signed)
        put(folder, "proofs/id-1.tlog-proof", str(proof).encode())
    return Checkpoint(origin, len(leaves), edge.root(), signed)


def put(folder: Path, path: str, data: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    write(folder, [entry(number) for number in range(COUNT)])
    return folder


@pytest.fixture
def folder(genuine: Path, tmp_path: Path) -> Path:
    return shutil.copytree(genuine, tmp_path / "out")


def refused(folder: Path, policy: TrustPolicy | None = TRUSTED) -> Verdict:
    verdict = verify_bundle(folder, policy)
    assert verdict.exit_code == 1, verdict.because
    return verdict


def test_a_genuine_bundle_holds_and_is_unproven_without_the_trust_file(folder: Path) -> None:
    assert verify_bundle(folder, TRUSTED).exit_code == 0
    assert verify_bundle(folder, None).exit_code == 3


def test_a_changed_entry_is_named(folder: Path) -> None:
    path = folder / "tile/entries/000"
    leaves = tiles.split_bundle(path.read_bytes())
    leaves[VICTIM] = entry(VICTIM, out="denied")
    path.write_bytes(tiles.entry_bundle(leaves))
    assert refused(folder).entry == VICTIM
    assert refused(folder, None).entry == VICTIM


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("path", "damage"),
    [
        ("tile/entries/000", lambda data: data[:9] + bytes([data[9] ^ 1]) + data[10:]),
        ("tile/entries/000", lambda data: data[:-1]),
        ("tile/entries/001.p/46", lambda _data: b""),
        ("tile/0/000", lambda data: data[32:] + data[:32]),
        ("tile/0/001.p/46", lambda data: data[:-32]),
        ("tile/1/000.p/1", lambda _data: bytes(32)),
        ("checkpoint", lambda data: data.replace(b"\n302\n", b"\n301\n")),
        ("checkpoint", lambda _data: b"\xff"),
        ("checkpoint", lambda data: data + bytes(1 << 25)),
        ("proofs/id-1.tlog-proof", lambda data: data.replace(b"index 1\n", b"index 2\n")),
        ("proofs/id-1.tlog-proof", lambda data: data.replace(b"index 1\n", b"index 999\n")),
    ],
)
def test_every_damage_is_found(folder: Path, path: str, damage: Damage) -> None:
    target = folder / path
    target.write_bytes(damage(target.read_bytes()))
    refused(folder)
    target.unlink()
    if path.startswith("tile/"):
        assert refused(folder).because == f"{path} is missing"


def test_what_cannot_be_examined_is_neither_good_nor_bad(folder: Path) -> None:
    assert verify_bundle(folder / "nothing", TRUSTED).exit_code == 2
    (folder / "checkpoint").unlink()
    verdict = verify_bundle(folder, TRUSTED)
    assert (verdict.exit_code, verdict.is_consistent) == (2, False)
    assert "nothing was verified" in verdict.because


def test_a_log_forged_and_signed_anew_is_refused_with_the_trust_file_and_unproven_without(
    tmp_path: Path,
) -> None:
    own = Ed25519PrivateKey.generate()
    key = VerifierKey(ORIGIN, ED25519, own.public_key().public_bytes_raw())
    leaves = [entry(number) for number in range(COUNT)]
    leaves[0], leaves[VICTIM] = entry(0, det={"vkey": str(key)}), entry(VICTIM, out="denied")
    write(tmp_path, leaves, own)
    assert "no key that the trust file names" in refused(tmp_path).because
    assert verify_bundle(tmp_path, None).exit_code == 3


def test_a_checkpoint_signed_by_no_key_the_log_named_is_not_even_consistent(tmp_path: Path) -> None:
    write(tmp_path, [entry(0), entry(1)], Ed25519PrivateKey.generate())
    assert "named" in refused(tmp_path, None).because


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        (entry(5, log="example/audit/other/2026"), "another log"),
        (entry(5, id="id-4"), "twice"),
        (entry(5, pn={"inst": "n-1", "n": 5}), "used before"),
        (b'{"v": 1}', "canonical"),
    ],
)
def test_a_signed_log_that_contradicts_itself_is_refused(
    tmp_path: Path, changed: bytes, because: str
) -> None:
    leaves = [entry(number) for number in range(10)]
    leaves[5] = changed
    write(tmp_path, leaves)
    verdict = refused(tmp_path)
    assert verdict.entry == 5
    assert because in verdict.because


def test_a_missing_number_is_a_flaw_where_its_producer_lived_on_and_a_note_where_it_did_not(
    tmp_path: Path,
) -> None:
    skipped = [entry(0), entry(1), *(entry(number) for number in range(3, 100))]
    write(tmp_path / "lived", skipped)
    verdict = refused(tmp_path / "lived")
    assert verdict.entry == 2
    assert "number 3" in verdict.because
    write(tmp_path / "ended", [entry(0), entry(1), entry(3)])
    held = verify_bundle(tmp_path / "ended", TRUSTED)
    assert held.exit_code == 0
    assert "stayed open" in held.notes[0]
    voided = [entry(0), entry(1), entry(3, pn={"inst": "n-1", "n": 4, "void": [3]}), *skipped[3:]]
    write(tmp_path / "void", voided)
    assert verify_bundle(tmp_path / "void", TRUSTED).notes == ()


def test_an_entry_of_a_day_that_never_was_is_named(tmp_path: Path) -> None:
    bad = entry(1).replace(b"2026-03-02T", b"2026-13-42T")
    write(tmp_path, [entry(0), bad], proofs=False)
    assert refused(tmp_path, TRUSTED).entry == 1


def test_the_command_line_verifies_without_a_database_or_a_key(folder: Path) -> None:
    policy = folder.parent / "trust.txt"
    policy.write_text(str(TRUSTED))
    program = (
        "import sys; from governance import cli; arguments = cli.parse(sys.argv[1:]); code = arguments.run(arguments);"
        "assert 'sqlalchemy' not in sys.modules; sys.exit(code)"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, "audit", "verify", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("--policy", str(policy)).returncode == 0
    assert run().returncode == 3
    assert run("--policy", str(folder / "nothing")).returncode == 2
    assert run("--policy", str(folder / "checkpoint")).returncode == 2
    target = folder / "tile" / "entries" / "000"
    target.write_bytes(target.read_bytes().replace(b'"success"', b'"failure"'))
    damaged = run("--policy", str(policy))
    assert damaged.returncode == 1
    assert "entry 0 " in damaged.stderr
