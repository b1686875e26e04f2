"""Statements as one flat table, for whoever keeps books.

Each row has its month and fills one of three columns of amounts: what a line costs without tax, the tax of a
rate, the month's total. So each column may be added up as it is, and the first two come to the third.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chassis.csv_export import csv_for_spreadsheets
from gateway.rendering import month_in_words
from gateway.texts.downloads import (
    CSV_TITLES,
    LINE_ROW,
    TAX_ROW,
    TOTAL_ROW,
    item_of,
    rate_in_words,
    reduced_mark,
    service_of,
)
from messages.billing import StatementShown


def table_of(statements: Iterable[StatementShown]) -> bytes:
    """The CSV file; lines stand in billing's order."""
    return csv_for_spreadsheets(CSV_TITLES, (row for statement in statements for row in _rows_of(statement)))


def _rows_of(statement: StatementShown) -> Iterator[Sequence[str | int]]:
    month = month_in_words(statement.billing_month)
    for line in statement.lines:
        rate = line.tax_rate_percent
        names = service_of(line), item_of(line), rate_in_words(rate), reduced_mark(rate)
        yield (month, LINE_ROW, *names, line.amount_yen, "", "")
    for total in statement.rate_totals:
        rate = total.tax_rate_percent
        if rate:
            names = "", f"{rate}%対象", rate_in_words(rate), reduced_mark(rate)
            yield (month, TAX_ROW, *names, "", total.consumption_tax_yen, "")
    yield (month, TOTAL_ROW, "", "", "", "", "", "", statement.amount_yen)
