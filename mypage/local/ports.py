"""Free TCP ports of the loopback interface.

They are taken below the range that systems hand out to outgoing connections (32768 and up on Linux). A server
that is killed can then have its port back: no client was given it meanwhile, and none that reconnects in a
loop can by accident connect to itself.
"""

import itertools
import secrets
import socket

_LOWEST, _HIGHEST = 20_000, 32_000
_LOOPBACK = "127.0.0.1"
_steps = itertools.count(
    secrets.randbelow(_HIGHEST - _LOWEST)
)  # two of us on one machine begin at different ports


def is_free(port: int) -> bool:
    """True when a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections that are closing do not count
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that are free now, and none that was handed out shortly before.

    Nothing reserves them, so a caller must bear that another program takes one before it listens.
    """
    found: list[int] = []
    while len(found) < count:
        port = _LOWEST + next(_steps) % (_HIGHEST - _LOWEST)
        if is_free(port):
            found.append(port)
    return found


def answers(port: int) -> bool:
    """True when something accepts a connection on this port of 127.0.0.1."""
    try:
        socket.create_connection((_LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


class PortTaken(RuntimeError):
    """Somebody else listens on a port that is ours by configuration. The text is for the operator."""


def require_free(port: int, setting: str) -> None:
    """Raises PortTaken, naming the setting that chooses another port."""
    if not is_free(port):
        raise PortTaken(
            f"ポート {port} はほかのプログラムが使っています。{setting} で別の番号を指定してください。"
        )
