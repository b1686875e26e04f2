"""Hourly: what nobody can use any more is deleted."""

from __future__ import annotations

from chassis.database import throttle
from chassis.database.batches import delete_in_batches
from chassis.messaging import inbox
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def forget_old(service: Identity) -> None:
    """Deletes dead sessions and spent login proofs (X46), and what the chassis remembers of limits and of
    messages. Replicas may do it at the same time.
    """
    await delete_in_batches(
        service.database,
        {
            "sessions": sessions.forget_dead_sessions,
            "login_proofs": sessions.forget_spent_login_proofs,
            "throttle_hits": throttle.forget_old,
            "inbox": inbox.forget_old,
        },
    )
