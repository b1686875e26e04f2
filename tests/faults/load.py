"""Many customers at once, at a steady pace, and the contracts and charges that they come with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from faults.browser import Browser, LoadBalancer
from faults.customers import Customer
from faults.habits import PLAIN, habits_of
from faults.journey import GaveUp, Journey
from faults.ledger import Ledger
from faults.plant import Plant
from support.billing_exports import write_contracts, write_lines, write_statements

from messages.values import BillingMonth
from services.billing.imports.import_charges import import_charges
from services.identity.contracts.import_contracts import import_contracts


async def import_customers(plant: Plant, customers: Sequence[Customer], *, months: int = 2) -> None:
    """Their contracts and their last published months, through the operator's own importers."""
    folder = plant.folder / "imported"
    folder.mkdir(exist_ok=True)
    newest = BillingMonth.from_date(datetime.now(UTC).date())
    shown = [str(newest.minus(back)) for back in range(months)]
    contracts = write_contracts(folder / "contracts.csv", customers)
    statements = write_statements(folder / "statements.csv", customers, shown)
    lines = write_lines(folder / "lines.csv", customers, shown)
    await import_contracts(await plant.database("identity"), contracts, dry_run=False)
    await import_charges(await plant.database("billing"), statements, lines, publish=True, dry_run=False)


class Load:
    """Every customer makes his whole journey once. `async with Load(...)`: they come while the block breaks
    things, and are waited for.
    """

    def __init__(
        self,
        plant: Plant,
        ledger: Ledger,
        customers: Sequence[Customer],
        *,
        per_second: float = 5.0,
        concurrency: int = 40,
        seed: int = 0,
        patience: float = 120.0,
        within: float = 900.0,
        with_habits: bool = True,
    ) -> None:
        """`patience`: seconds that a customer goes on pressing at one step; `within`: seconds until all must
        have ended; `with_habits`: they hang up, go back and press twice.
        """
        self._plant = plant
        self._ledger = ledger
        self._customers = list(customers)
        self._pace = per_second
        self._room = asyncio.Semaphore(concurrency)
        self._random = random.Random(seed)
        self._seed = seed
        self._patience = patience
        self._within = within
        self._with_habits = with_habits
        self._running: asyncio.Task[None] | None = None
        self.balancer = LoadBalancer(plant)
        self.finished: list[Customer] = []
        self.gave_up: dict[str, str] = {}  # customer number -> over what
        self.under_way = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self.end()
        elif self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def start(self) -> None:
        """The first ones come now."""
        await self.balancer.start()
        self._running = asyncio.create_task(self._run())

    async def end(self) -> None:
        """Waits for all of them. Raises TimeoutError, and whatever is wrong with the simulation itself."""
        assert self._running
        try:
            await asyncio.wait_for(self._running, self._within)
        finally:
            await self.balancer.stop()
            counts = {"finished": len(self.finished), "gave_up": len(self.gave_up)}
            self._ledger.note("load", "ended", **counts, lateness=round(self.balancer.lateness, 3))

    @property
    def is_over(self) -> bool:
        """Whether all have ended."""
        return self._running is not None and self._running.done()

    @property
    def done_count(self) -> int:
        """How many have ended, well or not."""
        return len(self.finished) + len(self.gave_up)

    def enough(self) -> None:
        """Nobody else comes; those who are on their way are still waited for."""
        self._customers.clear()

    async def until(self, count: int) -> None:
        """Waits until so many have ended, or all."""
        while self.done_count < count and not self.is_over:
            await asyncio.sleep(0.05)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for customer in self._customers:
                await self._room.acquire()
                group.create_task(self._one(customer))
                await asyncio.sleep(self._random.uniform(0.5, 1.5) / self._pace)

    async def _one(self, customer: Customer) -> None:
        self.under_way += 1
        browser = self.browser(customer)
        try:
            habits = habits_of(customer, seed=self._seed) if self._with_habits else PLAIN
            sink, ledger, patience = self._plant.sink, self._ledger, self._patience
            await Journey(customer, browser, sink, ledger, patience=patience, habits=habits).whole()
            self.finished.append(customer)
        except GaveUp as over:
            self.gave_up[customer.customer_number] = str(over)
            self._ledger.told(customer.customer_number, "gave_up", over=str(over))
        finally:
            self.under_way -= 1
            await browser.close()
            self._room.release()

    def browser(self, customer: Customer) -> Browser:
        """A browser of that customer; also for a test's own journeys."""
        return Browser(self.balancer, self._ledger, customer.customer_number, customer.network)
