"""確認コードの入力: the second page of a log-in."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import LogIn, ShowSession
from messages.identity import RefusalCode as IdentityCode
from messages.second_factor import FinishLogIn, RefusalCode

PAGES = {"/login/code": "code", "/login/code/recovery": "recovery_code"}


@pytest.fixture
async def asked(browser: Browser, services: Services) -> Browser:
    """The password was right, on the way to ご契約内容."""
    services.refuse(LogIn, RefusalCode.SECOND_FACTOR_ASKED)
    await browser.get("/contract")
    answer = await browser.post("/login", account_id="taro-01", password="Abcdef12")
    assert (answer.status, answer.headers["Location"]) == (303, "/login/code")
    return browser


def form_key(page: str) -> str:
    """Of the form on the page."""
    found = re.search('name="form_key" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_there_is_no_session_before_the_code(asked: Browser, services: Services) -> None:
    """Every page behind the log-in leads to the log-in; the form asks nobody."""
    assert "sid" not in asked.cookies()
    assert (await asked.get("/menu")).headers["Location"] == "/login"
    page = await asked.get("/login/code")
    assert page.status == 200
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert services.were_asked(ShowSession) == []


@pytest.mark.parametrize("path", PAGES)
async def test_the_code_leads_to_the_page_that_was_wanted(
    asked: Browser, services: Services, path: str
) -> None:
    """The session is that of the token which has waited, and nothing of the log-in is left in the browser;
    the code is on no queue in clear.
    """
    services.answer(FinishLogIn, SESSION)
    key = form_key((await asked.get(path)).text)
    done = await asked.post(path, form_key=key, **{PAGES[path]: "１２３ 456"})
    assert (done.status, done.headers["Location"]) == (303, "/contract")
    assert "sid" in asked.cookies()
    assert "second-step" not in asked.cookies()
    [finished] = services.were_asked(FinishLogIn)
    assert finished.session_token_hash == services.were_asked(LogIn)[0].session_token_hash
    assert str(finished.form_key) == key
    assert "123456" not in finished.model_dump_json()


async def test_another_tab_does_not_change_where_this_one_goes(asked: Browser, services: Services) -> None:
    """The page that was wanted stands in the form."""
    page = await asked.get("/login/code")
    assert 'name="wanted" value="/contract"' in page.text
    await asked.get("/charges")
    services.answer(FinishLogIn, SESSION)
    done = await asked.post("/login/code", code="123456", wanted="/contract")
    assert done.headers["Location"] == "/contract"


@pytest.mark.parametrize("typed", ["", "12345", "abcdef"], ids=range(3))
@pytest.mark.parametrize("path", PAGES)
async def test_what_can_be_no_code_is_said_beside_the_field(
    asked: Browser, services: Services, path: str, typed: str
) -> None:
    """Nobody is asked, and it is no guess."""
    page = await asked.post(path, **{PAGES[path]: typed})
    assert page.status == 422
    assert f'<a href="#{PAGES[path]}">' in page.text
    assert services.were_asked(FinishLogIn) == []


@pytest.mark.parametrize(
    ("code", "wait", "status"), [(RefusalCode.WRONG_CODE, None, 422), (RefusalCode.TOO_MANY_CODES, 60, 429)]
)
async def test_a_wrong_code_may_be_typed_again(
    asked: Browser, services: Services, code: str, wait: int | None, status: int
) -> None:
    """The log-in goes on waiting; the code does not come back."""
    services.refuse(FinishLogIn, code, retry_after_seconds=wait)
    page = await asked.post("/login/code", code="123456")
    assert page.status == status
    assert page.headers.get("Retry-After") == (str(wait) if wait else None)
    assert "123456" not in page.text
    assert "second-step" in asked.cookies()


async def test_a_log_in_that_is_over_begins_again(asked: Browser, services: Services) -> None:
    """With the ID filled in; the cookie is gone."""
    services.refuse(FinishLogIn, RefusalCode.LOG_IN_AGAIN)
    done = await asked.post("/login/code", code="123456")
    assert (done.status, done.headers["Location"]) == (303, "/login")
    assert "second-step" not in asked.cookies()
    page = (await asked.get("/login")).text
    assert "もう一度ログインしてください。" in page
    assert 'value="taro-01"' in page


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_log_in_that_waits_there_is_no_page(browser: Browser, path: str) -> None:
    """A bookmark, or a cookie that is too old."""
    assert (await browser.get(path)).headers["Location"] == "/login"
    done = await browser.post(path, code="123456")
    assert (done.status, done.headers["Location"]) == (303, "/login")


async def test_the_cookie_is_worth_nothing_elsewhere(asked: Browser, services: Services) -> None:
    """Taken to another browser after the log-in was finished: identity is asked, and says no; and it is no
    session, whatever name it is given.
    """
    stolen = asked.cookies()["second-step"]
    services.refuse(FinishLogIn, RefusalCode.LOG_IN_AGAIN)
    services.refuse(ShowSession, IdentityCode.SESSION_ENDED)
    asked.client.session.cookie_jar.clear()
    for name in ("sid", "second-step"):
        answer = await asked.get("/menu", Cookie=f"{name}={stolen}")
        assert answer.headers["Location"] == "/login"
    cookie, token = asked.shown()
    answer = await asked.post_raw(
        "/login/code",
        f"code=123456&form_token={token}".encode(),
        {"Cookie": f"{cookie}; second-step={stolen}", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.headers["Location"] == "/login"
    assert "sid=" not in answer.headers.get("Set-Cookie", "")
