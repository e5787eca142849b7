"""Routes whose JSON bodies are small: a bound on what the framework reads into memory before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

MOST = 64 * 1024


class SmallBody(APIRoute):
    """A route that reads at most 64 KiB."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's own handling, over a body that ends in 413 where it grows too large."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handle(Request(request.scope, _counted(request.receive)))

        return bounded


def _counted(receive: Receive) -> Receive:
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MOST:
            raise HTTPException(413)
        return message

    return counted
