"""From a request to a `Caller`: who asks, from where, under which trace, and the Work they act in.

A route opens its Work inside its own function (`with caller.work() as work:`). So the commit happens before the answer
exists, which the framework's `yield` dependencies do only with care; and a Work begins and ends on one thread, without
which requests that wait for the database's one writer could take every thread from the one that has it.
"""

from __future__ import annotations

import hmac
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request, WebSocket
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPBearer

from governance.access import service as access
from governance.access.permissions import PERMISSIONS, Permission
from governance.api.metrics import Metrics
from governance.api.problems import trace_of
from governance.api.rates import Rates, Slots, Streams
from governance.api.uses import Uses
from governance.errors import DeniedError, InvalidError, UnauthenticatedError
from governance.ids import uuid7
from governance.policy import Policies
from governance.runtime import Actor, Runtime, Work

SESSION_COOKIE = (
    "governance_session"  # the console sets it; neither door imports the other, a test holds them equal
)
CSRF_HEADER = "X-CSRF-Token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_NAME = re.compile(r"[a-z][a-z_]{0,39}")

# They read nothing: they tell OpenAPI how one comes in.
BEARER = HTTPBearer(auto_error=False, description="A session's token (`gs_…`) or an API key (`gk_…`).")
COOKIE = APIKeyCookie(
    name=SESSION_COOKIE,
    auto_error=False,
    description="A session of the console; unsafe methods need `X-CSRF-Token`.",
)


@dataclass(frozen=True)
class Door:
    """What lives as long as the application: the runtime behind it, its metrics, its rates."""

    runtime: Runtime
    metrics: Metrics
    rates: Rates = field(repr=False)
    slots: Slots = field(default_factory=Slots, repr=False)
    large_texts: Slots = field(default_factory=lambda: Slots(2, "long texts"), repr=False)
    streams: Streams = field(default_factory=Streams, repr=False)
    uses: Uses = field(default_factory=Uses, repr=False)


@dataclass(frozen=True)
class Caller:
    """Who asks. Verbs that open Works of their own are given `runtime` and `actor`."""

    door: Door
    actor: Actor
    trace: str

    @property
    def runtime(self) -> Runtime:
        """The runtime."""
        return self.door.runtime

    @property
    def policies(self) -> Policies:
        """The policies of the caller's tenant, with the key for the tokens they give; raises as `forms.able` does."""
        from governance.redaction import forms

        return forms.able(self.runtime, self.actor.tenant)

    @property
    def who(self) -> str:
        """Whose uses are counted together: those of one key or session, or of one account."""
        return self.actor.session_id or self.actor.id

    def work(self, *, write: bool = True) -> AbstractContextManager[Work]:
        """Open the request's Work: committed when the block ends, before there is an answer."""
        return self.runtime.work(self.actor, trace=self.trace, write=write)


def door(request: Request) -> Door:
    """Return the application's door."""
    found: Door = request.app.state.door
    return found


def address(request: Request) -> str | None:
    """Return the address at the other end of the socket. What a header claims it to be is anybody's claim."""
    return request.client.host if request.client else None


def csrf_token(session_token: str) -> str:
    """Return what a page of the session must send back with every change: bound to the session, and no way to it."""
    return hmac.digest(session_token.encode(), b"governance/csrf/v1", "sha256").hex()


def authenticate(request: Request) -> Caller:
    """Return the caller behind the request's bearer token, or behind its session cookie.

    A browser sends a cookie whoever made it ask, so with a cookie every change must prove that a page of ours did.
    Raises `UnauthenticatedError`, and `DeniedError` without that proof.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(SESSION_COOKIE, "")
        if token and request.method not in _SAFE:
            proof = request.headers.get(CSRF_HEADER, "").encode()
            if not hmac.compare_digest(proof, csrf_token(token).encode()):
                raise DeniedError("csrf", f"A change by session cookie needs the header {CSRF_HEADER}.")
    if not token:
        raise UnauthenticatedError("Send `Authorization: Bearer …` with a session's token or an API key.")
    opened = door(request)
    actor = access.authenticate(opened.runtime, token.strip(), address(request))
    return Caller(opened, actor, trace_of(request))


def of_socket(socket: WebSocket, permission: Permission) -> Caller:
    """Return the caller behind a web socket's bearer token, who may do what `permission` allows.

    A cookie does not count: a browser sends it along whichever page opens the socket, and no page of ours opens one.
    Raises `UnauthenticatedError`, `DeniedError`.
    """
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("Send `Authorization: Bearer …` with a session's token or an API key.")
    opened: Door = socket.app.state.door
    address = socket.client.host if socket.client else None
    actor = access.authenticate(opened.runtime, token.strip(), address)
    caller = Caller(opened, actor, uuid7().hex)
    if not access.permits(caller.runtime, actor, permission):
        with caller.work(write=False) as work:
            access.require(work, permission)
    return caller


class Needs:
    """A route's permission, declared in its signature: `caller: Annotated[Caller, needs("recording:hold")]`.

    What concerns the house and no single recording is checked here already, before a byte of a body is read. What
    concerns a recording is decided by the area that has its facts.
    """

    def __init__(self, permissions: tuple[Permission, ...]) -> None:
        self.permissions = permissions

    def __call__(
        self,
        request: Request,
        _bearer: Annotated[Any, Depends(BEARER)],
        _cookie: Annotated[Any, Depends(COOKIE)],
    ) -> Caller:
        """Return the caller, who may come in."""
        caller = authenticate(request)
        _refuse_unknown_parameters(request)
        is_of_the_house = len(self.permissions) == 1 and not PERMISSIONS[self.permissions[0]].scoped
        # Who they are was read a moment ago, and whether their account is open: only a refusal needs a Work.
        if is_of_the_house and not access.permits(caller.runtime, caller.actor, self.permissions[0]):
            with caller.work(write=False) as work:
                access.require(work, self.permissions[0])
        return caller


def _refuse_unknown_parameters(request: Request) -> None:
    """Raise `InvalidError` for a parameter that the route does not have.

    A filter with a typing error that is passed over answers with everything, and nobody notices.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = {field.alias for field in route.dependant.query_params}
    for name in request.query_params:
        if name not in known:
            # What a client sent is repeated only where it is a name and can be nothing else.
            shown = f" called {name}" if _NAME.fullmatch(name) else ""
            raise InvalidError(
                f"There is no parameter{shown} here. Known: {', '.join(sorted(known)) or 'none'}.",
                f"query.{name}" if shown else "query",
            )


def needs(*permissions: Permission) -> Any:
    """Return the dependency of a route that takes one of `permissions`; without any, being signed in is enough."""
    return Depends(Needs(permissions))


def permissions_of(route: APIRoute) -> tuple[Permission, ...] | None:
    """Return the permissions a route declares, or None where it declares nothing: it is open to everybody."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Needs):
            return dependency.call.permissions
    return None
