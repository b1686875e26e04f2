"""A customer saves his statements, in a real browser, from the real system."""

from __future__ import annotations

import re

import pytest
from journeys.manual import activate, expect_heading, press, register_provisionally
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, expect
from support.statement_files import pages_of, rows_of, unspaced, words_of


async def saved_by(page: Page, kind: str, what: str) -> tuple[str, bytes]:
    """The file that a click on the link of that name brings: its name, and what is in it."""
    name = re.compile(rf"^{kind}\s?をダウンロード（{what}）$")
    async with page.expect_download() as started:
        await page.get_by_role("link", name=name).click()
    download = await started.value
    path = await download.path()
    return download.suggested_filename, path.read_bytes()


async def logged_in(page: Page, system: System, customer: Customer) -> None:
    """At the menu, with an account of his own."""
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_customer_saves_a_month_and_the_year(
    system: System, chromium: Browser, customer: Customer, javascript: bool
) -> None:
    """PDF and CSV by the links of list and statement; the pages stay where they are."""
    context = await chromium.new_context(
        java_script_enabled=javascript, locale="ja-JP", accept_downloads=True
    )
    page = await context.new_page()
    await logged_in(page, system, customer)
    await page.goto(f"{system.url}/charges")
    name, pdf = await saved_by(page, "PDF", "1年分の明細")
    assert name == "ご利用料金の明細_2025年11月から2026年10月請求分.pdf"
    assert len(pages_of(pdf)) == 13
    assert f"{12 * customer.amount_yen:,}円" in words_of(pdf)
    name, table = await saved_by(page, "CSV", "1年分の明細")
    assert name == "ご利用料金の明細_2025年11月から2026年10月請求分.csv"
    totals = [row["請求額（税込・円）"] for row in rows_of(table) if row["区分"] == "合計"]
    assert totals == [str(customer.amount_yen)] * 12
    await page.goto(f"{system.url}/charges/2026-10")
    name, pdf = await saved_by(page, "PDF", "2026年10月請求分の明細")
    assert name == "ご利用料金の明細_2026年10月請求分.pdf"
    assert f"光インターネット月額利用料10%{customer.base_yen:,}円" in words_of(pdf)
    name, table = await saved_by(page, "CSV", "2026年10月請求分の明細")
    assert rows_of(table)[0]["内訳"] == "月額利用料"
    await expect(page.locator("h1")).to_contain_text("ご利用料金の明細")
    row = rows_of(table)[0]
    assert (row["契約者名"], row["お客様番号"]) == (customer.holder_kana, customer.customer_number)
    words = words_of(pdf)
    assert f"契約者名：{unspaced(customer.holder_kana)}様お客様番号：{customer.customer_number}" in words
    assert customer.phone_number not in words
    await context.close()


async def test_another_month_is_not_found_and_a_stranger_comes_to_the_statement(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """T25; and the log-in leads to the page that offers the file."""
    context = await chromium.new_context(locale="ja-JP")
    page = await context.new_page()
    await logged_in(page, system, customer)
    for file in ("2020-06.pdf", "2025-08.csv", "nonsense.pdf"):
        answer = await page.goto(f"{system.url}/charges/{file}")
        assert answer is not None
        assert answer.status == 404
        await expect_heading(page, "ご利用料金の明細が見つかりません")
    await context.clear_cookies()
    await page.goto(f"{system.url}/charges/2026-10.pdf")
    assert page.url == f"{system.url}/login"
    await page.locator("#account_id").fill(customer.account_id)
    await page.locator("#password").fill(customer.password)
    await press(page, "ログイン")
    await expect_heading(page, "ご利用料金の明細（2026年10月請求分）")
    await context.close()
