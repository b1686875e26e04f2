"""パスキー, with an authenticator that Chromium plays: made, used, refused, removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from journeys.manual import activate, expect_heading, field, log_in, press, register_provisionally
from journeys.system import Customer, System
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

PRESENT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Localhost:
    """The portal under the name of this machine under which browsers have passkeys."""

    url: str


@dataclass
class Device:
    """A browser with an authenticator, whose customer may turn away."""

    page: Page
    cdp: CDPSession
    authenticator: str

    @classmethod
    async def of(cls, context: BrowserContext) -> Device:
        """A new one."""
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("WebAuthn.enable", {"enableUI": False})
        added = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": PRESENT})
        return cls(page, cdp, added["authenticatorId"])

    async def verifies(self, verified: bool) -> None:
        """Whether the customer's finger is the right one."""
        given = {"authenticatorId": self.authenticator, "isUserVerified": verified}
        await self.cdp.send("WebAuthn.setUserVerified", given)

    async def offers_nothing_by_itself(self) -> None:
        """As a browser that knows no conditional mediation."""
        await self.page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")

    async def credentials(self) -> list[dict[str, Any]]:
        """What it holds."""
        held = await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        found: list[dict[str, Any]] = held["credentials"]
        return found


@pytest.fixture
def site(system: System) -> Localhost:
    """Where the customer goes."""
    return Localhost(system.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
async def device(
    system: System, site: Localhost, chromium: Browser, customer: Customer
) -> AsyncIterator[Device]:
    """The customer's, who is registered and logged in."""
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    device = await Device.of(context)
    await register_provisionally(device.page, site, customer)
    link = await system.activation_url(customer.email_address)
    await activate(device.page, link.replace(system.url, site.url), customer)
    await press(device.page, "そのままログイン")
    await expect_heading(device.page, "お客様メニューリスト")
    yield device
    await context.close()


async def make_passkey(device: Device, site: Localhost, customer: Customer, name: str = "") -> None:
    """設定 → パスキー, up to the notice."""
    page = device.page
    await page.goto(f"{site.url}/settings/passkeys")
    await field(page, "パスワード").fill(customer.password)
    await press(page, "パスキーを登録する")
    await expect_heading(page, "パスキーの作成")
    if name:
        await field(page, "パスキーの名前").fill(name)
    await press(page, "パスキーを作成する")
    await expect(page.get_by_role("status").first).to_contain_text("パスキーを登録しました。")


async def mail_of(system: System, address: str, subject: str) -> str:
    """The text of the newest one of that subject, once it has come."""
    async with asyncio.timeout(20):
        while True:
            for mail in await system.mails_to(address):
                if subject in mail["subject"]:
                    return str(mail["text"])
            await asyncio.sleep(0.2)


async def test_a_passkey_is_made_logs_in_and_is_removed(
    system: System, site: Localhost, device: Device, customer: Customer
) -> None:
    """Without a password typed; to the page that was wanted. Removed, it opens nothing."""
    page = device.page
    await device.offers_nothing_by_itself()
    await make_passkey(device, site, customer, "台所のタブレット")
    await expect(page.locator(".rows")).to_contain_text("台所のタブレット")
    assert "パスキーが登録されました" in await mail_of(
        system, customer.email_address, "パスキーを登録しました"
    )
    await press(page, "ログアウト")
    await page.goto(f"{site.url}/charges")
    await expect_heading(page, "ログイン")
    await press(page, "パスキーでログイン")
    await expect_heading(page, "ご利用料金の一覧")
    await page.goto(f"{site.url}/settings/passkeys")
    await expect(page.locator(".rows")).not_to_contain_text("まだありません")
    await page.get_by_role("button", name="削除する").click()
    await expect(page.get_by_role("status").first).to_contain_text("パスキーを削除しました。")
    await mail_of(system, customer.email_address, "パスキーを削除しました")
    await press(page, "ログアウト")
    await press(page, "パスキーでログイン")
    await expect(page.locator("#error-summary")).to_contain_text("パスキーを確認できませんでした。")
    await log_in(page, site, customer.account_id, customer.password)
    await expect_heading(page, "お客様メニューリスト")


async def test_the_field_for_the_id_offers_it(device: Device, site: Localhost, customer: Customer) -> None:
    """Conditional mediation; the authenticator that Chromium plays answers at once, and presses no button."""
    page = device.page
    await make_passkey(device, site, customer)
    async with page.expect_request(f"{site.url}/login/passkey"):
        await press(page, "ログアウト")
    await expect_heading(page, "お客様メニューリスト")


async def test_who_turns_away_is_told_so_and_may_press_again(
    device: Device, site: Localhost, customer: Customer
) -> None:
    """Making one, and logging in: the browser's dialog was closed, or the finger was another's."""
    page, said = device.page, device.page.locator("[data-passkey-said]")
    await device.offers_nothing_by_itself()
    await page.goto(f"{site.url}/settings/passkeys")
    await field(page, "パスワード").fill(customer.password)
    await press(page, "パスキーを登録する")
    await device.verifies(False)
    await press(page, "パスキーを作成する")
    await expect(said).to_contain_text("パスキーは作成していません。")
    assert await device.credentials() == []
    await device.verifies(True)
    await field(page, "パスキーの名前").press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("パスキーを登録しました。")
    await device.verifies(False)
    await press(page, "ログアウト")
    await press(page, "パスキーでログイン")
    await expect(said).to_contain_text("パスキーでのログインを中止したか")
    await device.verifies(True)
    await press(page, "パスキーでログイン")
    await expect_heading(page, "お客様メニューリスト")


async def test_the_same_device_is_not_added_twice(
    device: Device, site: Localhost, customer: Customer
) -> None:
    """It knows by itself (excludeCredentials)."""
    page = device.page
    await make_passkey(device, site, customer)
    await field(page, "パスワード").fill(customer.password)
    await press(page, "パスキーを登録する")
    await press(page, "パスキーを作成する")
    await expect(page.locator("[data-passkey-said]")).to_contain_text("すでに登録されています")
    assert len(await device.credentials()) == 1


async def test_without_javascript_pages_say_what_is_needed(
    chromium: Browser, system: System, site: Localhost, device: Device, customer: Customer
) -> None:
    """And there is no button that would do nothing; the password goes on as ever."""
    context = await chromium.new_context(java_script_enabled=False, locale="ja-JP")
    page = await context.new_page()
    await page.goto(f"{site.url}/login")
    await expect(page.get_by_text("パスキーでログイン")).to_be_hidden()
    await log_in(page, site, customer.account_id, customer.password)
    await page.goto(f"{site.url}/settings/passkeys")
    await expect(page.get_by_text("ブラウザのJavaScriptが必要です")).to_be_visible()
    await field(page, "パスワード").fill(customer.password)
    await press(page, "パスキーを登録する")
    await expect(page.get_by_text("ブラウザのJavaScriptが必要です")).to_be_visible()
    await expect(page.get_by_role("button", name="パスキーを作成する")).to_be_hidden()
    await context.close()


async def test_at_an_address_of_digits_there_are_none(
    chromium: Browser, system: System, site: Localhost, device: Device, customer: Customer
) -> None:
    """As `make up` shows it: the page says why, and which name helps."""
    context = await chromium.new_context(locale="ja-JP")
    page = await context.new_page()
    await page.goto(f"{system.url}/login")
    await expect(page.get_by_text("パスキーでログイン")).to_have_count(0)
    assert await page.locator("#account_id").get_attribute("autocomplete") == "username"
    await log_in(page, system, customer.account_id, customer.password)
    await page.goto(f"{system.url}/settings/passkeys")
    await expect(page.get_by_text("「localhost」に変えて開くと使えます")).to_be_visible()
    await expect(page.get_by_role("button", name="パスキーを登録する")).to_have_count(0)
    await context.close()
