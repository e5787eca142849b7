"""Programs that other people wrote accept the bundle that the service wrote, and each refuses what was forged of it.

They are run as an auditor runs them: by `auditor/programs`, which lie in the bundle, with the trust file beside it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import policyfile
from governance.audit.note import ED25519, VerifierKey
from tests import peers
from tests.verifiers.writing import Written, flip, forged_signature

Forge = Callable[[Written], None]


def run(words: list[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], **env}
    )


def go(bundle: Written) -> subprocess.CompletedProcess[str]:
    peers.require("go")
    cache = peers.require_verifiers() / "go"
    words = ["go", "run", "programs/verify.go", str(bundle.folder), str(bundle.trust)]
    return run(words, bundle.folder, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(cache))


def javascript(bundle: Written) -> subprocess.CompletedProcess[str]:
    peers.require("node")
    words = ["node", str(bundle.folder / "programs/verify.cjs"), str(bundle.folder), str(bundle.trust)]
    return run(words, peers.require_verifiers())


def sigstore(bundle: Written) -> subprocess.CompletedProcess[str]:
    python = str(peers.require_verifiers() / "bin/python")
    words = [python, "programs/verify_with.py", "sigstore", str(bundle.folder), str(bundle.trust)]
    return run(words, bundle.folder)


def pymerkle(bundle: Written) -> subprocess.CompletedProcess[str]:
    python = str(peers.require_verifiers() / "bin/python")
    return run([python, "programs/verify_with.py", "pymerkle", str(bundle.folder)], bundle.folder)


Program = Callable[[Written], subprocess.CompletedProcess[str]]
PROGRAMS: list[Program] = [go, javascript, sigstore, pymerkle]


@pytest.mark.peer("go, node, and the verifiers of make verifiers")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_of_others_accepts_what_the_service_wrote(program: Program, written: Written) -> None:
    told = program(written)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout + told.stderr
    assert f"{len(written.leaves)} entries" in told.stdout
    if program is go:
        assert "2 proofs, 2 extensions, 1 witnesses" in told.stdout


def leaf(bundle: Written) -> None:
    """Another outcome for the entry that is proved, in as many bytes."""
    path = bundle.folder / f"tile/entries/{bundle.proven // 256:03d}"
    old = bundle.leaves[bundle.proven]
    forged = old.replace(b'"success"', b'"failure"')
    assert forged != old
    path.write_bytes(path.read_bytes().replace(old, forged))


def signature(bundle: Written) -> None:
    for path in [bundle.folder / "checkpoint", *bundle.folder.glob("proofs/*")]:
        path.write_text(forged_signature(path.read_text()))


def size(bundle: Written) -> None:
    """One entry fewer than was signed for."""
    lines = (bundle.folder / "checkpoint").read_text().split("\n")
    lines[1] = str(int(lines[1]) - 1)
    (bundle.folder / "checkpoint").write_text("\n".join(lines))


def proof(bundle: Written) -> None:
    """Another hash in the proof of an entry."""
    for path in bundle.folder.glob("proofs/*"):
        lines = path.read_text().split("\n")
        lines[2], lines[3] = lines[3], lines[2]
        path.write_text("\n".join(lines))


def extension(bundle: Written) -> None:
    """Another hash in each proof that the log only grew."""
    for path in bundle.folder.glob("consistency/*"):
        lines = path.read_text().split("\n")
        lines[1], lines[2] = lines[2], lines[1]
        path.write_text("\n".join(lines))


def stamped(bundle: Written) -> None:
    """Another root under what was stamped."""
    path = bundle.folder / "timestamps/300.checkpoint"
    lines = path.read_text().split("\n")
    lines[2] = (bundle.folder / "checkpoint").read_text().split("\n")[2]
    path.write_text("\n".join(lines))


def tile(bundle: Written) -> None:
    flip(bundle.folder / "tile/0/000", 40)


def key(bundle: Written) -> None:
    """A trust file that names this log under somebody else's key."""
    lines = bundle.trust.read_text().split("\n")
    newest = policyfile.parse(bundle.trust.read_text()).logs[-1]
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    at = lines.index(f"log {newest}")
    lines[at] = f"log {VerifierKey(newest.name, ED25519, stranger)}"
    bundle.trust.write_text("\n".join(lines))


def cosignature(bundle: Written) -> None:
    """A witness's line with one bit changed."""
    path = bundle.folder / "checkpoint"
    text, _, block = path.read_text().rpartition("\n\n")
    own, witness, *rest = block.split("\n")
    turned = forged_signature(f"{text}\n\n{witness}\n").rpartition("\n\n")[2].rstrip("\n")
    path.write_text("\n".join([text + "\n", own, turned, *rest]))


FORGERIES: dict[Program, list[Forge]] = {
    go: [leaf, signature, size, proof, extension, stamped, tile, key, cosignature],
    javascript: [leaf, signature, size, proof, extension, key],
    sigstore: [leaf, signature, size, proof, key],
    pymerkle: [leaf, size, proof, stamped],
}
CASES = [(program, forge) for program, forgeries in FORGERIES.items() for forge in forgeries]


@pytest.mark.peer("go, node, and the verifiers of make verifiers")
@pytest.mark.parametrize(("program", "forge"), CASES, ids=lambda each: each.__name__)
def test_a_program_of_others_refuses_what_was_forged(
    program: Program, forge: Forge, written: Written, tmp_path: Path
) -> None:
    forged = written.copy(tmp_path)
    forge(forged)
    told = program(forged)
    assert (told.returncode, told.stdout[:7]) == (1, "REFUSED"), told.stdout + told.stderr


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `cryptography` and what it is made of, and no other package."""
    folder = tmp_path_factory.mktemp("bare")
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            origin = Path(found.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (folder / source.name).symlink_to(source)
    return folder


def own(bundle: Written, bare: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-S", "verify.py", *words], bundle.folder, PYTHONPATH=str(bare))


def test_the_bundle_s_own_verifier_needs_cryptography_alone(
    written: Written, bare: Path, tmp_path: Path
) -> None:
    nothing = subprocess.run(
        [sys.executable, "-S", "-c", "import orjson"],
        env={"PYTHONPATH": str(bare)},
        capture_output=True,
        check=False,
    )
    assert nothing.returncode == 1, "the environment is not bare"
    folder = shutil.copytree(written.folder, tmp_path / "bundle")  # what Python compiles must not go into it
    copy = Written(folder, written.trust, written.certificates, written.proven, ())
    trusted, untrusted = own(copy, bare, "--policy", str(copy.trust)), own(copy, bare)
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert f"all {len(written.leaves)} entries are what was logged" in trusted.stdout
    assert (untrusted.returncode, "origin unproven" in untrusted.stdout) == (3, True)
    assert own(copy, bare, "--policy", "nowhere").returncode == 2


@pytest.mark.parametrize(
    "forge",
    [leaf, signature, size, proof, extension, stamped, tile, key, cosignature],
    ids=lambda each: each.__name__,
)
def test_the_bundle_s_own_verifier_refuses_what_was_forged(
    forge: Forge, written: Written, bare: Path, tmp_path: Path
) -> None:
    forged = written.copy(tmp_path)
    forge(forged)
    told = own(forged, bare, "--policy", str(forged.trust))
    assert (told.returncode, told.stdout) == (1, ""), told.stdout
    assert "Traceback" not in told.stderr
