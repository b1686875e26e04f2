"""Charges of the town, as its billing system exports them: every line at 10 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from journeys.system import MONTHS, Customer
from support.billing_exports import LINE_HEAD, STATEMENT_HEAD, write_table

YEAR = 12  # months


@dataclass(frozen=True)
class Bill:
    """A statement, and its lines: service, item, yen without tax in whole tens, so that tax is whole."""

    customer: Customer
    month: str
    lines: tuple[tuple[str, str, int], ...]

    @property
    def base_yen(self) -> int:
        return sum(yen for *_, yen in self.lines)


def plain_bill(customer: Customer, month: str, lines: int) -> Bill:
    """So many lines, none like another."""
    items = ((f"オプション第{number}号 月額利用料", 300 + 10 * number) for number in range(1, lines + 1))
    return Bill(customer, month, tuple(("光インターネット", name, yen) for name, yen in items))


def bills_of_a_year(customer: Customer, lines: int) -> list[Bill]:
    """Of the newest twelve months."""
    return [plain_bill(customer, month, lines) for month in MONTHS[-YEAR:]]


def write_bills(folder: Path, name: str, bills: Sequence[Bill]) -> tuple[Path, Path]:
    """Statements and lines, as files to import."""
    statements, lines = [], []
    for bill in bills:
        number, base = bill.customer.customer_number.zfill(10), bill.base_yen
        statements.append((number, bill.month, base, base // 10, 0, 0, 0, base + base // 10))
        for at, (service, item, yen) in enumerate(bill.lines, 1):
            lines.append((number, bill.month, at, service, item, "10%", yen))
    return (
        write_table(folder / f"{name}.csv", STATEMENT_HEAD, statements),
        write_table(folder / f"{name}_lines.csv", LINE_HEAD, lines),
    )
