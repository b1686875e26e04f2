"""Hourly: what nobody can use any more is deleted."""

from __future__ import annotations

from chassis.database import throttle
from chassis.messaging import inbox
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def forget_old(service: Identity) -> None:
    """Deletes dead sessions and spent login proofs (X46), and what the chassis remembers of limits and of
    messages. Replicas may do it at the same time.
    """
    async with service.database.transaction() as tx:
        await sessions.forget_dead_sessions(tx)
        await sessions.forget_spent_login_proofs(tx)
        await throttle.forget_old(tx)
        await inbox.forget_old(tx)
