"""お客様メニューリスト, and what stands behind the login."""

from __future__ import annotations

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import RefusalCode as Identity
from messages.identity import ShowSession


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
    assert (page.text.count('href="tel:0748-66-0739"') == 2) is bounced


async def test_a_session_that_ended_leads_to_the_login_with_the_reason(
    logged_in: Browser, services: Services
) -> None:
    """G18; the browser forgets its token."""
    services.refuse(ShowSession, Identity.SESSION_ENDED)
    assert (await logged_in.get("/menu")).headers["Location"] == "/login"
    assert "sid" not in logged_in.cookies()
    assert "ログインの有効時間が過ぎました。" in (await logged_in.get("/login")).text


@pytest.mark.parametrize("path", ["/menu", "/charges", "/charges/2026-10"])
async def test_without_a_session_every_page_behind_the_login_leads_to_it(
    browser: Browser, services: Services, path: str
) -> None:
    """And no service is asked."""
    assert (await browser.get(path)).headers["Location"] == "/login"
    assert services.asked == []
