"""Hourly: challenges that no page offers any more."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.passkeys import repository as passkeys
from services.identity.service import Identity


async def forget_old_challenges(service: Identity) -> None:
    """Deletes them. Replicas may do it at the same time."""
    await delete_in_batches(service.database, {"passkey_challenges": passkeys.forget_old_challenges})
