"""Bodies that are too large, or too delicate, for the framework to read: streamed, bounded, and never spooled to a disk.

The framework would read a body before it asks who sends it, and keeps uploads of more than a megabyte in a temporary
file. So the routes that take files read the request themselves, once the caller has been let in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import anyio
from anyio import CancelScope
from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from governance.api.deps import Caller
from governance.api.multipart import Parts, Rule
from governance.errors import InvalidError, TooLargeError, UnsupportedFormatError

PORTION = 256 * 1024
STALLED_AFTER_S = 60.0


async def receive(request: Request, caller: Caller, rules: Mapping[str, Rule], most: int) -> Parts:
    """Return the parts of a multipart body of at most `most` bytes. Whoever gets them answers for their end.

    A client that goes away, stalls or sends what may not be sent leaves nothing in the store.

    Raises `UnsupportedFormatError`, `TooLargeError`, `InvalidError`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedFormatError("The body must be multipart/form-data.", "Content-Type")
    parts = Parts(options[b"boundary"], rules, caller.runtime, caller.actor.tenant)
    try:
        async for portion in portions(request, most):
            # Encrypting and writing block; the thread ends what it began even if the request is cancelled.
            await run_in_threadpool(parts.feed, portion)
        parts.finish()
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(parts.__exit__, None, None, None)
        raise
    return parts


async def body(request: Request, most: int) -> bytes:
    """Return a whole body of at most `most` bytes. Raises `TooLargeError`, `InvalidError`."""
    return b"".join([portion async for portion in portions(request, most)])


async def portions(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield the body in portions of a size that is worth a change of threads.

    Raises `TooLargeError` by the announced length before the first byte is read, and by the true length as it comes.
    """
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise TooLargeError(f"The body may have {most} bytes at most.")
    held, total = bytearray(), 0
    stream = request.stream()
    while True:
        try:
            with anyio.fail_after(STALLED_AFTER_S):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise HTTPException(408) from None
        except ClientDisconnect:
            raise InvalidError("The body is cut short.", "body") from None
        if chunk is None:
            break
        total += len(chunk)
        if total > most:
            raise TooLargeError(f"The body may have {most} bytes at most.")
        held += chunk
        if len(held) >= PORTION:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
