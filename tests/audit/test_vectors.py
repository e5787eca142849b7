"""The design's worked example and published examples of the norms, byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import checkpoint, disclosure, leaf, merkle, note, policyfile, proof, tiles
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import COSIGNATURE, ED25519, Note, VerifierKey
from governance.audit.proof import TlogProof
from governance.audit.verify import verify_bundle
from governance.errors import IntegrityError

ORIGIN = "recgov.example/audit/acme/2026"
VKEY = ORIGIN + "+f2d290da+AUTKnPjDr1JUOPHkJTR6xhvxq4ZI1ulfYvZfuraipMEh"
WITNESS = "witness.example/w1"

LEAVES = [
    b'{"act":"audit.log.created","actor":{"id":"sys:sequencer","kind":"system"},"at":"2026-11-21T17:00:00.000001Z","det":{"vkey":"recgov.example/audit/acme/2026+f2d290da+AUTKnPjDr1JUOPHkJTR6xhvxq4ZI1ulfYvZfuraipMEh"},"id":"01a1ff0c-ee80-7000-8000-000000000000","log":"recgov.example/audit/acme/2026","out":"success","pn":{"inst":"n1-4711","n":1},"src":{"node":"n1","svc":"recgov-api","ver":"1.0.0"},"v":1}',
    b'{"act":"recording.playback","actor":{"id":"usr_7f3a9c","kind":"user","sid":"ses_51e0"},"at":"2026-11-21T17:00:01.250000Z","det":{"from_ms":0,"to_ms":15000,"watermark":true},"id":"01a1ff0c-f362-7000-8000-000000000001","log":"recgov.example/audit/acme/2026","out":"success","pd":{"actor.name":"XoM301qo02WD8ET01hA1zFI64jJ0bSUTBA5KndI3edU","src.ip":"hQ2mm3s7QdDy-I-2KcpOIHFcr3dKdTl7yygQ7If6-CE","why.text":"roE70pZ94DIfymWtiOHhjWvsKQsqWxahOpfak1Q5SDE"},"pn":{"inst":"n1-4711","n":2},"req":"4bf92f3577b34da6a3ce929d0e0e4736","res":[{"id":"rec_0191c7","kind":"recording"}],"src":{"node":"n1","svc":"recgov-api","ver":"1.0.0"},"v":1,"why":{"code":"complaint","policy":"pol_access_12"}}',
    b'{"act":"dsr.erasure.completed","actor":{"id":"svc_dsr","kind":"service"},"at":"2026-11-21T17:00:02.500000Z","det":{"audit_disclosures":1,"recordings":3,"redacted_segments":11},"id":"01a1ff0c-f844-7000-8000-000000000002","log":"recgov.example/audit/acme/2026","out":"success","pd":{"subject.ref":"qOVr8JPKez_eCZEYCaMmeHLetZeKQcJPwPWL_BZHPSY"},"pn":{"inst":"n1-4711","n":3},"res":[{"id":"dsr_000042","kind":"subject_request"}],"src":{"node":"n1","svc":"recgov-api","ver":"1.0.0"},"v":1}',
]
SIZES = [399, 679, 484]
HASHES = [
    "843a2cd70c6ee211ef695f43fb8b959be5b9e5009ee02afbf10d17939b0d7ee7",
    "82f1a8686f6a54a55ff6d4fe9ca0c54d4e9f930c3f51174756b9ac73889130d3",
    "859c80eef7bd33e8ffcd6134e3e8185837528fe38bf68f01ecbcf70358b56663",
]
NODE = "9cb2d23e65ac7e9b5d023554a7dadc137c044bb654aca3e21931271ed537eb72"
ROOT = "2431ff678ee63144b5825713a40f9d1e4de30bdda99cc1be9a80adb771b96f4b"
CHECKPOINT = (
    "recgov.example/audit/acme/2026\n"
    "3\n"
    "JDH/Z47mMUS1glcTpA+dHk3jC92pnMG+moCtt3G5b0s=\n"
    "\n"
    "— recgov.example/audit/acme/2026 8tKQ2q1EPwq5qeXVcdiTto2ecQdpISZE1Yvrg2ykT5k3gIqWuSq7nAmR+Dfc050E+OwKo5jF6BtRY32ijAjRlBT8nAo=\n"
    "— witness.example/w1 Y6EBGwAAAABrAc4T6F7DrDry4o7KRpibiOkWBQUuKamIDOwUX0Ex1C5ppdjFzhKt5+y/JZM451UNY0Suhs507Y+VofxpZoXiO/HjCw==\n"
)
TRUST = (
    f"log {VKEY}\n"
    "witness w1 witness.example/w1+63a1011b+BJfc/06SkrxgeLGNREzxUD6qdmXdPXP3udZne1wiNXUg\n"
    "quorum w1\n"
)
PROOF = (
    "c2sp.org/tlog-proof@v1\n"
    "index 1\n"
    "hDos1wxu4hHvaV9D+4uVm+W55QCe4Cr78Q0Xk5sNfuc=\n"
    "hZyA7ve9M+j/zWE04+gYWDdSj+OL9o8B7Lz3A1i1ZmM=\n"
    "\n" + CHECKPOINT
)


def key(label: str) -> Ed25519PrivateKey:
    """A key anyone can derive: for the worked example alone."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"recgov demo " + label.encode()).digest())


