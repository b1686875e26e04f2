"""X36: whatever somebody typed is text wherever it is shown."""

from __future__ import annotations

import html

import pytest
from support.registration_steps import DETAILS, HOLDER, up_to_step_2
from support.scripted_services import SESSION, Browser, Services
from unit.gateway.conftest import browser, logged_in, services, start_portal

from messages.identity import ContractVerified, LogIn, ShowSession, VerifyContract
from messages.values import Nickname

__all__ = ["browser", "logged_in", "services", "start_portal"]

TEXTS = (
    "<b>x</b>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) x='",
    "{{ 7*7 }}{% raw %}",
    "${7*7}#{7*7}",
    "</title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt;",
)
PAGES = ("/menu", "/guide", "/privacy", "/settings", "/charges", "/contract", "/nothing")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_a_nickname_is_text_on_every_page(browser: Browser, services: Services, text: str) -> None:
    """In the header, whatever else the page says."""
    session = SESSION.model_copy(update={"nickname": Nickname.stored(text)})
    services.answer(LogIn, session)
    services.answer(ShowSession, session)
    await browser.post("/login", account_id="taro-01", password="x")
    for path in PAGES:
        page = (await browser.get(path)).text
        assert html.escape(text, quote=False) in page.replace("&#34;", '"').replace("&#39;", "'")
        assert html.escape(text) == text or text not in page
        assert "49" not in page.partition('class="customer"')[2].partition("様")[0]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_what_is_typed_into_a_form_comes_back_as_text(
    browser: Browser, services: Services, text: str
) -> None:
    """In the fields of a form that failed, and of one that was refused."""
    services.refuse(LogIn, "identity.too_many_logins")
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    pages = [
        await browser.post("/login", account_id=text, password="x"),
        await browser.post("/login", account_id=text, password="x", wanted=text, form_token=""),
        await browser.post("/register", **(HOLDER | {"holder_kana": text})),
    ]
    mark = await up_to_step_2(browser)
    typed = DETAILS | {"nickname": text, "email_address": text}
    pages.append(await browser.post("/register/account", **typed, draft=mark, action="confirm"))
    for page in pages:
        assert page.status in (403, 422)
        assert html.escape(text) == text or text not in page.text
        assert f'value="{html.escape(text)}"' in page.text.replace("&#34;", "&quot;").replace(
            "&#39;", "&#x27;"
        )
