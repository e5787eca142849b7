"""The forms a vCon travels in (draft-ietf-vcon-vcon-core-04): plain, gzip, signed (JWS), encrypted (JWE).

A broken signature is refused, always, and so is one whose key cannot be had without fetching. A signature that
verifies proves only that the holder of some key signed: with a folder of trusted certificates the chain must lead
there or the vCon is refused; without one the vCon is taken in like an unsigned one, and `SignatureFacts.trusted` is
False, because nobody has said whom to believe. An encrypted vCon is refused: there is no key of its recipient here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from governance.errors import IntegrityError, InvalidError, UnsupportedFormatError
from governance.recordings.importers import documents
from governance.recordings.interaction import SignatureFacts

_MOST_SIGNATURES = 4
_MOST_CERTIFICATES = 8
_DEEPEST = 4
_SMALLEST_RSA = 2048
_Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512
_RSA: dict[str, Callable[[], _Hash]] = {
    "RS256": hashes.SHA256,
    "RS384": hashes.SHA384,
    "RS512": hashes.SHA512,
}
_PSS: dict[str, Callable[[], _Hash]] = {
    "PS256": hashes.SHA256,
    "PS384": hashes.SHA384,
    "PS512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Trust:
    """The certificates the operator believes, and the moment they must be valid at."""

    anchors: tuple[x509.Certificate, ...]
    at: datetime


def trust(pems: Sequence[bytes], at: datetime) -> Trust:
    """Return the trust in the certificates of PEM files. Raises `InvalidError` for a file that holds none."""
    try:
        anchors = tuple(certificate for pem in pems for certificate in x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise InvalidError("a trusted certificate that is none", "trust") from None
    return Trust(anchors, at)


def unpack(document: bytes, trusted: Trust | None) -> tuple[dict[str, Any], SignatureFacts | None]:
    """Return the vCon inside `document` and, where it was signed, what its outermost signature is worth.

    A signed vCon may be signed again for the archive (JWS in JWS): every layer must verify.

    Raises `IntegrityError` for a signature that does not verify or is not trusted, `UnsupportedFormatError` for an
    encrypted vCon or a signature of a kind that is not read, `InvalidError` for anything else that is no vCon.
    """
    content = documents.load(_plain(document))
    outermost: SignatureFacts | None = None
    for _ in range(_DEEPEST):
        if "ciphertext" in content:
            raise UnsupportedFormatError("the vCon is encrypted, and no key of its recipient is held here")
        if "payload" not in content and "signatures" not in content:
            return content, outermost
        inner, facts, uuids = _verified(content, trusted)
        # The uuid in a header is there to be compared (section on signing); a header for another vCon is a swap.
        if any(uuid != inner.get("uuid") for uuid in uuids) and "payload" not in inner:
            raise IntegrityError("the signature names another vCon than the one it covers")
        content, outermost = inner, outermost or facts
    raise InvalidError("the vCon is signed over and over", "signatures")


def _plain(document: bytes) -> bytes:
    return documents.inflate(document) if document[:2] == b"\x1f\x8b" else document


def _verified(jws: dict[str, Any], trusted: Trust | None) -> tuple[dict[str, Any], SignatureFacts, list[str]]:
    payload, signatures = jws.get("payload"), jws.get("signatures")
    if not isinstance(payload, str) or not isinstance(signatures, list):
        raise InvalidError("a signed vCon has a payload and signatures", "signatures")
    if not 1 <= len(signatures) <= _MOST_SIGNATURES:
        raise InvalidError("a signed vCon has one to four signatures", "signatures")
    facts: list[SignatureFacts] = []
    uuids: list[str] = []
    for (
        entry
    ) in signatures:  # every one must hold: a vCon that somebody's signature contradicts is not taken in
        headers, protected, signature = _headers(entry)
        chain = _chain(headers)
        _check(headers, chain[0], f"{protected}.{payload}".encode(), signature)
        facts.append(_worth(chain, trusted))
        if isinstance(headers.get("uuid"), str):
            uuids.append(headers["uuid"])
    return documents.load(_plain(documents.base64url(payload, "payload"))), facts[0], uuids


def _headers(entry: object) -> tuple[dict[str, Any], str, bytes]:
    """Return the headers together, the protected part as it was signed, and the signature."""
    if not isinstance(entry, dict):
        raise InvalidError("a signature is an object", "signatures")
    protected, signature, open_header = (
        entry.get("protected"),
        entry.get("signature"),
        entry.get("header", {}),
    )
    if not isinstance(protected, str) or not isinstance(signature, str) or not isinstance(open_header, dict):
        raise InvalidError("a signature has a protected header, a header and a value", "signatures")
    sealed = documents.load(documents.base64url(protected, "protected"))
    # RFC 7515 §7.2.1 wants the two disjoint; the draft's own example repeats x5c. Equal is harmless, different is a trick.
    if any(name in sealed and sealed[name] != value for name, value in open_header.items()):
        raise IntegrityError("the protected and the open header of a signature contradict each other")
    if "alg" not in sealed:
        raise InvalidError("the algorithm of a signature must be protected by it", "signatures")
    headers = {**open_header, **sealed}
    if "crit" in headers or "b64" in headers:
        raise UnsupportedFormatError("a signature with critical headers is not read", "signatures")
    return headers, protected, documents.base64url(signature, "signature")


def _chain(headers: dict[str, Any]) -> list[x509.Certificate]:
    encoded = headers.get("x5c")
    if not isinstance(encoded, list) or not 1 <= len(encoded) <= _MOST_CERTIFICATES:
        raise UnsupportedFormatError(
            "the key of a signature must stand in it (x5c); none is fetched", "signatures"
        )
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in encoded]
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        raise InvalidError("a certificate that is none", "x5c") from None


def _check(headers: dict[str, Any], certificate: x509.Certificate, signed: bytes, signature: bytes) -> None:
    algorithm = headers["alg"] if isinstance(headers["alg"], str) else ""
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA and algorithm in _RSA:
            key.verify(signature, signed, padding.PKCS1v15(), _RSA[algorithm]())
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA and algorithm in _PSS:
            kind = _PSS[algorithm]()
            key.verify(signature, signed, padding.PSS(padding.MGF1(kind), kind.digest_size), kind)
        elif (
            isinstance(key, ec.EllipticCurvePublicKey)
            and key.curve.name == "secp256r1"
            and algorithm == "ES256"
        ):
            if len(signature) != 64:
                raise InvalidSignature
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        else:
            raise UnsupportedFormatError(
                "a signature of a kind that is not read, or a key too short", "signatures"
            )
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        raise IntegrityError("a signature of the vCon does not verify") from None


def _worth(chain: list[x509.Certificate], trusted: Trust | None) -> SignatureFacts:
    fingerprint = hashlib.sha256(chain[0].public_bytes(Encoding.DER)).hexdigest()
    if trusted is None:
        because = (
            "the signature verifies; whose it is stays unproven, because no trusted certificates were given"
        )
        return SignatureFacts(fingerprint, trusted=False, because=because)
    if not _leads_to_an_anchor(chain, trusted):
        raise IntegrityError("the certificates of the signature do not lead to a trusted one")
    return SignatureFacts(fingerprint, trusted=True, because="its certificates lead to a trusted one")


def _leads_to_an_anchor(chain: list[x509.Certificate], trusted: Trust) -> bool:
    """Return whether each certificate was issued by the next and one of them is, or was issued by, an anchor."""
    for position, certificate in enumerate(chain):
        if not certificate.not_valid_before_utc <= trusted.at <= certificate.not_valid_after_utc:
            return False
        if certificate in trusted.anchors or any(
            _issued(certificate, one, trusted) for one in trusted.anchors
        ):
            return True
        after = chain[position + 1 : position + 2]
        if not after or not _may_issue(after[0]) or not _issued(certificate, after[0], trusted):
            return False
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, trusted: Trust) -> bool:
    if not issuer.not_valid_before_utc <= trusted.at <= issuer.not_valid_after_utc:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(certificate: x509.Certificate) -> bool:
    """Return whether a certificate says that it may issue others; one of version 1 cannot say so."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
