"""What a screen reader finds in a PDF, as pypdf reads its tags."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from support.statement_files import items, month_pdf, year_pdf

from gateway.downloads.press import Press
from messages.billing import BilledAlong


def elements(node: Any) -> list[Any]:
    """Every element of structure below, in order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for each in node for found in elements(each)]
    if not isinstance(node, dict):
        return []
    return ([node] if "/S" in node else []) + (elements(node["/K"]) if "/K" in node else [])


def attributes(element: Any) -> dict[str, Any]:
    """Of all owners together."""
    told = element["/A"].get_object()
    return {
        name: value for each in (told if isinstance(told, list) else [told]) for name, value in each.items()
    }


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
    found = [str(element["/S"]) for element in elements(root["/StructTreeRoot"]["/K"])]
    assert found.count("/Caption") == found.count("/Table") >= 2
    assert {"/Title", "/TR", "/TH", "/TD", "/THead", "/TBody"} <= {*found}


def test_every_cell_of_a_table_knows_the_title_of_its_column(typst: Press) -> None:
    """As far as typst can say it: of a row it knows no header (ADR 0066)."""
    along = (BilledAlong(service="サービス1", issuer="電話会社"),)
    reader = PdfReader(BytesIO(month_pdf(typst, items(60), billed_along=along)))
    root: Any = reader.trailer["/Root"]
    cells = [cell for cell in elements(root["/StructTreeRoot"]["/K"]) if cell["/S"] in ("/TH", "/TD")]
    titles = {cell["/ID"]: attributes(cell)["/Scope"] for cell in cells if cell["/S"] == "/TH"}
    assert [*titles.values()] == ["/Column"] * (5 + 1 + 4)
    data = [attributes(cell) for cell in cells if cell["/S"] == "/TD"]
    assert len(data) == 60 * 5 + 4 * 4
    assert all(set(cell["/Headers"]) & set(titles) for cell in data)
