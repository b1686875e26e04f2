"""Statements to download, and a reader of the files: what a person, a screen reader or a spreadsheet finds in
them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from gateway.downloads.document import month_document, year_document
from gateway.downloads.press import Press
from gateway.downloads.recipient import Recipient
from messages.billing import (
    ChargesListed,
    ListCharges,
    ListedStatement,
    RateTotal,
    ShownLine,
    ShowStatement,
    StatementShown,
)
from messages.company import CompanyProfile
from messages.values import BillingMonth, RegistrationNumber
from support.scripted_services import Browser, Services

COMPANY = CompanyProfile()
NUMBER = RegistrationNumber("T7000012050002")
USED = BillingMonth(2026, 9)
NO_INVOICE = "この書面は適格請求書ではありません。"
TITLE_ROW = "サービス内訳税率金額小計"

OCTOBER = BillingMonth(2026, 10)
KNOWN = Recipient("<そら>", "アイコム　タロウ", "12345678")
UNKNOWN = Recipient("<そら>", None, None)
Item = tuple[str, str, int, int]
"""Service, item, tax rate in percent, yen without tax."""

TRICKY = (
    ("髙﨑①㈱", "ｱｲｺﾑ ｺｳｶﾞ ﾌﾟﾗﾝ"),
    ("#evil()", "*bold* _it_ $x$ @ref <label>"),
    ("] [ { } ( )", "\\ \\u{41} // /* */ `raw` ~ -- ---"),
    ("#import sys", "= + - / : 1. #sys.inputs #{ panic() }"),
    ("𠮷野家 葛󠄀城", "—～－ー‐ “引用” '半角' & < > ;"),
)
"""Names that mean something to a program, or stand at the edge of a font."""


def items(count: int) -> list[Item]:
    """So many lines, each with a name and an amount of its own; of three rates, and some negative."""
    return [
        (f"サービス{at % 5}", f"内訳の{at}番", (10, 8, 0)[at % 3], at * 1_001 * (-1 if at % 7 == 6 else 1))
        for at in range(1, count + 1)
    ]


def a_statement(lines: Sequence[Item], month: BillingMonth = OCTOBER, **more: Any) -> StatementShown:
    """With the totals that billing would have made of these lines, and `more` of its fields."""
    base = {rate: sum(yen for *_, each, yen in lines if each == rate) for rate in (10, 8, 0)}
    totals = [
        RateTotal(tax_rate_percent=rate, base_yen=yen, consumption_tax_yen=yen * rate // 100)
        for rate, yen in base.items()
        if yen
    ]
    return StatementShown(
        billing_month=month,
        published_on=date(2026, 10, 5),
        lines=tuple(
            ShownLine(service=service, item=item, tax_rate_percent=rate, amount_yen=yen)
            for service, item, rate, yen in lines
        ),
        rate_totals=tuple(totals),
        amount_yen=sum(total.base_yen + total.consumption_tax_yen for total in totals),
        earlier=None,
        later=None,
        **more,
    )


def month_pdf(typst: Press, lines: list[Item], recipient: Recipient = KNOWN, **more: Any) -> bytes:
    """A statement on paper."""
    content = month_document(a_statement(lines, **more), recipient, CompanyProfile())
    return typst.typeset(json.dumps(content))


def year_pdf(typst: Press, months: int, lines: int) -> bytes:
    """So many statements up to October on paper, each with a line more than the one before."""
    statements = [a_statement(items(lines + at), OCTOBER.minus(months - 1 - at)) for at in range(months)]
    return typst.typeset(json.dumps(year_document(statements, KNOWN, COMPANY)))


def a_list(*statements: StatementShown) -> ChargesListed:
    """The list with these months on it."""
    listed = [
        ListedStatement(billing_month=each.billing_month, amount_yen=each.amount_yen) for each in statements
    ]
    return ChargesListed(
        statements=tuple(sorted(listed, key=lambda each: each.billing_month, reverse=True)),
        listed_months=12,
        first_listed_month=BillingMonth(2020, 7),
    )


def pages_of(pdf: bytes) -> list[str]:
    """What pdftotext reads on each page, in the order in which it was written."""
    if shutil.which("pdftotext") is None:
        pytest.fail("pdftotext reads the PDF files, and is missing: sh tests/install_parts.sh")
    done = subprocess.run(("pdftotext", "-raw", "-", "-"), input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def unspaced(text: str) -> str:
    """Without spaces and line breaks: a long name stands on several lines."""
    return re.sub(r"\s", "", text)


def words_of(pdf: bytes) -> str:
    """All that stands in it, without spaces, headers that come again and footers included."""
    return unspaced("".join(pages_of(pdf)))


def rows_of(file: bytes) -> list[dict[str, str]]:
    """The table as a spreadsheet reads it."""
    assert file.startswith(b"\xef\xbb\xbf")
    text = file.decode("utf-8-sig")
    assert text.endswith("\r\n")
    assert not re.search("(?<!\r)\n|\r(?!\n)", text)
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def amounts(text: str) -> list[int]:
    """Every amount in yen, in order."""
    return [int(found.replace(",", "")) for found in re.findall(r"(-?[0-9,]+)円", text)]


def by_service(lines: Sequence[Item]) -> dict[str, list[Item]]:
    """The services in the order in which they come first, each with its lines."""
    return {name: [line for line in lines if line[0] == name] for name in dict.fromkeys(x[0] for x in lines)}


def printed_rows(lines: Sequence[Item]) -> list[str]:
    """The lines as they stand in the PDF, without spaces: by service, the last one with the subtotal."""
    rows = []
    for of_service in by_service(lines).values():
        rows += [printed_row(line) for line in of_service]
        rows[-1] += f"{sum(line[3] for line in of_service):,}円"
    return rows


def printed_row(item: Item) -> str:
    """A line as it stands in the PDF, without spaces and subtotal."""
    service, name, rate, yen = item
    words = {10: "10%", 8: "8%※", 0: "対象外"}[rate]
    return unspaced(f"{service}{name}{words}{yen:,}円")


MONTH_FILES, YEAR_FILES = (
    ("/charges/2026-10.pdf", "/charges/2026-10.csv"),
    ("/charges.pdf", "/charges.csv"),
)
FILES = (*MONTH_FILES, *YEAR_FILES)


def given_a_year(services: Services) -> None:
    """Three months, each with a line more than the month before."""
    year = {OCTOBER.minus(back): a_statement(items(5 - back), OCTOBER.minus(back)) for back in range(3)}
    services.answer(ListCharges, a_list(*year.values()))
    services.says[ShowStatement] = lambda asked: year[asked.billing_month]


async def file_at(browser: Browser, path: str) -> tuple[Any, bytes]:
    """Headers and bytes of a file."""
    async with browser.client.get(path, allow_redirects=False) as response:
        assert response.status == 200
        return response.headers, await response.read()
