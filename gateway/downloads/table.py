"""Statements as one flat table, for whoever keeps books.

Each row has its month and fills one of three columns of amounts: what a line costs without tax, the tax of a
rate, the month's total. So each column may be added up as it is, and the first two come to the third.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chassis.csv_export import csv_for_spreadsheets
from gateway.downloads.recipient import Recipient
from gateway.texts.downloads import (
    CSV_TITLES,
    INVOICE,
    LINE_ROW,
    NO_INVOICE,
    TAX_ROW,
    TOTAL_ROW,
    item_of,
    rate_in_words,
    reduced_mark,
    service_of,
)
from gateway.texts.figures import day_in_words, month_in_words
from messages.billing import ShownLine, StatementShown
from messages.company import CompanyProfile

Row = Sequence[str | int]


def table_of(statements: Iterable[StatementShown], recipient: Recipient, company: CompanyProfile) -> bytes:
    """The CSV file; lines stand in billing's order. Each row says whose statement of which days it is of, so
    that months may be put together and sorted; what is not known is empty.
    """
    rows = (row for statement in statements for row in _rows_of(statement, recipient, company))
    return csv_for_spreadsheets(CSV_TITLES, rows)


def _rows_of(statement: StatementShown, recipient: Recipient, company: CompanyProfile) -> Iterator[Row]:
    month, head = month_in_words(statement.billing_month), _head(statement, recipient)
    is_invoice = statement.is_qualified_invoice_for(recipient.contract_name)
    own = company.name, (statement.registration_number or "") if is_invoice else ""
    of_all = ("", "") if statement.billed_along else own  # tax and total are not one issuer's alone
    kind = INVOICE if is_invoice else NO_INVOICE
    for line in statement.lines:
        rate = line.tax_rate_percent
        names = service_of(line), item_of(line), rate_in_words(rate), reduced_mark(rate)
        issuer = _other_issuer(statement, line) or own
        yield (month, LINE_ROW, *names, line.amount_yen, "", "", *head, *issuer, kind)
    for total in statement.rate_totals:
        rate = total.tax_rate_percent
        if rate:
            names = "", f"{rate}%対象", rate_in_words(rate), reduced_mark(rate)
            yield (month, TAX_ROW, *names, "", total.consumption_tax_yen, "", *head, *of_all, kind)
    yield (month, TOTAL_ROW, "", "", "", "", "", "", statement.amount_yen, *head, *of_all, kind)


def _head(statement: StatementShown, recipient: Recipient) -> tuple[str, ...]:
    return (
        recipient.contract_name or "",
        recipient.customer_number or "",
        day_in_words(statement.published_on),
        day_in_words(statement.revised_on) if statement.revised_on else "",
        month_in_words(statement.usage_month) if statement.usage_month else "",
    )


def _other_issuer(statement: StatementShown, line: ShownLine) -> tuple[str, str] | None:
    """Of a service that is billed along (C17), with his number as far as it is known."""
    for other in statement.billed_along:
        if other.service == line.service:
            return other.issuer, other.registration_number or ""
    return None
