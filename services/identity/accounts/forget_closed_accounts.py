"""Hourly: what is left of accounts that were closed years ago."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.identity.accounts import repository as accounts
from services.identity.service import Identity


async def forget_closed_accounts(service: Identity) -> None:
    """Those that no audit names any more (docs/retention.md). Replicas may do it at once."""
    await delete_in_batches(service.database, {"closed_accounts": accounts.forget_closed_accounts})
