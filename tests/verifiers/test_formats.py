"""What the bundle is made of is what the norms say, by libraries that other people wrote: JSON, commitments, time stamps, tiles."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
import rfc8785
from cryptography import x509

from governance.audit import policyfile
from tests import peers
from tests.verifiers.writing import Written, flip, forged_signature

# What `sd-jwt` says a disclosure's digest is; Python of the verifiers' environment, the disclosures as words.
DIGESTS = """
import sys
from sd_jwt.common import SDJWTCommon
common = SDJWTCommon("compact")
for word in sys.argv[1:]:
    print(common._b64hash(word.encode("ascii")), common._base64url_decode(word).hex())
"""


def test_each_entry_is_the_canonical_json_that_rfc8785_writes(written: Written) -> None:
    assert len(written.leaves) > 512
    for leaf in written.leaves:
        assert rfc8785.dumps(json.loads(leaf)) == leaf
    spaced = written.leaves[0].replace(b",", b", ", 1)
    assert rfc8785.dumps(json.loads(spaced)) != spaced


@pytest.mark.peer("the verifiers of make verifiers")
def test_the_commitments_are_the_digests_that_sd_jwt_makes(written: Written) -> None:
    python = str(peers.require_verifiers() / "bin/python")
    words = [python, "-c", DIGESTS, *written.disclosures]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    digests, texts = told[::2], [json.loads(bytes.fromhex(word)) for word in told[1::2]]
    committed = json.loads(written.leaves[written.proven])["pd"]
    opened = {path: value for _salt, path, value in texts}
    assert opened["party.name"] == "Müller, Ana \u2028 \U0001f4de"
    assert opened["why.text"] == 'says "no"\n'
    assert {path: digest for (_salt, path, _value), digest in zip(texts, digests, strict=True)} == {
        path: committed[path] for path in opened
    }
    other = base64.urlsafe_b64encode(json.dumps([texts[0][0], texts[0][1], "Somebody else"]).encode())
    words = [python, "-c", DIGESTS, other.decode().rstrip("=")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] not in committed.values()


def test_the_time_stamps_are_what_rfc3161_client_believes(written: Written, tmp_path: Path) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    forged = written.copy(tmp_path)
    roots = x509.load_pem_x509_certificates(written.certificates.read_bytes())
    tokens = sorted(written.folder.rglob("*.tsr"))
    assert len(tokens) >= 2
    for token in tokens:
        data = token.with_suffix(".checkpoint").read_bytes()
        reply = decode_timestamp_response(token.read_bytes())
        VerifierBuilder(roots=roots).build().verify_message(reply, data)
        spoilt = forged.folder / token.relative_to(written.folder).with_suffix(".checkpoint")
        flip(spoilt)
        with pytest.raises(VerificationError):
            VerifierBuilder(roots=roots).build().verify_message(reply, spoilt.read_bytes())


def require_aics_tlog() -> list[str]:
    """Return what starts aics-tlog. An older Python cannot install it: there the test skips by name, also in CI."""
    python = str(peers.require_verifiers() / "bin/python")
    ask = "import sys; print(sys.version_info >= (3, 12)); import aics_tlog"
    told = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    if told.returncode != 0 and told.stdout != "True\n":
        pytest.skip("aics-tlog needs Python 3.12")
    if told.returncode != 0:
        peers.absent("aics-tlog", "aics-tlog is not installed (make verifiers)")
    return [python, "-m", "aics_tlog"]


def aics(bundle: Written, command: str, *words: str) -> int:
    trust = bundle.trust.read_text()
    log = policyfile.parse(trust).logs[-1]
    witness = trust.partition("witness w1 ")[2].split()[0]
    common = ["--log-key", str(log), "--witness-key", witness, "--quorum", "1", "--tiles", str(bundle.folder)]
    told = subprocess.run(
        [*require_aics_tlog(), command, *common, *words], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in told.stderr, told.stderr
    return told.returncode


@pytest.mark.peer("the verifiers of make verifiers")
def test_aics_tlog_reads_checkpoint_witness_tiles_and_entries(written: Written, tmp_path: Path) -> None:
    leaf, index = tmp_path / "leaf", str(written.proven)
    leaf.write_bytes(written.leaves[written.proven])
    assert aics(written, "verify-checkpoint") == 0
    assert aics(written, "verify-inclusion", "--index", index, "--leaf", str(leaf)) == 0
    forged = written.copy(tmp_path)
    flip(forged.folder / "tile/0/000", 40)
    assert aics(forged, "verify-inclusion", "--index", index, "--leaf", str(leaf)) != 0
    leaf.write_bytes(leaf.read_bytes() + b" ")
    assert aics(written, "verify-inclusion", "--index", index, "--leaf", str(leaf)) != 0
    (forged.folder / "checkpoint").write_text(forged_signature((written.folder / "checkpoint").read_text()))
    assert aics(forged, "verify-checkpoint") != 0
