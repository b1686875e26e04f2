"""Hourly: codes of the desk whose time is long over."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.enrolment import repository as codes
from services.identity.service import Identity


async def forget_old_codes(service: Identity) -> None:
    """Spent or not (docs/retention.md). Replicas may do it at once."""
    await delete_in_batches(service.database, {"enrolment_codes": codes.forget_old})
