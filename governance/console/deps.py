"""From a browser's request to a `Visitor`, and from a form to its fields, once it has proven that a page of ours made it.

A browser sends a cookie whoever made it ask. So every form carries a proof derived from the visitor's own secret: from
the session's token, and before there is one from a cookie that the sign-in page has set.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated, Protocol
from urllib.parse import parse_qsl

from fastapi import Depends, Path, Request, Response

from governance.access import queries
from governance.access import service as access
from governance.access.permissions import Permission
from governance.errors import DeniedError, InvalidError, TooLargeError, UnauthenticatedError
from governance.redaction import text
from governance.redaction.spans import SAD, Entity
from governance.runtime import Actor, Runtime, Work

SESSION_COOKIE = "governance_session"  # the API lets it in too: the player asks there for the sound
FORM_COOKIE = "governance_form"
MOST = 64 * 1024
_URLENCODED = "application/x-www-form-urlencoded"
_OURS = (None, "same-origin", "none")

RecordingId = Annotated[str, Path(pattern=r"^rec_[0-9a-f]{32}$")]


class Rates(Protocol):
    """How often somebody may try to come in."""

    def sign_in(self, address: str | None, tenant: str, login: str) -> None:
        """Count a try to sign in. Raises `LimitError`."""

    def redemption(self, address: str | None) -> None:
        """Count a try of a sign-in link. Raises `LimitError`."""

    def mailed_link(self, address: str | None, tenant: str, login: str) -> None:
        """Count that somebody asks for a sign-in link by mail. Raises `LimitError`."""

    def portal(self, address: str | None) -> None:
        """Count a request of a person recorded. Raises `LimitError`."""

    def download(self, address: str | None) -> None:
        """Count a download, each part of it too. Raises `LimitError`."""


@dataclass(frozen=True)
class Front:
    """What lives as long as the application: the runtime, and the rates that the API counts too."""

    runtime: Runtime
    rates: Rates = field(repr=False)

    @property
    def is_https(self) -> bool:
        """Whether people reach the service by https, so that no cookie of theirs may go another way."""
        return self.runtime.settings.public_url.startswith("https://")


@dataclass(frozen=True)
class Visitor:
    """Somebody who has signed in, as the pages see them."""

    front: Front
    actor: Actor
    trace: str
    proof: str = field(repr=False)

    @property
    def runtime(self) -> Runtime:
        """The runtime."""
        return self.front.runtime

    def work(self, *, write: bool = True) -> AbstractContextManager[Work]:
        """Open the request's Work: committed when the block ends, before there is an answer."""
        return self.runtime.work(self.actor, trace=self.trace, write=write)

    def may(self, permission: Permission) -> bool:
        """Return whether the role has the permission at all: what a page offers. The areas decide what is allowed.

        Whoever came in with an API key has no more than the key was made for.
        """
        scopes = self.actor.key_scopes
        if scopes is not None and permission not in scopes:
            return False
        policies = self.runtime.policies.for_tenant(self.actor.tenant)
        return policies.access.scope(self.actor.role, permission) is not None

    @property
    def idle_s(self) -> int:
        """How many seconds without a request end the session."""
        return self.runtime.policies.for_tenant(self.actor.tenant).access.sign_in.idle_minutes * 60

    def logins(self, work: Work, account_ids: Iterable[str | None]) -> dict[str, str]:
        """Return the logins behind accounts, for whoever may see accounts, and one's own: others see the accounts' ids."""
        if self.may("account:read"):
            return queries.logins(work, filter(None, account_ids))
        mine = self.actor
        return {mine.account_id: mine.login} if mine.account_id and mine.login else {}

    def purposes(self) -> list[tuple[str, str]]:
        """Return name and title of the purposes that the role may use recordings for."""
        decided = self.runtime.policies.for_tenant(self.actor.tenant).purposes
        return [(name, one.title) for name, one in decided.purposes.items() if self.actor.role in one.roles]


