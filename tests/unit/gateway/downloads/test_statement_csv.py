"""Statements as a table."""

from __future__ import annotations

from datetime import date

import pytest
from support.statement_files import (
    COMPANY,
    KNOWN,
    NO_INVOICE,
    NUMBER,
    TRICKY,
    UNKNOWN,
    Item,
    a_statement,
    items,
    rows_of,
)

from gateway.downloads.recipient import Recipient
from gateway.downloads.table import table_of
from messages.billing import BilledAlong, StatementShown
from messages.values import BillingMonth, RegistrationNumber

TITLES = [
    "請求年月",
    "区分",
    "サービス",
    "内訳",
    "税率",
    "軽減税率",
    "税抜金額（円）",
    "消費税額（円）",
    "請求額（税込・円）",
]
AMOUNTS = TITLES[-3:]
FACTS = ["契約者名", "お客様番号", "公開日", "訂正日", "ご利用月", "発行者", "登録番号", "適格請求書"]


def table(*statements: StatementShown, recipient: Recipient = KNOWN) -> list[dict[str, str]]:
    return rows_of(table_of(statements, recipient, COMPANY))


def facts(row: dict[str, str]) -> list[str]:
    return [row[title] for title in FACTS]


def yen(cells: list[str]) -> int:
    return sum(int(cell) for cell in cells if cell)


def test_a_month_has_its_lines_the_tax_of_each_rate_and_its_total() -> None:
    """Each amount in one column of its own, so that no sum counts anything twice."""
    lines: list[Item] = [
        ("光", "月額", 10, 5_000),
        ("光", "割引", 10, -500),
        ("TV", "誌", 8, 230),
        ("", "", 0, 9),
    ]
    rows = table(a_statement(lines))
    assert list(rows[0]) == TITLES + FACTS
    assert [list(row.values())[: len(TITLES)] for row in rows] == [
        ["2026年10月", "明細", "光", "月額", "10%", "", "5000", "", ""],
        ["2026年10月", "明細", "光", "割引", "10%", "", "-500", "", ""],
        ["2026年10月", "明細", "TV", "誌", "8%", "※", "230", "", ""],
        ["2026年10月", "明細", "そのほか", "（名称なし）", "対象外", "", "9", "", ""],
        ["2026年10月", "消費税", "", "10%対象", "10%", "", "", "450", ""],
        ["2026年10月", "消費税", "", "8%対象", "8%", "※", "", "18", ""],
        ["2026年10月", "合計", "", "", "", "", "", "", "5207"],
    ]


def test_a_file_is_this_to_the_byte() -> None:
    """C8, C10: as LibreOffice Calc 7.4 opened it, read as UTF-8: no formula, amounts are numbers, and nothing
    is lost of the number, which has no leading zeros (Q1).
    """
    lines: list[Item] = [("=1+1", "\t@SUM(A1)", 10, -500), ("髙﨑①㈱ ｱｲｺﾑ", '"a",b', 8, 1_000)]
    head = "アイコム　タロウ,12345678,2026年10月5日,,"
    company = "株式会社 あいコムこうか,,この書面は適格請求書ではありません。"
    assert (
        table_of([a_statement(lines)], KNOWN, COMPANY)
        == (
            "\ufeff請求年月,区分,サービス,内訳,税率,軽減税率,税抜金額（円）,消費税額（円）,請求額（税込・円）,"
            "契約者名,お客様番号,公開日,訂正日,ご利用月,発行者,登録番号,適格請求書\r\n"
            f"2026年10月,明細,'=1+1,'\t@SUM(A1),10%,,-500,,,{head},{company}\r\n"
            f'2026年10月,明細,髙﨑①㈱ ｱｲｺﾑ,"""a"",b",8%,※,1000,,,{head},{company}\r\n'
            f"2026年10月,消費税,,10%対象,10%,,,-50,,{head},{company}\r\n"
            f"2026年10月,消費税,,8%対象,8%,※,,80,,{head},{company}\r\n"
            f"2026年10月,合計,,,,,,,530,{head},{company}\r\n"
        ).encode()
    )


