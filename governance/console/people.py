"""Accounts: who has which way in, and what an administrator does about it. Nobody changes what they themselves may do."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Response

from governance.access import queries
from governance.access import service as access
from governance.access.permissions import PERMISSIONS, PERSONS_ONLY, ROLES
from governance.console import wording
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError

router = APIRouter()

PAGE = 50
STATES = ("open", "disabled", "locked")
AccountId = Annotated[str, Path(pattern=r"^acc_[0-9a-f]{32}$")]
Text = Annotated[str, Query(max_length=80)]
_FIELDS = ("login", "role", "name", "email", "agent_id", "team", "site", "same_person_as")
_DONE = {
    "made": "The account is there. Give its person a sign-in link.",
    "role": "The role is another one from the next request on.",
    "disabled": "The account is shut: its sessions have ended, its keys and links are refused.",
    "enabled": "The account is open again.",
    "unlocked": "The lock has ended.",
    "password": "The password is set, and other sessions have ended.",
    "revoked": "The key is refused from now on.",
}


@router.get("/people")
def show(visitor: Signed, login: Text = "", role: Text = "", state: Text = "", after: Text = "") -> Response:
    """List accounts by login, a page at a time, narrowed to how a login begins, to a role or a state."""
    if role not in ("", *ROLES):
        raise InvalidError("There is no such role.", "role")
    if state not in ("", *STATES):
        raise InvalidError("There is no such state.", "state")
    return _listed(visitor, {"login": login.strip().lower(), "role": role, "state": state}, after)


@router.post("/people")
def make(visitor: Signed, form: Sent) -> Response:
    """Make an account. It signs in by one-time links until its person sets a password."""
    try:
        given = {name: form.sentence(name) for name in _FIELDS}
        with visitor.work() as work:
            other = given["same_person_as"]
            made = access.create_account(
                work,
                given["login"],
                given["role"],
                name=given["name"][:200] or None,
                email=given["email"][:200] or None,
                agent_id=given["agent_id"][:80] or None,
                team=given["team"][:80] or None,
                site=given["site"][:80] or None,
                same_person_as=queries.account_called(work, other).id if other else None,
            ).id
    except (InvalidError, ConflictError, NotFoundError) as error:
        kept = {name: form.get(name)[:200] for name in _FIELDS if not _refused(error, name)}
        return _listed(visitor, {}, "", filled=kept, problem=_told(error))
    return see_other(f"/people/{made}?done=made")


@router.get("/people/{account_id}")
def detail(
    visitor: Signed, account_id: AccountId, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show one account: its facts, its keys, its break-glass, and what can be done with it."""
    return account_page(visitor, account_id, done=_DONE.get(done))


@router.post("/people/{account_id}")
def act(visitor: Signed, form: Sent, account_id: AccountId) -> Response:
    """Carry out one act on the account. A sign-in link is shown once, on the page that answers."""
    wanted = form.get("act")
    try:
        with visitor.work() as work:
            if wanted == "link":
                token = access.issue_link(work, account_id)
                minutes = work.policies.access.sign_in.link_minutes
            elif wanted == "role":
                access.change_role(work, account_id, form.get("role"))
            elif wanted in ("disabled", "enabled", "unlocked"):
                verbs = {"disabled": access.disable, "enabled": access.enable, "unlocked": access.unlock}
                verbs[wanted](work, account_id)
            else:
                raise InvalidError("There is no such act.", "act")
    except (InvalidError, ConflictError, DeniedError) as error:
        if isinstance(error, DeniedError) and error.reason != "own_account":
            raise
        return account_page(visitor, account_id, 409, problem=_told(error))
    if wanted == "link":
        address = visitor.runtime.settings.sign_in_address(token)
        return account_page(visitor, account_id, link=address, link_minutes=minutes)
    return see_other(f"/people/{account_id}?done={wanted}")


def account_page(visitor: Visitor, account_id: str, status: int = 200, **more: Any) -> Response:
    """Return the page of one account, with what has just been made or gone wrong in `more`."""
    with visitor.work(write=False) as work:
        access.require(work, "account:read")
        row = queries.account(work, account_id)
        facts: dict[str, Any] = {
            "row": row,
            "person": access.describe(work, row),
            "keys": queries.api_keys_page(work, row.id, limit=PAGE),
            "glasses": queries.break_glasses(work, requester=row.id, limit=10),
            "role_scopes": sorted(work.policies.access.permissions(row.role) - PERSONS_ONLY),
            "longest": work.policies.access.api_keys.max_days,
            "now": work.now,
        }
    is_own = row.person == visitor.actor.person
    return page(
        "account",
        visitor,
        status,
        is_own=is_own,
        may_manage=visitor.may("account:manage") and not is_own,
        may_make_keys=visitor.may("api_key:own" if row.id == visitor.actor.account_id else "api_key:manage"),
        roles=ROLES,
        texts={name: meaning.text for name, meaning in PERMISSIONS.items()},
        **{"done": None, "problem": None, "link": None, "new_key": None, "filled": {}} | facts | more,
    )


def _listed(
    visitor: Visitor,
    chosen: dict[str, str],
    after: str,
    *,
    filled: dict[str, str] | None = None,
    problem: str | None = None,
) -> Response:
    chosen = {"login": "", "role": "", "state": "", **chosen}
    with visitor.work(write=False) as work:
        access.require(work, "account:read")
        found = queries.accounts_page(
            work,
            login=chosen["login"],
            role=chosen["role"] or None,
            state=chosen["state"] or None,
            after=after,
            limit=PAGE + 1,
        )
        shown = found[:PAGE]
        rows = [
            {"row": row, "person": person}
            for row, person in zip(shown, access.describe_all(work, shown), strict=True)
        ]
        now = work.now
    asked = {name: value for name, value in chosen.items() if value}
    older = f"/people?{urlencode({**asked, 'after': found[PAGE - 1].login})}" if len(found) > PAGE else None
    return page(
        "people",
        visitor,
        422 if problem else 200,
        rows=rows,
        chosen=chosen,
        now=now,
        roles=ROLES,
        states=STATES,
        older=older,
        newest=f"/people?{urlencode(asked)}" if after else None,
        filled=filled or {},
        problem=problem,
    )


def _refused(error: Exception, name: str) -> bool:
    """Whether the field `name` is the one that was refused for what stands in it: that is not sent back."""
    return isinstance(error, InvalidError) and error.field == name


def _told(error: Exception) -> str:
    return wording.sentence(str(error))


def filled_of(form: Form) -> dict[str, str]:
    """Return what of a key's form may be shown again."""
    return {name: form.get(name)[:80] for name in ("title", "days")}
