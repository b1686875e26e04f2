"""All SQL of delivery."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from services.notification.delivery.domain import LEASE, Mail, MailEnd, Trouble, UnsentMail
from services.notification.orders.domain import SUPERSEDED, MailKind, Order


async def claim_one(
    tx: Transaction, *, in_hand: Collection[UUID] = (), that_can_wait: bool = True
) -> Mail | None:
    """A due mail, or one whose sender's lease has run out; nobody else gets it for the length of the lease.
    One that can wait only if no other is due, and never without `that_can_wait`.

    Never one of those `in_hand`: their sender lives, in this very process, and only the database was away for
    so long. A kind that this release does not know is left to one that does.
    """
    statement = """
        WITH at_once AS (
            SELECT mail_key, state = 'sending' AS taken_over FROM mails
            WHERE NOT can_wait AND next_attempt_at <= now() AND kind = ANY($3::text[]) AND (
                state = 'queued'
                OR (state = 'sending' AND lease_until <= now() AND mail_key <> ALL($2::uuid[]))
            )
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
        ), in_turn AS (
            SELECT mail_key, state = 'sending' AS taken_over FROM mails
            WHERE $4 AND NOT EXISTS (SELECT FROM at_once)
                AND can_wait AND next_attempt_at <= now() AND kind = ANY($3::text[]) AND (
                state = 'queued'
                OR (state = 'sending' AND lease_until <= now() AND mail_key <> ALL($2::uuid[]))
            )
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
        ), due AS (SELECT * FROM at_once UNION ALL SELECT * FROM in_turn)
        UPDATE mails SET state = 'sending', attempts = attempts + 1, lease_until = now() + $1::interval,
            possible_duplicate = possible_duplicate OR taken_over,
            possibly_sent_at = CASE WHEN taken_over THEN greatest(now(), possibly_sent_at)
                ELSE possibly_sent_at END
        FROM due WHERE mails.mail_key = due.mail_key
        RETURNING mails.mail_key, kind, about_key, sealed_content, facts, attempts,
            now() AS claimed_at, taken_over, possibly_sent_at
    """
    kinds = [kind.value for kind in MailKind]
    row = await tx.fetchrow(statement, LEASE, list(in_hand), kinds, that_can_wait)
    return None if row is None else _claimed(row)


def _claimed(row: Row) -> Mail:
    return Mail(
        mail_key=row["mail_key"],
        order=Order(
            kind=MailKind(row["kind"]),
            about_key=row["about_key"],
            sealed_content=row["sealed_content"],
            facts=json.loads(row["facts"]),
        ),
        attempts=row["attempts"],
        claimed_at=row["claimed_at"],
        taken_over=row["taken_over"],
        possibly_sent_at=row["possibly_sent_at"],
    )


async def renew_lease(tx: Transaction, mail_key: UUID, *, attempt: int) -> None:
    """Its sender is alive: the lease begins anew."""
    statement = """
        UPDATE mails SET lease_until = now() + $3::interval
        WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
    """
    await tx.execute(statement, mail_key, attempt, LEASE)


async def end_mail(
    tx: Transaction,
    mail_key: UUID,
    *,
    attempt: int,
    end: MailEnd,
    left_at: datetime | None,
    trouble: Trouble | None,
) -> bool:
    """Stores the end, and the content is gone. `left_at`: when the relay took it, or may have. `trouble`: why
    it was abandoned. False when another sender took the mail over meanwhile.
    """
    statement = """
        UPDATE mails SET state = $3, sealed_content = NULL, ended_at = now(), lease_until = NULL,
            last_trouble = nullif($4, ''), failure = $6, possibly_sent_at = coalesce($5, possibly_sent_at)
        WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
    """
    numbers, failure = (trouble.numbers, trouble.failure.value) if trouble else ("", None)
    done = await tx.execute(statement, mail_key, attempt, end.value, numbers, left_at, failure)
    return done == "UPDATE 1"


async def postpone(tx: Transaction, mail_key: UUID, *, attempt: int, wait: timedelta, trouble: str) -> None:
    """Back to the queue for later."""
    statement = """
        UPDATE mails SET state = 'queued', next_attempt_at = now() + $3::interval, lease_until = NULL,
            last_trouble = $4
        WHERE mail_key = $1 AND attempts = $2 AND state = 'sending'
    """
    await tx.execute(statement, mail_key, attempt, wait, trouble)


async def note_possibly_sent(tx: Transaction, mail_key: UUID, *, claimed_at: datetime) -> None:
    """The relay may have taken the mail until now, and nobody heard it say so. A clock that was set back
    since the claim makes that no earlier.
    """
    statement = """
        UPDATE mails SET possibly_sent_at = greatest(now(), possibly_sent_at, $2) WHERE mail_key = $1
    """
    await tx.execute(statement, mail_key, claimed_at)


async def list_unsent(tx: Transaction, *, longer_than: timedelta) -> Sequence[UnsentMail]:
    """What should have left by now, and what was given up within a day; oldest first. Nothing that can
    wait, and nothing that a newer mail superseded.
    """
    statement = """
        SELECT mail_key, about_key, kind, created_at, attempts, coalesce(last_trouble, '') AS trouble,
            state = 'abandoned' AS is_abandoned, extract(epoch FROM now() - created_at)::float AS seconds
        FROM mails
        WHERE NOT can_wait AND (
            (state IN ('queued', 'sending') AND created_at < now() - $1::interval)
            OR (
                state = 'abandoned' AND ended_at > now() - interval '1 day'
                AND last_trouble IS DISTINCT FROM $2
            )
        )
        ORDER BY created_at
    """
    return [
        UnsentMail(
            mail_key=row["mail_key"],
            about_key=row["about_key"],
            kind=MailKind(row["kind"]),
            since=row["created_at"],
            seconds=row["seconds"],
            attempts=row["attempts"],
            trouble=row["trouble"],
            is_abandoned=row["is_abandoned"],
        )
        for row in await tx.fetch(statement, longer_than, SUPERSEDED)
    ]


async def forget_old_mails(tx: Transaction, *, older_than: timedelta) -> int:
    """Deletes a batch of mails that ended long ago; returns how many."""
    statement = """
        DELETE FROM mails WHERE mail_key IN (
            SELECT mail_key FROM mails WHERE ended_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, older_than, BATCH))
