"""Brings statements and their lines out of the billing system's two CSV files: both wholly or not at all (C1
to C9, C11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chassis.csv_import import BrokenFile, Problems, RowProblem, TableFile, TableRow, masked, read_table
from chassis.database.db import Database, Transaction
from chassis.process.os_user import os_user
from messages.values import BillingMonth
from services.billing import domain
from services.billing.cells import AMOUNT_TITLE, BASE_TITLES, LINE_COLUMNS, STATEMENT_COLUMNS, TAX_TITLES
from services.billing.repository import STAGED_LINES, STAGED_STATEMENTS, Repository

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


@dataclass(frozen=True)
class PublishedMonth:
    """A month that customers can see from now on, or could."""

    month: BillingMonth
    statements: int
    amount_yen: int


class NothingToPublish(Exception):
    """No statement of that month was ever imported."""


class _DryRun(Exception):
    """Rolls the transaction back."""


async def import_charges(
    database: Database,
    statements_path: Path,
    lines_path: Path,
    *,
    publish: bool,
    dry_run: bool,
    not_after: BillingMonth | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> ImportedCharges:
    """Adds and changes the statements of the files, and shows their months to customers if `publish`.

    A month later than `not_after` is a problem: published by mistake, it would push a whole year out of every
    customer's list. Raises BrokenFile with all problems of both files, having changed nothing. The same files
    twice change nothing the second time.
    """
    statements, lines = _read_both(statements_path, lines_path, encoding)
    _check(statements, lines, statements_path.name, lines_path.name, not_after)
    months = tuple(sorted({row.values["billing_month"] for row in statements.rows}))
    with suppress(_DryRun):
        async with database.long_transaction() as tx:
            counts = await _save(tx, statements, lines, progress)
            if publish:
                await Repository(tx).publish(months)
            if dry_run:
                raise _DryRun
    return ImportedCharges(
        encoding=statements.encoding,
        statements=len(statements.rows),
        lines=len(lines.rows),
        months=months,
        published=publish and not dry_run,
        **counts,
    )


async def publish_month(database: Database, month: BillingMonth, *, dry_run: bool) -> PublishedMonth:
    """Shows an imported month to customers. Raises NothingToPublish for a month without statements."""
    async with database.transaction() as tx:
        repository = Repository(tx)
        statements, amount_yen = await repository.sum_of_month(month)
        if not statements:
            raise NothingToPublish(str(month))
        if not dry_run:
            await repository.publish([month])
    return PublishedMonth(month, statements, amount_yen)


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
    statements: TableFile,
    lines: TableFile,
    statements_name: str,
    lines_name: str,
    not_after: BillingMonth | None,
) -> None:
    """Raises BrokenFile for everything that no single cell shows (C9)."""
    problems = Problems()
    sums: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    _check_twice(statements.rows, ("customer_number", "billing_month"), problems, statements_name)
    _check_twice(lines.rows, ("customer_number", "billing_month", "line_number"), problems, lines_name)
    known = {_key(row) for row in statements.rows}
    for row in lines.rows:
        sums[_key(row)][row.values["tax_rate_percent"]] += row.values["amount_yen"]
        if _key(row) not in known:
            reason = "この明細行に合うお客様番号と請求年月の請求がありません"
            problems.add(
                RowProblem(row.line, "お客様番号", masked(row.values["customer_number"]), reason, lines_name)
            )
    for row in statements.rows:
        if not_after and row.values["billing_month"] > not_after:
            problems.add(
                RowProblem(
                    row.line,
                    "請求年月",
                    str(row.values["billing_month"]),
                    f"{not_after}より先の月です",
                    statements_name,
                )
            )
        for column, reason in _differences(row, sums[_key(row)]):
            problems.add(RowProblem(row.line, column, "", reason, statements_name))
    problems.raise_if_any()


def _check_twice(rows: Sequence[TableRow], fields: Sequence[str], problems: Problems, name: str) -> None:
    first_lines: dict[tuple[object, ...], int] = {}
    for row in rows:
        first_line = first_lines.setdefault(tuple(row.values[field] for field in fields), row.line)
        if first_line != row.line:
            shown = masked(row.values["customer_number"])
            problems.add(
                RowProblem(
                    row.line, "お客様番号", shown, f"{first_line}行目と同じものがもう一度あります", name
                )
            )


def _differences(row: TableRow, line_sums: dict[int, int]) -> list[tuple[str, str]]:
    """What does not add up in a statement: the column, and by how much."""
    values = row.values
    bases = {rate: values[f"base_{rate}_yen"] for rate in domain.TAX_RATES}
    taxes = {rate: values[f"tax_{rate}_yen"] for rate in TAX_TITLES}
    statement = domain.Statement(bases, taxes, values["amount_yen"])
    found = [
        (BASE_TITLES[rate], f"明細行の合計と{abs(yen):,}円違います")
        for rate, yen in domain.line_differences(statement, line_sums).items()
    ]
    found += [
        (TAX_TITLES[rate], "対象額と税率に合わない消費税です") for rate in domain.wrong_taxes(statement)
    ]
    if difference := domain.amount_difference(statement):
        found.append((AMOUNT_TITLE, f"対象額と消費税の合計と{abs(difference):,}円違います"))
    return found


async def _save(
    tx: Transaction, statements: TableFile, lines: TableFile, progress: Progress | None
) -> dict[str, int]:
    repository = Repository(tx)
    await repository.begin_import()
    total, done = len(statements.rows) + len(lines.rows), 0
    for rows, columns, stage in (
        (statements.rows, STAGED_STATEMENTS, repository.stage_statements),
        (lines.rows, STAGED_LINES, repository.stage_lines),
    ):
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            await stage([_staged(row, columns) for row in chunk])
            done += len(chunk)
            if progress:
                progress(done, total)
    await repository.find_staged()
    await repository.mark_changed_lines()
    counts = await repository.count_staged()
    await repository.save_staged()
    await repository.drop_changed_lines()
    await repository.add_staged_lines()
    numbers = [len(statements.rows), len(lines.rows), counts["added"], counts["changed"], counts["unchanged"]]
    await repository.record_import(os_user(), (statements.sha256, lines.sha256), numbers)
    return counts


def _staged(row: TableRow, columns: Sequence[str]) -> list[object]:
    values = [row.values[column] for column in columns]
    return [value.first_day if isinstance(value, BillingMonth) else value for value in values]


def _key(row: TableRow) -> Key:
    return row.values["customer_number"], row.values["billing_month"]
