"""Where a webhook may go: pure. The address is what is checked, and what is checked is what is connected to (CWE-918).

A receiver's URL is chosen by people who must not be able to reach what only this machine can reach: databases, other
services, the cloud's metadata. A name says nothing about that; the addresses it stands for do, at the moment of
the connection. So every look-up is checked whole, and nothing is looked up twice (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

import httpx

from governance.errors import InvalidError

IPv4, IPv6 = ipaddress.IPv4Network, ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's registry of special purposes, multicast, what is reserved and the retired relays of 6to4: written out, because
# what `ipaddress` calls private or global has changed from one release of Python to the next.
_NOT_PUBLIC_4: Final = tuple(
    IPv4(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only global unicast is public at all, and not those parts of it that carry another address or are for books.
_GLOBAL_UNICAST: Final = IPv6("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    IPv6(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_NAT64: Final = IPv6("64:ff9b::/96")

MOST_URL: Final = 1000
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True)
class Target:
    """A URL that was checked, in the parts that the connection is made of. Nothing parses the URL a second time."""

    url: httpx.URL = field(repr=False)
    host: str
    port: int
    is_allowed: bool
    """Whether the settings name this host, so that it may be one of the house and need no TLS."""


def target(url: str, allowed: Collection[str]) -> Target:
    """Return where `url` leads. `allowed` are the hosts that the settings name.

    https only, no user and password, no other way to write an address than the usual one.

    Raises `InvalidError`, which does not repeat the URL: many hold a secret.
    """
    if len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise InvalidError(f"a URL of at most {MOST_URL} printable ASCII characters", "url")
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        raise InvalidError("this is no URL", "url") from None
    # As it is asked for on the wire: a name of another script stays in its ASCII form.
    host = read.raw_host.decode("ascii").lower().rstrip(".")
    is_allowed = host in allowed
    if read.scheme != "https" and not (is_allowed and read.scheme == "http"):
        raise InvalidError("a webhook goes by https", "url")
    _, begins, rest = url.partition("://")
    if not begins:
        raise InvalidError("this is no URL", "url")
    if "@" in rest.split("/", 1)[0] or read.fragment:
        raise InvalidError("no user, password or fragment in the URL of a webhook", "url")
    literal = as_address(host)
    if literal is None and (not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2])):
        # 127.1, 0x7f.1, 2130706433: resolvers read them as addresses, people do not (WHATWG URL §3.5).
        raise InvalidError("a host is a name or an address written in full", "url")
    if literal is not None and not is_allowed and not is_public(literal):
        raise InvalidError("this address is not a public one", "url")
    port = (443 if read.scheme == "https" else 80) if read.port is None else read.port
    if not 1 <= port <= 65535:
        raise InvalidError("this is no port", "url")
    return Target(read, host, port, is_allowed)


def as_address(text: str) -> IPAddress | None:
    """Return the address that `text` is, written in full, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def reachable(found: Iterable[str], *, is_allowed: bool) -> list[str]:
    """Return the addresses that may be connected to, of those `found` for a name: all of them, or none.

    One address of the house among public ones is no accident but a trap: whoever answers so hopes that we pick it.
    """
    addresses = [as_address(text.partition("%")[0]) for text in dict.fromkeys(found)]
    if is_allowed:
        return [str(one) for one in addresses if one is not None]
    if not all(one is not None and is_public(one) for one in addresses):
        return []
    return [str(one) for one in addresses]


def is_public(address: IPAddress) -> bool:
    """Return whether `address` is one of the public internet, and nothing that leads back into a house.

    An address inside another (IPv4-mapped, 6to4, Teredo) is refused whatever is in it, except behind the well-known
    prefix of NAT64, which is how networks without IPv4 reach all the rest: there the one inside decides.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_4)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and not any(address in block for block in _NOT_PUBLIC_6)
