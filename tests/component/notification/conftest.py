"""Fixtures of notification's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.notification_harness import a_service
from support.smtp_relay import Relay

from services.notification.service import Notification


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    """The company's mail relay."""
    server = Relay()
    yield server
    await server.stop()


@pytest.fixture
async def service(fresh_database: Any, relay: Relay) -> Notification:
    """notification with an empty database and that relay."""
    return a_service(await fresh_database("notification"), await relay.start())
