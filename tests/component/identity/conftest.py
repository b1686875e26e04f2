"""Identity on a real, empty database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from support.identity_harness import House

from chassis.database.db import Database


@pytest.fixture
async def house(fresh_database: Callable[[str], Awaitable[Database]]) -> House:
    """Nobody in it yet."""
    return House(await fresh_database("identity"))
