"""The first steps of a registration, for a browser without JavaScript."""

from __future__ import annotations

from support.scripted_services import Browser

HOLDER = {"customer_number": "0010-2030", "phone_number": "0748-66-0739", "holder_kana": "ｱｲｺﾑ ﾀﾛｳ"}
PASSWORD = "kirakiraBoshi7"
DETAILS = {
    "account_id": "taro-01",
    "password": PASSWORD,
    "email_address": "sora@example.jp",
    "nickname": "そら",
}


async def up_to_step_2(browser: Browser) -> str:
    """Passes step 1; gives the mark that the form of step 2 carries."""
    assert (await browser.post("/register", **HOLDER)).headers["Location"] == "/register/account"
    return (await browser.get("/register/account")).hidden_mark


async def up_to_step_3(browser: Browser, **changed: str) -> str:
    """Passes steps 1 and 2."""
    mark = await up_to_step_2(browser)
    answer = await browser.post("/register/account", **(DETAILS | changed), draft=mark, action="confirm")
    assert answer.headers["Location"] == "/register/confirm"
    return mark
