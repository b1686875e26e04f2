"""A browser that refuses cookies is told so, and one whose cookie was only too old has to press once more."""

from __future__ import annotations

import secrets

import pytest
from aiohttp import DummyCookieJar
from support.own_forms import form_token_in
from support.registration_steps import HOLDER
from support.scripted_services import SESSION, Answer, Browser, Services

from messages.identity import ContractVerified, LogIn, VerifyContract

SENTENCE = "ブラウザがCookieを受け付けないため"
FORMS = {
    "/login": {"account_id": "taro-01", "password": "kirakiraBoshi7"},
    "/register": HOLDER,
}


@pytest.fixture
def willing(services: Services) -> Services:
    """Whatever is typed is right."""
    services.answer(LogIn, SESSION)
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    return services


def refuse_cookies(browser: Browser) -> None:
    """From now on, and what was taken before is gone."""
    browser.client.session._cookie_jar = DummyCookieJar()


async def press(browser: Browser, path: str, page: Answer) -> Answer:
    """The form of the page is filled in and sent."""
    return await browser.post(path, **FORMS[path], form_token=form_token_in(page.text))


@pytest.mark.parametrize("path", FORMS)
async def test_who_refuses_cookies_is_told_so(browser: Browser, willing: Services, path: str) -> None:
    """And not sent back to an empty form without a word; nothing was done."""
    refuse_cookies(browser)
    page = await press(browser, path, await browser.get(path))
    assert page.status == 403
    assert SENTENCE in page.text
    assert "設定" in page.text
    assert willing.asked == []


@pytest.mark.parametrize("path", FORMS)
async def test_who_takes_them_goes_straight_on(browser: Browser, willing: Services, path: str) -> None:
    """Without a detour."""
    answer = await press(browser, path, await browser.get(path))
    assert answer.headers["Location"] in ("/menu", "/register/account")


@pytest.mark.parametrize("path", FORMS)
async def test_who_lost_his_cookie_presses_once_more(browser: Browser, willing: Services, path: str) -> None:
    """A tab that was open for days, a browser that was closed meanwhile: all but the password is there."""
    page = await browser.get(path)
    browser.client.session.cookie_jar.clear()
    page = await press(browser, path, page)
    assert page.status == 403
    assert "kirakiraBoshi7" not in page.text
    for name, typed in FORMS[path].items():
        assert f'value="{typed}"' in page.text or name == "password"
    assert (await press(browser, path, page)).headers["Location"] in ("/menu", "/register/account")


async def test_the_link_of_a_mail_is_not_called_wrong_where_cookies_are_refused(browser: Browser) -> None:
    """S5-1: the token travels in one."""
    refuse_cookies(browser)
    answer = await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    page = await browser.get(answer.headers["Location"])
    assert "Cookie" in page.text
    assert "確認できません" not in page.text


async def test_a_link_that_was_opened_too_long_ago_is_called_what_it_is(browser: Browser) -> None:
    """Its cookie lived 30 minutes; the visitor's is still there."""
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    browser.client.session.cookie_jar.clear(lambda cookie: cookie.key == "activation")
    page = await browser.get("/activate")
    assert (page.status, "Cookie" in page.text) == (404, False)
    assert "本登録手続きURLを確認できません" in page.text
