"""Hourly: a change of an address of which nothing can come any more is deleted, its addresses with it."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.mail_address import repository as changes
from services.identity.service import Identity


async def forget_address_changes(service: Identity) -> None:
    """Replicas may do it at the same time (X46)."""
    await delete_in_batches(service.database, {"address_changes": changes.forget_old_changes})
