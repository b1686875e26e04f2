"""Statements on paper, as poppler and pypdf read them."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from support.statement_files import (
    COMPANY,
    KNOWN,
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
    unspaced,
    words_of,
)

from gateway.downloads.document import year_document
from gateway.downloads.press import Press
from messages.billing import BilledAlong
from messages.values import BillingMonth


def year_pdf(typst: Press, months: int, lines: int) -> bytes:
    statements = [a_statement(items(lines + at), BillingMonth(2025, 11).plus(at)) for at in range(months)]
    return typst.typeset(json.dumps(year_document(statements, KNOWN, COMPANY)))


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
    for line in items(lines):
        at = words.index(printed_row(line), at) + 1
    with_lines = [unspaced(page) for page in read if "内訳の" in page]
    assert all(page.count(TITLE_ROW) == 1 for page in with_lines)


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
    assert words.startswith("ご利用料金の明細（2025年11月請求分）契約者名")
    assert "1か月分のご請求額（税込）" in words


def tags(node: Any) -> list[str]:
    """Every kind of structure below, in order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [tag for each in node for tag in tags(each)]
    if not isinstance(node, dict):
        return []
    return ([str(node["/S"])] if "/S" in node else []) + (tags(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize(
    "make", [lambda typst: month_pdf(typst, items(60)), lambda typst: year_pdf(typst, 3, 30)]
)
def test_a_screen_reader_finds_language_title_headings_and_tables(typst: Press, make: Any) -> None:
    """PDF/UA-1 as the file declares it, and the tags that it stands for."""
    reader = PdfReader(BytesIO(make(typst)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("ja")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("ご利用料金の明細（")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    found = tags(root["/StructTreeRoot"]["/K"])
    assert found.count("/Caption") == found.count("/Table") >= 2
    assert {"/Title", "/TR", "/TH", "/TD", "/THead", "/TBody"} <= {*found}


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
