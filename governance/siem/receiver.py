"""A sink that is a receiver of syslog over TLS (RFC 5425): one connection a delivery, closed in the way the RFC wants.

Syslog has no acknowledgement. What comes nearest is the close: after our `close_notify` the receiver must answer with
its own (§4.4), and TLS hands it ours only behind every byte before it. So nothing counts as told before that answer; a
good handshake alone proves nothing, since a receiver that refuses us in TLS 1.3 says so only afterwards.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from governance.messages import reach
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from governance.policy.sinks import SyslogSink

CONNECT_S: Final = 5.0
DEADLINE_S: Final = 30.0
_MOST_ADDRESSES: Final = 3
_PIECE: Final = 16 * 1024


def send(
    sink: SyslogSink, frames: Sequence[bytes], context: ssl.SSLContext, outside: Outside, *, is_allowed: bool
) -> Outcome:
    """Send `frames` to the sink and return what became of them. Raises nothing that a receiver could cause.

    The name is looked up once and every address of it checked; all of it is over within a deadline.
    """
    try:
        found = outside.resolve(sink.host, sink.port)
    except (OSError, UnicodeError):
        return Outcome("later", "unresolvable", is_way=True)
    addresses = reach.reachable(found, is_allowed=is_allowed)
    if not addresses:
        return Outcome("later", "forbidden_address" if found else "unresolvable", is_way=True)
    ends = time.monotonic() + DEADLINE_S
    outcome = Outcome("later", "connect_failed", is_way=True)
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            plain = socket.create_connection((address, sink.port), timeout=CONNECT_S)
        except TimeoutError:
            outcome = Outcome("later", "timed_out", is_way=True)
            continue
        except OSError:
            continue  # nothing was said yet: another address of the same host may answer
        with plain:
            return _say(plain, sink.host, b"".join(frames), context, ends)
    return outcome


def _say(plain: socket.socket, host: str, content: bytes, context: ssl.SSLContext, ends: float) -> Outcome:
    try:
        plain.settimeout(_left(ends))
        with context.wrap_socket(plain, server_hostname=host) as secured:
            for start in range(0, len(content), _PIECE):
                secured.settimeout(_left(ends))
                secured.sendall(content[start : start + _PIECE])
            secured.settimeout(_left(ends))
            # If we crash before the answer, all of it is sent again: twice told is no loss.
            _close(secured, ends)
    except TimeoutError:
        return Outcome("later", "timed_out", is_way=True)
    except ssl.SSLCertVerificationError:
        return Outcome("later", "certificate_refused", is_way=True)
    except ssl.SSLEOFError:
        return Outcome("later", "dropped", is_way=True)
    except ssl.SSLError:
        return Outcome("later", "tls_failed", is_way=True)
    except OSError:
        return Outcome("later", "dropped", is_way=True)
    return Outcome("sent")


def _close(secured: ssl.SSLSocket, ends: float) -> None:
    """Say `close_notify` and return once the receiver has answered it. Raises `OSError` if it never does."""
    rest = secured.unwrap()
    with suppress(OSError):
        rest.settimeout(_left(ends))
        rest.shutdown(socket.SHUT_RDWR)
    rest.close()


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
