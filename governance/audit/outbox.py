"""The outbox: where an entry commits in the transaction of the act it tells of. One narrow insert, no place in the tree yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

import governance
from governance import ids
from governance.audit import leaf, merkle, producer, seal
from governance.audit.models import AuditLog, AuditOutbox
from governance.audit.seal import Personal
from governance.runtime import Actor, Work

PRODUCT = "recording-governance"


@dataclass(frozen=True)
class Draft:
    """What an area wants to have on record; the rest an entry needs is taken from the Work."""

    act: str
    res: tuple[tuple[str, str], ...] = ()
    det: Mapping[str, Any] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, Personal] = field(default_factory=dict, repr=False)
    out: str = "success"
    forgotten: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values that are committed to while their disclosures are thrown away at once."""


def write(work: Work, draft: Draft, log: AuditLog, actor: Actor) -> str:
    """Write one entry into the outbox of `log` and return its id. It counts if, and only if, the Work commits.

    Raises `InvalidError` if the draft is no well-formed entry; then the act it tells of must not happen either.
    """
    return write_all(work, [draft], log, actor)[0]


def write_all(work: Work, drafts: Sequence[Draft], log: AuditLog, actor: Actor) -> list[str]:
    """Write an entry for each draft, in one statement, and return their ids; otherwise as `write`."""
    rows = [_row(work, draft, log, actor) for draft in drafts]
    if rows:
        work.session.connection().execute(sa.insert(AuditOutbox), rows)
    return [row["id"] for row in rows]


def _row(work: Work, draft: Draft, log: AuditLog, actor: Actor) -> dict[str, Any]:
    entry_id = str(ids.uuid7())
    recordings = {ident for kind, ident in draft.res if kind == "recording"}
    place = seal.Place(entry_id, actor.id, recordings.pop() if len(recordings) == 1 else "")
    personal = {**_of_actor(actor), **draft.personal}
    number = producer.take(work)
    resources = [{"kind": kind, "id": ident} for kind, ident in draft.res]
    members = {
        "log": log.origin,
        "id": entry_id,
        "at": leaf.moment(work.now),
        "act": draft.act,
        "out": draft.out,
        "actor": _actor(actor),
        "src": _source(work),
        "req": work.trace,
        "res": resources,
        "why": {"policy": work.policies.digest, **draft.why},
        "det": dict(draft.det),
        "pd": {**seal.keep(work, place, personal), **seal.forget(draft.forgotten)},
        "pn": number.member,
    }
    text = leaf.compose(members)
    return {
        "tenant": work.tenant,
        "log_id": log.log_id,
        "id": entry_id,
        "at": work.now,
        "act": draft.act,
        "actor": actor.id,
        "outcome": leaf.OUTCOMES.index(draft.out),
        "res": orjson.dumps(leaf.search_keys(members)).decode(),
        "leaf": text,
        "hash": merkle.leaf_hash(text),
    }


def _actor(actor: Actor) -> dict[str, str]:
    return {"kind": actor.kind, "id": actor.id} | ({"sid": actor.session_id} if actor.session_id else {})


def _source(work: Work) -> dict[str, str]:
    node = work.runtime.instance.rsplit("-", 2)[0]
    return {"svc": PRODUCT, "node": node, "ver": governance.__version__}


def _of_actor(actor: Actor) -> dict[str, Personal]:
    """What is personal about who acts: sealed under their own key, since a directory entry is erased some day."""
    known = {"actor.name": actor.name, "actor.email": actor.email, seal.ADDRESS: seal.address(actor.ip or "")}
    return {path: Personal(value, actor.id) for path, value in known.items() if value}
