"""Exports of the billing system, as its operator gets them: contracts, statements and their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

CONTRACT_HEAD = (
    "お客様番号",
    "契約区分",
    "契約者名カナ",
    "電話番号1",
    "電話番号2",
    "契約状態",
    "契約日",
    "解約日",
)
STATEMENT_HEAD = (
    "お客様番号",
    "請求年月",
    "10%対象額",
    "10%消費税",
    "8%対象額",
    "8%消費税",
    "対象外額",
    "請求額",
)
LINE_HEAD = ("お客様番号", "請求年月", "行番号", "サービス", "内訳", "税率", "金額")


class Holder(Protocol):
    """What the billing system knows of a customer; he pays `base_yen` and tax each month."""

    @property
    def customer_number(self) -> str: ...
    @property
    def phone_number(self) -> str: ...
    @property
    def holder_kana(self) -> str: ...
    @property
    def base_yen(self) -> int: ...


def write_contracts(file: Path, holders: Iterable[Holder]) -> Path:
    """One contract for each, with its number in ten digits as the billing system writes it."""
    rows = [
        (_number(each), "個人", each.holder_kana, each.phone_number, "", "契約中", "2019/04/01", "")
        for each in holders
    ]
    return write_table(file, CONTRACT_HEAD, rows)


def write_statements(file: Path, holders: Sequence[Holder], months: Sequence[str]) -> Path:
    """One statement for each and each month."""
    rows = [
        (_number(each), month, each.base_yen, tax, 0, 0, 0, each.base_yen + tax)
        for each in holders
        for month in months
        for tax in [each.base_yen // 10]
    ]
    return write_table(file, STATEMENT_HEAD, rows)


def write_lines(file: Path, holders: Sequence[Holder], months: Sequence[str]) -> Path:
    """One line for each statement."""
    rows = [
        (_number(each), month, 1, "光インターネット", "月額利用料", "10%", each.base_yen)
        for each in holders
        for month in months
    ]
    return write_table(file, LINE_HEAD, rows)


def _number(holder: Holder) -> str:
    return holder.customer_number.zfill(10)


def write_table(file: Path, head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Path:
    """Any rows below any head, as the billing system writes files."""
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target, lineterminator="\r\n").writerows([head, *rows])
    return file
