"""[詳細]: ご利用料金の明細, of a month that the customer's list has (T25)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from messages.billing import BilledAlong, RateTotal, RefusalCode, ShownLine, ShowStatement, StatementShown
from services.billing.service import Billing
from services.billing.statements import repository
from services.billing.statements.domain import (
    InvoiceRule,
    Neighbours,
    PublishedStatement,
    neighbours,
    rate_totals,
)


async def show_statement(service: Billing, query: ShowStatement, received: DeliveryInfo) -> StatementShown:
    """Every month that this customer's list lacks is the same STATEMENT_NOT_FOUND, whatever the cause (T25).
    Raises SESSION_ENDED without a fresh word of identity.
    """
    session, listed = await service.charges_of(query.session_assertion)
    beside = neighbours([each.billing_month for each in listed], query.billing_month)
    if beside is None:
        raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
    async with service.database.autocommit() as tx:
        found = await repository.load_statement(tx, session.customer_number, query.billing_month)
    if found is None:  # it was taken back in this moment
        raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
    return _shown(query, found, beside, service.invoice_rule)


def _shown(
    query: ShowStatement, found: PublishedStatement, beside: Neighbours, rule: InvoiceRule
) -> StatementShown:
    return StatementShown(
        billing_month=query.billing_month,
        published_on=found.published_on,
        revised_on=found.revised_on,
        lines=tuple(
            ShownLine(
                service=line.service,
                item=line.item,
                tax_rate_percent=line.tax_rate_percent,
                amount_yen=line.amount_yen,
            )
            for line in found.lines
        ),
        rate_totals=tuple(
            RateTotal(tax_rate_percent=rate, base_yen=base, consumption_tax_yen=tax)
            for rate, base, tax in rate_totals(found.totals)
        ),
        amount_yen=found.totals.amount_yen,
        earlier=beside.earlier,
        later=beside.later,
        registration_number=rule.number_for(query.billing_month, found.lines, found.totals),
        usage_month=rule.usage_month(query.billing_month),
        billed_along=tuple(
            BilledAlong(service=service, issuer=other.name, registration_number=other.registration_number)
            for service, other in rule.others(found.lines)
        ),
    )
