"""Statements on paper, as poppler and pypdf read them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from support.statement_files import (
    COMPANY,
    NUMBER,
    TITLE_ROW,
    TRICKY,
    USED,
    Item,
    a_statement,
    amounts,
    items,
    month_pdf,
    pages_of,
    printed_row,
    printed_rows,
    unspaced,
    words_of,
    year_pdf,
)

from gateway.downloads.press import Press
from messages.billing import BilledAlong
from messages.values import BillingMonth


def test_a_month_says_who_bills_whom_for_what(typst: Press) -> None:
    """Title, addressee, company, month, total, lines, rates, notes, page."""
    lines: list[Item] = [("光", "月額", 10, 5_000), ("TV", "番組誌", 8, 230), ("他", "放送", 0, 500)]
    words = words_of(month_pdf(typst, lines))
    assert words.startswith(
        "ご利用料金の明細（2026年10月請求分）契約者名：アイコムタロウ様お客様番号：12345678"
    )
    for said in (
        "請求年月：2026年10月",
        "公開日：2026年10月5日",
        unspaced(COMPANY.name),
        unspaced(f"{COMPANY.postcode} {COMPANY.address}"),
        f"TEL{COMPANY.telephone}/FAX{COMPANY.fax}",
        "ご請求額（税込）6,248円",
        "10%対象5,000円500円5,500円",
        "8%対象※230円18円248円",
        "対象外500円0円500円",
        "合計5,730円518円6,248円",
        "※は軽減税率（8%）の対象です。",
        "この書面は適格請求書ではありません。",
    ):
        assert said in words
    assert words.endswith("1/1")


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (25, 1), (300, 7)])
def test_every_line_is_there_in_its_order_and_every_page_has_the_titles(
    typst: Any, lines: int, pages: int
) -> None:
    """25 lines take one page; over several the titles come again, and each page has its number."""
    read = pages_of(month_pdf(typst, items(lines)))
    assert len(read) == pages
    assert [page.strip().splitlines()[-1].split()[-1] for page in read] == [
        f"{number}/{pages}" for number in range(1, pages + 1)
    ]
    words = unspaced("".join(read))
    at = 0
    for row in printed_rows(items(lines)):
        at = words.index(row, at) + 1
    with_lines = [unspaced(page) for page in read if "内訳の" in page]
    assert all(page.count(TITLE_ROW) == 1 for page in with_lines)


def test_lines_stand_by_service_with_a_subtotal_as_on_the_page(typst: Press) -> None:
    """B6, C17: whatever their order in the export; negative ones and those of 0 yen, too."""
    lines: list[Item] = [
        ("光", "月額", 10, 5_000),
        ("電話", "基本料", 10, 1_330),
        ("光", "割引", 10, -6_000),
        ("", "", 0, 0),
        ("電話", "通話料", 10, 8),
        ("光", "誌", 8, 230),
    ]
    along = (BilledAlong(service="電話", issuer="電話会社"),)
    words = words_of(month_pdf(typst, lines, billed_along=along))
    assert (
        f"{TITLE_ROW}光月額10%5,000円光割引10%-6,000円光誌8%※230円-770円そのほか（名称なし）対象外0円0円"
    ) in words
    assert "電話基本料10%1,330円電話通話料10%8円1,338円税率ごとの合計" in words


def test_25_lines_of_25_services_take_one_page_even_with_all_that_may_be_said(typst: Press) -> None:
    """Names as long as fit on one line, a character that cannot be printed, and three rates."""
    lines: list[Item] = [
        (
            f"とても長いサービス名その{at:02}",
            f"とても長い内訳の名前で一行に収まる{at:02}😀",
            (10, 8, 0)[at % 3],
            99_999,
        )
        for at in range(25)
    ]
    more = {"revised_on": date(2026, 10, 20), "usage_month": USED}
    others = (
        BilledAlong(service=lines[3][0], issuer="とても長い名前の電話会社", registration_number=NUMBER),
        BilledAlong(service=lines[9][0], issuer="とても長い名前の電力会社", registration_number=NUMBER),
    )
    assert len(pages_of(month_pdf(typst, lines, **more, registration_number=NUMBER))) == 1
    assert len(pages_of(month_pdf(typst, lines, **more, billed_along=others))) == 1


def test_no_caption_and_no_note_is_parted_from_its_table(typst: Press) -> None:
    """However many lines come before."""
    for count in range(28, 50):
        pages = pages_of(month_pdf(typst, items(count)))
        [captioned] = [page for page in pages if "税率ごとの合計" in page]
        assert "税抜金額" in captioned.split("税率ごとの合計")[1], count
        assert "合計" in captioned.split("税率ごとの合計")[1], count


def test_names_are_data(typst: Press) -> None:
    """What means something to Typst is printed, and nothing of it is done."""
    lines: list[Item] = [(service, item, 10, at) for at, (service, item) in enumerate(TRICKY)]
    words = words_of(month_pdf(typst, lines))
    for line in lines:
        assert printed_row(line).replace("\U000e0100", "") in words.replace("\U000e0100", "")
    assert "〓" not in words


@pytest.mark.parametrize("sign", ["😀", "\ue000", "한", "\ufffd", "\u202e", "\x00", "ł", chr(0xD83D)])
def test_a_character_that_the_font_lacks_leaves_a_mark_and_a_note(typst: Press, sign: str) -> None:
    """It does not vanish, and turns no line round."""
    words = words_of(month_pdf(typst, [("光", f"前{sign}後", 10, 1)]))
    assert "光前〓後10%1円" in words
    assert "「〓」は、この書面に印刷できない文字です。" in words


@pytest.mark.parametrize("sign", ["\t", "\n", "\u2003", "\u2028", "\u3000", "\u00a0", " "])
def test_a_space_of_any_kind_is_a_space(typst: Press, sign: str) -> None:
    """And no line of its own."""
    words = words_of(month_pdf(typst, [("光", f"前{sign}後", 10, 1)]))
    assert "光前後10%1円" in words
    assert "〓" not in words


def test_without_the_reduced_rate_no_legend_speaks_of_it(typst: Press) -> None:
    """※ is explained where it stands."""
    assert "※" not in words_of(month_pdf(typst, [("光", "月額", 10, 5_000)]))


def test_a_statement_without_lines_says_so(typst: Press) -> None:
    """And has no empty table."""
    words = words_of(month_pdf(typst, []))
    assert "ご請求額（税込）0円この請求の内訳は登録されていません。" in words
    assert TITLE_ROW not in words
    assert "税率ごとの合計" not in words


def test_a_year_begins_with_its_totals_and_has_each_statement_on_a_page_of_its_own(typst: Press) -> None:
    """Twelve months, oldest first."""
    pdf = year_pdf(typst, 12, 9)
    pages = [unspaced(page) for page in pages_of(pdf)]
    assert len(pages) == 13
    assert pages[0].startswith("ご利用料金の明細（2025年11月から2026年10月請求分）")
    rows = [amounts(page)[0] for page in pages[1:]]
    assert f"12か月分のご請求額（税込）{sum(rows):,}円" in pages[0]
    statements = [a_statement(items(9 + at)) for at in range(12)]
    assert rows == [statement.amount_yen for statement in statements]
    for at, statement in enumerate(statements):
        month = BillingMonth(2025, 11).plus(at)
        words = f"{month.year}年{month.month}月"
        assert pages[1 + at].startswith(f"ご利用料金の明細（{words}請求分）")
        by_rate = {total.tax_rate_percent: total for total in statement.rate_totals}
        cells = [
            by_rate[10].base_yen,
            by_rate[10].consumption_tax_yen,
            by_rate[8].base_yen,
            by_rate[8].consumption_tax_yen,
            by_rate[0].base_yen,
            statement.amount_yen,
        ]
        assert words + "".join(f"{cell:,}円" for cell in cells) in pages[0]


def test_a_year_of_one_month_is_named_for_it(typst: Press) -> None:
    """A customer of the first month."""
    words = words_of(year_pdf(typst, 1, 3))
    assert words.startswith("ご利用料金の明細（2026年10月請求分）契約者名")
    assert "1か月分のご請求額（税込）" in words


def test_all_fonts_are_inside_and_nothing_but_our_own(typst: Press) -> None:
    """It looks the same on a machine without a Japanese font."""
    reader = PdfReader(BytesIO(month_pdf(typst, items(3))))
    resources: Any = reader.pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        [descendant] = font["/DescendantFonts"]
        assert "NotoSansJP" in str(font["/BaseFont"])
        assert "/FontFile3" in descendant.get_object()["/FontDescriptor"]
