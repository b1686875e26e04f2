"""What a browser is told when there is no file: by whose fault, and when to come back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.scripted_services import Answer, Browser, Services
from support.statement_files import FILES, file_at, given_a_year, rows_of

from gateway.downloads import document
from gateway.downloads.pages import TYPESETTING
from gateway.downloads.turns import TURNS
from gateway.downloads.typesetting import PressTrouble, Typesetting


@pytest.mark.parametrize("path", FILES)
async def test_while_billing_is_away_the_page_says_when_to_come_back(logged_in: Browser, path: str) -> None:
    """B4, E2: the page of ご利用料金, with its menu."""
    assert_unavailable(await logged_in.get(path))


def assert_unavailable(answer: Answer) -> None:
    """The page that the list has while billing is away."""
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "ただいまご利用料金を表示できません" in answer.text
    assert "ログアウト" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


async def test_a_pdf_of_too_many_lines_is_not_begun_and_its_csv_is_made(
    logged_in: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said on a page; nothing is cut off in silence."""
    given_a_year(services)
    monkeypatch.setattr("gateway.downloads.pages.MOST_LINES", 11)
    answer = await logged_in.get("/charges.pdf")
    assert answer.status == 422
    assert "明細の行数が多いため、PDFを作成できません。" in answer.text
    assert len(rows_of((await file_at(logged_in, "/charges.csv"))[1])) > 12
    assert (await file_at(logged_in, "/charges/2026-10.pdf"))[1].startswith(b"%PDF-")
    monkeypatch.setattr("gateway.downloads.pages.MOST_LINES", 12)
    assert (await file_at(logged_in, "/charges.pdf"))[1].startswith(b"%PDF-")
    assert document.MOST_LINES >= 12 * 300


@pytest.mark.parametrize("path", FILES)
async def test_one_too_many_hears_when_to_come_back_and_the_pages_are_served(
    logged_in: Browser, services: Services, path: str
) -> None:
    """All places taken, and nobody's turn comes."""
    given_a_year(services)
    app: Any = logged_in.client.app
    turns = app[TURNS]
    turns._may_wait = 0.01
    async with turns.turn(), turns.turn():
        assert_unavailable(await logged_in.get(path))
        assert (await logged_in.get("/charges")).status == 200
        assert (await logged_in.get("/charges/2026-10")).status == 200
    assert (await file_at(logged_in, path))[1]


async def test_a_hundred_at_once_get_their_file_or_a_word_and_pages_are_served_between(
    logged_in: Browser, services: Services
) -> None:
    """One press for all of them."""
    given_a_year(services)

    async def ask() -> int:
        async with logged_in.client.get("/charges/2026-10.pdf") as response:
            await response.read()
            return response.status

    asked = [asyncio.create_task(ask()) for _ in range(100)]
    assert (await logged_in.get("/charges")).status == 200
    assert not all(each.done() for each in asked)
    outcomes = await asyncio.gather(*asked)
    assert set(outcomes) <= {200, 503}
    assert 200 in outcomes


async def test_a_press_that_died_is_said_as_trouble_and_a_refused_document_as_a_fault(
    logged_in: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 for what passes, 500 for what does not; neither tells of the document."""
    given_a_year(services)

    async def dies(self: Typesetting, content: Any) -> bytes:
        raise PressTrouble

    with monkeypatch.context() as patched:
        patched.setattr(Typesetting, "typeset", dies)
        assert_unavailable(await logged_in.get("/charges/2026-10.pdf"))
    with monkeypatch.context() as patched:
        patched.setattr("gateway.downloads.pages.month_document", lambda *_: {"title": None})
        answer = await logged_in.get("/charges/2026-10.pdf")
    assert answer.status == 500
    assert "typst" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


async def test_a_portal_for_which_nobody_asks_for_a_pdf_has_no_press(
    logged_in: Browser, services: Services
) -> None:
    """Pages and tables need none, and one that stops leaves none."""
    given_a_year(services)
    app: Any = logged_in.client.app
    typesetting = app[TYPESETTING]
    await logged_in.get("/charges")
    await file_at(logged_in, "/charges.csv")
    assert not typesetting.is_running
    await file_at(logged_in, "/charges.pdf")
    assert typesetting.is_running
    await logged_in.client.close()
    assert not typesetting.is_running
