"""The way to a database server: whether each transaction gets another of its sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CACHED_STATEMENTS = 100


@dataclass(frozen=True)
class Route:
    """What stands between us and the server.

    `pooler`: something that lends a session for a transaction only, as PgBouncer with `pool_mode =
    transaction` (ADR 0037). A session then keeps nothing of ours: each transaction brings its limits, and no
    statement is prepared for the next one.
    """

    pooler: bool = False

    def arguments(self, limits: Mapping[str, str], **settings: str) -> dict[str, Any]:
        """How asyncpg is to connect. A pooler refuses a session that begins with limits."""
        told = settings if self.pooler else {**settings, **limits}
        return {
            "server_settings": told,
            "statement_cache_size": 0 if self.pooler else _CACHED_STATEMENTS,
        }

    def begin(self, limits: Mapping[str, str]) -> str:
        """What begins a transaction, and sets its limits where the session does not have them: one round
        trip all the same.
        """
        set_here = [f"SET LOCAL {name} = '{value}'" for name, value in limits.items()] if self.pooler else []
        return "; ".join(["BEGIN", *set_here])


DIRECT = Route()
