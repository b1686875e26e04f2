"""`make up PROFILE=mizuumi`: the whole manual at a second provider, and no word of the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from journeys.manual import activate, expect_heading, log_in, press, register_provisionally
from journeys.system import ROOT, System, some_customers
from playwright.async_api import Browser, Route, expect

from messages.company import CompanyProfile

FIRST = {
    text.encode()
    for name, text in CompanyProfile().model_dump().items()
    if text and name not in ("guessable_words", "opening_hours")
} | {b"aicom", "あいコム".encode(), "アイコム".encode()}
THE_MANUALS_EXAMPLE = "アイコム　タロウ".encode()


async def test_the_whole_manual_at_another_provider_names_the_first_one_nowhere(
    chromium: Browser, run_directory: Path
) -> None:
    """Pages, files that they load, mails and the command line's help. The example of a name in kana is the
    manual's.
    """
    folder = run_directory / "mizuumi"
    folder.mkdir(mode=0o755)
    system = System(folder, processes=False, MYPAGE_COMPANY_PROFILE=str(ROOT / "deploy/profiles/mizuumi"))
    await system.start()
    [customer] = some_customers(1)
    await system.import_customers([customer])
    page = await chromium.new_page()
    said: dict[str, bytes] = {}

    async def read_along(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        said[f"{len(said)}: {route.request.method} {route.request.url}"] = await answer.body()
        await route.fulfill(response=answer)

    await page.route("**/*", read_along)
    await page.goto(f"{system.url}/guide")
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await expect_heading(page, "本登録が完了しました。")
    await press(page, "そのままログイン")
    for path in ("/menu", "/charges", "/charges/2026-10", "/nothing"):
        await page.goto(f"{system.url}{path}")
    await page.goto(f"{system.url}/charges/2026-10")
    link = page.get_by_role("link", name="光インターネット")
    assert await link.get_attribute("href") == "https://www.mizuumi.example/hikari/?from=mypage&to=hikari"
    colour = "getComputedStyle(document.querySelector('.site-header')).borderBottomColor"
    assert await page.evaluate(colour) == "rgb(0, 98, 58)"
    await press(page, "English")
    for path in ("/guide", "/menu", "/charges", "/privacy", "/nothing"):
        await page.goto(f"{system.url}{path}")
        await expect(page.locator("header")).to_contain_text("Mizuumi Net My Page")
    await press(page, "日本語")
    await press(page, "ログアウト")
    await log_in(page, system, customer.account_id, "wrong")
    said |= {mail["id"]: whole(mail) for mail in await system.mails_to(customer.email_address)}
    said["help"] = (await system.run("--help"))[1].encode()
    named = {where: word for where, body in said.items() for word in words_in(body)}
    assert named == {}
    pages = [body for body in said.values() if b"<html" in body]
    assert len(pages) >= 10
    assert all(any(name.encode() in page for name in ("みずうみネット", "Mizuumi Net")) for page in pages)
    await page.context.close()
    assert await system.stop() == 0


def whole(mail: dict[str, Any]) -> bytes:
    """All that a customer sees of a mail."""
    return "\n".join(map(str, mail.values())).encode()


def words_in(body: bytes) -> list[bytes]:
    """Words of the first company, in any case."""
    text = body.replace(THE_MANUALS_EXAMPLE, b"").lower()
    return [word for word in FIRST if word.lower() in text]
