"""Brings contracts out of the billing system's CSV: a file wholly or not at all (C1 to C8, C11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chassis.csv_import import Problems, RowProblem, TableFile, TableRow, masked, read_table
from chassis.database.db import Database, Transaction
from chassis.messaging.outbox import Outbox
from chassis.process.os_user import os_user
from messages.identity import ContractReplaced, SessionEnded
from services.identity.accounts import repository as accounts
from services.identity.contracts import repository as contracts
from services.identity.contracts.csv_columns import COLUMNS
from services.identity.contracts.domain import ContractState, ExportedContract

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""

_CHUNK = 5_000  # rows
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
    table = read_table(path, COLUMNS, encoding=encoding)
    _check_rows(table.rows, path.name)
    with suppress(_DryRun):
        async with database.long_transaction() as tx:
            imported = await _import(tx, Outbox(database), table, progress)
            if dry_run:
                raise _DryRun
    return imported


async def _import(
    tx: Transaction, outbox: Outbox, table: TableFile, progress: Progress | None
) -> ImportedContracts:
    await contracts.begin_import(tx)
    for start in range(0, len(table.rows), _CHUNK):
        chunk = table.rows[start : start + _CHUNK]
        await contracts.stage(tx, [_exported(row) for row in chunk])
        if progress:
            progress(start + len(chunk), len(table.rows))
    await contracts.compare_staged(tx)
    counts = await contracts.count_staged(tx)
    frozen = await contracts.freeze_accounts(tx)
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


def _exported(row: TableRow) -> ExportedContract:
    cells = row.values
    phones = {phone for phone in (cells["phone_number_1"], cells["phone_number_2"]) if phone}
    return ExportedContract(
        customer_number=cells["customer_number"],
        holder_kind=cells["holder_kind"],
        holder_kana_key=cells["holder_kana_key"],
        phone_numbers=tuple(sorted(phones)),
        state=cells["state"],
        began_on=cells["began_on"],
        closed_on=cells["closed_on"],
    )


def _check_rows(rows: Sequence[TableRow], file: str) -> None:
    """Raises BrokenFile for what no single cell shows: a number twice, an end that does not fit the state or
    the beginning.
    """
    first_lines: dict[str, int] = {}
    problems = Problems()
    for row in rows:
        cells = row.values
        first_line = first_lines.setdefault(cells["customer_number"], row.line)
        if first_line != row.line:
            reason = f"{first_line}行目と同じお客様番号です"
            problems.add(RowProblem(row.line, "お客様番号", masked(cells["customer_number"]), reason, file))
        ended = cells["closed_on"]
        shown = masked(str(ended or ""))
        if (cells["state"] == ContractState.CLOSED) != (ended is not None):
            reason = "解約の行には解約日が必要で、契約中の行には書けません"
            problems.add(RowProblem(row.line, "解約日", shown, reason, file))
        elif ended and ended < cells["began_on"]:
            problems.add(RowProblem(row.line, "解約日", shown, "解約日が契約日より前です", file))
    problems.raise_if_any()
