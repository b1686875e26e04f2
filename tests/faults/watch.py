"""Somebody who looks at a page again and again, to see what the plant answers at each moment, and how
quickly.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Self

from faults.browser import Browser, LoadBalancer
from faults.ledger import Ledger
from faults.plant import Plant

ASKED_EVERY = 0.1  # seconds
ANSWERED = 404  # the link is unknown: registration looked it up and said so


@dataclass(frozen=True)
class Answer:
    """One answer. `asked_at` is on the monotonic clock; both in seconds. Status 0: none came."""

    asked_at: float
    status: int
    seconds: float


class Watch:
    """Opens an activation link that nobody has sent, as long as the block runs.

    The answer comes from registration and its database, over the broker; nothing counts how often it is
    asked, and nothing changes.
    """

    def __init__(self, plant: Plant, ledger: Ledger) -> None:
        self._browser = Browser(LoadBalancer(plant), ledger, "watch", "10.252.1.1")
        self._looking: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self.answers: list[Answer] = []

    async def __aenter__(self) -> Self:
        await self._browser.get(f"/activate/{secrets.token_urlsafe(32)}")
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._browser.close()

    async def _look(self) -> None:
        while True:
            asked_at = time.monotonic()
            page = await self._browser.get("/activate")
            self.answers.append(Answer(asked_at, page.status, page.seconds))
            self._heard.set()
            await asyncio.sleep(ASKED_EVERY)

    async def until(self, status: int, *, within: float, after: float = 0.0) -> float:
        """When the first such answer was asked for, at `after` or later. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                self._heard.clear()
                for each in reversed(self.answers):
                    if each.asked_at < after:
                        break
                    if each.status == status:
                        return next(
                            one.asked_at
                            for one in self.answers
                            if one.asked_at >= after and one.status == status
                        )
                await self._heard.wait()

    def between(self, since: float, until: float) -> list[Answer]:
        """What was asked in that time."""
        return [each for each in self.answers if since <= each.asked_at < until]