def salt(label: str) -> bytes:
    return hashlib.sha256(b"recgov demo salt " + label.encode()).digest()[:16]


@pytest.mark.parametrize("index", range(3))
def test_a_leaf_has_the_bytes_and_the_hash_of_the_design(index: int) -> None:
    members: dict[str, Any] = json.loads(LEAVES[index])
    assert leaf.compose(members) == LEAVES[index]
    assert leaf.read(LEAVES[index]) == members
    assert len(LEAVES[index]) == SIZES[index]
    assert merkle.leaf_hash(LEAVES[index]).hex() == HASHES[index]


@pytest.mark.parametrize(
    ("path", "value", "label", "text", "index"),
    [
        ("actor.name", "Müller, Ana", "1 actor.name", "WyJrUzgtNVBTNmIxRGJCSDZ0TEhWTE13IiwiYWN0b3IubmFtZSIsIk3DvGxsZXIsIEFuYSJd", 1),
        ("src.ip", "203.0.113.7", "1 src.ip", "WyI5SmJSQ1FTdlMzVE5IT2VJMnExYW53Iiwic3JjLmlwIiwiMjAzLjAuMTEzLjciXQ", 1),
        ("why.text", "Complaint 4711", "1 why.text", "WyJjc3duUXphQU12eXB5ckdOSkpxUzRnIiwid2h5LnRleHQiLCJDb21wbGFpbnQgNDcxMSJd", 1),
    ],
)  # fmt: skip
def test_a_disclosure_has_the_bytes_of_the_design(
    path: str, value: str, label: str, text: str, index: int
) -> None:
    made = disclosure.commit(path, value, salt(label))
    committed = json.loads(LEAVES[index])["pd"]
    assert made.disclosure == text
    assert made.digest == committed[path]
    assert disclosure.reveal(text, committed) == (path, value)


def test_the_subject_of_an_erasure_is_committed_to_as_in_the_design() -> None:
    made = disclosure.commit("subject.ref", "subj_c1d2e3", salt("2 subject.ref"))
    assert made.digest == json.loads(LEAVES[2])["pd"]["subject.ref"]


