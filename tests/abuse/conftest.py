"""What the abuse suite works on: a service by itself, or the whole portal in five processes over RabbitMQ."""

from __future__ import annotations

from typing import Any

import pytest
from support import identity_harness, registration_harness


@pytest.fixture
async def identity(fresh_database: Any) -> identity_harness.Harness:
    """Nobody in it yet."""
    return identity_harness.Harness(await fresh_database("identity"))


@pytest.fixture
async def registration(fresh_database: Any) -> registration_harness.Harness:
    """Nobody in it yet."""
    return registration_harness.Harness(await fresh_database("registration"))
