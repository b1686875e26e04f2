"""Brings contracts out of the billing system's CSV: a file wholly or not at all (data rules C1 to C8, C11).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from chassis.csv_import import Column, Problems, RowProblem, TableFile, TableRow, masked, read_table
from chassis.database.db import Database, Transaction
from chassis.messaging.outbox import Outbox
from chassis.process.os_user import os_user
from messages.identity import SessionEnded
from messages.values import CustomerNumber, HolderKana, InvalidValue, PhoneNumber, Reason
from services.identity.domain import ContractState, HolderKind
from services.identity.repository import Repository

Read = TypeVar("Read")
Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""

_CHUNK = 5_000  # rows

_KINDS = {
    "個人": HolderKind.PERSON, "person": HolderKind.PERSON,
    "法人": HolderKind.COMPANY, "company": HolderKind.COMPANY,
}  # fmt: skip
_STATES = {
    "契約中": ContractState.ACTIVE, "active": ContractState.ACTIVE,
    "解約": ContractState.CLOSED, "closed": ContractState.CLOSED,
}  # fmt: skip
_REASONS = {
    Reason.EMPTY: "値がありません",
    Reason.NOT_DIGITS: "数字ではありません",
    Reason.NOT_KANA: "カタカナではありません",
    Reason.LENGTH: "長すぎます",
    Reason.SHAPE: "形式が違います",
}


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
    repository = Repository(tx)
    await repository.begin_import()
    for start in range(0, len(table.rows), _CHUNK):
        chunk = table.rows[start : start + _CHUNK]
        await repository.stage([_staged(row) for row in chunk])
        if progress:
            progress(start + len(chunk), len(table.rows))
    await repository.compare_staged()
    counts = await repository.count_staged()
    frozen = await repository.freeze_accounts()
    for session_token_hash in await repository.end_sessions_of(frozen):
        await outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
    await repository.retire_replaced()
    await repository.change_contracts()
    await repository.add_contracts()
    await repository.withdraw_closing_notices()
    await repository.record_import(os_user(), table.sha256, [*counts.values(), len(frozen)])
    return ImportedContracts(encoding=table.encoding, frozen_accounts=len(frozen), **counts)


def _staged(row: TableRow) -> Sequence[Any]:
    """The row in the order of `repository.STAGED`."""
    cells = row.values
    phones = sorted({phone for phone in (cells["phone_number_1"], cells["phone_number_2"]) if phone})
    contract = (cells["customer_number"], cells["holder_kind"], cells["holder_kana"], phones)
    return (*contract, cells["state"], cells["began_on"], cells["closed_on"])


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
            problems.add(
                RowProblem(
                    row.line, "解約日", shown, "解約の行には解約日が必要で、契約中の行には書けません", file
                )
            )
        elif ended and ended < cells["began_on"]:
            problems.add(RowProblem(row.line, "解約日", shown, "解約日が契約日より前です", file))
    problems.raise_if_any()


def _customer_number(cell: str) -> str:
    return _value(CustomerNumber, cell)


def _phone_number(cell: str) -> str:
    return _value(PhoneNumber, cell)


def _holder_kana_key(cell: str) -> str:
    return _value(HolderKana, cell).key


def _value(kind: Callable[[str], Read], cell: str) -> Read:
    try:
        return kind(cell)
    except InvalidValue as invalid:
        raise ValueError(_REASONS[invalid.reason]) from None


def _one_of(known: dict[str, Any]) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        if cell.strip() not in known:
            raise ValueError(f"{'、'.join(known)}のどれかではありません")
        return known[cell.strip()]

    return read


def _day(cell: str) -> date:
    """2019/04/01 and 2019-04-01; Excel drops zeros and writes 2019/4/1."""
    try:
        year, month, day = (int(part) for part in cell.strip().replace("/", "-").split("-"))
        found = date(year, month, day)
    except ValueError:
        raise ValueError("日付（例 2019/04/01）ではありません") from None
    if not 1950 <= found.year <= 2099:
        raise ValueError("1950年から2099年までの日付ではありません")
    return found


COLUMNS = (
    Column("customer_number", ("お客様番号", "customer_number"), _customer_number),
    Column("holder_kind", ("契約区分", "holder_kind"), _one_of(_KINDS)),
    Column("holder_kana", ("契約者名カナ", "holder_kana"), _holder_kana_key),
    Column("phone_number_1", ("電話番号1", "phone_number_1"), _phone_number),
    Column("phone_number_2", ("電話番号2", "phone_number_2"), _phone_number, required=False),
    Column("state", ("契約状態", "state"), _one_of(_STATES)),
    Column("began_on", ("契約日", "began_on"), _day),
    Column("closed_on", ("解約日", "closed_on"), _day, required=False),
)
