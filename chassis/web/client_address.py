"""Where a browser comes from, as throttles count attempts by it, made unreadable (X2, X13)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress


def client_address(peer: str | None, forwarded_for: str | None, trusted_proxies: int) -> str:
    """The address that the outermost proxy of ours saw. A header that says less than that is not believed."""
    hops = [hop.strip() for hop in (forwarded_for or "").split(",") if hop.strip()]
    if 0 < trusted_proxies <= len(hops):
        return hops[-trusted_proxies]
    return peer or ""


def client_network(address: str, key: bytes) -> str:
    """A keyed hash (hex) of the /24 or, for IPv6, the /56 that `address` lies in: equal for neighbours,
    useless to readers.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        network = "unknown"
    else:
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        seen = mapped or ip
        network = str(ipaddress.ip_network(f"{seen}/{24 if seen.version == 4 else 56}", strict=False))
    return hmac.new(key, b"client network|" + network.encode(), hashlib.sha256).hexdigest()
