"""Taking away all there is of recordings, or of their masters, by sets, in one transaction, once somebody has decided on it.

The statements go past the session: what it has loaded of these recordings before is stale afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from governance import ids
from governance.access import service as access
from governance.access.service import Grant
from governance.audit import service as audit
from governance.audit.service import Draft
from governance.db import is_one_of
from governance.recordings import disposal_queries, people
from governance.recordings.disposal_queries import Locked
from governance.recordings.ledger import Ledger, Named
from governance.recordings.models import (
    ERASED,
    MASTER,
    WHOLE,
    Derived,
    Erasure,
    Hold,
    Party,
    PartyIndex,
    Quarantine,
    Recording,
    Rendition,
    Transcript,
)
from governance.runtime import Work
from governance.vault import service as vault

INCOMPLETE = "incomplete"
COMPLETE = "complete"

Copies = dict[str, Any]

_ACTS = {WHOLE: "recording.erased", MASTER: "recording.master.erased"}


@dataclass(frozen=True)
class Due:
    """A recording that is to be erased: why, as a code and as a sentence that names nobody, and under which rule."""

    recording_id: str
    reason: str
    because: str
    rule: str | None = None
    revision: int | None = None
    """As it was when that was decided: one that has changed since is left, and decided again."""


@dataclass(frozen=True)
class Asked:
    """What one transaction erases: `due` says of each recording why, `erasures` under which ids where those are known."""

    scope: str
    rows: Sequence[Locked]
    due: dict[str, Due]
    grants: Sequence[Grant]
    erasures: dict[str, str] = field(default_factory=dict)
    act: str | None = None


def dispose(work: Work, asked: Asked) -> dict[str, str]:
    """Erase, in the Work's transaction, what somebody who may has decided on; return the erasures by their recordings.

    The ledger knows before anything goes. If we crash after that and before the commit, `erasure.recover` finishes it.
    """
    recording_ids = [row.id for row in asked.rows]
    erasures = {one: asked.erasures.get(one) or ids.new("era") for one in recording_ids}
    if not erasures:
        return erasures
    ledger, tenant, now = Ledger(work.runtime.settings.ledger), work.tenant, work.now
    named = [Named(one, era, asked.due[one].reason, asked.due[one].rule) for one, era in erasures.items()]
    ledger.decided(tenant, named, now, scope=asked.scope)
    work.on_commit(lambda: ledger.done(tenant, named, now, scope=asked.scope))
    if asked.scope == WHOLE:
        copies = forget(work, asked.rows, asked.grants)
    else:
        copies = forget_masters(work, recording_ids, asked.grants)
    entries = audit.record_all(work, [_told(asked, one, copies[one.recording_id]) for one in named])
    rows = [
        {
            "id": one.erasure_id, "tenant": tenant, "recording_id": one.recording_id, "scope": asked.scope,
            "reason": one.reason, "because": asked.due[one.recording_id].because, "rule": one.rule,
            "policy_digest": work.policies.digest, "entry_id": entry_id, "state": INCOMPLETE,
            "copies": copies[one.recording_id], "asked_by": work.actor.id, "asked_at": now,
        }
        for one, entry_id in zip(named, entries, strict=True)
    ]  # fmt: skip
    work.session.connection().execute(sa.insert(Erasure), rows)
    return erasures


def _told(asked: Asked, one: Named, copies: Copies) -> Draft:
    why = {"code": one.reason} | ({"rule": one.rule} if one.rule else {})
    det = {kind: count for kind, count in copies.items() if isinstance(count, int)}
    res = (("recording", one.recording_id), ("erasure", one.erasure_id))
    return Draft(asked.act or _ACTS[asked.scope], res, det, why)


def forget(work: Work, rows: Sequence[Locked], grants: Sequence[Grant]) -> dict[str, Copies]:
    """Delete all that could bring the recordings back, and return of each what that was and which copies have answered."""
    work.session.flush()
    recording_ids = [row.id for row in rows]
    keys = vault.shred_all(work, grants)
    parties = disposal_queries.parties(work, recording_ids)
    for table in (Rendition, Transcript, Derived, PartyIndex, Party):
        _delete(work, table, recording_ids)
    entries = audit.erase_recordings(work, recording_ids)
    _blank(work, rows)
    access.forget_recordings(work, recording_ids)
    return {
        one: _copies(
            work, keys=keys.get(one, 0), parties=parties.get(one, 0), log_entries=entries.get(one, 0)
        )
        for one in recording_ids
    }


def forget_masters(work: Work, recording_ids: Sequence[str], grants: Sequence[Grant]) -> dict[str, Copies]:
    """Delete the masters of the recordings and what was made at their level, and return of each what that was."""
    work.session.flush()
    keys = vault.shred_all(work, grants, disposal_queries.blobs_at(work, recording_ids, MASTER))
    for table in (Rendition, Transcript, Derived):
        _delete(work, table, recording_ids, col(table.level) == MASTER)
    return {one: _copies(work, keys=keys.get(one, 0)) for one in recording_ids}


def _copies(work: Work, **gone: int) -> Copies:
    """What went with the transaction has answered once it commits; the ciphertext and the database's own traces have not."""
    return {
        **gone,
        "ciphertext": INCOMPLETE,
        "database_traces": INCOMPLETE,
        "answered_at": dict.fromkeys(gone, work.now.isoformat()),
    }


def _delete(
    work: Work, table: Any, recording_ids: Collection[str], *narrowed: sa.ColumnElement[bool]
) -> None:
    own = sa.and_(table.tenant == work.tenant, is_one_of(table.recording_id, recording_ids), *narrowed)
    work.session.connection().execute(sa.delete(table).where(own))


def _blank(work: Work, rows: Sequence[Locked]) -> None:
    """Leave of the recordings what says that they were here, and no word about anybody."""
    connection = work.session.connection()
    recording_ids = [row.id for row in rows]

    def of(table: Any, column: Any) -> sa.ColumnElement[bool]:
        return sa.and_(table.tenant == work.tenant, is_one_of(column, recording_ids))

    connection.execute(
        sa.update(Quarantine)
        .where(of(Quarantine, col(Quarantine.recording_id)), col(Quarantine.ended_at).is_(None))
        .values(ended_at=work.now, ended_because="The recording was erased.")
    )
    connection.execute(sa.update(Hold).where(of(Hold, col(Hold.recording_id))).values(matter=""))
    blank = sa.update(Recording).where(
        col(Recording.tenant) == work.tenant, col(Recording.id) == sa.bindparam("recording")
    )
    blank = blank.values(
        state=ERASED, erased_at=work.now, revision=Recording.revision + 1, agent_id=None, notice={}, channels=[],
        warnings=[], external_id=sa.bindparam("erased_id"),
    )  # fmt: skip
    # What the source called it may be a telephone number. Its keyed token still tells that it was here.
    names = people.erased_ids(work, [(row.source, row.external_id) for row in rows])
    connection.execute(
        blank,
        [{"recording": row.id, "erased_id": name} for row, name in zip(rows, names, strict=True)],
    )
