"""Identity on a real, empty database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from support.address_changes import Customer
from support.identity_harness import Harness

from chassis.database.db import Database


@pytest.fixture
async def harness(fresh_database: Callable[[str], Awaitable[Database]]) -> Harness:
    """Nobody in it yet."""
    return Harness(await fresh_database("identity"))


@pytest.fixture
async def customer(harness: Harness) -> Customer:
    """Logged in as Taro-01."""
    await harness.given_account()
    await harness.log_in(session="session")
    await harness.run("DELETE FROM outbox")
    return Customer(harness)
