"""The containers of docker-compose.yml as an operator starts them, and what customers and operators need of
them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from containers.engine.engines import Done, Engine
from journeys.system import Customer

from mypage.local.ports import free_ports

COMPONENTS = ("gateway", "identity", "registration", "notification", "billing")
LASTING = ("postgres", "rabbitmq", "mailpit", *COMPONENTS)
_HEALTHY_WITHIN = 120.0  # seconds
_MAIL_WITHIN = 30.0  # seconds


@dataclass
class Arrangement:
    """A checkout on an engine; `MYPAGE_PORT` is set to a free port, and nothing is said of the public URL."""

    engine: Engine
    checkout: Path
    customers: Iterator[Customer]
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    latest: Customer = field(init=False)

    @property
    def url(self) -> str:
        """Where customers find it."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def environment(self) -> dict[str, str]:
        """What the operator sets besides .env."""
        names = ("MYPAGE_PORT", "MYPAGE_INBOX_PORT", "MYPAGE_GRAFANA_PORT")
        return {name: str(port) for name, port in zip(names, self.ports, strict=True)}

    def compose(self, *arguments: str) -> str:
        """`docker compose …` that must end well."""
        return self.engine.run("docker", "compose", *arguments, at=self.checkout, **self.environment)

    def operator(self, *arguments: str) -> Done:
        """`docker compose run --rm mypage …`, as the runbook says."""
        line = ("docker", "compose", "run", "--rm", "--no-TTY", "mypage", *arguments)
        return self.engine.try_to(*line, at=self.checkout, **self.environment)

    def container(self, service: str) -> str:
        """The id of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).strip()

    def inspect(self, service: str) -> dict[str, Any]:
        """All that the engine says of it."""
        found: list[dict[str, Any]] = json.loads(
            self.engine.run("docker", "inspect", self.container(service))
        )
        return found[0]

    async def healthy(self, service: str) -> None:
        """Returns once the engine calls it that."""
        async with asyncio.timeout(_HEALTHY_WITHIN):
            while self.inspect(service)["State"]["Health"]["Status"] != "healthy":
                await asyncio.sleep(0.5)

    def next_customer(self) -> Customer:
        """One that no other test has used."""
        self.latest = next(self.customers)
        return self.latest

    async def activation_url(self, address: str) -> str:
        """The 本登録手続きURL in the newest mail to an address."""
        inbox = f"http://127.0.0.1:{self.ports[1]}/api/v1"
        async with asyncio.timeout(_MAIL_WITHIN), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{inbox}/messages") as answer:
                    mails = (await answer.json(content_type=None))["messages"]
                ours = [each for each in mails if address in [to["Address"] for to in each["To"]]]
                if ours:
                    async with session.get(f"{inbox}/message/{ours[0]['ID']}") as answer:
                        text: str = (await answer.json(content_type=None))["Text"]
                    return next(line for line in text.splitlines() if "/activate/" in line).strip()
                await asyncio.sleep(0.2)
