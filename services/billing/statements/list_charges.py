"""ご利用料金: the list of months."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.billing import ChargesListed, ListCharges, ListedStatement
from services.billing.service import Billing


async def list_charges(service: Billing, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """At most a year, newest first (T24). Raises SESSION_ENDED without a fresh word of identity."""
    _, listed = await service.charges_of(query.session_assertion)
    return ChargesListed(
        statements=tuple(
            ListedStatement(billing_month=each.billing_month, amount_yen=each.amount_yen) for each in listed
        ),
        listed_months=service.listed_months,
        first_listed_month=service.first_listed_month,
    )
