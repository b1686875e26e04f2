"""Billing on a real, empty database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from billing_house import House

from chassis.database.db import Database


@pytest.fixture
async def house(fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> House:
    """No charges in it yet."""
    return House(await fresh_database("billing"), tmp_path)
