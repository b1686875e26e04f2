"""The frame and the forms as a real Chromium lays them out: rules G1 to G14 on every page of a stranger's
way and of a customer's.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect
from support.registration_steps import DETAILS, HOLDER
from support.scripted_services import SESSION, Services, StartPortal

from messages.identity import ContractVerified, LogIn, RefusalCode, ShowSession, VerifyContract
from messages.registration import Activate, Activated, ActivationShown, ShowActivation
from messages.values import AccountId

Check = Callable[[Page, str], Awaitable[None]]
CONTROLS = "a, button, summary, input:not([type=hidden])"
SEEN = f"""[...document.querySelectorAll('{CONTROLS}')].filter((each) =>
    !each.matches('.hidden-text, .skip') && each.checkVisibility({{ visibilityProperty: true }}))"""
TWICE_THE_TEXT = "html { font-size: 200% !important; }"
WIDER_TEXT = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }
"""
FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return [document.activeElement.tagName, style.outlineStyle, style.outlineWidth, style.outlineOffset,
        style.boxShadow];
}"""


@pytest.fixture
async def portal(start_portal: StartPortal, willing: Services) -> str:
    """Its address; every service says yes."""
    for question in (LogIn, ShowSession):
        willing.answer(question, SESSION)
    willing.answer(ShowActivation, ActivationShown(activation_deadline=None))
    willing.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    return str((await start_portal(willing.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A phone with a fresh profile, whose owner needs letters of any size: no policy stops his styles."""
    context = await chromium.new_context(
        locale="ja-JP", viewport={"width": 320, "height": 640}, bypass_csp=True
    )
    yield await context.new_page()
    await context.close()


async def press(page: Page, name: str) -> None:
    """The button of that name; the next page is there afterwards."""
    async with page.expect_navigation(wait_until="domcontentloaded"):
        await page.get_by_role("button", name=name, exact=True).last.click()


async def strangers_way(page: Page, portal: str, services: Services, check: Check) -> None:
    """From the log-in screen to 登録完了."""
    for path in ("/guide", "/nothing-here", "/register/already", "/login", "/register"):
        await page.goto(f"{portal}{path}")
        await check(page, path)
        if path in ("/login", "/register"):
            await press(page, "ログイン" if path == "/login" else "認証")
            await check(page, f"{path}, empty")
    services.refuse(VerifyContract, RefusalCode.CONTRACT_MISMATCH)
    for name, value in HOLDER.items():
        await page.locator(f"#{name}").fill(value)
    await press(page, "認証")
    await press(page, "認証")
    await check(page, "the advice to call")
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    await press(page, "認証")
    await press(page, "確認する")
    await check(page, "step 2, empty")
    for name, value in (DETAILS | {"email_address": "sora@gmial.com"}).items():
        await page.locator(f"#{name}").fill(value)
    await press(page, "確認する")
    await check(page, "step 3")
    await press(page, "仮登録する")
    await check(page, "step 4")
    await page.goto(f"{portal}/activate/{'x' * 43}")
    await check(page, "step 5")
    await page.locator("#password").fill(DETAILS["password"])
    await press(page, "本登録する")
    await check(page, "step 6")


async def customers_way(page: Page, portal: str, services: Services, check: Check) -> None:
    """Pages for everybody under a customer's header, and one that has nothing to show."""
    await page.goto(f"{portal}/login")
    await page.locator("#account_id").fill("taro-01")
    await page.locator("#password").fill("x")
    await press(page, "ログイン")
    for path in ("/guide", "/nothing-here"):
        await page.goto(f"{portal}{path}")
        await check(page, f"a customer's {path}")


WAYS = pytest.mark.parametrize("way", [strangers_way, customers_way])
Way = Callable[[Page, str, Services, Check], Awaitable[None]]


@WAYS
@pytest.mark.parametrize("style", [TWICE_THE_TEXT, WIDER_TEXT, ""], ids=["200 %", "spacing", "as it is"])
async def test_no_page_scrolls_sideways_on_a_small_phone(
    page: Page, portal: str, willing: Services, way: Way, style: str
) -> None:
    """G11: nor with letters twice as large, nor with the spacing of WCAG 1.4.12."""

    async def fits(page: Page, name: str) -> None:
        if style:
            await page.add_style_tag(content=style)
        root = "document.documentElement"
        assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0, name

    await way(page, portal, willing, fits)


