"""Billing on a real, empty database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.billing_harness import Harness

from chassis.database.db import Database


@pytest.fixture
async def harness(fresh_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> Harness:
    """No charges in it yet."""
    return Harness(await fresh_database("billing"), tmp_path)
