"""How the world outside is reached: names become addresses, and certificates are trusted, as this machine is set up to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from governance.messages import reach

_MOST_ADDRESSES: Final = 3


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of `host`, as the machine's resolver knows them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


@dataclass(frozen=True)
class Outside:
    """The world as deliveries see it. Nothing else of a delivery can be exchanged: what is checked stays checked."""

    resolve: Callable[[str, int], list[str]] = look_up
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def addresses(self, host: str, port: int, *, is_allowed: bool) -> tuple[Sequence[str], str]:
        """Return where `host` may be connected to, three addresses at most, or none and why.

        The name is looked up once, and every address of it checked (`reach`): `unresolvable`, `forbidden_address`.
        """
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            found = []
        addresses = reach.reachable(found, is_allowed=is_allowed)
        return addresses[:_MOST_ADDRESSES], "forbidden_address" if found else "unresolvable"


WORLD = Outside()
