"""Programs that other people wrote come to the same answer: openssl for the signature, sha256sum for the tree."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from governance.audit import policyfile
from governance.audit import service as audit
from governance.runtime import Actor, Runtime
from tests import peers

SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")


def sha256sum(data: bytes) -> bytes:
    out = subprocess.run(["sha256sum"], input=data, capture_output=True, check=True).stdout
    return bytes.fromhex(out.split()[0].decode())


@pytest.mark.peer("openssl")
def test_openssl_and_sha256sum_verify_a_bundle_by_its_own_instructions(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    peers.require("openssl")
    with runtime.work(actor) as work:
        audit.open_log(work)
    out = tmp_path / "out"
    audit.bundle(runtime, actor, out)
    with runtime.work(actor) as work:
        (trusted,) = policyfile.parse(audit.trust(work)).logs

    # 1. The signature over the first three lines.
    lines = (out / "checkpoint").read_text(encoding="utf-8").split("\n")
    (tmp_path / "body").write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")
    blob = base64.b64decode(lines[4].split(" ")[2])
    (tmp_path / "signature").write_bytes(blob[4:])
    (tmp_path / "key.der").write_bytes(SPKI_ED25519 + trusted.public)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "key.der"]
    command += ["-in", "body", "-sigfile", "signature"]
    verified = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stderr

    # 2. and 3. The hashes of the two entries, and the root over them.
    assert lines[1] == "2"
    bundle, leaves = (out / "tile/entries/000.p/2").read_bytes(), []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        leaves.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    hashes = [sha256sum(b"\x00" + leaf) for leaf in leaves]
    assert b"".join(hashes) == (out / "tile/0/000.p/2").read_bytes()
    assert base64.b64encode(sha256sum(b"\x01" + b"".join(hashes))).decode() == lines[2]
