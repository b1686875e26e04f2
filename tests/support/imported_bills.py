"""What an import said of a statement, and whether a file of it says the same, to the yen."""

from __future__ import annotations

from collections.abc import Sequence

from support.billing_harness import Files
from support.statement_files import Item, by_service, printed_rows, rows_of

Row = Sequence[object]


def brought(rows: Sequence[Row], customer: str, month: str) -> list[Row]:
    """The rows of a file that are this statement's, without its key."""
    return [row[2:] for row in rows if (row[0], row[1]) == (customer, month.replace("-", "/"))]


def in_words(month: str) -> str:
    """2026-10 as a page has it."""
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
