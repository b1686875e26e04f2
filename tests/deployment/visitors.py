"""Fifty requests a second, whatever happens: pages, refused forms that identity is asked about, and the
charges of those who are logged in. Each is written down with its beginning and its end.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from faults.browser import PATIENCE, Browser
from faults.customers import Customer
from faults.journey import Journey
from support.own_forms import own_form

from deployment.portal import Portal

PER_SECOND = 50
_KEPT = 8  # connections that are kept open; every other request comes with one of its own


class Here(AbstractResolver):
    """The portal's name leads to the entrance."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See AbstractResolver."""
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._portal.entrance.port,
                family=family,
                proto=0,
                flags=0,
            )
        ]

    async def close(self) -> None:
        """Nothing to close."""


def session_to(portal: Portal, **options: Any) -> aiohttp.ClientSession:
    """Believes the portal's certificate, and finds it here."""
    connector = aiohttp.TCPConnector(
        ssl=portal.authority.client_context(), resolver=Here(portal), family=socket.AF_INET, **options
    )
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    return aiohttp.ClientSession(connector=connector, timeout=timeout)


class _TheEntrance:
    """What a Browser asks for where to go."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def choices(self) -> list[str]:
        """There is one way in."""
        return [self._portal.url]


async def customer_with_a_session(portal: Portal, customer: Customer) -> Browser:
    """Registers, activates, logs in and sees his charges; his browser."""
    browser = Browser(_TheEntrance(portal), portal.ledger, customer.customer_number, customer.network)  # type: ignore[arg-type]
    await browser.close()
    browser._session = session_to(portal)
    browser._session.headers["X-Forwarded-For"] = customer.network
    await Journey(customer, browser, portal.sink, portal.ledger).whole()
    return browser


@dataclass(frozen=True)
class Visit:
    """One request, in seconds of the monotonic clock. `failed`: a status of 500 or more, or no answer."""

    what: str
    began: float
    ended: float
    failed: str


@dataclass
class Visitors:
    """`async with Visitors(portal, browsers)`: they come until the block ends."""

    portal: Portal
    browsers: list[Browser]
    visits: list[Visit] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._kept = session_to(self.portal, limit=_KEPT)
        self._new = session_to(self.portal, force_close=True, limit=0)
        self._cookie, self._token = await own_form(self._kept, self.portal.url)
        self._begun: set[asyncio.Task[None]] = set()
        self._coming = asyncio.create_task(self._come())
        return self

    async def __aexit__(self, *raised: object) -> None:
        self._coming.cancel()
        await asyncio.gather(self._coming, *self._begun, return_exceptions=True)
        await asyncio.gather(self._kept.close(), self._new.close())

    def failed(self, *, begun_after: float = 0.0) -> Counter[str]:
        """How many got no answer, or one that says that the portal is in trouble, by what they asked for."""
        return Counter(
            f"{visit.what}: {visit.failed}"
            for visit in self.visits
            if visit.failed and visit.began > begun_after
        )

    async def _come(self) -> None:
        began = time.monotonic()
        for number in itertools.count():
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            task = asyncio.create_task(self._visit(number))
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)

    async def _visit(self, number: int) -> None:
        session = self._kept if number % 2 else self._new
        address = f"100.{64 + number // 60_000 % 64}.{number // 250 % 240}.{number % 250 + 1}"
        headers = {"X-Forwarded-For": address, "Origin": self.portal.url}
        method, path, form = "GET", "/login", None
        if number % 10 == 0:
            names = ("customer_number", "phone_number", "holder_kana")
            form = dict(zip(names, ("999999", "0748999999", "ダレカ　ダレ"), strict=True)) | self._token
            method, path = "POST", "/register"
            headers |= self._cookie
        elif number % 10 == 5 and self.browsers:
            path = "/charges"
            session = self.browsers[number // 10 % len(self.browsers)]._session
        began, failed = time.monotonic(), ""
        try:
            asked = session.request(
                method, self.portal.url + path, data=form, headers=headers, allow_redirects=False
            )
            async with asked as answer:
                await answer.read()
                if answer.status >= 500 or (path == "/charges" and answer.status != 200):
                    failed = str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            failed = type(error).__name__
        self.visits.append(Visit(f"{method} {path}", began, time.monotonic(), failed))
