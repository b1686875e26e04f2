"""お客様メニューリスト, and what stands behind the login."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.billing import ChargesListed, ListCharges, ListedStatement, ShownCause, ShownComparison
from messages.identity import RefusalCode as Identity
from messages.identity import ShowSession
from messages.values import BillingMonth


async def test_the_menu_greets_by_nickname_and_shows_the_last_login(
    logged_in: Browser, services: Services
) -> None:
    """T15, M1, X36: escaped, Japanese time."""
    page = await logged_in.get("/menu")
    assert "<h1>お客様メニューリスト</h1>" in page.text
    assert "&lt;そら&gt; 様" in page.text
    assert '<time datetime="2026-11-22T23:05:17+00:00">2026年11月23日（月） 8時05分</time>' in page.text
    assert 'href="/charges"' in page.text


@pytest.mark.parametrize("bounced", [True, False])
async def test_a_customer_whose_mails_come_back_is_told_so_and_whom_to_call(
    logged_in: Browser, services: Services, bounced: bool
) -> None:
    """T9 of the mails: and nobody else is."""
    services.answer(ShowSession, SESSION.model_copy(update={"mail_bounced": bounced}))
    page = await logged_in.get("/menu")
    assert ("ご登録のメールアドレスにメールが届きませんでした。" in page.text) is bounced
    notice = re.search('<p class="notice" id="mail-bounced">.*</p>', page.text)
    assert bool(notice and 'href="tel:0748-66-0739"' in notice[0]) is bounced


async def test_a_session_that_ended_leads_to_the_login_with_the_reason(
    logged_in: Browser, services: Services
) -> None:
    """G18; the browser forgets its token."""
    services.refuse(ShowSession, Identity.SESSION_ENDED)
    assert (await logged_in.get("/menu")).headers["Location"] == "/login"
    assert "ログインの有効時間が過ぎました。" in (await logged_in.get("/login")).text
    assert "sid" not in logged_in.cookies()


@pytest.mark.parametrize("path", ["/menu", "/contract", "/charges", "/charges/2026-10"])
async def test_without_a_session_every_page_behind_the_login_leads_to_it(
    browser: Browser, services: Services, path: str
) -> None:
    """And no service is asked."""
    assert (await browser.get(path)).headers["Location"] == "/login"
    assert services.asked == []


async def test_the_newest_bill_stands_on_the_menu_with_its_sentence(
    logged_in: Browser, services: Services
) -> None:
    """And leads to its statement."""
    rows = tuple(
        ListedStatement(billing_month=BillingMonth(2026, month), amount_yen=yen)
        for month, yen in ((10, 6600), (9, 5500))
    )
    comparison = ShownComparison(
        with_month=BillingMonth(2026, 9),
        difference_yen=1100,
        causes=(ShownCause(name="有料チャンネル", difference_yen=1100),),
    )
    first = BillingMonth(2020, 7)
    services.answer(
        ListCharges,
        ChargesListed(statements=rows, listed_months=12, first_listed_month=first, comparison=comparison),
    )
    page = (await logged_in.get("/menu")).text
    assert "先月より1,100円高くなっています（有料チャンネル +1,100円）。" in page
    assert page.index("6,600円") < page.index('href="/charges/2026-10"')


async def test_while_billing_is_away_the_menu_is_there_without_the_bill(logged_in: Browser) -> None:
    """All four ways on, and whom to call about a log-in that was not his own."""
    page = await logged_in.get("/menu")
    assert page.status == 200
    assert "ご請求分" not in page.text
    for address in ("/charges", "/contract", "/settings", "/guide"):
        assert f'<li><a href="{address}">' in page.text
    assert "心当たりがない場合" in page.text
