"""All SQL of notification."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database.db import Transaction
from services.notification.domain import LEASE, Mail, MailKind


@dataclass(frozen=True)
class UnsentMail:
    """A mail that was ordered and has not left; `about_key` says whose it is, `seconds` how long it has
    waited by now.
    """

    mail_key: UUID
    about_key: UUID
    kind: MailKind
    since: datetime
    seconds: float
    attempts: int


class Mails:
    """The mails, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def order(
        self, mail_key: UUID, kind: MailKind, about_key: UUID, sealed_content: str, facts: Mapping[str, str]
    ) -> None:
        """At most one mail of a kind about one thing, whatever is delivered how often."""
        statement = """
            INSERT INTO mails (mail_key, kind, about_key, sealed_content, facts) VALUES ($1, $2, $3, $4, $5::jsonb)
            ON CONFLICT (kind, about_key) DO NOTHING
        """
        await self._tx.execute(
            statement, mail_key, kind.value, about_key, sealed_content, json.dumps(dict(facts))
        )

    async def claim_one(self, *, in_hand: Collection[UUID] = ()) -> Mail | None:
        """A due mail, or one whose sender's lease has run out; nobody else gets it for the length of the
        lease.

        Never one of those `in_hand`: their sender lives, in this very process, and only the database was away
        for so long.
        """
        statement = """
            WITH due AS (
                SELECT mail_key, state = 'sending' AS taken_over FROM mails
                WHERE (state = 'queued' AND next_attempt_at <= now())
                    OR (state = 'sending' AND lease_until <= now() AND mail_key <> ALL($2::uuid[]))
                ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            UPDATE mails SET state = 'sending', attempts = attempts + 1, lease_until = now() + $1::interval,
                possible_duplicate = possible_duplicate OR taken_over
            FROM due WHERE mails.mail_key = due.mail_key
            RETURNING mails.mail_key, kind, about_key, sealed_content, facts, attempts, now() AS claimed_at, taken_over
        """
        row = await self._tx.fetchrow(statement, LEASE, list(in_hand))
        if row is None:
            return None
        kind, facts = MailKind(row["kind"]), json.loads(row["facts"])
        content, claimed_at = row["sealed_content"], row["claimed_at"]
        return Mail(
            row["mail_key"],
            kind,
            row["about_key"],
            content,
            facts,
            row["attempts"],
            claimed_at,
            row["taken_over"],
        )

    async def renew_lease(self, mail_key: UUID, *, attempt: int) -> None:
        """Its sender is alive: the lease begins anew."""
        statement = """
            UPDATE mails SET lease_until = now() + $3::interval WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
        """
        await self._tx.execute(statement, mail_key, attempt, LEASE)

    async def end(self, mail_key: UUID, *, attempt: int, state: str) -> bool:
        """`sent` or `abandoned`, and the content is gone. False when another sender took the mail over in the
        meantime.
        """
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

    async def unsent(self, *, longer_than: timedelta) -> Sequence[UnsentMail]:
        """What should have left by now, oldest first."""
        statement = """
            SELECT mail_key, about_key, kind, created_at, extract(epoch FROM now() - created_at)::float AS seconds, attempts FROM mails
            WHERE state IN ('queued', 'sending') AND created_at < now() - $1::interval ORDER BY created_at
        """
        return [
            UnsentMail(
                row["mail_key"],
                row["about_key"],
                MailKind(row["kind"]),
                row["created_at"],
                row["seconds"],
                row["attempts"],
            )
            for row in await self._tx.fetch(statement, longer_than)
        ]

    async def forget_old(self, older_than: timedelta) -> None:
        """Deletes mails that ended long ago."""
        await self._tx.execute("DELETE FROM mails WHERE ended_at < now() - $1::interval", older_than)
