"""Fixtures of notification's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from notification_house import a_service
from relay import Relay

from services.notification import handlers


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    """The company's mail relay."""
    server = Relay()
    yield server
    await server.stop()


@pytest.fixture
async def service(fresh_database: Any, relay: Relay) -> handlers.Notification:
    """notification with an empty database and that relay."""
    return a_service(await fresh_database("notification"), await relay.start())
