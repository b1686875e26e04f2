"""Hourly: links that are dead for long are deleted."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.recovery import repository
from services.identity.service import Identity


async def forget_old_resets(service: Identity) -> None:
    """Until then an old link can say why it is dead (X46). Replicas may do it at the same time."""
    await delete_in_batches(service.database, {"password_resets": repository.forget_resets})
