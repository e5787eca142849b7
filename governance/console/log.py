"""The log: who did what, newest first; and each entry with the proof that it stands where it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Path, Query, Response

from governance.access import queries as people
from governance.access import service as access
from governance.audit import queries
from governance.audit import service as audit
from governance.console import wording
from governance.console.deps import Signed, Visitor
from governance.console.rendering import page
from governance.errors import InvalidError
from governance.runtime import Work

router = APIRouter(prefix="/log")

PAGE = 50
OUTCOMES = ("success", "failure", "denied")
EntryId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Text = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to."""

    act: str = ""
    actor: str = ""
    recording: str = ""
    outcome: str = ""


@router.get("")
def show(
    visitor: Signed,
    act: Text = "",
    actor: Text = "",
    recording: Text = "",
    outcome: Text = "",
    before: Text = "",
) -> Response:
    """List entries, newest first. Looking is itself an entry."""
    asked = Asked(act.strip(), actor.strip(), recording.strip(), outcome)
    if outcome not in ("", *OUTCOMES):
        raise InvalidError("There is no such outcome.", "outcome")
    with visitor.work() as work:
        access.require(work, "audit:read")
        names = _names(work, visitor)
        by_login = {login: account for account, login in names.items()}
        found = audit.search(
            work,
            act=asked.act or None,
            actor=by_login.get(asked.actor, asked.actor) or None,
            res=("recording", asked.recording) if asked.recording else None,
            outcome=asked.outcome or None,
            before=before or None,
            limit=PAGE,
        )
        health = queries.health(work)
        checkpoint = queries.latest_checkpoint(work)
    chosen = {name: value for name, value in asdict(asked).items() if value}
    return page(
        "log",
        visitor,
        asked=asked,
        entries=found.entries,
        names=names,
        acts=sorted(wording.ACTS),
        health=health,
        checkpoint=checkpoint,
        older=f"/log?{urlencode({**chosen, 'before': found.next})}" if found.next else None,
        newest=f"/log?{urlencode(chosen)}" if before else None,
    )


@router.get("/{entry_id}")
def entry(visitor: Signed, entry_id: EntryId) -> Response:
    """Show one entry: its leaf, what is personal in it and can still be read, its proof and the checkpoint that covers it."""
    with visitor.work() as work:
        access.require(work, "audit:read")
        detail = audit.read(work, entry_id)
        names = _names(work, visitor)
        checkpoint = queries.latest_checkpoint(work)
    return page(
        "entry",
        visitor,
        entry=detail.entry,
        personal=sorted(detail.personal.items()),
        leaf=orjson.dumps(detail.entry.members, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode(),
        proof=str(detail.proof) if detail.proof else None,
        checkpoint=checkpoint,
        names=names,
    )


def _names(work: Work, visitor: Visitor) -> dict[str, str]:
    """Return the logins behind the accounts, for whoever may see accounts; others see the accounts' ids."""
    if not visitor.may("account:read"):
        return {}
    return {account.id: account.login for account in people.accounts(work)}
