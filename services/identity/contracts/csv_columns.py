"""The columns of the billing system's CSV of contracts, and how one cell of each is read (data rules C2 to
C6). A reason why a cell cannot be read is a Japanese sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from chassis.csv_import import Column
from messages.values import CustomerNumber, HolderKana, InvalidValue, PhoneNumber, Reason
from messages.written_dates import written_day
from services.identity.contracts.domain import ContractState, HolderKind

Read = TypeVar("Read")

_KINDS = {
    "個人": HolderKind.PERSON, "person": HolderKind.PERSON,
    "法人": HolderKind.COMPANY, "company": HolderKind.COMPANY,
}  # fmt: skip
_STATES = {
    "契約中": ContractState.ACTIVE, "active": ContractState.ACTIVE,
    "解約": ContractState.CLOSED, "closed": ContractState.CLOSED,
}  # fmt: skip
_WITHOUT_ITS_ZERO = re.compile("[1-9][0-9]{8,9}(?:[.]0+)?")  # a number to a spreadsheet
_REASONS = {
    Reason.EMPTY: "値がありません",
    Reason.NOT_DIGITS: "数字ではありません",
    Reason.NOT_KANA: "カタカナではありません",
    Reason.LENGTH: "長すぎます",
    Reason.SHAPE: "形式が違います",
}


def _customer_number(cell: str) -> CustomerNumber:
    return _value(CustomerNumber, cell)


def _phone_number(cell: str) -> PhoneNumber:
    if _WITHOUT_ITS_ZERO.fullmatch(unicodedata.normalize("NFKC", cell).strip()):
        raise ValueError("先頭の0が失われています。列を文字列にして書き出し直してください")
    return _value(PhoneNumber, cell)


def _holder_kana(cell: str) -> HolderKana:
    return _value(HolderKana, cell)


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
    """2019/04/01, 2019/4/1, 2019年4月1日, 平成31年4月1日 and their like."""
    try:
        found = written_day(cell)
    except ValueError:
        raise ValueError("日付（例 2019/04/01）ではありません") from None
    if not 1950 <= found.year <= 2099:
        raise ValueError("1950年から2099年までの日付ではありません")
    return found


COLUMNS = (
    Column("customer_number", ("お客様番号", "customer_number"), _customer_number),
    Column("holder_kind", ("契約区分", "holder_kind"), _one_of(_KINDS)),
    Column("holder_kana", ("契約者名カナ", "holder_kana"), _holder_kana),
    Column("phone_number_1", ("電話番号1", "phone_number_1"), _phone_number),
    Column("phone_number_2", ("電話番号2", "phone_number_2"), _phone_number, required=False),
    Column("state", ("契約状態", "state"), _one_of(_STATES)),
    Column("began_on", ("契約日", "began_on"), _day),
    Column("closed_on", ("解約日", "closed_on"), _day, required=False),
)
