"""The SQL of what waits for somebody's word."""

from __future__ import annotations

from datetime import timedelta

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
        SELECT registration_key, state, since, extract(epoch FROM now() - since)::float AS seconds, redrives
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
            row["redrives"],
        )
        for row in rows
    ]
