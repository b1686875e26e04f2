"""A browser that refuses cookies is told so, and one whose cookie was only too old is not."""

from __future__ import annotations

import secrets

import pytest
from aiohttp import DummyCookieJar
from support.registration_steps import HOLDER
from support.scripted_services import SESSION, Answer, Browser, Services

from messages.identity import ContractVerified, LogIn, VerifyContract

SENTENCE = "ブラウザがCookieを受け付けないため"
FORMS = {
    "/login": {"account_id": "taro-01", "password": "x"},
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


async def press(browser: Browser, path: str) -> Answer:
    """The form is opened, filled in and sent; redirects are followed to the page that a person sees."""
    page = await browser.get(path)
    assert 'name="trial"' in page.text
    answer = await browser.post(path, **FORMS[path], trial="yes")
    for _ in range(5):
        if answer.status != 303:
            break
        answer = await browser.get(answer.headers["Location"])
    return answer


@pytest.mark.parametrize("path", FORMS)
async def test_who_refuses_cookies_is_told_so(browser: Browser, willing: Services, path: str) -> None:
    """And not sent back to the form without a word."""
    refuse_cookies(browser)
    page = await press(browser, path)
    assert SENTENCE in page.text
    assert "設定" in page.text


@pytest.mark.parametrize("path", FORMS)
async def test_who_takes_them_goes_straight_on(browser: Browser, willing: Services, path: str) -> None:
    """Without a detour."""
    await browser.get(path)
    answer = await browser.post(path, **FORMS[path], trial="yes")
    assert answer.headers["Location"] in ("/menu", "/register/account")


@pytest.mark.parametrize("path", FORMS)
async def test_who_lost_his_cookie_is_suspected_of_nothing(
    browser: Browser, willing: Services, path: str
) -> None:
    """A tab that was open for days, a browser that forgets when it is closed: the press goes through."""
    await browser.get(path)
    browser.client.session.cookie_jar.clear()
    answer = await browser.post(path, **FORMS[path], trial="yes")
    assert answer.headers["Location"].startswith("/cookies/")
    through = await browser.get(answer.headers["Location"])
    assert through.headers["Location"] in ("/menu", "/register/account")


@pytest.mark.parametrize("path", FORMS)
async def test_what_is_wrong_is_said_as_to_everybody(browser: Browser, services: Services, path: str) -> None:
    """A refusal needs no cookie."""
    services.refuse(LogIn, "identity.too_many_logins")
    services.refuse(VerifyContract, "identity.contract_mismatch")
    refuse_cookies(browser)
    assert (await press(browser, path)).status == 422


async def test_the_link_of_a_mail_is_not_called_wrong_where_cookies_are_refused(browser: Browser) -> None:
    """S5-1: the token travels in one."""
    refuse_cookies(browser)
    answer = await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    page = await browser.get(answer.headers["Location"])
    assert "Cookie" in page.text
    assert "確認できません" not in page.text


async def test_a_link_that_was_opened_too_long_ago_is_called_what_it_is(browser: Browser) -> None:
    """Its cookie lived 30 minutes; the trial's is still there."""
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    browser.client.session.cookie_jar.clear(lambda cookie: cookie.key == "activation")
    page = await browser.get("/activate")
    assert (page.status, "Cookie" in page.text) == (404, False)
    assert "本登録手続きURLを確認できません" in page.text


@pytest.mark.parametrize("name", ["x", "menu%2f", "charges", "menu.html", "MENU", "https:%2f%2fevil.example"])
async def test_the_trial_leads_to_pages_that_it_knows(browser: Browser, name: str) -> None:
    """No open redirect."""
    await browser.get("/login")
    assert (await browser.get(f"/cookies/{name}")).status == 404
