"""A database behind a network that can be stalled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.far_database import FarDatabase, far_away

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres


@pytest.fixture
async def far(fresh_database: Any, postgres: PrivatePostgres) -> AsyncIterator[FarDatabase]:
    """With a table `words`."""
    direct: Database = await fresh_database("chassis")
    async with direct.transaction() as tx:
        await tx.execute("CREATE TABLE words (word text PRIMARY KEY)")
    async with far_away(direct, postgres) as far:
        yield far
