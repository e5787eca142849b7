"""How the world outside is reached: names become addresses, and certificates are trusted, as this machine is set up to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of `host`, as the machine's resolver knows them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


@dataclass(frozen=True)
class Outside:
    """The world as deliveries see it. Nothing else of a delivery can be exchanged: what is checked stays checked."""

    resolve: Callable[[str, int], list[str]] = look_up
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


WORLD = Outside()
