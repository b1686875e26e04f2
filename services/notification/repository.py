"""All SQL of notification."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from chassis.db import Transaction
from services.notification.domain import LEASE, Mail, MailKind


class Mails:
    """The mails, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def order(self, mail_key: UUID, kind: MailKind, about_key: UUID, sealed_content: str, facts: Mapping[str, str]) -> None:
        """At most one mail of a kind about one thing, whatever is delivered how often."""
        statement = """
            INSERT INTO mails (mail_key, kind, about_key, sealed_content, facts) VALUES ($1, $2, $3, $4, $5::jsonb)
            ON CONFLICT (kind, about_key) DO NOTHING
        """
        await self._tx.execute(statement, mail_key, kind.value, about_key, sealed_content, json.dumps(dict(facts)))

    async def claim_one(self) -> Mail | None:
        """A due mail, or one whose sender's lease has run out; nobody else gets it for the length of the lease."""
        statement = """
            UPDATE mails SET state = 'sending', attempts = attempts + 1, lease_until = now() + $1::interval
            WHERE mail_key = (
                SELECT mail_key FROM mails
                WHERE (state = 'queued' AND next_attempt_at <= now()) OR (state = 'sending' AND lease_until <= now())
                ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING mail_key, kind, about_key, sealed_content, facts, attempts
        """
        row = await self._tx.fetchrow(statement, LEASE)
        if row is None:
            return None
        kind, facts = MailKind(row["kind"]), json.loads(row["facts"])
        return Mail(row["mail_key"], kind, row["about_key"], row["sealed_content"], facts, row["attempts"])

    async def end(self, mail_key: UUID, *, attempt: int, state: str) -> bool:
        """`sent` or `abandoned`, and the content is gone. False when another sender took the mail over in the meantime."""
        statement = """
            UPDATE mails SET state = $3, sealed_content = NULL, ended_at = now(), lease_until = NULL
            WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
        """
        return await self._tx.execute(statement, mail_key, attempt, state) == "UPDATE 1"

    async def postpone(self, mail_key: UUID, *, attempt: int, wait: timedelta) -> None:
        """Back to the queue for later."""
        statement = """
            UPDATE mails SET state = 'queued', next_attempt_at = now() + $3::interval, lease_until = NULL
            WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
        """
        await self._tx.execute(statement, mail_key, attempt, wait)

    async def forget_old(self, older_than: timedelta) -> None:
        """Deletes mails that ended long ago."""
        await self._tx.execute("DELETE FROM mails WHERE ended_at < now() - $1::interval", older_than)
