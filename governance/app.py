"""The web application: a runtime, and the doors to it."""

from __future__ import annotations

import logging
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from governance.api import problems
from governance.api.deps import Door, permissions_of
from governance.api.envelope import Envelope
from governance.api.metrics import Metrics
from governance.api.rates import Rates
from governance.api.routes import ROUTERS
from governance.errors import GovernanceError
from governance.runtime import Runtime

_ABOUT = """\
Governs contact-centre recordings: card data is silenced, few people hear few calls for a purpose, and a log proves it.

Errors are problems (RFC 9457): `type` is stable, `instance` is the trace id, `reason` is why something was refused.
`x-permissions` names the permissions of which an operation takes one; without any, signing in is enough.
"""


def build(runtime: Runtime, rates: Rates | None = None) -> FastAPI:
    """Return the application over `runtime`. It keeps no state of its own but rates and metrics.

    The framework's pages of documentation are off, because they fetch scripts from elsewhere; `/openapi.json` is on.
    """
    # The parser logs the byte at which a body breaks, and a body may be anything.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    metrics = Metrics()
    app = FastAPI(
        title="Recording Governance",
        version=version("recording-governance"),
        description=_ABOUT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.door = Door(runtime, metrics, rates or Rates())
    for router in ROUTERS:
        for route in router.routes:
            _declare_permissions(route)
        app.include_router(router)
    app.add_exception_handler(GovernanceError, problems.on_error)
    app.add_exception_handler(RequestValidationError, problems.on_validation)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_middleware(Envelope, metrics=metrics, is_https=runtime.settings.public_url.startswith("https://"))
    return app


def _declare_permissions(route: BaseRoute) -> None:
    """Write into the route's documentation what its signature says, so that the two cannot differ."""
    assert isinstance(route, APIRoute)
    permissions = permissions_of(route)
    if permissions is not None:
        route.openapi_extra = {**(route.openapi_extra or {}), "x-permissions": list(permissions)}
