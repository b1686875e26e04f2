"""Exports of the billing system with as many lines as are wanted, and the same rows as tables hold them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from support.billing_exports import LINE_HEAD, STATEMENT_HEAD

LINES_OF_A_STATEMENT = 5
_LINES = range(1, LINES_OF_A_STATEMENT + 1)
_MONTH, _FIRST_DAY, _FIRST = "2026/09", "2026-09-01", 100_000_000
_SERVICE, _ITEM, _YEN = "光インターネット", "月額利用料 ", 1000
_TOTALS = (5000, 500, 0, 0, 0, 5500)


@dataclass(frozen=True)
class ChargeFiles:
    """Statements and lines each: as exported, and as the tables hold them, with keys."""

    exported: tuple[Path, Path]
    stored: tuple[Path, Path]


def write_charge_files(folder: Path, lines: int) -> ChargeFiles:
    """One month of as many customers as it takes."""
    customers = range(1, lines // LINES_OF_A_STATEMENT + 1)
    statements, lines_csv = folder / "statements.csv", folder / "lines.csv"
    _write(statements, STATEMENT_HEAD, ((_padded(n), _MONTH, *_TOTALS) for n in customers))
    _write(
        lines_csv,
        LINE_HEAD,
        (
            (_padded(n), _MONTH, line, _SERVICE, f"{_ITEM}{line}", "10%", _YEN)
            for n in customers
            for line in _LINES
        ),
    )
    stored_statements, stored_lines = folder / "stored_statements.csv", folder / "stored_lines.csv"
    _write(stored_statements, None, ((_key(n), _FIRST + n, _FIRST_DAY, *_TOTALS) for n in customers))
    _write(
        stored_lines,
        None,
        ((_key(n), line, _SERVICE, f"{_ITEM}{line}", 10, _YEN) for n in customers for line in _LINES),
    )
    return ChargeFiles((statements, lines_csv), (stored_statements, stored_lines))


def _padded(number: int) -> str:
    """A customer number as the billing system writes it."""
    return f"{_FIRST + number:010d}"


def _key(number: int) -> UUID:
    """As far from its neighbours' as random ones are."""
    return UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)


def _write(file: Path, head: Sequence[str] | None, rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\r\n").writerows([head] if head else [])
        csv.writer(target, lineterminator="\r\n").writerows(rows)
