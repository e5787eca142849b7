"""A search taken out as a file: on record before its first byte, read page by page, every row provable by itself.

Each row carries the leaf as it was hashed, with its origin, index and leaf hash: whoever has a signed checkpoint and the
proof of that index needs nobody's word for the row. That the rows are *all* there are nobody can prove by them: for
that there is the bundle.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from governance.audit import leaf as leaves
from governance.audit import merkle, queries, search_queries
from governance.audit.outbox import Draft
from governance.audit.queries import Entry
from governance.errors import InvalidError
from governance.runtime import Actor, Runtime, Work

COLUMNS = (
    "origin", "idx", "leaf_hash", "id", "at", "act", "actor_kind", "actor", "outcome", "reason", "purposes", "resources",
    "leaf",
)  # fmt: skip
_ACCOUNT = re.compile(r"acc_[0-9a-f]{32}")
# What a spreadsheet would compute instead of showing it, in letters of either width.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def told(work: Work, form: str, wanted: Mapping[str, Any]) -> Draft:
    """Return the entry that tells of an export: its form, what it was narrowed by, and to what, where that names nobody.

    A person, an address and whatever else a hand has typed are named as having been given, and not by their value.
    """
    purpose, actor = wanted.get("purpose"), wanted.get("actor")
    known = {
        "act": wanted.get("act"),
        "outcome": wanted.get("outcome"),
        "actor": actor if actor and _ACCOUNT.fullmatch(actor) else None,
        "purpose": purpose if purpose and work.policies.purposes.get(purpose) else None,
        **{name: leaves.moment(wanted[name]) for name in ("since", "until") if wanted.get(name)},
    }
    by = sorted(name for name, value in wanted.items() if value and name != "known")
    det = {"format": form, "by": by, "filter": {name: value for name, value in known.items() if value}}
    forgotten = search_queries.sought(wanted.get("person"), wanted.get("source"))
    return Draft("audit.exported", (wanted["res"],) if wanted.get("res") else (), det, forgotten=forgotten)


def lines(
    runtime: Runtime, actor: Actor, form: str, wanted: Mapping[str, Any], first: queries.Page
) -> Iterator[bytes]:
    """Yield the file: `first`, then the pages after it, each in a transaction of its own, so that none grows long."""
    written, page = FORMS[form][1], first
    yield _header() if form == "csv" else b""
    while True:
        if page.entries:
            yield written(page.entries)
        if page.next is None:
            return
        with runtime.work(actor, write=False) as work:
            page = queries.search(work, **wanted, before=page.next, limit=queries.MOST)


def checked(form: str) -> str:
    """Return `form` if it is one. Raises `InvalidError`."""
    if form not in FORMS:
        raise InvalidError(f"an export is one of {', '.join(FORMS)}", "format")
    return form


def _header() -> bytes:
    return (",".join(COLUMNS) + "\r\n").encode()


def _csv(entries: Sequence[Entry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for entry in entries:
        members = entry.members
        keys = leaves.search_keys(members)
        cells = (
            entry.origin,
            entry.idx,
            merkle.leaf_hash(entry.leaf).hex(),
            entry.id,
            members["at"],
            entry.act,
            members["actor"]["kind"],
            entry.actor,
            entry.outcome,
            members.get("why", {}).get("code", ""),
            " ".join(key.partition(":")[2] for key in keys if key.startswith("purpose:")),
            " ".join(leaves.resource_keys(members)),
            entry.leaf.decode(),
        )
        writer.writerow([_shown(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode()


def _shown(cell: str) -> str:
    """Return `cell` so that a spreadsheet shows it: an apostrophe before what it would take for a formula."""
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell


def _jsonl(entries: Sequence[Entry]) -> bytes:
    """Return a line for each entry. The leaf is written as it is: its own bytes are JSON already."""
    rows = []
    for entry in entries:
        place = {"origin": entry.origin, "idx": entry.idx, "leaf_hash": merkle.leaf_hash(entry.leaf).hex()}
        rows.append(orjson.dumps(place)[:-1] + b',"entry":' + entry.leaf + b"}\n")
    return b"".join(rows)


FORMS: Mapping[str, tuple[str, Callable[[Sequence[Entry]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", _csv),
    "jsonl": ("application/jsonl; charset=utf-8", _jsonl),
}
"""What a search can be taken out as: its media type, and what writes a page of it."""
