"""Identifiers of people: sealed at rest, and found again by a keyed blind index (GDPR Art. 32(1)(a))."""

import hmac
import os
from collections.abc import Sequence

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance import ids, tenancy
from governance.errors import IntegrityError
from governance.recordings.interaction import PartyFacts
from governance.recordings.models import Party, PartyIndex
from governance.runtime import Work

SEARCHABLE = ("tel", "email", "customer_number")


def seal(work: Work, party_id: str, facts: dict[str, str]) -> bytes:
    """Return the party's name and identifiers as a box that opens for this party only."""
    nonce = os.urandom(12)
    box = AESGCM(tenancy.data_key(work, "identifiers"))
    return nonce + box.encrypt(nonce, orjson.dumps(facts), party_id.encode())


def unseal(work: Work, party: Party) -> dict[str, str]:
    """Return the party's name and identifiers. Raises `IntegrityError` for a box that is not this party's."""
    box = AESGCM(tenancy.data_key(work, "identifiers"))
    try:
        facts: dict[str, str] = orjson.loads(box.decrypt(party.box[:12], party.box[12:], party.id.encode()))
    except InvalidTag:
        raise IntegrityError("the sealed identifiers do not belong here, or were changed") from None
    return facts


def seal_text(work: Work, row_id: str, text: str) -> bytes:
    """Return free text about people as a box that opens for this row only."""
    nonce = os.urandom(12)
    box = AESGCM(tenancy.data_key(work, "identifiers"))
    return nonce + box.encrypt(nonce, text.encode(), f"text/{row_id}".encode())


def unseal_text(work: Work, row_id: str, sealed: bytes) -> str:
    """Return the free text. Raises `IntegrityError` for a box that is not this row's."""
    box = AESGCM(tenancy.data_key(work, "identifiers"))
    try:
        return box.decrypt(sealed[:12], sealed[12:], f"text/{row_id}".encode()).decode()
    except InvalidTag:
        raise IntegrityError("a sealed text does not belong here, or was changed") from None


def keep(work: Work, recording_id: str, parties: Sequence[PartyFacts]) -> list[str]:
    """Write who took part in a recording, sealed, with their blind index; return the parties' ids in order."""
    kept = []
    for position, facts in enumerate(parties):
        party_id = ids.new("par")
        known = {"name": facts.name} | {kind: getattr(facts, kind) for kind in SEARCHABLE}
        clear = {kind: value for kind, value in known.items() if value}
        work.session.add(
            Party(
                id=party_id,
                tenant=work.tenant,
                recording_id=recording_id,
                position=position,
                role=facts.role,
                channel=facts.channel,
                box=seal(work, party_id, clear),
            )
        )
        work.session.flush()
        for kind in SEARCHABLE:
            if kind in clear:
                row = PartyIndex(
                    token=token(work, kind, clear[kind]),
                    party_id=party_id,
                    tenant=work.tenant,
                    recording_id=recording_id,
                )
                work.session.add(row)
        kept.append(party_id)
    work.session.flush()
    return kept


def token(work: Work, kind: str, value: str) -> bytes:
    """Return the blind index of a normalised identifier: 16 bytes of HMAC-SHA-256 under the tenant's own key.

    Keyed, since phone numbers can be counted through; per tenant, so that two controllers' indexes never match.
    """
    return _token(tenancy.data_key(work, "blind_index"), kind, value)


def _token(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, kind.encode() + b"\0" + value.encode(), "sha256")[:16]


def erased_id(work: Work, source: str, external_id: str) -> str:
    """Return the name under which an erased recording is still known, so that it is not taken in again."""
    return erased_ids(work, [(source, external_id)])[0]


def erased_ids(work: Work, names: Sequence[tuple[str, str]]) -> list[str]:
    """Return the names under which erased recordings, given as source and external id, are still known."""
    key = tenancy.data_key(work, "blind_index")
    return [
        "erased-" + _token(key, "external_id", f"{source}\0{external_id}").hex()
        for source, external_id in names
    ]
