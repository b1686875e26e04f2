"""Identity on a real, empty database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from support.identity_harness import Harness

from chassis.database.db import Database


@pytest.fixture
async def harness(fresh_database: Callable[[str], Awaitable[Database]]) -> Harness:
    """Nobody in it yet."""
    return Harness(await fresh_database("identity"))
