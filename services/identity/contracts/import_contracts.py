"""Brings contracts out of the billing system's CSV: a file wholly or not at all (C1 to C8, C11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chassis.csv_import import (
    Problems,
    Progress,
    RowCounter,
    RowProblem,
    Table,
    TableRow,
    masked,
    open_table,
)
from chassis.database.db import Database, Transaction
from chassis.messaging.outbox import Outbox
from chassis.process.os_user import os_user
from messages.identity import ContractReplaced, SessionEnded
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditKind
from services.identity.contracts import repository as contracts
from services.identity.contracts.csv_columns import COLUMNS
from services.identity.contracts.domain import ContractState, ExportedContract

REPLACED_SAID_FOR = timedelta(days=2)  # longer than a 仮登録 lives: said again, in case it was lost


@dataclass(frozen=True)
class ImportedContracts:
    """What an import did, or would have done. `closed` contracts ended by this file; all but
    `frozen_accounts` count rows.
    """

    encoding: str
    read: int
    added: int
    changed: int
    unchanged: int
    closed: int
    frozen_accounts: int


class _DryRun(Exception):
    """Rolls the transaction back."""


async def import_contracts(
    database: Database,
    path: Path,
    *,
    dry_run: bool,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> ImportedContracts:
    """Adds and changes the contracts of the file; contracts that it does not name stay as they are.

    A holder with another name freezes the account and ends its sessions (Q23). Raises BrokenFile with all
    problems, having changed nothing. The same file twice changes nothing the second time.
    """
    table = open_table(path, COLUMNS, encoding=encoding)
    with suppress(_DryRun):
        async with database.long_transaction() as tx:
            await contracts.begin_import(tx)
            await _stage(tx, table, path.name, progress)
            imported = await _import(tx, Outbox(database), table)
            if dry_run:
                raise _DryRun
    return imported


async def _stage(tx: Transaction, table: Table, file: str, progress: Progress | None) -> None:
    """Raises BrokenFile for everything that is wrong with the rows."""
    problems, counter = Problems(), RowCounter(progress, table.lines)
    await contracts.stage(tx, _checked(counter.counting(table.rows()), problems, file))
    counter.say_that_all_are_done()
    table.problems.raise_if_any()
    async for row in contracts.repeated_numbers(tx):
        reason = f"{row.first_line}行目と同じお客様番号です"
        problems.add(RowProblem(row.line, "お客様番号", masked(row.key), reason, file))
    problems.raise_if_any()


async def _import(tx: Transaction, outbox: Outbox, table: Table) -> ImportedContracts:
    await contracts.lock_contracts(tx)
    await contracts.compare_staged(tx)
    counts = await contracts.count_staged(tx)
    frozen = await contracts.freeze_accounts(tx)
    await audit.add_for_each(tx, AuditKind.ACCOUNT_FROZEN, frozen)
    for session_token_hash in await accounts.end_sessions_of(tx, frozen):
        await outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
    await contracts.retire_replaced(tx)
    for contract_key in await contracts.list_replaced(tx, within=REPLACED_SAID_FOR):
        await outbox.add(tx, ContractReplaced(contract_key=contract_key))
    await contracts.change_contracts(tx)
    await contracts.add_contracts(tx)
    await contracts.withdraw_closing_notices(tx)
    await contracts.record_import(
        tx, counts, frozen_accounts=len(frozen), imported_by=os_user(), file_sha256=table.sha256
    )
    return ImportedContracts(
        encoding=table.encoding,
        read=counts.read,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        closed=counts.closed,
        frozen_accounts=len(frozen),
    )


def _checked(rows: Iterator[TableRow], problems: Problems, file: str) -> Iterator[ExportedContract]:
    """The contracts of the rows; an end that does not fit the state or the beginning is a problem."""
    for row in rows:
        ended, shown = row.closed_on, masked(str(row.closed_on or ""))
        if (row.state == ContractState.CLOSED) != (ended is not None):
            reason = "解約の行には解約日が必要で、契約中の行には書けません"
            problems.add(RowProblem(row.line, "解約日", shown, reason, file))
        elif ended and ended < row.began_on:
            problems.add(RowProblem(row.line, "解約日", shown, "解約日が契約日より前です", file))
        yield _exported(row)


def _exported(row: TableRow) -> ExportedContract:
    phones = {phone for phone in (row.phone_number_1, row.phone_number_2) if phone}
    return ExportedContract(
        line=row.line,
        customer_number=row.customer_number,
        holder_kind=row.holder_kind,
        holder_kana=row.holder_kana,
        phone_numbers=tuple(sorted(phones)),
        state=row.state,
        began_on=row.began_on,
        closed_on=row.closed_on,
    )
