"""All SQL of bounces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from chassis.database.db import Transaction
from services.notification.bounces.domain import Bounce, BouncedMail, Outcome
from services.notification.orders.domain import MailKind, Order


async def find_mail(tx: Transaction, mail_keys: Sequence[UUID]) -> BouncedMail | None:
    """The first of these mails that ever began to leave, locked against another reader of the same bounce."""
    statement = """
        SELECT mail_key, kind, about_key, facts, coalesce(possibly_sent_at, ended_at) AS left_at
        FROM mails JOIN unnest($1::uuid[]) WITH ORDINALITY AS named (mail_key, place) USING (mail_key)
        WHERE attempts > 0 AND kind = ANY($2::text[]) ORDER BY place LIMIT 1 FOR UPDATE OF mails
    """
    row = await tx.fetchrow(statement, list(mail_keys), [kind.value for kind in MailKind])
    if row is None:
        return None
    order = Order(MailKind(row["kind"]), row["about_key"], "", json.loads(row["facts"]))
    return BouncedMail(row["mail_key"], order.kind, order.account_key, order.registration_key, row["left_at"])


async def add_bounce(tx: Transaction, mail: BouncedMail, bounce: Bounce, outcome: Outcome) -> bool:
    """Each message about a mail once; whether it is new."""
    statement = """
        INSERT INTO bounces (mail_key, fingerprint, outcome, reason) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING true
    """
    values = (mail.mail_key, bounce.fingerprint, outcome.value, bounce.failure.in_numbers)
    return bool(await tx.fetchval(statement, *values))


async def was_taken(tx: Transaction, mail: BouncedMail, bounce: Bounce) -> bool:
    """Whether the same message about that mail is known."""
    statement = "SELECT true FROM bounces WHERE mail_key = $1 AND fingerprint = $2"
    return bool(await tx.fetchval(statement, mail.mail_key, bounce.fingerprint))
