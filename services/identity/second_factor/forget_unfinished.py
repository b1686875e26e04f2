"""Hourly: secrets and log-ins for which no code came."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.second_factor import repository
from services.identity.service import Identity


async def forget_unfinished(service: Identity) -> None:
    """What has waited for too long is worth nothing before it goes (docs/retention.md). Replicas may do it at
    once.
    """
    await delete_in_batches(
        service.database,
        {
            "second_factor_setups": repository.forget_setups,
            "pending_log_ins": repository.forget_pending,
        },
    )
