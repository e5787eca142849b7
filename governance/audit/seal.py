"""What is personal in the log, held aside: sealed under a key per person, found again by keyed tokens, erasable.

The key is a row. Deleting it makes what it sealed unreadable wherever it was copied; deleting the sealed rows and the
tokens is housekeeping. Free text can name anybody, so it gets a key per entry. Within a recording a person has a key
of that recording's own, so that a recording can be erased without its people.
"""

import hmac
import ipaddress
import os
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from governance import ids, tenancy
from governance.audit import disclosure, seal_queries
from governance.audit.leaf import canonical
from governance.audit.models import AuditBlind, AuditPrivate, AuditSubjectKey
from governance.errors import IntegrityError
from governance.runtime import Work

PERSONAL_KEY, SEARCH_KEY = "audit_personal", "audit_search"
TOKEN_SIZE = 16
ANYWHERE = ""
ADDRESS = "src.ip"
"""The path of the address that somebody came from."""


@dataclass(frozen=True)
class Personal:
    """A personal value and whose it is; without a subject it is free text, which can name anybody."""

    value: str = field(repr=False)
    subject: str | None = None


@dataclass(frozen=True)
class Place:
    """Where personal values stand: which entry, by which actor, about which recording."""

    entry_id: str
    actor: str
    recording: str


def keep(work: Work, place: Place, personal: Mapping[str, Personal]) -> dict[str, str]:
    """Return the commitments to `personal` for the leaf; the values are sealed aside in this transaction."""
    commitments: dict[str, str] = {}
    sealed: dict[str, list[tuple[str, str, str]]] = {}
    for path, value in sorted(personal.items()):
        made = disclosure.commit(path, value.value)
        commitments[path] = made.digest
        sealed.setdefault(value.subject or "", []).append((path, value.value, made.disclosure))
    # In the order of their names: two transactions that meet the same people must not wait for each other in turn.
    for subject in sorted(sealed):
        _seal(work, place, subject, sealed[subject])
    return commitments


def forget(commitments: Mapping[str, str]) -> dict[str, str]:
    """Return commitments whose disclosures nobody keeps: they show that something was stated, and never what."""
    return {path: disclosure.commit(path, value).digest for path, value in commitments.items()}


def token(work: Work, value: str, path: str = ANYWHERE) -> bytes:
    """Return the search token of `value` at `path`, or at any path: HMAC-SHA-256 under the tenant's search key."""
    normalised = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    key = _key(work, SEARCH_KEY)
    return hmac.digest(key, path.encode() + b"\0" + normalised.encode(), "sha256")[:TOKEN_SIZE]


def address(text: str) -> str:
    """Return an address in its one spelling, so that it is found however it was written; any other text as it is."""
    try:
        parsed = ipaddress.ip_address(text.strip())
    except ValueError:
        return text
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def opened(work: Work, entry_id: str, commitments: Mapping[str, str]) -> dict[str, str]:
    """Return the personal values of an entry that can still be read, each checked against its commitment.

    Raises `IntegrityError` if a box was changed: silence would pass for erasure.
    """
    values = {}
    for row, wrapped in seal_queries.sealed(work, entry_id):
        key = _unwrap(work, row.key_id, row.subject_ref, wrapped)
        try:
            box = AESGCM(key).decrypt(row.nonce, row.box, _bound(entry_id, row.subject_ref))
        except InvalidTag:
            raise IntegrityError("a sealed disclosure of the audit log was changed") from None
        for text in orjson.loads(box):
            path, value = disclosure.reveal(text, commitments)
            values[path] = value
    return values


def erase(work: Work, keys: Sequence[str]) -> int:
    """Delete the keys named, then what they sealed and the tokens that led there; return how many entries lost something."""
    if not keys:
        return 0
    work.session.info.pop("audit.subject_keys", None)  # nothing more may be sealed under what is deleted here
    connection = work.session.connection()
    touched = seal_queries.entries_sealed_under(work, keys)
    for table in (AuditSubjectKey, AuditPrivate, AuditBlind):
        for some in _some(keys):
            own = sa.and_(col(table.tenant) == work.tenant, col(table.key_id).in_(some))
            connection.execute(sa.delete(table).where(own))
    return touched


