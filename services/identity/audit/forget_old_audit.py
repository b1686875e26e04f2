"""Hourly: entries whose time is over."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.audit import repository as audit
from services.identity.service import Identity


async def forget_old_audit(service: Identity) -> None:
    """After a year; what the desk did, after seven (docs/retention.md). Replicas may do it at once."""
    await delete_in_batches(service.database, {"audit_entries": audit.forget_old})
