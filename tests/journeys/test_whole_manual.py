"""The manual from 初めてログインされる方 to 明細, in a real browser, on both arrangements, wide and narrow,
with JavaScript and without.
"""

from __future__ import annotations

import pytest
from journeys.manual import (
    activate,
    expect_heading,
    expect_no_sideways_scrolling,
    field,
    fill_account_details,
    log_in,
    press,
    prove_contract,
    register_provisionally,
)
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, expect

WIDTHS = pytest.mark.parametrize("width", [1280, 320])
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


async def new_page(chromium: Browser, *, width: int = 1280, javascript: bool = True) -> Page:
    """A page of a fresh browser profile."""
    context = await chromium.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=javascript,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    return await context.new_page()


@WIDTHS
@SCRIPTS
async def test_the_manual_from_the_login_screen_to_the_statement(
    system: System, chromium: Browser, customer: Customer, width: int, javascript: bool
) -> None:
    """Everything that the manual describes happens, in its order and its words."""
    page = await new_page(chromium, width=width, javascript=javascript)
    await prove_contract(page, system, customer)
    await expect(page.locator("h1")).to_contain_text("初期情報")
    await field(page, "アカウントID").fill(customer.account_id)
    await press(page, "IDチェック")
    await expect(page.locator("#account_id-check")).to_have_text("このアカウントIDは使用できます。")
    await fill_account_details(page, customer)
    assert customer.password not in await page.content()
    await page.get_by_role("link", name="入力画面に戻る", exact=True).click()
    await expect(field(page, "メールアドレス")).to_have_value(customer.email_address)
    await press(page, "確認する")
    await press(page, "仮登録する")
    await expect_heading(page, "仮登録が完了しました。")
    await activate(page, await system.activation_url(customer.email_address), customer)
    await expect_heading(page, "本登録が完了しました。")
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    await expect(page.locator("body")).to_contain_text("カナリア")
    await page.locator("main nav").get_by_role("link", name="ご利用料金").click()
    await expect_heading(page, "ご利用料金の一覧")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(12)
    newest = rows.nth(0)
    await expect(newest).to_contain_text("2026年10月")
    await expect(newest).to_contain_text(f"{customer.amount_yen:,}円")
    await expect_no_sideways_scrolling(page)
    await newest.get_by_role("link", name="詳細").click()
    await expect(page.locator("h1")).to_contain_text("ご利用料金の明細")
    await expect(page.locator("main")).to_contain_text(f"{customer.amount_yen:,}円")
    assert not [
        part for part in (customer.password, customer.holder_kana, customer.phone_number) if part in page.url
    ]
    await page.context.close()


async def test_a_customer_comes_back_and_logs_in_in_either_case_of_the_account_id(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """T11: the ID ignores case; the password does not (Q8)."""
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await expect_heading(page, "本登録が完了しました。")
    await page.context.clear_cookies()
    await log_in(page, system, customer.account_id.upper(), customer.password.lower())
    await expect(page.locator("main")).to_contain_text("アカウントIDまたはパスワードが違います。")
    await log_in(page, system, customer.account_id.upper(), customer.password)
    await expect_heading(page, "お客様メニューリスト")
    await press(page, "ログアウト")
    await page.goto(f"{system.url}/charges")
    assert page.url.startswith(f"{system.url}/login")
    await page.context.close()


async def test_opening_the_link_again_after_activation_says_so_and_logs_nobody_in(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """Q16: 本登録は完了しています, no session."""
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    url = await system.activation_url(customer.email_address)
    await activate(page, url, customer)
    await expect_heading(page, "本登録が完了しました。")
    other = await new_page(chromium)
    answer = await other.goto(url)
    assert answer is not None
    assert answer.status == 410
    await expect(other.locator("h1")).to_contain_text("本登録は完了しています")
    await page.context.close()
    await other.context.close()


async def test_starting_again_replaces_the_first_mail_and_the_same_id_may_be_used(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """T19, Q10: no mail came, the customer starts over, and only the newer link works."""
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    first = await system.activation_url(customer.email_address)
    again = await new_page(chromium)
    await register_provisionally(again, system, customer)
    second = await system.activation_url(customer.email_address, after=1)
    assert first != second
    answer = await page.goto(first)
    assert answer is not None
    assert answer.status == 410
    await activate(again, second, customer)
    await expect_heading(again, "本登録が完了しました。")
    await page.context.close()
    await again.context.close()


async def test_a_wrong_name_gets_the_manuals_sentence_and_keeps_what_was_typed(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """T8, T9: the exact sentence; the advice to call comes from the second failure on."""
    page = await new_page(chromium)
    stranger = Customer(customer.customer_number, customer.phone_number, "ベツノ　ナマエ", 0)
    await prove_contract(page, system, stranger)
    sentence = "入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。"
    await expect(page.locator("main")).to_contain_text(sentence)
    await expect(field(page, "お客様番号")).to_have_value(customer.customer_number)
    assert await page.title() != ""
    assert (await page.title()).startswith("エラー：")
    await press(page, "認証")
    await expect(page.locator("main")).to_contain_text("0748-66-0739")
    await page.context.close()


async def test_the_second_screen_is_unreachable_without_a_proof(system: System, chromium: Browser) -> None:
    """T10: back to screen 1."""
    page = await new_page(chromium)
    await page.goto(f"{system.url}/register/account")
    assert page.url == f"{system.url}/register"
    await page.context.close()


@pytest.mark.parametrize("month", ["2020-06", "2026-11", "2025-08", "nonsense", "2026-10"])
async def test_without_a_login_no_month_is_shown(system: System, chromium: Browser, month: str) -> None:
    """Charges are behind the login."""
    page = await new_page(chromium)
    await page.goto(f"{system.url}/charges/{month}")
    assert page.url.startswith(f"{system.url}/login")
    await page.context.close()
