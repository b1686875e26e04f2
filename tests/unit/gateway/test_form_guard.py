"""Each form carries the token of its browser, and no request that may write is taken without it (X31)."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from support.captured_logs import capture_logs
from support.own_forms import form_token_in
from support.registration_steps import HOLDER, up_to_step_2, up_to_step_3
from support.scripted_services import SESSION, Browser, Services, StartPortal

import gateway
from chassis.messaging.message import Command
from gateway.language_switch.pages import SWITCH_ROUTE
from gateway.routes import ROUTES
from gateway.settings_page.stop import ONE_CLICK_ROUTE
from messages.identity import ContractVerified, LogIn, ShowSession, VerifyContract
from messages.registration import CheckAccountId

OURS = {"Sec-Fetch-Site": "same-origin"}
OPEN_TO_ALL = (ONE_CLICK_ROUTE, SWITCH_ROUTE)
WRITES = sorted(route.path for route in ROUTES if route.method != "GET" and route.path not in OPEN_TO_ALL)
FORM = re.compile(r"<form\b[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)
TEMPLATES = sorted((Path(gateway.__file__).parent / "templates").rglob("*.html"))


def address(path: str) -> str:
    """One address for a route with a variable part."""
    return re.sub(r"{\w+(:[^}]*)?}", "x" * 43, path)


@pytest.mark.parametrize("who", ["stranger", "customer"])
@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("token", [None, "", "another's", "あ", "x" * 43])
async def test_nothing_is_done_without_the_token_of_this_browser(
    start_portal: StartPortal, services: Services, path: str, who: str, token: str | None
) -> None:
    """Whatever the route, also one of tomorrow: nobody is asked to do anything, and no cookie is lost."""
    browser, other = await start_portal(services.bus), await start_portal(services.bus)
    if who == "customer":
        services.answer(LogIn, SESSION)
        services.answer(ShowSession, SESSION)
        await browser.post("/login", account_id="taro-01", password="x")
    before, _ = browser.cookies(), services.asked.clear()
    fields = {"account_id": "taro-01", "password": "kirakiraBoshi7", "draft": "x"}
    if token is not None:
        fields["form_token"] = other.form_token() if token == "another's" else token
    with capture_logs() as lines:
        answer = await browser.post_raw(address(path), urlencode(fields).encode(), OURS)
    assert answer.status in (303, 403, 404, 503)  # its page, or what that page says without link or service
    assert answer.headers.get("Location", "/login") in ("/login", "/menu", "/register", "/settings/passkeys")
    assert not [each for each in services.asked if isinstance(each, (Command, CheckAccountId))]
    assert before.items() <= browser.cookies().items()
    assert "kirakiraBoshi7" not in f"{answer.text}{lines}"
    assert "form.refused" in [line["event"] for line in lines]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_no_other_method_goes_round_it(browser: Browser, method: str) -> None:
    """There is no route for one; were there, the guard stands before it."""
    async with browser.client.request(method, "/login", headers=OURS) as answer:
        assert answer.status == 405


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_form_that_the_renderer_would_not_see(template: Path) -> None:
    """A form is sent by POST, and its tag says so in a way that is found."""
    source = template.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b.*", source, re.IGNORECASE)
    assert len(re.findall(r'<form\b[^>]*\bmethod="post"[^>]*>', source)) == len(forms)
    assert 'name="form_token"' not in source


async def test_a_form_opened_before_a_log_in_in_another_tab_is_explained(
    browser: Browser, services: Services
) -> None:
    """X32: it was another visitor's. What was typed is there, and the next press goes through."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    old = form_token_in((await browser.get("/register")).text)
    await browser.post("/login", account_id="taro-01", password="x")
    page = await browser.post("/register", **HOLDER, form_token=old)
    assert page.status == 403
    assert "ログインの状態が変わったため" in page.text
    assert "<title>エラー：" in page.text
    assert f'value="{HOLDER["customer_number"]}"' in page.text
    assert services.were_asked(VerifyContract) == []
    again = await browser.post("/register", **HOLDER, form_token=form_token_in(page.text))
    assert again.headers["Location"] == "/register/account"


async def test_a_refused_page_of_the_registration_keeps_what_was_typed(
    browser: Browser, services: Services
) -> None:
    """Step 2: ID, address and name; step 3: the whole draft."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    mark = await up_to_step_2(browser)
    typed = {"account_id": "sora-77", "password": "kirakiraBoshi7", "nickname": "<そら>"}
    page = await browser.post("/register/account", **typed, draft=mark, action="confirm", form_token="")
    assert page.status == 403
    assert 'value="sora-77"' in page.text
    assert 'value="&lt;そら&gt;"' in page.text
    assert "kirakiraBoshi7" not in page.text
    mark = await up_to_step_3(browser)
    page = await browser.post("/register/confirm", draft=mark, form_token="")
    assert page.status == 403
    assert "taro-01" in page.text


async def test_a_script_is_told_by_json(browser: Browser, services: Services) -> None:
    """E1."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    await up_to_step_2(browser)
    answer = await browser.post("/api/account-id", account_id="taro-01", form_token="")
    assert answer.status == 403
    assert "もう一度" in json.loads(answer.text)["text"]


async def test_a_refused_page_does_not_send_itself(browser: Browser, services: Services) -> None:
    """準備しています presses its button by itself, which here would go round the guard."""
    services.refuse(LogIn, "identity.wrong_credentials")
    assert "data-sends-itself-after" not in (await browser.post("/login/again", form_token="")).text


async def test_every_replica_knows_the_token(start_portal: StartPortal, services: Services) -> None:
    """It is made of the session and of the cookie key, nothing is stored."""
    key = base64.b64encode(b"k" * 32).decode()
    first, second = [await start_portal(services.bus, cookie_key=key) for _ in range(2)]
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    await first.post("/login", account_id="taro-01", password="x")
    second.client.session.cookie_jar.update_cookies(first.cookies(), second.client.make_url("/"))
    token = form_token_in((await first.get("/menu")).text)
    assert form_token_in((await second.get("/menu")).text) == token
    assert (await second.post("/logout", form_token=token)).headers["Location"] == "/login"
