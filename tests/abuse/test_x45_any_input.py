"""X45: every address and every form of the portal, with whatever anybody may send; route by route, so that a
new one is tried too. Never a fault, never silence, and nothing that was typed as a password comes back.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from support.scripted_services import SESSION, Browser, Services
from unit.gateway.conftest import browser, services, start_portal

import gateway
import messages
from chassis.messaging.message import Request
from gateway.routes import ROUTES
from messages.identity import LogIn, RefusalCode, ShowSession

__all__ = ["browser", "services", "start_portal"]

OURS = {"Sec-Fetch-Site": "same-origin"}
CANARY = "CanaryPassword7"
LONG_ENOUGH = 30  # seconds: a bound on hanging, nothing else
WRITES = sorted({route.path for route in ROUTES if route.method == "POST"})
READS = sorted({route.path for route in ROUTES if route.method == "GET"})
ODD = (
    "",
    " ",
    "\0",
    "a\r\nBcc: x@example.jp",
    "%00",
    "%",
    "\u202e",
    "\ufeff",
    "İſ",
    "あ" * 500,
    "x" * 20_000,
    "'; --",
    "<b>",
    "{{ 7*7 }}",
    "../../etc/passwd",
    "=1+1",
    "[]",
    "{}",
    "null",
    "-1",
    "9" * 400,
    "\U0001f600",
    "e\u0301",
    "𝟙",
    "٣",
)
RAW = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"%FF%FE",
    b"%ED%A0%80",
    b"%",
    b"=",
    b"&&&",
    b"&".join(b"a=1" for _ in range(10_000)),
    b"a" * 60_000,
    b"account_id=%F0%28%8C%28",
    b"\xe3\x81",
    b'{"account_id": "x"}',
    b"[" * 30_000,
    b"account_id=x;password=y",
    b"a=b" * 9_000,
)
KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json",
    "text/plain",
    "\u00ff",
)


def field_names() -> list[str]:
    """Every field that a template names."""
    sources = [path.read_text(encoding="utf-8") for path in Path(gateway.__file__).parent.rglob("*.html")]
    found = {
        name
        for text in sources
        for name in re.findall(r'(?:\bname="|field\("|button\([^)]*name=")(\w+)"', text)
    }
    return sorted(found | {"password", "account_id", "draft"})


NAMES = field_names()


def bodies(token: str, chance: random.Random) -> Iterator[bytes]:
    """Forms with the right token: of odd values, with a field missing or doubled, and of any bytes."""
    usual = {name: CANARY if "password" in name else "x" for name in NAMES} | {"form_token": token}
    for odd in ODD:
        yield urlencode(usual | dict.fromkeys(NAMES, odd)).encode()
        yield urlencode(usual | {chance.choice(NAMES): odd}).encode()
    for name in NAMES:
        yield urlencode({each: value for each, value in usual.items() if each != name}).encode()
        yield urlencode([*usual.items(), (name, "y"), (name, "z")]).encode()
    for raw in RAW:
        yield urlencode({"form_token": token}).encode() + b"&" + raw
    for _ in range(20):
        yield f"form_token={token}&".encode() + quote(chance.randbytes(chance.randrange(200))).encode()
        yield f"form_token={token}&".encode() + chance.randbytes(chance.randrange(200))


@pytest.fixture
def refusing(services: Services) -> Services:
    """Every service says no to everything, save that a session is alive."""
    for module in pkgutil.iter_modules(messages.__path__, "messages."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Request) and hasattr(value, "type_name"):
                services.refuse(value, RefusalCode.TOO_MANY_LOGINS)
    services.answer(ShowSession, SESSION)
    services.answer(LogIn, SESSION)
    return services


async def check(sending: object) -> None:
    """An answer came that is nobody's fault, with our headers."""
    async with asyncio.timeout(LONG_ENOUGH):
        answer = await sending  # type: ignore[misc]
    assert answer.status < 500, answer.text[:300]
    assert CANARY not in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("who", ["stranger", "customer"])
@pytest.mark.parametrize("path", WRITES)
async def test_a_form_of_any_bytes_is_answered(
    browser: Browser, refusing: Services, path: str, who: str
) -> None:
    """As its page would send it, and as no page would."""
    chance = random.Random(path)
    address = re.sub(r"{\w+(:[^}]*)?}", "x" * 43, path)
    for body in bodies("TOKEN", chance):
        if who == "customer":
            await browser.post("/login", account_id="taro-01", password="x")
        token = browser.form_token().encode()
        await check(browser.post_raw(address, body.replace(b"TOKEN", token), OURS))
    for kind in KINDS:
        await check(browser.post_raw(address, b"account_id=x", OURS, content_type=kind))


@pytest.mark.parametrize("path", READS)
async def test_an_address_of_any_bytes_is_answered(browser: Browser, refusing: Services, path: str) -> None:
    """In its variable part, in its query, and in the cookies that come with it."""
    chance = random.Random(path)
    for _ in range(40):
        part = quote(chance.randbytes(chance.randrange(1, 60)))
        address = re.sub(r"{\w+(:[^}]*)?}", part, path)
        await check(browser.get(f"{address}?{part}={quote(chance.choice(ODD)[:500])}"))
    for odd in ODD:
        address = re.sub(r"{\w+(:[^}]*)?}", quote(odd[:500] or "x", safe=""), path)
        await check(browser.get(address))
