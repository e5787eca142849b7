"""Signed vCons: a signature that does not hold is refused, and one that holds is worth what its certificate is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import GovernanceError, IntegrityError, InvalidError, UnsupportedFormatError
from governance.recordings.importers import envelope

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLAIN = {"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "dialog": []}
ROOT_KEY, LEAF_KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(3))


def certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    *,
    ca: bool,
    days: int = 3650,
) -> x509.Certificate:
    def named(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(1000 + days)
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(NOW - timedelta(days=365) + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


ROOT = certificate("root", ROOT_KEY, "root", ROOT_KEY, ca=True)
LEAF = certificate("leaf", LEAF_KEY, "root", ROOT_KEY, ca=False)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(
    content: object,
    chain: tuple[x509.Certificate, ...] = (LEAF, ROOT),
    key: rsa.RSAPrivateKey = LEAF_KEY,
    **headers: Any,
) -> dict[str, Any]:
    x5c = [base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in chain]
    protected = b64(json.dumps({"alg": "RS256", "x5c": x5c, **headers}).encode())
    payload = b64(json.dumps(content).encode())
    signature = key.sign(f"{protected}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
    return {"payload": payload, "signatures": [{"protected": protected, "signature": b64(signature)}]}


def trust(*anchors: x509.Certificate, at: datetime = NOW) -> envelope.Trust:
    return envelope.trust([one.public_bytes(serialization.Encoding.PEM) for one in anchors], at)


def unpack(jws: object, trusted: envelope.Trust | None = None) -> tuple[dict[str, Any], Any]:
    return envelope.unpack(json.dumps(jws).encode(), trusted)


def test_a_signature_that_verifies_is_not_trusted_before_somebody_says_whom_to_trust() -> None:
    content, facts = unpack(signed(PLAIN))
    assert content == PLAIN
    assert not facts.trusted


def test_a_chain_that_leads_to_an_anchor_is_trusted() -> None:
    assert unpack(signed(PLAIN), trust(ROOT))[1].trusted
    assert unpack(signed(PLAIN, chain=(LEAF,)), trust(ROOT))[1].trusted
    assert unpack(signed(PLAIN, chain=(LEAF,)), trust(LEAF))[1].trusted


def test_with_anchors_given_a_stranger_is_refused() -> None:
    stranger = certificate("root", OTHER_KEY, "root", OTHER_KEY, ca=True)
    with pytest.raises(IntegrityError, match="do not lead"):
        unpack(signed(PLAIN), trust(stranger))


def test_an_expired_certificate_is_not_trusted() -> None:
    with pytest.raises(IntegrityError, match="do not lead"):
        unpack(signed(PLAIN), trust(ROOT, at=NOW + timedelta(days=36500)))
    short = certificate("leaf", LEAF_KEY, "root", ROOT_KEY, ca=False, days=30)
    with pytest.raises(IntegrityError, match="do not lead"):
        unpack(signed(PLAIN, chain=(short,)), trust(ROOT))


def test_a_certificate_that_may_not_issue_others_is_no_link_of_a_chain() -> None:
    below = certificate("below", OTHER_KEY, "leaf", LEAF_KEY, ca=False)
    with pytest.raises(IntegrityError, match="do not lead"):
        unpack(signed(PLAIN, chain=(below, LEAF, ROOT), key=OTHER_KEY), trust(ROOT))


def test_a_changed_payload_is_refused_whoever_is_trusted() -> None:
    forged = {**signed(PLAIN), "payload": b64(json.dumps({**PLAIN, "dialog": [{}]}).encode())}
    with pytest.raises(IntegrityError, match="does not verify"):
        unpack(forged)


def test_a_key_that_is_not_the_one_in_the_certificate_is_refused() -> None:
    with pytest.raises(IntegrityError, match="does not verify"):
        unpack(signed(PLAIN, key=OTHER_KEY))


def test_every_signature_must_hold_not_just_one() -> None:
    good, bad = signed(PLAIN), signed(PLAIN, key=OTHER_KEY)
    with pytest.raises(IntegrityError):
        unpack({**good, "signatures": [*good["signatures"], *bad["signatures"]]})


def test_headers_that_contradict_each_other_are_refused() -> None:
    jws = signed(PLAIN)
    jws["signatures"][0]["header"] = {"alg": "none"}
    with pytest.raises(IntegrityError, match="contradict"):
        unpack(jws)


@pytest.mark.parametrize(
    "headers", [{"alg": "none"}, {"alg": "HS256"}, {"alg": 5}, {"crit": ["x"]}, {"x5c": None}]
)
def test_a_signature_of_a_kind_that_is_not_read_is_refused(headers: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormatError):
        unpack(signed(PLAIN, **headers))


def test_a_signature_made_for_another_vcon_is_refused() -> None:
    with pytest.raises(IntegrityError, match="another vCon"):
        unpack(signed(PLAIN, uuid="00000000-0000-8000-8000-000000000000"))
    assert unpack(signed(PLAIN, uuid=PLAIN["uuid"]))[0] == PLAIN


def test_a_vcon_signed_again_for_the_archive_is_opened_to_its_core() -> None:
    assert unpack(signed(signed(PLAIN)))[0] == PLAIN
    with pytest.raises(IntegrityError):
        unpack(signed(signed(PLAIN, key=OTHER_KEY)))
    endless: object = PLAIN
    for _ in range(5):
        endless = signed(endless)
    with pytest.raises(InvalidError, match="over and over"):
        unpack(endless)


def test_an_encrypted_vcon_is_refused_for_want_of_a_key() -> None:
    with pytest.raises(UnsupportedFormatError, match="encrypted"):
        unpack({"ciphertext": "x", "recipients": []})


def test_a_file_without_a_certificate_is_no_trust() -> None:
    with pytest.raises(InvalidError, match="certificate"):
        envelope.trust([b"not a certificate"], NOW)


@given(
    entry=st.dictionaries(
        st.sampled_from(["protected", "signature", "header"]), st.text() | st.none(), max_size=3
    )
)
def test_no_signature_causes_anything_but_an_error_of_ours(entry: dict[str, Any]) -> None:
    with pytest.raises(GovernanceError):
        unpack({"payload": "e30", "signatures": [entry]})


@given(der=st.binary(max_size=60))
def test_no_certificate_causes_anything_but_an_error_of_ours(der: bytes) -> None:
    jws = signed(PLAIN, x5c=[base64.b64encode(der).decode()])
    with pytest.raises(GovernanceError):
        unpack(jws)
