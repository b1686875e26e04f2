"""The order of one customer's activation mail, as registration and notification have it on record."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from faults.customers import Customer
from faults.plant import Plant

OF_CUSTOMER = "FROM provisional_accounts WHERE customer_number = $1 ORDER BY registered_at DESC LIMIT 1"


async def mail_row(plant: Plant, registration_key: UUID) -> Any:
    """The order of an activation mail, with the time of its next attempt in seconds of the Unix clock."""
    statement = """
        SELECT mail_key, state, attempts, extract(epoch FROM next_attempt_at)::float AS next_at FROM mails
        WHERE about_key = $1 AND kind = 'activation'
    """
    async with (await plant.database("notification")).transaction() as tx:
        return await tx.fetchrow(statement, registration_key)


async def key_of(plant: Plant, customer: Customer) -> UUID:
    """The one registration of a customer."""
    async with (await plant.database("registration")).transaction() as tx:
        key: UUID = await tx.fetchval(f"SELECT registration_key {OF_CUSTOMER}", customer.customer_number)
    return key


async def state_of(plant: Plant, customer: Customer) -> str:
    """Of his newest registration."""
    async with (await plant.database("registration")).transaction() as tx:
        return str(await tx.fetchval(f"SELECT state {OF_CUSTOMER}", customer.customer_number))


async def until_attempted(plant: Plant, registration_key: UUID, attempts: int) -> Any:
    """The order as soon as so many attempts have ended. Raises TimeoutError."""
    async with asyncio.timeout(20):
        while True:
            row = await mail_row(plant, registration_key)
            if row and row["attempts"] == attempts and row["state"] != "sending":
                return row
            await asyncio.sleep(0.05)


async def bring_forward(plant: Plant, mail_key: UUID) -> None:
    """Its next attempt is now: nobody waits six hours for a test."""
    async with (await plant.database("notification")).transaction() as tx:
        await tx.execute("UPDATE mails SET next_attempt_at = now() WHERE mail_key = $1", mail_key)
