"""ご利用料金: the list of months."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.billing import ChargesListed, ListCharges, ListedStatement
from services.billing.service import Billing
from services.billing.statements.comparison import compare_newest
from services.billing.statements.shown_comparison import shown_comparison


async def list_charges(service: Billing, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """At most a year, newest first (T24), and why the newest is more or less than the one listed next. Raises
    SESSION_ENDED without a fresh word of identity.
    """
    _, listed = await service.charges_of(query.session_assertion, with_charges=True)
    compared = compare_newest(listed)
    return ChargesListed(
        statements=tuple(
            ListedStatement(billing_month=each.billing_month, amount_yen=each.amount_yen) for each in listed
        ),
        listed_months=service.listed_months,
        first_listed_month=service.first_listed_month,
        comparison=shown_comparison(compared, listed[1].billing_month) if compared else None,
    )
