"""API keys: made, shown once, revoked. One's own, or everybody's for whoever manages them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from governance.access import queries
from governance.access import service as access
from governance.access.permissions import PERMISSIONS, PERSONS_ONLY
from governance.access.service import NewKey
from governance.console import people, wording
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, InvalidError

router = APIRouter()

KeyId = Annotated[str, Path(pattern=r"^key_[0-9a-f]{32}$")]
Before = Annotated[str, Query(pattern=r"^(key_[0-9a-f]{32})?$")]
_OWN, _ALL = "own", "all"


@router.get("/people/keys")
def show(
    visitor: Signed,
    whose: Annotated[str, Query(pattern="^(own|all)?$")] = "",
    before: Before = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List keys, newest first: everybody's for whoever manages keys, unless they ask for their own."""
    note = "The key is refused from now on." if done == "revoked" else None
    return _listed(visitor, whose, before, done=note)


@router.post("/people/keys")
def make(visitor: Signed, form: Sent) -> Response:
    """Make a key of one's own, or of the account that is named. Its token stands on the page that answers, and nowhere else."""
    account_id = form.get("account") or visitor.actor.account_id or ""
    is_own = account_id == visitor.actor.account_id
    try:
        made = _make(visitor, form, account_id)
    except (InvalidError, ConflictError) as error:
        told, filled = wording.sentence(str(error)), people.filled_of(form)
        if is_own:
            return _listed(visitor, _OWN, "", 422, problem=told, filled=filled)
        return people.account_page(visitor, account_id, 422, problem=told, filled=filled)
    if is_own:
        return _listed(visitor, _OWN, "", new_key=made)
    return people.account_page(visitor, account_id, new_key=made)


@router.post("/people/keys/{key_id}/revocation")
def revoke(visitor: Signed, _form: Sent, key_id: KeyId) -> Response:
    """End a key now."""
    with visitor.work() as work:
        access.revoke_api_key(work, key_id)
    return see_other("/people/keys?done=revoked")


def _make(visitor: Visitor, form: Form, account_id: str) -> NewKey:
    scopes: list[str] = [name for name in PERMISSIONS if form.get(f"scope.{name}") == "yes"]
    if not scopes:
        raise InvalidError("Choose what the key is for: at least one permission.", "scopes")
    with visitor.work() as work:
        return access.create_api_key(
            work, account_id, form.sentence("title"), scopes, days=form.whole("days")
        )


def _listed(visitor: Visitor, whose: str, before: str, status: int = 200, **more: Any) -> Response:
    may_all, may_own = visitor.may("api_key:manage"), visitor.may("api_key:own")
    everybody = may_all and whose != _OWN
    with visitor.work(write=False) as work:
        access.require(work, "api_key:manage" if everybody else "api_key:own")
        account_id = None if everybody else visitor.actor.account_id
        found = queries.api_keys_page(work, account_id, before=before or None, limit=people.PAGE + 1)
        rows = found[: people.PAGE]
        facts: dict[str, Any] = {
            "rows": rows,
            "logins": queries.logins(work, [row.account_id for row in rows]),
            "role_scopes": sorted(work.policies.access.permissions(visitor.actor.role) - PERSONS_ONLY),
            "longest": work.policies.access.api_keys.max_days,
            "now": work.now,
        }
    chosen = _ALL if everybody else _OWN
    return page(
        "keys",
        visitor,
        status,
        whose=chosen,
        may_all=may_all,
        may_make=may_own,
        texts={name: meaning.text for name, meaning in PERMISSIONS.items()},
        older=f"/people/keys?whose={chosen}&before={rows[-1].id}" if len(found) > people.PAGE else None,
        newest=f"/people/keys?whose={chosen}" if before else None,
        **{"done": None, "problem": None, "new_key": None, "filled": {}} | facts | more,
    )
