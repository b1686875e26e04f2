"""One more customer who asks for 認証 again and again, to see how the plant answers at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from faults.browser import Browser, LoadBalancer, Page
from faults.customers import Customer
from faults.ledger import Ledger
from faults.plant import Plant

AGAIN_AFTER = 0.1  # seconds


class Probe:
    """Asks identity, and so the broker and identity's database. `async with`; the customer needs a
    contract.
    """

    def __init__(self, plant: Plant, ledger: Ledger, customer: Customer) -> None:
        self._customer = customer
        self._tries = 0
        self._browser = Browser(LoadBalancer(plant), ledger, customer.customer_number, customer.network)

    async def __aenter__(self) -> Probe:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._browser.close()

    async def ask(self) -> Page:
        """One 認証."""
        customer = self._customer
        proof = {name: getattr(customer, name) for name in ("customer_number", "phone_number", "holder_kana")}
        return await self._browser.post("/register", **proof)

    async def try_to_log_in(self) -> Page:
        """One ログイン with an ID that nobody has: identity counts it, and so it writes."""
        self._tries += 1
        return await self._browser.post(
            "/login", account_id=f"nobody{self._tries}", password=self._customer.password
        )

    async def until_served(self, within: float, ask: Callable[[], Awaitable[Page]] | None = None) -> float:
        """Asks until the answer is no trouble; after how many seconds. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(within):
            while (await (ask or self.ask)()).is_trouble:
                await asyncio.sleep(AGAIN_AFTER)
        return loop.time() - began


def spread(figures: list[float]) -> dict[str, float]:
    """Median, 99th percentile and worst of some seconds, for the ledger."""
    ordered = sorted(figures)
    return {
        "p50": round(ordered[len(ordered) // 2], 3),
        "p99": round(ordered[int(len(ordered) * 0.99)], 3),
        "worst": round(ordered[-1], 3),
    }
