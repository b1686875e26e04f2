"""Newcomers on their way from the contract to the log-in: in our portal, and in the Django yardstick."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from support.own_forms import form_token_in

from bench.customers import HOLDER_KANA, PASSWORD, PHONE_NUMBER, newcomers_number
from bench.mail_sink import MailSink

MAIL_WITHIN, _PAGE_WITHIN = 60.0, 60.0  # seconds
_PREPARING_PAUSE = 1.0  # seconds; our page asks again by itself after three


class Ended(Exception):
    """A page came that the journey does not go on from. The text: of what, and its status."""


@dataclass
class Outcomes:
    """What came of many journeys. `submit_to_mail`: seconds, of those whose mail came."""

    done: int = 0
    statuses: Counter[int] = field(default_factory=Counter)  # of every answer
    ends: Counter[str] = field(default_factory=Counter)  # why those that did not get there ended
    submit_to_mail: list[float] = field(default_factory=list)


class Browser:
    """One customer's: cookies and a network of his own; no redirect is followed by itself."""

    def __init__(self, url: str, number: int, outcomes: Outcomes) -> None:
        self.url, self._outcomes = url, outcomes
        self._jar = aiohttp.CookieJar(unsafe=True)
        self._form_token = ""
        headers = {"X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.7"}
        timeout = aiohttp.ClientTimeout(total=_PAGE_WITHIN)
        self._session = aiohttp.ClientSession(cookie_jar=self._jar, headers=headers, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def cookie(self, name: str) -> str:
        """Its value."""
        return next((each.value for each in self._jar if each.key == name), "")

    def cookies(self) -> str:
        """All of them, as a browser sends them."""
        return "; ".join(f"{each.key}={each.value}" for each in self._jar)

    async def get(self, path: str) -> str:
        """Opens a page that must be there; its text."""
        return await self._ask("GET", path, None, wants=200)

    async def goes_on(self, path: str) -> str:
        """Opens a page that leads to another; its path."""
        return await self._ask("GET", path, None, wants=303)

    async def post(self, path: str, **form: str) -> str:
        """Presses a button of the page that was opened last; the path that it leads to."""
        return await self._ask("POST", path, {"form_token": self._form_token} | form, wants=303)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None, *, wants: int) -> str:
        headers = {"Origin": self.url, "Referer": self.url + path}
        try:
            async with self._session.request(
                method, self.url + path, data=form, headers=headers, allow_redirects=False
            ) as answer:
                text, status = await answer.text(), answer.status
                self._form_token = form_token_in(text) or self._form_token
                self._outcomes.statuses[status] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Ended(f"{path}: {type(error).__name__}") from error
        if (303 if status == 302 else status) != wants:
            raise Ended(f"{path.partition('/activate/')[0] or '/activate/…'}: {status}")
        return text if wants == 200 else answer.headers["Location"]


@dataclass(frozen=True)
class Portal:
    """Whose registration it is, where it stands, and where its mails arrive."""

    name: str
    url: str
    sink: MailSink

    async def take(self, number: int, outcomes: Outcomes) -> None:
        """One newcomer's whole journey; whatever comes of it is counted."""
        journey = in_ours if self.name == "ours" else _in_django
        try:
            async with Browser(self.url, number, outcomes) as browser:
                await journey(browser, self.sink, number, outcomes)
            outcomes.done += 1
        except Ended as ended:
            outcomes.ends[str(ended)] += 1

    async def take_all(self, numbers: range, *, at_once: int) -> Outcomes:
        """So many on their way at any time."""
        outcomes, places = Outcomes(), asyncio.Semaphore(at_once)

        async def one(number: int) -> None:
            async with places:
                await self.take(number, outcomes)

        await asyncio.gather(*(one(number) for number in numbers))
        return outcomes


def _details(number: int) -> dict[str, str]:
    return {"password": PASSWORD, "email_address": _address(number), "nickname": "ベンチ"}


def _address(number: int) -> str:
    return f"newcomer{number}@example.jp"


async def in_ours(browser: Browser, sink: MailSink, number: int, outcomes: Outcomes) -> None:
    """使い方 1) to 6): thirteen requests, two of which hash."""
    await browser.get("/register")
    holder = {"customer_number": newcomers_number(number), "phone_number": PHONE_NUMBER}
    await browser.post("/register", holder_kana=HOLDER_KANA, **holder)
    mark = _mark(await browser.get("/register/account"))
    details = _details(number) | {"account_id": f"newcomer{number}"}
    await browser.post("/register/account", draft=mark, action="confirm", **details)
    mark = _mark(await browser.get("/register/confirm"))
    submitted_at = time.monotonic()
    await browser.post("/register/confirm", draft=mark)
    await browser.get("/register/done")
    path = await _link_in_mail(browser, sink, number, submitted_at, outcomes)
    await browser.goes_on(path)
    await browser.get("/activate")
    await browser.post("/activate", password=PASSWORD)
    await browser.get("/activate/done")
    while await browser.post("/login/continue") == "/login/preparing":
        await asyncio.sleep(_PREPARING_PAUSE)
    await browser.get("/menu")


def _mark(page: str) -> str:
    return page.partition('name="draft" value="')[2].partition('"')[0]


async def _in_django(browser: Browser, sink: MailSink, number: int, outcomes: Outcomes) -> None:
    """Sign-up with the contract, confirmation by mail, log-in: eight requests, two of which hash."""
    await browser.get("/accounts/signup/")
    holder = {"customer_number": newcomers_number(number), "phone_number": PHONE_NUMBER}
    login = {"username": f"newcomer{number}", "email": _address(number), "password1": PASSWORD}
    token = browser.cookie("csrftoken")
    submitted_at = time.monotonic()
    await browser.post(
        "/accounts/signup/", csrfmiddlewaretoken=token, holder_kana=HOLDER_KANA, **holder, **login
    )
    await browser.get("/accounts/confirm-email/")
    path = await _link_in_mail(browser, sink, number, submitted_at, outcomes)
    await browser.get(path)
    await browser.post(path, csrfmiddlewaretoken=browser.cookie("csrftoken"))
    await browser.get("/accounts/login/")
    token = browser.cookie("csrftoken")
    credentials = {"login": login["username"], "password": PASSWORD}
    await browser.post("/accounts/login/", csrfmiddlewaretoken=token, **credentials)
    await browser.get("/charges/")


async def _link_in_mail(
    browser: Browser, sink: MailSink, number: int, submitted_at: float, outcomes: Outcomes
) -> str:
    """Its path."""
    try:
        mail = await sink.mail_to(_address(number), within=MAIL_WITHIN)
    except TimeoutError:
        raise Ended("no mail came") from None
    outcomes.submit_to_mail.append(mail.accepted_at - submitted_at)
    return mail.link.removeprefix(browser.url)
