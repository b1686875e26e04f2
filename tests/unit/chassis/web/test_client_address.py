"""What throttles count a browser by (X2, X13)."""

from __future__ import annotations

import pytest

from chassis.web.client_address import client_address, client_network

KEY = b"k" * 32


def test_without_trusted_proxies_a_forged_header_changes_nothing() -> None:
    """X13."""
    assert client_address("192.0.2.1", "203.0.113.9", 0) == "192.0.2.1"


def test_behind_two_proxies_the_address_that_the_outer_one_saw_counts() -> None:
    """What stands further left was written by the client."""
    assert client_address("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2) == "203.0.113.9"


def test_a_header_with_too_few_hops_is_not_believed() -> None:
    """The request did not come through our proxies."""
    assert client_address("192.0.2.1", "6.6.6.6", 2) == "192.0.2.1"


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
