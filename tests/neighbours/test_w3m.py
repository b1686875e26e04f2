"""w3m, a text browser without JavaScript, behind nginx: its forms carry no Origin and no Sec-Fetch-Site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from neighbours.conftest import MakePortal
from neighbours.nginx import nginx
from neighbours.portal import Portal
from neighbours.text_browser import W3m, w3m
from support.private_authority import Authority

from mypage.local.ports import free_ports


@pytest.fixture(scope="module")
async def portal(make_portal: MakePortal) -> Portal:
    """Under a name that w3m can look up without a network."""
    return await make_portal(f"https://localhost:{free_ports(1)[0]}", gateways=2)


@pytest.fixture
async def browser(portal: Portal, authority: Authority, folder: Path) -> AsyncIterator[W3m]:
    """At the login screen, behind nginx."""
    async with (
        nginx(portal, authority.issue("localhost", "127.0.0.1"), folder),
        w3m(f"{portal.url}/login", authority=authority.file, folder=folder) as started,
    ):
        yield started


async def test_the_whole_manual_in_w3m(portal: Portal, browser: W3m, folder: Path) -> None:
    """N1, N4: a Referer of our own is all that it sends, and enough."""
    customer = portal.next_customer()
    await browser.shows("初めてログインされる方")
    await browser.follow("初めてログインされる方")
    await browser.shows("認証情報")
    await browser.fill("お客様番号", customer.customer_number)
    await browser.fill("電話番号", customer.phone_number)
    await browser.fill("お名前（カナ）", customer.holder_kana)
    await browser.press("認証")
    await browser.shows("初期情報")
    await browser.fill("アカウントID", customer.account_id)
    await browser.fill("パスワード", customer.password)
    await browser.fill("メールアドレス", customer.email_address)
    await browser.fill("ニックネーム", customer.nickname)
    await browser.press("確認する")
    assert customer.password not in await browser.shows("仮登録する")
    await browser.press("仮登録する")
    await browser.shows("仮登録が完了しました。")
    await browser.open(await portal.activation_url(customer.email_address))
    await browser.shows("本登録する")
    await browser.fill("パスワード", customer.password)
    await browser.press("本登録する")
    await browser.shows("本登録が完了しました。")
    await browser.press("そのままログイン")
    await browser.shows("お客様メニューリスト")
    await browser.follow("ご利用料金")
    await browser.shows("ご利用料金の一覧")
    await browser.follow("詳細")
    await browser.shows("ご利用料金の明細")
    sent = [line for line in (folder / "sent.log").read_text().splitlines() if line.startswith("POST")]
    assert len(sent) >= 5
    assert all(f"origin=- site=- referer={portal.url}/" in line for line in sent)
