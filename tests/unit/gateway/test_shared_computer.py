"""The next person at a shared computer finds nothing of the one before."""

from __future__ import annotations

import importlib
import pkgutil
import secrets
from collections.abc import Awaitable, Callable

import pytest
from support.scripted_services import SESSION, Browser, Services

import gateway
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import PORTAL
from messages.identity import ContractVerified, LogIn, LogInWithProof, VerifyContract
from messages.registration import Activate, Activated
from messages.values import AccountId

VISITORS = {"draft", "registered", "activation", "ticket", "waiting-login"}
Step = Callable[[Browser], Awaitable[object]]


@pytest.fixture
async def used(browser: Browser, services: Services) -> Browser:
    """Somebody proved a contract here, opened a link and did his 本登録."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.answer(LogIn, SESSION)
    services.answer(LogInWithProof, SESSION)
    await browser.post("/register", customer_number="4050607", phone_number="0748660739", holder_kana="アイ")
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    await browser.post("/activate", password="x")
    assert {"draft", "ticket"} <= browser.cookies().keys()
    return browser


@pytest.mark.parametrize(
    "step",
    [
        lambda browser: browser.post("/login", account_id="jiro-02", password="x"),
        lambda browser: browser.post("/login/continue"),
        lambda browser: browser.post("/logout"),
    ],
    ids=["log-in", "ticket", "log-out"],
)
async def test_after_it_the_browser_holds_nothing_that_was_typed_before(used: Browser, step: Step) -> None:
    """Number, name, address, link and ticket are gone."""
    await step(used)
    assert not VISITORS & used.cookies().keys()
    assert (await used.get("/register/account")).headers["Location"] == "/register"
    assert (await used.get("/register/done")).headers["Location"] == "/register"
    assert (await used.get("/activate/done")).headers["Location"] == "/login"
    page = (await used.get("/register")).text
    assert "0748660739" not in page
    assert "4050607" not in page


KEPT_FOR_THE_NEXT = {
    "typed": "opens for the account that it was typed for alone, and log-out drops it",
    "device": "says that somebody logged in here before, not who (X11)",
}
"""Cookies that outlive log-in and log-out, by name; each says here why the next person may have it."""


IN_FORMS = {"next-token"}
"""What is sealed in a hidden field, and no cookie."""


def every_purpose() -> dict[str, Purpose[CookieContent]]:
    """Each sealed cookie that a module of the gateway names."""
    modules = [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(gateway.__path__, "gateway.")
    ]
    values = [value for module in modules for value in vars(module).values()]
    return {value.name: value for value in values if isinstance(value, Purpose)}


async def test_no_cookie_of_tomorrow_is_forgotten_either(browser: Browser) -> None:
    """A new one is dropped by log-in and log-out, or stands above with its reason."""
    dropped = {purpose.name for purpose in browser.client.server.app[PORTAL].visitors_cookies}  # type: ignore[attr-defined]
    assert {"draft", "registered", "activation", "ticket", "waiting-login", "notice", "visitor"} <= dropped
    assert every_purpose().keys() == dropped | KEPT_FOR_THE_NEXT.keys() | IN_FORMS
