"""Where a webhook may go: each way that others were tricked into their own house is a case here (CVE-2023-46124 among them)."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import InvalidError
from governance.messages import reach

TRAPS = {
    "loopback": "127.0.0.1",
    "loopback, elsewhere in the block": "127.8.8.8",
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "metadata of clouds": "169.254.169.254",
    "carrier-grade NAT": "100.64.0.1",
    "metadata of one more cloud": "100.100.100.200",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "benchmarks": "198.18.0.1",
    "books": "203.0.113.7",
    "retired 6to4 relay": "192.88.99.1",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "IPv4-mapped loopback": "::ffff:127.0.0.1",
    "IPv4-mapped metadata": "::ffff:a9fe:a9fe",
    "IPv4-mapped public": "::ffff:8.8.8.8",
    "IPv4-compatible": "::7f00:1",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of metadata": "64:ff9b::a9fe:a9fe",
    "NAT64 of this site": "64:ff9b:1::1",
    "6to4 of a private address": "2002:a00:1::",
    "Teredo": "2001:0:53aa:64c:0:0:0:0",
    "link-local 6": "fe80::1",
    "unique local": "fd00::1",
    "metadata 6": "fd00:ec2::254",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "books 6": "2001:db8::1",
}
PUBLIC = ("8.8.8.8", "93.184.216.34", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808")


@pytest.mark.parametrize("address", TRAPS.values(), ids=TRAPS)
def test_an_address_that_leads_back_into_a_house_is_not_public(address: str) -> None:
    assert not reach.is_public(ipaddress.ip_address(address))
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidError):
        reach.target(f"https://{literal}/", ())
    assert reach.reachable([address], is_allowed=False) == []
    assert reach.reachable(["8.8.8.8", address], is_allowed=False) == [], "one trap among public addresses"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert reach.reachable([address], is_allowed=False) == [address]


@given(st.ip_addresses(v=4))
def test_nothing_that_python_knows_as_private_or_multicast_is_public(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not reach.is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_an_ipv6_one_is_never_more_public_than_itself(
    inner: ipaddress.IPv4Address,
) -> None:
    bits = int(inner)
    for prefix in ("::ffff:0:0", "::", "2002::", "64:ff9b::"):
        shift = 80 if prefix == "2002::" else 0
        outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | bits << shift)
        assert reach.is_public(inner) or not reach.is_public(outer)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https:",
        "https:example.com",
        "https:/example.com",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "https://",
        "https:///path",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https://@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com#@127.0.0.1/",
        "https://example.com/#fragment",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://[::1%25eth0]/",
        "https://[::1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://exa%6dple.com/",
        "https://exam ple.com/",
        "https://example.com\t/",
        "https://example.com\r\nHost: internal/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://example.com/" + "a" * 1000,
    ],
)
def test_a_url_that_two_programs_could_read_differently_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(InvalidError) as refused:
        reach.target(url, ())
    assert "example" not in str(refused.value)
    assert "password" not in str(refused.value).replace("no user, password", "")


def test_a_url_is_taken_apart_once() -> None:
    found = reach.target("https://Hooks.Example.com.:8443/in?key=1", ())
    assert (found.host, found.port, found.is_allowed) == ("hooks.example.com", 8443, False)
    assert reach.target("https://hooks.example.com/", ()).port == 443


def test_a_host_that_the_settings_name_may_be_private_and_plain_and_no_other_host_may() -> None:
    allowed = {"intranet", "10.0.0.7"}
    for url in ("http://intranet/", "https://intranet/", "http://10.0.0.7:8080/"):
        assert reach.target(url, allowed).is_allowed
    for url in ("http://intranet.example.com/", "http://10.0.0.8/", "https://10.0.0.8/", "ftp://intranet/"):
        with pytest.raises(InvalidError):
            reach.target(url, allowed)
    assert reach.reachable(["10.0.0.7"], is_allowed=True) == ["10.0.0.7"]
