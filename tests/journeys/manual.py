"""The manual's steps, taken in a browser by the labels that the manual prints, and by nothing else; inside
`speaking(Language.ENGLISH)` by their English.
"""

from __future__ import annotations

from typing import Protocol

from playwright.async_api import Locator, Page, expect

from gateway.language import said


class Site(Protocol):
    """Where the portal is."""

    url: str


class Person(Protocol):
    """What a customer types."""

    @property
    def customer_number(self) -> str:
        """お客様番号."""

    @property
    def phone_number(self) -> str:
        """電話番号."""

    @property
    def holder_kana(self) -> str:
        """お名前（カナ）."""

    @property
    def account_id(self) -> str:
        """アカウントID."""

    @property
    def password(self) -> str:
        """パスワード."""

    @property
    def email_address(self) -> str:
        """メールアドレス."""


def field(page: Page, label: str) -> Locator:
    """The input that a visible label belongs to."""
    return page.locator(f'xpath=//*[@id=//label[contains(., "{said(label)}")]/@for]')


async def press(page: Page, label: str) -> None:
    """The button of that name."""
    await page.get_by_role("button", name=said(label), exact=True).click()


async def expect_heading(page: Page, text: str) -> None:
    """The page's one h1."""
    await expect(page.locator("h1")).to_have_text(said(text))


async def expect_no_sideways_scrolling(page: Page) -> None:
    """Everything fits the width of the window; asked of the browser itself, so also without JavaScript."""
    browser = await page.context.new_cdp_session(page)
    metrics = await browser.send("Page.getLayoutMetrics")
    await browser.detach()
    assert metrics["cssContentSize"]["width"] <= metrics["cssLayoutViewport"]["clientWidth"]


async def prove_contract(page: Page, site: Site, customer: Person) -> None:
    """使い方 1): 認証情報."""
    await page.goto(f"{site.url}/login")
    await page.get_by_role("link", name=said("初めてログインされる方")).click()
    await field(page, "お客様番号").fill(customer.customer_number)
    await field(page, "電話番号").fill(customer.phone_number)
    await field(page, "お名前（カナ）").fill(customer.holder_kana)
    await press(page, "認証")


async def fill_account_details(page: Page, customer: Person) -> None:
    """使い方 2): 初期情報, up to [確認する]."""
    await field(page, "アカウントID").fill(customer.account_id)
    await field(page, "パスワード").fill(customer.password)
    await field(page, "メールアドレス").fill(customer.email_address)
    await field(page, "ニックネーム").fill("カナリア")
    await press(page, "確認する")


async def register_provisionally(page: Page, site: Site, customer: Person) -> None:
    """使い方 1) to 4)."""
    await prove_contract(page, site, customer)
    await fill_account_details(page, customer)
    await press(page, "仮登録する")
    await expect_heading(page, "仮登録が完了しました。")


async def activate(page: Page, url: str, customer: Person) -> None:
    """使い方 5): the link of the mail, the password, [本登録する]."""
    await page.goto(url)
    await field(page, "パスワード").fill(customer.password)
    await press(page, "本登録する")


async def log_in(page: Page, site: Site, account_id: str, password: str) -> None:
    """The login screen."""
    await page.goto(f"{site.url}/login")
    await field(page, "アカウントID").fill(account_id)
    await field(page, "パスワード").fill(password)
    await press(page, "ログイン")
