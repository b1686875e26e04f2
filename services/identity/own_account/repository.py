"""All SQL of what customers do with their own accounts; inside the caller's transaction."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction


async def list_numbers(tx: Transaction, account_key: UUID) -> list[str]:
    """Customer number and telephones of the account's contract."""
    statement = """
        SELECT customer_number || phone_numbers FROM accounts JOIN contracts USING (contract_key)
        WHERE account_key = $1
    """
    numbers: list[str] = await tx.fetchval(statement, account_key)
    return numbers
