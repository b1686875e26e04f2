"""Customers who never pause, to notice what others do to the portal meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from neighbours.portal import HOST, Portal
from support.own_forms import own_form
from support.private_authority import Authority

VISITORS = 8


@dataclass
class Visitors:
    """They open pages and send forms, some through one connection, some through a new one each time. `seen`
    counts the answers by status, and the names of what went wrong.
    """

    portal: Portal
    authority: Authority
    seen: Counter[str] = field(default_factory=Counter)

    async def __aenter__(self) -> Visitors:
        self._tasks = [asyncio.create_task(self._visit(number)) for number in range(VISITORS)]
        return self

    async def __aexit__(self, *raised: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def more(self, count: int) -> None:
        """Returns when so many more answers have come."""
        wanted = self.seen.total() + count
        while self.seen.total() < wanted:
            await asyncio.sleep(0.05)

    async def _visit(self, number: int) -> None:
        port = urlsplit(self.portal.url).port
        ours = {"Host": f"{HOST}:{port}", "Origin": self.portal.url}
        connector = aiohttp.TCPConnector(ssl=self.authority.client_context(), force_close=number % 2 == 0)
        async with aiohttp.ClientSession(connector=connector, headers=ours) as session:
            cookie: dict[str, str] = {}
            token: dict[str, str] = {}
            while True:
                method = "POST" if number % 4 < 2 else "GET"
                page = f"https://127.0.0.1:{port}/register"
                try:
                    if method == "POST" and not token:
                        cookie, token = await own_form(
                            session, f"https://127.0.0.1:{port}", server_hostname=HOST
                        )
                    form = {"customer_number": "1"} | token if method == "POST" else None
                    asked = session.request(method, page, data=form, headers=cookie, server_hostname=HOST)
                    async with asked as answer:
                        await answer.read()
                        self.seen[f"{method} {answer.status}"] += 1
                except aiohttp.ClientError as error:
                    self.seen[type(error).__name__] += 1
                await asyncio.sleep(0.02)


async def what_visitors_see_of_an_end(portal: Portal, authority: Authority) -> set[str]:
    """Every answer from before SIGTERM to the first of two gateways until long after its end (N7)."""
    async with Visitors(portal, authority) as visitors:
        await visitors.more(200)
        portal.plant.hold("gateway-1")
        ended = await portal.plant.terminate("gateway-1")
        await visitors.more(500)
        portal.plant.release("gateway-1")
        await portal.plant.ready(name="gateway-1")
    assert ended.code == 0
    return set(visitors.seen)