class Form:
    """The fields of a form. What was typed stands in no error."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def get(self, name: str) -> str:
        """Return the field, or an empty text."""
        return self._fields.get(name, "")

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that were sent: what was ticked is there, and what was not is not."""
        return tuple(self._fields)

    def sentence(self, name: str) -> str:
        """Return free text that will be stored. Raises `InvalidError` where card data stands in it."""
        value = self.get(name).strip()
        if any(span.entity in SAD | {Entity.PAN} for span in text.detect(value)):
            raise InvalidError("This text looks like it holds card data, which has no place here.", name)
        return value

    def whole(self, name: str) -> int:
        """Return a whole number. Raises `InvalidError`."""
        value = self.get(name).strip()
        if not re.fullmatch(r"[0-9]{1,6}", value):
            raise InvalidError("A whole number is needed.", name)
        return int(value)


def front(request: Request) -> Front:
    """Return the application's front."""
    found: Front = request.app.state.front
    return found


def address(request: Request) -> str | None:
    """Return the address at the other end of the socket."""
    return request.client.host if request.client else None


def proof_of(secret: str) -> str:
    """Return what a form must bring along: derived from `secret`, and no way back to it."""
    return hmac.digest(secret.encode(), b"governance/console/form/v1", "sha256").hex()


def visitor(request: Request) -> Visitor:
    """Return who has signed in. Raises `UnauthenticatedError`, which a page answers with the way to sign in."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        raise UnauthenticatedError("Sign in first.")
    opened = front(request)
    actor = access.authenticate(opened.runtime, token, address(request))
    found = Visitor(opened, actor, str(request.scope.get("governance.trace", "unknown")), proof_of(token))
    request.state.visitor = found  # for the page of an error, which is made without asking again
    return found


class Posted:
    """The dependency of every route that changes something: reads the form, bounded, and checks its proof."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie

    async def __call__(self, request: Request) -> Form:
        """Return the form. Raises `DeniedError` unless a page of ours, made for this visitor, has sent it."""
        if request.headers.get("sec-fetch-site") not in _OURS:
            raise DeniedError("csrf", "This form was sent from another site.")
        secret = request.cookies.get(self._cookie, "")
        if not secret and self._cookie == SESSION_COOKIE:
            raise UnauthenticatedError("Sign in first.")
        fields = dict(parse_qsl(await _body(request), keep_blank_values=True, max_num_fields=32))
        given = fields.pop("proof", "").encode()
        if not secret or not hmac.compare_digest(given, proof_of(secret).encode()):
            raise DeniedError(
                "csrf", "This form is not one that we gave you, or it is too old. Open the page again."
            )
        return Form(fields)


async def _body(request: Request) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _URLENCODED:
        raise InvalidError("This is not a form.", "Content-Type")
    body = bytearray()
    async for portion in request.stream():
        body += portion
        if len(body) > MOST:
            raise TooLargeError("The form is too large.")
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise InvalidError("This is not a form.") from None


Signed = Annotated[Visitor, Depends(visitor)]
Sent = Annotated[Form, Depends(Posted(SESSION_COOKIE))]
SentByStranger = Annotated[Form, Depends(Posted(FORM_COOKIE))]


def let_in(response: Response, opened: Front, token: str) -> None:
    """Give the browser its session: a cookie no script reads and no other site sends, gone with the browser."""
    response.delete_cookie(
        FORM_COOKIE, path="/sign-in", secure=opened.is_https, httponly=True, samesite="strict"
    )
    response.set_cookie(
        SESSION_COOKIE, token, path="/", secure=opened.is_https, httponly=True, samesite="strict"
    )


def let_out(response: Response, opened: Front) -> None:
    """Take the session's cookie away."""
    response.delete_cookie(SESSION_COOKIE, path="/", secure=opened.is_https, httponly=True, samesite="strict")


def strangers_secret(request: Request) -> str:
    """Return the secret of the sign-in form: the one the browser has, or a new one."""
    known = request.cookies.get(FORM_COOKIE, "")
    return known if re.fullmatch(r"[A-Za-z0-9_-]{43}", known) else new_secret()


def new_secret() -> str:
    """Return the secret of a form that nobody has seen yet."""
    return secrets.token_urlsafe(32)


def remember_stranger(response: Response, opened: Front, secret: str) -> None:
    """Give the browser the secret of its sign-in form."""
    response.set_cookie(
        FORM_COOKIE, secret, path="/sign-in", secure=opened.is_https, httponly=True, samesite="strict"
    )
