"""Brings statements and their lines out of the billing system's two CSV files: both wholly or not at all (C1
to C9, C11).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from chassis.csv_import import (
    Problems,
    Progress,
    RowCounter,
    RowProblem,
    Table,
    all_together,
    masked,
    open_table,
)
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
from services.billing.imports.domain import StatementToCheck
from services.billing.publication import repository as publication


@dataclass(frozen=True)
class ImportedCharges:
    """What an import did, or would have done; `months` are those of the file. Of the changed statements
    customers see `corrected` as corrections at once (C13). `published`: they see all of the months.
    """

    encoding: str
    statements: int
    lines: int
    added: int
    changed: int
    unchanged: int
    corrected: int
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
    """Adds and changes the statements of the files, and shows their months to customers if `publish`. Of a
    month that customers see already, a statement that changes gets a new revision, and says so (C13).

    A month that nobody can have billed by `today` is a problem; without `today` any month is taken. Raises
    BrokenFile with all problems of both files, having changed nothing. The same files twice change nothing
    the second time.
    """
    statements, lines = all_together(
        [
            lambda: open_table(statements_path, STATEMENT_COLUMNS, encoding=encoding),
            lambda: open_table(lines_path, LINE_COLUMNS, encoding=encoding),
        ]
    )
    with suppress(_DryRun):
        async with database.long_transaction() as tx:
            await repository.begin_import(tx)
            await _stage(tx, statements, lines, progress)
            await _check(tx, statements_path.name, lines_path.name, today)
            imported = await _save(tx, statements, lines, publish=publish)
            if dry_run:
                raise _DryRun
    return replace(imported, published=imported.published or (publish and not dry_run))


async def _stage(tx: Transaction, statements: Table, lines: Table, progress: Progress | None) -> None:
    """Raises BrokenFile for everything that single cells of both files show."""
    counter = RowCounter(progress, statements.lines + lines.lines)
    await repository.stage_statements(tx, counter.counting(statements.rows()))
    counter.say()
    await repository.stage_lines(tx, counter.counting(lines.rows()))
    counter.say_that_all_are_done()
    all_together([statements.problems.raise_if_any, lines.problems.raise_if_any])


async def _check(tx: Transaction, statements_name: str, lines_name: str, today: date | None) -> None:
    """Raises BrokenFile for everything that no single cell shows (C9)."""
    last_month = domain.last_billable_month(today) if today else None
    problems = Problems()
    await repository.sum_staged_lines(tx)
    for name, repeated in (
        (statements_name, repository.repeated_statements(tx)),
        (lines_name, repository.repeated_lines(tx)),
    ):
        async for row in repeated:
            reason = f"{row.first_line}行目と同じものがもう一度あります"
            problems.add(RowProblem(row.line, "お客様番号", masked(row.key), reason, name))
    async for line, customer_number in repository.lines_without_statement(tx):
        reason = "この明細行に合うお客様番号と請求年月の請求がありません"
        problems.add(RowProblem(line, "お客様番号", masked(customer_number), reason, lines_name))
    async for statement in repository.statements_with_their_sums(tx):
        if last_month and statement.billing_month > last_month:
            reason = f"{last_month}より先の月です"
            shown = str(statement.billing_month)
            problems.add(RowProblem(statement.line, "請求年月", shown, reason, statements_name))
        for column, reason in _differences(statement):
            problems.add(RowProblem(statement.line, column, "", reason, statements_name))
    problems.raise_if_any()


def _differences(statement: StatementToCheck) -> list[tuple[str, str]]:
    """What does not add up in a statement: the column, and by how much."""
    totals = statement.totals
    found = [
        (BASE_TITLES[rate], f"明細行の合計と{abs(yen):,}円違います")
        for rate, yen in domain.line_differences(totals, statement.line_sums).items()
    ]
    wrong_taxes = domain.wrong_taxes(totals, statement.billing_month, statement.line_counts)
    found += [(TAX_TITLES[rate], "対象額と税率に合わない消費税です") for rate in wrong_taxes]
    if difference := domain.amount_difference(totals):
        found.append((AMOUNT_TITLE, f"対象額と消費税の合計と{abs(difference):,}円違います"))
    return found


async def _save(tx: Transaction, statements: Table, lines: Table, *, publish: bool) -> ImportedCharges:
    (count, line_count), months = await repository.staged_rows(tx), await repository.staged_months(tx)
    await publication.lock_statements(tx)
    await repository.find_staged(tx)
    await repository.mark_changed_lines(tx)
    changes = await repository.count_staged(tx)
    published = await publication.are_published(tx, months)
    corrected = await _replace(tx, months, publish=publish)
    sha256s = (statements.sha256, lines.sha256)
    await repository.record_import(tx, os_user(), sha256s, (count, line_count), changes)
    return ImportedCharges(
        encoding=statements.encoding,
        statements=count,
        lines=line_count,
        added=changes.added,
        changed=changes.changed,
        unchanged=changes.unchanged,
        corrected=corrected,
        months=tuple(months),
        published=published,
    )


async def _replace(tx: Transaction, months: Sequence[BillingMonth], *, publish: bool) -> int:
    """A statement that customers saw is corrected by a further revision, and the one before is kept (C13);
    returns how many are. Of months that nobody ever saw nothing is kept: most imports are of such a month,
    with a million lines.
    """
    shown = await publication.months_ever_shown(tx, months)
    if shown:
        await publication.issue(tx, shown, late=False)  # what an earlier release published without a record
        await repository.keep_shown(tx)
    await repository.save_staged(tx)
    await repository.replace_lines(tx)
    if publish:
        await publication.publish(tx, months, os_user())
    return await publication.issue(tx, months, late=True) if publish or shown else 0
