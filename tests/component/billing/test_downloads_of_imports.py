"""What customers save is what the operator brought: 504 statements, to the yen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

import pytest
from support.billing_harness import Files, Harness, an_assertion, months
from support.statement_files import (
    KNOWN,
    TRICKY,
    Item,
    amounts,
    by_service,
    pages_of,
    printed_rows,
    rows_of,
    unspaced,
)

from gateway.downloads.document import month_document, year_document
from gateway.downloads.press import Press
from gateway.downloads.table import table_of
from messages.billing import StatementShown
from messages.company import CompanyProfile

COMPANY = CompanyProfile()
CUSTOMERS = [str(70_000_000 + each) for each in range(42)]
YEAR = sorted(months("2026-10", 12))
SELECTOR = "\U000e0100"  # an import leaves it out, as it cannot be seen
NAMES = (
    *((service.replace(SELECTOR, ""), item) for service, item in TRICKY),
    ("光インターネット", "光1Gコース 月額利用料"),
    ("=1+1", "-@SUM(A1)"),
)
RATES = ("10%", "8%", "対象外")
Row = Sequence[object]


def a_year_of_everybody(files: Files) -> Files:
    """Up to 40 lines a month, of every rate, every size and either sign; some months have none."""
    random = Random(20261010)
    for customer in CUSTOMERS:
        for month in YEAR:
            lines = [
                (
                    *random.choice(NAMES),
                    random.choice(RATES),
                    random.choice((1, 1, 1, -1)) * random.randint(0, 10 ** random.randint(1, 7)),
                )
                for _ in range(random.choice((0, 1, 3, 9, 25, 40)))
            ]
            files.add(customer, month.replace("-", "/"), *lines)
    return files


def brought(rows: Sequence[Row], customer: str, month: str) -> list[Row]:
    """The rows of a file that are this statement's, without its key."""
    return [row[2:] for row in rows if (row[0], row[1]) == (customer, month.replace("-", "/"))]


def in_words(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月"


def check_table(file: bytes, files: Files, customer: str, of_months: Sequence[str]) -> None:
    """Every line, tax and total of these months, in order."""
    expected: list[tuple[str, ...]] = []
    for month in of_months:
        [(_, tax_10, _, tax_8, _, amount)] = brought(files.statements, customer, month)
        for _, service, item, rate, yen in brought(files.lines, customer, month):
            expected.append((in_words(month), "明細", str(service), str(item), str(rate), str(yen)))
        for rate, tax in (("10%", tax_10), ("8%", tax_8)):
            if tax:
                expected.append((in_words(month), "消費税", "", f"{rate}対象", rate, str(tax)))
        expected.append((in_words(month), "合計", "", "", "", str(amount)))
    found = [
        (
            row["請求年月"],
            row["区分"],
            row["サービス"].removeprefix("'"),
            row["内訳"].removeprefix("'"),
            row["税率"],
            row["税抜金額（円）"] + row["消費税額（円）"] + row["請求額（税込・円）"],
        )
        for row in rows_of(file)
    ]
    assert [each for each in found if (each[1], each[5]) != ("消費税", "0")] == expected


def amounts_of(files: Files, customer: str, month: str) -> tuple[list[int], list[int]]:
    """A statement's amounts as they stand in its PDF; and in the row of the year."""
    [bases_and_taxes] = brought(files.statements, customer, month)
    base_10, tax_10, base_8, tax_8, base_0, amount = (int(str(cell)) for cell in bases_and_taxes)
    rates = [(base, tax) for base, tax in ((base_10, tax_10), (base_8, tax_8), (base_0, 0)) if base or tax]
    base = base_10 + base_8 + base_0
    if rates:
        rates.append((base, amount - base))
    lines = [
        yen
        for of_service in by_service(items_of(files, customer, month)).values()
        for yen in (*(line[3] for line in of_service), sum(line[3] for line in of_service))
    ]
    on_page = [amount, *lines, *(yen for base, tax in rates for yen in (base, tax, base + tax))]
    return on_page, [base_10, tax_10, base_8, tax_8, base_0, amount]


def items_of(files: Files, customer: str, month: str) -> list[Item]:
    """The lines of a statement, as the file has them."""
    return [
        (str(service), str(item), {"10%": 10, "8%": 8}.get(str(rate), 0), int(str(yen)))
        for _, service, item, rate, yen in brought(files.lines, customer, month)
    ]


def check_names(words: str, files: Files, customer: str, of_months: Sequence[str]) -> None:
    """Every line of these months, by service, with its names, rate and amount, and each subtotal."""
    at = 0
    for month in of_months:
        for row in printed_rows(items_of(files, customer, month)):
            at = words.index(row, at) + len(row)


@pytest.mark.parametrize("part", range(6))
async def test_table_and_paper_agree_to_the_yen_with_what_was_brought(harness: Harness, part: int) -> None:
    """Through import, billing's answer, CSV and PDF, as a spreadsheet and poppler read them."""
    files = a_year_of_everybody(harness.files())
    await harness.bring(files)
    press = Press()
    for customer in CUSTOMERS[part::6]:
        year: list[StatementShown] = [await harness.shown(month, an_assertion(customer)) for month in YEAR]
        check_table(table_of(year, KNOWN, COMPANY), files, customer, YEAR)
        check_table(table_of(year[-1:], KNOWN, COMPANY), files, customer, YEAR[-1:])

        both = [amounts_of(files, customer, month) for month in YEAR]
        sums = [sum(column) for column in zip(*(row for _, row in both), strict=True)]
        on_first_page = [sums[-1], *(yen for _, row in both for yen in row), *sums]
        pdf = press.typeset(json.dumps(year_document(year, KNOWN, COMPANY)))
        words = unspaced("".join(pages_of(pdf)))
        assert amounts(words) == [*on_first_page, *(yen for page, _ in both for yen in page)]
        check_names(words, files, customer, YEAR)

        pdf = press.typeset(json.dumps(month_document(year[-1], KNOWN, COMPANY)))
        words = unspaced("".join(pages_of(pdf)))
        assert amounts(words) == both[-1][0]
        check_names(words, files, customer, YEAR[-1:])
