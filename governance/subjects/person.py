"""Who asks: name, contact, identifiers and what they wrote, as one sealed box; and how they are shown without being named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from governance.errors import InvalidError
from governance.recordings import identifiers as spelled
from governance.recordings import people
from governance.runtime import Work
from governance.subjects import sealing
from governance.subjects.models import SubjectRequest
from governance.subjects.words import IDENTIFIER_KINDS, IdentifierKind

MOST_IDENTIFIERS = 20
_BOX = "person"
_LONGEST_AGENT = 80


@dataclass(frozen=True)
class Identifier:
    """One thing by which recordings know a person, in its one spelling."""

    kind: IdentifierKind
    value: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """Who asks. `email` and `address` are where the answer goes; they are proof of nothing."""

    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    text: str | None = field(default=None, repr=False)


def identifier(kind: str, value: str, region: str = "GB") -> Identifier:
    """Return the identifier in its one spelling; a telephone number without a country code belongs to `region`.

    Raises `InvalidError`, which names the kind and never the value.
    """
    if kind == "tel":
        return Identifier("tel", spelled.telephone(value, region))
    if kind == "email":
        return Identifier("email", spelled.email(value))
    if kind == "customer_number":
        return Identifier("customer_number", spelled.customer_number(value))
    if kind == "agent_id":
        text = value.strip()
        if not 0 < len(text) <= _LONGEST_AGENT or not text.isprintable():
            raise InvalidError("an agent's id that cannot be one", "agent_id")
        return Identifier("agent_id", text)
    raise InvalidError(f"an identifier is one of {', '.join(IDENTIFIER_KINDS)}", "identifiers")


def tokens(work: Work, known_as: Iterable[Identifier]) -> dict[bytes, Identifier]:
    """Return the identifiers under their blind tokens, as the catalog's index has them."""
    return {people.token(work, one.kind, one.value): one for one in known_as}


def seal(work: Work, request_id: str, who: Person) -> bytes:
    """Return the person as a box that opens for this request only."""
    facts = {
        "name": who.name,
        "email": who.email,
        "address": who.address,
        "identifiers": [[one.kind, one.value] for one in who.identifiers],
        "text": who.text,
    }
    return sealing.seal(work, request_id, _BOX, orjson.dumps(facts).decode())


def of(work: Work, request: SubjectRequest) -> Person:
    """Return who asks; nobody where the request was forgotten after its time. Raises `IntegrityError`."""
    text = sealing.unseal(work, request.id, _BOX, request.box)
    if text is None:
        return Person()
    facts = orjson.loads(text)
    known_as = tuple(Identifier(kind, value) for kind, value in facts.pop("identifiers"))
    return Person(identifiers=known_as, **facts)


def masked(kind: str, value: str) -> str:
    """Return as much of an identifier or name as lets one compare, and not as much as names anybody.

    The last two digits of a number, the first letter of each part of an address or name.
    """
    if kind == "tel":
        return f"{value[:3]}{'•' * max(len(value) - 5, 1)}{value[-2:]}"
    if kind == "email":
        local, _, domain = value.partition("@")
        host, _, top = domain.rpartition(".")
        return f"{local[:1]}•••@{host[:1]}•••.{top}"
    if kind == "name":
        return " ".join(f"{part[:1]}•••" for part in value.split())
    return f"•••{value[-2:]}" if len(value) > 4 else "•••"