def erase_recordings(work: Work, recordings: Sequence[str]) -> dict[str, int]:
    """Delete the keys that belong to the recordings alone, as `erase` does; return how many entries of each lost something."""
    work.session.info.pop("audit.subject_keys", None)
    counts = seal_queries.entries_of_recordings(work, recordings)
    of_theirs = seal_queries.keys_of_recordings(work, recordings)
    connection = work.session.connection()
    # The keys last: they say which of the other rows are meant.
    for table in (AuditPrivate, AuditBlind, AuditSubjectKey):
        own = sa.and_(col(table.tenant) == work.tenant, col(table.key_id).in_(of_theirs))
        connection.execute(sa.delete(table).where(own))
    return counts


def prepare(work: Work) -> None:
    """Make the tenant's two keys of the log, so that no two first entries race to make them."""
    for purpose in (PERSONAL_KEY, SEARCH_KEY):
        tenancy.data_key(work, purpose)


def _seal(work: Work, place: Place, subject: str, values: Sequence[tuple[str, str, str]]) -> None:
    key_id, key = _subject_key(work, place, subject)
    nonce = os.urandom(12)
    plain = canonical([text for _path, _value, text in values])
    row = {
        "entry_id": place.entry_id,
        "key_id": key_id,
        "tenant": work.tenant,
        "subject_ref": subject,
        "nonce": nonce,
        "box": AESGCM(key).encrypt(nonce, plain, _bound(place.entry_id, subject)),
    }
    connection = work.session.connection()
    connection.execute(sa.insert(AuditPrivate), row)
    blind = {
        token(work, value, scope)
        for path, value, _text in values
        if subject and not path.startswith("actor.")  # staff are found by the id of the actor, never by name
        for scope in (path, ANYWHERE)
    }
    if blind:
        connection.execute(
            sa.insert(AuditBlind),
            [
                {"tenant": work.tenant, "token": each, "entry_id": place.entry_id, "key_id": key_id}
                for each in sorted(blind)
            ],
        )


def _subject_key(work: Work, place: Place, subject: str) -> tuple[str, bytes]:
    """Return the key that seals what `subject` has in this place, made at need."""
    recording = "" if subject == place.actor else place.recording
    entry_id = "" if subject else place.entry_id
    known: dict[tuple[str, str], tuple[str, bytes]] = work.session.info.setdefault("audit.subject_keys", {})
    if subject and (subject, recording) in known:
        return known[subject, recording]
    found = seal_queries.subject_key(work, subject, recording) if subject else None
    if found is None:
        key_id, key = ids.new("ask"), secrets.token_bytes(32)
        nonce = os.urandom(12)
        box = AESGCM(_key(work, PERSONAL_KEY)).encrypt(nonce, key, _named(work, key_id, subject))
        row = AuditSubjectKey(
            key_id=key_id,
            tenant=work.tenant,
            subject_ref=subject,
            recording=recording,
            entry_id=entry_id,
            wrapped=nonce + box,
        )
        insert = postgresql.insert if work.dialect == "postgresql" else sqlite.insert
        work.session.connection().execute(insert(AuditSubjectKey).on_conflict_do_nothing(), row.model_dump())
        # Another transaction may have been first: then its key stands, and ours was never used.
        found = seal_queries.subject_key(work, subject, recording, entry_id)
    if found is None:
        raise IntegrityError("the key of a person in the audit log vanished while it was made")
    result = found.key_id, _unwrap(work, found.key_id, subject, found.wrapped)
    if subject:
        known[subject, recording] = result
    return result


def _unwrap(work: Work, key_id: str, subject: str, wrapped: bytes) -> bytes:
    try:
        return AESGCM(_key(work, PERSONAL_KEY)).decrypt(
            wrapped[:12], wrapped[12:], _named(work, key_id, subject)
        )
    except InvalidTag:
        raise IntegrityError("the key of a person in the audit log was changed") from None


def _key(work: Work, purpose: str) -> bytes:
    """Return a data key of the tenant, asked for once a Work: every entry needs both."""
    keys: dict[str, bytes] = work.session.info.setdefault("audit.data_keys", {})
    if purpose not in keys:
        keys[purpose] = tenancy.data_key(work, purpose)
    return keys[purpose]


def _named(work: Work, key_id: str, subject: str) -> bytes:
    return b"\0".join((b"audit_subject_key", work.tenant.encode(), key_id.encode(), subject.encode()))


def _bound(entry_id: str, subject: str) -> bytes:
    return entry_id.encode() + b"\0" + subject.encode()


def _some(keys: Sequence[str], count: int = 500) -> Iterable[Sequence[str]]:
    return (keys[i : i + count] for i in range(0, len(keys), count))
