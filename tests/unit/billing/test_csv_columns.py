"""How the cells of the charge files are read (C4 to C6)."""

from __future__ import annotations

import pytest

from messages.values import BillingMonth
from services.billing.imports import csv_columns


@pytest.mark.parametrize(
    "cell", ["2026/10", "2026-10", "202610", "2026年10月", "２０２６年１０月", " 2026/10 "]
)
def test_a_month_may_be_written_in_every_customary_way(cell: str) -> None:
    """C6."""
    assert csv_columns.month(cell) == BillingMonth(2026, 10)


def test_a_month_may_lack_its_zero_where_something_divides_it() -> None:
    """Excel drops it."""
    assert (
        csv_columns.month("2026/7")
        == csv_columns.month("2026年7月")
        == csv_columns.month("2026-07")
        == BillingMonth(2026, 7)
    )


@pytest.mark.parametrize(
    "cell",
    [
        "Oct-26",
        "2026",
        "20267",
        "2026/13",
        "2026/00",
        "2026/10/31",
        "2026.1",
        "46296",
        "26/10",
        "1999/12",
        "10/2026",
        "٢٠٢٦/10",
    ],
)
def test_what_is_not_surely_a_month_is_refused(cell: str) -> None:
    """A wrong month would be shown to customers."""
    with pytest.raises(ValueError, match="請求年月"):
        csv_columns.month(cell)


@pytest.mark.parametrize(
    ("cell", "yen"),
    [
        ("1234", 1234),
        ("1,234", 1234),
        ("１２３４", 1234),
        ("１，２３４", 1234),
        ("¥1,234", 1234),
        ("￥1,234", 1234),
        ("\\1,234", 1234),
        ("1,234,567", 1_234_567),
        ("0", 0),
        ("-100", -100),
        ("－１００", -100),
        ("−100", -100),
        ("△100", -100),
        ("▲1,000", -1000),
        ("-¥100", -100),
        ("¥-100", -100),
        (" 100 ", 100),
        ("9,999,999,999", 9_999_999_999),
    ],
)
def test_an_amount_may_be_written_in_every_customary_way(cell: str, yen: int) -> None:
    """C5."""
    assert csv_columns.yen(cell) == yen


@pytest.mark.parametrize(
    "cell",
    [
        "1.5",
        "100.05",
        "(-100)",
        "△-100",
        "1,000 500",
        "1,23",
        "12,34",
        "1,2345",
        "--1",
        "百円",
        "100--",
        "¥",
        "△",
        "1 000",
        "٣",
    ],
)
def test_what_is_not_surely_an_amount_of_whole_yen_is_refused(cell: str) -> None:
    """Decimals above all (C5)."""
    with pytest.raises(ValueError, match="円の整数"):
        csv_columns.yen(cell)


@pytest.mark.parametrize("cell", ["10000000000", "-10,000,000,000"])
def test_an_amount_that_no_message_could_carry_is_refused(cell: str) -> None:
    """Such a bill is a fault of the data."""
    with pytest.raises(ValueError, match="大きすぎます"):
        csv_columns.yen(cell)


@pytest.mark.parametrize(
    ("cell", "rate"),
    [("10%", 10), ("１０％", 10), ("10", 10), ("8%", 8), ("8", 8), ("対象外", 0), ("0%", 0), ("0", 0)],
)
def test_a_rate_is_ten_eight_or_none(cell: str, rate: int) -> None:
    """The rates there are."""
    assert csv_columns.rate(cell) == rate


@pytest.mark.parametrize("cell", ["5%", "0.1", "軽減", "10%%"])
def test_another_rate_is_refused(cell: str) -> None:
    """A statement has no place for it."""
    with pytest.raises(ValueError, match="税率"):
        csv_columns.rate(cell)


@pytest.mark.parametrize("cell", ["0012345678", "12345678", "１２３４５６７８"])
def test_leading_zeros_that_excel_ate_do_no_harm(cell: str) -> None:
    """C4."""
    assert csv_columns.customer_number(cell) == "12345678"


@pytest.mark.parametrize("cell", ["0", "12345678901", "A1"])
def test_what_is_no_customer_number_is_refused(cell: str) -> None:
    """The sentence does not repeat it."""
    with pytest.raises(ValueError, match="10桁") as refused:
        csv_columns.customer_number(cell)
    assert cell not in str(refused.value).replace("10桁", "")


@pytest.mark.parametrize(("cell", "number"), [("1", 1), ("０２", 2), ("9999", 9999)])
def test_lines_are_numbered(cell: str, number: int) -> None:
    """In the order in which they are shown."""
    assert csv_columns.line_number(cell) == number


@pytest.mark.parametrize("cell", ["0", "10000", "-1", "1.0", "一"])
def test_another_line_number_is_refused(cell: str) -> None:
    """It would not sort."""
    with pytest.raises(ValueError, match="行番号"):
        csv_columns.line_number(cell)


def test_a_label_keeps_its_characters() -> None:
    """Half-width kana too: it is the billing system's text."""
    assert csv_columns.label(" ﾈｯﾄ 基本料～① ") == "ﾈｯﾄ 基本料～①"


@pytest.mark.parametrize("cell", ["a\x07b", "a\x1bb", "a\x7fb", "長" * 101])
def test_a_label_that_would_spoil_the_page_is_refused(cell: str) -> None:
    """Controls; more than 100 characters."""
    with pytest.raises(ValueError, match="100文字"):
        csv_columns.label(cell)
