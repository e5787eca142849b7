"""A sink that is a receiver of syslog over TLS (RFC 5425): one connection a delivery, closed in the way the RFC wants.

Syslog has no acknowledgement. What comes nearest is the close: after our `close_notify` the receiver must answer with
its own (§4.4), and TLS hands it ours only behind every byte before it. So nothing counts as told before that answer; a
good handshake alone proves nothing, since a receiver that refuses us in TLS 1.3 says so only afterwards.

Some receivers break that rule and merely close (rsyslog with GnuTLS). Where policy says so, a close counts if the receiver's
machine had acknowledged every byte while the connection still stood: a kernel resets, and does not close, what was not read.
"""

from __future__ import annotations

import fcntl
import socket
import ssl
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from governance.policy.sinks import SyslogSink

CONNECT_S: Final = 5.0
DEADLINE_S: Final = 30.0
_PIECE: Final = 16 * 1024
_ESTABLISHED: Final = 1
"""The state of a connection that neither side has begun to close (Linux, `tcp_info.tcpi_state`)."""


def send(
    sink: SyslogSink, frames: Sequence[bytes], context: ssl.SSLContext, outside: Outside, *, is_allowed: bool
) -> Outcome:
    """Send `frames` to the sink and return what became of them. Raises nothing that a receiver could cause.

    The name is looked up once and every address of it checked; all of it is over within a deadline.
    """
    addresses, why = outside.addresses(sink.host, sink.port, is_allowed=is_allowed)
    if not addresses:
        return Outcome("later", why, is_way=True)
    ends = time.monotonic() + DEADLINE_S
    outcome = Outcome("later", "connect_failed", is_way=True)
    for address in addresses:
        try:
            plain = socket.create_connection((address, sink.port), timeout=CONNECT_S)
        except TimeoutError:
            outcome = Outcome("later", "timed_out", is_way=True)
            continue
        except OSError:
            continue  # nothing was said yet: another address of the same host may answer
        with plain:
            return _say(plain, sink, b"".join(frames), context, ends)
    return outcome


def _say(
    plain: socket.socket, sink: SyslogSink, content: bytes, context: ssl.SSLContext, ends: float
) -> Outcome:
    was_acknowledged = False
    try:
        plain.settimeout(_left(ends))
        with context.wrap_socket(plain, server_hostname=sink.host) as secured:
            for start in range(0, len(content), _PIECE):
                secured.settimeout(_left(ends))
                secured.sendall(content[start : start + _PIECE])
            was_acknowledged = sink.confirm == "close" and _is_acknowledged(secured, ends)
            secured.settimeout(_left(ends))
            # If we crash before the answer, all of it is sent again: twice told is no loss.
            _close(secured, ends)
    except TimeoutError:
        return Outcome("later", "timed_out", is_way=True)
    except ssl.SSLCertVerificationError:
        return Outcome("later", "certificate_refused", is_way=True)
    except ssl.SSLEOFError:
        if was_acknowledged:
            return Outcome("sent")
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


def _is_acknowledged(secured: ssl.SSLSocket, ends: float) -> bool:
    """Return whether the other machine has every byte and has not begun to close, waiting for it within the deadline."""
    while _left(ends):
        unsent = int.from_bytes(fcntl.ioctl(secured, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        if secured.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != _ESTABLISHED:
            return False
        if unsent == 0:
            return True
        time.sleep(0.002)
    return False


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
