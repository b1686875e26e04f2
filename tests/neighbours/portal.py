"""The portal's own processes behind a neighbour, and what customers need of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from faults.customers import Customer, some_customers
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.servers import Servers

from gateway.settings import Settings

HOST = "mypage.example.jp"  # what the samples call the portal
_MAIL_WITHIN = 30.0  # seconds


@dataclass
class Portal:
    """`url` is where customers find it: at the neighbour's port, under the portal's own name."""

    plant: Plant
    url: str
    _customers: Iterator[Customer] = field(repr=False)

    def next_customer(self) -> Customer:
        """One that no other test of this portal has used."""
        return next(self._customers)

    @property
    def gateways(self) -> list[str]:
        """Address and port of each gateway."""
        return [urlsplit(url).netloc for url in self.plant.gateway_urls.values()]

    @property
    def admin_ports(self) -> list[str]:
        """The port of each gateway's readiness."""
        return [self.plant.admin_url(name).rpartition(":")[2] for name in self.plant.gateway_urls]

    async def activation_url(self, address: str) -> str:
        """The 本登録手続きURL in the newest mail to an address."""
        mails = await self.plant.sink.mails_to(address, within=_MAIL_WITHIN)
        return mails[-1].activation_url

    async def figure(self, name: str) -> float:
        """A metric's value, summed over all gateways."""
        total = 0.0
        async with aiohttp.ClientSession() as session:
            for gateway in self.plant.gateway_urls:
                async with session.get(f"{self.plant.admin_url(gateway)}/metrics") as answer:
                    lines = (await answer.text()).splitlines()
                total += sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))
        return total


@asynccontextmanager
async def portal_at(
    url: str,
    servers: Servers,
    folder: Path,
    *,
    gateways: int = 1,
    environment: Mapping[str, Mapping[str, str]] | None = None,
) -> AsyncIterator[Portal]:
    """A portal that customers know as `url` (empty: its gateway's own), with twenty of them. `environment`:
    variables by component.
    """
    as_shipped = {"MYPAGE_DRAIN_SECONDS": str(Settings.model_fields["drain_seconds"].default)}
    named = {"MYPAGE_PUBLIC_URL": url} if url else {}
    told = {"gateway": named | as_shipped, "notification": dict(named)}
    for component, variables in (environment or {}).items():
        told[component] |= variables
    ledger = Ledger(folder / "ledger.jsonl", seed=1)
    plant = Plant(servers, folder, ledger, replicas={"gateway": gateways}, environment=told)
    try:
        await plant.start()
        customers = some_customers(20, seed=1)
        await import_customers(plant, customers)
        yield Portal(plant, url or next(iter(plant.gateway_urls.values())), iter(customers))
    finally:
        await plant.stop()
        ledger.close()
