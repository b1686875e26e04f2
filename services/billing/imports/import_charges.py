"""Brings statements and their lines out of the billing system's two CSV files: both wholly or not at all (C1
to C9, C11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chassis.csv_import import BrokenFile, Problems, RowProblem, TableFile, TableRow, masked, read_table
from chassis.database.db import Database, Transaction
from chassis.process.os_user import os_user
from messages.values import BillingMonth
from services.billing.imports import domain, repository
from services.billing.imports.csv_columns import (
    AMOUNT_TITLE,
    BASE_TITLES,
    LINE_COLUMNS,
    STATEMENT_COLUMNS,
    TAX_TITLES,
)
from services.billing.imports.domain import Changes, ImportedLine, ImportedStatement
from services.billing.statements.domain import StatementLine, StatementTotals

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""

Key = tuple[str, BillingMonth]
_CHUNK = 5_000  # rows


@dataclass(frozen=True)
class ImportedCharges:
    """What an import did, or would have done; `months` are those of the file."""

    encoding: str
    statements: int
    lines: int
    added: int
    changed: int
    unchanged: int
    months: tuple[BillingMonth, ...]
    published: bool


class _DryRun(Exception):
    """Rolls the transaction back."""


async def import_charges(
    database: Database,
    statements_path: Path,
    lines_path: Path,
    *,
    publish: bool,
    dry_run: bool,
    today: date | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> ImportedCharges:
    """Adds and changes the statements of the files, and shows their months to customers if `publish`.

    A month that nobody can have billed by `today` is a problem; without `today` any month is taken. Raises
    BrokenFile with all problems of both files, having changed nothing. The same files twice change nothing
    the second time.
    """
    statements, lines = _read_both(statements_path, lines_path, encoding)
    last_month = domain.last_billable_month(today) if today else None
    _check(statements, lines, (statements_path.name, lines_path.name), last_month)
    months = tuple(sorted({row.values["billing_month"] for row in statements.rows}))
    with suppress(_DryRun):
        async with database.long_transaction() as tx:
            changes = await _save(tx, statements, lines, progress)
            if publish:
                await repository.publish(tx, months)
            if dry_run:
                raise _DryRun
    return _imported(statements, lines, changes, months, is_published=publish and not dry_run)


def _imported(
    statements: TableFile,
    lines: TableFile,
    changes: Changes,
    months: tuple[BillingMonth, ...],
    *,
    is_published: bool,
) -> ImportedCharges:
    return ImportedCharges(
        encoding=statements.encoding,
        statements=len(statements.rows),
        lines=len(lines.rows),
        added=changes.added,
        changed=changes.changed,
        unchanged=changes.unchanged,
        months=months,
        published=is_published,
    )


def _read_both(statements_path: Path, lines_path: Path, encoding: str | None) -> tuple[TableFile, TableFile]:
    problems, tables = Problems(), []
    for path, columns in ((statements_path, STATEMENT_COLUMNS), (lines_path, LINE_COLUMNS)):
        try:
            tables.append(read_table(path, columns, encoding=encoding))
        except BrokenFile as broken:
            problems.add_all_of(broken)
    problems.raise_if_any()
    return tables[0], tables[1]


def _check(
    statements: TableFile, lines: TableFile, names: tuple[str, str], last_month: BillingMonth | None
) -> None:
    """Raises BrokenFile for everything that no single cell shows (C9)."""
    statements_name, lines_name = names
    problems = Problems()
    sums: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    counts: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    _check_twice(statements.rows, ("customer_number", "billing_month"), problems, statements_name)
    _check_twice(lines.rows, ("customer_number", "billing_month", "line_number"), problems, lines_name)
    known = {_key(row) for row in statements.rows}
    for row in lines.rows:
        sums[_key(row)][row.values["tax_rate_percent"]] += row.values["amount_yen"]
        counts[_key(row)][row.values["tax_rate_percent"]] += 1
        if _key(row) not in known:
            shown = masked(row.values["customer_number"])
            reason = "この明細行に合うお客様番号と請求年月の請求がありません"
            problems.add(RowProblem(row.line, "お客様番号", shown, reason, lines_name))
    for row in statements.rows:
        month = row.values["billing_month"]
        if last_month and month > last_month:
            reason = f"{last_month}より先の月です"
            problems.add(RowProblem(row.line, "請求年月", str(month), reason, statements_name))
        totals = _totals(row)
        wrong_taxes = domain.wrong_taxes(totals, month, counts[_key(row)])
        for column, reason in _differences(totals, sums[_key(row)], wrong_taxes):
            problems.add(RowProblem(row.line, column, "", reason, statements_name))
    problems.raise_if_any()


def _check_twice(rows: Sequence[TableRow], fields: Sequence[str], problems: Problems, name: str) -> None:
    first_lines: dict[tuple[object, ...], int] = {}
    for row in rows:
        first_line = first_lines.setdefault(tuple(row.values[field] for field in fields), row.line)
        if first_line != row.line:
            shown = masked(row.values["customer_number"])
            reason = f"{first_line}行目と同じものがもう一度あります"
            problems.add(RowProblem(row.line, "お客様番号", shown, reason, name))


def _differences(
    totals: StatementTotals, line_sums: dict[int, int], wrong_taxes: Sequence[int]
) -> list[tuple[str, str]]:
    """What does not add up in a statement: the column, and by how much."""
    found = [
        (BASE_TITLES[rate], f"明細行の合計と{abs(yen):,}円違います")
        for rate, yen in domain.line_differences(totals, line_sums).items()
    ]
    found += [(TAX_TITLES[rate], "対象額と税率に合わない消費税です") for rate in wrong_taxes]
    if difference := domain.amount_difference(totals):
        found.append((AMOUNT_TITLE, f"対象額と消費税の合計と{abs(difference):,}円違います"))
    return found


async def _save(
    tx: Transaction, statements: TableFile, lines: TableFile, progress: Progress | None
) -> Changes:
    await repository.begin_import(tx)
    total = len(statements.rows) + len(lines.rows)
    done = 0
    for chunk in _chunks(statements.rows):
        await repository.stage_statements(tx, map(_statement, chunk))
        done += len(chunk)
        if progress:
            progress(done, total)
    for chunk in _chunks(lines.rows):
        await repository.stage_lines(tx, map(_line, chunk))
        done += len(chunk)
        if progress:
            progress(done, total)
    await repository.find_staged(tx)
    await repository.mark_changed_lines(tx)
    changes = await repository.count_staged(tx)
    await repository.save_staged(tx)
    await repository.drop_changed_lines(tx)
    await repository.add_staged_lines(tx)
    sha256s = (statements.sha256, lines.sha256)
    await repository.record_import(tx, os_user(), sha256s, (len(statements.rows), len(lines.rows)), changes)
    return changes


def _chunks(rows: Sequence[TableRow]) -> Iterator[Sequence[TableRow]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))


def _statement(row: TableRow) -> ImportedStatement:
    return ImportedStatement(row.values["customer_number"], row.values["billing_month"], _totals(row))


def _totals(row: TableRow) -> StatementTotals:
    return StatementTotals(
        bases={rate: row.values[f"base_{rate}_yen"] for rate in BASE_TITLES},
        taxes={rate: row.values[f"tax_{rate}_yen"] for rate in TAX_TITLES},
        amount_yen=row.values["amount_yen"],
    )


def _line(row: TableRow) -> ImportedLine:
    values = row.values
    line = StatementLine(
        service=values["service"],
        item=values["item"],
        tax_rate_percent=values["tax_rate_percent"],
        amount_yen=values["amount_yen"],
    )
    return ImportedLine(values["customer_number"], values["billing_month"], values["line_number"], line)


def _key(row: TableRow) -> Key:
    return row.values["customer_number"], row.values["billing_month"]
