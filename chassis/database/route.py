"""The way to a database server: whether each transaction gets another of its sessions, and whose word its
certificate is believed by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chassis.security.trust import believing

_CACHED_STATEMENTS = 100


@dataclass(frozen=True)
class Route:
    """What stands between us and the server.

    `pooler`: something that lends a session for a transaction only, as PgBouncer with `pool_mode =
    transaction` (ADR 0037). A session then keeps nothing of ours: each transaction brings its limits, and no
    statement is prepared for the next one.

    `ca_file`: nothing is said to a server without TLS, nor to one that none of its authorities vouches for.
    """

    pooler: bool = False
    ca_file: Path | None = None

    def arguments(self, url: str, limits: Mapping[str, str], **settings: str) -> dict[str, Any]:
        """How asyncpg is to connect. A pooler refuses a session that begins with limits."""
        told = settings if self.pooler else {**settings, **limits}
        checks = self.ca_file is not None or _wants_the_systems_authorities(url)
        return {
            "ssl": believing(self.ca_file) if checks else None,
            "server_settings": told,
            "statement_cache_size": 0 if self.pooler else _CACHED_STATEMENTS,
        }

    def begin(self, limits: Mapping[str, str]) -> str:
        """What begins a transaction, and sets its limits where the session does not have them: one round
        trip all the same.
        """
        set_here = [f"SET LOCAL {name} = '{value}'" for name, value in limits.items()] if self.pooler else []
        return "; ".join(["BEGIN", *set_here])


def _wants_the_systems_authorities(url: str) -> bool:
    """asyncpg would look for a file in the home of a user, and fail in a way of its own."""
    asked = dict(parse_qsl(urlsplit(url).query))  # of a URL that may name several hosts
    return asked.get("sslmode", "").startswith("verify-") and "sslrootcert" not in asked


DIRECT = Route()
