"""What throttles count a browser by (X2, X13)."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from chassis.web.client_address import client_address, client_network

KEY = b"k" * 32
OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
PEER = "10.0.0.1"  # a proxy of ours


@pytest.mark.parametrize(
    ("lines", "hops", "address"),
    [
        ([], 1, PEER),
        ([""], 1, PEER),
        ([" , ,"], 1, PEER),
        (["203.0.113.9"], 0, PEER),
        (["203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6", "6.6.6.7", "203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 6.6.6.7", "203.0.113.9, 10.0.0.2"], 2, "203.0.113.9"),
        (["203.0.113.9", "10.0.0.2"], 2, "203.0.113.9"),
        (["203.0.113.9,"], 1, "203.0.113.9"),
        (["203.0.113.9", ""], 1, "203.0.113.9"),
        (["6.6.6.6"], 2, PEER),
        (["203.0.113.9:51234"], 1, "203.0.113.9"),
        (["6.6.6.6:1, 203.0.113.9:51234"], 1, "203.0.113.9"),
        (["\t203.0.113.9 "], 1, "203.0.113.9"),
        (['"203.0.113.9:51234"'], 1, "203.0.113.9"),
        (["[203.0.113.9]:80"], 1, "203.0.113.9"),
        (["2001:db8::1"], 1, "2001:db8::1"),
        (["[2001:db8::1]"], 1, "2001:db8::1"),
        (["[2001:db8::1]:443"], 1, "2001:db8::1"),
        (['"[2001:db8::1]:443"'], 1, "2001:db8::1"),
        (["2001:DB8:0::1"], 1, "2001:db8::1"),
        (["fe80::1%eth0"], 1, "fe80::1"),
        (["[fe80::1%25eth0]:443"], 1, "fe80::1"),
        (["::ffff:203.0.113.9"], 1, "203.0.113.9"),
        (["[::ffff:203.0.113.9]:443"], 1, "203.0.113.9"),
        (["unknown"], 1, PEER),
        (["_hidden"], 1, PEER),
        (["203.0.113.9, unknown"], 1, PEER),
        (["203.0.113.9:"], 1, PEER),
        (["203.0.113.9:http"], 1, PEER),
        (["203.0.113.999"], 1, PEER),
        (["203.0.113"], 1, PEER),
        (["0x7f000001"], 1, PEER),
        (["2130706433"], 1, PEER),
        (["[2001:db8::1"], 1, PEER),
        (["[2001:db8::1]x"], 1, PEER),
        (["2001:db8::1::2"], 1, PEER),
        (["203.0.113.9; DROP"], 1, PEER),
        (["https://203.0.113.9"], 1, PEER),
        (["２０３.0.113.9"], 1, PEER),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(lines: list[str], hops: int, address: str) -> None:
    """In all lines together, without port and brackets; what cannot be read is the peer's own."""
    assert client_address(PEER, lines, hops, OURS) == address


@pytest.mark.parametrize(
    ("peer", "believed"),
    [
        ("10.9.9.9", True),
        ("::ffff:10.0.0.1", True),
        ("fd00::1", True),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
        ("11.0.0.1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_a_peer_in_our_networks_is_believed(peer: str | None, believed: bool) -> None:
    """Anybody else writes the header as he likes (X13)."""
    seen = client_address(peer, ["203.0.113.9"], 1, OURS)
    assert seen == ("203.0.113.9" if believed else peer or "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8:0:1200::1", "2001:db8:0:12ff::2"),
        ("::ffff:192.0.2.1", "192.0.2.9"),
    ],
)
def test_neighbours_share_a_network(one: str, other: str) -> None:
    """/24 and /56; an IPv4 address is the same in IPv6 clothes."""
    assert client_network(one, KEY) == client_network(other, KEY)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.1", "192.0.3.1"), ("2001:db8:0:1200::1", "2001:db8:0:1300::1")]
)
def test_strangers_do_not(one: str, other: str) -> None:
    """The next /24 and the next /56 are others."""
    assert client_network(one, KEY) != client_network(other, KEY)


def test_the_network_is_a_hash_that_depends_on_the_key() -> None:
    """So nobody can try all networks without it."""
    assert client_network("192.0.2.1", KEY) != client_network("192.0.2.1", b"x" * 32)
    assert len(client_network("192.0.2.1", KEY)) == 64


def test_an_address_that_is_none_is_counted_all_the_same() -> None:
    """Whoever hides his address shares one bucket with everybody who does."""
    assert client_network("", KEY) == client_network("unix", KEY)
