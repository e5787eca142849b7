"""An answer that is given once: what counts is that its last byte has gone out to somebody who is still there.

The server passes over in silence what is sent to a client that has gone away, and the framework ends its answers then
without a word. Here the end is told: `complete` once the last portion was taken while the client was there, and
`break_off` in every other case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import anyio
from anyio import CancelScope
from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send


class Fetched(Protocol):
    """What wants to know how it ended."""

    def complete(self) -> None:
        """The last byte has gone out."""

    def break_off(self) -> None:
        """It ended otherwise, unless it was complete before."""


class Handout(Response):
    """`size` bytes, portion by portion, made on the threads of the pool."""

    def __init__(self, portions: Iterator[bytes], size: int, content_type: str, fetched: Fetched) -> None:
        told = {"Content-Length": str(size), "Accept-Ranges": "none"}
        super().__init__(headers=told, media_type=content_type)
        self._portions, self._fetched = portions, fetched
        self._is_gone = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        del scope
        try:
            async with anyio.create_task_group() as together:
                together.start_soon(self._watch, receive, together.cancel_scope)
                await self._hand_out(send)
                together.cancel_scope.cancel()
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(self._fetched.break_off)

    async def _watch(self, receive: Receive, scope: CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        scope.cancel()

    async def _hand_out(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        held = await run_in_threadpool(next, self._portions, b"")
        while held:
            following = await run_in_threadpool(next, self._portions, b"")
            await send({"type": "http.response.body", "body": held, "more_body": True})
            if not following and not self._is_gone:
                # Whoever has everything may hang up at once: from here on that is no broken line.
                with CancelScope(shield=True):
                    await run_in_threadpool(self._fetched.complete)
            held = following
        await send({"type": "http.response.body", "body": b"", "more_body": False})
