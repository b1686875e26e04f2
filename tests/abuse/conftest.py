"""What the abuse suite works on: a service by itself, or the whole portal in five processes over RabbitMQ."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import System, some_customers
from pages.town import CONTRACTS, Town
from pages.visitor import Visitor
from support import identity_harness, registration_harness
from support.billing_exports import write_contracts
from support.recovery_on_the_portal import NewVisitor


@pytest.fixture
async def identity(fresh_database: Any) -> identity_harness.Harness:
    """Nobody in it yet."""
    return identity_harness.Harness(await fresh_database("identity"))


@pytest.fixture
async def registration(fresh_database: Any) -> registration_harness.Harness:
    """Nobody in it yet."""
    return registration_harness.Harness(await fresh_database("registration"))


@pytest.fixture(scope="module")
async def town(run_directory: Path) -> AsyncIterator[Town]:
    """The portal, and contracts of nobody who has an account."""
    running = System(folder_for_everybody(run_directory, "abuse"), processes=True, MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    contracts = write_contracts(running.folder / "contracts.csv", some_customers(CONTRACTS))
    code, out = await running.run("contracts", "import", contracts)
    assert code == 0, out
    yield Town(running)
    assert await running.stop() == 0


_numbers = iter(range(1, 10_000))


@pytest.fixture
async def visitor(town: Town) -> AsyncIterator[NewVisitor]:
    """`visitor()`: another browser in a network of its own."""
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(town, next(_numbers)))
        return made[-1]

    yield make
    await asyncio.gather(*(each.close() for each in made))
