"""Where a browser comes from, as throttles count attempts by it, made unreadable (X2, X13)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network


def client_address(
    peer: str | None,
    forwarded_for: Sequence[str],
    trusted_proxies: int,
    networks: Iterable[IPv4Network | IPv6Network],
) -> str:
    """The address that the outermost of our `trusted_proxies` saw, without port; `forwarded_for` holds all
    lines of the header, in their order.

    The peer's own where it lies in none of the `networks`, or where the header says less than our proxies
    write, or nothing readable in that place.
    """
    hops = [hop for line in forwarded_for for hop in line.split(",") if hop.strip()]
    if peer and 0 < trusted_proxies <= len(hops) and lies_in(peer, networks):
        seen = _address_in(hops[-trusted_proxies])
        if seen is not None:
            return str(seen)
    return peer or ""


def lies_in(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Whether the address lies in one of them."""
    ip = _address_in(address)
    return ip is not None and any(ip in network for network in networks)


def bucket_of(address: str) -> str:
    """The /24 or, for IPv6, the /56 that `address` lies in; "unknown" if it is none."""
    ip = _address_in(address)
    if ip is None:
        return "unknown"
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 56}", strict=False))


@lru_cache(maxsize=4096)  # a browser comes many times
def client_network(address: str, key: bytes) -> str:
    """A keyed hash (hex) of the address's bucket: equal for neighbours, useless to readers."""
    return hmac.new(key, b"client network|" + bucket_of(address).encode(), hashlib.sha256).hexdigest()


def _address_in(hop: str) -> IPv4Address | IPv6Address | None:
    """The address of `v4`, `v4:port`, `v6`, `v6%zone`, `[v6]` or `[v6]:port`, quoted or not."""
    text = hop.strip().strip('"').strip()
    if text.startswith("["):
        text, closed, port = text[1:].partition("]")
        if not closed or (port and not _is_port(port)):
            return None
    elif text.count(":") == 1:
        text, _, number = text.partition(":")
        if not _is_port(f":{number}"):
            return None
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def _is_port(text: str) -> bool:
    return text[:1] == ":" and text[1:].isascii() and text[1:].isdigit()
