"""[パスキーでログイン]: what the log-in page asks a browser for, and what becomes of its answer."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from support.scripted_services import SESSION, Answer, Browser, Services, StartPortal

from gateway.portal import PORTAL
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.passkeys import LogInWithPasskey, RefusalCode

LOCALHOST = {"Host": "localhost:8080"}
REFUSED = "パスキーを確認できませんでした。"
TOO_OLD = "画面を開いてから時間がたったため"


@pytest.fixture
def at_localhost(browser: Browser) -> Browser:
    """A stranger under the name at which browsers have passkeys."""
    browser.client.session.headers.update(LOCALHOST)
    return browser


def asked_of_the_browser(page: Answer) -> dict[str, Any]:
    """The options in the page."""
    found = re.search('data-options="([^"]*)"', page.text)
    assert found
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


async def challenge_in(browser: Browser) -> str:
    """Of a page that it was shown."""
    return str(asked_of_the_browser(await browser.get("/login"))["challenge"])


@pytest.mark.parametrize(
    ("public_url", "host", "rp_id"),
    [
        ("https://mypage.example.jp", "mypage.example.jp", "mypage.example.jp"),
        ("https://mypage.example.jp:8443", "mypage.example.jp:8443", "mypage.example.jp"),
        ("http://localhost:8080", "localhost:8080", "localhost"),
        ("http://127.0.0.1:8080", "localhost:9000", "localhost"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", None),
        ("http://localhost:8080", "127.0.0.1:8080", None),
        ("http://[::1]:8080", "[::1]:8080", None),
        ("http://mypage.example.jp", "mypage.example.jp", None),
        ("https://192.0.2.1", "192.0.2.1", None),
        ("https://[2001:db8::1]", "[2001:db8::1]", None),
    ],
)
async def test_passkeys_are_offered_where_browsers_have_them(
    start_portal: StartPortal, services: Services, public_url: str, host: str, rp_id: str | None
) -> None:
    """At a name, by TLS or on the customer's own machine; elsewhere there is nothing of them."""
    page = await (await start_portal(services.bus, public_url=public_url)).get("/login", Host=host)
    assert page.status == 200
    if rp_id is None:
        assert "パスキー" not in page.text
        assert 'autocomplete="username"' in page.text
        return
    assert asked_of_the_browser(page)["rpId"] == rp_id
    assert 'autocomplete="username webauthn"' in page.text


async def test_the_page_names_no_account_and_no_passkey(at_localhost: Browser) -> None:
    """Nobody learns who has passkeys: it is the same for everybody, and asks for nobody's."""
    asked = asked_of_the_browser(await at_localhost.get("/login"))
    assert asked.keys() == {"challenge", "rpId", "userVerification", "timeout"}
    assert asked["userVerification"] == "required"
    assert await challenge_in(at_localhost) != asked["challenge"]


async def test_who_signs_is_let_in_to_the_page_that_he_wanted(
    at_localhost: Browser, services: Services
) -> None:
    """As with a password: another token, the mark of the device, nothing that was typed before (X32)."""
    services.answer(LogInWithPasskey, SESSION.model_copy(update={"device_mark": "mark"}))
    await at_localhost.get("/charges")
    challenge = await challenge_in(at_localhost)
    answer = await at_localhost.post("/login/passkey", challenge=challenge, credential="signed")
    assert (answer.status, answer.headers["Location"]) == (303, "/charges")
    assert {"sid", "device"} <= at_localhost.cookies().keys()
    assert "visitor" not in at_localhost.cookies()
    [asked] = services.were_asked(LogInWithPasskey)
    assert asked.origin == "http://localhost:8080"
    assert "signed" not in asked.signed.model_dump_json()


async def test_the_challenge_of_another_browser_is_refused_unasked(
    at_localhost: Browser, services: Services
) -> None:
    """Made for another pre-session, altered, or none: one sentence, and a fresh challenge."""
    foreign = await challenge_in(at_localhost)
    at_localhost.client.session.cookie_jar.clear()
    for challenge in (foreign, foreign[:-2] + "xx", "", "あ", "x" * 75):
        page = await at_localhost.post("/login/passkey", challenge=challenge, credential="signed")
        assert (page.status, page.text.count(TOO_OLD)) == (422, 1)
        assert asked_of_the_browser(page)["challenge"] not in (foreign, challenge)
    assert services.were_asked(LogInWithPasskey) == []


async def test_a_page_that_is_older_than_a_quarter_of_an_hour_is_refused_unasked(
    at_localhost: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pre-session lives longer."""
    challenge = await challenge_in(at_localhost)
    portal = at_localhost.client.server.app[PORTAL]  # type: ignore[attr-defined]
    now = portal.challenges._now()
    monkeypatch.setattr(portal.challenges, "_now", lambda: now + 15 * 60 + 1)
    page = await at_localhost.post("/login/passkey", challenge=challenge, credential="signed")
    assert (page.status, page.text.count(TOO_OLD)) == (422, 1)
    assert services.were_asked(LogInWithPasskey) == []


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (RefusalCode.PASSKEY_REFUSED, 422, REFUSED),
        (RefusalCode.PASSKEY_CHALLENGE_SPENT, 422, TOO_OLD),
        (IdentityCode.ACCOUNT_FROZEN, 422, "ログインを停止しています。"),
        (SettingsCode.ACCOUNT_LEFT, 422, "退会のお手続きが済んでいます。"),
        (IdentityCode.TOO_MANY_LOGINS, 429, "いまはログインできません。"),
    ],
)
async def test_each_refusal_is_one_sentence_on_the_log_in_page(
    at_localhost: Browser, services: Services, code: str, status: int, said: str
) -> None:
    """And nobody is logged in."""
    services.refuse(LogInWithPasskey, code, retry_after_seconds=60 if status == 429 else None)
    challenge = await challenge_in(at_localhost)
    page = await at_localhost.post("/login/passkey", challenge=challenge, credential="x" * 60_000)
    assert (page.status, page.text.count(said)) == (status, 1)
    assert ("Retry-After" in page.headers) == (status == 429)
    assert "sid" not in at_localhost.cookies()


async def test_at_an_address_of_digits_nothing_is_taken(browser: Browser, services: Services) -> None:
    """Whatever is sent there."""
    page = await browser.post("/login/passkey", challenge="x", credential="signed")
    assert page.status == 422
    assert services.were_asked(LogInWithPasskey) == []
