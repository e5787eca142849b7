"""Notes, checkpoints, trust files and proof files: one form each, and nothing but that form."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import checkpoint, note, policyfile, proof
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import COSIGNATURE, ED25519, Note, VerifierKey
from governance.errors import IntegrityError, InvalidError

ORIGIN = "example/audit/acme/2026"
PRIVATE = {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in enumerate("abcdef")}
BODY = Checkpoint(ORIGIN, 3, bytes(32)).body


def vkey(who: str, kind: int = ED25519, name: str = ORIGIN) -> VerifierKey:
    return VerifierKey(name, kind, PRIVATE[who].public_key().public_bytes_raw())


def line(who: str, kind: int = ED25519, name: str = ORIGIN) -> note.Signature:
    if kind == ED25519:
        return note.signature(vkey(who, kind, name), PRIVATE[who].sign(BODY.encode()))
    blob = (7).to_bytes(8, "big") + PRIVATE[who].sign(note.cosigned_message(BODY, 7))
    return note.signature(vkey(who, kind, name), blob)


SIGNED = str(Note(BODY, (line("a"),)))
NOTE_BITS = len(SIGNED.encode()) * 8


def accepted(text: str) -> bool:
    try:
        parsed, signed = checkpoint.parse(text)
        policyfile.parse(f"log {vkey('a')}\nquorum none\n").accept(parsed.origin, signed)
    except IntegrityError:
        return False
    return True


@given(st.integers(0, NOTE_BITS - 1))
def test_no_single_bit_of_a_checkpoint_can_change(bit: int) -> None:
    raw = bytearray(SIGNED.encode())
    raw[bit // 8] ^= 1 << bit % 8
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    assert accepted(SIGNED)
    assert not accepted(text)


def test_signatures_of_keys_nobody_knows_are_ignored() -> None:
    signed = Note(BODY, (line("b"), line("a"), line("c", COSIGNATURE, "w.example")))
    assert accepted(str(signed))
    assert signed.signed_by([vkey("a"), vkey("d")]) == {vkey("a")}


def test_a_known_key_whose_signature_fails_refuses_the_whole_note() -> None:
    false = note.signature(vkey("b"), PRIVATE["a"].sign(BODY.encode()))
    with pytest.raises(IntegrityError, match="does not hold"):
        Note(BODY, (line("a"), false)).signed_by([vkey("a"), vkey("b")])


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        BODY + "\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED.replace("— ", "- "),
        SIGNED.replace("\n3\n", "\n03\n"),
        SIGNED.replace("\n3\n", "\n+3\n"),
        SIGNED.replace("\n3\n", "\n٣\n"),
        SIGNED.replace("\n3\n", "\n3\r\n"),
        SIGNED.replace(ORIGIN + "\n3", "\n3"),
        SIGNED.replace("AAA=\n", "AAA=\nextension\n"),
        SIGNED.replace("AAA=\n", "AAB=\n"),
        SIGNED.replace("AAA=\n", "\n"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a+b", "a+00000000+AQ==", f"{vkey('a')}x", str(vkey("a")).replace(ORIGIN, "other"), "a b+0+1"],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        VerifierKey.parse(text)


def test_a_key_of_a_kind_we_cannot_check_is_refused() -> None:
    with pytest.raises(InvalidError):
        VerifierKey.parse(str(VerifierKey("x", 6, bytes(32))))


def policy(quorum: str) -> policyfile.TrustPolicy:
    witnesses = "".join(f"witness W{who} {vkey(who, COSIGNATURE, f'{who}.example')}\n" for who in "bcde")
    return policyfile.parse(
        f"# handed over on paper\n\n log\t{vkey('a')} https://log.example\n{witnesses}"
        f"group X 2 Wb Wc\ngroup Y any Wd We\ngroup XY all X Y\nquorum {quorum}\n"
    )


@pytest.mark.parametrize(
    ("quorum", "witnesses", "holds"),
    [
        ("none", "", True),
        ("Wb", "b", True),
        ("Wb", "c", False),
        ("X", "bc", True),
        ("X", "b", False),
        ("Y", "e", True),
        ("XY", "bcd", True),
        ("XY", "bde", False),
    ],
)
def test_the_quorum_decides_whether_a_checkpoint_counts(quorum: str, witnesses: str, holds: bool) -> None:
    signed = Note(BODY, (line("a"), *(line(who, COSIGNATURE, f"{who}.example") for who in witnesses)))
    if holds:
        policy(quorum).accept(ORIGIN, signed)
    else:
        with pytest.raises(IntegrityError, match="witnesses"):
            policy(quorum).accept(ORIGIN, signed)


def test_a_trust_file_is_read_back_as_it_was_written() -> None:
    assert policyfile.parse(str(policy("XY"))) == policy("XY")


def test_a_log_signed_with_a_key_of_the_forgers_own_is_refused() -> None:
    with pytest.raises(IntegrityError, match="no key that the trust file names"):
        policy("none").accept(ORIGIN, Note(BODY, (line("f"),)))
    with pytest.raises(IntegrityError, match="knows no log"):
        policy("none").accept("other", Note(BODY, (line("a"),)))


W = f"witness W {vkey('b', COSIGNATURE)}\n"
LOG = f"log {vkey('a')}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        LOG,
        "quorum none\n",
        LOG + "quorum none\nquorum none\n",
        LOG + "quorum W\n",
        LOG + "quorum W\n" + W,
        LOG + LOG + "quorum none\n",
        LOG + W + W + "quorum W\n",
        LOG + W + W.replace(" W ", " V ") + "quorum W\n",
        LOG + W + "group G 2 W\nquorum G\n",
        LOG + W + "group G 0 W\nquorum G\n",
        LOG + W + "group G any\nquorum G\n",
        LOG + W + "group G any W\ngroup H any W\nquorum G\n",
        LOG + W + "group W any W\nquorum W\n",
        LOG + f"log {vkey('b', COSIGNATURE)}\nquorum none\n",
        LOG + f"witness none {vkey('b', COSIGNATURE)}\nquorum none\n",
        LOG + "more\nquorum none\n",
        LOG + "quorum none\r\n",
    ],
)
def test_what_the_norm_refuses_in_a_trust_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        policyfile.parse(text)


STEP = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{STEP}\n{SIGNED}",
        f"c2sp.org/tlog-proof@v2\nindex 0\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\nindex 00\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\nindex -1\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\n{STEP}\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{STEP}=\n\n{SIGNED}",
        f"c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n{SIGNED}",
    ],
)
def test_what_is_no_proof_file_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        checkpoint.parse(proof.parse(text).checkpoint)
