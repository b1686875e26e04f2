"""One connection to the broker that comes back by itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

_log = structlog.get_logger(__name__)

HEARTBEAT = 10  # seconds
CONNECT_WITHIN = 5.0  # seconds
RECONNECT_EVERY = 1.0  # seconds, plus jitter
CONNECTION_TROUBLE = (AMQPError, ChannelInvalidStateError, OSError, RuntimeError)


class Link:
    """One connection that comes back by itself."""

    def __init__(self, url: str, purpose: str, on_up: Callable[[AbstractConnection], Coroutine[Any, Any, None]] | None = None) -> None:
        self._url = url
        self._purpose = purpose
        self._on_up = on_up
        self.connection: AbstractConnection | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_up(), name=f"rabbit.{self._purpose}")

    async def _keep_up(self) -> None:
        while True:
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    connection = await aio_pika.connect(
                        self._url, client_properties={"connection_name": self._purpose}, heartbeat=HEARTBEAT
                    )
            except (*CONNECTION_TROUBLE, TimeoutError) as error:
                _log.warning("bus.away", purpose=self._purpose, error=type(error).__name__)
            else:
                await self._use(connection)
            await asyncio.sleep(RECONNECT_EVERY * random.uniform(0.5, 1.5))  # noqa: S311 - jitter is no secret

    async def _use(self, connection: AbstractConnection) -> None:
        closed = asyncio.Event()
        connection.close_callbacks.add(lambda *_: closed.set())
        self.connection = connection
        _log.info("bus.up", purpose=self._purpose)
        watching = asyncio.create_task(self._on_up(connection)) if self._on_up else None
        try:
            await closed.wait()
            _log.warning("bus.lost", purpose=self._purpose)
        finally:
            self.connection = None
            if watching:
                watching.cancel()

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            connection = self.connection
            await asyncio.gather(self._task, return_exceptions=True)
            if connection and not connection.is_closed:
                await connection.close()
