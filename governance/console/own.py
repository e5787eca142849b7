"""Somebody's own account: what they may do and for which purposes, their password, how their sessions end."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from governance.access import service as access
from governance.access.permissions import PERMISSIONS
from governance.console import wording
from governance.console.deps import Sent, Signed, Visitor
from governance.console.rendering import HEADERS, page, see_other
from governance.errors import InvalidError

router = APIRouter()


@router.get("/account")
def show(visitor: Signed, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show it."""
    note = "The password is set, and your other sessions have ended." if done == "password" else None
    return _page(visitor, 200, done=note)


@router.post("/account/password")
def set_password(visitor: Signed, form: Sent) -> Response:
    """Set one's own password. Nothing that was typed is shown again."""
    try:
        if form.get("password") != form.get("again"):
            raise InvalidError("The two passwords are not the same.", "again")
        with visitor.work() as work:
            access.set_password(work, visitor.actor.account_id or "", form.get("password")[:1024])
    except InvalidError as error:
        return _page(visitor, 422, problem=wording.sentence(str(error)))
    return see_other("/account?done=password")


@router.get("/session")
def session(_visitor: Signed) -> Response:
    """Say that the session is alive; that it was asked keeps it so."""
    return Response(status_code=204, headers=HEADERS)


def _page(visitor: Visitor, status: int, *, done: str | None = None, problem: str | None = None) -> Response:
    policies = visitor.runtime.policies.for_tenant(visitor.actor.tenant)
    allowed: list[dict[str, Any]] = [
        {
            "name": name,
            "text": PERMISSIONS[name].text,
            "scope": policies.access.scope(visitor.actor.role, name),
        }
        for name in PERMISSIONS
        if visitor.may(name)
    ]
    return page(
        "own", visitor, status, allowed=allowed, limits=policies.access.sign_in, done=done, problem=problem
    )