@WAYS
@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_whatever_can_be_pressed_is_large_enough_and_every_text_can_be_read(
    page: Page, portal: str, willing: Services, way: Way, width: int
) -> None:
    """G12: 44 px in both directions, letters of 16 px."""
    await page.set_viewport_size({"width": width, "height": 900})

    async def is_large(page: Page, name: str) -> None:
        small = await page.evaluate(f"""{SEEN}.map((each) => [each.outerHTML, each.getBoundingClientRect()])
            .filter(([_, box]) => box.width < 44 || box.height < 44).map(([html]) => html)""")
        assert small == [], name
        tiny = await page.evaluate("""[...document.body.querySelectorAll('*')]
            .filter((each) => each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < 16)
            .map((each) => each.outerHTML)""")
        assert tiny == [], name

    await way(page, portal, willing, is_large)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_whatever_has_the_focus_shows_it_by_two_rings(
    page: Page, portal: str, willing: Services, scheme: str
) -> None:
    """G10: each stop of the Tab key, in the tab row, too, where nothing cuts the ring off."""
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    rings = {"light": "rgb(255, 212, 61)", "dark": "rgb(0, 0, 0)"}

    async def shows_focus(page: Page, name: str) -> None:
        await page.evaluate("document.activeElement?.blur()")
        for _ in range(await page.evaluate(f"{SEEN}.length")):
            await page.keyboard.press("Tab")
            tag, style, width, offset, shadow = await page.evaluate(FOCUS)
            if tag != "BODY":
                assert (style, width, offset) == ("solid", "4px", "2px"), name
                assert rings[scheme] in shadow, name

    await customers_way(page, portal, willing, shows_focus)
    await page.context.clear_cookies()
    await page.goto(f"{portal}/login")
    await shows_focus(page, "/login")


async def test_the_first_stop_leads_to_the_content(page: Page, portal: str) -> None:
    """G1: and the focus goes with it."""
    await page.goto(f"{portal}/guide")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("size", ["100%", "200%"])
async def test_the_tabs_stand_in_one_row_and_the_open_one_is_in_sight(
    page: Page, portal: str, willing: Services, size: str
) -> None:
    """G11: the row scrolls in itself where it must."""

    async def in_one_row(page: Page, name: str) -> None:
        await page.add_style_tag(content=f"html {{ font-size: {size}; }}")
        tops = await page.locator(".tabs a").evaluate_all("tabs => tabs.map((tab) => tab.offsetTop)")
        assert (len(tops), len(set(tops))) == (4, 1), name

    await customers_way(page, portal, willing, in_one_row)
    await page.goto(f"{portal}/settings/nothing-here")
    await expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [768, 1280])
async def test_who_comes_for_the_first_time_finds_his_button_at_the_lower_right(
    page: Page, portal: str, width: int
) -> None:
    """T2, L1: right of and below the form's centre, the stop after [ログイン], in a card of the same size."""
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{portal}/login")
    for _ in range(2):  # as it comes, and with what is wrong said in it
        form = await page.locator("#login-form").bounding_box()
        card = await page.locator(".pair > section").bounding_box()
        button = await page.get_by_role("link", name="初めてログインされる方").bounding_box()
        assert form
        assert card
        assert button
        assert button["x"] > form["x"] + form["width"] / 2
        assert button["y"] > form["y"] + form["height"] / 2
        assert (form["width"], form["height"]) == (card["width"], card["height"])
        await page.get_by_role("button", name="ログイン", exact=True).focus()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="初めてログインされる方")).to_be_focused()
        await press(page, "ログイン")


async def test_a_tap_in_the_summary_shows_the_label_also_of_letters_twice_as_large(
    page: Page, portal: str
) -> None:
    """G4: however long the hint is that stands between the label and the field."""
    await page.goto(f"{portal}/register")
    await press(page, "認証")
    await page.add_style_tag(content=TWICE_THE_TEXT)
    for field in HOLDER:
        await page.locator(f"#error-summary a[href='#{field}']").click()
        await expect(page.locator(f"#{field}")).to_be_focused()
        await expect(page.locator(f"label[for={field}]")).to_be_in_viewport(ratio=1)


async def test_printed_there_is_no_button_and_the_footer_is_short(page: Page, portal: str) -> None:
    """G13: what cannot be pressed on paper takes no place there."""
    await page.goto(f"{portal}/guide")
    await page.emulate_media(media="print")
    for hidden in (".skip", ".help", ".contents", ".site-footer nav", ".button"):
        await expect(page.locator(hidden).first).to_be_hidden()
    await expect(page.locator(".telephone")).to_be_visible()


async def test_a_page_comes_in_at_most_four_requests_and_asks_nobody_else(page: Page, portal: str) -> None:
    """G13, G14: style sheet, script and sign; the script weighs at most 4 kB packed."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    await page.goto(f"{portal}/login", wait_until="networkidle")
    assert len(asked) <= 4
    assert all(url.startswith(portal) for url in asked)
    script = await page.context.request.get(next(url for url in asked if "app.js" in url))
    assert len(gzip.compress(await script.body())) <= 4096
