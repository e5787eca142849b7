"""Time stamps (RFC 3161): what an authority that is not this house says about when something existed.

A token proves *not later than*: whoever rewrites the past later has no token of back then. It is asked for with a nonce,
and believed only if the signature, the certificate's purpose and the hash of what was stamped all hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from governance.errors import ConfigurationError, IntegrityError, InvalidError

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"


@dataclass(frozen=True)
class Query:
    """What an authority is asked (RFC 3161 §2.4.1), and the nonce that its answer has to repeat."""

    body: bytes
    nonce: int


def query(data: bytes) -> Query:
    """Return what asks for a token over `data`: its SHA-256, a nonce of 64 bits, and the authority's certificate."""
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    built = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    assert built.nonce is not None  # the builder makes one unless told not to
    return Query(built.as_bytes(), built.nonce)


def verified(
    reply: bytes, data: bytes, authorities: Sequence[x509.Certificate], nonce: int | None = None
) -> datetime:
    """Return the moment that `reply` proves `data` to be no younger than.

    The certificates need only have been valid at that moment. `nonce` is that of the query, for whoever asked it.

    Raises `IntegrityError` unless the token is granted, over just these bytes, and signed for this purpose by a
    certificate that leads to `authorities` (RFC 3161 §2.2, §2.3).
    """
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    builder = VerifierBuilder(roots=list(authorities), nonce=nonce)
    try:
        response = decode_timestamp_response(reply)
        builder.build().verify_message(response, data)
        moment: datetime = response.tst_info.gen_time
    except (VerificationError, ValueError, TypeError):
        raise IntegrityError("the time stamp does not hold") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def authorities(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of `pem` that are trusted to lead to an authority. Raises `InvalidError` if there are none."""
    try:
        found = tuple(x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise InvalidError("the certificates of the time-stamping authority are no PEM") from None
    if not found:
        raise InvalidError("there is no certificate of a time-stamping authority")
    return found


def is_available() -> bool:
    """Return whether the library that reads tokens is installed. It is a dependency; an old environment may lack it."""
    from importlib.util import find_spec

    return find_spec("rfc3161_client") is not None


def require() -> None:
    """Do nothing if tokens can be read. Raises `ConfigurationError` otherwise: unverified is not stored, nor reported."""
    if not is_available():
        raise ConfigurationError("time stamps need the package rfc3161-client, which is not installed")
