"""Firefox, the other engine, behind nginx: TLS of a private authority, HTTP/2, with JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from neighbours.conftest import MakePortal
from neighbours.firefox import Firefox, firefox
from neighbours.nginx import nginx
from neighbours.portal import HOST, Portal
from support.private_authority import Authority, Certificate

from mypage.local.ports import free_ports


@pytest.fixture(scope="module")
async def portal(make_portal: MakePortal) -> Portal:
    """Two gateways, as they are shipped."""
    return await make_portal(f"https://{HOST}:{free_ports(1)[0]}", gateways=2)


@pytest.fixture
async def browser(
    portal: Portal, authority: Authority, certificate: Certificate, folder: Path
) -> AsyncIterator[Firefox]:
    """A window behind nginx."""
    async with (
        nginx(portal, certificate, folder),
        firefox(HOST, authority=authority.file, folder=folder) as started,
    ):
        yield started


async def test_the_whole_manual_in_firefox(portal: Portal, browser: Firefox) -> None:
    """N1: labels, buttons and links work by real clicks and keys."""
    customer = portal.next_customer()
    await browser.open(f"{portal.url}/login")
    await browser.follow("初めてログインされる方")
    await browser.heading("認証情報")
    await browser.fill("お客様番号", customer.customer_number)
    await browser.fill("電話番号", customer.phone_number)
    await browser.fill("お名前（カナ）", customer.holder_kana)
    await browser.press("認証")
    await browser.heading("初期情報")
    await browser.fill("アカウントID", customer.account_id)
    await browser.fill("パスワード", customer.password)
    await browser.fill("メールアドレス", customer.email_address)
    await browser.fill("ニックネーム", customer.nickname)
    await browser.press("確認する")
    await browser.press("仮登録する")
    await browser.heading("仮登録が完了しました。")
    await browser.open(await portal.activation_url(customer.email_address))
    await browser.fill("パスワード", customer.password)
    await browser.press("本登録する")
    await browser.heading("本登録が完了しました。")
    await browser.press("そのままログイン")
    await browser.heading("お客様メニューリスト")
    await browser.follow("ご利用料金")
    await browser.heading("ご利用料金の一覧")
    await browser.follow("詳細")
    await browser.heading("ご利用料金の明細")
    assert await browser.value("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