def test_the_digest_is_the_one_that_rfc_9901_prints() -> None:
    # RFC 9901 §4.2.1 and §4.2.3: the digest of the disclosure of family_name.
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert disclosure.digest(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def test_root_and_proofs_are_those_of_the_design() -> None:
    hashes = [bytes.fromhex(text) for text in HASHES]
    edge = tiles.Edge()
    edge.append(hashes)
    tree = tiles.TileReader(lambda level, _index: edge.level(level), 3)
    assert merkle.root_of(hashes[:2]).hex() == NODE
    assert edge.root().hex() == tree.root().hex() == merkle.root_of(hashes).hex() == ROOT
    assert [[step.hex() for step in tree.inclusion(i)] for i in range(3)] == [
        [HASHES[1], HASHES[2]],
        [HASHES[0], HASHES[2]],
        [NODE],
    ]
    assert [step.hex() for step in tree.consistency(1)] == [HASHES[1], HASHES[2]]
    assert [step.hex() for step in tree.consistency(2)] == [HASHES[2]]


def test_the_checkpoint_is_signed_as_in_the_design() -> None:
    body = Checkpoint(ORIGIN, 3, bytes.fromhex(ROOT)).body
    log = VerifierKey(ORIGIN, ED25519, key("log key").public_key().public_bytes_raw())
    witness = VerifierKey(WITNESS, COSIGNATURE, key("witness key").public_key().public_bytes_raw())
    seconds = 1795280403
    stamp = seconds.to_bytes(8, "big")
    signed = Note(
        body,
        (
            note.signature(log, key("log key").sign(body.encode())),
            note.signature(witness, stamp + key("witness key").sign(note.cosigned_message(body, seconds))),
        ),
    )
    assert str(log) == VKEY
    assert str(signed) == CHECKPOINT
    parsed, again = checkpoint.parse(CHECKPOINT)
    assert (parsed.origin, parsed.size, parsed.root.hex()) == (ORIGIN, 3, ROOT)
    assert again.signed_by([log, witness]) == {log, witness}


def test_the_trust_file_is_read_and_written_as_in_the_design() -> None:
    policy = policyfile.parse(TRUST)
    assert str(policy) == TRUST
    policy.accept(ORIGIN, checkpoint.parse(CHECKPOINT)[1])


def test_the_proof_file_is_read_written_and_verified_as_in_the_design() -> None:
    parsed = proof.parse(PROOF)
    assert str(parsed) == PROOF
    assert parsed.verify(LEAVES[1], policyfile.parse(TRUST)).size == 3
    with pytest.raises(IntegrityError):
        parsed.verify(LEAVES[0], policyfile.parse(TRUST))
    carrying = TlogProof(parsed.index, parsed.hashes, parsed.checkpoint, LEAVES[1])
    assert proof.parse(str(carrying)) == carrying


def test_the_static_files_are_those_of_the_design_and_verify(tmp_path: Path) -> None:
    bundle = tiles.entry_bundle(LEAVES)
    assert tiles.tile_path("entries", 0, 3) == "tile/entries/000.p/3"
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert (len(bundle), bundle[:2], bundle[401:403]) == (1568, b"\x01\x8f", b"\x02\xa7")
    assert tiles.split_bundle(bundle) == LEAVES
    for path, data in (
        ("tile/entries/000.p/3", bundle),
        ("tile/0/000.p/3", b"".join(bytes.fromhex(text) for text in HASHES)),
        ("checkpoint", CHECKPOINT.encode()),
        ("proofs/leaf1.tlog-proof", PROOF.encode()),
    ):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    assert verify_bundle(tmp_path, policyfile.parse(TRUST)).exit_code == 0
    assert verify_bundle(tmp_path, None).exit_code == 3


def test_seventy_thousand_entries_have_the_root_and_the_tiles_of_the_design() -> None:
    edge, full = tiles.Edge(), []
    batch: list[bytes] = []
    for number in range(70_000):
        text = leaf.canonical(
            {"v": 1, "log": ORIGIN, "id": f"e{number}", "act": "recording.read", "n": number}
        )
        batch.append(merkle.leaf_hash(text))
        if len(batch) == 7_777:
            full += edge.append(batch)[0]
            batch = []
    full += edge.append(batch)[0]
    assert edge.root().hex() == "170b120ef6dd64b513d919d9d6733014776ecbb6f2bc6535b4e43cea93800cd3"
    shape = list(tiles.shape(70_000))
    assert [sum(1 for level, _i, w in shape if (level, w) == kind) for kind in ((0, 256), (1, 256))] == [
        273,
        1,
    ]
    assert [(level, w) for level, _i, w in shape if w < 256] == [(0, 112), (1, 17), (2, 1)]
    assert sorted((t.level, t.index) for t in full) == [(level, i) for level, i, w in shape if w == 256]


def test_the_example_of_the_signed_note_norm_is_read() -> None:
    text = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    )
    parsed = Note.parse(text)
    assert str(parsed) == text
    assert parsed.text.endswith("sole:\n\ned è subito sera.\n")
    assert parsed.signatures[0].key_id == base64.b64decode("NnugSw==")
