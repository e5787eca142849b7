"""One webhook, signed and posted (Standard Webhooks): no redirects, no proxy, no second look-up, no answer read.

The name is looked up once and every address of it checked (`reach`); the connection goes to a checked address, while
certificate and `Host` are still those of the name. All of it has to be over within a deadline, however slowly the other
side drips.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import httpx
from standardwebhooks import Webhook

import governance
from governance.messages.outside import Outside
from governance.messages.reach import Target
from governance.messages.rules import Outcome

TIMEOUT: Final = httpx.Timeout(10, connect=5)
DEADLINE_S: Final = 20.0


def send(
    target: Target, message_id: str, body: bytes, secrets: Sequence[str], now: datetime, outside: Outside
) -> Outcome:
    """Post `body` to `target`, signed with each of `secrets`, and return what became of it. Raises nothing.

    The id is the same at every try, so that a receiver can tell a repetition.
    """
    signed = _signed(message_id, body, secrets, now) | {"content-type": "application/json"}
    return post(target, signed, body, outside)


def post(target: Target, headers: Mapping[str, str], body: bytes, outside: Outside) -> Outcome:
    """Post `body` with `headers` to `target` and return what became of it: the guard, without the signature. Raises nothing.

    For whatever else leaves by HTTP; every look-up is checked whole here, and here alone.
    """
    addresses, why = outside.addresses(target.host, target.port, is_allowed=target.is_allowed)
    if not addresses:
        return Outcome("dead", why) if why == "forbidden_address" else Outcome("later", why, is_way=True)
    whole = {
        **headers,
        "host": target.url.netloc.decode("ascii"),
        "user-agent": f"recording-governance/{governance.__version__}",
    }
    return asyncio.run(_post(target, addresses, whole, body, outside))


def _signed(message_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    text = body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(message_id, now, text) for one in secrets),
    }


async def _post(
    target: Target, addresses: Sequence[str], headers: dict[str, str], body: bytes, outside: Outside
) -> Outcome:
    outcome = Outcome("later", "timed_out", is_way=True)
    try:
        async with (
            asyncio.timeout(DEADLINE_S),
            httpx.AsyncClient(
                verify=outside.tls(), trust_env=False, follow_redirects=False, timeout=TIMEOUT
            ) as client,
        ):
            for address in addresses:
                try:
                    return await _ask(client, target, address, headers, body)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    # Nothing was said yet: another address of the same host may answer.
                    outcome = Outcome("later", _why(error), is_way=True)
    except (httpx.TimeoutException, TimeoutError):
        return Outcome("later", "timed_out", is_way=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Outcome("later", "dropped", is_way=True)
    return outcome


async def _ask(
    client: httpx.AsyncClient, target: Target, address: str, headers: dict[str, str], body: bytes
) -> Outcome:
    asked = client.stream(
        "POST",
        target.url.copy_with(host=address),
        content=body,
        headers=headers,
        # The certificate is asked for and checked under the name, not the address.
        extensions={"sni_hostname": target.host},
    )
    async with asked as answer:  # its status and headers; what it says beyond is never read
        return _outcome(answer)


def _outcome(answer: httpx.Response) -> Outcome:
    status = answer.status_code
    if answer.is_success:
        return Outcome("sent")
    code = f"answered_{status}"
    if status == 410:
        return Outcome("gone", code)
    if status in (429, 502, 503, 504):
        return Outcome("later", code, is_way=True, wait=_wait(answer.headers.get("retry-after", "")))
    return Outcome("later", code)


def _wait(told: str) -> timedelta | None:
    """Return how long the receiver asks to be left alone, where it says so in seconds."""
    return timedelta(seconds=int(told)) if told.isascii() and told.isdigit() and len(told) < 7 else None


def _why(error: BaseException) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timed_out"
    return "tls_failed" if any(isinstance(one, ssl.SSLError) for one in _causes(error)) else "connect_failed"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
