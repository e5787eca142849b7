"""What every request is wrapped in: a trace id, security headers, a line in the log, and the last net for errors.

A plain ASGI middleware around the whole application, because the framework's own net hands an unknown exception on to
the server, which would print its message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from governance import log
from governance.api import problems
from governance.api.metrics import Metrics
from governance.ids import uuid7
from governance.runtime import TRACE

_SANE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HSTS = "max-age=31536000; includeSubDomains"
_log = log.get("governance.api")


class Envelope:
    """Wraps `app`. `is_https` says whether people reach it by https, and may be told to stay there.

    `shown` makes of a problem what the client who asked is to see: a page for a person at a browser.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        *,
        is_https: bool,
        shown: Callable[[Request, Response], Response] = lambda _request, problem: problem,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._shown = shown
        self._headers = _SECURITY | ({"Strict-Transport-Security": _HSTS} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = _trace(Headers(scope=scope).get("x-request-id"))
        scope["governance.trace"] = trace
        began, status = perf_counter(), 0

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = trace
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        token = TRACE.set(trace)
        with structlog.contextvars.bound_contextvars(trace=trace):
            try:
                await self._app(scope, receive, sealed)
            except Exception as error:  # noqa: BLE001 - the last net: whatever it is, nobody outside may read it
                _log.error("request failed", route=_route(scope), **log.nameless(error))
                if status == 0:
                    await self._shown(Request(scope), problems.unknown(trace))(scope, receive, sealed)
                # Otherwise half an answer has left. Ending without its end breaks the connection, and so it must:
                # a client would take half a recording for a whole one.
            self._note(scope, status, perf_counter() - began)
        TRACE.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = _route(scope), _method(scope)
        self._metrics.count(method, route, status, seconds)
        # The route's template and never its path: what stands in a path was written by a client.
        _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _trace(offered: str | None) -> str:
    return offered if offered and _SANE.fullmatch(offered) else uuid7().hex


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "none"))


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"
