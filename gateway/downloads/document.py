"""What stands in a PDF, as data for statements.typ. Names are printed as they are, however they look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.charges.groups import LineGroup, groups_of
from gateway.downloads.recipient import Recipient
from gateway.texts import downloads as texts
from gateway.texts.figures import day_in_words, month_in_words, yen
from messages.billing import RateTotal, ShownLine, StatementShown
from messages.company import CompanyProfile

MOST_LINES = 3_600
"""Of a document: three hundred lines for each month of a year. They take 2 seconds and 190 MB."""

_RATES = (10, 8, 0)  # of the columns of a year
Content = dict[str, Any]


def month_document(statement: StatementShown, recipient: Recipient, company: CompanyProfile) -> Content:
    """One statement."""
    title = texts.statement_title(month_in_words(statement.billing_month))
    return _document(title, [statement], recipient, company) | {"year": None}


def year_document(
    statements: Sequence[StatementShown], recipient: Recipient, company: CompanyProfile
) -> Content:
    """The totals of each month and of all, then the statements; oldest first, one at least."""
    first, last = statements[0].billing_month, statements[-1].billing_month
    title = texts.year_title(month_in_words(first), month_in_words(last))
    return _document(title, statements, recipient, company) | {"year": _year(statements, recipient)}


def lines_in(statements: Iterable[StatementShown]) -> int:
    """How many lines a document of them has."""
    return sum(len(statement.lines) for statement in statements)


def _document(
    title: str, statements: Sequence[StatementShown], recipient: Recipient, company: CompanyProfile
) -> Content:
    return {
        "title": title,
        "addressee": _addressee(recipient),
        "company": {"name": company.name, "lines": _company_lines(company)},
        "line_titles": texts.LINE_TITLES,
        "rate_titles": texts.RATE_TITLES,
        "unprintable": texts.UNPRINTABLE,
        "statements": [_statement(statement, recipient, company) for statement in statements],
    }


def _addressee(recipient: Recipient) -> list[tuple[str, str]]:
    named = (
        (texts.CONTRACT_NAME, f"{recipient.contract_name} 様")
        if recipient.contract_name
        else (texts.NICKNAME, f"{recipient.nickname} 様")
    )
    number = recipient.customer_number
    return [named, *([(texts.CUSTOMER_NUMBER, number)] if number else [])]


def _company_lines(company: CompanyProfile) -> list[str]:
    hours = [f"受付時間 {company.opening_hours}"] if company.opening_hours else []
    return [
        company.name,
        f"{company.postcode} {company.address}",
        f"TEL {company.telephone} / FAX {company.fax}",
        *hours,
    ]


def _statement(statement: StatementShown, recipient: Recipient, company: CompanyProfile) -> Content:
    month = month_in_words(statement.billing_month)
    return {
        "title": texts.statement_title(month),
        "facts": _facts(statement),
        "correction": texts.correction(statement),
        "amount_name": texts.AMOUNT,
        "amount": yen(statement.amount_yen),
        "lines_caption": texts.LINES,
        "issuers": _issuers(statement, company),
        "no_lines": texts.NO_LINES,
        "rates_caption": texts.RATES,
        "rates": _rates(statement),
        "notes": [*_legend([statement]), texts.invoice_note(statement, recipient.contract_name, company)],
    }


def _facts(statement: StatementShown) -> list[tuple[str, str]]:
    facts = [
        (texts.MONTH, month_in_words(statement.billing_month)),
        (texts.PUBLISHED, day_in_words(statement.published_on)),
    ]
    if statement.revised_on:
        facts.append((texts.REVISED, day_in_words(statement.revised_on)))
    if statement.usage_month:
        facts.append((texts.USED, month_in_words(statement.usage_month)))
    return facts


def _issuers(statement: StatementShown, company: CompanyProfile) -> list[Content]:
    """The company's own services, then those of each other issuer under his name (C17)."""
    titles = {other.service: texts.billed_along_title(other, company) for other in statement.billed_along}
    issuers: dict[str, list[Content]] = {title: [] for title in ("", *titles.values())}
    for group in groups_of(statement.lines):
        issuers[titles.get(group.service, "")].append(_service(group))
    return [{"title": title, "services": services} for title, services in issuers.items() if services]


def _service(group: LineGroup) -> Content:
    return {"lines": [_line(line) for line in group.lines], "subtotal": yen(group.subtotal_yen)}


def _line(line: ShownLine) -> Content:
    rate = line.tax_rate_percent
    return {
        "service": texts.service_of(line),
        "item": texts.item_of(line),
        "rate": texts.rate_in_words(rate) + texts.reduced_mark(rate),
        "amount": yen(line.amount_yen),
    }


def _rates(statement: StatementShown) -> list[Content]:
    """A row for each rate, then one for all."""
    rows = [
        _rate(_name_of_rate(total), total.base_yen, total.consumption_tax_yen)
        for total in statement.rate_totals
    ]
    base = sum(total.base_yen for total in statement.rate_totals)
    return [*rows, _rate(texts.TOTAL, base, statement.amount_yen - base)] if rows else []


def _name_of_rate(total: RateTotal) -> str:
    rate = total.tax_rate_percent
    return (f"{rate}%対象" if rate else texts.rate_in_words(rate)) + texts.reduced_mark(rate)


def _rate(name: str, base: int, tax: int) -> Content:
    return {"name": name, "base": yen(base), "tax": yen(tax), "sum": yen(base + tax)}


def _legend(statements: Iterable[StatementShown]) -> list[str]:
    rates: set[int] = set()
    for statement in statements:
        rates |= {line.tax_rate_percent for line in statement.lines}
        rates |= {total.tax_rate_percent for total in statement.rate_totals}
    return [texts.REDUCED_LEGEND] if texts.REDUCED_RATE in rates else []


def _year(statements: Sequence[StatementShown], recipient: Recipient) -> Content:
    amounts = [_amounts(statement) for statement in statements]
    months = [month_in_words(statement.billing_month) for statement in statements]
    sums = [sum(column) for column in zip(*amounts, strict=True)]
    rows = zip((*months, texts.TOTAL), (*amounts, sums), strict=True)
    return {
        "caption": texts.YEAR,
        "titles": texts.YEAR_TITLES,
        "rows": [[name, *map(yen, row)] for name, row in rows],
        "amount_name": f"{len(statements)}か月分の{texts.AMOUNT}",
        "amount": yen(sums[-1]),
        "notes": [*_legend(statements), _year_note(statements, recipient)],
    }


def _year_note(statements: Sequence[StatementShown], recipient: Recipient) -> str:
    holds_invoices = any(each.is_qualified_invoice_for(recipient.contract_name) for each in statements)
    return texts.NO_INVOICE_OF_A_YEAR if holds_invoices else texts.NO_INVOICE


def _amounts(statement: StatementShown) -> list[int]:
    """Base and tax of each rate, and the total, in the order of `YEAR_TITLES`."""
    totals = {total.tax_rate_percent: total for total in statement.rate_totals}
    amounts: list[int] = []
    for rate in _RATES:
        total = totals.get(rate)
        amounts.append(total.base_yen if total else 0)
        if rate:
            amounts.append(total.consumption_tax_yen if total else 0)
    return [*amounts, statement.amount_yen]
