"""How the cells of the billing system's two charge files are read, and what their columns are called (C3 to
C6).
"""

from __future__ import annotations

import re
import unicodedata

from chassis.csv_import import Column
from messages.values import BillingMonth, CustomerNumber, InvalidValue
from messages.values.invisible import without_invisible
from messages.values.typed_digits import DASHES
from messages.written_dates import written_month

_MINUS = "-△▲"
_AMOUNT = re.compile(
    rf"(?P<before>[{_MINUS}+]|マイナス)?\s*[¥\\]?\s*(?P<inside>[{_MINUS}])?\s*"
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.00?)?\s*円?\s*"
    rf"(?P<behind>[{_MINUS}])?"
)
_NOTHING = re.compile(r"[¥\\]?\s*-")  # how the accounting format of a spreadsheet shows 0
_SERIAL_OF_A_DAY = re.compile("[3-6][0-9]{4}")
_LARGEST_YEN = 10**10

AMOUNT_TITLE = "請求額"
BASE_TITLES = {10: "10%対象額", 8: "8%対象額", 0: "対象外額"}
TAX_TITLES = {10: "10%消費税", 8: "8%消費税"}
_RATES = {"10%": 10, "10": 10, "8%": 8, "8": 8, "対象外": 0, "0%": 0, "0": 0}


def customer_number(cell: str) -> str:
    """Leading zeros are stripped (Q1)."""
    try:
        return CustomerNumber(cell)
    except InvalidValue:
        raise ValueError("お客様番号は10桁までの数字です") from None


def month(cell: str) -> BillingMonth:
    """2026/10, 202610, 2026年10月, 令和8年10月 and their like, also as the 1st of that month (C6)."""
    if _SERIAL_OF_A_DAY.fullmatch(unicodedata.normalize("NFKC", cell).strip()):
        raise ValueError(
            "請求年月がExcelの日付の通し番号になっています。列を文字列にして書き出し直してください"
        )
    try:
        return BillingMonth.from_date(written_month(cell))
    except ValueError:
        raise ValueError("請求年月（例 2026/10）ではありません") from None


def yen(cell: str) -> int:
    """1,234, １２３４, ¥1,234, 1,234円; negative: -100, 100-, △100, ▲ 100, (100), マイナス100 (C5).

    Never a fraction of a yen; 100.0 and 100.00 are 100. 1.000 may be a thousand, and is refused.
    """
    text = re.sub(f"[{DASHES}]", "-", unicodedata.normalize("NFKC", cell)).strip()
    bare, in_brackets = _without_brackets(text)
    if _NOTHING.fullmatch(bare):
        return 0
    found = _AMOUNT.fullmatch(bare)
    signs = [sign for sign in (found["before"], found["inside"], found["behind"]) if sign] if found else []
    if found is None or len(signs) + in_brackets > 1:
        raise ValueError("円の整数ではありません")
    amount = int(found["number"].replace(",", ""))
    if amount >= _LARGEST_YEN:
        raise ValueError("金額が大きすぎます")
    return -amount if in_brackets or signs not in ([], ["+"]) else amount


def _without_brackets(text: str) -> tuple[str, bool]:
    """The amount in `(1,000)` and `¥(1,000)`, and whether it stood in brackets."""
    found = re.fullmatch(r"([¥\\]?)\s*[(]\s*(.*?)\s*[)]", text)
    return (found[1] + found[2], True) if found else (text, False)


def rate(cell: str) -> int:
    """Percent; 0 is 対象外."""
    found = _RATES.get(unicodedata.normalize("NFKC", cell).strip())
    if found is None:
        raise ValueError("税率は10%、8%、対象外のどれかです")
    return found


def line_number(cell: str) -> int:
    """Counts from 1 within a statement."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 9_999:
        raise ValueError("行番号は1から9999までの数字です")
    return int(text)


def label(cell: str) -> str:
    """A name as it will be shown: in one line, without invisible and control characters, at most 100
    characters.
    """
    text = " ".join(without_invisible(unicodedata.normalize("NFC", cell)).split())
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in text) or len(text) > 100:
        raise ValueError("100文字までの文字だけを書いてください")
    return text


STATEMENT_COLUMNS = (
    Column("customer_number", ("お客様番号", "customer_number"), customer_number),
    Column("billing_month", ("請求年月", "billing_month"), month),
    Column("base_10_yen", (BASE_TITLES[10], "base_10_yen"), yen),
    Column("tax_10_yen", (TAX_TITLES[10], "tax_10_yen"), yen),
    Column("base_8_yen", (BASE_TITLES[8], "base_8_yen"), yen),
    Column("tax_8_yen", (TAX_TITLES[8], "tax_8_yen"), yen),
    Column("base_0_yen", (BASE_TITLES[0], "base_0_yen"), yen),
    Column("amount_yen", (AMOUNT_TITLE, "amount_yen"), yen),
)
LINE_COLUMNS = (
    Column("customer_number", ("お客様番号", "customer_number"), customer_number),
    Column("billing_month", ("請求年月", "billing_month"), month),
    Column("line_number", ("行番号", "line_number"), line_number),
    Column("service", ("サービス", "service"), label),
    Column("item", ("内訳", "item"), label),
    Column("tax_rate_percent", ("税率", "tax_rate_percent"), rate),
    Column("amount_yen", ("金額", "amount_yen"), yen),
)
