"""Signing in and out. Opening the page with a one-time link uses nothing up: a button does.

The link's token stands behind the `#` of its address, so that no server, proxy or log on the way ever sees it, and no
mail scanner that follows the link can burn it; a script puts it into the form, or a person pastes it there.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from governance.access import service as access
from governance.console import deps
from governance.console.deps import Sent, SentByStranger, Signed, front
from governance.console.rendering import page, see_other
from governance.errors import NotFoundError, UnauthenticatedError
from governance.messages import service as messages
from governance.tenancy import DEFAULT

router = APIRouter()

# No dot, no second slash, no scheme: whatever fits is an address of our own that is opened by following it.
_PLACES = re.compile(r"/|(?!/(?:sign-|v1|static))(?:/[a-z][A-Za-z0-9_-]{0,79}){1,3}")
Next = Annotated[str, Query(alias="next", max_length=80)]


@router.get("/sign-in")
def show(
    request: Request, then: Next = "/", out: bool = False, ended: bool = False, mailed: bool = False
) -> Response:
    """Show the way in."""
    note = "You have signed out." if out else None
    if ended:
        note = "Nothing happened for a while, so your session has ended. Sign in to go on."
    if mailed:
        note = (
            "If there is such an account and we know its e-mail address, a link is on its way. It works once."
        )
    return _form(request, 200, then=then, note=note)


@router.post("/sign-in")
def sign_in(request: Request, form: SentByStranger) -> Response:
    """Sign in by login and password. Every refusal is the same."""
    opened, tenant, login = front(request), form.get("tenant").strip() or DEFAULT, form.get("login").strip()
    opened.rates.sign_in(deps.address(request), tenant, login)
    try:
        token = access.sign_in(
            opened.runtime, tenant, login, form.get("password")[:1024], deps.address(request)
        )
    except UnauthenticatedError:
        # What was typed is not shown again: people type their password where the login belongs.
        return _form(
            request, 401, then=form.get("next"), problem="Login and password do not fit, or not any more."
        )
    return _welcome(request, token, form.get("next"))


@router.post("/sign-in/link")
def redeem(request: Request, form: SentByStranger) -> Response:
    """Sign in by a one-time link, which is used up by this and by nothing before."""
    opened = front(request)
    opened.rates.redemption(deps.address(request))
    given = form.get("token").strip().rpartition("#")[2]  # whoever pastes may paste the whole link
    try:
        token = access.redeem_link(opened.runtime, given, deps.address(request))
    except UnauthenticatedError:
        problem = "This link has been used, or its time is over. Ask for a new one."
        return _form(request, 401, then=form.get("next"), problem=problem)
    return _welcome(request, token, form.get("next"))


@router.post("/sign-in/mail")
def ask_for_link(request: Request, form: SentByStranger) -> Response:
    """Have a one-time link mailed. The answer is the same, and takes the same time, whether there is such an account."""
    opened, tenant, login = front(request), form.get("tenant").strip() or DEFAULT, form.get("login").strip()
    opened.rates.mailed_link(deps.address(request), tenant, login)
    if opened.runtime.settings.mail is None:
        raise NotFoundError("No mail leaves this house: ask whoever runs it for a link.")
    messages.ask_for_link(opened.runtime, tenant, login)
    return see_other("/sign-in?mailed=true")


@router.post("/sign-in/key")
def sign_in_with_key(request: Request, form: SentByStranger) -> Response:
    """Sign in by an API key: a session that can do what the key can, and ends with it."""
    opened = front(request)
    opened.rates.redemption(deps.address(request))
    try:
        token = access.sign_in_with_key(opened.runtime, form.get("key").strip(), deps.address(request))
    except UnauthenticatedError:
        return _form(
            request, 401, then=form.get("next"), problem="This is no key, or it is not valid any more."
        )
    return _welcome(request, token, form.get("next"))


@router.post("/sign-out")
def sign_out(request: Request, visitor: Signed, _form: Sent) -> Response:
    """End the session."""
    with visitor.work() as work:
        access.sign_out(work)
    response = see_other("/sign-in?out=true")
    deps.let_out(response, front(request))
    return response


def _form(
    request: Request, status: int, *, then: str, note: str | None = None, problem: str | None = None
) -> Response:
    secret = deps.strangers_secret(request)
    facts = {
        "proof": deps.proof_of(secret),
        "then": _ours(then),
        "tenant": DEFAULT,
        "by_mail": front(request).runtime.settings.mail is not None,
        "note": note,
        "problem": problem,
    }
    response = page("sign_in", None, status, **facts)
    deps.remember_stranger(response, front(request), secret)
    return response


def _welcome(request: Request, token: str, then: str) -> Response:
    response = see_other(_ours(then))
    deps.let_in(response, front(request), token)
    return response


def _ours(place: str) -> str:
    """Return `place` if it is a page of ours: whoever makes a link to sign in must not choose where it ends."""
    return place if _PLACES.fullmatch(place) else "/"
