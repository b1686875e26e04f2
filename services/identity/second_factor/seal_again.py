"""Hourly: secrets that lie in a box of an older key are sealed with the newest one."""

from __future__ import annotations

from messages.second_factor import OneTimeSecret
from services.identity.second_factor import repository
from services.identity.service import Identity


async def seal_again(service: Identity) -> None:
    """So that a key which was changed can be thrown away (docs/runbook.md, 8). What was sealed with a key
    that is not held any more is lost, and stays as it is. Replicas may do it at once.
    """
    while await _seal_batch(service) >= repository.AT_A_TIME:
        pass


async def _seal_batch(service: Identity) -> int:
    _, *older = service.unsealer.key_ids
    async with service.database.transaction() as tx:
        found = await repository.list_sealed_with(tx, older)
        for account_key, sealed in found:
            secret = service.unsealer.open(sealed, OneTimeSecret, bound_to=account_key)
            again = service.sealer.seal(secret, to="identity", bound_to=account_key)
            await repository.keep_secret(tx, account_key, again)
    return len(found)