def test_whatever_is_added_up_of_a_year_comes_to_what_was_billed() -> None:
    """By month, by column, in all."""
    year = [a_statement(items(at + 3), BillingMonth(2026, 1).plus(at)) for at in range(12)]
    rows = table(*year)
    for statement in year:
        month = f"{statement.billing_month.year}年{statement.billing_month.month}月"
        own = [row for row in rows if row["請求年月"] == month]
        assert len(own) == len(statement.lines) + 3
        base, tax, total = (yen([row[title] for row in own]) for title in AMOUNTS)
        assert base + tax == total == statement.amount_yen
    assert all(sum(bool(row[title]) for title in AMOUNTS) == 1 for row in rows)


def test_names_survive_and_none_is_a_formula() -> None:
    """The sheet shows what the page shows, but for an apostrophe before what looks like a formula."""
    names = [*TRICKY, ("=1+1", "@SUM(A1)"), ("＝x", "-5"), ('"', "a,b")]
    lines: list[Item] = [(service, item, 10, 1) for service, item in names]
    rows = table(a_statement(lines))[: len(lines)]
    for row, (service, item) in zip(rows, names, strict=True):
        assert row["サービス"].removeprefix("'") == service
        assert row["内訳"].removeprefix("'") == item
        assert not row["サービス"].startswith(("=", "+", "-", "@"))
        assert not row["内訳"].startswith(("=", "+", "-", "@"))


def test_a_statement_without_lines_has_its_total() -> None:
    """0 yen is an amount."""
    rows = table(a_statement([]))
    assert [row["請求額（税込・円）"] for row in rows] == ["0"]


def test_every_row_says_whose_statement_of_which_days_it_is_of() -> None:
    """Corrections with both days, the month of use where it is known."""
    lines: list[Item] = [("光", "月額", 10, 1)]
    plain = a_statement(lines)
    corrected = a_statement(lines, revised_on=date(2026, 10, 20), usage_month=BillingMonth(2026, 9))
    head = ["アイコム　タロウ", "12345678", "2026年10月5日"]
    for statement, more in ((plain, ["", ""]), (corrected, ["2026年10月20日", "2026年9月"])):
        rows = table(statement)
        assert [facts(row)[:5] for row in rows] == [[*head, *more]] * len(rows)


def test_while_identity_tells_nothing_no_other_name_takes_the_contracts_place() -> None:
    """The nickname is nobody's name in the books."""
    rows = table(a_statement([("光", "月額", 10, 1)]), recipient=UNKNOWN)
    assert [facts(row)[:2] for row in rows] == [["", ""]] * len(rows)


@pytest.mark.parametrize(
    ("number", "recipient", "said"),
    [
        (NUMBER, KNOWN, [NUMBER, "適格請求書"]),
        (NUMBER, UNKNOWN, ["", NO_INVOICE]),
        (None, KNOWN, ["", NO_INVOICE]),
    ],
)
def test_it_is_an_invoice_with_number_and_recipient_alone(
    number: RegistrationNumber | None, recipient: Recipient, said: list[str]
) -> None:
    """C16: else no row shows the number."""
    rows = table(a_statement([("光", "月額", 10, 100)], registration_number=number), recipient=recipient)
    assert [facts(row)[-3:] for row in rows] == [[COMPANY.name, *said]] * len(rows)


def test_a_line_that_is_billed_along_has_its_issuer() -> None:
    """C17: with his number as far as it is known; tax and total are not one issuer's alone."""
    lines: list[Item] = [("光", "月額", 10, 100), ("電話", "月額", 10, 100), ("電気", "月額", 10, 100)]
    others = (
        BilledAlong(service="電話", issuer="電話会社", registration_number=NUMBER),
        BilledAlong(service="電気", issuer="電力会社"),
    )
    rows = table(a_statement(lines, billed_along=others))
    assert [facts(row)[-3:-1] for row in rows] == [
        [COMPANY.name, ""],
        ["電話会社", NUMBER],
        ["電力会社", ""],
        ["", ""],
        ["", ""],
    ]
