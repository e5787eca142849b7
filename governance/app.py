"""The web application: a runtime, and the doors to it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from governance.api import problems
from governance.api.deps import Door, permissions_of
from governance.api.envelope import Envelope
from governance.api.metrics import Metrics
from governance.api.rates import Rates
from governance.api.routes import ROUTERS
from governance.console import pages
from governance.console.deps import Front
from governance.errors import GovernanceError
from governance.runtime import Runtime

_ABOUT = """\
Governs contact-centre recordings: card data is silenced, few people hear few calls for a purpose, and a log proves it.

Errors are problems (RFC 9457): `type` is stable, `instance` is the trace id, `reason` is why something was refused.
`x-permissions` names the permissions of which an operation takes one; without any, signing in is enough.
"""


def build(runtime: Runtime, rates: Rates | None = None, *, counts: Path | None = None) -> FastAPI:
    """Return the application over `runtime`. It keeps no state of its own but rates and metrics (`counts`: see `Metrics`).

    The framework's pages of documentation are off, because they fetch scripts from elsewhere; `/openapi.json` is on.
    """
    # The parser logs the byte at which a body breaks, and a body may be anything.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    metrics = Metrics(counts)
    app = FastAPI(
        title="Recording Governance",
        version=version("recording-governance"),
        description=_ABOUT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    counted = rates or Rates(redaction_per_key=f"{runtime.settings.redactions_per_minute}/minute")
    app.state.door = Door(runtime, metrics, counted)
    app.state.front = Front(runtime, counted)
    for router in ROUTERS:
        for route in router.routes:
            _declare_permissions(route)
        app.include_router(router)
    app.include_router(pages.router)
    app.add_exception_handler(GovernanceError, _or_page(problems.on_error))
    app.add_exception_handler(RequestValidationError, _or_page(problems.on_validation))
    app.add_exception_handler(HTTPException, _or_page(problems.on_http))
    app.add_middleware(
        Envelope,
        metrics=metrics,
        is_https=runtime.settings.public_url.startswith("https://"),
        shown=_shown,
    )
    return app


Answer = Callable[[Request, Exception], Awaitable[Response]]


def _or_page(answer: Answer) -> Answer:
    """Let `answer` make the problem that an error is; a person at a browser gets it as a page."""

    async def answered(request: Request, error: Exception) -> Response:
        request.state.error = (
            error  # a page says more to a person than a problem to a program: who could, for one
        )
        return _shown(request, await answer(request, error))

    return answered


def _shown(request: Request, problem: Response) -> Response:
    return pages.of_problem(request, problem) if pages.wants_page(request) else problem


def _declare_permissions(route: BaseRoute) -> None:
    """Write into the route's documentation what its signature says, so that the two cannot differ."""
    if isinstance(route, APIWebSocketRoute):
        return  # OpenAPI knows no web sockets; docs/streaming.md has this one
    assert isinstance(route, APIRoute)
    permissions = permissions_of(route)
    if permissions is not None:
        route.openapi_extra = {**(route.openapi_extra or {}), "x-permissions": list(permissions)}
