"""Billing on a real, empty database; and the portal, in which customers look at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.billing_harness import Harness
from unit.gateway.conftest import browser, logged_in, services, start_portal

from chassis.database.db import Database

__all__ = ["browser", "logged_in", "services", "start_portal"]


@pytest.fixture
async def harness(fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> Harness:
    """No charges in it yet."""
    return Harness(await fresh_database("billing"), tmp_path)
