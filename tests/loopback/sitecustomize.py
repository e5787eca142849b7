"""Limits every Python process of the tests to loopback: what else it wants to reach or look up is refused, loudly.

The tests put this folder on PYTHONPATH, so that the servers and commands they start obey it too. An audit hook
(PEP 578) sees every socket of the process, whichever library opens it, and cannot be taken off again.
"""

import ipaddress
import sys

# What this process was refused: a library that swallows the exception does not hide the attempt.
refused: list[str] = []


class BeyondLoopbackError(RuntimeError):
    """The process wanted to leave the machine. Not an OSError: nobody may take it for a network that is down."""


def is_here(host: object) -> bool:
    """Return whether `host` is this machine: no name, `localhost`, or a loopback address."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def is_numeric(host: object) -> bool:
    """Return whether `host` is an address already, so that nothing is looked up (0.0.0.0 for binding, say)."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Raise `BeyondLoopbackError` for a look-up of a name, or a packet, that would leave the machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        # A path is a Unix socket; no address means the socket was connected before.
        if not isinstance(address, tuple) or is_here(address[0]):
            return
        target: object = address[0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        target = arguments[0]
        if is_here(target) or is_numeric(target):
            return
    else:
        return
    refused.append(f"{event} {target}")
    raise BeyondLoopbackError(f"{event} to {target}: tests stay on this machine")


sys.addaudithook(hook)
