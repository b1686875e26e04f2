"""All SQL of orders."""

from __future__ import annotations

import json
from uuid import UUID

from chassis.database.db import Transaction
from services.notification.orders.domain import Order


async def add_order(tx: Transaction, mail_key: UUID, order: Order) -> None:
    """At most one mail of a kind about one thing, whatever is delivered how often."""
    statement = """
        INSERT INTO mails (mail_key, kind, about_key, sealed_content, facts)
        VALUES ($1, $2, $3, $4, $5::jsonb)
        ON CONFLICT (kind, about_key) DO NOTHING
    """
    facts = json.dumps(dict(order.facts))
    await tx.execute(statement, mail_key, order.kind.value, order.about_key, order.sealed_content, facts)
