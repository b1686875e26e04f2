"""All SQL of orders."""

from __future__ import annotations

import json
from uuid import UUID

from chassis.database.db import Transaction
from messages.mail_failure import MailFailure
from services.notification.orders.domain import SUPERSEDED, EndedMail, MailKind, Order


async def add_order(tx: Transaction, mail_key: UUID, order: Order) -> bool:
    """At most one mail of a kind about one thing, whatever is delivered how often. False if there was one."""
    statement = """
        INSERT INTO mails (mail_key, kind, about_key, sealed_content, facts, can_wait)
        VALUES ($1, $2, $3, $4, $5::jsonb, $6)
        ON CONFLICT (kind, about_key) DO NOTHING
    """
    facts = json.dumps(dict(order.facts))
    kind = order.kind
    values = (mail_key, kind.value, order.about_key, order.sealed_content, facts, kind.can_wait)
    return await tx.execute(statement, *values) == "INSERT 0 1"


async def find_end(tx: Transaction, kind: MailKind, about_key: UUID) -> EndedMail | None:
    """What became of the mail of that kind; None while it waits, if there is none, or if a newer one took its
    place: nobody waits for word of it.
    """
    statement = """
        SELECT state = 'sent' AS was_sent,
            coalesce(possibly_sent_at, CASE state WHEN 'sent' THEN ended_at END) AS left_at, failure
        FROM mails
        WHERE kind = $1 AND about_key = $2 AND ended_at IS NOT NULL AND last_trouble IS DISTINCT FROM $3
    """
    row = await tx.fetchrow(statement, kind.value, about_key, SUPERSEDED)
    if row is None:
        return None
    failure = None if row["failure"] is None else MailFailure(row["failure"])
    return EndedMail(was_sent=row["was_sent"], left_at=row["left_at"], failure=failure)


async def withdraw_order(tx: Transaction, mail_key: UUID, kind: MailKind, about_key: UUID) -> None:
    """The mail of that kind need not leave any more: one that waits does not, and one whose order comes late
    finds its place taken under `mail_key`. What is leaving at this moment, or has left, stays as it is.
    """
    statement = """
        INSERT INTO mails (mail_key, kind, about_key, facts, state, ended_at, last_trouble)
        VALUES ($1, $2, $3, '{}', 'abandoned', now(), $4)
        ON CONFLICT (kind, about_key) DO UPDATE
        SET state = 'abandoned', ended_at = now(), last_trouble = $4, sealed_content = NULL
        WHERE mails.state = 'queued'
    """
    await tx.execute(statement, mail_key, kind.value, about_key, SUPERSEDED)
