"""[詳細]: ご利用料金の明細, of a month that the customer's list has (T25)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from messages.billing import (
    BilledAlong,
    EarlierLine,
    RateTotal,
    RefusalCode,
    ShownLine,
    ShowStatement,
    StatementShown,
)
from messages.values import BillingMonth
from services.billing.service import Billing
from services.billing.statements import repository
from services.billing.statements.comparison import Comparison, compare
from services.billing.statements.domain import (
    InvoiceRule,
    Neighbours,
    PublishedStatement,
    StatementLine,
    neighbours,
    rate_totals,
)
from services.billing.statements.shown_comparison import shown_comparison


async def show_statement(service: Billing, query: ShowStatement, received: DeliveryInfo) -> StatementShown:
    """With what changed since the month listed before it. Every month that this customer's list lacks is the
    same STATEMENT_NOT_FOUND, whatever the cause (T25). Raises SESSION_ENDED without a fresh word of identity.
    """
    session, listed = await service.charges_of(query.session_assertion)
    month = query.billing_month
    beside = neighbours([each.billing_month for each in listed], month)
    if beside is None:
        raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
    async with service.database.autocommit() as tx:
        found = await repository.load_statements(tx, session.customer_number, month, beside.earlier or month)
    if month not in found:  # it went in this moment
        raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
    earlier = found.get(beside.earlier) if beside.earlier else None
    compared = compare(found[month], earlier) if earlier else None
    return _shown(month, found[month], beside, compared, service.invoice_rule)


def _shown(
    month: BillingMonth,
    found: PublishedStatement,
    beside: Neighbours,
    compared: Comparison | None,
    rule: InvoiceRule,
) -> StatementShown:
    comparison = shown_comparison(compared, beside.earlier) if compared and beside.earlier else None
    return StatementShown(
        billing_month=month,
        published_on=found.published_on,
        revised_on=found.revised_on,
        lines=_lines(found, compared),
        rate_totals=tuple(
            RateTotal(tax_rate_percent=rate, base_yen=base, consumption_tax_yen=tax)
            for rate, base, tax in rate_totals(found.totals)
        ),
        amount_yen=found.totals.amount_yen,
        earlier=beside.earlier,
        later=beside.later,
        registration_number=rule.number_for(month, found.lines, found.totals),
        usage_month=rule.usage_month(month),
        billed_along=tuple(
            BilledAlong(service=service, issuer=other.name, registration_number=other.registration_number)
            for service, other in rule.others(found.lines)
        ),
        comparison=comparison,
        ended_lines=tuple(_line(line) for line in compared.ended) if compared else (),
    )


def _lines(found: PublishedStatement, compared: Comparison | None) -> tuple[ShownLine, ...]:
    if compared is None:
        return tuple(_line(line) for line in found.lines)
    pairs = zip(found.lines, compared.before, strict=True)
    return tuple(_line(line, before, is_new=before is None) for line, before in pairs)


def _line(line: StatementLine, before: StatementLine | None = None, *, is_new: bool = False) -> ShownLine:
    return ShownLine(
        service=line.service,
        item=line.item,
        tax_rate_percent=line.tax_rate_percent,
        amount_yen=line.amount_yen,
        before=before
        and EarlierLine(
            item=before.item, tax_rate_percent=before.tax_rate_percent, amount_yen=before.amount_yen
        ),
        is_new=is_new,
    )
