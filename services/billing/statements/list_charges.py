"""ご利用料金: the list of months. What it lacks cannot be opened either (T25)."""

from __future__ import annotations

from chassis.database.db import now
from chassis.messaging.dispatch import DeliveryInfo
from messages.billing import ChargesListed, ListCharges, ListedStatement
from services.billing.service import Billing
from services.billing.statements import repository
from services.billing.statements.domain import WindowRule


async def list_charges(service: Billing, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """At most a year, newest first (T24). Raises SESSION_ENDED without a fresh word of identity."""
    rule = WindowRule(service.listed_months, service.first_listed_month)
    async with service.database.autocommit() as tx:
        session = service.session_of(query.session_assertion, await now(tx))
        newest = await repository.newest_published_month(tx)
        window = rule.window(newest, session.charges_from)
        listed = await repository.list_statements(tx, session.customer_number, window)
    return ChargesListed(
        statements=tuple(
            ListedStatement(billing_month=each.billing_month, amount_yen=each.amount_yen) for each in listed
        ),
        listed_months=service.listed_months,
        first_listed_month=service.first_listed_month,
    )
