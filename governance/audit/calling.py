"""One call to a witness or an authority: no redirects, no proxy, a deadline, and an answer of bounded length.

Whom to call is the operator's setting, and no answer is believed for where it came from: each is verified. So http is
as good as https here, and what is sent (a checkpoint, a hash) is public.
"""

import asyncio
import ssl
from dataclasses import dataclass

import httpx

import governance
from governance.errors import InvalidError

DEADLINE_S = 15.0
MAX_ANSWER = 64 * 1024
_TIMEOUT = httpx.Timeout(10, connect=5)


@dataclass(frozen=True)
class Reply:
    """What came back. Nothing in it was verified."""

    status: int
    content_type: str
    body: bytes


def prefix(url: str) -> str:
    """Return `url` without the slash at its end, if it is one that can be called.

    Raises `InvalidError`, which does not repeat it: people write passwords into URLs.
    """
    wrong = InvalidError(
        "an address to call is http://host/… or https://host/…, without user, query or fragment"
    )
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        raise wrong from None
    if read.scheme not in ("http", "https") or not read.host or read.userinfo or read.query or read.fragment:
        raise wrong
    return url.rstrip("/")


def post(url: str, body: bytes, content_type: str) -> Reply | None:
    """Post `body` and return the reply, or None where none came in time, whole and of a bearable length."""
    headers = {"content-type": content_type, "user-agent": f"recording-governance/{governance.__version__}"}
    try:
        return asyncio.run(_post(url, body, headers))
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, TimeoutError):
        return None


async def _post(url: str, body: bytes, headers: dict[str, str]) -> Reply | None:
    async with (
        asyncio.timeout(DEADLINE_S),
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=_TIMEOUT) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        taken = b""
        async for chunk in answer.aiter_bytes():
            taken += chunk
            if len(taken) > MAX_ANSWER:
                return None
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Reply(answer.status_code, kind, taken)
