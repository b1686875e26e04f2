"""How soon each side of a connection notices that the other one is gone without a word: within 10 s."""

from __future__ import annotations

import socket
from typing import Any

SERVER_SIDE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "9000",
    # A statement whose client is gone ends, and its locks with it.
    "client_connection_check_interval": "2000",
}
"""Settings of a session, in seconds and milliseconds: what a client that vanished held is free again soon."""

_CLIENT_SIDE = {
    "TCP_KEEPIDLE": 5,  # seconds
    "TCP_KEEPINTVL": 2,  # seconds
    "TCP_KEEPCNT": 2,
    "TCP_USER_TIMEOUT": 9_000,  # milliseconds that what we sent may stay unconfirmed
}


async def notice_dead_peers(connection: Any) -> None:
    """Lets the kernel end this asyncpg connection when the server's machine answers no more. Options that
    this system does not know are left out.
    """
    plug = connection._transport.get_extra_info("socket")
    if plug is None or plug.family not in (socket.AF_INET, socket.AF_INET6):
        return
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _CLIENT_SIDE.items():
        if hasattr(socket, name):
            plug.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
