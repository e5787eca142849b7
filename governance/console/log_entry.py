"""One entry of the log with its proof: which hashes lead from it to the signed root, to be recomputed in the page or without us."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Response

from governance.access import service as access
from governance.audit import checkpoint, merkle, queries
from governance.audit import service as audit
from governance.audit.proof import TlogProof
from governance.console.deps import Signed
from governance.console.rendering import HEADERS, page

router = APIRouter(prefix="/log")

EntryId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


@dataclass(frozen=True)
class Step:
    """One hash of the path: on which side it stands, and what both make together."""

    side: str
    sibling: str
    makes: str


@dataclass(frozen=True)
class Shown:
    """A proof as the page shows it, every hash in hexadecimal, and the leaf as the exact bytes that were hashed."""

    index: int
    size: int
    root: str
    leaf_base64: str
    leaf_hash: str
    steps: tuple[Step, ...]
    text: str


@router.get("/{entry_id}")
def entry(visitor: Signed, entry_id: EntryId) -> Response:
    """Show one entry: its leaf, what is personal in it and can still be read, its proof and the checkpoint that covers it."""
    with visitor.work() as work:
        access.require(work, "audit:read")
        detail = audit.read(work, entry_id)
        known = visitor.logins(work, {detail.entry.actor})
        newest = queries.latest_checkpoint(work)
    return page(
        "entry",
        visitor,
        entry=detail.entry,
        personal=sorted(detail.personal.items()),
        leaf=orjson.dumps(detail.entry.members, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode(),
        proof=shown(detail.leaf, detail.proof) if detail.proof else None,
        checkpoint=newest,
        names=known,
        may_export=visitor.may("audit:export"),
    )


@router.get("/{entry_id}/proof")
def proof(visitor: Signed, entry_id: EntryId) -> Response:
    """Return the proof file of one entry. Raises `NotFoundError` while no checkpoint covers it."""
    with visitor.work() as work:
        access.require(work, "audit:export")
        text = audit.prove(work, entry_id)
    return _file(text.encode(), f"{entry_id}.tlog-proof", "text/plain; charset=utf-8")


@router.get("/{entry_id}/leaf")
def leaf(visitor: Signed, entry_id: EntryId) -> Response:
    """Return the entry as the exact bytes that were hashed."""
    with visitor.work() as work:
        access.require(work, "audit:export")
        detail = audit.read(work, entry_id)
    return _file(detail.leaf, f"{entry_id}.json", "application/json")


def shown(leaf_bytes: bytes, proved: TlogProof) -> Shown:
    """Return the proof step by step (RFC 9162 §2.1.3.2): each sibling, its side, and the hash that the two make."""
    signed, _ = checkpoint.parse(proved.checkpoint)
    steps = []
    here = merkle.leaf_hash(leaf_bytes)
    for is_left, sibling in zip(sides(proved.index, signed.size), proved.hashes, strict=True):
        here = merkle.node_hash(sibling, here) if is_left else merkle.node_hash(here, sibling)
        steps.append(Step("left" if is_left else "right", sibling.hex(), here.hex()))
    return Shown(
        proved.index,
        signed.size,
        signed.root.hex(),
        base64.b64encode(leaf_bytes).decode(),
        merkle.leaf_hash(leaf_bytes).hex(),
        tuple(steps),
        str(proved),
    )


def sides(index: int, size: int) -> list[bool]:
    """Return for each hash of an inclusion path whether it stands left of what it is joined with, nearest the leaf first."""
    found = []
    at, last = index, size - 1
    while last > 0:
        if at % 2 or at == last:
            # The last of its row with nobody to its right rises unpaired until it is somebody's right hand.
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
            found.append(True)
        else:
            found.append(False)
        at, last = at >> 1, last >> 1
    return found


def _file(body: bytes, name: str, kind: str) -> Response:
    return Response(
        body, media_type=kind, headers=HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    )
