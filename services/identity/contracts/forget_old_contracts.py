"""Hourly: contracts whose number passed on to another holder years ago, and audits of old imports."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.contracts import repository as contracts
from services.identity.service import Identity


async def forget_old_contracts(service: Identity) -> None:
    """Present holders stay: the billing system's export says who they are (docs/retention.md). Replicas may
    do it at once.
    """
    await delete_in_batches(
        service.database,
        {"replaced_contracts": contracts.forget_replaced, "imports": contracts.forget_imports},
    )
