"""The four files, as a browser gets them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from support.scripted_services import SESSION, Browser, Services
from support.statement_files import (
    FILES,
    OCTOBER,
    YEAR_FILES,
    a_list,
    a_statement,
    file_at,
    given_a_year,
    items,
    rows_of,
    words_of,
)

from chassis.messaging.refusal import Refusal
from messages.billing import ListCharges, RefusalCode, ShowStatement
from messages.identity import LogIn


@pytest.mark.parametrize(
    ("path", "content_type", "plain", "japanese"),
    [
        (
            "/charges/2026-10.pdf",
            "application/pdf",
            "statement-2026-10.pdf",
            "ご利用料金の明細_2026年10月請求分.pdf",
        ),
        (
            "/charges/2026-10.csv",
            "text/csv; charset=utf-8",
            "statement-2026-10.csv",
            "ご利用料金の明細_2026年10月請求分.csv",
        ),
        (
            "/charges.pdf",
            "application/pdf",
            "statement-2026-08_2026-10.pdf",
            "ご利用料金の明細_2026年08月から2026年10月請求分.pdf",
        ),
        (
            "/charges.csv",
            "text/csv; charset=utf-8",
            "statement-2026-08_2026-10.csv",
            "ご利用料金の明細_2026年08月から2026年10月請求分.csv",
        ),
    ],
)
async def test_a_file_is_saved_under_a_name_of_months_and_kept_by_nobody_else(
    logged_in: Browser, services: Services, path: str, content_type: str, plain: str, japanese: str
) -> None:
    """X35, E3: stored by no cache, found by no search engine; its name says whose it is to nobody."""
    given_a_year(services)
    headers, body = await file_at(logged_in, path)
    assert headers["Content-Type"] == content_type
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in headers
    named = re.fullmatch(
        r"attachment; filename=\"([ -~]+)\"; filename\*=UTF-8''([A-Za-z0-9%._-]+)",
        headers["Content-Disposition"],
    )
    assert named
    assert (named[1], unquote(named[2])) == (plain, japanese)
    assert int(headers["Content-Length"]) == len(body)


async def test_the_files_say_what_billing_says(logged_in: Browser, services: Services) -> None:
    """A month alone, and all that are listed, oldest first."""
    given_a_year(services)
    _, month = await file_at(logged_in, "/charges/2026-10.csv")
    assert [row["請求年月"] for row in rows_of(month) if row["区分"] == "明細"] == ["2026年10月"] * 5
    _, year = await file_at(logged_in, "/charges.csv")
    assert [row["請求年月"] for row in rows_of(year) if row["区分"] == "明細"] == [
        *["2026年8月"] * 3,
        *["2026年9月"] * 4,
        *["2026年10月"] * 5,
    ]
    assert "内訳の5番" in words_of((await file_at(logged_in, "/charges/2026-10.pdf"))[1])
    assert "（2026年8月から2026年10月請求分）" in words_of((await file_at(logged_in, "/charges.pdf"))[1])


@pytest.mark.parametrize("ending", ["pdf", "csv"])
@pytest.mark.parametrize(
    "month", ["2020-06", "1999-01", "nonsense", "2026-13", "2026-1", "２０２６-10", "2026-10.pdf"]
)
async def test_a_month_that_may_not_be_seen_is_the_statements_own_404(
    logged_in: Browser, services: Services, month: str, ending: str
) -> None:
    """T25, X34: byte by byte."""
    services.refuse(ShowStatement, RefusalCode.STATEMENT_NOT_FOUND)
    answer, page = await logged_in.get(f"/charges/{month}.{ending}"), await logged_in.get("/charges/2020-06")
    assert (answer.status, answer.text) == (404, page.text)
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("path", FILES)
async def test_a_stranger_logs_in_and_comes_to_the_page_that_offers_the_file(
    browser: Browser, services: Services, path: str
) -> None:
    """Not to the file itself: the browser would save it, and stay at the log-in."""
    answer = await browser.get(path)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert not services.asked
    services.answer(LogIn, SESSION)
    answer = await browser.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == path.partition(".")[0]


@pytest.mark.parametrize("path", FILES)
async def test_a_session_that_ended_leads_to_the_log_in(
    logged_in: Browser, services: Services, path: str
) -> None:
    """Whoever says so, identity or billing."""
    services.refuse(ListCharges, RefusalCode.SESSION_ENDED)
    services.refuse(ShowStatement, RefusalCode.SESSION_ENDED)
    answer = await logged_in.get(path)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("path", YEAR_FILES)
async def test_without_any_month_the_list_says_so(logged_in: Browser, services: Services, path: str) -> None:
    """Q20: no file of nothing."""
    services.answer(ListCharges, a_list())
    answer = await logged_in.get(path)
    assert (answer.status, answer.headers["Location"]) == (303, "/charges")
    assert "/charges.pdf" not in (await logged_in.get("/charges")).text


async def test_a_month_that_leaves_the_list_meanwhile_is_left_out(
    logged_in: Browser, services: Services
) -> None:
    """The year is what its months say when they are asked."""
    listed = [a_statement(items(2), OCTOBER), a_statement(items(2), OCTOBER.minus(1))]
    services.answer(ListCharges, a_list(*listed))

    def say(asked: ShowStatement) -> Any:
        if asked.billing_month == OCTOBER:
            raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
        return listed[1]

    services.says[ShowStatement] = say
    headers, body = await file_at(logged_in, "/charges.csv")
    assert {row["請求年月"] for row in rows_of(body)} == {"2026年9月"}
    assert "statement-2026-09.csv" in headers["Content-Disposition"]


async def test_each_page_offers_its_two_files_by_names_that_differ(
    logged_in: Browser, services: Services
) -> None:
    """B2: what is saved, and as what, is in each link's own words; no link takes a page's place."""
    given_a_year(services)
    for page, month in (("/charges", ""), ("/charges/2026-10", "/2026-10")):
        text = (await logged_in.get(page)).text
        names = []
        for kind in ("pdf", "csv"):
            found = re.search(rf'<a [^>]*href="/charges{month}.{kind}"[^>]*>(.*?)</a>', text)
            assert found
            names.append(re.sub("<[^>]+>", "", found[1]))
            assert names[-1].startswith(f"{kind.upper()}をダウンロード（")
        assert len({*names}) == 2
    assert "2026年10月請求分の明細" in names[0]
    assert 'id="downloads">1年分をまとめて保存</h2>' in (await logged_in.get("/charges")).text
