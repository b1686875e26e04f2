"""The SQL of what waits for somebody's word."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.registration import ProvisionalState
from services.registration.saga.domain import StuckRegistration


async def standing_still(
    tx: Transaction, *, without_mail: timedelta, without_answer: timedelta
) -> list[StuckRegistration]:
    """Registered for longer than `without_mail` and no news of the mail, or activated for longer than
    `without_answer`; oldest first.
    """
    statement = """
        SELECT registration_key, state, since, extract(epoch FROM now() - since)::float AS seconds,
            CASE state WHEN 'registered' THEN mail_orders - 1 ELSE redrives END AS tries
        FROM provisional_accounts, LATERAL (
            SELECT CASE state WHEN 'registered' THEN registered_at ELSE activated_at END AS since
        ) AS begun
        WHERE (state = 'registered' AND registered_at < now() - $1::interval)
           OR (state = 'activated' AND activated_at < now() - $2::interval)
        ORDER BY since
    """
    rows = await tx.fetch(statement, without_mail, without_answer)
    return [
        StuckRegistration(
            row["registration_key"],
            ProvisionalState(row["state"]),
            row["since"],
            row["seconds"],
            row["tries"],
        )
        for row in rows
    ]


async def add_activation_token(tx: Transaction, registration_key: UUID, activation_token_hash: str) -> None:
    """From now on that token, too, opens the registration."""
    statement = """
        INSERT INTO further_activation_tokens (activation_token_hash, registration_key) VALUES ($1, $2)
    """
    await tx.execute(statement, activation_token_hash, registration_key)


async def note_mail_order(tx: Transaction, registration_key: UUID, orders: int, wait: timedelta) -> None:
    """The mail was ordered for the `orders`-th time; the next order is due after `wait`."""
    statement = """
        UPDATE provisional_accounts SET mail_orders = $2, next_mail_order_at = now() + $3::interval
        WHERE registration_key = $1
    """
    await tx.execute(statement, registration_key, orders, wait)


async def hasten_mail_orders(tx: Transaction) -> int:
    """Every registration without word of its mail orders it again at the next look; how many there are."""
    statement = "UPDATE provisional_accounts SET next_mail_order_at = now() WHERE state = 'registered'"
    return affected(await tx.execute(statement))


async def note_replaced_contract(tx: Transaction, contract_key: UUID) -> None:
    """Nobody may register for that contract any more."""
    await tx.execute(
        "INSERT INTO replaced_contracts (contract_key) VALUES ($1) ON CONFLICT DO NOTHING", contract_key
    )


async def forget_replaced_contracts(tx: Transaction, *, older_than: timedelta) -> int:
    """Deletes a batch of what was noted so long ago that no proof of before is left; returns how many."""
    statement = """
        DELETE FROM replaced_contracts WHERE contract_key IN (
            SELECT contract_key FROM replaced_contracts WHERE replaced_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, older_than, BATCH))
